import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlantedRepository } from '../../src/emulator/emulator.ts';
import { type TestCloud, testCloud } from '../support/emulator.ts';

// The judge is GitHub's own client, Octokit as the toolkit configures it.

const repo = { owner: 'acme', repo: 'shop' };
const main = 'a'.repeat(40);
const head = 'b'.repeat(40);

let cloud: TestCloud;
let planted: PlantedRepository;

type Octokit = ReturnType<typeof getOctokit>['rest'];

function octokit(token: string): ReturnType<typeof getOctokit> {
  return getOctokit(token, { baseUrl: cloud.emulator.github.apiUrl, log: silent });
}

// Octokit tells every refusal to the console.
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function asJob(permissions: Record<string, 'read' | 'write'>): Octokit {
  const token = cloud.emulator.github.issueToken({ kind: 'job', repository: 'acme/shop', permissions });
  return octokit(token).rest;
}

function asPerson(login: string): Octokit {
  return octokit(cloud.emulator.github.issueToken({ kind: 'person', login })).rest;
}

interface Refused {
  readonly status: number;
  readonly message: string;
  readonly headers: Record<string, string>;
}

async function refused(call: Promise<unknown>): Promise<Refused> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );
  const error = outcome as {
    status?: number;
    message?: string;
    response?: { headers: Record<string, string> };
  };
  if (error.status === undefined) throw new Error(`not refused: ${JSON.stringify(outcome)}`);
  return { status: error.status, message: error.message ?? '', headers: error.response?.headers ?? {} };
}

function plantCommits(): void {
  planted.addCommit({ sha: main, parents: [], message: 'main' });
  planted.addCommit({ sha: head, parents: [main], message: 'change' });
  planted.setRef('refs/heads/main', main);
  planted.setRef('refs/heads/change', head);
}

function openPull(title = 'A change'): number {
  return planted.openPull({
    title,
    author: 'dev',
    head: { ref: 'change', sha: head, repository: 'acme/shop' },
    base: { ref: 'main', sha: main, repository: 'acme/shop' },
  }).number;
}

beforeEach(async () => {
  cloud = await testCloud();
  planted = cloud.emulator.github.plant({
    fullName: 'acme/shop',
    id: 42,
    ownerId: 7,
    visibility: 'private',
    people: { lead: 'admin', dev: 'write', guest: 'read' },
  });
  plantCommits();
});

afterEach(async () => {
  await cloud.emulator.close();
});

