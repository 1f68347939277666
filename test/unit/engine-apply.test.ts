import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/engine/apply.ts';
import { makePlan } from '../../src/engine/plan.ts';
import { Pool } from '../../src/engine/pool.ts';
import type { Resource } from '../../src/engine/resource.ts';
import { type World, world } from './engine-case.ts';

async function apply(
  { options }: World,
  resources: readonly Resource[],
  more: Partial<Parameters<typeof applyPlan>[2]> = {},
) {
  const plan = await makePlan(resources, options);
  return await applyPlan(resources, plan, { ...options, ...more });
}

const states = (outcomes: Awaited<ReturnType<typeof applyPlan>>) =>
  outcomes.map(({ address, state }) => `${address} ${state}`);

const refused = () => Promise.reject(new Error('refused'));

describe('order', () => {
  test('a dependency is finished, and looked at again, before what depends on it begins', async () => {
    const cloud = world();
    const estate = [
      cloud.thing('service', { dependsOn: ['secret'] }),
      cloud.thing('secret', { dependsOn: ['api'] }),
      cloud.thing('api'),
    ];
    expect(states(await apply(cloud, estate))).toEqual(['service applied', 'secret applied', 'api applied']);
    expect(cloud.diary.filter((line) => !line.startsWith('look at'))).toEqual([
      ...['begin api', 'end api', 'look again at api'],
      ...['look again at secret', 'begin secret', 'end secret', 'look again at secret'],
      ...['look again at service', 'begin service', 'end service', 'look again at service'],
    ]);
  });

  test('what does not depend on each other runs at the same time', async () => {
    const cloud = world();
    const meeting = Promise.withResolvers<void>();
    let arrived = 0;
    const write = async () => {
      arrived += 1;
      // Each waits for the other: one after the other they would never end.
      if (arrived === 2) meeting.resolve();
      await meeting.promise;
    };
    const fulfil = (name: string) => async () => {
      await write();
      cloud.things.set(name, { size: 1 });
    };
    const estate = [cloud.thing('a', { write: fulfil('a') }), cloud.thing('b', { write: fulfil('b') })];
    expect(states(await apply(cloud, estate))).toEqual(['a applied', 'b applied']);
  });
});

describe('what is left alone', () => {
  test('a second run of the same estate writes nothing and looks once', async () => {
    const cloud = world();
    const estate = [cloud.thing('a'), cloud.thing('b', { dependsOn: ['a'] })];
    await apply(cloud, estate);
    cloud.diary.length = 0;
    expect(states(await apply(cloud, estate))).toEqual(['a unchanged', 'b unchanged']);
    expect(cloud.diary).toEqual(['look at a', 'look at b']);
  });

  test('what depended on a change is looked at again, and changed if that made it differ', async () => {
    const cloud = world({ url: { port: 1 } });
    const estate = [
      cloud.thing('redis', { want: () => ({ port: 6379 }) }),
      cloud.thing('url', {
        dependsOn: ['redis'],
        want: () => ({ port: cloud.things.get('redis')?.port ?? 1 }),
      }),
    ];
    const outcomes = await apply(cloud, estate);
    expect(states(outcomes)).toEqual(['redis applied', 'url applied']);
    expect(outcomes[1]?.changes).toMatchObject([{ fields: [{ field: 'port', before: 1, after: 6379 }] }]);
    expect(cloud.things.get('url')).toEqual({ port: 6379 });
  });

  test('what depended on a change and still is as wanted is not written', async () => {
    const cloud = world({ b: { size: 1 } });
    const estate = [cloud.thing('a'), cloud.thing('b', { dependsOn: ['a'] })];
    expect(states(await apply(cloud, estate))).toEqual(['a applied', 'b unchanged']);
    expect(cloud.diary).not.toContain('begin b');
    expect(cloud.diary).toContain('look again at b');
  });
});

describe('failure', () => {
  test('stops what depends on it and nothing else', async () => {
    const cloud = world();
    const estate = [
      cloud.thing('broken', { write: refused }),
      cloud.thing('child', { dependsOn: ['broken'] }),
      cloud.thing('grandchild', { dependsOn: ['child'] }),
      cloud.thing('other'),
    ];
    const outcomes = await apply(cloud, estate);
    expect(states(outcomes)).toEqual([
      'broken failed',
      'child not tried',
      'grandchild not tried',
      'other applied',
    ]);
    expect(outcomes[0]?.error).toEqual(new Error('refused'));
    expect(outcomes[1]?.changes).toHaveLength(1);
    expect([...cloud.things.keys()]).toEqual(['other']);
    expect(cloud.events.filter(({ kind }) => kind === 'failed')).toMatchObject([{ address: 'broken' }]);
  });

  test('leaves what was as wanted anyway as unchanged', async () => {
    const cloud = world({ child: { size: 1 } });
    const estate = [
      cloud.thing('broken', { write: refused }),
      cloud.thing('child', { dependsOn: ['broken'] }),
    ];
    expect(states(await apply(cloud, estate))).toEqual(['broken failed', 'child unchanged']);
  });

  test('of the second observation is a failure of that resource', async () => {
    const cloud = world();
    const broken = {
      ...cloud.thing('a'),
      observe: async (fresh: boolean) => (fresh ? Promise.reject(new Error('gone')) : undefined),
    };
    expect(states(await apply(cloud, [broken, cloud.thing('b')]))).toEqual(['a failed', 'b applied']);
  });
});

