import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time and of waiting, so that a test or a rehearsal can run hours in seconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Waits for that many milliseconds of this clock. Rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      // Node wraps the reason in an AbortError of its own.
      signal?.throwIfAborted();
      throw error;
    });
  },
};

/**
 * A clock that runs `scale` times as fast as the system's: an hour of it passes in 3600/scale seconds.
 * Used by rehearsals, where both sides of the wire have to agree on how long things take.
 */
export function scaledClock(scale: number, base: Clock = systemClock): Clock {
  const start = base.now();
  return {
    now: () => start + (base.now() - start) * scale,
    sleep: (milliseconds, signal) => base.sleep(milliseconds / scale, signal),
  };
}
