/** What goes wrong, and when. */
export interface Fault {
  /** Only the nth request that fits (counting from 1); every one otherwise, as often as `times` says. */
  readonly nth?: number;
  readonly method?: string;
  /** A part of the path, or an expression for it. */
  readonly path?: string | RegExp;
  /** Google's method id, for example `sql.instances.insert`. */
  readonly id?: string;
  /** Answer with this status instead of handling the request. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cut the connection before the request is handled, or after its effect and before its reply. */
  readonly drop?: 'before' | 'after';
  /** Milliseconds of real time to wait before anything else. */
  readonly stall?: number;
  /** How many requests it hits; 1 by default. */
  readonly times?: number;
}

interface Armed {
  readonly fault: Fault;
  seen: number;
  left: number;
}

/** The script of faults; the server asks it once for each request. */
export class Faults {
  readonly #armed: Armed[] = [];

  add(fault: Fault): void {
    if (fault.status === undefined && fault.drop === undefined && fault.stall === undefined) {
      throw new Error('a fault needs one of status, drop and stall');
    }
    this.#armed.push({ fault, seen: 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** The fault that hits this request. */
  strike(request: { method: string; path: string; id: string }): Fault | undefined {
    for (const armed of this.#armed) {
      if (!fits(armed.fault, request)) continue;
      armed.seen += 1;
      if (armed.left === 0 || (armed.fault.nth !== undefined && armed.seen < armed.fault.nth)) continue;
      armed.left -= 1;
      return armed.fault;
    }
    return undefined;
  }
}

function fits(fault: Fault, request: { method: string; path: string; id: string }): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.id !== undefined && fault.id !== request.id) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? request.path.includes(fault.path) : fault.path.test(request.path);
}
