/**
 * The 16 workloads of the example through the bundle of deploy-service, in the order of a life: from nothing, unchanged,
 * one variable changed, a broken image. One emulator for all of it; each part starts where the one before ended.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';
import { deploymentOf, noServer } from '../support/estate.ts';

const example = 'examples/aethercast';
const project = 'aethercast-staging';
const deployment = await deploymentOf(join(example, 'deploy.yaml'), 'staging');
const keys = deployment.services.map(({ key }) => key);
const patience = 300_000;

interface Stored {
  readonly name: string;
  readonly latestCreatedRevision: string;
  readonly latestReadyRevision: string;
  readonly trafficStatuses?: readonly { readonly revision?: string; readonly percent?: number }[];
  readonly instanceSplitStatuses?: readonly { readonly revision?: string; readonly percent?: number }[];
}

/** A workload in what matters here: which revision is the newest, and which one has the traffic or the instances. */
interface Standing {
  readonly newest: string;
  readonly serving: Readonly<Record<string, number>>;
}

let runner: ActionRunner;
/** How the workloads stood at the end of the part before. */
let served: ReadonlyMap<string, Standing>;

beforeAll(async () => {
  runner = await actionRunner(example, project, { postgres: noServer });
  const provisioned = await runner.run('provision', {
    environment: 'staging',
    secret_env: 'TDA_NEWS_API_KEY=news-key-0123456789',
  });
  expect(provisioned.code, provisioned.log).toBe(0);
  await buildAll();
}, patience);
afterAll(() => runner[Symbol.asyncDispose]());

async function buildAll(): Promise<void> {
  for (const service of keys) {
    const built = await runner.run('build', { environment: 'staging', service });
    expect(built.code, built.log).toBe(0);
  }
}

function deploy(service: string): Promise<ActionRun> {
  return runner.run('deploy-service', { environment: 'staging', service });
}

const short = (name = ''): string => name.split('/').at(-1) ?? '';

function standings(): ReadonlyMap<string, Standing> {
  const stored = ['run.services', 'run.workerPools'].flatMap((table) => [
    ...runner.emulator.cloud.table<Stored>(table).values(),
  ]);
  return new Map(
    stored.map((workload) => {
      const parts = workload.trafficStatuses ?? workload.instanceSplitStatuses ?? [];
      const ready = short(workload.latestReadyRevision);
      const serving = parts
        .filter(({ percent = 0 }) => percent > 0)
        .map(({ revision, percent = 0 }) => [short(revision) || ready, percent] as const);
      return [
        short(workload.name),
        { newest: short(workload.latestCreatedRevision), serving: Object.fromEntries(serving) },
      ];
    }),
  );
}

function workloadsOf(key: string): readonly string[] {
  const service = deployment.services.find((one) => one.key === key);
  return [service?.app?.name, service?.worker?.name].filter((name) => name !== undefined);
}

function changedSince(before: ReadonlyMap<string, Standing>): readonly string[] {
  return [...standings()]
    .filter(([name, { newest }]) => before.get(name)?.newest !== newest)
    .map(([name]) => name)
    .sort();
}

