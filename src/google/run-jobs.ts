import type { run_v2 } from '@googleapis/run';
import type { Shape } from '../lib/shape.ts';
import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { finished, type RpcOperation, waitFor } from './operations.ts';
import { listAll } from './paging.ts';
import { reconciled, waitForRun } from './run-operations.ts';

export type RunJob = Shape<run_v2.Schema$GoogleCloudRunV2Job>;
export type RunTask = Shape<run_v2.Schema$GoogleCloudRunV2TaskTemplate>;
export type RunExecution = Shape<run_v2.Schema$GoogleCloudRunV2Execution>;

export interface JobLocation {
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

export function listJobs(google: Google, at: Omit<JobLocation, 'name'>): Promise<RunJob[]> {
  return listAll<{ jobs?: RunJob[]; nextPageToken?: string }, RunJob>(
    google.transport,
    { api: 'run', method: 'GET', path: jobsPath(at), query: { pageSize: 500 } },
    (page) => page.jobs,
  );
}

/** All of them that Cloud Run still knows, the newest first. */
export function listExecutions(google: Google, at: JobLocation): Promise<RunExecution[]> {
  return listAll<{ executions?: RunExecution[]; nextPageToken?: string }, RunExecution>(
    google.transport,
    { api: 'run', method: 'GET', path: `${jobPath(at)}/executions`, query: { pageSize: 500 } },
    (page) => page.executions,
  );
}

/**
 * Deletes the job with its executions and waits until it is gone; that it is already is as good. With an etag somebody
 * else's change in between is refused as 409.
 */
export async function deleteJob(google: Google, at: JobLocation, etag?: string): Promise<void> {
  await unlessGone(
    google.transport
      .send<RpcOperation>({
        api: 'run',
        method: 'DELETE',
        path: jobPath(at),
        ...(etag ? { query: { etag } } : {}),
      })
      .then((started) => waitForRun(google, started, `deleting ${at.name}`)),
  );
}

export function getJob(google: Google, at: JobLocation): Promise<RunJob> {
  return google.transport.send({ api: 'run', method: 'GET', path: jobPath(at) });
}

/** Creates the job and waits until it could be run. Throws OperationFailed with Google's message. */
export async function createJob(google: Google, at: JobLocation, body: RunJob): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'run',
    method: 'POST',
    path: jobsPath(at),
    query: { jobId: at.name },
    body,
    repeatable: true,
  });
  await waitForRun(google, started, `creating ${at.name}`);
}

/** Replaces the job; an `etag` in the body is compared. Throws OperationFailed with Google's message. */
export async function replaceJob(google: Google, at: JobLocation, body: RunJob): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'run',
    method: 'PATCH',
    path: jobPath(at),
    body,
  });
  await waitForRun(google, started, `deploying ${at.name}`);
}

/** Starts the job, and gives the full name of the execution. Not repeatable: a second sending would run it twice. */
export async function runJob(google: Google, at: JobLocation): Promise<string> {
  const started = await google.transport.send<RpcOperation>({
    api: 'run',
    method: 'POST',
    path: `${jobPath(at)}:run`,
    body: {},
  });
  const { name } = (started.metadata ?? {}) as { name?: string };
  // That the tasks failed, which a quick answer may tell already, is for whoever looks at the execution.
  if (!name) finished(started, `running ${at.name}`);
  return name ?? '';
}

/** Waits until all tasks have ended, well or not. `limit` in milliseconds. */
export function waitForExecution(google: Google, execution: string, limit: number): Promise<RunExecution> {
  return waitFor(
    async () => {
      const now = await google.transport.send<RunExecution>({
        api: 'run',
        method: 'GET',
        path: `v2/${execution}`,
      });
      return now.completionTime ? now : undefined;
    },
    { what: `running ${execution.split('/').at(-1) ?? execution}`, deadline: limit, ceiling: 3_000 },
    google.clock,
    google.signal,
  );
}

/** Waits until Cloud Run has done with the job what it was told, for better or worse. */
export function waitUntilJobIsSettled(google: Google, at: JobLocation): Promise<RunJob> {
  return reconciled(google, at.name, () => getJob(google, at));
}

function jobPath(at: JobLocation): string {
  return `${jobsPath(at)}/${at.name}`;
}

function jobsPath(at: Omit<JobLocation, 'name'>): string {
  return `v2/projects/${at.project}/locations/${at.region}/jobs`;
}
