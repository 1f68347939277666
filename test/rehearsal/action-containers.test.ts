/** Sidecars, volumes and the runtimes of workers through the bundles, from an empty project to one changed line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';

const project = 'studio-staging';
const minutes = 60_000;

async function good(run: Promise<ActionRun>): Promise<ActionRun> {
  const done = await run;
  expect(done.code, done.log).toBe(0);
  return done;
}

async function provisioned(): Promise<ActionRunner> {
  const runner = await actionRunner('test/fixtures/containers', project);
  await good(runner.run('provision', { environment }));
  return runner;
}

const environment = 'staging';
const build = (runner: ActionRunner, service: string) => good(runner.run('build', { environment, service }));
const deploy = (runner: ActionRunner, service: string) =>
  good(runner.run('deploy-service', { environment, service, smoke_test: 'never' }));
const plan = (runner: ActionRunner) => good(runner.run('plan', { environment }));

async function deployed(): Promise<ActionRunner> {
  const runner = await provisioned();
  for (const service of ['web', 'digest']) {
    await build(runner, service);
    await deploy(runner, service);
  }
  return runner;
}

const repository = { GITHUB_REPOSITORY_ID: '42' };
/** What deploying both services makes. */
const own = ['jobs/studio-digest-worker', 'services/studio-web', 'services/studio-web-worker'];

const matrices = ({ outputs }: ActionRun) => ({
  build: JSON.parse(outputs.build_matrix ?? ''),
  deploy: JSON.parse(outputs.deploy_matrix ?? ''),
});

interface Container {
  readonly name?: string;
  readonly image: string;
}

interface Revisioned {
  readonly template: { readonly containers: readonly Container[]; readonly volumes?: readonly unknown[] };
}

interface Job {
  readonly template: { readonly taskCount: number; readonly template: Revisioned['template'] };
}

const read = <T>(runner: ActionRunner, path: string): Promise<T> =>
  asAdmin<T>(runner, 'GET', `v2/projects/${project}/locations/us-central1/${path}`);

const imagesOf = ({ containers }: Revisioned['template']) =>
  containers.map(({ name, image }) => [name, image.split('/').at(-1)?.split('@')[0]]);

