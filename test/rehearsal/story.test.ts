import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trusted } from '../../src/rehearsal/trigger.ts';
import { openWorld, type World, type WorldPull, type WorldRun } from '../../src/rehearsal/world/world.ts';
import { bootstrapCaller, bootstrapped, untouched } from '../support/administrator.ts';
import { connected } from '../support/database.ts';

/** One change of Aethercast, from a pull request to production and beyond, through the workflow files that ship. */

// Real processes and a real PostgreSQL on a machine that may be busy: the limits are no measurements.
const patience = 15 * 60_000;
const [staging, production] = ['aethercast-staging', 'aethercast-prod'] as const;
const owner = 'owner@example.com';
const changed = 'app/aethercast/tda/main.py';

let world: World;
let pull: WorldPull;

beforeAll(async () => {
  world = await openWorld({
    application: 'examples/aethercast',
    files: { '.github/workflows/bootstrap.yml': bootstrapCaller },
    projects: untouched([staging, production], trusted),
    owner,
    environments: { production: { reviewers: ['lead'] } },
  });
  await bootstrapped(world, 'staging', 'production');
}, patience);
afterAll(async () => world?.[Symbol.asyncDispose](), patience);

/** The jobs that ran, of a run that ended well. */
async function good(run: WorldRun | undefined): Promise<readonly string[]> {
  const record = await run?.done;
  const broken = record?.jobs.filter(({ result }) => result === 'failure') ?? [];
  const lines = broken.flatMap(({ identity, reason, lines: said }) => [
    identity.name,
    reason ?? '',
    ...said.slice(-25),
  ]);
  expect(record?.result, lines.join('\n')).toBe('success');
  return (record?.jobs ?? [])
    .filter(({ result }) => result !== 'skipped')
    .map(({ identity }) => identity.name.replace(/^.* \/ /, ''))
    .sort();
}

const runOf = (runs: readonly WorldRun[], workflow: string): WorldRun | undefined =>
  runs.find((run) => run.workflow === workflow);

async function google<T>(path: string): Promise<T> {
  const authorization = `Bearer ${world.emulator.userToken(owner)}`;
  const response = await fetch(`${world.emulator.url}/${path}`, { headers: { authorization } });
  return (await response.json()) as T;
}

interface Workload {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly latestReadyRevision: string;
  readonly template: { readonly containers: readonly { readonly image: string }[] };
}

async function workloads(project: string): Promise<readonly Workload[]> {
  const at = `v2/projects/${project}/locations/us-central1`;
  const [{ services = [] }, { workerPools = [] }] = await Promise.all([
    google<{ services?: Workload[] }>(`${at}/services?pageSize=100`),
    google<{ workerPools?: Workload[] }>(`${at}/workerPools?pageSize=100`),
  ]);
  return [...services, ...workerPools];
}

/** Name → digest, of the environment itself and not of previews in its project. */
async function digests(project: string): Promise<Readonly<Record<string, string>>> {
  const own = (await workloads(project)).filter(({ name }) => !/\/pr-\d+-/.test(name));
  return Object.fromEntries(
    own.map(({ name, template }) => [name.split('/').at(-1), template.containers[0]?.image.split('@')[1]]),
  );
}

/** Name → revision and etag: whoever touches a workload changes one of them. */
async function touchedBy(project: string): Promise<Readonly<Record<string, string>>> {
  const own = (await workloads(project)).filter(({ name }) => !/\/pr-\d+-/.test(name));
  return Object.fromEntries(
    own.map(({ name, latestReadyRevision, etag }) => [name, `${latestReadyRevision} ${etag}`]),
  );
}

/** Builds that were started since a point of the journal. */
function builds(since: number): number {
  return world.emulator.journal
    .slice(since)
    .filter(
      ({ host, method, path }) => /cloudbuild/.test(host) && method === 'POST' && /\/builds$/.test(path),
    ).length;
}

/** The value of a secret's newest version. */
async function secret(project: string, name: string): Promise<string> {
  const { payload } = await google<{ payload: { data: string } }>(
    `v1/projects/${project}/secrets/${name}/versions/latest:access`,
  );
  return Buffer.from(payload.data, 'base64').toString('utf8');
}

/** Names of the migrations in the history of a database, seen as its application; `front` is that of its secrets' names. */
async function applied(project: string, front = ''): Promise<readonly string[]> {
  const [user, password, database] = await Promise.all(
    ['user', 'password', 'db'].map((part) => secret(project, `${front}aethercast-pg-${part}`)),
  );
  return await connected(
    {
      origin: world.emulator.url,
      token: world.emulator.userToken(owner),
      instance: `${project}:us-central1:aethercast-postgres-instance`,
    },
    { user: user ?? '', password: password ?? '', database: database ?? '' },
    async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'select name from public.aethercast_deploy_migrations order by version',
      );
      return rows.map(({ name }) => name);
    },
  );
}

const now = (): number => world.emulator.journal.length;

