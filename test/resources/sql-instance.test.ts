import { describe, expect, test } from 'vitest';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { noServer } from '../support/estate.ts';
import { brief, failures, provision, secretOf, shop } from '../support/resources.ts';

const services = [
  'services:',
  '  web:',
  '    image: "nginx:1.29"',
  `    secrets: { DATABASE_URL: shop-database-url }`,
  '    app: {}',
  `secrets: { shop-database-url: { value: "\${database.url}" } }`,
];
const file = (database: string) => shop(`database: { version: POSTGRES_15, ${database} }`, ...services);
const path = `/v1/projects/${project.id}/instances/shop-postgres`;

interface Instance {
  readonly databaseVersion: string;
  readonly ipAddresses: readonly { type: string; ipAddress: string }[];
  readonly settings: Record<string, unknown> & { databaseFlags?: { name: string; value: string }[] };
}

const start = (): Promise<TestCloud> => testCloud({ postgres: noServer });

async function instanceOf(cloud: TestCloud): Promise<Instance> {
  return (await cloud.asOwner('GET', path)).body as unknown as Instance;
}

/** Runs with the first settings, then with the second, and gives what the second run did. */
async function changed(cloud: TestCloud, first: string, second: string) {
  expect(failures((await provision(cloud.emulator, file(first))).outcomes)).toEqual([]);
  const run = await provision(cloud.emulator, file(second));
  const again = await provision(cloud.emulator, file(second));
  return { run, again: brief(again.changes), instance: await instanceOf(cloud) };
}

describe('a private database', () => {
  test('has no public address, is made after the peering, and its address is in the URL', async () => {
    await using cloud = await start();
    const run = await provision(cloud.emulator, file('connectivity: private'));
    expect(failures(run.outcomes)).toEqual([]);
    const { ipAddresses, settings } = await instanceOf(cloud);
    expect(ipAddresses.map(({ type }) => type)).toEqual(['PRIVATE']);
    expect(settings.ipConfiguration).toMatchObject({
      ipv4Enabled: false,
      privateNetwork: `projects/${project.id}/global/networks/shop-network`,
    });
    const order = cloud.emulator.journal.map(({ id }) => id);
    expect(order.indexOf('servicenetworking.services.connections.create')).toBeLessThan(
      order.indexOf('sql.instances.insert'),
    );
    expect(await secretOf(cloud, 'shop-database-url')).toMatch(
      new RegExp(`^postgresql://shop:[A-Za-z0-9]{32}@${ipAddresses[0]?.ipAddress}:5432/shop$`),
    );
    expect((await provision(cloud.emulator, file('connectivity: private'))).changes).toEqual([]);
  });

  test('can be made of a public one, whose public address goes', async () => {
    await using cloud = await start();
    const { run, again, instance } = await changed(cloud, '', 'connectivity: private');
    expect(failures(run.outcomes)).toEqual([]);
    expect(again).toEqual([]);
    expect(instance.ipAddresses.map(({ type }) => type)).toEqual(['PRIVATE']);
    expect(await secretOf(cloud, 'shop-database-url')).toContain(
      `@${instance.ipAddresses[0]?.ipAddress}:5432`,
    );
  });
});

describe('flags', () => {
  test('are set, changed and taken away, and each shows in the plan', async () => {
    await using cloud = await start();
    const { run, again, instance } = await changed(
      cloud,
      'flags: { max_connections: 100, log_statement: ddl }',
      'flags: { max_connections: 200, work_mem: 4096 }',
    );
    expect(run.changes.flatMap(({ fields }) => fields)).toEqual([
      { field: 'settings.databaseFlags.log_statement', before: 'ddl' },
      { field: 'settings.databaseFlags.max_connections', before: '100', after: '200' },
      { field: 'settings.databaseFlags.work_mem', after: '4096' },
    ]);
    expect(instance.settings.databaseFlags).toEqual([
      { name: 'max_connections', value: '200' },
      { name: 'work_mem', value: '4096' },
    ]);
    expect(again).toEqual([]);
  });

  test('in another order are no change', async () => {
    await using cloud = await start();
    const { run } = await changed(cloud, 'flags: { b: 1, a: 2 }', 'flags: { a: 2, b: 1 }');
    expect(run.changes).toEqual([]);
  });
});

