/** Deploys a job as `gcloud run jobs deploy` does, and runs it when asked to. */
import { GoogleError, isNotFound } from '../../google/error.ts';
import type { Google } from '../../google/google.ts';
import {
  createJob,
  getJob,
  type JobLocation,
  type RunExecution,
  type RunJob,
  replaceJob,
  runJob,
  waitForExecution,
  waitUntilJobIsSettled,
} from '../../google/run-jobs.ts';
import { Failure } from '../../lib/failure.ts';
import { executionFilter } from '../../release/container-log.ts';
import { changesOf } from './changes.ts';
import type { Deployed } from './deployed.ts';
import { type JobDraft, jobDraft, type Place } from './draft.ts';
import { failureWithLog } from './failed.ts';
import type { Request } from './request.ts';

/** Times that somebody else may change the job between our look and our write. */
const attempts = 5;

type Order = Pick<Request, 'edits' | 'orders'>;

export async function deployJob(google: Google, place: Place, name: string, order: Order): Promise<Deployed> {
  const at: JobLocation = { ...place, name };
  const { draft, before } = await writeJob(google, at, order);
  await requireReady(google, at);
  const { run } = order.orders;
  const execution = run ? await execute(google, at, draft, run === 'and wait') : undefined;
  return { ...shown(place, name, draft, before), ...(execution ? { execution } : {}) };
}

/** The same without a write. */
export async function planJob(google: Google, place: Place, name: string, order: Order): Promise<Deployed> {
  const before = await read(google, { ...place, name });
  return shown(place, name, drafted(place, before, order), before);
}

function shown(place: Place, name: string, draft: JobDraft, before: RunJob | undefined): Deployed {
  return {
    region: place.region,
    kind: 'job',
    name,
    url: '',
    image: draft.container.image ?? '',
    changes: changesOf(before && jobDraft(place, before), draft),
    remarks: [],
  };
}

/** A write that is sent twice changes nothing the second time: all of the job is in it. */
async function writeJob(
  google: Google,
  at: JobLocation,
  order: Order,
): Promise<{ draft: JobDraft; before: RunJob | undefined }> {
  const before = await read(google, at);
  let have = before;
  for (let attempt = 1; ; attempt++) {
    const draft = drafted(at, have, order);
    try {
      await (have ? replaceJob(google, at, draft.job) : createJob(google, at, draft.job));
      return { draft, before };
    } catch (error) {
      if (!(error instanceof GoogleError) || error.http !== 409 || attempt >= attempts) throw error;
      const now = await read(google, at);
      if (now?.etag === have?.etag) throw error;
      have = now;
    }
  }
}

function drafted(place: Place, have: RunJob | undefined, { edits }: Order): JobDraft {
  const draft = jobDraft(place, have);
  for (const edit of edits) edit(draft);
  draft.job.client = 'aethercast-deploy';
  return draft;
}

export async function requireReady(google: Google, at: JobLocation): Promise<void> {
  const { terminalCondition } = await waitUntilJobIsSettled(google, at);
  if (!terminalCondition || terminalCondition.state === 'CONDITION_SUCCEEDED') return;
  throw new Failure(
    'JOB_FAILED',
    `Job ${at.name} cannot be run: ${terminalCondition.message ?? 'Google gives no reason.'}`,
    { next: 'Mend what the message names and run again.' },
  );
}

/** Milliseconds that an execution may take to be given its tasks and to be counted, beside the tasks themselves. */
const grace = 15 * 60_000;
/** Cloud Run's own: ten minutes for a task, and three more tries. */
const defaultTimeout = 600;
const defaultRetries = 3;

async function execute(google: Google, at: JobLocation, draft: JobDraft, waits: boolean): Promise<string> {
  const execution = await runJob(google, at);
  const name = execution.split('/').at(-1) ?? execution;
  if (!waits) return name;
  const ended = await waitForExecution(google, execution, longest(draft));
  if (succeeded(ended)) return name;
  const message = ended.conditions?.find(({ type }) => type === 'Completed')?.message;
  throw await failureWithLog(google, {
    code: 'EXECUTION_FAILED',
    message: `Execution ${name} of job ${at.name} failed: ${message ?? `${ended.failedCount ?? 0} tasks failed, ${ended.cancelledCount ?? 0} were cancelled.`}`,
    next: 'Mend what the container wrote above and run again.',
    project: at.project,
    filter: executionFilter(at, name),
  });
}

function succeeded(ended: RunExecution): boolean {
  return !ended.failedCount && !ended.cancelledCount && (ended.succeededCount ?? 0) >= (ended.taskCount ?? 1);
}

function longest({ template, task }: JobDraft): number {
  const seconds = Number.parseInt(task.timeout ?? '', 10) || defaultTimeout;
  const tries = 1 + (template.template?.maxRetries ?? defaultRetries);
  const tasks = template.taskCount ?? 1;
  const rounds = template.parallelism ? Math.ceil(tasks / template.parallelism) : 1;
  return seconds * tries * rounds * 1000 + grace;
}

async function read(google: Google, at: JobLocation): Promise<RunJob | undefined> {
  return await getJob(google, at).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}