describe('convergence', () => {
  test('a write that changes nothing fails with what differs, after looking for a while', async () => {
    const cloud = world({ a: { size: 1, tier: 'x' } });
    const estate = [
      cloud.thing('a', { want: () => ({ size: 2, tier: 'x' }), write: () => Promise.resolve() }),
    ];
    const [outcome] = await apply(cloud, estate);
    expect(outcome?.state).toBe('failed');
    expect(outcome?.error).toMatchObject({
      code: 'DID_NOT_CONVERGE',
      details: ['size: is 1, wanted 2'],
    });
    expect(cloud.clock.now()).toBeGreaterThan(10_000);
    expect(cloud.clock.now()).toBeLessThan(180_000);
  });

  test('a read that is late is waited for', async () => {
    const cloud = world();
    const late = cloud.thing('a');
    let looks = 0;
    const eventually = {
      ...late,
      observe: async (fresh: boolean) => {
        const have = await late.observe(fresh);
        looks += fresh ? 1 : 0;
        return looks > 3 ? have : undefined;
      },
    };
    expect(states(await apply(cloud, [eventually]))).toEqual(['a applied']);
    expect(cloud.clock.slept).toHaveLength(3);
    expect(cloud.diary.filter((line) => line === 'begin a')).toHaveLength(1);
  });
});

describe('destructive changes', () => {
  test('are refused before anything is written', async () => {
    const cloud = world({ old: { size: 5 } });
    const estate = [cloud.thing('new'), cloud.thing('old', { destructive: true })];
    await expect(apply(cloud, estate)).rejects.toMatchObject({
      code: 'DESTRUCTIVE_CHANGE',
      message: expect.stringContaining('old'),
      details: ['old: wanted', '  size: 5 → 1'],
    });
    expect(cloud.things).toEqual(new Map([['old', { size: 5 }]]));
  });

  test('are made when they are allowed', async () => {
    const cloud = world({ old: { size: 5 } });
    const outcomes = await apply(cloud, [cloud.thing('old', { destructive: true })], {
      allowDestructive: true,
    });
    expect(states(outcomes)).toEqual(['old applied']);
  });

  test('that only show after a dependency changed are refused too', async () => {
    const cloud = world({ b: { size: 1 } });
    const estate = [
      cloud.thing('a'),
      cloud.thing('b', {
        dependsOn: ['a'],
        destructive: true,
        want: () => ({ size: cloud.things.has('a') ? 2 : 1 }),
      }),
    ];
    const outcomes = await apply(cloud, estate);
    expect(states(outcomes)).toEqual(['a applied', 'b failed']);
    expect(outcomes[1]?.error).toMatchObject({ code: 'DESTRUCTIVE_CHANGE' });
    expect(cloud.things.get('b')).toEqual({ size: 1 });
  });
});

describe('interruption', () => {
  test('lets what has begun end and tries nothing more', async () => {
    const cloud = world();
    const interruption = new AbortController();
    const estate = [
      cloud.thing('first', {
        write: async () => {
          cloud.things.set('first', { size: 1 });
          interruption.abort(new Error('interrupted'));
        },
      }),
      cloud.thing('second', { dependsOn: ['first'] }),
    ];
    const outcomes = await apply(cloud, estate, { signal: interruption.signal });
    expect(states(outcomes)).toEqual(['first applied', 'second not tried']);
    expect([...cloud.things.keys()]).toEqual(['first']);
  });

  test('also of what waited for its turn in the pool', async () => {
    const cloud = world();
    const interruption = new AbortController();
    const estate = [
      cloud.thing('first', {
        write: async () => {
          // The other one has passed the first question by then.
          await new Promise((resolve) => setImmediate(resolve));
          cloud.things.set('first', { size: 1 });
          interruption.abort(new Error('interrupted'));
        },
      }),
      cloud.thing('second'),
    ];
    const outcomes = await apply(cloud, estate, { signal: interruption.signal, pool: new Pool(1) });
    expect(states(outcomes)).toEqual(['first applied', 'second not tried']);
    expect(cloud.diary).not.toContain('begin second');
  });

  test('ends the waiting for convergence', async () => {
    const cloud = world();
    const interruption = new AbortController();
    const estate = [cloud.thing('a', { write: async () => interruption.abort(new Error('interrupted')) })];
    const [outcome] = await apply(cloud, estate, { signal: interruption.signal });
    expect(outcome).toMatchObject({ state: 'failed', error: new Error('interrupted') });
    expect(cloud.clock.now()).toBe(0);
  });
});

test('the outcomes carry when each began and ended', async () => {
  const cloud = world();
  const slow = cloud.thing('slow', {
    write: async () => {
      cloud.clock.advance(7_000);
      cloud.things.set('slow', { size: 1 });
    },
  });
  const [outcome] = await apply(cloud, [slow]);
  expect(outcome).toMatchObject({ startedAt: 0, endedAt: 7_000 });
  expect(cloud.events.find(({ kind }) => kind === 'applied')).toMatchObject({ milliseconds: 7_000 });
});