describe('a higher version', () => {
  test('is refused unless allowed, with the key that allows it, and nothing is written', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file(''));
    const text = file('').replace('POSTGRES_15', 'POSTGRES_16');
    const planned = await provision(cloud.emulator, text, { planOnly: true });
    expect(planned.changes).toMatchObject([
      { action: 'update', destructive: true, because: expect.stringContaining('allow_upgrade: true') },
    ]);
    await expect(provision(cloud.emulator, text)).rejects.toMatchObject({ code: 'DESTRUCTIVE_CHANGE' });
    expect((await instanceOf(cloud)).databaseVersion).toBe('POSTGRES_15');
  });

  test('is an upgrade in place where it is allowed, after the settings and by itself', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file('deletion_protection: false'));
    const text = file('deletion_protection: true, allow_upgrade: true').replace('POSTGRES_15', 'POSTGRES_16');
    const run = await provision(cloud.emulator, text);
    expect(failures(run.outcomes)).toEqual([]);
    expect(run.writes.map(({ body }) => Object.keys(body as object))).toEqual([
      ['settings'],
      ['databaseVersion'],
    ]);
    expect(await instanceOf(cloud)).toMatchObject({
      databaseVersion: 'POSTGRES_16',
      settings: { deletionProtectionEnabled: true },
    });
    expect((await provision(cloud.emulator, text)).changes).toEqual([]);
  });

  test('downwards there is none', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file('allow_upgrade: true'));
    const text = file('allow_upgrade: true').replace('POSTGRES_15', 'POSTGRES_14');
    expect(brief((await provision(cloud.emulator, text, { planOnly: true })).changes)).toEqual([
      'sql_instance/shop-postgres replace databaseVersion',
    ]);
  });
});

describe('an existing instance', () => {
  test('gets a standby, a bigger machine and disk in one change', async () => {
    await using cloud = await start();
    const { run, again } = await changed(
      cloud,
      '',
      'high_availability: true, tier: db-custom-2-7680, disk_gb: 20',
    );
    expect(brief(run.changes)).toEqual([
      'sql_instance/shop-postgres update settings.tier, settings.dataDiskSizeGb, settings.availabilityType',
    ]);
    expect(run.writes).toHaveLength(1);
    expect(again).toEqual([]);
  });

  test('keeps a disk that grew and labels of others when something else changes', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file(''));
    await cloud.asOwner('PATCH', path, {
      settings: { dataDiskSizeGb: '50', userLabels: { team: 'a', deployment: 'shop' } },
    });
    const run = await provision(cloud.emulator, file('backups: false, point_in_time_recovery: false'));
    expect(failures(run.outcomes)).toEqual([]);
    expect((await instanceOf(cloud)).settings).toMatchObject({
      dataDiskSizeGb: '50',
      userLabels: { team: 'a', 'managed-by': 'aethercast-deploy' },
      backupConfiguration: { enabled: false },
    });
  });

  test.each([
    ['FAILED', 'give database.instance another name'],
    ['SUSPENDED', 'billing account'],
  ])('in state %s ends the plan with what to do', async (state, next) => {
    await using cloud = await start();
    await provision(cloud.emulator, file(''));
    setState(cloud, state);
    const failure = await provision(cloud.emulator, file('')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SQL_INSTANCE_NOT_RUNNABLE', next: expect.stringContaining(next) });
  });

  test('in maintenance is waited for', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file(''));
    setState(cloud, 'MAINTENANCE');
    setTimeout(() => setState(cloud, 'RUNNABLE'), 100);
    const run = await provision(cloud.emulator, file(''));
    expect(brief(run.changes)).toContain('sql_instance/shop-postgres update state');
    expect(failures(run.outcomes)).toEqual([]);
    expect(run.writes).toEqual([]);
  });

  test('that was deleted a moment ago keeps its name to itself, and the sentence says so', async () => {
    await using cloud = await start();
    await provision(cloud.emulator, file('deletion_protection: false'));
    await cloud.asOwner('DELETE', path);
    const run = await provision(cloud.emulator, file('deletion_protection: false'));
    expect(failures(run.outcomes)[0]).toMatch(/shop-postgres was deleted a short time ago/);
  });
});

function setState(cloud: TestCloud, state: string): void {
  const table = cloud.emulator.cloud.table<object>('sql.instances');
  const key = `${project.id}/shop-postgres`;
  table.set(key, { ...table.get(key), state });
}
