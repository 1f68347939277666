/**
 * The Cloud SQL instance. Ours: the settings that `want` names; version (downwards), region and edition of an instance
 * cannot be changed in place here. https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances
 */
import type { Database } from '../config/deployment.ts';
import { type Change, create, replace, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  createInstance,
  getInstance,
  listInstances,
  patchInstance,
  type SqlInstance,
  waitUntilRunnable,
} from '../google/sqladmin.ts';
import { Failure } from '../lib/failure.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing } from './context.ts';
import { networkPath } from './network.ts';
import { peeringAddress } from './private-services.ts';

export const sqlInstanceAddress = (name: string): string => `sql_instance/${name}`;

export function sqlInstance(context: Context, database: Database): Resource<SqlInstance> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = sqlInstanceAddress(database.instance);
  const want = wantOf(context, database);
  const why = because(deployment, database.place);
  const list = listing(context, 'sqladmin.googleapis.com', () => listInstances(google, project));
  return {
    address,
    dependsOn: [
      apisAddress,
      ...(database.connectivity === 'private' && deployment.network
        ? [peeringAddress(deployment.network.name)]
        : []),
    ],
    observe: async (fresh) => {
      const have = await find(
        fresh,
        list,
        ({ name }) => name === database.instance,
        () => getInstance(google, project, database.instance),
        isNotFound,
      );
      const private_ = have?.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
      if (private_) context.facts.database = { ...context.facts.database, host: private_ };
      return have;
    },
    diff: (have) => differences(address, why, want, have),
    apply: async (_changes, have) => {
      if (!have) await unlessExists(createInstance(google, project, want));
      else if (have.state !== 'PENDING_CREATE')
        await patchInstance(google, project, database.instance, patchBody(want, have));
      await requireRunnable(context, database.instance);
    },
  };
}

function wantOf(context: Context, database: Database): SqlInstance & { settings: object } {
  const { deployment } = context;
  const isPrivate = database.connectivity === 'private';
  return {
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
}

function differences(
  address: string,
  why: string,
  want: SqlInstance,
  have: SqlInstance | undefined,
): readonly Change[] {
  if (!have) return [create(address, why, compare(want, have))];
  if (have.state === 'PENDING_CREATE') {
    return update(address, why, [{ field: 'state', before: 'PENDING_CREATE', after: 'RUNNABLE' }]);
  }
  const fields = compare(want, have).filter(({ field, before, after }) => !isGrownDisk(field, before, after));
  const fixed = fields.filter(({ field, before, after }) => isFixed(field, before, after));
  return fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
}

/** Cloud SQL grows a disk by itself and can never shrink it: a bigger one than asked for is as wanted. */
function isGrownDisk(field: string, before: unknown, after: unknown): boolean {
  return field === 'settings.dataDiskSizeGb' && Number(before) > Number(after);
}

function isFixed(field: string, before: unknown, after: unknown): boolean {
  if (field === 'region') return true;
  return field === 'databaseVersion' && majorOf(before) > majorOf(after);
}

function majorOf(version: unknown): number {
  return Number(/\d+/.exec(String(version))?.[0] ?? 0);
}

/** PATCH merges; the settings version makes two writers notice each other. */
function patchBody(want: SqlInstance, have: SqlInstance): SqlInstance {
  const settingsVersion = have.settings?.settingsVersion;
  return {
    databaseVersion: want.databaseVersion,
    settings: { ...want.settings, ...(settingsVersion ? { settingsVersion } : {}) },
  } as SqlInstance;
}

/** Also waits for a creation of an earlier run, or of a call whose answer was lost. */
async function requireRunnable(context: Context, name: string): Promise<void> {
  const instance = await waitUntilRunnable(context.google, context.deployment.project, name);
  if (instance.state === 'RUNNABLE') return;
  throw new Failure(
    'SQL_INSTANCE_NOT_RUNNABLE',
    `Cloud SQL instance ${name} is in state ${instance.state}.`,
    {
      next: 'Look at its operations in the console. A failed instance has to be deleted, and its name stays blocked for about a week: give database.instance another name.',
    },
  );
}
