import { describe, expect, test } from 'vitest';
import { runFixture } from './runner-fixture.ts';

describe('which jobs run', () => {
  test('follows needs, conditions and failures as GitHub does', async () => {
    const run = await runFixture('skips');
    const results = Object.fromEntries(run.record.jobs.map((job) => [job.identity.name, job.result]));
    expect(results).toEqual({
      never: 'skipped',
      fails: 'failure',
      'after-skipped': 'skipped',
      rescued: 'success',
      'below-rescued': 'skipped',
      'on-failure': 'success',
      forgiven: 'failure',
      'after-forgiven': 'success',
    });
    expect(run.record.result).toBe('failure');
  });

  test('after a failed step only steps that ask for it run', async () => {
    const { lines } = (await runFixture('skips')).job('fails');
    expect(lines).toContain('told by failure');
    expect(lines).toContain('told by always');
    expect(lines).not.toContain('not reached');
  });
});

describe('a matrix', () => {
  test('from an output has the cells that include and exclude give, and its outputs are the last that were set', async () => {
    const run = await runFixture('matrix');
    const names = run.record.jobs.map((job) => job.identity.name);
    expect(names.filter((name) => name.startsWith('cells')).sort()).toEqual([
      'cells (api)',
      'cells (extra)',
      'cells (web, 80)',
    ]);
    expect(run.job('collect').lines).toContain('last=extra web=80 of 3');
    expect(run.job('empty')).toMatchObject({
      result: 'failure',
      reason: 'matrix vector "service" does not contain any values',
    });
  });

  test('is cancelled as a whole when a cell fails, and always() steps still run', async () => {
    const run = await runFixture('matrix');
    expect(run.job('fast (0)').result).toBe('failure');
    for (const time of [30, 31]) {
      const job = run.job(`fast (${time})`);
      expect(job.result).toBe('cancelled');
      expect(job.lines).toContain(`always in ${time}, cancelled`);
    }
    expect(run.record.finishedAt - run.record.startedAt).toBeLessThan(25_000);
  });
});

test('a concurrency group lets one job run at a time, and without a queue only the latest waits', async () => {
  const run = await runFixture('groups');
  const marks = run.events
    .filter((event) => event.kind === 'line' && /^(start|end) \d$/.test(event.text))
    .map((event) => (event.kind === 'line' ? event.text.split(' ')[0] : ''));
  expect(marks).toEqual(['start', 'end', 'start', 'end', 'start', 'end']);
  const latest = [1, 2, 3].map((n) => run.job(`latest (${n})`).result);
  expect(latest).toEqual(['success', 'cancelled', 'success']);
});

describe('a called workflow', () => {
  const secrets = { API_KEY: 'the-key-that-is-secret' };

  test('gets typed inputs with defaults, secrets by name, and hands its outputs on', async () => {
    const run = await runFixture('call', { secrets, inputs: { environment: 'production' } });
    expect(run.record.result).toBe('success');
    const greet = run.job('deploy / greet');
    expect(greet.lines).toContain('main says dry 3, state of pre: 1');
    expect(greet.lines).toContain('the key is ***');
    expect(run.job('after').lines).toContain('deployed, production in the office');
  });

  test('gives the OIDC service the claims of caller, called workflow and environment', async () => {
    const run = await runFixture('call', { secrets });
    expect(run.claims[0]).toMatchObject({
      sub: 'repo:owner/app:environment:staging',
      repository: 'owner/app',
      repository_id: '1001',
      repository_owner_id: '77',
      environment: 'staging',
      workflow_ref: 'owner/app/.github/workflows/call.yml@refs/heads/main',
      job_workflow_ref: 'org/suite/.github/workflows/deploy.yml@refs/tags/v1',
      job_workflow_sha: 'b'.repeat(40),
      event_name: 'workflow_dispatch',
      run_id: '42',
    });
  });

  test('cannot ask for more permissions than its caller has: nothing is started', async () => {
    const events: unknown[] = [];
    await expect(runFixture('too-much', { onEvent: (event) => events.push(event) })).rejects.toMatchObject({
      code: 'PERMISSIONS_EXCEEDED',
      message: expect.stringContaining("'greet' is requesting id-token: write"),
    });
    expect(events).toEqual([]);
  });

  test('refuses text for a boolean input', async () => {
    const run = await runFixture('wrong-type');
    expect(run.job('deploy')).toMatchObject({
      result: 'failure',
      reason: expect.stringContaining('input dry-run must be a boolean, found "true"'),
    });
  });
});

test.each([
  [{ environment: 'moon' }, 'input environment must be one of staging, production, found "moon"'],
  [{ 'dry-run': 'maybe' }, 'input dry-run must be a boolean, found "maybe"'],
  [{ nope: '1' }, 'no such input: nope (known: environment, dry-run)'],
])('inputs of a started workflow are checked: %j', async (inputs, message) => {
  await expect(runFixture('call', { inputs })).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('a workflow file with mistakes is refused with all of them and their places', async () => {
  await expect(runFixture('broken')).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
    details: expect.arrayContaining([
      expect.stringMatching(/broken\.yml:9:9: Unexpected value 'bogus'/),
      expect.stringMatching(
        /broken\.yml:4:3: The workflow must contain at least one job with no dependencies/,
      ),
    ]),
  });
});
