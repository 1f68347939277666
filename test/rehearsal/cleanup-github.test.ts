import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlantedRepository } from '../../src/emulator/emulator.ts';
import { upsertComment } from '../../src/github/rest/comments.ts';
import { connectGitHub, type GitHub } from '../../src/github/rest/connection.ts';
import { createDeployment, listDeployments, setDeploymentState } from '../../src/github/rest/deployments.ts';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin } from '../support/action.ts';
import {
  folder,
  Planted,
  plantEnvironment,
  plantPreview,
  projects,
  repository,
  seeds,
} from '../support/cleanup.ts';
import { noServer } from '../support/estate.ts';

const soon = Math.floor(Date.now() / 1000) + 86_400;
const commit = 'a'.repeat(40);

let planted: Planted;

beforeAll(async () => {
  planted = await Planted.by(async (emulator) => {
    await plantEnvironment(emulator, 'staging');
    for (const number of [1, 2, 3]) await plantPreview(emulator, number, { few: true, expiresAt: soon });
  });
}, 120_000);

afterAll(async () => {
  await planted[Symbol.asyncDispose]();
});

interface Opened extends AsyncDisposable {
  readonly runner: ActionRunner;
  readonly github: GitHub;
  readonly shop: PlantedRepository;
  clean(inputs: Record<string, string>): Promise<ActionRun>;
}

