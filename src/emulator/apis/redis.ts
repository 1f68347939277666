import { X509Certificate } from 'node:crypto';
import { type Api, type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { createAuthority } from '../sql/certificates.ts';
import { maskedPaths } from '../update-mask.ts';
import { page, uuid } from './listing.ts';
import { longRunning, operationName, operationRoutes } from './long-running.ts';
import {
  checkSize,
  checkVersion,
  endpoint,
  type Instance,
  type InstanceBody,
  instanceOf,
  instances,
  invalid,
  nameOf,
  newInstance,
} from './redis-instance.ts';
import { peeredWith } from './servicenetworking.ts';

const api = 'redis.googleapis.com';
const typeUrl = 'type.googleapis.com/google.cloud.redis.v1.Instance';

/** What a patch may change. https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances/patch */
const changeable = new Set([
  'displayName',
  'labels',
  'memorySizeGb',
  'redisConfigs',
  'authEnabled',
  'maintenancePolicy',
  'persistenceConfig',
]);

function passwords(cloud: Cloud) {
  return cloud.table<{ authString: string }>('redis.passwords');
}

async function createInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = newInstance(call, cloud);
  if (instances(cloud).has(instance.name)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `Resource '${instance.name}' already exists`);
  }
  instances(cloud).set(instance.name, instance);
  return start(call, cloud, { action: 'create', verb: 'create', step: 'redis.create', name: instance.name });
}

async function settleCreate(operation: Operation, cloud: Cloud): Promise<void> {
  const name = String(operation.input.name);
  const instance = instances(cloud).get(name);
  if (instance === undefined) return;
  if (
    instance.connectMode === 'PRIVATE_SERVICE_ACCESS' &&
    !peeredWith(cloud, instance.authorizedNetwork, operation.project)
  ) {
    instances(cloud).delete(name);
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'Google private service access is not enabled. Enable private service access and try again.',
    );
  }
  const ready: Instance = {
    ...instance,
    ...endpoint(instance, cloud),
    ...(instance.transitEncryptionMode === 'SERVER_AUTHENTICATION'
      ? { serverCaCerts: [await serverCa(name)] }
      : {}),
    nodes: [{ id: 'node-0', zone: instance.locationId }],
    state: 'READY',
  };
  instances(cloud).set(name, ready);
  const authString = uuid(cloud, 'redis.auth');
  cloud.keepSecret(authString);
  passwords(cloud).set(name, { authString });
  operation.response = { '@type': typeUrl, ...ready };
}

async function serverCa(name: string) {
  const { certificate } = await createAuthority(`Google Cloud Memorystore Redis Server CA ${name}`);
  const read = new X509Certificate(certificate);
  return {
    serialNumber: read.serialNumber,
    cert: certificate,
    createTime: new Date(read.validFrom).toISOString(),
    expireTime: new Date(read.validTo).toISOString(),
    sha1Fingerprint: read.fingerprint.replaceAll(':', '').toLowerCase(),
  };
}

async function getInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: instanceOf(call, cloud) };
}

async function listInstances(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = nameOf(call, cloud, '').replace('/locations/-/', '/locations/');
  const anywhere =
    call.params.location === '-' ? prefix.slice(0, prefix.indexOf('/locations/') + 11) : prefix;
  const own = [...instances(cloud).values()].filter((instance) => instance.name.startsWith(anywhere));
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { instances: items } : {}), ...rest } };
}

async function patchInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(call, cloud);
  const body = (call.body ?? {}) as InstanceBody;
  const paths = maskedPaths(call, {
    api: 'redis',
    message: 'Instance',
    changeable,
    current: instance,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path, index) =>
      badMask(
        `Invalid option '${path}': '${path}' cannot be updated on existing instances.`,
        `update_mask.paths.${index}`,
        path,
      ),
  });
  if (paths === undefined) throw badMask('Update mask is empty', 'update_mask', '');
  const change: Record<string, unknown> = Object.fromEntries(paths.map(([field]) => [field, body[field]]));
  if ('memorySizeGb' in change) checkSize(change.memorySizeGb);
  requireReady(instance);
  instances(cloud).set(instance.name, { ...instance, state: 'UPDATING' });
  return start(call, cloud, {
    action: 'update',
    verb: 'update',
    step: 'redis.update',
    name: instance.name,
    change,
  });
}

/** The words are Google's: https://github.com/googleapis/google-api-go-client/issues/1983 shows them. */
function badMask(message: string, field: string, value: string): Refusal {
  const violation = { field, description: `Invalid value: ${value}` };
  return new Refusal(400, 'INVALID_ARGUMENT', message, {
    details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] }],
  });
}

