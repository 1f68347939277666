/** Runs tasks with at most `limit` of them at a time, in the order in which they were added. */
export class Pool {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limit) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The place is handed over and not given back: a newcomer would take it before the one who waited wakes up.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
