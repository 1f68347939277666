import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/emulator/emulator.ts';
import {
  openWorld,
  type World,
  type WorldOptions,
  type WorldPull,
  type WorldRun,
} from '../../src/rehearsal/world/world.ts';
import { admin } from '../support/action.ts';
import { call } from '../support/cleanup.ts';
import { noServer } from '../support/estate.ts';
import {
  commentsOf,
  good,
  google,
  recordsOf,
  runOf,
  servedBy,
  serviceOf,
  shop,
  tracesOf,
  withoutMigrations,
  withoutPreviews,
} from '../support/previews.ts';

/**
 * Previews that come in each other's way, and runs that end where nobody would have them end. What counts is what is there
 * in the end: on Google Cloud, in GitHub's records, and in the comment.
 */

// Real processes on a machine that may be busy: the limits are no measurements.
const patience = 10 * 60_000;
const paths = `v1/projects/${shop.project}`;

const short = (sha: string): string => sha.slice(0, 7);
const lengthOf = ({ emulator }: World): number => emulator.journal.length;
const webOf = ({ number }: WorldPull): string => `pr-${number}-shop-web`;
const page = (text: string) => ({ 'web/server.js': `console.log('${text}');\n` });

const names = (pull: WorldPull, { path, query }: JournalEntry): boolean =>
  new RegExp(`pr[-_]${pull.number}(?!\\d)`).test(path + query);

describe('two pull requests at once', () => {
  let world: World;
  let staging: Readonly<Record<string, unknown>>;
  let pulls: readonly [WorldPull, WorldPull];

  beforeAll(async () => {
    world = await openWorld({ application: shop.folder, postgres: true, owner: admin });
    await good(await world.dispatch('deploy', { environment: 'staging' }));
    staging = withoutPreviews(world);
    // Both add the second migration: in one database one of them would be refused.
    const coupons = { 'migrations/002_coupons.sql': 'create table coupons (code text primary key);\n' };
    const refunds = { 'migrations/002_refunds.sql': 'create table refunds (id bigint primary key);\n' };
    const one = await world.openPullRequest({ branch: 'coupons', files: { ...page('coupons'), ...coupons } });
    const other = await world.openPullRequest({
      branch: 'refunds',
      files: { ...page('refunds'), ...refunds },
    });
    pulls = [one, other];
    await Promise.all(pulls.map((pull) => good(runOf(pull))));
  }, patience);
  afterAll(async () => world?.[Symbol.asyncDispose](), patience);

  test('each has its own of everything, and the base stays as it was', async () => {
    expect(withoutPreviews(world)).toEqual(staging);
    for (const pull of pulls) {
      const own = `pr-${pull.number}-`;
      const services = await Promise.all(
        ['web', 'orders'].map((key) => serviceOf(world, `${own}shop-${key}`)),
      );
      for (const { template } of services) {
        expect(template.serviceAccount).toMatch(new RegExp(`^${own}`));
        const env = template.containers.flatMap((container) => container.env ?? []);
        const secrets = env.flatMap(({ valueSource }) => valueSource?.secretKeyRef.secret ?? []);
        expect(secrets.filter((secret) => !secret.startsWith(own))).toEqual([]);
        expect(secrets.length).toBeGreaterThan(0);
      }
      const env = services[0]?.template.containers[0]?.env ?? [];
      expect(env.find(({ name }) => name === 'ORDERS_URL')?.value).toContain(`//${own}shop-orders-`);
      expect(await servedBy(world, webOf(pull))).toBe(pull.sha);
    }
    const { items } = await google<{ items: { name: string }[] }>(
      world,
      `${paths}/instances/shop-pg/databases`,
    );
    const databases = items.map(({ name }) => name).filter((name) => name.startsWith('shop_db'));
    expect(databases.sort()).toEqual(['shop_db', ...pulls.map(({ number }) => `shop_db_pr_${number}`)]);
  });

  test('no two of them, and neither the base, use one number of Redis', async () => {
    const secrets = ['shop-broker-url', ...pulls.map(({ number }) => `pr-${number}-shop-broker-url`)];
    const urls = await Promise.all(secrets.map(secretValue));
    expect(new Set(urls.map((url) => url.replace(/\/\d+$/, ''))).size).toBe(1);
    const numbers = urls.map((url) => /\/(\d+)$/.exec(url)?.[1]);
    expect(numbers[0]).toBe('3');
    expect(new Set(numbers).size).toBe(3);
  });

  async function secretValue(secret: string): Promise<string> {
    const path = `${paths}/secrets/${secret}/versions/latest:access`;
    const { payload } = await google<{ payload: { data: string } }>(world, path);
    return Buffer.from(payload.data, 'base64').toString();
  }

  test('both are told, each in its own comment, and have a record of their own', async () => {
    for (const pull of pulls) {
      const comments = await commentsOf(world, pull);
      expect(comments).toHaveLength(1);
      expect(comments[0]).toContain(`✅ Preview of shop for #${pull.number} is ready`);
      expect(await recordsOf(world, pull)).toEqual([{ sha: pull.sha, state: 'success' }]);
    }
  });

  test(
    'a third above the cap is refused by naming both, and leaves nothing',
    async () => {
      const third = await world.openPullRequest({ branch: 'third', files: page('third') });
      expect(await good(runOf(third))).toEqual(['admit', 'gate']);
      const [comment, ...more] = await commentsOf(world, third);
      expect(more).toEqual([]);
      expect(comment).toContain(`⛔ Preview of shop for #${third.number} was refused`);
      for (const { number } of pulls) expect(comment).toContain(`- #${number}, until `);
      expect(tracesOf(world.emulator, third.number)).toEqual([]);
      expect(await recordsOf(world, third)).toEqual([]);
    },
    patience,
  );
});

