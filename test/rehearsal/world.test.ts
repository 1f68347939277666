import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World, type WorldOptions, type WorldRun } from '../../src/rehearsal/world/world.ts';

// Real processes on a machine that may be busy: the limits are no measurements.
const patience = 60_000;

let world: World;

async function open(options: Partial<WorldOptions> = {}): Promise<void> {
  world = await openWorld({ application: 'test/fixtures/world', postgres: false, ...options });
}

beforeEach(async () => open(), patience);
afterEach(async () => world[Symbol.asyncDispose](), patience);

/** Lines of the log of a job that has ended. */
async function linesOf(run: WorldRun | undefined, job: string): Promise<readonly string[]> {
  const record = await run?.done;
  return record?.jobs.find((one) => one.identity.name === job)?.lines ?? [];
}

async function resultsOf(run: WorldRun | undefined): Promise<Record<string, string>> {
  const record = await run?.done;
  return Object.fromEntries((record?.jobs ?? []).map((job) => [job.identity.name, job.result]));
}

function named(runs: readonly WorldRun[]): readonly string[] {
  return runs.map((run) => `${run.workflow} on ${run.eventName}`).sort();
}

describe('what starts a run', { timeout: patience }, () => {
  test('a push starts what listens to its branch and its paths, at its commit', async () => {
    const { sha, runs } = await world.push('main', { 'app.py': "print('pushed')\n" });
    expect(named(runs)).toEqual(['ci on push']);
    const lines = await linesOf(runs[0], 'look');
    expect(lines).toContain(`event push ref refs/heads/main sha ${sha} head ''`);
    expect(lines).toContain(`at ${sha} of 1`);
    expect(lines).toContain("app: print('pushed')");
    expect((await world.push('main', { 'docs/a.md': 'x' })).runs).toEqual([]);
    expect((await world.push('feature', { 'app.py': 'x' })).runs).toEqual([]);
    expect(named((await world.push('release/1/2', { 'app.py': 'x' })).runs)).toEqual(['ci on push']);
  });

  test('a pull request runs on its merge with the base, which follows both', async () => {
    const pull = await world.openPullRequest({ branch: 'change', files: { 'new.py': 'new\n' } });
    expect(named(pull.runs)).toEqual([
      'ci on pull_request',
      'preview on pull_request',
      'talk on pull_request_target',
    ]);
    const ci = pull.runs.find((run) => run.workflow === 'ci');
    const lines = await linesOf(ci, 'look');
    expect(ci?.ref).toBe(`refs/pull/${pull.number}/merge`);
    expect(lines).toContain(`event pull_request ref ${ci?.ref} sha ${ci?.sha} head 'change'`);
    expect(ci?.sha).not.toBe(pull.sha);
    const first = pull.sha;
    await world.push('main', { 'app.py': "print('moved on')\n" });
    const { sha, runs } = await world.push(pull, { 'new.py': 'newer\n' });
    expect(pull.sha).toBe(sha);
    expect(runs.find((run) => run.workflow === 'ci')?.event).toMatchObject({
      action: 'synchronize',
      before: first,
      after: sha,
    });
    const again = await linesOf(
      runs.find((run) => run.workflow === 'ci'),
      'look',
    );
    expect(again).toContain("app: print('moved on')");
    await world.idle();
  });

  test('the files of a pull request are what its head changed, not what moved on in the base', async () => {
    const pull = await world.openPullRequest({
      branch: 'change',
      files: { 'new.py': 'new\n', 'app.py': null },
    });
    await world.push('main', { 'docs/a.md': 'moved on\n' });
    await world.push(pull, { 'docs/b.md': 'more\n' });
    const files = world.repository.pull(pull.number).files;
    expect(files).toEqual([
      { path: 'app.py', status: 'removed' },
      { path: 'docs/b.md', status: 'added' },
      { path: 'new.py', status: 'added' },
    ]);
    await world.idle();
  });

  test('a pull request in conflict starts nothing, and is not merged', async () => {
    const pull = await world.openPullRequest({ branch: 'change', files: { 'app.py': 'mine\n' } });
    await world.push('main', { 'app.py': 'theirs\n' });
    const { runs } = await world.push(pull, { 'app.py': 'mine again\n' });
    expect(named(runs)).toEqual([]);
    await expect(world.merge(pull)).rejects.toMatchObject({ code: 'MERGE_CONFLICT' });
    await world.idle();
  });

  test('a merge is a push to the base and a closed pull request on it', async () => {
    const pull = await world.openPullRequest({ branch: 'change', files: { 'app.py': 'changed\n' } });
    await world.idle();
    const { sha, runs } = await world.merge(pull);
    expect(named(runs)).toEqual(['ci on push', 'preview on pull_request']);
    const preview = runs.find((run) => run.workflow === 'preview');
    expect(preview).toMatchObject({
      ref: 'refs/heads/main',
      sha,
      event: { action: 'closed', pull_request: { merged: true, merge_commit_sha: sha } },
    });
    expect(await resultsOf(preview)).toMatchObject({ deploy: 'skipped', report: 'success' });
    expect(world.repository.ref('refs/heads/main')).toBe(sha);
    await world.idle();
  });

  test('labels, comments and the clock', async () => {
    const pull = await world.openPullRequest({ branch: 'change', files: { 'a.py': 'a\n' } });
    const labelled = await world.label(pull, 'persist');
    expect(await linesOf(labelled.runs[0], 'labels')).toContain('label persist');
    expect((await world.unlabel(pull, 'persist')).runs).toEqual([]);
    const said = await world.comment(pull, 'deploy please', { by: 'dev' });
    expect(said.runs[0]?.event).toMatchObject({ sender: { login: 'dev' }, issue: { number: pull.number } });
    const heard = (await linesOf(said.runs[0], 'listen')).find((line) => line.startsWith('on refs'));
    expect(heard).toMatch(/^on refs\/heads\/main, heard 'deploy please', \d\d letters of key$/);
    const nightly = await world.schedule('nightly');
    expect(await linesOf(nightly, 'sweep')).toContain('at 17 3 * * * on refs/heads/main');
    await expect(world.schedule('ci')).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
    await expect(world.dispatch('nowhere')).rejects.toMatchObject({ code: 'WORKFLOW_UNKNOWN' });
    await expect(world.dispatch('release', { environmen: 'x' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await world.idle();
  });
});

describe('what a job may', { timeout: patience }, () => {
  test('is what its permissions say, by a token that ends with it', async () => {
    const pull = await world.openPullRequest({ branch: 'change', files: { 'a.py': 'a\n' } });
    const talk = pull.runs.find((run) => run.workflow === 'talk');
    const lines = await linesOf(talk, 'listen');
    expect(lines).toContain('comment 201');
    expect(lines).toContain('deployments 403');
    const answers = world.emulator.journal.filter((entry) => entry.api === 'api.github.com');
    expect(answers.map((entry) => [entry.id, entry.status])).toEqual(
      expect.arrayContaining([
        ['github.issues.createComment', 201],
        ['github.repos.listDeployments', 403],
      ]),
    );
    const preview = pull.runs.find((run) => run.workflow === 'preview');
    const may = ['identity yes', 'read 200', 'write 201'];
    expect(await linesOf(preview, 'deploy')).toEqual(expect.arrayContaining(may));
    await world.idle();
  });

  test('a fork has no secrets, no identity and a token that only reads', async () => {
    const pull = await world.openPullRequest({
      branch: 'patch',
      files: { 'app.py': 'forked\n' },
      fork: true,
    });
    expect(pull.repository).toBe('stranger/world');
    const ci = await linesOf(
      pull.runs.find((run) => run.workflow === 'ci'),
      'look',
    );
    expect(ci).toContain('there is no key');
    expect(ci).toContain('app: forked');
    const preview = pull.runs.find((run) => run.workflow === 'preview');
    expect(preview?.event).toMatchObject({
      pull_request: { head: { repo: { full_name: 'stranger/world', fork: true } } },
    });
    const may = ['identity no', 'read 200', 'write 403'];
    expect(await linesOf(preview, 'deploy')).toEqual(expect.arrayContaining(may));
    await world.idle();
    // On the base's side of the fence a workflow has everything, and none of the fork's code.
    const target = pull.runs.find((run) => run.workflow === 'talk');
    expect(target?.ref).toBe('refs/heads/main');
    expect(await linesOf(target, 'listen')).toContain('comment 201');
    const own = await world.push('main', { 'app.py': 'own\n' });
    expect(await linesOf(own.runs[0], 'look')).toContain('there is a key');
  });
});

describe('the identity of a job', { timeout: patience }, () => {
  const workflow = `
on:
  pull_request:
    types: [opened]
  pull_request_target:
    types: [opened]
  workflow_dispatch:
    inputs:
      environment: { type: string }
jobs:
  tell:
    runs-on: ubuntu-latest
    permissions:
      id-token: write
    environment: \${{ inputs.environment }}
    steps:
      - env:
          SCRIPT: |
            const { ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN } = process.env;
            const headers = { authorization: \`Bearer \${ACTIONS_ID_TOKEN_REQUEST_TOKEN}\` };
            const { value } = await (await fetch(\`\${ACTIONS_ID_TOKEN_REQUEST_URL}&audience=x\`, { headers })).json();
            console.log(Buffer.from(value.split('.')[1], 'base64url').toString());
        run: node --input-type=module --eval "$SCRIPT"
`;

  async function claimsOf(run: WorldRun | undefined): Promise<Record<string, string>> {
    const line = (await linesOf(run, 'tell')).find((one) => one.startsWith('{'));
    return JSON.parse(line ?? '{}') as Record<string, string>;
  }

  test('says event, ref and environment, each as GitHub does', async () => {
    await world.push('main', { '.github/workflows/identity.yml': workflow });
    const plain = await claimsOf(await world.dispatch('identity'));
    expect(plain).toMatchObject({
      sub: 'repo:org/world:ref:refs/heads/main',
      repository_id: '700100200',
      job_workflow_ref: 'org/world/.github/workflows/identity.yml@refs/heads/main',
      runner_environment: 'github-hosted',
      check_run_id: expect.stringMatching(/^\d+$/),
    });
    expect(plain).not.toHaveProperty('environment');
    const deploying = await claimsOf(await world.dispatch('identity', { environment: 'staging' }));
    expect(deploying).toMatchObject({ sub: 'repo:org/world:environment:staging', environment: 'staging' });
    const pull = await world.openPullRequest({ branch: 'change', files: { 'a.py': 'a' } });
    const [onMerge, onTarget] = ['pull_request', 'pull_request_target'].map((event) =>
      pull.runs.find((run) => run.workflow === 'identity' && run.eventName === event),
    );
    expect(await claimsOf(onMerge)).toMatchObject({
      sub: 'repo:org/world:pull_request',
      event_name: 'pull_request',
      ref: `refs/pull/${pull.number}/merge`,
      sha: onMerge?.sha,
      head_ref: 'change',
      base_ref: 'main',
    });
    expect(await claimsOf(onTarget)).toMatchObject({
      sub: 'repo:org/world:ref:refs/heads/main',
      event_name: 'pull_request_target',
      ref: 'refs/heads/main',
    });
    await world.idle();
  });
});

describe('runs beside each other', { timeout: patience }, () => {
  test('a push cancels the run of the one before, whose always() still run', async () => {
    const pull = await world.openPullRequest({ branch: 'x', title: 'slow', files: { 'a.py': 'a\n' } });
    const first = pull.runs.find((run) => run.workflow === 'preview');
    await first?.reached('deploy', 'wait');
    const label = await world.label(pull, 'persist');
    const { runs } = await world.push(pull, { 'a.py': 'b\n' });
    expect(await resultsOf(first)).toEqual({ deploy: 'cancelled', report: 'success', labels: 'skipped' });
    expect(await linesOf(first, 'deploy')).toContain('afterwards');
    expect(await linesOf(first, 'report')).toContain('deploy was cancelled');
    expect((await first?.done)?.result).toBe('cancelled');
    const second = runs.find((run) => run.workflow === 'preview');
    expect(await resultsOf(second)).toMatchObject({ deploy: 'success' });
    expect(await resultsOf(label.runs[0])).toMatchObject({ labels: 'success' });
    await world.idle();
  });

  test('a run that is cancelled by hand ends like one that was replaced', async () => {
    const pull = await world.openPullRequest({ branch: 'x', title: 'slow', files: { 'a.py': 'a\n' } });
    const run = pull.runs.find((one) => one.workflow === 'preview');
    await run?.reached('deploy', 'wait');
    run?.cancel();
    expect(await resultsOf(run)).toMatchObject({ deploy: 'cancelled', report: 'success' });
    expect((await run?.done)?.result).toBe('cancelled');
    await world.idle();
  });

  test('a killed runner does nothing more, and the jobs after it learn of a failure', async () => {
    const pull = await world.openPullRequest({ branch: 'x', title: 'slow', files: { 'a.py': 'a\n' } });
    const run = pull.runs.find((one) => one.workflow === 'preview');
    await run?.reached('deploy', 'wait');
    run?.kill();
    expect(await resultsOf(run)).toMatchObject({ deploy: 'failure', report: 'success' });
    const record = await run?.done;
    const deploy = record?.jobs.find((job) => job.identity.name === 'deploy');
    expect(deploy?.reason).toContain('lost communication');
    expect(deploy?.lines).not.toContain('afterwards');
    expect(await linesOf(run, 'report')).toContain('deploy was failure');
    await world.idle();
  });

  test('a group with a queue lets one job after the other through, of all runs', async () => {
    const starts = ['a', 'b', 'c'].map(async () => world.dispatch('release', { environment: 'staging' }));
    const runs = await Promise.all(starts);
    await world.idle();
    for (const run of runs) expect((await run.done).result).toBe('success');
    const spans = await Promise.all(
      runs.map(async (run) => (await run.done).jobs.find((job) => job.identity.name === 'first')),
    );
    const ordered = spans.toSorted((one, other) => (one?.startedAt ?? 0) - (other?.startedAt ?? 0));
    for (const [index, span] of ordered.entries()) {
      if (index > 0) expect(span?.startedAt ?? 0).toBeGreaterThanOrEqual(ordered[index - 1]?.finishedAt ?? 0);
    }
  });
});

describe('what cannot be rehearsed', { timeout: patience }, () => {
  const workflow = (steps: string): string =>
    `on: workflow_dispatch\njobs:\n  never:\n    if: false\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;

  test.each([
    ['an action that is not known', '      - uses: some/action@v1\n', 'odd.yml:7: uses: some/action@v1'],
    ['a container action', '      - uses: docker://alpine:3\n', 'odd.yml:7: uses: docker://alpine:3'],
    ['a key that is not known', '      - run: ls\n        retries: 3\n', 'odd.yml:8:9'],
    ['a step of another kind', '      - wait: x\n', 'odd.yml:7'],
  ])('%s is refused with its line before anything runs, not skipped', async (_, steps, place) => {
    const attempt = async (): Promise<unknown> => {
      await world.push('main', { '.github/workflows/odd.yml': workflow(steps) });
      return await (await world.dispatch('odd')).done;
    };
    const refused = await attempt().catch((error: unknown) => error);
    const { message, details } = refused as { message: string; details?: readonly string[] };
    expect([message, ...(details ?? [])].join('\n')).toContain(place);
  });
});

test('a job has a docker that builds', { timeout: patience }, async () => {
  const job =
    'on: workflow_dispatch\njobs:\n  image:\n    runs-on: ubuntu-latest\n    permissions: { contents: read }\n';
  const steps = '    steps:\n      - uses: actions/checkout@v5\n      - run: docker build -t web .\n';
  await world.push('main', { '.github/workflows/image.yml': job + steps });
  expect(await linesOf(await world.dispatch('image'), 'image')).toContain('Successfully tagged web:latest');
  await world.push('main', { 'app.py': null });
  expect(await resultsOf(await world.dispatch('image'))).toEqual({ image: 'failure' });
});

describe('actions/checkout', { timeout: patience }, () => {
  const workflow = (withs: string, more = ''): string =>
    [
      'on: workflow_dispatch',
      'jobs:',
      '  look:',
      '    runs-on: ubuntu-latest',
      '    permissions: { contents: read }',
      '    steps:',
      `      - uses: actions/checkout@v5\n        with: { ${withs} }`,
      `      - run: |\n          ${more || 'git log --oneline | wc -l'}`,
    ].join('\n');

  async function look(withs: string, more?: string): Promise<readonly string[]> {
    await world.push('main', { '.github/workflows/look.yml': workflow(withs, more) });
    return await linesOf(await world.dispatch('look'), 'look');
  }

  test('gives one commit, or all of the history, of the ref that is asked for', async () => {
    const pull = await world.openPullRequest({
      branch: 'change',
      files: { 'app.py': 'changed\n' },
      fork: true,
    });
    await world.idle();
    expect(await look('fetch-depth: 1')).toContain('1');
    expect(await look('fetch-depth: 0')).toContain('3');
    const head = `ref: refs/pull/${pull.number}/head, path: theirs`;
    expect(await look(head, 'cat theirs/app.py; git -C theirs rev-parse HEAD')).toEqual(
      expect.arrayContaining(['changed', pull.sha]),
    );
    expect(await look(`repository: ${pull.repository}, ref: change`, 'cat app.py')).toContain('changed');
    const missing = await look('ref: nowhere');
    expect(missing.join('\n')).toContain("A branch or tag with the name 'nowhere' could not be found");
  });

  test('leaves the token in the clone, unless it is told not to', async () => {
    const show = 'git config --local --get-regexp extraheader || echo none';
    const left = await look('persist-credentials: true', show);
    expect(left.join('\n')).toContain('http.https://github.com/.extraheader AUTHORIZATION: basic ***');
    expect(await look('persist-credentials: false', show)).toContain('none');
  });

  test('needs the right to read a private repository', async () => {
    const text = workflow('fetch-depth: 1').replace('contents: read', 'checks: read');
    await world.push('main', { '.github/workflows/look.yml': text });
    const lines = await linesOf(await world.dispatch('look'), 'look');
    expect(lines.join('\n')).toContain('Repository not found');
  });
});

describe('an environment', { timeout: patience }, () => {
  beforeEach(async () => {
    await world[Symbol.asyncDispose]();
    await open({
      environments: {
        production: {
          reviewers: ['lead', 'owner'],
          preventSelfReview: true,
          secrets: { PASSWORD: 'abc' },
        },
      },
    });
  }, patience);

  test('with reviewers lets each stage of jobs wait, with its own variables and secrets', async () => {
    const run = await world.dispatch('release', { environment: 'production' }, { by: 'lead' });
    await expect(world.approve(run, 'production', { by: 'lead' })).rejects.toMatchObject({
      code: 'NOT_A_REVIEWER',
    });
    await world.approve(run, 'production', { by: 'owner' });
    await run.reached('first');
    await world.approve(run, 'production', { by: 'owner' });
    expect((await run.done).result).toBe('success');
    expect(await linesOf(run, 'first')).toContain('project tiny-production, password of 3 letters');
    // Only the first of the jobs wants a record of its deployment.
    const token = world.emulator.github.issueToken({ kind: 'person', login: 'lead' });
    const deployments = await (
      await fetch(`${world.emulator.github.apiUrl}/repos/org/world/deployments`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).json();
    expect(deployments).toMatchObject([{ environment: 'production', production_environment: true }]);
  });

  test('that is refused fails the job and starts none of its steps', async () => {
    const run = await world.dispatch('release', { environment: 'production' });
    await world.reject(run, 'production', { by: 'owner', comment: 'not today' });
    expect(await resultsOf(run)).toEqual({ first: 'failure', second: 'skipped' });
    expect(await linesOf(run, 'first')).toEqual([]);
  });

  test('is not waited for by a run that is cancelled', async () => {
    const run = await world.dispatch('release', { environment: 'production' });
    while (run.waitsFor().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(run.waitsFor()).toEqual(['production']);
    run.cancel();
    expect((await run.done).result).toBe('cancelled');
    expect(run.waitsFor()).toEqual([]);
  });

  test('is approved once for all when asked to', async () => {
    const run = await world.dispatch('release', { environment: 'production' });
    await world.approve(run, 'production', { by: 'owner', always: true });
    expect((await run.done).result).toBe('success');
  });
});

test('two worlds know nothing of each other', { timeout: patience }, async () => {
  await using other = await openWorld({ application: 'test/fixtures/world', postgres: false });
  const options = { branch: 'x', files: { 'a.py': 'a\n' } };
  const [one, two] = await Promise.all([world.openPullRequest(options), other.openPullRequest(options)]);
  await Promise.all([world.idle(), other.idle()]);
  expect(one.number).toBe(two.number);
  expect(one.sha).toBe(two.sha);
  for (const run of [...one.runs, ...two.runs]) expect((await run.done).result).toBe('success');
  expect(other.emulator.url).not.toBe(world.emulator.url);
});
