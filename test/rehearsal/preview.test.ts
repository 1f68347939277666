import { afterAll, beforeAll, expect, test } from 'vitest';
import { visit } from '../../src/google/run-app.ts';
import { openWorld, type World, type WorldPull, type WorldRun } from '../../src/rehearsal/world/world.ts';
import { comparable } from '../support/estate.ts';

/** Previews through the workflow files that ship: one estate, whose story the tests go through in order. */

// Real processes and a real PostgreSQL on a machine that may be busy: the limits are no measurements.
const patience = 10 * 60_000;
const project = 'shop-staging';
const owner = 'owner@example.com';

let world: World;
let staging: Readonly<Record<string, unknown>>;
let seven: WorldPull;

beforeAll(async () => {
  world = await openWorld({ application: 'test/fixtures/previewed', postgres: true, owner });
  await good(await world.dispatch('deploy', { environment: 'staging' }));
  staging = withoutPreviews();
}, patience);
afterAll(async () => world?.[Symbol.asyncDispose](), patience);

/** The jobs that ran, of a run that ended well. */
async function good(run: WorldRun | undefined): Promise<readonly string[]> {
  const record = await run?.done;
  const broken = record?.jobs.filter(({ result }) => result === 'failure') ?? [];
  const lines = broken.flatMap(({ identity, lines: said }) => [identity.name, ...said.slice(-25)]);
  expect(record?.result, lines.join('\n')).toBe('success');
  return (record?.jobs ?? [])
    .filter(({ result }) => result !== 'skipped')
    .map(({ identity }) => identity.name.replace(/^.* \/ /, ''))
    .sort();
}

async function google<T>(path: string): Promise<T> {
  const authorization = `Bearer ${world.emulator.userToken(owner)}`;
  const response = await fetch(`${world.emulator.url}/${path}`, { headers: { authorization } });
  return (await response.json()) as T;
}

async function github<T>(path: string): Promise<T> {
  const { apiUrl, issueToken } = world.emulator.github;
  const authorization = `Bearer ${issueToken({ kind: 'person', login: 'lead' })}`;
  const response = await fetch(`${apiUrl}/repos/${world.repository.fullName}/${path}`, {
    headers: { authorization },
  });
  return (await response.json()) as T;
}

const commentsOf = async (pull: WorldPull): Promise<readonly string[]> =>
  (await github<{ body: string }[]>(`issues/${pull.number}/comments`)).map(({ body }) => body);

interface Service {
  readonly uri: string;
  readonly urls: readonly string[];
  readonly labels: Record<string, string>;
  readonly template: {
    readonly revision?: string;
    readonly containers: { image: string; env: { name: string; value?: string }[] }[];
    readonly scaling: { minInstanceCount?: number; maxInstanceCount?: number };
    readonly serviceAccount: string;
  };
  readonly latestReadyRevision: string;
}
const service = (name: string): Promise<Service> =>
  google(`v2/projects/${project}/locations/us-central1/services/${name}`);

/**
 * What there is beside previews; their members in the project's policy do not count, nor that their deployer may build as
 * staging's builder, nor images and builds.
 */
function withoutPreviews(): Readonly<Record<string, unknown>> {
  const rows = Object.entries(comparable(world.emulator.snapshot())).filter(
    ([key]) => !/pr-\d|_pr_\d|github|artifact|docker|cloudbuild|storage\.objects|identity|log/i.test(key),
  );
  return Object.fromEntries(rows.map(([key, value]) => [key, withoutMembers(value)]));
}

function withoutMembers(value: unknown): unknown {
  if (Array.isArray(value)) {
    const others = value.filter((item) => typeof item !== 'string' || !/pr-|:deployer-preview@/.test(item));
    return others.map(withoutMembers);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMembers(inner)]));
}