describe('a run that does not end by itself', () => {
  let world: World;
  let staging: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    // So that there is a time in which things are half made.
    world = await shopWithCleanup({ latency: 'typical', timeScale: 60 });
    staging = withoutPreviews(world);
  }, patience);
  afterAll(async () => world?.[Symbol.asyncDispose](), patience);

  const open = (branch: string): Promise<WorldPull> => world.openPullRequest({ branch, files: page(branch) });

  /** Resolves when Google has begun to deploy web, of which the run is not told until it is gone. */
  async function deploying(pull: WorldPull, run: WorldRun, since: number): Promise<void> {
    await wrote(world, run, since, deploys(pull));
    const ends = new RegExp(`operations/(${operationsOn(webOf(pull)).join('|')})`);
    world.emulator.faults.add({ path: ends, stall: 60_000, times: Number.POSITIVE_INFINITY });
  }

  function operationsOn(name: string): readonly string[] {
    const rows = world.emulator.snapshot().tables.operations ?? [];
    return rows.filter(([, value]) => JSON.stringify(value).includes(`/${name}"`)).map(([id]) => id);
  }

  const now = (): number => lengthOf(world);
  const deploys = (pull: WorldPull) => (entry: JournalEntry) =>
    entry.api.startsWith('run') &&
    /POST|PATCH/.test(entry.method) &&
    names(pull, entry) &&
    /shop-web/.test(entry.path + entry.query);

  async function expectGone(pull: WorldPull): Promise<void> {
    expect(tracesOf(world.emulator, pull.number)).toEqual([]);
    expect(await recordsOf(world, pull)).toEqual([]);
    const [comment, ...more] = await commentsOf(world, pull);
    expect(more).toEqual([]);
    expect(comment).toContain(`🧹 Preview of shop for #${pull.number} was removed`);
  }

  test.concurrent(
    'pushes while the one before is deployed: the last commit serves, and nothing of the others',
    async () => {
      const pull = await open('first');
      const first = runOf(pull);
      await deploying(pull, first, 0);
      const second = runOf(await world.push(pull, page('second')));
      expect((await first.done).result).toBe('cancelled');
      expect((await commentsOf(world, pull))[0]).not.toContain('❌');
      const since = now();
      await deploying(pull, second, since);
      const third = runOf(await world.push(pull, page('third')));
      expect((await second.done).result).toBe('cancelled');
      await good(third);
      await expectReady(world, pull);
    },
    patience,
  );

  test.concurrent(
    'a close while it is deployed: everything goes, and what Google finishes late goes with the reaper',
    async () => {
      const pull = await open('closed');
      const run = runOf(pull);
      await deploying(pull, run, 0);
      const { labels } = await serviceOf(world, webOf(pull));
      const closed = runOf(await world.close(pull));
      expect((await run.done).result).toBe('cancelled');
      expect(await good(closed)).toEqual(['cleanup']);
      await expectGone(pull);

      // A call that Google had taken and was slow to finish: the run that sent it is long gone.
      const { containers, serviceAccount } = (await serviceOf(world, 'shop-web')).template;
      const late = { labels, template: { serviceAccount, containers: [{ image: containers[0]?.image }] } };
      const parent = `v2/projects/${shop.project}/locations/us-central1`;
      await call(world.emulator, 'POST', `${parent}/services?serviceId=${webOf(pull)}`, late);
      expect(tracesOf(world.emulator, pull.number)).not.toEqual([]);
      await good(await world.schedule('cleanup'));
      await expectGone(pull);
    },
    patience,
  );

  const builds = ({ api, method, path }: JournalEntry): boolean =>
    api.startsWith('cloudbuild') && method === 'POST' && /builds$/.test(path);

  test.concurrent.each([
    [
      'provision',
      (pull: WorldPull) => (entry: JournalEntry) => entry.api.startsWith('iam') && names(pull, entry),
    ],
    ['build', () => builds],
    ['deploy', deploys],
  ])(
    'a runner lost in %s: the pull request is told, and a close leaves nothing',
    async (job, calls) => {
      const pull = await open(`lost-in-${job}`);
      const run = runOf(pull);
      await run.reached(new RegExp(`/ ${job}`), /actions\/(provision|build|deploy-service)/);
      await wrote(world, run, now(), calls(pull));
      run.kill();
      expect((await run.done).result).toBe('failure');
      const [comment] = await commentsOf(world, pull);
      expect(comment).toContain(`❌ Preview of shop for #${pull.number} failed`);
      expect(comment).toContain(`\`${job}\``);
      expect(await recordsOf(world, pull)).toEqual([{ sha: pull.sha, state: 'failure' }]);
      expect(tracesOf(world.emulator, pull.number)).not.toEqual([]);
      expect(await good(runOf(await world.close(pull)))).toEqual(['cleanup']);
      await expectGone(pull);
    },
    patience,
  );

  test.concurrent(
    'a runner lost while it deploys: the next push heals it',
    async () => {
      const pull = await open('healed');
      const run = runOf(pull);
      await wrote(world, run, 0, deploys(pull));
      run.kill();
      expect((await run.done).result).toBe('failure');
      await good(runOf(await world.push(pull, page('healing'))));
      await expectReady(world, pull);
    },
    patience,
  );

  test(
    'runners lost while it deploys and while it is cleaned up: the reaper leaves nothing',
    async () => {
      const pull = await open('reaped');
      const run = runOf(pull);
      await wrote(world, run, 0, deploys(pull));
      run.kill();
      expect((await run.done).result).toBe('failure');
      const since = now();
      const cleanup = runOf(await world.close(pull));
      await wrote(world, cleanup, since, (entry) => entry.method === 'DELETE' && names(pull, entry));
      cleanup.kill();
      expect((await cleanup.done).result).toBe('failure');
      expect(tracesOf(world.emulator, pull.number)).not.toEqual([]);
      await good(await world.schedule('cleanup'));
      await expectGone(pull);
    },
    patience,
  );

  test(
    'the base was touched by none of them',
    async () => {
      await world.idle();
      expect(withoutPreviews(world)).toEqual(staging);
    },
    patience,
  );
});

