import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvent } from '../../src/github/event.ts';

async function eventOf(name: string, body: unknown) {
  const folder = await mkdtemp(join(tmpdir(), 'event-'));
  const file = join(folder, 'event.json');
  await writeFile(file, JSON.stringify(body));
  const event = await readEvent({ environment: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file } });
  await rm(folder, { recursive: true });
  return event;
}

const pull = {
  number: 7,
  draft: false,
  labels: [{ name: 'persist' }],
  head: { sha: 'a'.repeat(40), repo: { id: 1 } },
  base: { sha: 'b'.repeat(40), repo: { id: 1 } },
};

test('a pull request of the repository itself', async () => {
  const event = await eventOf('pull_request', { action: 'opened', pull_request: pull });
  expect(event).toEqual({
    name: 'pull_request',
    action: 'opened',
    inputs: {},
    pullRequest: {
      number: 7,
      headSha: 'a'.repeat(40),
      baseSha: 'b'.repeat(40),
      fork: false,
      draft: false,
      labels: ['persist'],
    },
  });
});

test.each([
  ['another repository', { id: 2 }],
  ['a repository that is gone', null],
])('a pull request from %s is one from a fork', async (_name, repo) => {
  const event = await eventOf('pull_request', { pull_request: { ...pull, head: { ...pull.head, repo } } });
  expect(event.pullRequest?.fork).toBe(true);
});

test('inputs of a dispatch are texts', async () => {
  const event = await eventOf('workflow_dispatch', { inputs: { pull_request: 7, dry_run: true } });
  expect(event.inputs).toEqual({ pull_request: '7', dry_run: 'true' });
});

test('outside of GitHub Actions there is no event', async () => {
  expect(await readEvent({ environment: {} })).toEqual({ name: '', inputs: {} });
});
