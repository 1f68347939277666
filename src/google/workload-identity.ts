import type { iam_v1 } from '@googleapis/iam';
import type { Shape } from '../lib/shape.ts';
import type { Google } from './google.ts';
import { type RpcOperation, waitForRpc } from './operations.ts';

/** A pool or a provider of one. https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools */
export type Pool = Shape<iam_v1.Schema$WorkloadIdentityPool>;
export type Provider = Shape<iam_v1.Schema$WorkloadIdentityPoolProvider>;

export interface PoolAt {
  readonly project: string;
  readonly pool: string;
}

export interface ProviderAt extends PoolAt {
  readonly provider: string;
}

const deadline = 5 * 60_000;

const poolsPath = (project: string): string =>
  `v1/projects/${project}/locations/global/workloadIdentityPools`;
const providersPath = (at: PoolAt): string => `${poolsPath(at.project)}/${at.pool}/providers`;
const pathOf = (at: PoolAt | ProviderAt): string =>
  'provider' in at ? `${providersPath(at)}/${at.provider}` : `${poolsPath(at.project)}/${at.pool}`;
const nameOf = (at: PoolAt | ProviderAt): string =>
  'provider' in at ? `workload identity provider ${at.provider}` : `workload identity pool ${at.pool}`;

/** Also what was deleted within the last 30 days, with `state: DELETED`: its name is not free until then. */
export function getPool(google: Google, at: PoolAt): Promise<Pool> {
  return google.transport.send({ api: 'iam', method: 'GET', path: pathOf(at) });
}

export function getProvider(google: Google, at: ProviderAt): Promise<Provider> {
  return google.transport.send({ api: 'iam', method: 'GET', path: pathOf(at) });
}

export async function createPool(google: Google, at: PoolAt, pool: Pool): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'iam',
    method: 'POST',
    path: poolsPath(at.project),
    query: { workloadIdentityPoolId: at.pool },
    body: pool,
    repeatable: true,
  });
  await finish(google, started, `creating ${nameOf(at)}`);
}

export async function createProvider(google: Google, at: ProviderAt, provider: Provider): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'iam',
    method: 'POST',
    path: providersPath(at),
    query: { workloadIdentityPoolProviderId: at.provider },
    body: provider,
    repeatable: true,
  });
  await finish(google, started, `creating ${nameOf(at)}`);
}

export async function patchTrust(
  google: Google,
  at: PoolAt | ProviderAt,
  body: Pool | Provider,
  updateMask: string,
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'iam',
    method: 'PATCH',
    path: pathOf(at),
    query: { updateMask },
    body,
  });
  await finish(google, started, `changing ${nameOf(at)}`);
}

export async function undeleteTrust(google: Google, at: PoolAt | ProviderAt): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'iam',
    method: 'POST',
    path: `${pathOf(at)}:undelete`,
    body: {},
  });
  await finish(google, started, `restoring ${nameOf(at)}`);
}

async function finish(google: Google, started: RpcOperation, what: string): Promise<void> {
  await waitForRpc(
    started,
    (name) => google.transport.send({ api: 'iam', method: 'GET', path: `v1/${name}` }),
    { what, deadline },
    google.clock,
    google.signal,
  );
}