describe('who may', () => {
  test('a token without the permission hears that the resource is not accessible', async () => {
    const number = openPull();
    const reader = asJob({ 'pull-requests': 'read' });
    expect((await reader.pulls.get({ ...repo, pull_number: number })).data.title).toBe('A change');
    const answer = await refused(reader.issues.createComment({ ...repo, issue_number: number, body: 'x' }));
    expect(answer).toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
      headers: { 'x-accepted-github-permissions': 'issues=write; pull-requests=write' },
    });
    expect(answer.headers['x-github-request-id']).toMatch(/^([0-9A-F]{4}:){4}[0-9A-F]{4}$/);
  });

  test('a private repository is hidden from strangers, a public one is not', async () => {
    cloud.emulator.github.plant({ fullName: 'acme/open', id: 43, ownerId: 7, visibility: 'public' });
    const stranger = asPerson('stranger');
    expect(await refused(stranger.repos.get(repo))).toMatchObject({ status: 404 });
    expect((await stranger.repos.get({ owner: 'acme', repo: 'open' })).data.visibility).toBe('public');
    const other = asJob({ deployments: 'write' });
    const deploy = { owner: 'acme', repo: 'open', ref: 'main' };
    expect(await refused(other.repos.createDeployment(deploy))).toMatchObject({ status: 403 });
  });

  test('a token that was not issued, or whose job has ended, is bad', async () => {
    expect(await refused(octokit('ghs_nobody').rest.repos.get(repo))).toMatchObject({
      status: 401,
      message: expect.stringContaining('Bad credentials'),
    });
    const token = cloud.emulator.github.issueToken({ kind: 'job', repository: 'acme/shop', permissions: {} });
    expect((await octokit(token).rest.repos.get(repo)).data.full_name).toBe('acme/shop');
    cloud.emulator.github.revokeToken(token);
    expect(await refused(octokit(token).rest.repos.get(repo))).toMatchObject({ status: 401 });
  });

  test('who may only read does not learn that there is something to write', async () => {
    const number = openPull();
    const guest = asPerson('guest');
    expect(await refused(guest.repos.createDeployment({ ...repo, ref: 'main' }))).toMatchObject({
      status: 404,
    });
    const comment = await asPerson('dev').issues.createComment({ ...repo, issue_number: number, body: 'hi' });
    expect(comment.data.user?.login).toBe('dev');
  });

  test('an environment is deleted by an administrator and never by a workflow', async () => {
    planted.protect('preview', { reviewers: [], preventSelfReview: false });
    const job = asJob({ actions: 'write', deployments: 'write', contents: 'write' });
    const named = { ...repo, environment_name: 'preview' };
    expect(await refused(job.repos.deleteAnEnvironment(named))).toMatchObject({ status: 403 });
    expect(await refused(asPerson('dev').repos.deleteAnEnvironment(named))).toMatchObject({
      status: 403,
      message: expect.stringContaining('Must have admin rights to Repository.'),
    });
    expect((await asPerson('lead').repos.deleteAnEnvironment(named)).status).toBe(204);
    expect((await job.repos.getAllEnvironments(repo)).data.environments).toEqual([]);
  });
});

describe('pull requests', () => {
  test('are listed by state, head and base, the newest first', async () => {
    const first = openPull('first');
    const second = openPull('second');
    planted.changePull(first, { state: 'closed', closedAt: '2026-11-25T00:00:00Z' });
    const job = asJob({ 'pull-requests': 'read' });
    const numbers = async (filter: Parameters<Octokit['pulls']['list']>[0]): Promise<number[]> =>
      (await job.pulls.list(filter)).data.map((pull) => pull.number);
    expect(await numbers(repo)).toEqual([second]);
    expect(await numbers({ ...repo, state: 'all' })).toEqual([second, first]);
    expect(await numbers({ ...repo, head: 'acme:change' })).toEqual([second]);
    expect(await numbers({ ...repo, head: 'acme:other' })).toEqual([]);
    expect(await numbers({ ...repo, base: 'release' })).toEqual([]);
  });

  test('know their head, base, labels and fork', async () => {
    cloud.emulator.github.plant({
      fullName: 'stranger/shop',
      id: 99,
      ownerId: 8,
      visibility: 'public',
      forkOf: 'acme/shop',
    });
    const number = planted.openPull({
      title: 'From outside',
      author: 'stranger',
      head: { ref: 'patch', sha: head, repository: 'stranger/shop' },
      base: { ref: 'main', sha: main, repository: 'acme/shop' },
    }).number;
    const job = asJob({ 'pull-requests': 'write' });
    await job.issues.addLabels({ ...repo, issue_number: number, labels: ['persist', 'preview'] });
    await job.issues.removeLabel({ ...repo, issue_number: number, name: 'Preview' });
    planted.changePull(number, { files: [{ path: 'src/a.ts', status: 'modified' }] });
    const listed = await job.pulls.listFiles({ ...repo, pull_number: number });
    expect(listed.data.map(({ filename, status }) => `${status} ${filename}`)).toEqual(['modified src/a.ts']);
    const { data } = await job.pulls.get({ ...repo, pull_number: number });
    expect(data.labels.map((label) => label.name)).toEqual(['persist']);
    expect(data.head).toMatchObject({ sha: head, label: 'stranger:patch', repo: { id: 99, fork: true } });
    expect(data).toMatchObject({ merged: false, base: { repo: { full_name: 'acme/shop' } } });
    const again = refused(job.issues.removeLabel({ ...repo, issue_number: number, name: 'preview' }));
    expect(await again).toMatchObject({
      status: 404,
      message: expect.stringContaining('Label does not exist'),
    });
  });
});

