import { expect, test } from 'vitest';
import { scaledClock, systemClock } from '../../src/lib/clock.ts';
import { fakeClock } from './fake-clock.ts';

test('a wait that is interrupted ends with the reason of the interruption', async () => {
  const interruption = new AbortController();
  const waiting = systemClock.sleep(60_000, interruption.signal);
  const reason = new Error('SIGTERM');
  interruption.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(systemClock.sleep(60_000, interruption.signal)).rejects.toBe(reason);
});

test('a wait that is not interrupted ends', async () => {
  const before = systemClock.now();
  await systemClock.sleep(20, new AbortController().signal);
  // Timers may fire a millisecond early.
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(18);
});

test('a scaled clock passes an hour in a minute', async () => {
  const base = fakeClock();
  base.advance(1_000);
  const fast = scaledClock(60, base);
  expect(fast.now()).toBe(1_000);
  await fast.sleep(3_600_000);
  expect(base.slept).toEqual([60_000]);
  expect(fast.now()).toBe(1_000 + 3_600_000);
});
