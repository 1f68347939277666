import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly slept: readonly number[];
  advance(milliseconds: number): void;
}

/** A clock on which waiting takes no time at all and still passes. It begins at 0. */
export function fakeClock(): FakeClock {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
