import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/emulator.ts';
import { type ActionRunner, actionRunner, asAdmin } from '../support/action.ts';
import { noServer } from '../support/estate.ts';

const project = 'walk-staging';
const instance = `v1/projects/${project}/instances/walk-postgres`;
const inputs = { secret_env: 'MAIL_KEY=mail-key-0123456789' };
/** Whoever waits for a quota waits minutes: they pass in milliseconds here. */
const hasty = { environment: { AETHERCAST_TIME_SCALE: '2000' } };

function start(): Promise<ActionRunner> {
  return actionRunner('test/fixtures/walk', project, { postgres: noServer });
}

/** What a person sees: the annotation of the error, and above it a line for each resource when several failed. */
function error(log: string): string {
  return log
    .split('\n')
    .filter((line) => !/^::(debug|add-mask)::/.test(line))
    .join('\n');
}

const worlds: readonly (readonly [string, Fault, readonly string[]])[] = [
  [
    'a quota of requests that is never refilled',
    {
      id: 'secretmanager.projects.secrets.create',
      status: 429,
      message: "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute'.",
      times: Number.POSITIVE_INFINITY,
    },
    ['QUOTA_EXHAUSTED', 'Write requests', `iam-admin/quotas?project=${project}`],
  ],
  [
    'a quota of things',
    {
      id: 'compute.networks.insert',
      status: 403,
      body: {
        error: {
          code: 403,
          message: "Quota 'NETWORKS' exceeded. Limit: 5.0 globally.",
          errors: [{ domain: 'usageLimits', reason: 'quotaExceeded', message: "Quota 'NETWORKS' exceeded." }],
        },
      },
    },
    ['QUOTA_EXHAUSTED', "Quota 'NETWORKS' exceeded", `iam-admin/quotas?project=${project}`],
  ],
  [
    'an organization that allows no public address for a database',
    {
      id: 'sql.instances.insert',
      status: 400,
      message:
        'Organization Policy check failure: the attempted operation violates constraints/sql.restrictPublicIp.',
    },
    ['ORG_POLICY', 'sql.restrictPublicIp', 'administers the organization'],
  ],
  [
    'an organization that allows no bucket in that region',
    {
      id: 'storage.buckets.insert',
      status: 412,
      message: "'us-central1' violates constraint 'constraints/gcp.resourceLocations'",
      times: 2,
    },
    ['ORG_POLICY', 'gcp.resourceLocations', 'administers the organization'],
  ],
  [
    'a project without billing, whose APIs cannot be enabled',
    {
      id: 'serviceusage.services.batchEnable',
      status: 400,
      message: 'Billing must be enabled for activation of service(s) to proceed.',
    },
    ['Billing must be enabled', 'run again'],
  ],
  [
    'an API that stays disabled although enabling it succeeded',
    {
      id: 'serviceusage.services.batchEnable',
      status: 200,
      body: { name: 'operations/acat.p2-1-x', done: true, response: {} },
      times: 2,
    },
    ['DID_NOT_CONVERGE', 'apis', 'gcp.restrictServiceUsage', 'billing'],
  ],
];

describe('provision in a bad world', () => {
  test.each(worlds)('%s: ends in a sentence, and the next run finishes', async (_name, fault, sentence) => {
    await using runner = await start();
    runner.emulator.faults.add(fault);
    const run = await runner.run('provision', inputs, hasty);
    expect(run.code).toBe(1);
    for (const words of sentence) expect(error(run.log)).toContain(words);
    expect(run.log).not.toMatch(/^\s+at .+:\d+:\d+/m);
    runner.emulator.faults.clear();
    const next = await runner.run('provision', inputs, hasty);
    expect(next, next.log).toMatchObject({ code: 0 });
  });

  test('a database instance whose name is still reserved: ends in a sentence that says to choose another', async () => {
    await using runner = await start();
    expect(await runner.run('provision', inputs, hasty)).toMatchObject({ code: 0 });
    await asAdmin(runner, 'PATCH', instance, { settings: { deletionProtectionEnabled: false } });
    await asAdmin(runner, 'DELETE', instance);
    const run = await runner.run('provision', inputs, hasty);
    expect(run.code).toBe(1);
    expect(error(run.log)).toContain('SQL_NAME_RESERVED');
    expect(error(run.log)).toContain('another name');
  });

  test.each([
    ['half made and FAILED', { state: 'FAILED' }, 'SQL_INSTANCE_NOT_RUNNABLE', 'another name'],
    [
      'of a newer version',
      { databaseVersion: 'POSTGRES_16' },
      'DESTRUCTIVE_CHANGE',
      'Change deploy.yaml back',
    ],
  ])(
    'a database instance that is %s: nothing is changed, and a sentence says what to do',
    async (_name, change, code, next) => {
      await using runner = await start();
      expect(await runner.run('provision', inputs, hasty)).toMatchObject({ code: 0 });
      const table = runner.emulator.cloud.table<object>('sql.instances');
      const key = `${project}/walk-postgres`;
      table.set(key, { ...table.get(key), ...change });
      const run = await runner.run('provision', inputs, hasty);
      expect([run.code, run.writes]).toEqual([1, []]);
      expect(error(run.log)).toContain(code);
      expect(error(run.log)).toContain(next);
    },
  );

  test('a database instance in MAINTENANCE is waited for', async () => {
    await using runner = await start();
    expect(await runner.run('provision', inputs, hasty)).toMatchObject({ code: 0 });
    const table = runner.emulator.cloud.table<object>('sql.instances');
    const key = `${project}/walk-postgres`;
    table.set(key, { ...table.get(key), state: 'MAINTENANCE' });
    // Ends when the run has looked twice: until then it has to wait.
    const running = runner.run('provision', inputs, { environment: { AETHERCAST_TIME_SCALE: '20' } });
    const before = runner.emulator.journal.length;
    const looked = () =>
      runner.emulator.journal.slice(before).filter(({ path }) => path.endsWith(`/${instance}`)).length;
    while (looked() < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    table.set(key, { ...table.get(key), state: 'RUNNABLE' });
    expect(await running).toMatchObject({ code: 0, writes: [] });
  });
}, 120_000);