test(
  'a pull request gets a copy of staging, builds what it changed, and staging stays as it was',
  async () => {
    seven = await world.openPullRequest({
      branch: 'faster',
      files: {
        'web/server.js': "console.log('a faster web');\n",
        'migrations/002_paid.sql': 'alter table orders add column paid boolean not null default false;\n',
      },
    });
    const jobs = await good(seven.runs.find(({ workflow }) => workflow === 'preview'));
    expect(jobs).toEqual([
      'admit',
      'build web',
      'deploy orders',
      'deploy web',
      'gate',
      'migrate',
      'plan',
      'provision',
      'report',
    ]);
    expect(withoutPreviews()).toEqual(staging);

    const n = seven.number;
    const [own, base] = await Promise.all([service(`pr-${n}-shop-orders`), service('shop-orders')]);
    expect(own.template.containers[0]?.image).toBe(base.template.containers[0]?.image);
    expect(own.template.scaling).toMatchObject({ maxInstanceCount: 1 });
    expect(own.template.scaling.minInstanceCount ?? 0).toBe(0);
    const [web, stagingWeb] = await Promise.all([service(`pr-${n}-shop-web`), service('shop-web')]);
    expect(web.template.containers[0]?.image).not.toBe(stagingWeb.template.containers[0]?.image);
    expect(web.labels).toMatchObject({ environment: `pr-${n}`, 'pull-request': `${n}` });
  },
  patience,
);

test(
  'its services call each other and nobody else’s',
  async () => {
    const n = seven.number;
    const web = await service(`pr-${n}-shop-web`);
    const address = web.template.containers[0]?.env.find(({ name }) => name === 'ORDERS_URL')?.value ?? '';
    expect(address).toMatch(new RegExp(`^https://pr-${n}-shop-orders-`));
    const call = async (caller: string, url: string): Promise<number> => {
      const { origin } = new URL(url);
      const token = await identityOf(caller, origin);
      const environment = world.emulator.environment();
      return (await visit(url, { environment, timeout: patience, idToken: token })).status;
    };
    const stagingWeb = await service('shop-web');
    const stagingAddress =
      stagingWeb.template.containers[0]?.env.find(({ name }) => name === 'ORDERS_URL')?.value ?? '';
    expect(await call(web.template.serviceAccount, address)).toBe(200);
    expect(await call(stagingWeb.template.serviceAccount, stagingAddress)).toBe(200);
    expect(await call(web.template.serviceAccount, stagingAddress)).toBe(403);
    expect(await call(stagingWeb.template.serviceAccount, address)).toBe(403);
  },
  patience,
);

/** The identity token that the service's own account gets for an audience. */
async function identityOf(account: string, audience: string): Promise<string> {
  const path = `v1/projects/-/serviceAccounts/${account}`;
  const authorization = `Bearer ${world.emulator.userToken(owner)}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const policy = {
    bindings: [{ role: 'roles/iam.serviceAccountOpenIdTokenCreator', members: [`user:${owner}`] }],
  };
  const policyPath = `v1/projects/${project}/serviceAccounts/${account}`;
  const before = await (
    await fetch(`${world.emulator.url}/${policyPath}:getIamPolicy`, { method: 'POST', headers, body: '{}' })
  ).json();
  const set = (body: unknown) =>
    fetch(`${world.emulator.url}/${policyPath}:setIamPolicy`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ policy: body }),
    });
  await set(policy);
  const response = await fetch(`${world.emulator.url}/${path}:generateIdToken`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ audience, includeEmail: true }),
  });
  const { token = '' } = (await response.json()) as { token?: string };
  const { bindings = [] } = before as { bindings?: unknown[] };
  await set({ bindings });
  return token;
}

test(
  'the pull request has one comment with every address, and a record that succeeded',
  async () => {
    const comments = await commentsOf(seven);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain(`✅ Preview of shop for #${seven.number} is ready`);
    expect(comments[0]).toMatch(
      new RegExp(
        `\\| web \\| https://pr-${seven.number}-shop-web-\\S+ \\| ready \\| ${seven.sha.slice(0, 7)}`,
      ),
    );
    expect(comments[0]).toContain('(needs an identity token)');
    const records = await github<
      { id: number; sha: string; environment: string; transient_environment: boolean }[]
    >(`deployments?task=preview-pr-${seven.number}`);
    expect(records).toMatchObject([{ sha: seven.sha, environment: 'preview', transient_environment: true }]);
    const statuses = await github<{ state: string; environment_url: string }[]>(
      `deployments/${records[0]?.id}/statuses`,
    );
    expect(statuses.map(({ state }) => state)).toEqual(['success', 'in_progress', 'queued']);
    expect(statuses[0]?.environment_url).toContain(`https://pr-${seven.number}-shop-web-`);
  },
  patience,
);