describe('the workloads of Aethercast', () => {
  test(
    'from nothing: 16 first revisions, each with all traffic or all instances',
    async () => {
      for (const service of keys) {
        const run = await deploy(service);
        expect(run.code, run.log).toBe(0);
        expect(run.outputs.changed).toBe('true');
      }
      served = standings();
      expect(served.size).toBe(16);
      for (const [name, standing] of served) {
        const newest = `${name}-aaaaaaa-1`;
        expect(standing).toEqual({ newest, serving: { [newest]: 100 } });
      }
    },
    patience,
  );

  test.each(keys)(
    '%s, unchanged: no write and no new revision',
    async (service) => {
      const run = await deploy(service);
      expect(run.code, run.log).toBe(0);
      expect(run.writes).toEqual([]);
      expect(run.outputs.changed).toBe('false');
      expect(standings()).toEqual(served);
    },
    patience,
  );

  test.each(keys)(
    '%s, one variable changed: one new revision of each of its workloads alone',
    async (service) => {
      const before = standings();
      await addVariable(service);
      const run = await deploy(service);
      expect(run.code, run.log).toBe(0);
      expect(changedSince(before)).toEqual([...workloadsOf(service)].sort());
      const { workloads } = JSON.parse(run.outputs.metadata ?? '{}') as {
        workloads: { name: string; differences: string[] }[];
      };
      expect(workloads.map(({ name }) => name).sort()).toEqual([...workloadsOf(service)].sort());
      for (const { differences } of workloads) expect(differences).toEqual(['env.DETAIL']);
      for (const name of workloadsOf(service)) {
        const newest = `${name}-aaaaaaa-2`;
        expect(standings().get(name)).toEqual({ newest, serving: { [newest]: 100 } });
      }
    },
    patience,
  );

  test(
    'each service once more, with the variables of all: no write, so none of them reached another service',
    async () => {
      for (const service of keys) expect((await deploy(service)).writes).toEqual([]);
      served = standings();
    },
    patience,
  );

  describe('with an image that does not start', () => {
    /** What stands in the sources makes the image; that it exits is told to the emulator, which runs no containers. */
    const exits = (of: object, service: string): Promise<unknown> =>
      asAdmin(runner, 'POST', '_emulator/answers', {
        ...of,
        start: { exitCode: 3, log: [`${service}: SyntaxError: invalid syntax`] },
      });
    const failed = (name: string): Standing => ({
      newest: `${name}-aaaaaaa-3`,
      serving: { [`${name}-aaaaaaa-2`]: 100 },
    });
    const expectExplained = (run: ActionRun, service: string, name: string): void => {
      expect(run.code).toBe(1);
      expect(run.summary).toContain(`#### ✗ ${name}: ${name}-aaaaaaa-3 did not become ready`);
      expect(run.summary).toContain(`\`${name}-aaaaaaa-2\` goes on serving`);
      expect(run.summary).toContain('The user-provided container failed to start');
      expect(run.summary).toContain(`${service}: SyntaxError: invalid syntax`);
      expect(run.summary).toContain('CONTAINER_EXITED');
      expect(run.summary).not.toContain('nothing to do');
    };

    beforeAll(async () => {
      for (const service of keys) await breakSources(service);
      await buildAll();
      for (const { key, app } of deployment.services) if (app) await exits({ service: app.name }, key);
    }, patience);

    test.each(deployment.services)(
      '$key: the app serves on as it was, its worker is left alone, message and log are in the summary',
      async ({ key, app, worker }) => {
        const before = standings();
        const run = await deploy(key);
        expectExplained(run, key, app?.name ?? '');
        expect(standings().get(app?.name ?? '')).toEqual(failed(app?.name ?? ''));
        if (worker) expect(standings().get(worker.name)).toEqual(before.get(worker.name));
      },
      patience,
    );

    describe('in its worker alone', () => {
      beforeAll(async () => {
        await asAdmin(runner, 'DELETE', '_emulator/answers');
        for (const { key, worker } of deployment.services)
          if (worker) await exits({ workerPool: worker.name }, key);
      });

      test.each(deployment.services.filter(({ worker }) => worker))(
        '$key: the worker works on as it was, message and log are in the summary',
        async ({ key, worker }) => {
          const run = await deploy(key);
          expectExplained(run, key, worker?.name ?? '');
          expect(standings().get(worker?.name ?? '')).toEqual(failed(worker?.name ?? ''));
        },
        patience,
      );
    });
  });
});

/** A variable more under `env:` of the service. */
async function addVariable(service: string): Promise<void> {
  const text = await readFile(join(runner.workspace, 'deploy.yaml'), 'utf8');
  const block = new RegExp(`^  ${service}:\\n(?:    .*\\n|\\n)*?    env:\\n`, 'm').exec(text)?.[0] ?? '';
  await edit(runner, 'deploy.yaml', block, `${block}      DETAIL: ${service}\n`);
}

async function breakSources(service: string): Promise<void> {
  const build = deployment.services.find(({ key }) => key === service)?.build;
  const folder = join(runner.workspace, build?.dockerfile ?? '', '..');
  await writeFile(join(folder, 'main.py'), 'def broken(:\n');
}