test(
  'staging is deployed: sixteen workloads, nine images',
  async () => {
    const jobs = await good(await world.dispatch('deploy', { environment: 'staging' }));
    expect(jobs.filter((name) => name.startsWith('deploy '))).toHaveLength(9);
    expect(builds(0)).toBe(9);
    expect(Object.keys(await digests(staging))).toHaveLength(16);
  },
  patience,
);

test(
  'a pull request that changes one service and adds a migration gets a copy of its own, and staging stays as it was',
  async () => {
    const [before, since] = [await touchedBy(staging), now()];
    pull = await world.openPullRequest({
      branch: 'trends',
      files: {
        [changed]: await edited('# Trends of the last hour count twice.\n'),
        'migrations/004_add_trend.sql': 'alter table podcasts add column trend text;\n',
      },
    });
    await good(runOf(pull.runs, 'plan'));
    const jobs = await good(runOf(pull.runs, 'preview'));
    expect(jobs.filter((name) => name.startsWith('build '))).toEqual(['build tda-service']);
    expect(builds(since)).toBe(1);
    expect(await touchedBy(staging)).toEqual(before);
    const own = (await workloads(staging)).filter(
      ({ labels }) => labels?.environment === `pr-${pull.number}`,
    );
    expect(own).toHaveLength(16);
    const base = await digests(staging);
    for (const { name, template } of own) {
      const short = name.split('/').at(-1)?.replace(`pr-${pull.number}-`, '') ?? '';
      const same = template.containers[0]?.image.split('@')[1] === base[short];
      expect([short, same]).toEqual([short, !short.startsWith('aethercast-tda')]);
    }
    expect(await applied(staging, `pr-${pull.number}-`)).toContain('004_add_trend.sql');
    expect(await applied(staging)).not.toContain('004_add_trend.sql');
  },
  patience,
);

test(
  'a second push brings the preview up to date',
  async () => {
    const since = now();
    const { runs } = await world.push(pull, { [changed]: await edited('# And those of today once.\n') });
    const jobs = await good(runOf(runs, 'preview'));
    expect(jobs.filter((name) => /^(build|deploy) /.test(name))).toEqual([
      'build tda-service',
      'deploy tda-service',
    ]);
    expect(builds(since)).toBe(1);
  },
  patience,
);

test(
  'a closed pull request leaves nothing behind',
  async () => {
    const { runs } = await world.close(pull);
    await good(runOf(runs, 'preview'));
    expect(leftOf(pull.number)).toEqual([]);
  },
  patience,
);

test(
  'reopened with a last commit and merged at once, it is one image for staging, its migration, and no preview',
  async () => {
    const since = now();
    await world.push(pull, { [changed]: await edited('# And those of yesterday not at all.\n') });
    await world.reopen(pull);
    const { runs } = await world.merge(pull);
    const [jobs] = await Promise.all([good(runOf(runs, 'deploy')), good(runOf(runs, 'preview'))]);
    expect(jobs.filter((name) => /^(build|deploy) /.test(name))).toEqual([
      'build tda-service',
      'deploy tda-service',
    ]);
    expect(builds(since)).toBe(1);
    expect(await applied(staging)).toContain('004_add_trend.sql');
    await world.idle();
    expect(leftOf(pull.number)).toEqual([]);
  },
  patience,
);

test(
  'promoted, production runs the same digests, and nothing is built',
  async () => {
    const since = now();
    const run = await world.dispatch('promote', { from: 'staging', to: 'production', reason: 'trends' });
    // What ends before it waits for an approval says why itself.
    await Promise.all([world.approve(run, 'production', { always: true }).catch(() => undefined), good(run)]);
    expect(builds(since)).toBe(0);
    expect(await digests(production)).toEqual(await digests(staging));
    expect(await applied(production)).toContain('004_add_trend.sql');
  },
  patience,
);

test(
  'staging is torn down, and production is untouched',
  async () => {
    const before = await touchedBy(production);
    const run = await world.dispatch('cleanup', {
      remove: 'staging',
      confirm: 'staging',
      delete_data: 'true',
    });
    await good(run);
    expect(await workloads(staging)).toEqual([]);
    expect(await touchedBy(production)).toEqual(before);
    for (const image of Object.values(await workloads(production)).map(
      ({ template }) => template.containers[0]?.image,
    ))
      expect(image).toContain(`/${production}/`);
  },
  patience,
);

/** The changed file with another line at its end. */
async function edited(line: string): Promise<string> {
  return `${await readFile(`examples/aethercast/${changed}`, 'utf8')}${line}`;
}

/** Tables that tell of the past, and what previews share: the images that were built for one are there for all. */
const history = /github|logging|operation|cloudbuild|artifact|docker|storage\.objects|deleted|run\.requests/i;

/** What the emulator still has under the number of a pull request: in names, labels, descriptions and policies. */
function leftOf(number: number): readonly string[] {
  const own = new RegExp(`\\bpr[-_]${number}\\b|_pr_${number}\\b`);
  return Object.entries(world.emulator.snapshot().tables)
    .filter(([table]) => !history.test(table))
    .flatMap(([table, rows]) =>
      rows.filter((row) => own.test(JSON.stringify(row))).map(([key]) => `${table} ${key}`),
    );
}
