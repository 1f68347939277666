import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openWorld, type World, type WorldRun } from '../../src/rehearsal/world/world.ts';

/** What a pull request from a fork gets under each policy, through the workflow files that ship. */

// Real processes on a machine that may be busy: the limits are no measurements.
const patience = 10 * 60_000;
const application = 'test/fixtures/previewed';

/** The fixture without its database: what is asked here has nothing to do with one. */
async function deployYaml(policy: string): Promise<string> {
  const text = await readFile(`${application}/deploy.yaml`, 'utf8');
  return text
    .replace(/^database: .*\n/m, '')
    .replace(/^ {2}shop-database-url: .*\n/m, '')
    .replace(', DATABASE_URL: shop-database-url', '')
    .replace('  seed: seed.sql\n', `  forks: ${policy}\n`);
}

async function worldWith(policy: string): Promise<World> {
  return await openWorld({
    application,
    postgres: false,
    files: { 'deploy.yaml': await deployYaml(policy) },
  });
}

async function resultsOf(run: WorldRun | undefined): Promise<Record<string, string>> {
  const record = await run?.done;
  const results = (record?.jobs ?? []).map(({ identity, result }) => [
    identity.name.replace(/^.* \/ /, ''),
    result,
  ]);
  return Object.fromEntries(results.filter(([, result]) => result !== 'skipped'));
}

async function words(run: WorldRun | undefined): Promise<string> {
  const record = await run?.done;
  const jobs = record?.jobs ?? [];
  return jobs
    .flatMap(({ lines, summaries }) => [...lines, ...summaries.map((one) => one.markdown)])
    .join('\n');
}

/** What went to Google, tokens for it included, since that many requests. */
function asked(world: World, since: number): readonly string[] {
  return world.emulator.journal
    .slice(since)
    .filter(({ host }) => !/github/.test(host))
    .map(({ host, path }) => `${host}${path}`);
}

const theirs = { 'web/server.js': "console.log('theirs');\n" };
const preview = (runs: readonly WorldRun[]) => runs.find(({ workflow }) => workflow === 'preview');

describe('build-only', { timeout: patience }, () => {
  test('builds every image without asking anybody for anything, and says what cannot be built', async () => {
    await using world = await worldWith('build-only');
    const since = world.emulator.journal.length;
    const pull = await world.openPullRequest({ branch: 'theirs', fork: true, files: theirs });
    const run = preview(pull.runs);
    expect(await resultsOf(run), await words(run)).toEqual({
      gate: 'success',
      fork_plan: 'success',
      'build orders of a fork': 'success',
      'build web of a fork': 'success',
    });
    const { runs } = await world.push(pull, { 'web/Dockerfile': 'FROM node:24-slim\nCOPY nothing.js ./\n' });
    const broken = preview(runs);
    expect(await resultsOf(broken)).toEqual({ gate: 'success', fork_plan: 'failure' });
    expect(await words(broken)).toContain('nothing.js');
    expect(asked(world, since)).toEqual([]);
  });

  test('is what the branch says that it wants to get into, whatever its own file says', async () => {
    await using world = await worldWith('off');
    const since = world.emulator.journal.length;
    const own = await deployYaml('label');
    const pull = await world.openPullRequest({
      branch: 'theirs',
      fork: true,
      files: { ...theirs, 'deploy.yaml': own },
      labels: ['preview'],
    });
    expect(await resultsOf(preview(pull.runs))).toEqual({ gate: 'success' });
    expect(asked(world, since)).toEqual([]);
  });
});

describe('label', { timeout: patience }, () => {
  test('asks for nothing until a maintainer has named the commit, and then deploys it and no file of it', async () => {
    await using world = await worldWith('label');
    const deployed = await world.dispatch('deploy', { environment: 'staging' });
    expect((await deployed.done).result, await words(deployed)).toBe('success');
    const since = world.emulator.journal.length;
    const own = (await deployYaml('label')).replace('roles: [', 'roles: [run.admin, ');
    const pull = await world.openPullRequest({
      branch: 'theirs',
      fork: true,
      files: { ...theirs, 'deploy.yaml': own },
    });
    const run = preview(pull.runs);
    expect(await resultsOf(run)).toEqual({ gate: 'success' });
    expect(await words(run)).toContain(`with pull_request ${pull.number} and sha ${pull.sha}`);

    const dispatch = (sha: string) =>
      world.dispatch('preview', { pull_request: String(pull.number), sha }, { by: 'lead' });
    const unlabelled = await dispatch(pull.sha);
    expect(await resultsOf(unlabelled)).toEqual({ gate: 'failure' });
    expect(await words(unlabelled)).toContain('lacks the label preview');
    await world.label(pull, 'preview', { by: 'lead' });
    const approved = pull.sha;
    await world.push(pull, { 'web/server.js': "console.log('something else');\n" });
    await world.idle();
    const stale = await dispatch(approved);
    expect(await resultsOf(stale)).toEqual({ gate: 'failure' });
    expect(await words(stale)).toContain(`which is ${pull.sha}`);
    expect(asked(world, since)).toEqual([]);

    const done = await dispatch(pull.sha);
    const results = await resultsOf(done);
    expect(new Set(Object.values(results)), `${JSON.stringify(results)}\n${await words(done)}`).toEqual(
      new Set(['success']),
    );
    expect(Object.keys(results)).toContain('fork_push');
    expect(Object.keys(results)).not.toContain('build web');
    const state = JSON.stringify(world.emulator.snapshot().tables);
    expect(state).toContain(`pr-${pull.number}-shop-web`);
    // What the fork's own file asks for is not given, and its image has no tag that anybody would look for.
    expect(state).not.toContain('roles/run.admin","members":["serviceAccount:pr-');
    const images = Object.values(JSON.parse(/\{"orders":"[^}]*\}/.exec(await outputOf(done))?.[0] ?? '{}'));
    expect(images).toHaveLength(2);
    for (const image of images) expect(state).toContain(String(image).split('@')[1]);
  });
});

/** What the job that pushes has said about its images. */
async function outputOf(run: WorldRun): Promise<string> {
  const record = await run.done;
  const lines = record.jobs.find(({ identity }) => identity.name.endsWith('fork_push'))?.lines ?? [];
  const images = lines.flatMap(
    (line) => /^(\w+): (\S+@sha256:[0-9a-f]{64})$/.exec(line)?.slice(1, 3).join('":"') ?? [],
  );
  return `{"${images.join('","')}"}`;
}
