import { EventEmitter } from 'node:events';
import type { Cloud } from '../service.ts';
import { type Collection, collection, type PendingRecord, type RepositoryRecord } from './records.ts';

interface At {
  readonly cloud: Cloud;
  readonly repository: RepositoryRecord;
}

/** What a reviewer has said. */
export interface Decision {
  readonly state: 'approved' | 'rejected';
  readonly by: string;
  readonly comment: string;
}

const waitingEvent = 'waiting';

// Who waits is no part of the state: a waiting job lives in the process that runs it.
const decided = new WeakMap<Cloud, EventEmitter>();

function key(run: number, environment: string): string {
  return `${run}/${environment.toLowerCase()}`;
}

function eventOf({ repository }: At, id: string): string {
  return `${repository.fullName.toLowerCase()}#${id}`;
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
    .filter((one) => one.run === run);
}

/**
 * Resolves when a reviewer has decided. All jobs of a run that wait for an environment get one decision; a job that
 * comes to it later waits anew. Rejects with the reason of the signal when that is aborted.
 */
export async function awaitReview(
  at: At,
  run: number,
  environment: string,
  signal: AbortSignal,
): Promise<Decision> {
  signal.throwIfAborted();
  const pending = collection(at.cloud, at.repository, 'pending');
  const id = key(run, environment);
  const known = pending.get(id);
  const since = known?.since ?? at.cloud.timestamp();
  pending.set(id, { run, environment, since, jobs: (known?.jobs ?? 0) + 1 });
  const { promise, resolve, reject } = Promise.withResolvers<Decision>();
  const onAbort = (): void => {
    leave(pending, id);
    reject(signal.reason);
  };
  emitter(at.cloud).once(eventOf(at, id), resolve);
  signal.addEventListener('abort', onAbort, { once: true });
  emitter(at.cloud).emit(waitingEvent, run, environment);
  try {
    return await promise;
  } finally {
    emitter(at.cloud).off(eventOf(at, id), resolve);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Nobody is asked any more when the last job that waited is cancelled. */
function leave(pending: Collection<PendingRecord>, id: string): void {
  const record = pending.get(id);
  if (record === undefined) return;
  if (record.jobs > 1) pending.set(id, { ...record, jobs: record.jobs - 1 });
  else pending.delete(id);
}

/** Lets the jobs go on that wait. Returns whether any did. */
export function decide(at: At, run: number, environment: string, decision: Decision): boolean {
  const id = key(run, environment);
  if (!collection(at.cloud, at.repository, 'pending').delete(id)) return false;
  emitter(at.cloud).emit(eventOf(at, id), decision);
  return true;
}

/** Calls back whenever a job begins to wait. Returns how to stop that. */
export function onWaiting(at: At, listener: (run: number, environment: string) => void): () => void {
  emitter(at.cloud).on(waitingEvent, listener);
  return () => emitter(at.cloud).off(waitingEvent, listener);
}
