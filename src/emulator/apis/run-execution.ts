import { type Call, type Cloud, Refusal, type Table } from '../service.ts';
import { notFound, parentOf } from './run-collection.ts';
import { logEnd } from './run-execution-log.ts';
import { hasFailed, type Progress, type Tally, tallyAt } from './run-progress.ts';
import { type Condition, partsOf, shortName, type TaskTemplate } from './run-resource.ts';

/** One run of a job. */
export interface Execution {
  readonly name: string;
  readonly uid: string;
  readonly etag: string;
  readonly createTime: string;
  readonly creator: string;
  readonly launchStage: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly template: TaskTemplate;
  readonly progress: Progress;
  /** What every attempt writes to its standard output. */
  readonly lines: readonly string[];
  /** Whether its end stands in the log. */
  readonly logged: boolean;
  readonly deleteTime?: string;
}

export const executionType = 'type.googleapis.com/google.cloud.run.v2.Execution';

export function executions(cloud: Cloud): Table<Execution> {
  return cloud.table<Execution>('run.executions');
}

/** Full name of the execution's job. */
export function jobOf(execution: { readonly name: string }): string {
  return execution.name.slice(0, execution.name.indexOf('/executions/'));
}

/** The execution that the path names, brought up to date. */
export function executionOf(call: Call, cloud: Cloud): Execution {
  const { workload, execution } = call.params;
  const found = executions(cloud).get(`${parentOf(call, cloud)}/jobs/${workload}/executions/${execution}`);
  if (found === undefined) throw notFound(call, 'EXECUTION', execution);
  return upToDate(cloud, found);
}

/** Those of a job, newest first; `-` for all jobs and all locations. */
export function executionsIn(call: Call, cloud: Cloud, withDeleted = false): Execution[] {
  const { id } = cloud.project(call.params.project ?? '');
  const { location, workload } = call.params;
  return [...executions(cloud).values()]
    .filter((one) => {
      const of = partsOf(one.name);
      return (
        of.project === id &&
        (location === '-' || of.location === location) &&
        (workload === '-' || of.id === workload) &&
        cloud.arrived('list', one.name) &&
        (withDeleted || one.deleteTime === undefined)
      );
    })
    .map((one) => upToDate(cloud, one))
    .reverse();
}

export function forgetExecutions(cloud: Cloud, job: string): void {
  for (const [name] of [...executions(cloud).entries()]) {
    if (name.startsWith(`${job}/executions/`)) executions(cloud).delete(name);
  }
}

export function tallyOf(cloud: Cloud, execution: Execution): Tally {
  return tallyAt(execution.progress, cloud.clock.now());
}

/** Writes the end of an execution into the log, once; time itself needs nobody to do anything. */
export function upToDate(cloud: Cloud, execution: Execution): Execution {
  if (execution.logged) return execution;
  const tally = tallyOf(cloud, execution);
  if (tally.completedAt === undefined) return execution;
  logEnd(cloud, execution, outcomeMessage(execution, tally), tally.completedAt);
  const noted = { ...execution, logged: true };
  executions(cloud).set(execution.name, noted);
  return noted;
}

/** As the API shows it. */
export function viewExecution(cloud: Cloud, execution: Execution): Record<string, unknown> {
  const tally = tallyOf(cloud, execution);
  const { progress, lines: _lines, logged: _logged, ...shown } = execution;
  const { project, location, id } = partsOf(execution.name);
  const changed = tally.completedAt ?? progress.cancelRequestedAt ?? progress.startedAt;
  return {
    ...shown,
    job: id,
    generation: '1',
    observedGeneration: '1',
    updateTime: changed === undefined ? execution.createTime : timeOf(changed),
    taskCount: progress.taskCount,
    ...(progress.parallelism > 0 ? { parallelism: progress.parallelism } : {}),
    ...(progress.startedAt === undefined ? {} : { startTime: timeOf(progress.startedAt) }),
    ...(tally.completedAt === undefined
      ? { reconciling: true }
      : { completionTime: timeOf(tally.completedAt) }),
    ...nonZero({
      runningCount: tally.running,
      succeededCount: tally.succeeded,
      failedCount: tally.failed,
      cancelledCount: tally.cancelled,
      retriedCount: tally.retried,
    }),
    conditions: conditionsOf(execution, tally),
    logUri: `https://console.cloud.google.com/logs/viewer?project=${project}&advancedFilter=${encodeURIComponent(
      `resource.type="cloud_run_job" resource.labels.job_name="${id}" labels."run.googleapis.com/execution_name"="${shortName(execution.name)}" resource.labels.location="${location}"`,
    )}`,
  };
}

