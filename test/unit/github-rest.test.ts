import { expect, test } from 'vitest';
import { z } from 'zod';
import { upsertComment } from '../../src/github/rest/comments.ts';
import { connectGitHub, type GitHub } from '../../src/github/rest/connection.ts';
import { createDeployment, deleteDeployment } from '../../src/github/rest/deployments.ts';
import { getPullRequest } from '../../src/github/rest/pull-requests.ts';
import { Failure } from '../../src/lib/failure.ts';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A GitHub that gives these answers in turn, and keeps what it was asked. */
function scripted(...answers: readonly (Answer | 'dropped')[]) {
  const asked: { readonly request: string; readonly body: unknown }[] = [];
  const slept: number[] = [];
  const left = [...answers];
  const github: GitHub = connectGitHub({
    token: 'token',
    repository: 'acme/shop',
    apiUrl: 'https://github.test',
    clock: {
      now: () => 1_000_000,
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
      },
    },
    fetch: async (url, init) => {
      const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      asked.push({ request: `${init?.method} ${new URL(String(url)).pathname}`, body });
      const next = left.shift();
      if (next === undefined || next === 'dropped') throw new TypeError('fetch failed');
      return new Response(next.status === 204 ? null : JSON.stringify(next.body ?? {}), {
        status: next.status,
        headers: { 'content-type': 'application/json', ...next.headers },
      });
    },
  });
  return { github, asked, slept };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error(`expected a Failure, got ${String(error)}`);
}

const pull = {
  number: 7,
  title: 'Change',
  state: 'open',
  draft: true,
  head: { sha: 'a'.repeat(40), ref: 'change', repo: { id: 2 } },
  base: { ref: 'main', repo: { id: 1 } },
  labels: [{ name: 'persist' }],
};

test('a read is repeated after a 502 and after a dropped connection', async () => {
  const { github, asked } = scripted({ status: 502 }, 'dropped', { status: 200, body: pull });
  const found = await getPullRequest(github, 7);
  expect(found).toMatchObject({ number: 7, open: true, draft: true, fork: true, labels: ['persist'] });
  expect(asked.map(({ request }) => request)).toEqual(Array(3).fill('GET /repos/acme/shop/pulls/7'));
});

test('a pull request whose fork was deleted counts as one from a fork', async () => {
  const { github } = scripted({ status: 200, body: { ...pull, head: { ...pull.head, repo: null } } });
  expect((await getPullRequest(github, 7))?.fork).toBe(true);
});

test('a missing pull request is no failure', async () => {
  const { github } = scripted({ status: 404, body: { message: 'Not Found' } });
  expect(await getPullRequest(github, 7)).toBeUndefined();
});

test('a secondary rate limit is waited for as long as GitHub says, for writes as well', async () => {
  const { github, slept } = scripted(
    { status: 403, body: { message: 'secondary rate limit' }, headers: { 'retry-after': '3' } },
    { status: 201, body: { id: 5 } },
  );
  const made = await createDeployment(github, {
    ref: 'abc',
    environment: 'preview',
    task: 'preview-pr-7',
    description: 'd'.repeat(200),
    payload: {},
    production: false,
    transient: true,
  });
  expect(made.id).toBe(5);
  expect(slept).toEqual([3000]);
});

test('a write of unknown fate is not sent twice', async () => {
  const { github, asked } = scripted({ status: 200, body: [] }, { status: 502 });
  const failure = await failureOf(upsertComment(github, 7, 'plan', 'text'));
  expect(failure.code).toBe('GITHUB_REFUSED');
  expect(asked.map(({ request }) => request)).toEqual([
    'GET /repos/acme/shop/issues/7/comments',
    'POST /repos/acme/shop/issues/7/comments',
  ]);
});

test('a refusal names the permission that would have done', async () => {
  const { github } = scripted({
    status: 403,
    body: { message: 'Resource not accessible by integration' },
    headers: { 'x-accepted-github-permissions': 'deployments=write' },
  });
  const failure = await failureOf(
    createDeployment(github, {
      ref: 'abc',
      environment: 'staging',
      task: 'deploy',
      description: '',
      payload: {},
      production: false,
      transient: false,
    }),
  );
  expect(failure.message).toContain('Resource not accessible by integration');
  expect(failure.next).toContain('`deployments: write`');
});

test('a limit that lasts too long fails at once', async () => {
  const { github, slept } = scripted({
    status: 403,
    body: { message: 'API rate limit exceeded' },
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(1000 + 3600) },
  });
  expect((await failureOf(getPullRequest(github, 7))).code).toBe('GITHUB_REFUSED');
  expect(slept).toEqual([]);
});

const marked = (text: string) => `<!-- aethercast-deploy: plan -->\n${text}`;
const bot = { type: 'Bot', login: 'github-actions[bot]' };

test('the comment is edited where it stands, and not when it says the same', async () => {
  const comments = [{ id: 1, body: marked('old'), user: bot, html_url: 'u' }];
  const { github, asked } = scripted(
    { status: 200, body: comments },
    { status: 200, body: {} },
    { status: 200, body: comments },
  );
  await upsertComment(github, 7, 'plan', 'new');
  expect(asked[1]).toEqual({
    request: 'PATCH /repos/acme/shop/issues/comments/1',
    body: { body: marked('new') },
  });
  await upsertComment(github, 7, 'plan', 'old');
  expect(asked).toHaveLength(3);
});

test("somebody else's comment with our marker is not touched", async () => {
  const theirs = { id: 1, body: marked('old'), user: { type: 'User', login: 'mallory' }, html_url: 'u' };
  const { github, asked } = scripted(
    { status: 200, body: [theirs] },
    { status: 403, body: { message: 'Resource not accessible by integration' } },
    { status: 201, body: { html_url: 'ours' } },
  );
  expect(await upsertComment(github, 7, 'plan', 'new')).toEqual({ url: 'ours' });
  expect(asked.at(-1)?.request).toBe('POST /repos/acme/shop/issues/7/comments');
});

test('a body over the limit is cut at a line and says so', async () => {
  const { github, asked } = scripted({ status: 200, body: [] }, { status: 201, body: { html_url: 'u' } });
  await upsertComment(github, 7, 'plan', '| a row of the table |\n'.repeat(5000));
  const { body } = z.object({ body: z.string() }).parse(asked[1]?.body);
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/\| a row of the table \|\n\n… cut here/);
});

test('a record is retired before it is deleted, and a missing one is no failure', async () => {
  const { github, asked } = scripted({ status: 201, body: {} }, { status: 204 }, { status: 404 });
  await deleteDeployment(github, 5);
  expect(asked.map(({ request }) => request)).toEqual([
    'POST /repos/acme/shop/deployments/5/statuses',
    'DELETE /repos/acme/shop/deployments/5',
  ]);
  await deleteDeployment(github, 6);
  expect(asked).toHaveLength(3);
});
