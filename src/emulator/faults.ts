import { grpcCodes, type NewOperation } from './operations.ts';
import type { Operation } from './service.ts';

/** A long-running operation that ends in an error instead of doing its work. */
export interface OperationFault {
  /** For example `sqladmin` or `run.googleapis.com`. */
  readonly api?: string;
  /** The emulator's name of the work: `createInstance`, `deploy`, ...; docs/emulator.md lists them. */
  readonly action?: string;
  /** The step of the latency profile: `sql.create`, `run.deploy`, ... */
  readonly step?: string;
  /** google.rpc.Code by name (`INTERNAL`) or number. */
  readonly code: string | number;
  readonly message: string;
  /** Entries of `error.details`; the first one is the error code that Cloud SQL shows. */
  readonly details?: readonly unknown[];
}

/** What goes wrong, and when. */
export interface Fault {
  /** Only from the nth request (or operation) that fits on, counting from 1; every one otherwise, as often as `times` says. */
  readonly nth?: number;
  readonly method?: string;
  /** A part of the path, or an expression for it. */
  readonly path?: string | RegExp;
  /** Google's method id, for example `sql.instances.insert`; `*` stands for any part of it. */
  readonly id?: string;
  /** Answer with this status instead of handling the request. */
  readonly status?: number;
  readonly message?: string;
  /** The whole body instead of Google's error with `message`: text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds, for the header of that name. */
  readonly retryAfter?: number;
  /** With `status`: handle the request all the same, and lose only its own reply. */
  readonly afterEffect?: boolean;
  /** Cut the connection before the request is handled, or after its effect and before its reply. */
  readonly drop?: 'before' | 'after';
  /** Milliseconds of real time to wait before anything else. */
  readonly stall?: number;
  /** End a long-running operation in an error; counts operations and not requests. */
  readonly operation?: OperationFault;
  /** How many requests (or operations) it hits; 1 by default, `Infinity` for all. */
  readonly times?: number;
}

interface Armed {
  readonly fault: Fault;
  readonly id: RegExp | undefined;
  seen: number;
  left: number;
}

/** The script of faults; the server asks it once for each request, and the operations once for each that starts. */
export class Faults {
  readonly #armed: Armed[] = [];

  /** Throws when the fault does nothing, or wants two things that exclude each other. */
  add(fault: Fault): void {
    const problem = problemOf(fault);
    if (problem !== undefined) throw new Error(problem);
    this.#armed.push({ fault, id: idPattern(fault.id), seen: 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** The fault that hits this request. */
  strike(request: { method: string; path: string; id: string }): Fault | undefined {
    return this.#next((armed) => armed.fault.operation === undefined && fits(armed, request));
  }

  /** The error in which this new operation is to end. */
  strikeOperation(operation: NewOperation): Operation['fault'] {
    const fault = this.#next(({ fault: { operation: wanted } }) => {
      if (wanted === undefined) return false;
      if (wanted.api !== undefined && operation.api !== fullName(wanted.api)) return false;
      if (wanted.action !== undefined && wanted.action !== operation.action) return false;
      return wanted.step === undefined || wanted.step === operation.step;
    })?.operation;
    if (fault === undefined) return undefined;
    const code = typeof fault.code === 'number' ? fault.code : (grpcCodes[fault.code] ?? 2);
    return {
      code,
      message: fault.message,
      ...(fault.details === undefined ? {} : { details: fault.details }),
    };
  }

  #next(hits: (armed: Armed) => boolean): Fault | undefined {
    for (const armed of this.#armed) {
      if (!hits(armed)) continue;
      armed.seen += 1;
      if (armed.left === 0 || (armed.fault.nth !== undefined && armed.seen < armed.fault.nth)) continue;
      armed.left -= 1;
      return armed.fault;
    }
    return undefined;
  }
}

/** What is wrong with the fault itself, in a sentence. */
export function problemOf(fault: Fault): string | undefined {
  const { status, drop, stall, operation } = fault;
  if (operation !== undefined) {
    if (status !== undefined || drop !== undefined || stall !== undefined) {
      return 'a fault of an operation cannot have a status, drop or stall as well: make two faults of it';
    }
    if (fault.method !== undefined || fault.path !== undefined || fault.id !== undefined) {
      return 'a fault of an operation is chosen by operation.api, action and step, not by method, path or id';
    }
    if (typeof operation.code === 'string' && !(operation.code in grpcCodes)) {
      return `operation.code "${operation.code}" is none of ${Object.keys(grpcCodes).join(', ')}`;
    }
    return undefined;
  }
  if (status === undefined && drop === undefined && stall === undefined) {
    return 'a fault needs one of status, drop, stall and operation';
  }
  if (status !== undefined && drop !== undefined) {
    return 'a fault has a status or a drop: no client sees a status on a connection that is cut';
  }
  const ofReply = ['message', 'body', 'headers', 'retryAfter', 'afterEffect'] as const;
  const idle = status === undefined ? ofReply.find((name) => fault[name] !== undefined) : undefined;
  return idle === undefined ? undefined : `${idle} goes with a status, and this fault has none`;
}

function idPattern(id: string | undefined): RegExp | undefined {
  if (id === undefined) return undefined;
  return new RegExp(`^${id.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}

function fullName(api: string): string {
  return api.includes('.') ? api : `${api}.googleapis.com`;
}

function fits({ fault, id }: Armed, request: { method: string; path: string; id: string }): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (id !== undefined && !id.test(request.id)) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? request.path.includes(fault.path) : fault.path.test(request.path);
}
