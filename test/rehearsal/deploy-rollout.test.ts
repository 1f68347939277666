import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ActionRun,
  type ActionRunner,
  actionRunner,
  asAdmin,
  edit,
  type RunOptions,
} from '../support/action.ts';

const shop = 'test/fixtures/shop';
const project = 'shop-staging';
const commit = 'a'.repeat(7);

interface Service {
  readonly uri: string;
  readonly urls: readonly string[];
  readonly etag: string;
  readonly latestCreatedRevision: string;
  readonly traffic: readonly { revision?: string; percent?: number; tag?: string }[];
  readonly trafficStatuses: readonly { revision?: string; percent?: number; tag?: string; uri?: string }[];
  readonly template: { readonly labels: Record<string, string> };
}

const webPath = `v2/projects/${project}/locations/us-central1/services/shop-web`;

function web(runner: ActionRunner): Promise<Service> {
  return asAdmin<Service>(runner, 'GET', webPath);
}

async function shares(runner: ActionRunner): Promise<Record<string, number>> {
  const { trafficStatuses } = await web(runner);
  const served = trafficStatuses.filter(({ percent }) => percent);
  return Object.fromEntries(served.map(({ revision, percent }) => [revision ?? 'latest', percent ?? 0]));
}

/** Says what a service's container answers; later answers go first. */
function answers(runner: ActionRunner, answer: Record<string, unknown>): Promise<unknown> {
  return asAdmin(runner, 'POST', '_emulator/answers', { service: 'shop-web', ...answer });
}

/** With the service `web` deployed once. */
async function deployed(): Promise<{ runner: ActionRunner; first: ActionRun }> {
  const runner = await actionRunner(shop, project);
  const provisioned = await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
  expect(provisioned.code).toBe(0);
  const built = await runner.run('build', { service: 'web' });
  expect(built.code).toBe(0);
  const first = await deployWeb(runner);
  expect(first.code).toBe(0);
  return { runner, first };
}

function deployWeb(runner: ActionRunner, inputs: Record<string, string> = {}): Promise<ActionRun> {
  return runner.run('deploy-service', { service: 'web', ...inputs });
}

const visible = 'LEVEL: debug-0123456789';

function changeWeb(runner: ActionRunner): Promise<void> {
  return edit(runner, 'deploy.yaml', 'env: { ORDERS_URL', `env: { ${visible}, ORDERS_URL`);
}

