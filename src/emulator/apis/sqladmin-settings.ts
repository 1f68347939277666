import { Refusal } from '../service.ts';
import { type Instance, invalid, type Settings } from './sqladmin-instance.ts';

/** Newest first; the emulator runs whatever PostgreSQL it has for each of them. */
const versions = ['18', '17', '16', '15', '14', '13', '12', '11', '10', '9_6'];

/** PostgreSQL 16 and later start out as Enterprise Plus. https://cloud.google.com/sql/docs/postgres/editions-intro */
const firstEnterprisePlusVersion = 16;

export function checkVersion(version: string | undefined): string {
  if (version === undefined) throw invalid('Missing parameter: databaseVersion');
  if (!versions.some((known) => version === `POSTGRES_${known}`)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid request: this emulator has PostgreSQL instances only, not ${version}.`,
      { reason: 'invalid' },
    );
  }
  return version;
}

/** The settings of a new instance with Google's defaults filled in. Throws for what Google refuses. */
export function newSettings(asked: Settings, version: string): Settings {
  const major = Number(/\d+/.exec(version)?.[0]);
  const settings: Settings = {
    activationPolicy: 'ALWAYS',
    availabilityType: 'ZONAL',
    connectorEnforcement: 'NOT_REQUIRED',
    dataDiskType: 'PD_SSD',
    deletionProtectionEnabled: false,
    edition: major >= firstEnterprisePlusVersion ? 'ENTERPRISE_PLUS' : 'ENTERPRISE',
    pricingPlan: 'PER_USE',
    replicationType: 'SYNCHRONOUS',
    storageAutoResize: true,
    storageAutoResizeLimit: '0',
    ...asked,
    dataDiskSizeGb: String(asked.dataDiskSizeGb ?? '10'),
    backupConfiguration: {
      kind: 'sql#backupConfiguration',
      enabled: false,
      startTime: '00:00',
      backupRetentionSettings: { retentionUnit: 'COUNT', retainedBackups: 7 },
      transactionLogRetentionDays: 7,
      ...asked.backupConfiguration,
    },
    ipConfiguration: {
      ipv4Enabled: true,
      sslMode: 'ALLOW_UNENCRYPTED_AND_ENCRYPTED',
      serverCaMode: 'GOOGLE_MANAGED_INTERNAL_CA',
      authorizedNetworks: [],
      ...asked.ipConfiguration,
    },
    kind: 'sql#settings',
    settingsVersion: '1',
  };
  checkSettings(settings);
  return settings;
}

/** The settings after a patch (deep merge: lists and scalars replace) or an update (everything not sent is reset). */
export function changedSettings(current: Instance, asked: Settings, how: 'patch' | 'update'): Settings {
  if (how === 'update' && asked.settingsVersion === undefined) {
    throw invalid('Missing parameter: settings.settingsVersion');
  }
  if (
    asked.settingsVersion !== undefined &&
    String(asked.settingsVersion) !== current.settings.settingsVersion
  ) {
    throw new Refusal(412, 'FAILED_PRECONDITION', 'Condition does not match.', {
      reason: 'conditionNotMet',
    });
  }
  const { settingsVersion: _ignored, ...wanted } = asked;
  const next: Settings =
    how === 'patch'
      ? (merge(current.settings, wanted) as Settings)
      : newSettings(wanted, current.databaseVersion);
  checkSettings(next);
  if (Number(next.dataDiskSizeGb) < Number(current.settings.dataDiskSizeGb)) {
    throw invalid(
      `Disk size cannot be decreased from ${current.settings.dataDiskSizeGb} GB to ${next.dataDiskSizeGb} GB`,
    );
  }
  next.dataDiskSizeGb = String(next.dataDiskSizeGb);
  next.settingsVersion = String(Number(current.settings.settingsVersion) + 1);
  return next;
}

function merge(have: unknown, want: unknown): unknown {
  if (!isPlain(have) || !isPlain(want)) return want;
  const result: Record<string, unknown> = { ...have };
  for (const [name, value] of Object.entries(want)) {
    if (value === null) delete result[name];
    else if (name === 'userLabels') result[name] = value;
    else result[name] = merge(have[name], value);
  }
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkSettings(settings: Settings): void {
  checkTier(settings.tier, settings.edition ?? '');
  const disk = Number(settings.dataDiskSizeGb);
  if (!Number.isInteger(disk) || disk < 10 || disk > 65536) {
    throw invalid(
      `Invalid value for: Disk size (${settings.dataDiskSizeGb} GB) must be between 10 and 65536`,
    );
  }
  const ip = settings.ipConfiguration;
  if (ip?.ipv4Enabled === false && !ip.privateNetwork) {
    throw invalid('At least one of Public IP or Private IP or PSC connectivity must be enabled');
  }
  const backups = settings.backupConfiguration;
  if (backups?.pointInTimeRecoveryEnabled === true && backups.enabled !== true) {
    throw invalid('Point in time recovery cannot be enabled when automated backups are disabled');
  }
}

function checkTier(tier: string | undefined, edition: string): void {
  if (!tier) throw invalid('Missing parameter: settings.tier');
  const plusTier = tier.startsWith('db-perf-optimized-N-');
  if (edition === 'ENTERPRISE_PLUS' && !plusTier) {
    throw invalid(
      `Invalid Tier (${tier}) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead`,
    );
  }
  if (edition === 'ENTERPRISE' && plusTier) {
    throw invalid(
      `Invalid Tier (${tier}) for (ENTERPRISE) Edition. Use a custom Tier like db-custom-* instead`,
    );
  }
  if (plusTier || tier === 'db-f1-micro' || tier === 'db-g1-small') return;
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier);
  if (custom === null) throw invalid(`Invalid Tier (${tier})`);
  const [cpus, megabytes] = [Number(custom[1]), Number(custom[2])];
  // https://cloud.google.com/sql/docs/postgres/create-instance#machine-types
  if (cpus !== 1 && (cpus % 2 !== 0 || cpus < 2 || cpus > 96)) {
    throw invalid(`Invalid Tier (${tier}): the number of vCPUs must be 1 or an even number up to 96`);
  }
  if (megabytes % 256 !== 0 || megabytes < 3840 || megabytes < cpus * 922 || megabytes > cpus * 6656) {
    throw invalid(
      `Invalid Tier (${tier}): the memory must be a multiple of 256 MB, at least 3840 MB, and 0.9 to 6.5 GB per vCPU`,
    );
  }
}
