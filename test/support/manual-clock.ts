import type { Clock } from '../../src/lib/clock.ts';

export interface ManualClock extends Clock {
  /** Lets that many milliseconds pass at once. */
  advance(milliseconds: number): void;
}

/** A clock that stands still until it is told to go on; sleeping moves it. */
export function manualClock(start = Date.parse('2026-11-02T09:00:00Z')): ManualClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}
