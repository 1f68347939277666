import { EventEmitter } from 'node:events';
import type { Cloud } from '../service.ts';
import { collection, type PendingRecord, type RepositoryRecord } from './records.ts';

interface At {
  readonly cloud: Cloud;
  readonly repository: RepositoryRecord;
}

export type Decision = NonNullable<PendingRecord['decision']>;

// Who waits is no part of the state: a waiting job lives in the process that runs it.
const decided = new WeakMap<Cloud, EventEmitter>();

function key(run: number, environment: string): string {
  return `${run}/${environment.toLowerCase()}`;
}

function emitter(cloud: Cloud): EventEmitter {
  const known = decided.get(cloud) ?? new EventEmitter().setMaxListeners(0);
  decided.set(cloud, known);
  return known;
}

/** What a run waits for. */
export function pendingOf(at: At, run: number): PendingRecord[] {
  return collection(at.cloud, at.repository, 'pending')
    .all()
    .filter((one) => one.run === run && one.decision === undefined);
}

/**
 * Resolves when a reviewer has decided; all jobs of a run that wait for the same environment get one decision.
 * Rejects when `signal` is aborted.
 */
export async function awaitReview(
  at: At,
  run: number,
  environment: string,
  signal: AbortSignal,
): Promise<Decision> {
  const table = collection(at.cloud, at.repository, 'pending');
  const id = key(run, environment);
  const known = table.get(id);
  if (known?.decision !== undefined) return known.decision;
  if (known === undefined) table.set(id, { run, environment, since: at.cloud.timestamp() });
  const { promise, resolve, reject } = Promise.withResolvers<Decision>();
  const name = `${at.repository.fullName.toLowerCase()}#${id}`;
  const onAbort = (): void => reject(signal.reason);
  emitter(at.cloud).once(name, resolve);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await promise;
  } finally {
    emitter(at.cloud).off(name, resolve);
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) table.delete(id);
  }
}

/** Notes the decision of a reviewer and lets the jobs go on. */
export function decide(at: At, run: number, environment: string, decision: Decision): void {
  const id = key(run, environment);
  const table = collection(at.cloud, at.repository, 'pending');
  const pending = table.get(id);
  if (pending === undefined || pending.decision !== undefined) return;
  pending.decision = decision;
  emitter(at.cloud).emit(`${at.repository.fullName.toLowerCase()}#${id}`, decision);
}