describe('comments', () => {
  test('are created, edited, paged through and deleted', async () => {
    const issue_number = openPull();
    const token = cloud.emulator.github.issueToken({
      kind: 'job',
      repository: 'acme/shop',
      permissions: { 'pull-requests': 'write' },
    });
    const client = octokit(token);
    const created: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      const comment = await client.rest.issues.createComment({
        ...repo,
        issue_number,
        body: `comment ${index}`,
      });
      created.push(comment.data.id);
    }
    const comment_id = created[2] ?? 0;
    await client.rest.issues.updateComment({ ...repo, comment_id, body: 'edited' });
    await client.rest.issues.deleteComment({ ...repo, comment_id: created[0] ?? 0 });
    const first = await client.rest.issues.listComments({ ...repo, issue_number, per_page: 2 });
    expect(first.headers.link).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"/);
    const all = await client.paginate(client.rest.issues.listComments, {
      ...repo,
      issue_number,
      per_page: 2,
    });
    expect(all.map((comment) => comment.body)).toEqual(['comment 1', 'edited', 'comment 3', 'comment 4']);
    expect(all[0]?.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
  });

  test('hold 65,536 characters and not one more', async () => {
    const issue_number = openPull();
    const job = asJob({ 'pull-requests': 'write' });
    const body = 'é'.repeat(65_536);
    expect((await job.issues.createComment({ ...repo, issue_number, body })).data.body).toBe(body);
    expect(
      await refused(job.issues.createComment({ ...repo, issue_number, body: `${body}x` })),
    ).toMatchObject({
      status: 422,
      message: expect.stringContaining('Body is too long (maximum is 65536 characters)'),
    });
    expect(await refused(job.issues.createComment({ ...repo, issue_number, body: ' ' }))).toMatchObject({
      status: 422,
    });
    const nowhere = job.issues.createComment({ ...repo, issue_number: 77, body: 'x' });
    expect(await refused(nowhere)).toMatchObject({ status: 404 });
  });
});