describe('a file with sidecars, volumes, a worker service and a job', () => {
  test(
    'is planned, built and deployed; planned and deployed again it is as asked for, and nothing is written',
    async () => {
      await using runner = await provisioned();
      const first = await plan(runner);
      expect(matrices(first)).toEqual({ build: ['web', 'digest'], deploy: ['web', 'digest'] });
      const built = await build(runner, 'web');
      expect(built.summary).toContain('web/cache');
      expect((await build(runner, 'web')).outputs).toMatchObject({
        skipped: 'true',
        image: built.outputs.image,
      });
      const web = await deploy(runner, 'web');
      expect(web.outputs.worker_revision).toMatch(/^studio-web-worker-/);
      await build(runner, 'digest');
      const digest = await deploy(runner, 'digest');
      expect(JSON.parse(digest.outputs.metadata ?? '')).toMatchObject({
        workloads: [{ name: 'studio-digest-worker', kind: 'job', changed: true }],
      });

      const app = await read<Revisioned>(runner, 'services/studio-web');
      const worker = await read<Revisioned>(runner, 'services/studio-web-worker');
      const job = await read<Job>(runner, 'jobs/studio-digest-worker');
      for (const { template } of [app, worker]) {
        expect(imagesOf(template)).toEqual([
          ['main', 'web'],
          ['cache', 'web-cache'],
        ]);
        expect(template.containers.every(({ image }) => /@sha256:[0-9a-f]{64}$/.test(image))).toBe(true);
        expect(template.volumes).toMatchObject([
          { gcs: { bucket: `studio-media-${project}`, readOnly: true } },
          { emptyDir: { sizeLimit: '64Mi' } },
        ]);
      }
      expect(job.template.taskCount).toBe(4);
      expect(imagesOf(job.template.template)).toEqual([
        ['main', 'digest'],
        ['collector', 'digest-collector'],
      ]);

      const again = await plan(runner);
      expect(matrices(again)).toEqual({ build: [], deploy: [] });
      expect(again.outputs.changes).toBe('0');
      for (const service of ['web', 'digest']) {
        const idle = await deploy(runner, service);
        expect(idle.writes).toEqual([]);
        expect(idle.outputs.changed).toBe('false');
      }
    },
    5 * minutes,
  );

  test(
    'the sources of one sidecar changed: its image alone is built, and its service alone is deployed',
    async () => {
      await using runner = await deployed();
      const before = await read<Revisioned>(runner, 'services/studio-web');
      await writeFile(join(runner.workspace, 'cache/redis.conf'), 'maxmemory 100mb\n');
      const planned = await plan(runner);
      expect(matrices(planned)).toEqual({ build: ['web'], deploy: ['web'] });
      expect(planned.summary).toContain('sidecar cache: other sources than web-cache@');
      const built = await build(runner, 'web');
      expect(built.outputs.skipped).toBe('false');
      expect(built.log).toMatch(/unchanged: \S+\/web@sha256/);
      await deploy(runner, 'web');
      const after = await read<Revisioned>(runner, 'services/studio-web');
      const [own, cache] = before.template.containers;
      expect(after.template.containers[0]?.image).toBe(own?.image);
      expect(after.template.containers[1]?.image).not.toBe(cache?.image);
      expect(matrices(await plan(runner))).toEqual({ build: [], deploy: [] });
    },
    5 * minutes,
  );

  test(
    'one changed key of a job is one change of the job, and it is not run',
    async () => {
      await using runner = await deployed();
      await edit(runner, 'deploy.yaml', 'tasks: 4', 'tasks: 8');
      const planned = await plan(runner);
      expect(matrices(planned)).toEqual({ build: [], deploy: ['digest'] });
      expect(planned.summary).toContain('taskCount');
      const run = await deploy(runner, 'digest');
      expect(run.writes.filter(({ host }) => host.startsWith('run.')).map(({ method }) => method)).toEqual([
        'PATCH',
      ]);
      const job = await read<Job & { executionCount?: number }>(runner, 'jobs/studio-digest-worker');
      expect(job.template.taskCount).toBe(8);
      expect(job.executionCount ?? 0).toBe(0);
    },
    5 * minutes,
  );

  test(
    'a worker that changes its runtime: the plan says what goes, nothing of it is held back, and one is left',
    async () => {
      await using runner = await deployed();
      const job =
        'runtime: job, command: [python, digest.py], tasks: 4, parallelism: 2, max_retries: 1, timeout: 2h';
      await edit(runner, 'deploy.yaml', job, 'command: [python, digest.py]');
      const planned = await plan(runner);
      expect(matrices(planned)).toEqual({ build: [], deploy: ['digest'] });
      expect(planned.summary).toContain('new: worker pool studio-digest-worker');
      expect(planned.summary).toContain(
        'goes: job studio-digest-worker, since studio-digest-worker is a worker pool now (services.digest.worker.runtime)',
      );
      const inputs = { environment, service: 'digest', smoke_test: 'never' };
      const held = await runner.run('deploy-service', { ...inputs, traffic: 'hold' });
      expect(held.code).toBe(1);
      expect(held.log).toContain('WORKER_REPLACEMENT_HELD');
      expect(held.writes).toEqual([]);
      const run = await deploy(runner, 'digest');
      expect(run.summary).toContain('Deleted: job studio-digest-worker, since');
      const left = await read<{ error?: { code: number } }>(runner, 'jobs/studio-digest-worker');
      expect(left.error?.code).toBe(404);
      expect(imagesOf((await read<Revisioned>(runner, 'workerPools/studio-digest-worker')).template)).toEqual(
        [
          ['main', 'digest'],
          ['collector', 'digest-collector'],
        ],
      );
      expect((await plan(runner)).outputs.changes).toBe('0');
    },
    5 * minutes,
  );
});

