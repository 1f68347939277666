import { expect, test } from 'vitest';
import { makePlan } from '../../src/engine/plan.ts';
import { world } from './engine-case.ts';

test('a plan holds what differs, in the order of the estate, and writes nothing', async () => {
  const { thing, options, things, diary, events } = world({ same: { size: 1 }, small: { size: 0.5 } });
  const plan = await makePlan([thing('new'), thing('same'), thing('small')], options);
  expect(plan.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    'create new',
    'update small',
  ]);
  expect(plan.entries.get('same')).toEqual({ have: { size: 1 }, changes: [] });
  expect(plan.entries.get('new')?.have).toBeUndefined();
  expect(things.has('new')).toBe(false);
  expect(diary).toEqual(['look at new', 'look at same', 'look at small']);
  expect(events.map(({ kind }) => kind)).toEqual(['observed', 'planned']);
});

test('what one resource saw may decide what another one wants', async () => {
  const { thing, options, things } = world({ redis: { host: 7 }, url: { host: 6 } });
  const url = thing('url', { want: () => ({ host: seen }) });
  let seen = 0;
  const redis = thing('redis', { want: () => ({}) });
  const watched = {
    ...redis,
    observe: async () => {
      // Later than the other's observation, and still before anything is compared.
      await new Promise((resolve) => setImmediate(resolve));
      seen = 7;
      return things.get('redis');
    },
  };
  const plan = await makePlan([url, watched], options);
  expect(plan.changes).toMatchObject([{ address: 'url', fields: [{ field: 'host', before: 6, after: 7 }] }]);
});

test('an address used twice is found before anything is read', async () => {
  const { thing, options, diary } = world();
  await expect(makePlan([thing('a'), thing('b'), thing('b')], options)).rejects.toThrow('names b twice');
  expect(diary).toEqual([]);
});

test('a circle of dependencies is found before anything is read, with its way', async () => {
  const { thing, options, diary } = world();
  const circle = [
    thing('start', { dependsOn: ['a'] }),
    thing('a', { dependsOn: ['b'] }),
    thing('b', { dependsOn: ['c'] }),
    thing('c', { dependsOn: ['a'] }),
  ];
  await expect(makePlan(circle, options)).rejects.toThrow(/: start → a → b → c → a$/);
  expect(diary).toEqual([]);
});

test('a resource that depends on itself is a circle', async () => {
  const { thing, options } = world();
  await expect(makePlan([thing('a', { dependsOn: ['a'] })], options)).rejects.toThrow('a → a');
});

test('two ways to one resource are no circle, and an address that is not in the estate does not count', async () => {
  const { thing, options } = world();
  const estate = [
    thing('top', { dependsOn: ['left', 'right', 'elsewhere'] }),
    thing('left', { dependsOn: ['base'] }),
    thing('right', { dependsOn: ['base'] }),
    thing('base'),
  ];
  expect((await makePlan(estate, options)).changes).toHaveLength(4);
});

test('a read that fails fails the plan', async () => {
  const { thing, options } = world();
  const broken = { ...thing('a'), observe: () => Promise.reject(new Error('403')) };
  await expect(makePlan([broken, thing('b')], options)).rejects.toThrow('403');
});