describe('the reaper and a push at once', () => {
  let world: World;

  beforeAll(async () => {
    // In real time: a push waits ten minutes at most, which a faster clock would make too short for a busy machine.
    world = await shopWithCleanup({});
  }, patience);
  afterAll(async () => world?.[Symbol.asyncDispose](), patience);

  test(
    'a push to an idle preview that is being reaped waits for the end, and makes it anew',
    async () => {
      const pull = await world.openPullRequest({ branch: 'idle', files: page('idle') });
      await good(runOf(pull));
      const claim = `${paths}/secrets/shop-pr-${pull.number}-claim`;
      const { labels } = await google<{ labels: Record<string, string> }>(world, claim);
      const idle = { ...labels, 'expires-at': '1000000000' };
      await call(world.emulator, 'PATCH', `${claim}?updateMask=labels`, { labels: idle });
      // So that the push finds some things there still and others gone.
      world.emulator.faults.add({ method: 'DELETE', path: `services/${webOf(pull)}`, stall: 12_000 });
      const since = lengthOf(world);
      const reaper = await world.schedule('cleanup');
      await wrote(world, reaper, since, (entry) => entry.method === 'DELETE' && names(pull, entry));
      const pushed = runOf(await world.push(pull, { 'orders/main.py': 'app = "busy again"\n' }));
      await good(reaper);
      await good(pushed);
      await expectReady(world, pull);
    },
    patience,
  );
});

/** The shop, deployed to staging, without a database that anybody connects to, and with the scheduled cleanup. */
async function shopWithCleanup(pace: Pick<WorldOptions, 'latency' | 'timeScale'>): Promise<World> {
  const files = await withoutMigrations();
  const cleanup = await readFile('examples/aethercast/.github/workflows/cleanup.yml', 'utf8');
  const world = await openWorld({
    application: shop.folder,
    files: {
      'deploy.yaml': files['deploy.yaml'].replace('max: 2', 'max: 12'),
      '.github/workflows/cleanup.yml': cleanup,
    },
    owner: admin,
    postgres: noServer,
    ...pace,
  });
  await good(await world.dispatch('deploy', { environment: 'staging' }));
  return world;
}

/** Resolves when Google has taken a call of the run. */
async function wrote(
  world: World,
  run: WorldRun,
  since: number,
  fits: (call: JournalEntry) => boolean,
): Promise<void> {
  const { journal } = world.emulator;
  for (let next = since; ; next++) {
    while (next >= journal.length) {
      if (run.finished) throw new Error(`run ${run.id} has ended without that`);
      await delay(5);
    }
    const entry = journal[next];
    if (entry?.write && fits(entry)) return;
  }
}

async function expectReady(world: World, pull: WorldPull): Promise<void> {
  expect(await servedBy(world, webOf(pull))).toBe(pull.sha);
  expect(await servedBy(world, `pr-${pull.number}-shop-orders`)).toEqual(expect.any(String));
  const [comment, ...more] = await commentsOf(world, pull);
  expect(more).toEqual([]);
  expect(comment).toContain(`✅ Preview of shop for #${pull.number} is ready`);
  expect(comment).toMatch(new RegExp(`\\| web \\| https://\\S+ \\| ready \\| ${short(pull.sha)}`));
  expect(comment).not.toContain('not deployed');
  const records = await recordsOf(world, pull);
  expect(records[0]).toEqual({ sha: pull.sha, state: 'success' });
  expect(records.slice(1).filter(({ state }) => state !== 'inactive')).toEqual([]);
}