describe('deployments', () => {
  const deployer = (): Octokit => asJob({ deployments: 'write', checks: 'write', statuses: 'write' });
  const preview = {
    ...repo,
    ref: head,
    environment: 'preview',
    task: 'preview-pr-7',
    auto_merge: false,
    required_contexts: [] as string[],
  };

  test('keep what they were made with and are found by exact filters', async () => {
    const job = deployer();
    const { status, data } = await job.repos.createDeployment({
      ...preview,
      payload: { manifest: 'sha256:1' },
      description: 'pull request 7',
      transient_environment: true,
    });
    expect(status).toBe(201);
    expect(data).toMatchObject({
      sha: head,
      task: 'preview-pr-7',
      payload: { manifest: 'sha256:1' },
      transient_environment: true,
      production_environment: false,
    });
    await job.repos.createDeployment({ ...preview, task: 'preview-pr-70' });
    const found = await job.repos.listDeployments({ ...repo, environment: 'preview', task: 'preview-pr-7' });
    expect(found.data.map((one) => one.task)).toEqual(['preview-pr-7']);
    expect((await job.repos.listDeployments({ ...repo, sha: main })).data).toEqual([]);
  });

  test('without auto_merge: false a branch that is behind gets main merged, and no deployment is made', async () => {
    const later = 'c'.repeat(40);
    planted.addCommit({ sha: later, parents: [main], message: 'later' });
    planted.setRef('refs/heads/main', later);
    const job = deployer();
    const asked = { ...repo, ref: 'change', required_contexts: [] as string[] };
    const answer = await job.repos.createDeployment(asked);
    expect(answer).toMatchObject({
      status: 202,
      data: { message: 'Auto-merged main into change on deployment.' },
    });
    expect((await job.repos.listDeployments(repo)).data).toEqual([]);
    expect(planted.ref('refs/heads/change')).not.toBe(head);
    const { status, data } = await job.repos.createDeployment(asked);
    expect(status).toBe(201);
    expect(data).toMatchObject({ environment: 'production', task: 'deploy', production_environment: true });
    const fixed = job.repos.createDeployment({ ...asked, ref: head });
    expect(await refused(fixed)).toMatchObject({
      status: 409,
      message: expect.stringContaining('Conflict merging'),
    });
  });

  test('without required_contexts every status and check of the commit must be a success', async () => {
    const job = deployer();
    const check = await job.checks.create({ ...repo, name: 'build', head_sha: head, status: 'in_progress' });
    const { required_contexts: _, ...asked } = preview;
    expect(await refused(job.repos.createDeployment(asked))).toMatchObject({
      status: 409,
      message: expect.stringContaining('Commit status checks failed'),
    });
    expect((await job.repos.createDeployment(preview)).status).toBe(201);
    await job.checks.update({ ...repo, check_run_id: check.data.id, conclusion: 'success' });
    expect((await job.repos.createDeployment(asked)).status).toBe(201);
    await job.repos.createCommitStatus({ ...repo, sha: head, state: 'failure', context: 'lint' });
    expect(await refused(job.repos.createDeployment(asked))).toMatchObject({ status: 409 });
    const missing = job.repos.createDeployment({ ...preview, required_contexts: ['e2e'] });
    expect(await refused(missing)).toMatchObject({ status: 409 });
  });

  test('are refused with a bad ref, a long description, an unknown field and a wrong type', async () => {
    const job = deployer();
    const why = async (change: Record<string, unknown>): Promise<string> => {
      const { status, message } = await refused(job.repos.createDeployment({ ...preview, ...change }));
      expect(status).toBe(422);
      return message;
    };
    expect(await why({ ref: 'nowhere' })).toContain('No ref found for: nowhere');
    expect(await why({ description: 'x'.repeat(141) })).toContain('description is too long');
    expect(await why({ enviroment: 'x' })).toContain('"enviroment" is not a permitted key.');
    expect(await why({ auto_merge: 'no' })).toContain(`For 'properties/auto_merge', "no" is not a boolean.`);
    expect((await job.repos.listDeployments(repo)).data).toEqual([]);
  });

  test('a success retires the earlier successes of the environment, unless transient, production or told not to', async () => {
    const job = deployer();
    const make = async (change: Record<string, unknown>): Promise<number> => {
      const { data } = await job.repos.createDeployment({ ...preview, environment: 'staging', ...change });
      return (data as { id: number }).id;
    };
    const state = async (deployment_id: number): Promise<string | undefined> =>
      (await job.repos.listDeploymentStatuses({ ...repo, deployment_id })).data[0]?.state;
    const succeed = async (deployment_id: number, auto_inactive?: boolean): Promise<void> => {
      await job.repos.createDeploymentStatus({
        ...repo,
        deployment_id,
        state: 'success',
        ...(auto_inactive === undefined ? {} : { auto_inactive }),
      });
    };
    const [plain, transient, production, started] = [
      await make({}),
      await make({ transient_environment: true }),
      await make({ production_environment: true }),
      await make({}),
    ];
    for (const id of [plain, transient, production]) await succeed(id, false);
    await job.repos.createDeploymentStatus({ ...repo, deployment_id: started, state: 'in_progress' });
    const next = await make({});
    await succeed(next, false);
    expect(await state(plain)).toBe('success');
    await succeed(await make({}));
    expect(await state(plain)).toBe('inactive');
    expect(await state(next)).toBe('inactive');
    expect(await state(transient)).toBe('success');
    expect(await state(production)).toBe('success');
    expect(await state(started)).toBe('in_progress');
  });

  test('only what is inactive is deleted, unless it is the only one', async () => {
    const job = deployer();
    const make = async (): Promise<number> =>
      ((await job.repos.createDeployment(preview)).data as { id: number }).id;
    const only = await make();
    await job.repos.createDeploymentStatus({ ...repo, deployment_id: only, state: 'success' });
    const other = await make();
    expect(await refused(job.repos.deleteDeployment({ ...repo, deployment_id: only }))).toMatchObject({
      status: 422,
      message: expect.stringContaining('cannot delete an active deployment'),
    });
    await job.repos.createDeploymentStatus({ ...repo, deployment_id: only, state: 'inactive' });
    expect((await job.repos.deleteDeployment({ ...repo, deployment_id: only })).status).toBe(204);
    expect((await job.repos.deleteDeployment({ ...repo, deployment_id: other })).status).toBe(204);
    expect(await refused(job.repos.deleteDeployment({ ...repo, deployment_id: other }))).toMatchObject({
      status: 404,
    });
  });

  test('statuses need a known state, a short description and addresses of the web', async () => {
    const job = deployer();
    const { data } = await job.repos.createDeployment(preview);
    const deployment_id = (data as { id: number }).id;
    const status = (change: Record<string, unknown>): Promise<unknown> =>
      job.repos.createDeploymentStatus({ ...repo, deployment_id, state: 'success', ...change });
    expect(await refused(status({ state: 'done' }))).toMatchObject({ status: 422 });
    expect(await refused(status({ description: 'x'.repeat(141) }))).toMatchObject({ status: 422 });
    expect(await refused(status({ environment_url: 'ftp://x' }))).toMatchObject({
      message: expect.stringContaining('environment_url must use http(s) scheme'),
    });
    await status({ environment_url: 'https://x.example', log_url: 'https://y.example' });
    const listed = await job.repos.listDeploymentStatuses({ ...repo, deployment_id });
    expect(listed.data).toHaveLength(1);
    expect(listed.data[0]).toMatchObject({
      environment_url: 'https://x.example',
      log_url: 'https://y.example',
    });
  });
});