async function lineOf(runner: ActionRunner, text: string): Promise<number> {
  const lines = (await readFile(join(runner.workspace, 'deploy.yaml'), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** The requests of a run as `METHOD host path`. */
function runRequests(run: ActionRun): readonly string[] {
  return run.requests.map(({ method, path, host }) => `${method} ${host} ${path}`);
}

describe('a new revision of a service', () => {
  test('is named after the commit, numbered on, and labelled with where it comes from', async () => {
    const { runner, first } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    const second = await deployWeb(runner, { release: 'v1.4' });
    expect(first.outputs.revision).toBe(`shop-web-${commit}-1`);
    expect(second.outputs).toMatchObject({
      revision: `shop-web-${commit}-2`,
      previous_revision: `shop-web-${commit}-1`,
      changed: 'true',
    });
    expect((await web(runner)).template.labels).toMatchObject({
      commit: 'a'.repeat(40),
      release: 'v1-4',
      service: 'web',
    });
  });

  test('gets all traffic by its name, and our tag is gone', async () => {
    const { runner } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    const second = await deployWeb(runner);
    expect(second.code).toBe(0);
    expect((await web(runner)).traffic).toEqual([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: `shop-web-${commit}-2`, percent: 100 },
    ]);
  });

  test('is tried at the address of its tag before any traffic moves', async () => {
    const { runner } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    await edit(
      runner,
      'deploy.yaml',
      'public: true }',
      'public: true, smoke: { path: /health, successes: 3 } }',
    );
    const second = await deployWeb(runner);
    expect(second.code).toBe(0);
    const requests = runRequests(second);
    const trials = requests.filter((request) => request.includes('/health'));
    expect(trials).toHaveLength(3);
    expect(trials[0]).toMatch(/next---shop-web-/);
    const patches = requests.flatMap((request, index) => (request.startsWith('PATCH') ? [index] : []));
    expect(patches).toHaveLength(2);
    const tried = requests.findIndex((request) => request.includes('/health'));
    expect(patches[0]).toBeLessThan(tried);
    expect(patches[1]).toBeGreaterThan(tried);
  });

  test('that fails its test gets no traffic and loses its tag; once mended the same revision is used', async () => {
    const { runner, first } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    await edit(
      runner,
      'deploy.yaml',
      'public: true }',
      'public: true, smoke: { path: /health, timeout: 3s } }',
    );
    await answers(runner, { path: '/health', status: 503, log: ['cannot reach the catalogue'] });
    const second = await deployWeb(runner);
    expect(second.code).toBe(1);
    expect(second.log).toContain('answered 503');
    const line = await lineOf(runner, 'path: /health');
    expect(second.log).toContain(`title=SMOKE_TEST_FAILED,file=deploy.yaml,line=${line},`);
    expect(second.log).not.toContain('| {}');
    expect(second.summary).toContain('cannot reach the catalogue');
    expect(second.summary).toContain(`\`${first.outputs.revision}\` goes on serving`);
    expect(await shares(runner)).toEqual({ [first.outputs.revision ?? '']: 100 });
    expect((await web(runner)).traffic.some(({ tag }) => tag)).toBe(false);

    await asAdmin(runner, 'DELETE', '_emulator/answers');
    const third = await deployWeb(runner);
    expect(third.code).toBe(0);
    expect(third.outputs.revision).toBe(`shop-web-${commit}-2`);
    expect(await shares(runner)).toEqual({ [`shop-web-${commit}-2`]: 100 });
  });

  test('that is the first and fails its test: the step says that nothing else can serve, and a retry tests again', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
    await runner.run('build', { service: 'web' });
    await edit(runner, 'deploy.yaml', 'public: true }', 'public: true, smoke: { timeout: 2s } }');
    await answers(runner, { status: 500, log: ['no configuration'] });
    const first = await deployWeb(runner);
    expect(first.code).toBe(1);
    expect(first.log).toContain('shop-web has no earlier revision that could serve');
    const second = await deployWeb(runner);
    expect(second.code).toBe(1);
    expect(second.log).toContain('answered 500');
    await asAdmin(runner, 'DELETE', '_emulator/answers');
    const third = await deployWeb(runner);
    expect(third.code).toBe(0);
    expect(third.outputs.revision).toBe(`shop-web-${commit}-1`);
    expect((await deployWeb(runner)).writes).toEqual([]);
  });

  test('is told from the serving one by names of variables, never by their values', async () => {
    const { runner } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    const second = await deployWeb(runner);
    expect(second.summary).toContain('env.LEVEL: a value');
    expect(second.log + second.summary + JSON.stringify(second.outputs)).not.toContain('debug-0123456789');
    const workload = JSON.parse(second.outputs.metadata ?? '{}').workloads[0];
    expect(workload.differences).toEqual(['env.LEVEL']);
  });

  test('of a private service is tried with the identity of the deployer', async () => {
    const { runner } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    await edit(runner, 'deploy.yaml', 'public: true }', 'authentication: iam, smoke: { path: /health } }');
    const second = await deployWeb(runner);
    expect(second.code).toBe(0);
    expect(second.log).toContain('answers at /health');
    const trial = second.requests.find(({ path }) => path.includes('/health'));
    expect(trial?.status).toBe(200);
  });

  test('that fails its test holds its worker back, which gets its own revision once the app has passed', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
    await runner.run('build', { service: 'orders' });
    const smoke = 'public: true, smoke: { path: /health, timeout: 2s }';
    await edit(runner, 'deploy.yaml', 'port: 5000, ingress: internal', `port: 5000, ${smoke}`);
    const deployOrders = (): Promise<ActionRun> => runner.run('deploy-service', { service: 'orders' });
    const pool = (): Promise<{ latestCreatedRevision: string }> =>
      asAdmin(runner, 'GET', `v2/projects/${project}/locations/us-central1/workerPools/shop-orders-worker`);
    expect((await deployOrders()).code).toBe(0);
    await edit(runner, 'deploy.yaml', 'secrets: { CELERY', `env: { ${visible} }\n    secrets: { CELERY`);
    await answers(runner, { service: 'shop-orders', path: '/health', status: 503 });
    const failed = await deployOrders();
    expect(failed.code).toBe(1);
    expect((await pool()).latestCreatedRevision).toMatch(/shop-orders-worker-aaaaaaa-1$/);
    expect(failed.summary).toContain(
      'Not touched, since shop-orders did not pass: worker pool shop-orders-worker.',
    );
    await asAdmin(runner, 'DELETE', '_emulator/answers');
    const mended = await deployOrders();
    expect(mended.code).toBe(0);
    expect(mended.outputs.worker_revision).toBe('shop-orders-worker-aaaaaaa-2');
    expect((await deployOrders()).writes).toEqual([]);
  });

  test('whose test is interrupted: the old one serves, the page says what was not touched, and a retry goes on', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
    await runner.run('build', { service: 'orders' });
    const smoke = 'public: true, smoke: { path: /health, timeout: 60s }';
    await edit(runner, 'deploy.yaml', 'port: 5000, ingress: internal', `port: 5000, ${smoke}`);
    const deployOrders = (options: RunOptions = {}): Promise<ActionRun> =>
      runner.run('deploy-service', { service: 'orders' }, options);
    expect((await deployOrders()).code).toBe(0);
    await edit(runner, 'deploy.yaml', 'secrets: { CELERY', `env: { ${visible} }\n    secrets: { CELERY`);
    await answers(runner, { service: 'shop-orders', path: '/health', status: 503 });
    const already = runner.emulator.journal.length;
    const interrupted = await deployOrders({
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!runner.emulator.journal.slice(already).some(({ path }) => path.includes('/health'))) return;
          // A second signal would end the process at once.
          clearInterval(watch);
          child.kill('SIGTERM');
        }, 20);
        child.on('close', () => clearInterval(watch));
      },
    });
    expect(interrupted.code).toBe(1);
    expect(interrupted.log).toContain('INTERRUPTED');
    expect(interrupted.summary).toContain('Not touched: worker pool shop-orders-worker.');
    const orders = (): Promise<Service> =>
      asAdmin(runner, 'GET', `v2/projects/${project}/locations/us-central1/services/shop-orders`);
    expect((await orders()).traffic.filter(({ percent }) => percent)).toMatchObject([
      { revision: `shop-orders-${commit}-1`, percent: 100 },
    ]);
    await asAdmin(runner, 'DELETE', '_emulator/answers');
    expect((await deployOrders()).outputs.revision).toBe(`shop-orders-${commit}-2`);
    expect((await orders()).traffic).toMatchObject([{ revision: `shop-orders-${commit}-2`, percent: 100 }]);
  });

  test('whose worker is interrupted: the page says so, though nothing can be looked up any more', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
    await runner.run('build', { service: 'orders' });
    expect((await runner.run('deploy-service', { service: 'orders' })).code).toBe(0);
    await edit(runner, 'deploy.yaml', 'memory: 1Gi', 'memory: 2Gi');
    runner.emulator.faults.add({ method: 'PATCH', path: '/workerPools/', stall: 20_000 });
    const already = runner.emulator.journal.length;
    const looked = (): boolean =>
      runner.emulator.journal.slice(already).some(({ path }) => path.endsWith('-worker/revisions'));
    const onStart: RunOptions['onStart'] = (child) => {
      const watch = setInterval(() => {
        if (!looked()) return;
        clearInterval(watch);
        child.kill('SIGTERM');
      }, 20);
      child.on('close', () => clearInterval(watch));
    };
    const run = await runner.run('deploy-service', { service: 'orders' }, { onStart });
    expect(run.code).toBe(1);
    expect(run.summary).toContain('worker pool shop-orders-worker');
    expect(run.summary).toContain('interrupted');
  });

  test('of a service inside the VPC is not tried from here, and the log says so', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
    await runner.run('build', { service: 'orders' });
    const run = await runner.run('deploy-service', { service: 'orders' });
    expect(run.code).toBe(0);
    expect(run.log).toContain('shop-orders is reached from the VPC alone');
  });
});

