import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { duration, type LatencyProfile } from './latency.ts';
import { type Api, type Cloud, type Operation, Refusal, type Table } from './service.ts';

/** Numbers of google.rpc.Code, which operations carry instead of the HTTP status. */
export const grpcCodes: Readonly<Record<string, number>> = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

export interface NewOperation {
  readonly api: string;
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly project: string;
  readonly step: string;
  readonly id?: string;
  readonly metadata?: unknown;
}

/** The long-running work of all APIs. Nothing happens by timer: work that is due is done when somebody looks. */
export class Operations {
  readonly #table: Table<Operation>;
  readonly #clock: Clock;
  readonly #profile: LatencyProfile;
  readonly #settlers = new Map<string, NonNullable<Api['settle']>>();
  readonly #failers = new Map<string, NonNullable<Api['fail']>>();
  readonly #faultOf: (operation: NewOperation) => Operation['fault'];
  readonly #newId: () => string;
  readonly #pending = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: {
    table: Table<Operation>;
    clock: Clock;
    profile: LatencyProfile;
    apis: readonly Api[];
    newId: () => string;
    /** The error in which a fault script wants the operation to end. */
    faultOf: (operation: NewOperation) => Operation['fault'];
  }) {
    this.#table = options.table;
    this.#clock = options.clock;
    this.#profile = options.profile;
    this.#newId = options.newId;
    this.#faultOf = options.faultOf;
    for (const api of options.apis) {
      if (api.settle !== undefined) {
        this.#settlers.set(api.name, { ...this.#settlers.get(api.name), ...api.settle });
      }
      if (api.fail !== undefined) {
        this.#failers.set(api.name, { ...this.#failers.get(api.name), ...api.fail });
      }
    }
    this.resume();
  }

  /** Picks up the unfinished operations of a restored state. */
  resume(): void {
    this.#pending.clear();
    for (const [id, operation] of this.#table.entries()) if (!operation.done) this.#pending.add(id);
  }

  async start(wanted: NewOperation, cloud: Cloud): Promise<Operation> {
    const now = this.#clock.now();
    const fault = this.#faultOf(wanted);
    const operation: Operation = {
      id: wanted.id ?? this.#newId(),
      api: wanted.api,
      action: wanted.action,
      input: wanted.input,
      project: wanted.project,
      createdAt: now,
      dueAt: now + duration(this.#profile, wanted.step),
      done: false,
      ...(wanted.metadata === undefined ? {} : { metadata: wanted.metadata }),
      ...(fault === undefined ? {} : { fault }),
    };
    this.#table.set(operation.id, operation);
    this.#pending.add(operation.id);
    if (operation.dueAt <= now) await this.#settle(operation, cloud);
    return operation;
  }

  async find(id: string, cloud: Cloud): Promise<Operation | undefined> {
    await this.settleDue(cloud);
    return this.#table.get(id);
  }

  /** Of which API the operation is, if there is one of that id. */
  owner(id: string): string | undefined {
    return this.#table.get(id)?.api;
  }

  /**
   * Does what is due, in the order in which it became due. Work that really takes time (a database that starts) goes on
   * in the background and its operation is done when it is; one slow operation does not hold up every read.
   */
  async settleDue(cloud: Cloud): Promise<void> {
    const now = this.#clock.now();
    const due = [...this.#pending]
      .map((id) => this.#table.get(id))
      .filter((operation): operation is Operation => operation !== undefined && operation.dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt);
    if (due.length === 0) return;
    for (const operation of due) void this.#settle(operation, cloud);
    await nextTurn();
  }

  /** Waits for everything that is being settled, so that a closing emulator leaves no work behind. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  #settle(operation: Operation, cloud: Cloud): Promise<void> {
    const running = this.#running.get(operation.id);
    if (running !== undefined) return running;
    const work = this.#run(operation, cloud).finally(() => {
      operation.done = true;
      this.#pending.delete(operation.id);
      this.#running.delete(operation.id);
    });
    this.#running.set(operation.id, work);
    return work;
  }

  async #run(operation: Operation, cloud: Cloud): Promise<void> {
    const settle = this.#settlers.get(operation.api)?.[operation.action];
    try {
      if (operation.fault !== undefined) {
        await this.#failers.get(operation.api)?.[operation.action]?.(operation, cloud);
        operation.error = operation.fault;
        return;
      }
      if (settle === undefined) throw new Error(`${operation.api} settles no ${operation.action}`);
      await settle(operation, cloud);
    } catch (error) {
      if (error instanceof Refusal) {
        operation.error = {
          code: grpcCodes[error.status] ?? 2,
          message: error.message,
          ...(error.details.length > 0 ? { details: error.details } : {}),
        };
      } else {
        // A defect of the emulator: the operation must not look as if Google had refused it for a reason.
        process.stderr.write(
          `emulator: ${operation.api} ${operation.action} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        operation.error = { code: 13, message: 'Internal error encountered.' };
      }
    }
  }
}
