import { createHash } from 'node:crypto';
import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { page } from './listing.ts';
import { peeredWith } from './servicenetworking.ts';
import { finalBackupIn, keepFinalBackup } from './sqladmin-backups.ts';
import { databases } from './sqladmin-databases.ts';
import {
  databaseHost,
  type Instance,
  instanceOf,
  instances,
  invalid,
  keyOf,
  reservedNames,
  type Settings,
} from './sqladmin-instance.ts';
import { failWith, requireIdle, startOperation, targetOf } from './sqladmin-operations.ts';
import { changedSettings, checkVersion, newSettings } from './sqladmin-settings.ts';
import { users } from './sqladmin-users.ts';

/** A deleted instance's name is taken for a week. https://cloud.google.com/sql/docs/postgres/delete-instance */
const reservation = 7 * 24 * 60 * 60_000;

interface InstanceBody {
  readonly name?: string;
  readonly project?: string;
  readonly region?: string;
  readonly databaseVersion?: string;
  readonly rootPassword?: string;
  readonly masterInstanceName?: string;
  readonly settings?: Settings;
}

export async function insertInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  databaseHost(cloud);
  const body = (call.body ?? {}) as InstanceBody;
  const project = cloud.project(call.params.project ?? '');
  const name = checkName(body.name, project.id);
  const key = `${project.id}/${name}`;
  refuseTakenName(cloud, key);
  if (body.masterInstanceName !== undefined) throw invalid('this emulator has no read replicas');
  const version = checkVersion(body.databaseVersion);
  const settings = newSettings(body.settings ?? {}, version);
  const region = body.region ?? 'us-central1';
  const instance: Instance = {
    kind: 'sql#instance',
    name,
    project: project.id,
    region,
    gceZone: `${region}-a`,
    databaseVersion: version,
    databaseInstalledVersion: version,
    state: 'PENDING_CREATE',
    connectionName: `${project.id}:${region}:${name}`,
    backendType: 'SECOND_GEN',
    instanceType: 'CLOUD_SQL_INSTANCE',
    createTime: cloud.timestamp(),
    etag: etagOf('1', name),
    selfLink: `https://sqladmin.googleapis.com/v1/projects/${project.id}/instances/${name}`,
    serviceAccountEmailAddress: `p${project.number}-${cloud.hex(6, 'sql.account')}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    settings,
  };
  instances(cloud).set(key, instance);
  return startOperation(call, cloud, instance, {
    type: 'CREATE',
    action: 'createInstance',
    step: 'sql.create',
    input: body.rootPassword === undefined ? {} : { rootPassword: body.rootPassword },
  });
}

export async function settleCreate(operation: Operation, cloud: Cloud): Promise<void> {
  const key = targetOf(operation);
  const instance = instances(cloud).get(key);
  if (instance === undefined) return;
  const { rootPassword } = operation.input;
  delete operation.input.rootPassword;
  const network = instance.settings.ipConfiguration?.privateNetwork;
  if (network !== undefined && !peeredWith(cloud, network, instance.project)) {
    instances(cloud).set(key, { ...instance, state: 'FAILED' });
    const { number } = cloud.project(instance.project);
    failWith(
      operation,
      'NETWORK_NOT_PEERED',
      "Failed to create subnetwork. Please create Service Networking connection with service 'servicenetworking.googleapis.com' " +
        `from consumer project '${number}' network '${network.split('/').at(-1)}' again.`,
    );
    return;
  }
  const { address, serverCa } = await databaseHost(cloud).create({
    project: instance.project,
    region: instance.region,
    name: instance.name,
    version: instance.databaseVersion,
    rootPassword: typeof rootPassword === 'string' ? rootPassword : undefined,
  });
  databases(cloud).set(`${key}/postgres`, { name: 'postgres', charset: 'UTF8', collation: 'en_US.UTF8' });
  users(cloud).set(`${key}/postgres`, { name: 'postgres', type: 'BUILT_IN' });
  instances(cloud).set(key, {
    ...instance,
    state: 'RUNNABLE',
    ipAddresses: addressesOf(instance, address),
    serverCaCert: {
      kind: 'sql#sslCert',
      cert: serverCa,
      commonName: `C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier=${instance.name}`,
      instance: instance.name,
    },
  });
}

/** The real listener is the public address. A private one is, as on Google Cloud, out of reach from here. */
function addressesOf(instance: Instance, listener: string): NonNullable<Instance['ipAddresses']> {
  const ip = instance.settings.ipConfiguration;
  const digest = createHash('sha256').update(instance.connectionName).digest();
  return [
    ...(ip?.ipv4Enabled === false ? [] : [{ type: 'PRIMARY' as const, ipAddress: listener }]),
    ...(ip?.privateNetwork === undefined
      ? []
      : [{ type: 'PRIVATE' as const, ipAddress: `10.${digest[0]}.${digest[1]}.3` }]),
  ];
}

export async function getInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: instanceOf(cloud, call) };
}

export async function listInstances(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { id } = cloud.project(call.params.project ?? '');
  const own = [...instances(cloud).values()].filter((instance) => instance.project === id);
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults' });
  return {
    status: 200,
    body: { kind: 'sql#instancesList', ...(items.length > 0 ? { items } : {}), ...rest },
  };
}

export async function changeInstance(call: Call, cloud: Cloud, how: 'patch' | 'update'): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(cloud, call);
  const body = (call.body ?? {}) as InstanceBody;
  if (body.name !== undefined && body.name !== instance.name) throw invalid('The name cannot be changed');
  if (body.region !== undefined && body.region !== instance.region)
    throw invalid('The region cannot be changed');
  await requireIdle(cloud, instance);
  requireState(instance, 'RUNNABLE');
  const settings = changedSettings(instance, body.settings ?? {}, how);
  const version =
    body.databaseVersion === undefined ? instance.databaseVersion : checkVersion(body.databaseVersion);
  if (Number(/\d+/.exec(version)?.[0]) < Number(/\d+/.exec(instance.databaseVersion)?.[0])) {
    throw invalid('The database version cannot be downgraded');
  }
  return startOperation(call, cloud, instance, {
    type: 'UPDATE',
    action: 'updateInstance',
    step: 'sql.update',
    input: { settings, version },
  });
}

export function settleUpdate(operation: Operation, cloud: Cloud): void {
  const key = targetOf(operation);
  const instance = instances(cloud).get(key);
  if (instance === undefined) return;
  const settings = operation.input.settings as Settings;
  const version = String(operation.input.version);
  const changed: Instance = {
    ...instance,
    settings,
    databaseVersion: version,
    databaseInstalledVersion: version,
    etag: etagOf(settings.settingsVersion ?? '', instance.name),
  };
  const listener = instance.ipAddresses?.find((address) => address.type === 'PRIMARY')?.ipAddress;
  if (listener !== undefined) changed.ipAddresses = addressesOf(changed, listener);
  instances(cloud).set(key, changed);
}

export async function restartInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(cloud, call);
  await requireIdle(cloud, instance);
  requireState(instance, 'RUNNABLE');
  return startOperation(call, cloud, instance, { type: 'RESTART', action: 'restart', step: 'sql.restart' });
}

export async function deleteInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(cloud, call);
  if (instance.settings.deletionProtectionEnabled === true) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'The instance is protected. Please disable the deletion protection and try again. To disable deletion ' +
        'protection, update the instance settings with deletionProtectionEnabled set to false.',
      { reason: 'deletionProtected' },
    );
  }
  const finalBackup = finalBackupIn(call, cloud);
  await requireIdle(cloud, instance);
  instances(cloud).set(keyOf(cloud, call), { ...instance, state: 'PENDING_DELETE' });
  return startOperation(call, cloud, instance, {
    type: 'DELETE',
    action: 'deleteInstance',
    step: 'sql.delete',
    input: finalBackup === undefined ? {} : { finalBackup },
  });
}

export async function settleDelete(operation: Operation, cloud: Cloud): Promise<void> {
  const key = targetOf(operation);
  const instance = instances(cloud).get(key);
  if (instance === undefined) return;
  const { finalBackup } = operation.input as { finalBackup?: { description?: string; expiryTime: string } };
  if (finalBackup !== undefined) keepFinalBackup(cloud, instance, finalBackup);
  await databaseHost(cloud).drop(instance.project, instance.name);
  for (const table of [databases(cloud), users(cloud)]) {
    for (const [name] of [...table.entries()]) if (name.startsWith(`${key}/`)) table.delete(name);
  }
  instances(cloud).delete(key);
  reservedNames(cloud).set(key, { until: cloud.clock.now() + reservation });
}

function checkName(name: string | undefined, project: string): string {
  if (!name) throw invalid('Missing parameter: name');
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    throw invalid(
      `Invalid instance name (${name}). Instance names must start with a lowercase letter and use only lowercase letters, numbers and hyphens`,
    );
  }
  if (`${project}:${name}`.length > 98) {
    throw invalid(`The combined length of project id and instance name (${project}:${name}) exceeds 98`);
  }
  return name;
}

function refuseTakenName(cloud: Cloud, key: string): void {
  const reserved = reservedNames(cloud).get(key);
  if (reserved !== undefined && reserved.until > cloud.clock.now()) {
    throw new Refusal(
      409,
      'ALREADY_EXISTS',
      'The Cloud SQL instance already exists. When you delete an instance, you cannot reuse the name of the ' +
        'deleted instance until one week from the deletion date.',
      { reason: 'instanceAlreadyExists' },
    );
  }
  if (instances(cloud).has(key)) {
    throw new Refusal(409, 'ALREADY_EXISTS', 'The Cloud SQL instance already exists.', {
      reason: 'instanceAlreadyExists',
    });
  }
}

function requireState(instance: Instance, state: Instance['state']): void {
  if (instance.state === state) return;
  throw new Refusal(
    400,
    'FAILED_PRECONDITION',
    'The instance or operation is not in an appropriate state to handle the request.',
    { reason: 'invalidState' },
  );
}

function etagOf(version: string, name: string): string {
  return createHash('sha256').update(`${name}/${version}`).digest('base64');
}
