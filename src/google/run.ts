import type { run_v2 } from '@googleapis/run';
import type { Shape } from '../lib/shape.ts';
import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import type { RpcOperation } from './operations.ts';
import { listAll } from './paging.ts';
import { reconciled, waitForRun } from './run-operations.ts';

export type RunService = Shape<run_v2.Schema$GoogleCloudRunV2Service>;
export type RunWorkerPool = Shape<run_v2.Schema$GoogleCloudRunV2WorkerPool>;
export type RunRevision = Shape<run_v2.Schema$GoogleCloudRunV2Revision>;
export type RunContainer = Shape<run_v2.Schema$GoogleCloudRunV2Container>;
export type RunCondition = Shape<run_v2.Schema$GoogleCloudRunV2Condition>;

/** The two kinds of workload that this suite deploys; their methods differ in the collection's name alone. */
export type WorkloadKind = 'services' | 'workerPools';

export interface WorkloadLocation {
  readonly kind: WorkloadKind;
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

export function listWorkloads<T extends RunService | RunWorkerPool>(
  google: Google,
  at: Omit<WorkloadLocation, 'name'>,
): Promise<T[]> {
  return listAll<{ services?: T[]; workerPools?: T[]; nextPageToken?: string }, T>(
    google.transport,
    { api: 'run', method: 'GET', path: collectionPath(at), query: { pageSize: 500 } },
    (page) => page[at.kind],
  );
}

export function getWorkload<T extends RunService | RunWorkerPool>(
  google: Google,
  at: WorkloadLocation,
): Promise<T> {
  return google.transport.send({ api: 'run', method: 'GET', path: `${collectionPath(at)}/${at.name}` });
}

/** Creates and waits until the first revision is ready. Throws OperationFailed with Google's message. */
export async function createWorkload(
  google: Google,
  at: WorkloadLocation,
  body: RunService | RunWorkerPool,
): Promise<void> {
  const id = at.kind === 'services' ? 'serviceId' : 'workerPoolId';
  const started = await google.transport.send<RpcOperation>({
    api: 'run',
    method: 'POST',
    path: collectionPath(at),
    query: { [id]: at.name },
    body,
    repeatable: true,
  });
  await waitForRun(google, started, `creating ${at.name}`);
}

/**
 * Changes the fields of the workload that `mask` names and waits until its newest revision is ready; without a mask
 * all of it is replaced. With an etag in the body somebody else's change in between is refused as 409. Throws
 * OperationFailed.
 */
export async function patchWorkload(
  google: Google,
  at: WorkloadLocation,
  body: RunService | RunWorkerPool,
  mask?: readonly string[],
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'run',
    method: 'PATCH',
    path: `${collectionPath(at)}/${at.name}`,
    ...(mask ? { query: { updateMask: mask.join(',') } } : {}),
    body,
  });
  await waitForRun(google, started, `deploying ${at.name}`);
}

/**
 * Deletes the workload with its revisions and its policy and waits until it is gone; that it is already is as good. With
 * an etag somebody else's change in between is refused as 409.
 */
export async function deleteWorkload(google: Google, at: WorkloadLocation, etag?: string): Promise<void> {
  await unlessGone(
    google.transport
      .send<RpcOperation>({
        api: 'run',
        method: 'DELETE',
        path: `${collectionPath(at)}/${at.name}`,
        ...(etag ? { query: { etag } } : {}),
      })
      .then((started) => waitForRun(google, started, `deleting ${at.name}`)),
  );
}

/** Waits until Cloud Run has done with the workload what it was told, for better or worse, and gives it as it is then. */
export function waitUntilReconciled<T extends RunService | RunWorkerPool>(
  google: Google,
  at: WorkloadLocation,
): Promise<T> {
  return reconciled(google, at.name, () => getWorkload<T>(google, at));
}

export function getRevision(google: Google, at: WorkloadLocation, revision: string): Promise<RunRevision> {
  return google.transport.send({
    api: 'run',
    method: 'GET',
    path: `${collectionPath(at)}/${at.name}/revisions/${revision}`,
  });
}

export function listRevisions(google: Google, at: WorkloadLocation): Promise<RunRevision[]> {
  return listAll<{ revisions?: RunRevision[]; nextPageToken?: string }, RunRevision>(
    google.transport,
    {
      api: 'run',
      method: 'GET',
      path: `${collectionPath(at)}/${at.name}/revisions`,
      query: { pageSize: 500 },
    },
    (page) => page.revisions,
  );
}

function collectionPath(at: Omit<WorkloadLocation, 'name'>): string {
  return `v2/projects/${at.project}/locations/${at.region}/${at.kind}`;
}
