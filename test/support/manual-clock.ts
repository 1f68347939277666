import type { Clock } from '../../src/lib/clock.ts';

export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

/** A clock that moves when it is told to, and by itself over the time that somebody sleeps. */
export function manualClock(): ManualClock {
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}