test(
  'a second push changes what it changes: one comment, one image, the database begun anew',
  async () => {
    const revision = (await service(`pr-${seven.number}-shop-orders`)).latestReadyRevision;
    const { runs } = await world.push(seven, {
      'web/server.js': "console.log('the fastest web');\n",
      'migrations/002_paid.sql': 'alter table orders add column paid timestamptz;\n',
    });
    const run = runs.find(({ workflow }) => workflow === 'preview');
    const jobs = await good(run);
    expect(jobs.filter((name) => /build|deploy/.test(name))).toEqual(['build web', 'deploy web']);
    const migrate = (await run?.done)?.jobs.find(({ identity }) => identity.name.endsWith('migrate'));
    expect(migrate?.lines.join('\n')).toContain(
      '002_paid.sql was changed since it was applied: emptying shop_db_pr_',
    );
    expect(migrate?.lines.join('\n')).toContain('applied seed.sql');
    expect((await service(`pr-${seven.number}-shop-orders`)).latestReadyRevision).toBe(revision);
    const comments = await commentsOf(seven);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain(seven.sha.slice(0, 7));
    expect(comments[0]).toContain('(unchanged since)');
    expect(withoutPreviews()).toEqual(staging);
  },
  patience,
);

test(
  'one above the cap is refused, and its pull request is told who is there',
  async () => {
    const eight = await world.openPullRequest({ branch: 'eight', files: { 'web/eight.txt': '8' } });
    await good(eight.runs.find(({ workflow }) => workflow === 'preview'));
    const nine = await world.openPullRequest({ branch: 'nine', files: { 'web/nine.txt': '9' } });
    const jobs = await good(nine.runs.find(({ workflow }) => workflow === 'preview'));
    expect(jobs).toEqual(['admit', 'gate']);
    const comments = await commentsOf(nine);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain(`⛔ Preview of shop for #${nine.number} was refused`);
    expect(comments[0]).toContain(`- #${seven.number}, until `);
    expect(comments[0]).toContain(`- #${eight.number}, until `);
    expect(withoutPreviews()).toEqual(staging);
  },
  patience,
);

test(
  'what fails is said with the job, the check fails, and what was there goes on',
  async () => {
    const before = await service(`pr-${seven.number}-shop-web`);
    const { runs } = await world.push(seven, { 'web/Dockerfile': 'FROM node:24-slim\nCOPY missing.js ./\n' });
    const record = await runs.find(({ workflow }) => workflow === 'preview')?.done;
    expect(record?.result).toBe('failure');
    const comments = await commentsOf(seven);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('❌');
    expect((await service(`pr-${seven.number}-shop-web`)).latestReadyRevision).toBe(
      before.latestReadyRevision,
    );
  },
  patience,
);

test(
  'a fork’s pull request under the policy off asks for no credential and says why',
  async () => {
    const requests = world.emulator.journal.length;
    const fork = await world.openPullRequest({
      branch: 'theirs',
      fork: true,
      files: { 'web/server.js': 'theirs' },
    });
    const run = fork.runs.find(({ workflow }) => workflow === 'preview');
    expect(await good(run)).toEqual(['gate']);
    expect(asked(requests)).toEqual([]);
    const gate = (await run?.done)?.jobs.find(({ identity }) => identity.name.endsWith('gate'));
    expect(gate?.summaries[0]?.markdown).toContain('It comes from a fork, and previews.forks is off.');
  },
  patience,
);

/** Requests for a token, and everything else that went to Google since. */
function asked(since: number): readonly string[] {
  return world.emulator.journal
    .slice(since)
    .filter(({ host }) => !/github/.test(host))
    .map(({ host, path }) => `${host} ${path}`);
}