async function upgradeInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(call, cloud);
  const version = checkVersion(String((call.body as { redisVersion?: unknown } | undefined)?.redisVersion));
  if (version <= instance.redisVersion) throw invalid(`The instance already runs ${instance.redisVersion}.`);
  requireReady(instance);
  instances(cloud).set(instance.name, { ...instance, state: 'UPDATING' });
  return start(call, cloud, {
    action: 'update',
    verb: 'upgrade',
    step: 'redis.update',
    name: instance.name,
    change: { redisVersion: version },
  });
}

function settleUpdate(operation: Operation, cloud: Cloud): void {
  const name = String(operation.input.name);
  const instance = instances(cloud).get(name);
  if (instance === undefined) return;
  const changed = { ...instance, ...(operation.input.change as Partial<Instance>), state: 'READY' as const };
  instances(cloud).set(name, changed);
  operation.response = { '@type': typeUrl, ...changed };
}

async function deleteInstance(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(call, cloud);
  requireReady(instance);
  instances(cloud).set(instance.name, { ...instance, state: 'DELETING' });
  return start(call, cloud, { action: 'delete', verb: 'delete', step: 'redis.delete', name: instance.name });
}

function settleDelete(operation: Operation, cloud: Cloud): void {
  const name = String(operation.input.name);
  instances(cloud).delete(name);
  passwords(cloud).delete(name);
}

async function getAuthString(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const instance = instanceOf(call, cloud);
  const password = passwords(cloud).get(instance.name);
  if (!instance.authEnabled || password === undefined) {
    throw new Refusal(400, 'FAILED_PRECONDITION', `AUTH is not enabled for the instance ${instance.name}.`);
  }
  return { status: 200, body: { authString: password.authString } };
}

function requireReady(instance: Instance): void {
  if (instance.state === 'READY') return;
  throw new Refusal(
    409,
    'ABORTED',
    `The instance ${instance.name} is ${instance.state}: another operation is in progress.`,
  );
}

async function start(
  call: Call,
  cloud: Cloud,
  what: { action: string; verb: string; step: string; name: string; change?: Record<string, unknown> },
): Promise<Reply> {
  const operation = await cloud.start({
    api,
    action: what.action,
    step: what.step,
    project: cloud.project(call.params.project ?? '').id,
    id: `operation-${cloud.clock.now()}-${cloud.hex(13, 'redis.operation')}`,
    input: { location: call.params.location, name: what.name, change: what.change ?? {} },
    metadata: {
      '@type': 'type.googleapis.com/google.cloud.redis.v1.OperationMetadata',
      createTime: cloud.timestamp(),
      target: what.name,
      verb: what.verb,
      apiVersion: 'v1',
    },
  });
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}

const collection = '/v1/projects/{project}/locations/{location}/instances';

/** Memorystore for Redis, the control plane: there is no Redis behind the address. */
export const redisApi: Api = {
  name: api,
  title: 'Google Cloud Memorystore for Redis API',
  needsEnabling: true,
  messages: 'redis',
  errors: 'rpc',
  notModelled: [
    'There is no Redis behind the address.',
    'Import, export, failover, maintenance, read replicas, clusters.',
  ],
  routes: [
    {
      method: 'POST',
      path: collection,
      id: 'redis.projects.locations.instances.create',
      permission: 'redis.instances.create',
      message: 'Instance',
      handle: createInstance,
    },
    {
      method: 'GET',
      path: collection,
      id: 'redis.projects.locations.instances.list',
      permission: 'redis.instances.list',
      handle: listInstances,
    },
    {
      method: 'GET',
      path: `${collection}/{instance}`,
      id: 'redis.projects.locations.instances.get',
      permission: 'redis.instances.get',
      handle: getInstance,
    },
    {
      method: 'GET',
      path: `${collection}/{instance}/authString`,
      id: 'redis.projects.locations.instances.getAuthString',
      permission: 'redis.instances.getAuthString',
      handle: getAuthString,
    },
    {
      method: 'PATCH',
      path: `${collection}/{instance}`,
      id: 'redis.projects.locations.instances.patch',
      permission: 'redis.instances.update',
      message: 'Instance',
      handle: patchInstance,
    },
    {
      method: 'POST',
      path: `${collection}/{instance}:upgrade`,
      id: 'redis.projects.locations.instances.upgrade',
      permission: 'redis.instances.update',
      handle: upgradeInstance,
    },
    {
      method: 'DELETE',
      path: `${collection}/{instance}`,
      id: 'redis.projects.locations.instances.delete',
      permission: 'redis.instances.delete',
      handle: deleteInstance,
    },
    ...operationRoutes({
      api,
      root: '/v1',
      id: 'redis.projects.locations.operations',
      permission: 'redis.operations',
      view: (operation) => longRunning(operation, operationName(operation)),
    }),
  ],
  settle: { create: settleCreate, update: settleUpdate, delete: settleDelete },
};
