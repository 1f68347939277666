import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';

/** How to wait for something that Google finishes later. */
export interface Waiting {
  /** In words, for the message on expiry: `creating Cloud SQL instance x`. */
  readonly what: string;
  /** Milliseconds after which waiting ends with DEADLINE_EXCEEDED, or with what `expired` says instead. */
  readonly deadline: number;
  readonly expired?: () => Failure | Promise<Failure>;
  /** Where a person can look meanwhile. */
  readonly console?: string;
  /** Milliseconds between the first look and the second, and the ceiling that the pauses grow to. */
  readonly first?: number;
  readonly ceiling?: number;
}

/** Looks until `look` gives something. Every wait of the suite goes through here, and none is without a deadline. */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  waiting: Waiting,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  const end = clock.now() + waiting.deadline;
  let pause = waiting.first ?? 250;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (clock.now() + pause > end) throw (await waiting.expired?.()) ?? expired(waiting);
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 1.5, waiting.ceiling ?? 5_000);
  }
}

function expired(waiting: Waiting): Failure {
  const minutes = Math.round(waiting.deadline / 6_000) / 10;
  return new Failure('DEADLINE_EXCEEDED', `${waiting.what} did not finish within ${minutes} minutes.`, {
    next: `Look at ${waiting.console ?? 'it in the Google Cloud console'}, then run again: what is already done is kept.`,
  });
}

/** An operation of Run, Artifact Registry, Memorystore, IAM, Service Usage and Service Networking. */
export interface RpcOperation {
  readonly name?: string;
  readonly done?: boolean;
  readonly error?: { readonly code?: number; readonly message?: string };
  readonly response?: unknown;
  readonly metadata?: unknown;
}

/** The operation ended in an error; `message` is Google's. */
export class OperationFailed extends Error {
  /** A gRPC status code, or 0 where the API gives none. */
  readonly code: number;
  readonly what: string;

  constructor(what: string, code: number, message: string) {
    super(message);
    this.name = 'OperationFailed';
    this.what = what;
    this.code = code;
  }
}

/** The finished operation's response. Throws OperationFailed. */
export function finished(operation: RpcOperation, what: string): unknown {
  if (operation.error) {
    throw new OperationFailed(what, operation.error.code ?? 0, operation.error.message ?? 'no message');
  }
  return operation.response;
}

/** Waits for an operation that is polled by its name below the API's version. */
export async function waitForRpc(
  started: RpcOperation,
  get: (name: string) => Promise<RpcOperation>,
  waiting: Waiting,
  clock: Clock,
  signal?: AbortSignal,
): Promise<unknown> {
  if (started.done) return finished(started, waiting.what);
  const name = started.name ?? '';
  const ended = await waitFor(
    async () => {
      const now = await get(name);
      return now.done ? now : undefined;
    },
    waiting,
    clock,
    signal,
  );
  return finished(ended, waiting.what);
}
