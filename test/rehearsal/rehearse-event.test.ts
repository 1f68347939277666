import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// A process of its own for each rehearsal, on a machine that may be busy.
const patience = 60_000;
const cli = resolve('src/cli.ts');

const workflow = `
name: seen
on:
  pull_request:
    types: [opened, closed]
  pull_request_target:
    types: [opened]
  schedule:
    - cron: '1 2 * * *'
  issue_comment:
  workflow_dispatch:
    inputs:
      reason: { required: true }
permissions: {}
jobs:
  tell:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
      pull-requests: read
    steps:
      - uses: actions/checkout@v5
      - env:
          KEY: \${{ secrets.TINY_KEY }}
          TOKEN: \${{ github.token }}
          REASON: \${{ inputs.reason }}
          FORK: \${{ github.event.pull_request.head.repo.fork }}
          NUMBER: \${{ github.event.number || github.event.issue.number }}
          SCRIPT: |
            const { GITHUB_API_URL, GITHUB_REPOSITORY, NUMBER, TOKEN } = process.env;
            const address = \`\${GITHUB_API_URL}/repos/\${GITHUB_REPOSITORY}/pulls/\${NUMBER}\`;
            const answer = await (await fetch(address, { headers: { authorization: \`Bearer \${TOKEN}\` } })).json();
            console.log('pull', answer.state, answer.head.sha, answer.labels.map((label) => label.name).join());
        run: |
          echo "$GITHUB_EVENT_NAME at $GITHUB_REF $GITHUB_SHA by $GITHUB_ACTOR, fork '$FORK', reason '$REASON'"
          echo "\${#KEY} letters of key, identity \${ACTIONS_ID_TOKEN_REQUEST_URL:+yes}"
          cat app.py
          if [ -n "$NUMBER" ]; then node --input-type=module --eval "$SCRIPT"; fi
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-event-'));
  await cp('test/fixtures/world', join(folder, 'app'), { recursive: true });
  await writeFile(join(folder, 'app/.github/workflows/seen.yml'), workflow);
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

/** The exit code, what was printed, and the log of the job. */
async function rehearse(
  event: unknown,
  ...words: readonly string[]
): Promise<{ code: number; out: string; log: string }> {
  const file = join(folder, 'event.json');
  await writeFile(file, JSON.stringify(event));
  const all = [cli, 'rehearse', 'app', '--workflow', 'seen', '--event', file, '--once', '--plain', ...words];
  const { code, out } = await new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, all, { cwd: folder }, (error, printed, errors) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out: printed + errors }),
    );
  });
  const logs = join(folder, '.rehearsal/logs');
  const names = await readdir(logs).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(logs, name), 'utf8')));
  return { code, out, log: texts.join('\n') };
}

test('a pull request of the payload is there for the job, at its merge, with what was left out', {
  timeout: patience,
}, async () => {
  const sha = 'c'.repeat(40);
  const event = {
    action: 'opened',
    number: 7,
    pull_request: { head: { sha }, labels: [{ name: 'persist' }] },
    sender: { login: 'dev' },
  };
  const { code, out, log } = await rehearse(event);
  expect(out).toContain('The payload is taken for one of pull_request');
  expect(log).toMatch(/^pull_request at refs\/pull\/7\/merge [0-9a-f]{40} by dev, fork 'false', reason ''$/m);
  expect(log).toMatch(/^34 letters of key, identity yes$/m);
  expect(log).toContain("print('hello')");
  expect(log).toContain(`pull open ${sha} persist`);
  expect(code).toBe(0);
});

test('a fork gets no secret and no identity, and its event can be told from the one of the target', {
  timeout: patience,
}, async () => {
  const event = {
    action: 'opened',
    number: 8,
    pull_request: { head: { repo: { full_name: 'stranger/app' } } },
  };
  const forked = await rehearse(event);
  expect(forked.log).toContain("fork 'true'");
  expect(forked.log).toMatch(/^0 letters of key, identity $/m);
  expect(forked.code).toBe(0);
  const target = await rehearse(event, '--event-name', 'pull_request_target');
  expect(target.out).not.toContain('is taken for');
  expect(target.log).toContain('pull_request_target at refs/heads/main');
  expect(target.log).toMatch(/^34 letters of key, identity yes$/m);
});

test('a merged pull request, the clock, a comment and a dispatch', { timeout: patience * 2 }, async () => {
  const closed = await rehearse({ action: 'closed', number: 7, pull_request: { merged: true } });
  expect(closed.log).toContain('pull_request at refs/heads/main');
  expect(closed.log).toContain('pull closed');
  const clock = await rehearse({ schedule: '1 2 * * *' });
  expect(clock.log).toContain('schedule at refs/heads/main');
  const comment = await rehearse({ issue: { number: 3, pull_request: {} }, comment: { body: 'go' } });
  expect(comment.log).toContain('issue_comment at refs/heads/main');
  expect(comment.log).toContain('pull open');
  const dispatch = await rehearse({ inputs: { reason: 'because' } });
  expect(dispatch.log).toContain("reason 'because'");
});

test.each([
  [
    'an action that it does not listen to',
    { action: 'edited', number: 7, pull_request: {} },
    'does not run on "pull_request edited"',
  ],
  ['no number', { action: 'opened', pull_request: {} }, 'has no number of a pull request'],
  ['a missing input', { inputs: {} }, 'input reason is required'],
])('%s is refused before anything is started', { timeout: patience }, async (_, event, told) => {
  const { code, out, log } = await rehearse(event);
  expect(out).toContain(told);
  expect(log).toBe('');
  expect(code).toBe(1);
});
