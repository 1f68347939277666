import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../../src/google/rate.ts';
import { fakeClock } from './fake-clock.ts';
import { failureOf, loopback } from './google-case.ts';

async function callAtOnce(limiter: RateLimiter, times: number, kind: 'reads' | 'writes' = 'writes') {
  for (let call = 0; call < times; call++) await limiter.admit('run', kind);
}

describe('Cloud Run, which grants 30 writes a minute', () => {
  test('lets most of them pass at once and spreads the others', async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(clock);
    await callAtOnce(limiter, 27);
    expect(clock.now()).toBe(0);
    await callAtOnce(limiter, 54);
    // Two minutes' worth.
    expect(clock.now()).toBeGreaterThan(119_000);
    expect(clock.now()).toBeLessThan(121_000);
  });

  test('grants again what time has refilled, and no more than a minute of it', async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(clock);
    await callAtOnce(limiter, 27);
    clock.advance(3_600_000);
    await callAtOnce(limiter, 27);
    expect(clock.slept).toEqual([]);
    await callAtOnce(limiter, 1);
    expect(clock.slept).toHaveLength(1);
  });

  test('counts reads apart', async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(clock);
    await callAtOnce(limiter, 27);
    await callAtOnce(limiter, 100, 'reads');
    expect(clock.slept).toEqual([]);
  });

  test('counts a call for what it costs', async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(clock);
    await limiter.admit('run', 'writes', undefined, 27);
    await limiter.admit('run', 'writes', undefined, 9);
    expect(clock.now()).toBe(20_000);
  });
});

test('calls that come together wait for one after the other', async () => {
  const clock = { ...fakeClock(), sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  const waits: number[] = [];
  const limiter = new RateLimiter(clock);
  await Promise.all(Array.from({ length: 30 }, () => limiter.admit('run', 'writes')));
  expect(waits.map((wait) => Math.round(wait / 100) / 10)).toEqual([2.2, 4.4, 6.7]);
});

test('an API without a published quota is not held back', async () => {
  const clock = fakeClock();
  const limiter = new RateLimiter(clock);
  for (let call = 0; call < 5_000; call++) await limiter.admit('storage', 'writes');
  expect(clock.slept).toEqual([]);
});

test('an interruption ends the waiting for a turn', async () => {
  const reason = new Error('SIGTERM');
  const limiter = new RateLimiter(fakeClock());
  await callAtOnce(limiter, 27);
  expect(await failureOf(limiter.admit('run', 'writes', AbortSignal.abort(reason)))).toBe(reason);
});

test.each<[string, 'GET' | 'POST', boolean]>([
  ['v2/projects/p/locations/l/services', 'POST', true],
  ['v2/projects/p/locations/l/services/s:setIamPolicy', 'POST', true],
  ['v2/projects/p/locations/l/services/s:getIamPolicy', 'POST', false],
  ['v2/projects/p/locations/l/operations/o:wait', 'POST', false],
  ['v2/projects/p/locations/l/services/s', 'GET', false],
])('%s by %s is a write: %s', async (path, method, writes) => {
  await using cloud = await loopback(() => ({}));
  for (let call = 0; call < 30; call++) await cloud.google.transport.send({ api: 'run', method, path });
  expect(cloud.clock.now() > 0).toBe(writes);
});
