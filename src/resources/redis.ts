/**
 * The Memorystore instance, with AUTH on. Ours: size, version upgrades, labels; tier, network, mode and an older version
 * take a new instance. Transit encryption is off: the network is private, and Celery would need the instance's CA for
 * it. https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances
 */
import type { Redis } from '../config/deployment.ts';
import { type Change, create, type FieldChange, replace, update } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  createRedis,
  deleteRedis,
  getRedis,
  listRedis,
  patchRedis,
  type RedisInstance,
  redisAuth,
  upgradeRedis,
  waitUntilReady,
} from '../google/redis.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing } from './context.ts';
import { networkPath } from './network.ts';
import { peeringAddress } from './private-services.ts';
import { markOutside, stamped, unstamped } from './stamp.ts';

export const redisAddress = (instance: string): string => `redis/${instance}`;

const immutable = new Set(['tier', 'authorizedNetwork', 'connectMode', 'transitEncryptionMode']);

export function redis(context: Context, wanted: Redis): Resource<RedisInstance> {
  const { google, deployment } = context;
  const at = { project: deployment.project, region: deployment.region, name: wanted.instance };
  const address = redisAddress(wanted.instance);
  const why = because(deployment, wanted.place);
  const want: RedisInstance = stamped({
    tier: wanted.tier,
    memorySizeGb: wanted.memoryGb,
    redisVersion: wanted.version,
    connectMode: 'PRIVATE_SERVICE_ACCESS',
    authEnabled: true,
    transitEncryptionMode: 'DISABLED',
    labels: { ...deployment.labels },
    ...(deployment.network
      ? { authorizedNetwork: networkPath(deployment.project, deployment.network.name) }
      : {}),
  });
  const list = listing(context, 'redis.googleapis.com', () => listRedis(google, at));
  return {
    address,
    dependsOn: [apisAddress, ...(deployment.network ? [peeringAddress(deployment.network.name)] : [])],
    observe: async (fresh) => {
      const have = await find(
        fresh,
        list,
        ({ name }) => name?.endsWith(`/instances/${wanted.instance}`) ?? false,
        () => getRedis(google, at),
        isNotFound,
      );
      if (have?.host && have.state === 'READY') {
        context.facts.redis = { host: have.host, port: have.port ?? 6379, auth: await redisAuth(google, at) };
      }
      return have;
    },
    diff: (have) => {
      if (!have) return [create(address, why, compare(want, have))];
      if (have.state !== 'READY')
        return update(address, why, [{ field: 'state', before: have.state ?? '', after: 'READY' }]);
      const changes = differences(address, why, wanted, unstamped(compare(want, have)), have);
      return markOutside(changes, want.labels, have.labels);
    },
    apply: async (changes, have) => {
      if (changes.some(({ action }) => action === 'replace')) await deleteRedis(google, at);
      if (!have || changes.some(({ action }) => action === 'replace'))
        await unlessExists(createRedis(google, at, want));
      else await change(context, at, want, changes, have);
      await waitUntilReady(google, at);
    },
  };
}

function differences(
  address: string,
  why: string,
  wanted: Redis,
  fields: readonly FieldChange[],
  have: RedisInstance,
): readonly Change[] {
  const fixed = fields.filter(isFixed);
  const changes = fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
  if (!changes.some((one) => one.action === 'replace' || emptiesIt(one, have))) return changes;
  // What the services have in it is gone afterwards, so that it has to be asked for in so many words.
  const words = wanted.allowDataLoss ? why : `${why}; this empties it and needs allow_data_loss: true`;
  return changes.map((one) => ({ ...one, because: words, destructive: !wanted.allowDataLoss }));
}

function isFixed({ field, before, after }: FieldChange): boolean {
  return immutable.has(field) || (field === 'redisVersion' && String(before) > String(after));
}

/** https://cloud.google.com/memorystore/docs/redis/scaling-instances: without a replica, nothing keeps the data. */
function emptiesIt({ fields }: Change, have: RedisInstance): boolean {
  return (
    have.tier === 'BASIC' && fields.some(({ field }) => field === 'memorySizeGb' || field === 'redisVersion')
  );
}

/** Google takes a new version by itself, and everything else together. Labels of others stay. */
async function change(
  { google }: Context,
  at: { project: string; region: string; name: string },
  want: RedisInstance,
  changes: readonly Change[],
  have: RedisInstance,
): Promise<void> {
  const touched = touchedFields(changes).filter((field) => field !== 'state');
  const patched = touched.filter((field) => field !== 'redisVersion');
  const body = { ...want, labels: { ...have.labels, ...want.labels } };
  if (patched.length > 0) await patchRedis(google, at, body, [...new Set([...patched, 'labels'])].join(','));
  if (touched.includes('redisVersion')) await upgradeRedis(google, at, want.redisVersion ?? '');
}
