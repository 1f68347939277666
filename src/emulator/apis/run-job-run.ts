import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { uuid } from './listing.ts';
import { dryRun, refuseStale, resourceOf, runApiName, viewOperationOn } from './run-collection.ts';
import {
  type Execution,
  executions,
  executionType,
  jobOf,
  outcomeOfExecution,
  tallyOf,
  typedExecution,
  upToDate,
} from './run-execution.ts';
import { logStart } from './run-execution-log.ts';
import { checkExecutionTemplate, jobKind, jobs } from './run-jobs.ts';
import { attemptsOf, outcomeOf } from './run-outcome.ts';
import { type Overrides, withOverrides } from './run-overrides.ts';
import { expectedEnd } from './run-progress.ts';
import { findObstacle } from './run-readiness.ts';
import { type ExecutionTemplate, email, type Job, shortName } from './run-resource.ts';

/** Runs a job: the operation is about the execution and is done when that has ended. */
export async function runJob(call: Call, cloud: Cloud): Promise<Reply> {
  const { execution, operation } = await startExecution(call, cloud);
  if (operation === undefined) return dryRun(cloud, executionType, typedExecution(cloud, execution));
  return { status: 200, body: viewRunOperation(cloud, operation) };
}

/** The new execution; without an operation if the call only wanted to know whether it could be run. */
export async function startExecution(
  call: Call,
  cloud: Cloud,
): Promise<{ readonly execution: Execution; readonly operation?: Operation }> {
  await cloud.settleDue();
  const job = resourceOf<Job>(call, cloud, jobKind);
  const body = (call.body ?? {}) as { etag?: string; overrides?: Overrides; validateOnly?: boolean };
  if (body.overrides !== undefined) cloud.require(call.principal, 'run.jobs.runWithOverrides', job.name);
  refuseStale(job, body.etag);
  refuseUnready(job);
  const template = withOverrides(job.template, body.overrides ?? {});
  checkExecutionTemplate(template, shortName(job.name));
  const execution = newExecution(call, cloud, job, template);
  if (body.validateOnly === true) return { execution };
  executions(cloud).set(execution.name, execution);
  cloud.spread('list', execution.name);
  jobs(cloud).set(job.name, {
    ...job,
    executionCount: (job.executionCount ?? 0) + 1,
    latestCreatedExecution: { name: execution.name, createTime: execution.createTime },
  });
  const operation = await cloud.start({
    api: runApiName,
    action: 'execute',
    step: 'run.execution',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: { location: call.params.location, name: execution.name, last: execution },
  });
  return { execution: executions(cloud).get(execution.name) ?? execution, operation };
}

function refuseUnready(job: Job): void {
  if (job.terminalCondition?.state === 'CONDITION_SUCCEEDED' && job.deleteTime === undefined) return;
  throw new Refusal(
    400,
    'FAILED_PRECONDITION',
    `Job '${shortName(job.name)}' is not ready and cannot be run. ${job.terminalCondition?.message ?? ''}`.trim(),
  );
}

function newExecution(call: Call, cloud: Cloud, job: Job, template: ExecutionTemplate): Execution {
  const task = template.template ?? {};
  const outcome = outcomeOf(cloud, job.name, task);
  const taskCount = template.taskCount ?? 1;
  return {
    name: `${job.name}/executions/${shortName(job.name)}-${suffix(cloud)}`,
    uid: uuid(cloud, 'run.uid'),
    etag: cloud.etag(),
    createTime: cloud.timestamp(),
    creator: email(call.principal),
    launchStage: job.launchStage,
    ...(template.labels === undefined ? {} : { labels: template.labels }),
    ...(template.annotations === undefined ? {} : { annotations: template.annotations }),
    template: task,
    progress: {
      taskCount,
      parallelism: template.parallelism ?? 0,
      attempts: attemptsOf(outcome, {
        maxRetries: task.maxRetries ?? 3,
        timeoutSeconds: Number.parseFloat(task.timeout ?? '600s'),
      }),
    },
    lines: outcome.logs ?? [],
    logged: false,
  };
}

/** Five letters and digits that depend on the emulator's seed alone. */
function suffix(cloud: Cloud): string {
  const characters = 'bcdfghjklmnpqrstvwxz2456789';
  const hex = cloud.hex(10, 'run.execution');
  return [0, 2, 4, 6, 8]
    .map((at) => characters[Number.parseInt(hex.slice(at, at + 2), 16) % characters.length])
    .join('');
}

/** Called when the containers of an execution would start. */
export function settleExecution(operation: Operation, cloud: Cloud): void {
  const execution = executions(cloud).get(String(operation.input.name));
  if (execution === undefined || execution.progress.cancelledAt !== undefined) return;
  const obstacle = findObstacle({
    cloud,
    workload: jobOf(execution),
    revision: '',
    template: execution.template,
    kind: 'jobs',
  });
  const now = cloud.clock.now();
  const progress =
    obstacle === undefined
      ? { ...execution.progress, startedAt: now }
      : { ...execution.progress, obstacle, stoppedAt: now };
  const started = { ...execution, progress };
  executions(cloud).set(execution.name, started);
  if (obstacle === undefined) logStart(cloud, started);
  upToDate(cloud, started);
}

/** Called when a fault script has the operation end in an error. */
export function failExecution(operation: Operation, cloud: Cloud): void {
  const execution = executions(cloud).get(String(operation.input.name));
  if (execution === undefined) return;
  const message = operation.fault?.message ?? '';
  const failed: Execution = {
    ...execution,
    progress: {
      ...execution.progress,
      obstacle: { condition: 'ResourcesAvailable', reason: 'INTERNAL', message },
      stoppedAt: cloud.clock.now(),
    },
  };
  executions(cloud).set(execution.name, failed);
  upToDate(cloud, failed);
}

/** The operation of a run is done when its execution has ended, and failed if that did. */
export function viewRunOperation(cloud: Cloud, operation: Operation): Record<string, unknown> {
  const execution = executions(cloud).get(String(operation.input.name));
  if (execution === undefined)
    return viewOperationOn(operation, typedExecution(cloud, operation.input.last as Execution));
  const current = upToDate(cloud, execution);
  const outcome = outcomeOfExecution(current, tallyOf(cloud, current));
  const failed = outcome !== undefined && outcome.state !== 'succeeded';
  return viewOperationOn(
    {
      ...operation,
      done: operation.done && outcome !== undefined,
      ...(failed ? { error: operation.error ?? { code: 9, message: outcome.message } } : {}),
    },
    typedExecution(cloud, current),
  );
}

/** When the run of the operation ends, on the cloud's clock; `undefined` when it has ended or not begun. */
export function endOfRun(cloud: Cloud, operation: Operation): number | undefined {
  const execution = executions(cloud).get(String(operation.input.name));
  if (execution === undefined || tallyOf(cloud, execution).completedAt !== undefined) return undefined;
  return expectedEnd(execution.progress);
}