/** Three pull requests with their previews' comments and records, of which the first is closed. */
async function opened(): Promise<Opened> {
  const runner = await actionRunner(folder, projects.staging, {
    projects: seeds(),
    postgres: noServer,
    stateFile: await planted.copy(),
  });
  const { emulator } = runner;
  const shop = emulator.github.plant({ fullName: 'acme/shop', id: 42, ownerId: 7, visibility: 'private' });
  shop.addCommit({ sha: commit, parents: [], message: 'main' });
  for (const ref of ['main', 'one', 'two', 'three']) shop.setRef(`refs/heads/${ref}`, commit);
  const ends = (ref: string) => ({ ref, sha: commit, repository: 'acme/shop' });
  for (const ref of ['one', 'two', 'three'])
    shop.openPull({ title: ref, author: 'dev', head: ends(ref), base: ends('main') });
  const token = emulator.github.issueToken({
    kind: 'job',
    repository: 'acme/shop',
    permissions: { 'pull-requests': 'write', deployments: 'write' },
  });
  const github = connectGitHub({ token, repository: 'acme/shop', apiUrl: emulator.github.apiUrl });
  for (const number of [1, 2, 3]) {
    await upsertComment(github, number, 'preview shop', 'it is ready');
    const { id } = await createDeployment(github, {
      ref: commit,
      environment: 'preview',
      task: `preview-pr-${number}`,
      description: '',
      payload: {},
      production: false,
      transient: true,
    });
    await setDeploymentState(github, id, { state: 'success', environmentUrl: 'https://example.com' });
  }
  shop.changePull(1, { state: 'closed', closedAt: new Date().toISOString() });
  return {
    runner,
    github,
    shop,
    clean: (inputs) =>
      runner.run(
        'cleanup',
        { github_token: token, ...inputs },
        {
          environment: {
            GITHUB_REPOSITORY_ID: repository,
            GITHUB_API_URL: emulator.github.apiUrl,
            AETHERCAST_TIME_SCALE: '60',
          },
        },
      ),
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

const tasksOf = async (github: GitHub): Promise<string[]> =>
  (await listDeployments(github, { environment: 'preview' })).map(({ task }) => task).sort();

async function commentsOf({ octokit, repository: at }: GitHub, number: number): Promise<string[]> {
  const { data } = await octokit.rest.issues.listComments({ ...at, issue_number: number });
  return data.map(({ body }) => body ?? '');
}

test('closing removes the preview with GitHub’s records of it, and its one comment says so', async () => {
  await using world = await opened();
  const run = await world.clean({ environment: 'pr-1' });
  expect(run.code).toBe(0);
  expect(run.outputs.remaining).toBe('[]');
  expect(run.summary).toContain('a new listing shows nothing left');
  expect(await tasksOf(world.github)).toEqual(['preview-pr-2', 'preview-pr-3']);
  const [comment, ...others] = await commentsOf(world.github, 1);
  expect(others).toEqual([]);
  expect(comment).toContain('was removed');
  expect(comment).toContain('the pull request is closed');

  const again = await world.clean({ environment: 'pr-1' });
  expect(again.code).toBe(0);
  expect(again.writes).toEqual([]);
});

test('the reaper takes the closed one alone, and says of each why', async () => {
  await using world = await opened();
  const run = await world.clean({ reap: 'true' });
  expect(run.code).toBe(0);
  const verdicts = JSON.parse(run.outputs.previews ?? '[]') as { environment: string; goes: boolean }[];
  expect(verdicts.map(({ environment, goes }) => `${environment} ${goes}`)).toEqual([
    'pr-1 true',
    'pr-2 false',
    'pr-3 false',
  ]);
  expect(run.log).toContain('pr-1: goes: pull request #1 is closed');
  expect(run.log).toMatch(/pr-2: stays: pull request #2 is open; expires on /);
  expect(await tasksOf(world.github)).toEqual(['preview-pr-2', 'preview-pr-3']);
  expect((await commentsOf(world.github, 2))[0]).toContain('it is ready');

  const again = await world.clean({ reap: 'true' });
  expect(again.code).toBe(0);
  expect(again.writes).toEqual([]);
});

test('records that a dead run left behind go with the next reaping', async () => {
  await using world = await opened();
  const secret = `v1/projects/${projects.staging}/secrets/shop-pr-1-claim`;
  // The run died after the last resource and before the record.
  const run = await world.clean({ environment: 'pr-1' });
  expect(run.code).toBe(0);
  await createDeployment(world.github, {
    ref: commit,
    environment: 'preview',
    task: 'preview-pr-1',
    description: '',
    payload: {},
    production: false,
    transient: true,
  });
  expect(await asAdmin<{ error?: { code: number } }>(world.runner, 'GET', secret)).toMatchObject({
    error: { code: 404 },
  });
  expect((await world.clean({ reap: 'true' })).code).toBe(0);
  expect(await tasksOf(world.github)).toEqual(['preview-pr-2', 'preview-pr-3']);
});

test('as a dry run the reaper shows its plan and writes neither here nor there', async () => {
  await using world = await opened();
  const run = await world.clean({ reap: 'true', dry_run: 'true' });
  expect(run.code).toBe(0);
  expect(run.writes).toEqual([]);
  expect(run.summary).toContain('DELETE claim shop-pr-1-claim');
  expect(await tasksOf(world.github)).toEqual(['preview-pr-1', 'preview-pr-2', 'preview-pr-3']);
});

test('a leak that may not be removed is named with its reason, the run fails, and its record stays', async () => {
  await using world = await opened();
  world.runner.emulator.faults.add({
    id: 'secretmanager.projects.secrets.delete',
    path: 'pr-1-',
    status: 403,
    message: "Permission 'secretmanager.secrets.delete' denied on resource.",
    times: Number.POSITIVE_INFINITY,
  });
  const run = await world.clean({ reap: 'true' });
  expect(run.code).toBe(1);
  expect(run.log).toContain('CLEANUP_INCOMPLETE');
  expect(run.log).toContain('secret pr-1-');
  expect(run.log).toContain('--role=roles/secretmanager.admin');
  expect(run.log).toContain('gh run rerun 1 --failed --repo acme/shop');
  expect(run.summary).toContain('still there');
  expect(await tasksOf(world.github)).toContain('preview-pr-1');
  world.runner.emulator.faults.clear();
  expect((await world.clean({ reap: 'true' })).code).toBe(0);
  expect(await tasksOf(world.github)).toEqual(['preview-pr-2', 'preview-pr-3']);
});

test.each([
  [{}, 'Nothing is named to be removed'],
  [{ environment: 'staging' }, 'staging is not a preview'],
  [{ teardown: 'true', environment: 'pr-1', confirm: 'pr-1' }, 'pr-1 is a preview'],
  [{ teardown: 'true', reap: 'true', environment: 'staging' }, 'exclude each other'],
  [
    { teardown: 'true', environment: 'staging', confirm: 'staging', final_backup_days: '400' },
    'final_backup_days',
  ],
])('%j is refused before any request', async (inputs, words) => {
  await using world = await opened();
  const run = await world.clean(inputs as Record<string, string>);
  expect(run.code).toBe(1);
  expect(run.log).toContain('INPUT_INVALID');
  expect(run.log).toContain(words);
  expect(run.requests).toEqual([]);
});
