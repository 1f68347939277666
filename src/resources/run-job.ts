/**
 * A worker that ends: a Cloud Run job. Deploying it runs nothing, see docs/decisions/0016-jobs-are-not-run.md. It has no
 * revisions: the next execution takes what is there. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs
 */
import type { Service, Worker } from '../config/deployment.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { GoogleError, isNotFound } from '../google/error.ts';
import { OperationFailed } from '../google/operations.ts';
import {
  createJob,
  getJob,
  type JobLocation,
  type RunJob,
  replaceJob,
  waitUntilJobIsSettled,
} from '../google/run-jobs.ts';
import { Failure } from '../lib/failure.ts';
import { because } from './because.ts';
import { containersOf } from './containers.ts';
import type { Context } from './context.ts';
import { sentMarks, sentRevisionMarks, wantedMarks, wantedRevisionMarks } from './marks.ts';
import { RevisionFailed } from './revision-failed.ts';
import type { WorkerRollout } from './worker-pool.ts';
import { acceleratorOf, limitsOf, mostConflicts, notReady, type Release, templateOf } from './workload.ts';
import { templateChanges } from './workload-changes.ts';

export const runJobAddress = (name: string): string => `job/${name}`;

type Execution = NonNullable<RunJob['template']>;

export function workerJob(
  context: Context,
  service: Service,
  worker: Worker,
  release: Release,
  { passes, after }: WorkerRollout,
): Resource<RunJob> {
  const { deployment } = context;
  const { template: task, ...execution } = executionOf(context, service, worker, release);
  const address = runJobAddress(worker.name);
  const why = because(deployment, worker.place);
  const at: JobLocation = { project: deployment.project, region: deployment.region, name: worker.name };
  const bodyOf = (have: RunJob | undefined): RunJob => ({
    ...kept(have),
    ...sentMarks(deployment, service, have),
    template: { ...execution, ...sentRevisionMarks(deployment, service, release), template: task },
  });
  return {
    address,
    dependsOn: after,
    observe: () => readJob(context, at),
    diff: (have) => {
      const fields: FieldChange[] = [
        ...compare(wantedMarks(deployment, service, have), have),
        ...compare(execution, have?.template),
        ...compare(wantedRevisionMarks(service, have), have?.template, 'execution.'),
        ...templateChanges(task ?? {}, have?.template?.template),
        ...retryOf(have),
      ];
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: (_changes, have) => write(context, at, have, bodyOf, passes),
  };
}

function executionOf(context: Context, service: Service, worker: Worker, release: Release): Execution {
  const { tasks = 1, parallelism = 0, maxRetries = 0, timeoutSeconds = 0 } = worker.execution ?? {};
  return {
    taskCount: tasks,
    parallelism,
    template: {
      ...templateOf(context, service, release),
      ...acceleratorOf(worker),
      maxRetries,
      timeout: `${timeoutSeconds}s`,
      containers: containersOf(
        context,
        service,
        release,
        { ...worker, part: 'worker' },
        { resources: { limits: limitsOf(worker) } },
      ),
    },
  };
}

/** What others have set beside what is ours: a write replaces the whole job. */
function kept(have: RunJob | undefined): RunJob {
  const { binaryAuthorization, launchStage, client, clientVersion } = have ?? {};
  return JSON.parse(JSON.stringify({ binaryAuthorization, launchStage, client, clientVersion })) as RunJob;
}

/** A job that could not be run is not looked at again by itself: it is written once more. */
function retryOf(have: RunJob | undefined): FieldChange[] {
  const failed = have && notReady(have);
  return failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
}

/** As for revisions: rights may take seven minutes to count. */
const longestPassing = 7 * 60_000;
const passingPause = 10_000;

async function write(
  context: Context,
  at: JobLocation,
  found: RunJob | undefined,
  bodyOf: (have: RunJob | undefined) => RunJob,
  passes: WorkerRollout['passes'],
): Promise<void> {
  const { google } = context;
  const end = google.clock.now() + longestPassing;
  let have = found;
  for (let conflict = 0; conflict < mostConflicts; ) {
    try {
      await send(context, at, have, bodyOf(have));
      return;
    } catch (error) {
      if (error instanceof GoogleError && error.http === 409) conflict++;
      else if (google.clock.now() + passingPause > end || !(await passes(error))) throw error;
      else await google.clock.sleep(passingPause, google.signal);
      have = await readJob(context, at);
    }
  }
  throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing ${at.name} at the same time.`, {
    next: 'Let one deployment of this service run at a time (`concurrency:` in the workflow), and run again.',
  });
}

/** Throws RevisionFailed when Cloud Run takes the job and says that it could not be run. */
async function send(
  { google }: Context,
  at: JobLocation,
  have: RunJob | undefined,
  body: RunJob,
): Promise<void> {
  try {
    await (have ? replaceJob(google, at, { ...body, etag: have.etag }) : createJob(google, at, body));
  } catch (error) {
    if (error instanceof OperationFailed) throw failed(at, error.message, error);
    throw error;
  }
  const problem = notReady(await waitUntilJobIsSettled(google, at));
  if (problem) throw failed(at, problem.message ?? 'Google gives no reason.', undefined);
}

function failed(at: JobLocation, reason: string, cause: unknown): RevisionFailed {
  return new RevisionFailed(
    { kind: 'jobs', workload: at.name, revision: at.name, reason, serving: undefined, stage: 'start' },
    cause,
  );
}

export async function readJob({ google }: Context, at: JobLocation): Promise<RunJob | undefined> {
  return await getJob(google, at).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}
