import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { parsePairs } from '../../src/rehearsal/runner/command-files.ts';
import { parseCommand } from '../../src/rehearsal/runner/commands.ts';
import { Masks } from '../../src/rehearsal/runner/masks.ts';
import { runFixture } from './runner-fixture.ts';

async function outputsOf(workflow: string, job: string, step: string): Promise<Record<string, string>> {
  const run = await runFixture(workflow, { secrets: { API_KEY: 'the-key-that-is-secret' } });
  const outputs = run.job(job).steps.find((one) => one.id === step)?.outputs;
  if (outputs === undefined) throw new Error(`no step ${step}`);
  return { ...outputs };
}

describe('a job', () => {
  test('keeps the contract of files, commands, masks and post steps', async () => {
    const run = await runFixture('steps');
    const job = run.job('contract');
    expect(job.lines).toContain('level step, combined contract-us-central1, data alpha');
    expect(job.lines).toContain('later: set by a step, job level: job');
    expect(job.lines).toContain('tool ran');
    expect(job.lines.filter((line) => line.startsWith('post after'))).toEqual([
      'post after last',
      'post after first',
    ]);
    expect(job.lines.filter((line) => line.startsWith('pre of'))).toEqual(['pre of first', 'pre of last']);
    expect(JSON.stringify(run.events)).not.toContain('hunter2');
    expect(job.annotations).toEqual([
      {
        level: 'warning',
        message: "Unexpected input(s) 'unheard-of', valid inputs are ['greeting', 'two words']",
      },
      {
        level: 'error',
        message: 'wrong\nagain ***',
        title: 'Bad: it',
        file: 'deploy.yaml',
        line: 3,
        column: 7,
      },
      { level: 'warning', message: 'careful' },
      { level: 'notice', message: 'fyi' },
      { level: 'error', message: 'Process completed with exit code 7.' },
      { level: 'warning', message: "Skip output 'leaked' since it may contain secret." },
    ]);
    expect(job.summaries.map((summary) => summary.markdown)).toEqual(['## first\n', '## last\n']);
    expect(job.steps.find((step) => step.id === 'soft')?.result).toBe('failure');
    expect(job.result).toBe('success');
  });

  test('hands on outputs of several lines, and hashes files as GitHub does', async () => {
    const write = await outputsOf('steps', 'contract', 'write');
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    expect(write.multi).toBe('one\ntwo=2');
    expect(write.hash).toBe(
      createHash('sha256').update(digest('alpha\n')).update(digest('beta\n')).digest('hex'),
    );
  });

  test('gives an action its inputs, the variables of a runner and nothing of this machine', async () => {
    process.env.OF_THIS_MACHINE = 'x';
    const env = JSON.parse((await outputsOf('steps', 'contract', 'first')).environment ?? '{}') as Record<
      string,
      string
    >;
    expect(env).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      INPUT_GREETING: 'first',
      INPUT_TWO_WORDS: 'spaced',
      GITHUB_REPOSITORY: 'owner/app',
      GITHUB_ACTION_REPOSITORY: 'org/suite',
      GITHUB_WORKFLOW_REF: 'owner/app/.github/workflows/steps.yml@refs/heads/main',
      RUNNER_OS: 'Linux',
      LEVEL: 'job',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: 'http://127.0.0.1:1/',
    });
    expect(env.GITHUB_WORKSPACE).toMatch(/\/app\/app$/);
    expect(env).not.toHaveProperty('OF_THIS_MACHINE');
    expect(env).not.toHaveProperty('GITHUB_TOKEN');
  });

  test('can ask for an OIDC token only with id-token: write', async () => {
    expect((await outputsOf('steps', 'contract', 'last')).token).toBe('false');
    expect((await outputsOf('call', 'deploy / greet', 'tell')).token).toBe('true');
  });

  test('names a bundle that is missing', async () => {
    const run = await runFixture('no-bundle');
    expect(run.job('no-bundle').annotations[0]?.message).toMatch(
      /^File not found: .*broken\/dist\/index\.js'$/,
    );
  });
});

test('an action that is not known is named before anything runs', async () => {
  await expect(runFixture('unknown')).rejects.toMatchObject({
    code: 'USES_UNKNOWN',
    details: [expect.stringContaining('unknown.yml:10: uses: somebody/else@0123')],
  });
});

test('artifacts of the cells of a matrix are found by a job that collects them', async () => {
  const run = await runFixture('artifacts');
  expect(run.job('collect').lines).toContain('collected a b ');
});

test('an aborted run ends its processes and starts nothing more', async () => {
  const controller = new AbortController();
  let group = 0;
  const run = await runFixture('long', {
    signal: controller.signal,
    onEvent: (event) => {
      const match = event.kind === 'line' ? /^group (\d+)$/.exec(event.text) : null;
      if (match === null) return;
      group = Number(match[1]);
      controller.abort();
    },
  });
  expect(run.job('long').result).toBe('cancelled');
  expect(run.job('long').lines).not.toContain('must not run');
  expect(group).toBeGreaterThan(0);
  // The system takes a moment to clear away a process that has ended.
  await vi.waitFor(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'), { timeout: 5_000 });
});

test.each([
  ['NAME=value', { NAME: 'value' }],
  ['A=1\r\nB=x=y\r\n', { A: '1', B: 'x=y' }],
  ['A<<E\nE=1\n\nlast\nE\nB=2', { A: 'E=1\n\nlast', B: '2' }],
  ['A=b<<c', { A: 'b<<c' }],
  ['A<<E\nE\n', { A: '' }],
])('command file %j', (text, expected) => {
  expect(parsePairs(text, 'GITHUB_OUTPUT')).toEqual(expected);
});

test.each(['just text that is secret', '=x', 'A<<E\nno end', '<<E\nx\nE'])(
  'command file %j is refused',
  (text) => {
    expect(() => parsePairs(text, 'GITHUB_OUTPUT')).toThrow('Unable to process file command GITHUB_OUTPUT');
    expect(() => parsePairs(text, 'GITHUB_OUTPUT')).not.toThrow('secret');
  },
);

test.each([
  [
    '::error file=a.ts,line=1::50%25 bad%0Anext',
    { name: 'error', properties: { file: 'a.ts', line: '1' }, message: '50% bad\nnext' },
  ],
  ['::group::A: b', { name: 'group', properties: {}, message: 'A: b' }],
  ['no command', undefined],
  ['std::vector::size', undefined],
])('workflow command %j', (line, expected) => {
  expect(parseCommand(line)).toEqual(expected);
});

describe('masks', () => {
  test('hide every line of a value, its encodings, and longer values before shorter ones', () => {
    const masks = new Masks();
    masks.add('first line\nsecond "line"\n}');
    masks.add('abc');
    masks.add('abcdef/+');
    const text = `x first line y second \\"line\\" z abcdef/+ abcdef%2F%2B ${Buffer.from('abcdef/+').toString('base64')} } abc`;
    expect(masks.hide(text)).toBe('x *** y *** z *** *** *** } ***');
  });

  test('of a job hide in the whole rehearsal, but do not keep outputs of other jobs back', () => {
    const all = new Masks();
    const one = new Masks(all);
    const other = new Masks(all);
    one.add('value-of-one');
    expect(other.hide('value-of-one')).toBe('***');
    expect(other.found('value-of-one')).toBe(false);
    expect(one.found('value-of-one')).toBe(true);
  });
});
