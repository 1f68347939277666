/**
 * What a Cloud SQL instance should be, and what of an existing one differs. Pure.
 * https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances
 */
import type { Database } from '../config/deployment.ts';
import { type Change, create, type FieldChange, replace, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import { isPassing, type SqlInstance } from '../google/sqladmin.ts';
import { because } from './because.ts';
import type { Context } from './context.ts';
import { networkPath } from './network.ts';
import { markOutside, stamped, unstamped } from './stamp.ts';

export type SqlWant = SqlInstance & { readonly settings: NonNullable<SqlInstance['settings']> };

export function wantedInstance(context: Context, database: Database): SqlWant {
  const { deployment } = context;
  const isPrivate = database.connectivity === 'private';
  const want = {
    name: database.instance,
    region: deployment.region,
    databaseVersion: database.version,
    settings: {
      edition: database.edition,
      tier: database.tier,
      dataDiskSizeGb: String(database.diskGb),
      dataDiskType: 'PD_SSD',
      storageAutoResize: true,
      availabilityType: database.highAvailability ? 'REGIONAL' : 'ZONAL',
      deletionProtectionEnabled: database.deletionProtection,
      // With a public address and no authorized networks, only connectors with IAM's leave get in.
      connectorEnforcement: isPrivate ? 'NOT_REQUIRED' : 'REQUIRED',
      backupConfiguration: {
        enabled: database.backups,
        pointInTimeRecoveryEnabled: database.pointInTimeRecovery,
      },
      ipConfiguration: {
        ipv4Enabled: !isPrivate,
        sslMode: 'ENCRYPTED_ONLY',
        ...(isPrivate && deployment.network
          ? { privateNetwork: networkPath(deployment.project, deployment.network.name) }
          : {}),
      },
      databaseFlags: Object.entries(database.flags).map(([name, value]) => ({ name, value })),
      userLabels: { ...deployment.labels },
    },
  };
  const { labels } = stamped({ ...want, labels: want.settings.userLabels });
  return { ...want, settings: { ...want.settings, userLabels: labels } } as unknown as SqlWant;
}

export function instanceChanges(
  context: Context,
  database: Database,
  address: string,
  have: SqlInstance | undefined,
): readonly Change[] {
  const want = wantedInstance(context, database);
  const why = because(context.deployment, database.place);
  if (!have) return [create(address, why, compare(want, have))];
  if (isPassing(have)) {
    return update(address, why, [{ field: 'state', before: have.state ?? '', after: 'RUNNABLE' }]);
  }
  const fields = unstamped(differences(want, have));
  const fixed = fields.filter(isFixed);
  if (fixed.length > 0) return replace(address, why, fixed);
  const upgrade = fields.filter(({ field }) => field === 'databaseVersion');
  const others = fields.filter(({ field }) => field !== 'databaseVersion');
  const changes = [
    ...update(address, why, others),
    ...upgradeChange(address, why, upgrade, database.allowUpgrade),
  ];
  return markOutside(changes, labelsOf(want), labelsOf(have));
}

function labelsOf({ settings }: SqlInstance): Readonly<Record<string, string | undefined>> | undefined {
  return settings?.userLabels;
}

/** An upgrade cannot be taken back, so it has to be asked for in so many words. */
function upgradeChange(
  address: string,
  why: string,
  fields: readonly FieldChange[],
  allowed: boolean,
): readonly Change[] {
  const words = allowed ? why : `${why}; an upgrade in place needs allow_upgrade: true`;
  return update(address, words, fields).map((change) => ({ ...change, destructive: !allowed }));
}

function differences(want: SqlWant, have: SqlInstance): readonly FieldChange[] {
  const { databaseFlags: flags = [], ...settings } = want.settings;
  const fields = compare({ ...want, settings }, withShortNetwork(have)).filter(
    ({ field, before, after }) => !isGrownDisk(field, before, after),
  );
  return [...fields, ...flagChanges(flags, have.settings?.databaseFlags ?? [])];
}

/** Google writes the same network with and without its host. */
function withShortNetwork(have: SqlInstance): object {
  const ip = have.settings?.ipConfiguration;
  const privateNetwork = ip?.privateNetwork?.replace(/^.*(?=projects\/)/, '');
  return { ...have, settings: { ...have.settings, ipConfiguration: { ...ip, privateNetwork } } };
}

/** Cloud SQL grows a disk by itself and can never shrink it: a bigger one than asked for is as wanted. */
function isGrownDisk(field: string, before: unknown, after: unknown): boolean {
  return field === 'settings.dataDiskSizeGb' && Number(before) > Number(after);
}

type Flag = { readonly name?: string | undefined; readonly value?: string | undefined };

/** The list is ours as a whole, in whatever order Google gives it. */
function flagChanges(want: readonly Flag[], have: readonly Flag[]): readonly FieldChange[] {
  const valuesOf = (flags: readonly Flag[]) =>
    new Map(flags.map(({ name = '', value = '' }) => [name, value]));
  const [wanted, had] = [valuesOf(want), valuesOf(have)];
  return [...new Set([...wanted.keys(), ...had.keys()])].sort().flatMap((name) => {
    const [before, after] = [had.get(name), wanted.get(name)];
    if (before === after) return [];
    return [
      {
        field: `settings.databaseFlags.${name}`,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      },
    ];
  });
}

/** What an instance keeps for life. */
function isFixed({ field, before, after }: FieldChange): boolean {
  if (field === 'region') return true;
  if (field === 'settings.ipConfiguration.privateNetwork') return before !== undefined;
  return field === 'databaseVersion' && majorOf(before) > majorOf(after);
}

function majorOf(version: unknown): number {
  return Number(/\d+/.exec(String(version))?.[0] ?? 0);
}

/**
 * The calls that make those changes, one after the other: settings, then the upgrade, which Google takes alone. PATCH
 * merges; the settings version makes two writers notice each other. Labels of others and a grown disk stay.
 */
export function patches(
  want: SqlWant,
  have: SqlInstance,
  changes: readonly Change[],
): readonly SqlInstance[] {
  const touched = changes.flatMap(({ fields }) => fields.map(({ field }) => field));
  const { settings: had } = have;
  const size = Math.max(Number(want.settings.dataDiskSizeGb), Number(had?.dataDiskSizeGb ?? 0));
  const settings = {
    ...want.settings,
    dataDiskSizeGb: String(size),
    userLabels: { ...had?.userLabels, ...want.settings.userLabels },
    ...(had?.settingsVersion ? { settingsVersion: had.settingsVersion } : {}),
  };
  return [
    ...(touched.some((field) => field.startsWith('settings.')) ? [{ settings }] : []),
    ...(touched.includes('databaseVersion') ? [{ databaseVersion: want.databaseVersion }] : []),
  ] as SqlInstance[];
}