describe('traffic as asked for', () => {
  test('hold: the new revision waits under its tag, and shift brings it to the traffic without another revision', async () => {
    const { runner, first } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    const held = await deployWeb(runner, { traffic: 'hold' });
    expect(held.code).toBe(0);
    expect(held.outputs.url).toMatch(/^https:\/\/next---shop-web-/);
    expect(await shares(runner)).toEqual({ [first.outputs.revision ?? '']: 100 });
    expect((await deployWeb(runner, { traffic: 'hold' })).writes).toEqual([]);
    const shifted = await deployWeb(runner);
    expect(shifted.outputs.revision).toBe(held.outputs.revision);
    // The held one is newer, and has served nobody.
    expect(shifted.outputs.previous_revision).toBe(first.outputs.revision);
    expect(await shares(runner)).toEqual({ [held.outputs.revision ?? '']: 100 });
  });

  test('a tag of our own choice stays on the new revision, those of others where they are', async () => {
    const { runner, first } = await deployed();
    await using _ = runner;
    const { etag } = await web(runner);
    const old = first.outputs.revision ?? '';
    await asAdmin(runner, 'PATCH', `${webPath}?updateMask=traffic`, {
      etag,
      traffic: [
        { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old, percent: 100, tag: 'stable' },
      ],
    });
    await changeWeb(runner);
    const second = await deployWeb(runner, { tag: 'canary', no_traffic: 'true' });
    expect(second.code).toBe(0);
    expect(second.outputs.url).toMatch(/^https:\/\/canary---/);
    expect(await shares(runner)).toEqual({ [old]: 100 });
    const third = await deployWeb(runner, { tag: 'canary', tag_traffic: 'canary=20' });
    expect(third.code).toBe(0);
    expect(await shares(runner)).toEqual({ [old]: 80, [second.outputs.revision ?? '']: 20 });
    const tags = Object.fromEntries(
      (await web(runner)).traffic.flatMap(({ tag, revision }) => (tag ? [[tag, revision]] : [])),
    );
    expect(tags).toEqual({ stable: old, canary: second.outputs.revision });
  });

  test('shares by revision, LATEST being the new one', async () => {
    const { runner, first } = await deployed();
    await using _ = runner;
    await changeWeb(runner);
    const second = await deployWeb(runner, { revision_traffic: 'LATEST=30' });
    expect(second.code).toBe(0);
    expect(await shares(runner)).toEqual({
      [first.outputs.revision ?? '']: 70,
      [second.outputs.revision ?? '']: 30,
    });
  });

  test('what contradicts itself, and a first revision without traffic, are refused before any write', async () => {
    const { runner } = await deployed();
    await using _ = runner;
    const both = await deployWeb(runner, { traffic: 'hold', revision_traffic: 'LATEST=10' });
    expect(both.code).toBe(1);
    expect(both.log).toContain('Only one of traffic: hold, revision_traffic can be given');
    expect(both.writes).toEqual([]);
    await runner.run('build', { service: 'orders' });
    const none = await runner.run('deploy-service', { service: 'orders', no_traffic: 'true' });
    expect(none.code).toBe(1);
    expect(none.log).toContain('NO_EARLIER_REVISION');
    expect(none.writes).toEqual([]);
  });
});