/** As operations carry it. */
export function typedExecution(
  cloud: Cloud,
  execution: Execution,
): { readonly name: string } & Record<string, unknown> {
  return { '@type': executionType, name: execution.name, ...viewExecution(cloud, execution) };
}

/** How the execution ended, as Google words it; `undefined` while it goes on. */
export function outcomeOfExecution(
  execution: Execution,
  tally: Tally,
):
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed' | 'cancelled'; readonly message: string }
  | undefined {
  if (tally.completedAt === undefined) return undefined;
  if (tally.failed === 0 && tally.cancelled === 0) return { state: 'succeeded' };
  const state = tally.cancelled > 0 ? 'cancelled' : 'failed';
  return { state, message: outcomeMessage(execution, tally) };
}

function outcomeMessage(execution: Execution, tally: Tally): string {
  const name = shortName(execution.name);
  const { progress } = execution;
  if (progress.obstacle !== undefined) return progress.obstacle.message;
  if (tally.cancelled > 0) return `Execution ${name} has been cancelled.`;
  if (tally.failure !== undefined) {
    const { index, attempt } = tally.failure;
    return attempt.timedOut
      ? `Task ${name}-task${index} failed with message: The configured timeout was reached.`
      : `Task ${name}-task${index} failed with exit code: ${attempt.exitCode} and message: The container exited with an error.`;
  }
  const seconds = ((tally.completedAt ?? 0) - Date.parse(execution.createTime)) / 1000;
  return `Execution completed successfully in ${Number(seconds.toFixed(2))}s.`;
}

function conditionsOf(execution: Execution, tally: Tally): Condition[] {
  const { progress, createTime } = execution;
  const since = progress.startedAt === undefined ? createTime : timeOf(progress.startedAt);
  const outcome = outcomeOfExecution(execution, tally);
  const { obstacle } = progress;
  const done = tally.completedAt === undefined ? since : timeOf(tally.completedAt);
  const of = (type: string): Condition => {
    const held = obstacle !== undefined && (type === 'Started' || type === obstacle.condition);
    if (held) return { type, state: 'CONDITION_FAILED', ...reasonOf(obstacle), lastTransitionTime: done };
    const begun = progress.startedAt !== undefined || obstacle !== undefined;
    return {
      type,
      state: begun ? 'CONDITION_SUCCEEDED' : 'CONDITION_RECONCILING',
      lastTransitionTime: since,
    };
  };
  return [
    { type: 'Completed', ...completed(execution, outcome), lastTransitionTime: done },
    ...['ResourcesAvailable', 'Started', 'ContainerReady'].map(of),
    ...(tally.retried > 0
      ? [
          {
            type: 'Retry',
            state: 'CONDITION_SUCCEEDED' as const,
            reason: 'IMMEDIATE_RETRY',
            message: 'System will retry after a task failed.',
            lastTransitionTime: since,
          },
        ]
      : []),
  ];
}

function completed(
  { progress }: Execution,
  outcome: ReturnType<typeof outcomeOfExecution>,
): Omit<Condition, 'type' | 'lastTransitionTime'> {
  if (outcome === undefined) {
    return progress.cancelRequestedAt === undefined
      ? { state: 'CONDITION_RECONCILING' }
      : { state: 'CONDITION_RECONCILING', executionReason: 'CANCELLING' };
  }
  if (outcome.state === 'succeeded') return { state: 'CONDITION_SUCCEEDED' };
  const base = { state: 'CONDITION_FAILED' as const, message: outcome.message, severity: 'ERROR' };
  if (progress.obstacle !== undefined) return { ...base, ...reasonOf(progress.obstacle) };
  if (outcome.state === 'cancelled') return { ...base, executionReason: 'CANCELLED' };
  return progress.attempts.some((attempt) => hasFailed(attempt) && !attempt.timedOut)
    ? { ...base, executionReason: 'NON_ZERO_EXIT_CODE' }
    : base;
}

function reasonOf(obstacle: { reason?: string; message: string }) {
  return {
    message: obstacle.message,
    severity: 'ERROR',
    ...(obstacle.reason === undefined ? {} : { reason: obstacle.reason }),
  };
}

function nonZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Refuses what asks for an execution that still runs. */
export function refuseEnded(execution: Execution, tally: Tally): void {
  if (tally.completedAt === undefined) return;
  throw new Refusal(
    400,
    'FAILED_PRECONDITION',
    `Execution '${shortName(execution.name)}' is already completed and cannot be cancelled.`,
  );
}
