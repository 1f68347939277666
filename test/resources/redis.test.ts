import { describe, expect, test } from 'vitest';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, secretOf, shop } from '../support/resources.ts';

const services = [
  'services: { web: { image: "nginx:1.29", app: {}, secrets: { BROKER: shop-broker } } }',
  `secrets: { shop-broker: { value: "\${redis.url}/1" } }`,
];
const file = (redis: string) => shop(`redis: { ${redis} }`, ...services);
const path = `/v1/projects/${project.id}/locations/us-central1/instances/shop-redis`;

interface Instance {
  readonly tier: string;
  readonly memorySizeGb: number;
  readonly redisVersion: string;
  readonly labels: Record<string, string>;
}

async function instanceOf(cloud: TestCloud): Promise<Instance> {
  return (await cloud.asOwner('GET', path)).body as unknown as Instance;
}

describe('Redis', () => {
  test('with a replica grows and is upgraded in place, the version by itself', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, file('tier: STANDARD_HA, version: REDIS_6_X'));
    const wanted = file('tier: STANDARD_HA, version: REDIS_7_2, memory_gb: 5');
    const run = await provision(cloud.emulator, wanted);
    expect(failures(run.outcomes)).toEqual([]);
    expect(run.writes.map(({ id }) => id?.split('.').at(-1))).toEqual(['patch', 'upgrade']);
    expect(await instanceOf(cloud)).toMatchObject({ memorySizeGb: 5, redisVersion: 'REDIS_7_2' });
    expect((await provision(cloud.emulator, wanted)).changes).toEqual([]);
  });

  test('without one is emptied by another size, which has to be allowed', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, file('memory_gb: 1'));
    const planned = await provision(cloud.emulator, file('memory_gb: 2'), { planOnly: true });
    expect(planned.changes).toMatchObject([
      { action: 'update', destructive: true, because: expect.stringContaining('allow_data_loss: true') },
    ]);
    await expect(provision(cloud.emulator, file('memory_gb: 2'))).rejects.toMatchObject({
      code: 'DESTRUCTIVE_CHANGE',
    });
    expect((await instanceOf(cloud)).memorySizeGb).toBe(1);
    const allowed = await provision(cloud.emulator, file('memory_gb: 2, allow_data_loss: true'));
    expect(failures(allowed.outcomes)).toEqual([]);
    expect((await instanceOf(cloud)).memorySizeGb).toBe(2);
  });

  test('of another tier is made anew where that is allowed, and the secrets follow its address', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, file('tier: BASIC'));
    const before = await secretOf(cloud, 'shop-broker');
    const refused = await provision(cloud.emulator, file('tier: STANDARD_HA'), { planOnly: true });
    expect(brief(refused.changes)).toEqual(['redis/shop-redis replace tier']);
    expect(refused.changes[0]?.destructive).toBe(true);
    const wanted = file('tier: STANDARD_HA, allow_data_loss: true');
    const run = await provision(cloud.emulator, wanted);
    expect(failures(run.outcomes)).toEqual([]);
    expect((await instanceOf(cloud)).tier).toBe('STANDARD_HA');
    const auth = (await cloud.asOwner('GET', `${path}/authString`)).body.authString;
    expect(await secretOf(cloud, 'shop-broker')).toContain(String(auth));
    expect(await secretOf(cloud, 'shop-broker')).not.toBe(before);
    expect((await provision(cloud.emulator, wanted)).changes).toEqual([]);
  });

  test('of an older version is never made of a newer one without leave', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, file('tier: STANDARD_HA, version: REDIS_7_2'));
    const run = await provision(cloud.emulator, file('tier: STANDARD_HA, version: REDIS_7_0'), {
      planOnly: true,
    });
    expect(run.changes).toMatchObject([{ action: 'replace', destructive: true }]);
  });

  test('keeps labels of others', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, file(''));
    await cloud.asOwner('PATCH', `${path}?updateMask=labels`, { labels: { team: 'a' } });
    await provision(cloud.emulator, file(''));
    expect((await instanceOf(cloud)).labels).toMatchObject({ team: 'a', deployment: 'shop' });
  });
});
