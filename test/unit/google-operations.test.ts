import { describe, expect, test } from 'vitest';
import {
  finished,
  OperationFailed,
  type RpcOperation,
  waitFor,
  waitForRpc,
} from '../../src/google/operations.ts';
import { Failure } from '../../src/lib/failure.ts';
import { fakeClock } from './fake-clock.ts';
import { failureOf } from './google-case.ts';

const waiting = { what: 'creating Memorystore instance cache', deadline: 20 * 60_000 };

describe('waiting', () => {
  test('ends with what was found, without a pause when it is there at once', async () => {
    const clock = fakeClock();
    expect(await waitFor(async () => 'there', waiting, clock)).toBe('there');
    expect(clock.slept).toEqual([]);
  });

  test('takes a false or a zero for something found', async () => {
    expect(await waitFor(async () => false, waiting, fakeClock())).toBe(false);
  });

  test('looks more and more seldom, up to the ceiling', async () => {
    const clock = fakeClock();
    let looks = 0;
    const look = async () => (++looks > 6 ? true : undefined);
    await waitFor(look, { ...waiting, first: 100, ceiling: 300 }, clock);
    expect(clock.slept).toEqual([100, 150, 225, 300, 300, 300]);
  });

  test('ends at the deadline with what it was, how long it took, and where to look', async () => {
    const clock = fakeClock();
    const error = await failureOf(
      waitFor(async () => undefined, { ...waiting, console: 'https://console.example/x' }, clock),
    );
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'creating Memorystore instance cache did not finish within 20 minutes.',
      next: expect.stringContaining('https://console.example/x'),
    });
    expect(clock.now()).toBeGreaterThan(19 * 60_000);
    expect(clock.now()).toBeLessThanOrEqual(20 * 60_000);
  });

  test('says a deadline below a minute as a part of one', async () => {
    const error = await failureOf(
      waitFor(async () => undefined, { ...waiting, deadline: 30_000 }, fakeClock()),
    );
    expect(error).toMatchObject({ message: expect.stringContaining('within 0.5 minutes') });
  });

  test('ends with the reason of an interruption', async () => {
    const interruption = new AbortController();
    const reason = new Error('SIGTERM');
    const look = async () => {
      interruption.abort(reason);
      return undefined;
    };
    expect(await failureOf(waitFor(look, waiting, fakeClock(), interruption.signal))).toBe(reason);
  });

  test('ends with the error of a look', async () => {
    const error = new Error('403');
    expect(await failureOf(waitFor(() => Promise.reject(error), waiting, fakeClock()))).toBe(error);
  });
});

describe('an operation', () => {
  const polled = (...answers: RpcOperation[]) => {
    const asked: string[] = [];
    return {
      asked,
      get: async (name: string) => {
        asked.push(name);
        return answers[asked.length - 1] ?? {};
      },
    };
  };

  test('that is done at once is not asked for', async () => {
    const { get, asked } = polled();
    expect(await waitForRpc({ done: true, response: { a: 1 } }, get, waiting, fakeClock())).toEqual({ a: 1 });
    expect(asked).toEqual([]);
  });

  test('is asked for by its name until it is done', async () => {
    const { get, asked } = polled({}, { done: false }, { done: true, response: 'r' });
    expect(await waitForRpc({ name: 'operations/7' }, get, waiting, fakeClock())).toBe('r');
    expect(asked).toEqual(['operations/7', 'operations/7', 'operations/7']);
  });

  test.each<[string, RpcOperation, RpcOperation[]]>([
    ['at once', { done: true, error: { code: 8, message: 'no capacity' } }, []],
    ['later', { name: 'o' }, [{}, { done: true, error: { code: 8, message: 'no capacity' } }]],
  ])('that fails %s gives the code and the words of Google', async (_, started, answers) => {
    const error = await failureOf(waitForRpc(started, polled(...answers).get, waiting, fakeClock()));
    expect(error).toBeInstanceOf(OperationFailed);
    expect(error).toMatchObject({ code: 8, message: 'no capacity', what: waiting.what });
  });

  test('that fails without a word says so', () => {
    expect(() => finished({ done: true, error: {} }, 'x')).toThrow('no message');
  });
});
