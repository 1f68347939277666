/**
 * The Memorystore instance, with AUTH on. Ours: size, tier, version upgrades, labels; network, mode and the region are
 * immutable. Transit encryption is off: the network is private, and Celery would need the instance's CA for it.
 * https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances
 */
import type { Redis } from '../config/deployment.ts';
import { create, replace, update } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  createRedis,
  getRedis,
  listRedis,
  patchRedis,
  type RedisInstance,
  redisAuth,
  waitUntilReady,
} from '../google/redis.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing } from './context.ts';
import { networkPath } from './network.ts';
import { peeringAddress } from './private-services.ts';

export const redisAddress = (instance: string): string => `redis/${instance}`;

const immutable = new Set(['tier', 'authorizedNetwork', 'connectMode', 'transitEncryptionMode']);

export function redis(context: Context, wanted: Redis): Resource<RedisInstance> {
  const { google, deployment } = context;
  const at = { project: deployment.project, region: deployment.region, name: wanted.instance };
  const address = redisAddress(wanted.instance);
  const why = because(deployment, wanted.place);
  const want: RedisInstance = {
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
  };
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
      if (have.state === 'CREATING')
        return update(address, why, [{ field: 'state', before: 'CREATING', after: 'READY' }]);
      const fields = compare(want, have);
      const fixed = fields.filter(({ field }) => immutable.has(field));
      return fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
    },
    apply: async (changes, have) => {
      if (!have) await unlessExists(createRedis(google, at, want));
      else if (have.state !== 'CREATING')
        await patchRedis(google, at, want, touchedFields(changes).join(','));
      await waitUntilReady(google, at);
    },
  };
}