describe('commits', () => {
  test('have a combined status of the last one of each context', async () => {
    const job = asJob({ statuses: 'write', checks: 'read', contents: 'read' });
    const combined = async (): Promise<string> =>
      (await job.repos.getCombinedStatusForRef({ ...repo, ref: 'change' })).data.state;
    expect(await combined()).toBe('pending');
    await job.repos.createCommitStatus({ ...repo, sha: head, state: 'failure', context: 'lint' });
    expect(await combined()).toBe('failure');
    await job.repos.createCommitStatus({ ...repo, sha: head, state: 'success', context: 'lint' });
    expect(await combined()).toBe('success');
    planted.endCheck(planted.startCheck('build', head), 'failure');
    const checks = await job.checks.listForRef({ ...repo, ref: head });
    expect(checks.data.check_runs.map((check) => [check.name, check.conclusion])).toEqual([
      ['build', 'failure'],
    ]);
    expect((await job.repos.getCommit({ ...repo, ref: 'bbbbbbb' })).data.parents[0]?.sha).toBe(main);
    expect((await job.git.getRef({ ...repo, ref: 'heads/change' })).data.object.sha).toBe(head);
  });

  test('a check run that is completed has a conclusion', async () => {
    const job = asJob({ checks: 'write' });
    const create = job.checks.create({ ...repo, name: 'x', head_sha: head, status: 'completed' } as never);
    expect(await refused(create)).toMatchObject({ status: 422 });
  });
});

