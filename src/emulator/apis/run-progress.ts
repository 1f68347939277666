import type { Attempt } from './run-outcome.ts';
import type { Obstacle } from './run-readiness.ts';

/** What is known of an execution; where it stands at a given time follows from it. Times in milliseconds. */
export interface Progress {
  readonly taskCount: number;
  /** How many tasks run at a time; 0 for all of them. */
  readonly parallelism: number;
  /** When the containers started; absent while they are being prepared. */
  readonly startedAt?: number;
  /** Those of every task. */
  readonly attempts: readonly Attempt[];
  readonly cancelRequestedAt?: number;
  readonly cancelledAt?: number;
  /** Why nothing could start, and when that was found out. */
  readonly obstacle?: Obstacle;
  readonly stoppedAt?: number;
}

export interface TaskState {
  readonly state: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Cancelled';
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** How many attempts have ended. */
  readonly ended: number;
  readonly last?: Attempt;
}

export interface Tally {
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly retried: number;
  /** Set once every task has ended. */
  readonly completedAt?: number;
  /** The first task that failed. */
  readonly failure?: { readonly index: number; readonly attempt: Attempt };
}

/** Tasks start in waves of `parallelism`; all take the same time. */
export function taskStateAt(progress: Progress, index: number, now: number): TaskState {
  const { startedAt, attempts, cancelledAt, parallelism } = progress;
  if (progress.obstacle !== undefined)
    return { state: 'Failed', ended: 0, ...at('endedAt', progress.stoppedAt) };
  const wave = parallelism === 0 ? 0 : Math.floor(index / parallelism);
  const start = startedAt === undefined ? undefined : startedAt + wave * length(attempts);
  if (start === undefined || (cancelledAt !== undefined && start > cancelledAt)) {
    return cancelledAt === undefined
      ? { state: 'Pending', ended: 0 }
      : { state: 'Cancelled', ended: 0, endedAt: cancelledAt };
  }
  if (now < start) return { state: 'Pending', ended: 0 };
  const end = start + length(attempts);
  const stop = cancelledAt !== undefined && cancelledAt < end ? cancelledAt : undefined;
  const ended = endedBy(attempts, Math.min(now, stop ?? now) - start);
  const last = attempts[ended - 1];
  const common = { startedAt: start, ended, ...(last === undefined ? {} : { last }) };
  if (stop !== undefined) return { ...common, state: 'Cancelled', endedAt: stop };
  if (now < end) return { ...common, state: 'Running' };
  return { ...common, state: hasFailed(last) ? 'Failed' : 'Succeeded', endedAt: end };
}

export function tallyAt(progress: Progress, now: number): Tally {
  const counts = { running: 0, succeeded: 0, failed: 0, cancelled: 0, retried: 0 };
  let completedAt: number | undefined = 0;
  let failure: Tally['failure'];
  for (let index = 0; index < progress.taskCount; index += 1) {
    const task = taskStateAt(progress, index, now);
    counts.retried += Math.max(0, task.ended - 1);
    if (task.endedAt === undefined) completedAt = undefined;
    else if (completedAt !== undefined) completedAt = Math.max(completedAt, task.endedAt);
    if (task.state === 'Failed' && task.last !== undefined) failure ??= { index, attempt: task.last };
    if (task.state !== 'Pending') counts[countOf[task.state]] += 1;
  }
  return { ...counts, ...at('completedAt', completedAt), ...(failure === undefined ? {} : { failure }) };
}

const countOf = {
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Cancelled: 'cancelled',
} as const;

/** When the last task ends if nobody interferes; `undefined` while nothing has started. */
export function expectedEnd(progress: Progress): number | undefined {
  if (progress.startedAt === undefined) return undefined;
  const waves = progress.parallelism === 0 ? 1 : Math.ceil(progress.taskCount / progress.parallelism);
  return progress.startedAt + waves * length(progress.attempts);
}

export function hasFailed(attempt: Attempt | undefined): boolean {
  return attempt !== undefined && (attempt.exitCode !== 0 || attempt.timedOut);
}

function length(attempts: readonly Attempt[]): number {
  return attempts.reduce((sum, attempt) => sum + attempt.seconds * 1000, 0);
}

function endedBy(attempts: readonly Attempt[], elapsed: number): number {
  let end = 0;
  let count = 0;
  for (const attempt of attempts) {
    end += attempt.seconds * 1000;
    if (end > elapsed) break;
    count += 1;
  }
  return count;
}

function at<K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: number };
}
