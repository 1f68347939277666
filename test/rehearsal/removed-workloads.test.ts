/** Workloads that deploy.yaml asks for no more, through the bundles: told, taken away when asked, and nothing else touched. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ActionRun,
  type ActionRunner,
  actionRunner,
  asAdmin,
  type RunOptions,
} from '../support/action.ts';
import { noServer } from '../support/estate.ts';
import { type Gate, gateBefore } from '../support/gate.ts';

const project = 'shop-staging';
const region = `v2/projects/${project}/locations/us-central1`;
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
const environment = 'staging';
const minutes = 60_000;

/** Services by their keys, each with the lines of its app and its worker. */
type Services = Readonly<Record<string, readonly string[]>>;

const app = 'app: { port: 8080, smoke: { enabled: false } }';
const worker = 'worker: { command: [work] }';
/** One app that a second one calls, and both with a worker. */
const whole: Services = {
  web: [`env: { BILLING: "\${services.billing.url}" }`, app, worker],
  billing: [app, worker],
};
const all = [
  'services/shop-billing',
  'services/shop-web',
  'workerPools/shop-billing-worker',
  'workerPools/shop-web-worker',
];
const alone: Services = { web: [app, worker] };

function fileOf(services: Services): string {
  const blocks = Object.entries(services).map(
    ([key, lines]) => `  ${key}:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
  return `version: 1
name: shop
region: us-central1
environments: { staging: { project: ${project} } }
services:
${blocks.join('')}`;
}

interface Shop extends AsyncDisposable {
  readonly runner: ActionRunner;
  ask(services: Services): Promise<void>;
  run(action: string, inputs?: Record<string, string>, options?: RunOptions): Promise<ActionRun>;
  /** provision and deploy of these services, in this order. */
  deploy(services: Services): Promise<readonly ActionRun[]>;
  /** Names of what runs, with their collections. */
  workloads(): Promise<readonly string[]>;
}

async function openShop(services: Services): Promise<Shop> {
  const runner = await actionRunner('test/fixtures/world', project, { postgres: noServer });
  const { github } = runner.emulator;
  const repository = github.plant({ fullName: 'acme/shop', id: 42, ownerId: 7, visibility: 'private' });
  repository.addCommit({ sha: 'a'.repeat(40), parents: [], message: 'First' });
  repository.setRef('refs/heads/main', 'a'.repeat(40));
  const job = {
    GITHUB_REPOSITORY_ID: '42',
    GITHUB_API_URL: github.apiUrl,
    INPUT_GITHUB_TOKEN: github.issueToken({
      kind: 'job',
      repository: 'acme/shop',
      permissions: { deployments: 'write' },
    }),
  };
  const run: Shop['run'] = (action, inputs = {}, options = {}) =>
    runner.run(
      action,
      { environment, ...inputs },
      { ...options, environment: { ...job, ...options.environment } },
    );
  const ask: Shop['ask'] = (wanted) => writeFile(join(runner.workspace, 'deploy.yaml'), fileOf(wanted));
  const deploy: Shop['deploy'] = async (wanted) => {
    await ask(wanted);
    const runs = [good(await run('provision'))];
    for (const service of Object.keys(wanted)) runs.push(good(await run('deploy-service', { service })));
    return runs;
  };
  const workloads: Shop['workloads'] = async () => {
    const found = await Promise.all(
      (['services', 'workerPools', 'jobs'] as const).map(async (kind) => {
        const page = await asAdmin<Record<string, { name: string }[] | undefined>>(
          runner,
          'GET',
          `${region}/${kind}`,
        );
        return (page[kind] ?? []).map(({ name }) => `${kind}/${name.split('/').at(-1)}`);
      }),
    );
    return found.flat().sort();
  };
  await deploy(services);
  return { runner, ask, run, deploy, workloads, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}

function good(run: ActionRun): ActionRun {
  expect(run.code, run.log).toBe(0);
  return run;
}

/** Writes that reached Cloud Run. */
const runWrites = ({ writes }: ActionRun) => writes.filter(({ host }) => host.startsWith('run.'));

interface Told {
  readonly address: string;
  readonly whose?: string;
  readonly because: string;
  readonly next: string;
}

/** The accounts of removed services are told as well, by what provision plans. */
const leftOf = ({ outputs }: ActionRun): readonly Told[] =>
  (JSON.parse(outputs.left ?? '') as Told[]).filter(({ address }) => !address.startsWith('service_account/'));
const removalsOf = ({ outputs }: ActionRun): readonly Told[] => JSON.parse(outputs.plan ?? '').removals;

/** Something on Cloud Run with these labels that no deployment of this file has made. */
async function plant(
  { runner }: Shop,
  collection: string,
  name: string,
  labels: Record<string, string>,
): Promise<void> {
  const id = { services: 'serviceId', workerPools: 'workerPoolId', jobs: 'jobId' }[collection];
  const containers = [{ image }];
  const template = collection === 'jobs' ? { template: { containers } } : { containers };
  const started = await asAdmin<{ error?: unknown }>(
    runner,
    'POST',
    `${region}/${collection}?${id}=${name}`,
    {
      labels,
      template,
    },
  );
  expect(started.error).toBeUndefined();
}

const ours = { 'managed-by': 'aethercast-deploy', deployment: 'shop', environment, repository: '42' };

describe('a worker under another name', () => {
  const renamed: Services = { web: [app, 'worker: { name: shop-consumer, command: [work] }'] };

  test(
    'is planned with what goes, refused while it cannot be held back, made, and is the only one then',
    async () => {
      await using shop = await openShop(alone);
      await shop.ask(renamed);
      const planned = good(await shop.run('plan'));
      expect(planned.summary).toContain('new: worker pool shop-consumer');
      expect(planned.summary).toContain(
        'goes: worker pool shop-web-worker, since the worker of services.web is worker pool shop-consumer now',
      );
      expect(removalsOf(planned)).toEqual([]);
      expect(leftOf(planned)).toEqual([]);
      const held = [{ traffic: 'hold' }, { no_traffic: 'true' }];
      for (const inputs of held as Record<string, string>[]) {
        const refused = await shop.run('deploy-service', { service: 'web', ...inputs });
        expect([refused.code, refused.writes]).toEqual([1, []]);
        expect(refused.log).toContain('WORKER_REPLACEMENT_HELD');
      }
      const deployed = good(await shop.run('deploy-service', { service: 'web' }));
      expect(deployed.summary).toContain('Deleted: worker pool shop-web-worker, since');
      expect(await shop.workloads()).toEqual(['services/shop-web', 'workerPools/shop-consumer']);
      const again = good(await shop.run('deploy-service', { service: 'web' }));
      expect([again.writes, again.outputs.changed]).toEqual([[], 'false']);
      expect(good(await shop.run('plan')).outputs.changes).toBe('0');
    },
    3 * minutes,
  );

  test(
    'keeps the old one at work for as long as the new one is not ready',
    async () => {
      await using shop = await openShop(alone);
      await shop.ask(renamed);
      const operation = {
        api: 'run',
        step: 'run.workerPool',
        code: 'INTERNAL',
        message: 'it does not start',
      };
      shop.runner.emulator.faults.add({ operation });
      const failed = await shop.run('deploy-service', { service: 'web' });
      expect(failed.code).toBe(1);
      expect(failed.log).toContain('it does not start');
      expect(await shop.workloads()).toContain('workerPools/shop-web-worker');
      good(await shop.run('deploy-service', { service: 'web' }));
      expect(await shop.workloads()).toEqual(['services/shop-web', 'workerPools/shop-consumer']);
    },
    3 * minutes,
  );

  test(
    'of a run that was killed before the old one went is finished by the next one',
    async () => {
      await using shop = await openShop(alone);
      await shop.ask(renamed);
      await killedAtDelete(shop, 'deploy-service', { service: 'web' });
      expect(await shop.workloads()).toContain('workerPools/shop-web-worker');
      expect(await shop.workloads()).toContain('workerPools/shop-consumer');
      const next = good(await shop.run('deploy-service', { service: 'web' }));
      expect(
        runWrites(next)
          .map(({ method }) => method)
          .filter((method) => method !== 'POST'),
      ).toEqual(['DELETE']);
      expect(await shop.workloads()).toEqual(['services/shop-web', 'workerPools/shop-consumer']);
    },
    3 * minutes,
  );

  test(
    'leaves what another deployment, another environment, a preview or another repository has',
    async () => {
      await using shop = await openShop(alone);
      const others = { ...ours, service: 'web' };
      await plant(shop, 'workerPools', 'other-deployment', { ...others, deployment: 'mall' });
      await plant(shop, 'workerPools', 'other-environment', { ...others, environment: 'canary' });
      await plant(shop, 'workerPools', 'a-preview', { ...others, environment: 'pr-7', 'pull-request': '7' });
      await plant(shop, 'workerPools', 'other-repository', { ...others, repository: '43' });
      await plant(shop, 'workerPools', 'other-service', { ...others, service: 'billing' });
      await plant(shop, 'jobs', 'shop-consumer', {});
      const before = await shop.workloads();
      await shop.ask(renamed);
      const run = good(await shop.run('deploy-service', { service: 'web' }));
      const gone = before.filter((name) => name !== 'workerPools/shop-web-worker');
      expect(await shop.workloads()).toEqual([...gone, 'workerPools/shop-consumer'].sort());
      expect(run.summary).toContain('leave job shop-consumer (foreign)');
    },
    3 * minutes,
  );
});

/** Ends the process of the bundle at its nth deletion, before or after that has its effect. */
async function killedAtDelete(
  shop: Shop,
  action: string,
  inputs: Record<string, string>,
  { nth = 1, effect = 'before' }: { nth?: number; effect?: 'before' | 'after' } = {},
): Promise<void> {
  let kill = (): void => undefined;
  const struck = { nth, method: 'DELETE', effect, call: () => kill() };
  await using gate: Gate = await gateBefore(shop.runner.emulator, struck);
  const run = await shop.run(action, inputs, {
    environment: {
      ...gate.environment,
      GITHUB_API_URL: shop.runner.emulator.github.apiUrl,
    },
    onStart: (child) => {
      kill = () => child.kill('SIGKILL');
    },
  });
  await gate.idle();
  expect(run.code, run.log).toBe(-1);
}

const prune = { prune: 'true' };
const none: readonly string[] = [];

describe('what went out of the file', () => {
  const gone: readonly (readonly [string, Services, readonly string[], string])[] = [
    [
      'a worker that was taken out',
      { ...whole, web: [whole.web?.[0] ?? '', app] },
      ['workerPools/shop-web-worker'],
      'services.web has no worker any more',
    ],
    [
      'a service that was taken out, with its worker',
      alone,
      ['services/shop-billing', 'workerPools/shop-billing-worker'],
      'deploy.yaml has no service billing any more',
    ],
    [
      'an app that was renamed',
      { ...whole, billing: [app.replace('{', '{ name: shop-invoices,'), worker] },
      ['services/shop-billing'],
      'the app of services.billing is shop-invoices now',
    ],
  ];

  test.each(gone)(
    '%s is told and runs on; with prune it is planned, and goes when the release is made, not before',
    async (_name, after, removed, why) => {
      await using shop = await openShop(whole);
      await shop.ask(after);
      const addresses = removed.map(addressOf);

      const told = good(await shop.run('plan'));
      expect(
        leftOf(told)
          .map(({ address }) => address)
          .sort(),
      ).toEqual(addresses);
      for (const one of leftOf(told)) {
        expect(one).toMatchObject({ whose: 'ours' });
        expect(one.because).toContain(why);
        expect(one.because).toMatch(/; last changed on \d{4}-\d\d-\d\d, from commit aaaaaaa$/);
        expect(one.next).toContain('`prune: true`');
        expect(one.next).toMatch(
          /gcloud run (services|worker-pools) delete shop-\S+ --project=shop-staging --region=us-central1/,
        );
        expect(told.summary).toContain(one.because);
        expect(told.log).toContain(`(ours): ${one.because}`);
      }
      expect(removalsOf(told)).toEqual([]);

      const planned = good(await shop.run('plan', prune));
      expect(
        removalsOf(planned)
          .map(({ address }) => address)
          .sort(),
      ).toEqual(addresses);
      expect(removalsOf(planned)[0]).toMatchObject({ action: 'delete', destructive: true });
      expect(leftOf(planned)).toEqual([]);
      expect(planned.summary).toContain('Once all traffic is on the new release');
      for (const { because } of removalsOf(planned)) expect(planned.log).toContain(`: ${because}`);
      expect(planned.writes).toEqual([]);

      await shop.deploy(after);
      expect(await shop.workloads()).toEqual(expect.arrayContaining([...removed]));
      const standing = await shop.workloads();
      const kept = good(await shop.run('release'));
      expect(await shop.workloads()).toEqual(standing);
      expect(
        leftOf(kept)
          .map(({ address }) => address)
          .sort(),
      ).toEqual(addresses);
      expect(kept.log).toContain('::warning title=WORKLOAD_LEFT');
      expect(kept.summary).toContain(leftOf(kept)[0]?.because);
      expect([kept.outputs.state, kept.outputs.removed]).toEqual(['success', '[]']);

      const shown = good(await shop.run('release', { ...prune, dry_run: 'true' }));
      expect(shown.writes).toEqual([]);
      expect(JSON.parse(shown.outputs.removed ?? '').sort()).toEqual(addresses);

      const released = good(await shop.run('release', prune));
      expect(await shop.workloads()).toEqual(standing.filter((name) => !removed.includes(name)));
      expect(JSON.parse(released.outputs.removed ?? '').sort()).toEqual(addresses);
      expect(released.summary).toContain('Deleted: ');
      expect(leftOf(released)).toEqual([]);
      expect(released.log).not.toContain('::warning');

      const again = good(await shop.run('release', prune));
      expect([runWrites(again), again.outputs.removed, leftOf(again)]).toEqual([[], '[]', []]);
      expect(removalsOf(good(await shop.run('plan', prune)))).toEqual([]);
    },
    4 * minutes,
  );

  test(
    'the policy that says who may call a service goes with it',
    async () => {
      await using shop = await openShop(whole);
      const policies = () =>
        [...shop.runner.emulator.cloud.table('iam.policies').entries()].filter(([key]) =>
          key.endsWith('/services/shop-billing'),
        );
      expect(policies()).toHaveLength(1);
      await shop.deploy(alone);
      good(await shop.run('release', prune));
      expect(policies()).toEqual([]);
    },
    3 * minutes,
  );

  test(
    'nothing goes that is not of this deployment in this environment',
    async () => {
      await using shop = await openShop(whole);
      const others = { ...ours, service: 'billing' };
      await plant(shop, 'services', 'by-hand', {});
      await plant(shop, 'services', 'other-deployment', { ...others, deployment: 'mall' });
      await plant(shop, 'workerPools', 'other-environment', { ...others, environment: 'canary' });
      await plant(shop, 'services', 'a-preview', { ...others, environment: 'pr-7', 'pull-request': '7' });
      await plant(shop, 'jobs', 'other-repository', { ...others, repository: '43' });
      const planted = (await shop.workloads()).filter((name) => !all.includes(name));
      expect(planted).toHaveLength(5);
      await shop.deploy(alone);
      const released = good(await shop.run('release', prune));
      expect(await shop.workloads()).toEqual(
        [...planted, 'services/shop-web', 'workerPools/shop-web-worker'].sort(),
      );
      expect(leftOf(released)).toEqual([]);
    },
    3 * minutes,
  );

  test.each(['before', 'after'] as const)(
    'a release that is killed %s its first deletion is finished by the next one',
    async (effect) => {
      await using shop = await openShop(whole);
      await shop.deploy(alone);
      await killedAtDelete(shop, 'release', prune, { effect });
      const next = good(await shop.run('release', prune));
      expect(next.outputs.state).toBe('success');
      expect(await shop.workloads()).toEqual(['services/shop-web', 'workerPools/shop-web-worker']);
      expect(runWrites(good(await shop.run('release', prune)))).toEqual([]);
    },
    3 * minutes,
  );

  test(
    'a release that does not come to the whole set takes nothing away, and says what would',
    async () => {
      await using shop = await openShop(whole);
      await shop.ask(alone);
      const failed = good(await shop.run('release', { ...prune, result: 'failure' }));
      expect(failed.outputs.state).toBe('failure');
      expect(leftOf(failed)[0]?.next).toContain('A release that succeeds deletes it');
      await shop.ask({ web: [app, worker, 'env: { NEW: variable }'], third: [app] });
      const missing = await shop.run('release', prune);
      expect(missing.code).toBe(1);
      expect(missing.log).toContain('RELEASE_NOT_SERVING');
      expect(await shop.workloads()).toEqual(all);
    },
    3 * minutes,
  );

  test(
    'a release of some services takes neither the others nor what went out of the file',
    async () => {
      const three: Services = { ...whole, mail: [app] };
      await using shop = await openShop(three);
      await shop.ask({ web: three.web ?? none, billing: three.billing ?? none });
      const some = good(await shop.run('release', { ...prune, images: JSON.stringify({ web: image }) }));
      expect(await shop.workloads()).toEqual([...all, 'services/shop-mail'].sort());
      expect(leftOf(some)).toMatchObject([{ address: 'service/shop-mail' }]);
      expect(leftOf(some)[0]?.next).toContain('one of all services with `prune: true`');
      const both = JSON.stringify({ web: image, billing: image });
      good(await shop.run('release', { ...prune, images: both }));
      expect(await shop.workloads()).toEqual(all);
    },
    3 * minutes,
  );

  test(
    'what was deployed again since it was looked at is left as it is',
    async () => {
      await using shop = await openShop(whole);
      await shop.deploy(alone);
      const { emulator } = shop.runner;
      emulator.faults.add({ method: 'DELETE', path: 'services/shop-billing', stall: 4_000 });
      const releasing = shop.run('release', prune);
      await expect
        .poll(
          () => emulator.journal.some(({ method, path }) => method === 'POST' && path.endsWith('/statuses')),
          { timeout: minutes },
        )
        .toBe(true);
      await asAdmin(shop.runner, 'PATCH', `${region}/services/shop-billing?updateMask=description`, {
        description: 'again',
      });
      const released = await releasing;
      expect(released.code).toBe(1);
      expect(released.log).toContain('CONCURRENT_CHANGE');
      expect(await shop.workloads()).toContain('services/shop-billing');
      expect(released.summary).toContain('shop-billing was to be deleted, and somebody has just changed it.');
    },
    3 * minutes,
  );
});

/** As plans name it. */
function addressOf(name: string): string {
  return name.replace('services/', 'service/').replace('workerPools/', 'worker_pool/');
}