describe('runs', () => {
  const run_id = 9_000_000_001;

  beforeEach(() => {
    planted.addRun({
      id: run_id,
      name: 'deploy',
      path: '.github/workflows/deploy.yml',
      event: 'workflow_dispatch',
      headBranch: 'main',
      headSha: main,
      runNumber: 1,
      attempt: 1,
      actor: 'dev',
    });
  });

  test('wait for their environment until a reviewer decides', async () => {
    planted.protect('production', { reviewers: ['lead', 'dev'], preventSelfReview: true });
    const waiting = planted.awaitReview(run_id, 'production', new AbortController().signal);
    const lead = asPerson('lead');
    const [pending] = (await lead.actions.getPendingDeploymentsForRun({ ...repo, run_id })).data;
    expect(pending).toMatchObject({ environment: { name: 'production' }, current_user_can_approve: true });
    const review = {
      ...repo,
      run_id,
      environment_ids: [pending?.environment.id ?? 0],
      state: 'approved' as const,
      comment: 'ok',
    };
    // Who started the run, and the run itself, cannot approve it.
    expect(await refused(asPerson('dev').actions.reviewPendingDeploymentsForRun(review))).toMatchObject({
      status: 422,
    });
    const job = asJob({ deployments: 'write', actions: 'write' });
    expect(await refused(job.actions.reviewPendingDeploymentsForRun(review))).toMatchObject({ status: 422 });
    await lead.actions.reviewPendingDeploymentsForRun(review);
    expect(await waiting).toEqual({ state: 'approved', by: 'lead', comment: 'ok' });
    expect((await lead.actions.getPendingDeploymentsForRun({ ...repo, run_id })).data).toEqual([]);
  });

  test('list their artifacts, by name if asked', async () => {
    for (const name of ['api', 'web'])
      planted.addArtifact({ run: run_id, name, size: 3, digest: `sha256:${name}` });
    const job = asJob({ actions: 'read' });
    const { data } = await job.actions.listWorkflowRunArtifacts({ ...repo, run_id, name: 'web' });
    expect(data).toMatchObject({ total_count: 1, artifacts: [{ name: 'web', size_in_bytes: 3 }] });
    expect((await job.actions.getWorkflowRun({ ...repo, run_id })).data).toMatchObject({
      head_sha: main,
      status: 'queued',
    });
  });
});

describe('too many requests', () => {
  test('meet the secondary limit, which says how long to wait', async () => {
    await using strict = await testCloud({ quotas: 'published' });
    const repository = strict.emulator.github.plant({
      fullName: 'acme/shop',
      id: 42,
      ownerId: 7,
      visibility: 'private',
    });
    repository.addCommit({ sha: head, parents: [], message: 'change' });
    const token = strict.emulator.github.issueToken({
      kind: 'job',
      repository: 'acme/shop',
      permissions: { statuses: 'write' },
    });
    const { rest } = getOctokit(token, { baseUrl: strict.emulator.github.apiUrl, log: silent });
    const status = { ...repo, sha: head, state: 'success' } as const;
    for (let index = 0; index < 80; index += 1) await rest.repos.createCommitStatus(status);
    const answer = await refused(rest.repos.createCommitStatus(status));
    expect(answer).toMatchObject({ status: 403, message: expect.stringContaining('secondary rate limit') });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('can be scripted, and every answer says what is left', async () => {
    const job = asJob({});
    const { headers } = await job.repos.get(repo);
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '999' });
    cloud.emulator.faults.add({ id: 'github.*', status: 429, message: 'slow down', retryAfter: 60 });
    const answer = await refused(job.repos.get(repo));
    expect(answer).toMatchObject({ status: 429, message: expect.stringContaining('slow down') });
    expect(answer.headers['retry-after']).toBe('60');
  });
});

test('is in the journal and in the state, without its tokens', async () => {
  const issue_number = openPull();
  const token = cloud.emulator.github.issueToken({
    kind: 'job',
    repository: 'acme/shop',
    permissions: { 'pull-requests': 'write' },
  });
  await octokit(token).rest.issues.createComment({ ...repo, issue_number, body: `the token is ${token}` });
  const entry = cloud.emulator.journal.at(-1);
  expect(entry).toMatchObject({
    api: 'api.github.com',
    id: 'github.issues.createComment',
    principal: 'github:github-actions[bot]@acme/shop',
    write: true,
    status: 201,
  });
  const snapshot = JSON.stringify(cloud.emulator.snapshot());
  expect(snapshot).toContain('the token is sha256:');
  expect(JSON.stringify(cloud.emulator.journal) + snapshot).not.toContain(token);
});
