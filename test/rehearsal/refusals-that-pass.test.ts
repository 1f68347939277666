import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/emulator/emulator.ts';
import { type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';
import { noServer } from '../support/estate.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

/** What Google refuses for a while only: it heals by waiting, or the person is told what it waits for. */

const walk = 'test/fixtures/walk';
const walkProject = 'walk-staging';
const shop = 'test/fixtures/shop';
const shopProject = 'shop-staging';
const secretEnv = { secret_env: 'MAIL_KEY=mail-key-0123456789' };
/** How many times as fast the client's time runs: what it waits for in vain must end, what it gets must have time. */
const paced = (scale: number) => ({ environment: { AETHERCAST_TIME_SCALE: String(scale) } });
const patient = paced(20);

/** Lets the cloud's time run while the work lasts: five seconds in ten milliseconds. */
async function whileTimePasses<T>(clock: ManualClock, work: () => Promise<T>): Promise<T> {
  const ticking = setInterval(() => clock.advance(5_000), 10);
  try {
    return await work();
  } finally {
    clearInterval(ticking);
  }
}

async function arrives(runner: ActionRunner, fits: (entry: JournalEntry) => boolean): Promise<void> {
  await expect.poll(() => runner.emulator.journal.some(fits), { timeout: 60_000, interval: 20 }).toBe(true);
}

function errors(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.startsWith('::error'))
    .join('\n');
}

const isBusy = ({ id, status }: JournalEntry) => id === 'sql.instances.patch' && status === 409;

describe('a Cloud SQL instance that is busy with something else', () => {
  async function restarting(): Promise<{ runner: ActionRunner; clock: ManualClock }> {
    const clock = manualClock();
    const runner = await actionRunner(walk, walkProject, { clock, latency: 'typical', postgres: noServer });
    const made = await whileTimePasses(clock, () => runner.run('provision', secretEnv, patient));
    expect(errors(made.log)).toBe('');
    await edit(runner, 'deploy.yaml', 'name: walk_db,', 'name: walk_db, tier: db-custom-2-7680,');
    const restart = await asAdmin<{ status: string }>(
      runner,
      'POST',
      `v1/projects/${walkProject}/instances/walk-postgres/restart`,
      {},
    );
    expect(restart.status).not.toBe('DONE');
    return { runner, clock };
  }

  const tier = async (runner: ActionRunner) => {
    const path = `v1/projects/${walkProject}/instances/walk-postgres`;
    const { settings } = await asAdmin<{ settings: { tier: string } }>(runner, 'GET', path);
    return settings.tier;
  };

  test('is waited for, and gets its change when its turn has come', async () => {
    const { runner, clock } = await restarting();
    await using _ = runner;
    const run = runner.run('provision', secretEnv, patient);
    await arrives(runner, isBusy);
    expect((await whileTimePasses(clock, () => run)).code).toBe(0);
    expect(await tier(runner)).toBe('db-custom-2-7680');
  }, 180_000);

  test('that stays busy is named, with what it does and for whom', async () => {
    const { runner } = await restarting();
    await using _ = runner;
    const run = await runner.run('provision', secretEnv, paced(300));
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('SQL_INSTANCE_BUSY');
    expect(run.log).toContain(
      'Cloud SQL instance walk-postgres is still busy with its operation RESTART of admin@example.com after 30 minutes',
    );
    expect(run.log).toContain(`gcloud sql operations list --instance=walk-postgres --project=${walkProject}`);
    expect(run.requests.some(isBusy)).toBe(true);
    expect(await tier(runner)).not.toBe('db-custom-2-7680');
  }, 180_000);
});

describe('a service account that Google does not see yet', () => {
  const account = `sa-shop-web@${shopProject}.iam.gserviceaccount.com`;
  const isUnseen = ({ status, error = '' }: JournalEntry) => status === 400 && /does not exist/.test(error);

  /** An account that is made again after the rest was there, and that can be read but not yet named. */
  async function unseen(pace: ReturnType<typeof paced>) {
    const clock = manualClock();
    const runner = await actionRunner(shop, shopProject, { clock, consistency: 'eventual' });
    expect((await whileTimePasses(clock, () => runner.run('provision', secretEnv, patient))).code).toBe(0);
    await asAdmin(runner, 'DELETE', `v1/projects/${shopProject}/serviceAccounts/${account}`);
    const before = runner.emulator.journal.length;
    const run = runner.run('provision', secretEnv, pace);
    await arrives(runner, ({ n, id }) => n > before && id === 'iam.projects.serviceAccounts.create');
    clock.advance(160);
    await arrives(runner, (entry) => entry.n > before && isUnseen(entry));
    return { runner, clock, run };
  }

  test('is waited for, and gets its rights when it is there', async () => {
    const { runner, clock, run } = await unseen(patient);
    await using _ = runner;
    expect((await whileTimePasses(clock, () => run)).code).toBe(0);
    const policy = await asAdmin<{ bindings: { role: string; members: string[] }[] }>(
      runner,
      'GET',
      `v1/projects/${shopProject}/secrets/shop-session-key:getIamPolicy`,
    );
    expect(policy.bindings).toContainEqual({
      role: 'roles/secretmanager.secretAccessor',
      members: expect.arrayContaining([`serviceAccount:${account}`]),
    });
  }, 180_000);

  test('that stays invisible is named, with where to look', async () => {
    const { runner, clock, run } = await unseen(paced(30));
    await using _ = runner;
    const { code, log } = await run;
    expect(code).toBe(1);
    expect(log).toContain('SERVICE_ACCOUNT_NOT_VISIBLE');
    expect(log).toMatch(
      /IAM policy of secret shop-session-key could not be changed for 5 minutes, .*: Service account sa-shop-web@\S+ does not exist/,
    );
    expect(log).toContain(`gcloud iam service-accounts describe ${account}`);
    const healed = await whileTimePasses(clock, () => runner.run('provision', secretEnv, patient));
    expect(healed.code).toBe(0);
  }, 180_000);
});
