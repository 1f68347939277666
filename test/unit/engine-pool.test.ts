import { expect, test } from 'vitest';
import { Pool } from '../../src/engine/pool.ts';

/** Counts how many tasks are in it at once. */
function room() {
  let inside = 0;
  let most = 0;
  return {
    most: () => most,
    task: async (work: () => Promise<void>) => {
      inside += 1;
      most = Math.max(most, inside);
      await work();
      inside -= 1;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test.each([1, 2, 5])('%i at a time, and no fewer', async (limit) => {
  const pool = new Pool(limit);
  const { task, most } = room();
  await Promise.all(Array.from({ length: 12 }, () => pool.run(() => task(turn))));
  expect(most()).toBe(limit);
});

test('tasks begin in the order in which they were added', async () => {
  const pool = new Pool(2);
  const begun: number[] = [];
  await Promise.all(
    Array.from({ length: 6 }, (_, number) =>
      pool.run(async () => {
        begun.push(number);
        await turn();
      }),
    ),
  );
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});

test.each(Array.from({ length: 10 }, (_, steps) => steps))(
  'a newcomer does not slip in beside the one who waited (%i steps after the end)',
  async (steps) => {
    const pool = new Pool(1);
    const { task, most } = room();
    const newcomer = Promise.withResolvers<void>();
    const first = pool.run(async () => {
      await task(turn);
      void (async () => {
        for (let step = 0; step < steps; step++) await undefined;
        await pool.run(() => task(turn));
        newcomer.resolve();
      })();
    });
    const second = pool.run(() => task(turn));
    await Promise.all([first, second, newcomer.promise]);
    expect(most()).toBe(1);
  },
);

test('a task that fails gives its place back, and its error', async () => {
  const pool = new Pool(1);
  await expect(pool.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await expect(pool.run(() => Promise.resolve('next'))).resolves.toBe('next');
});