describe('what an environment with them leaves', () => {
  const parent = `v2/projects/${project}/locations/us-central1`;
  interface Named {
    readonly name: string;
  }

  /** Names of services, worker pools and jobs. */
  async function workloads(runner: ActionRunner): Promise<readonly string[]> {
    const lists = await Promise.all(
      (['services', 'workerPools', 'jobs'] as const).map(async (kind) => {
        const page = await asAdmin<Record<string, Named[] | undefined>>(runner, 'GET', `${parent}/${kind}`);
        return (page[kind] ?? []).map(({ name }) => `${kind}/${name.split('/').at(-1)}`);
      }),
    );
    return lists.flat().sort();
  }

  const cleanup = (runner: ActionRunner, inputs: Record<string, string>) => {
    const { github } = runner.emulator;
    const environment = {
      ...repository,
      AETHERCAST_TIME_SCALE: '60',
      GITHUB_API_URL: github.apiUrl,
      INPUT_GITHUB_TOKEN: github.issueToken({
        kind: 'job',
        repository: 'acme/shop',
        permissions: { 'pull-requests': 'write', deployments: 'write' },
      }),
    };
    return good(runner.run('cleanup', inputs, { environment }));
  };

  /** Pull request 1 of the repository. */
  function openPullRequest({ emulator }: ActionRunner): void {
    const sha = 'a'.repeat(40);
    const shop = emulator.github.plant({ fullName: 'acme/shop', id: 42, ownerId: 7, visibility: 'private' });
    shop.addCommit({ sha, parents: [], message: 'main' });
    for (const ref of ['main', 'faster']) shop.setRef(`refs/heads/${ref}`, sha);
    const end = (ref: string) => ({ ref, sha, repository: 'acme/shop' });
    shop.openPull({ title: 'faster', author: 'dev', head: end('faster'), base: end('main') });
  }

  test(
    'a teardown takes worker services and jobs along',
    async () => {
      await using runner = await deployed();
      expect(await workloads(runner)).toEqual(own);
      await cleanup(runner, { environment, teardown: 'true', confirm: environment });
      expect(await workloads(runner)).toEqual([]);
    },
    5 * minutes,
  );

  test(
    'a preview has a worker service, a job and a mounted bucket of its own, and they go with it alone',
    async () => {
      await using runner = await deployed();
      openPullRequest(runner);
      const preview = 'pr-1';
      await asAdmin(runner, 'POST', `v1/projects/${project}/secrets?secretId=studio-pr-1-claim`, {
        replication: { automatic: {} },
        labels: {
          'managed-by': 'aethercast-deploy',
          deployment: 'studio',
          environment: preview,
          repository: repository.GITHUB_REPOSITORY_ID,
          'pull-request': '1',
          'expires-at': '4000000000',
          commit: 'abcdef012345',
        },
      });
      const run = (action: string, inputs: Record<string, string> = {}) =>
        good(runner.run(action, { environment: preview, ...inputs }, { environment: repository }));
      await run('provision');
      for (const service of ['web', 'digest']) {
        expect((await run('build', { service })).outputs.skipped).toBe('true');
        await run('deploy-service', { service, smoke_test: 'never' });
      }
      const copies = own.map((name) => name.replace('/', '/pr-1-'));
      expect(await workloads(runner)).toEqual([...own, ...copies].sort());
      const bucket = `pr-1-studio-media-${project}`;
      const web = await read<Revisioned>(runner, 'services/pr-1-studio-web-worker');
      const job = await read<Job>(runner, 'jobs/pr-1-studio-digest-worker');
      expect(web.template.volumes?.[0]).toMatchObject({ gcs: { bucket } });
      expect(job.template.template.volumes?.[0]).toMatchObject({ gcs: { bucket } });
      // What a push takes out of the file is told, and is there for the cleanup like the rest.
      await edit(
        runner,
        'deploy.yaml',
        '    worker: { runtime: service, port: 8081, command: [node, worker.js], instances: 2 }\n',
        '',
      );
      const planned = await run('plan', { prune: 'false' });
      expect(JSON.parse(planned.outputs.left ?? '')).toMatchObject([
        {
          address: 'service/pr-1-studio-web-worker',
          next: expect.stringContaining('It goes with the preview'),
        },
      ]);
      await cleanup(runner, { environment: preview });
      expect(await workloads(runner)).toEqual(own);
      const gone = await asAdmin<{ error?: { code: number } }>(runner, 'GET', `storage/v1/b/${bucket}`);
      expect(gone.error?.code).toBe(404);
    },
    5 * minutes,
  );
});
