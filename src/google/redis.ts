import { Secret } from '../lib/secret.ts';
import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { type RpcOperation, waitFor, waitForRpc } from './operations.ts';
import { listAll } from './paging.ts';

/** https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances */
export interface RedisInstance {
  readonly name?: string;
  readonly tier?: string;
  readonly memorySizeGb?: number;
  readonly redisVersion?: string;
  readonly authorizedNetwork?: string;
  readonly connectMode?: string;
  readonly reservedIpRange?: string;
  readonly authEnabled?: boolean;
  readonly transitEncryptionMode?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly port?: number;
  readonly state?: string;
}

interface At {
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

/** Creating takes three to ten minutes. */
const deadline = 20 * 60_000;

const collection = (at: Omit<At, 'name'>): string =>
  `v1/projects/${at.project}/locations/${at.region}/instances`;

export function listRedis(google: Google, at: Omit<At, 'name'>): Promise<RedisInstance[]> {
  return listAll<{ instances?: RedisInstance[]; nextPageToken?: string }, RedisInstance>(
    google.transport,
    { api: 'redis', method: 'GET', path: collection(at) },
    (page) => page.instances,
  );
}

export function getRedis(google: Google, at: At): Promise<RedisInstance> {
  return google.transport.send({ api: 'redis', method: 'GET', path: `${collection(at)}/${at.name}` });
}

export async function redisAuth(google: Google, at: At): Promise<Secret> {
  const answer = await google.transport.send<{ authString?: string }>({
    api: 'redis',
    method: 'GET',
    path: `${collection(at)}/${at.name}/authString`,
  });
  return new Secret(answer.authString ?? '');
}

export async function createRedis(google: Google, at: At, instance: RedisInstance): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'redis',
    method: 'POST',
    path: collection(at),
    query: { instanceId: at.name },
    body: instance,
    repeatable: true,
  });
  await finish(google, started, `creating Memorystore instance ${at.name}`);
}

export async function patchRedis(
  google: Google,
  at: At,
  instance: RedisInstance,
  updateMask: string,
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'redis',
    method: 'PATCH',
    path: `${collection(at)}/${at.name}`,
    query: { updateMask },
    body: instance,
  });
  await finish(google, started, `changing Memorystore instance ${at.name}`);
}

/** A new version is a call of its own, and cannot be taken back. */
export async function upgradeRedis(google: Google, at: At, redisVersion: string): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'redis',
    method: 'POST',
    path: `${collection(at)}/${at.name}:upgrade`,
    body: { redisVersion },
  });
  await finish(google, started, `upgrading Memorystore instance ${at.name}`);
}

/** With what is in it. That it is gone already is as good. */
export async function deleteRedis(google: Google, at: At): Promise<void> {
  await unlessGone(
    google.transport
      .send<RpcOperation>({ api: 'redis', method: 'DELETE', path: `${collection(at)}/${at.name}` })
      .then((started) => finish(google, started, `deleting Memorystore instance ${at.name}`)),
  );
}

/** Waits for what an earlier run, or Google itself, is doing with it. */
export function waitUntilReady(google: Google, at: At): Promise<RedisInstance> {
  return waitFor(
    async () => {
      const instance = await getRedis(google, at);
      return instance.state === 'READY' ? instance : undefined;
    },
    { what: `getting Memorystore instance ${at.name} ready`, deadline, ceiling: 10_000 },
    google.clock,
    google.signal,
  );
}

async function finish(google: Google, started: RpcOperation, what: string): Promise<void> {
  await waitForRpc(
    started,
    (name) => google.transport.send({ api: 'redis', method: 'GET', path: `v1/${name}` }),
    { what, deadline, ceiling: 10_000 },
    google.clock,
    google.signal,
  );
}
