import { describe, expect, test } from 'vitest';
import { type SmokeTest, smokeTest } from '../../src/release/smoke.ts';
import { fakeClock } from './fake-clock.ts';

interface Tried {
  /** What the test threw; nothing when the revision has passed. */
  readonly failure: string | undefined;
  readonly requests: readonly Request[];
}

type Answer = number | 'no answer';

/** Tries a revision that gives these answers, the last one for good. */
async function tried(
  answers: readonly Answer[],
  test: Partial<SmokeTest> = {},
  idToken?: string,
): Promise<Tried> {
  const requests: Request[] = [];
  const doFetch: typeof fetch = (input, init) => {
    requests.push(new Request(input, init));
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? 200;
    if (answer === 'no answer')
      return Promise.reject(new TypeError('fetch failed', { cause: new Error('refused') }));
    return Promise.resolve(new Response('password: hunter2', { status: answer }));
  };
  const failure = await smokeTest(
    'https://next---web.run.app',
    { path: '/health', successes: 1, timeoutSeconds: 10, ...test },
    { environment: {}, clock: fakeClock(), fetch: doFetch, idToken },
  ).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { failure, requests };
}

describe('a revision passes', () => {
  test.each<[string, readonly Answer[], Partial<SmokeTest>, number]>([
    ['with any status below 500, where none is asked for', [404], {}, 1],
    ['with a redirect, which is an answer', [302], {}, 1],
    ['with the status that is asked for, be it an error', [401], { status: 401 }, 1],
    ['once it answers', ['no answer', 503, 200], {}, 3],
    ['with as many good answers in a row as are asked for', [200, 200, 200], { successes: 3 }, 3],
    ['counting anew after a bad one', [200, 200, 503, 200, 200, 200], { successes: 3 }, 6],
  ])('%s', async (_what, answers, asked, requests) => {
    const run = await tried(answers, asked);
    expect(run.failure).toBeUndefined();
    expect(run.requests).toHaveLength(requests);
  });
});

describe('a revision does not pass', () => {
  test.each<[string, readonly Answer[], Partial<SmokeTest>, string]>([
    [
      'another status',
      [404],
      { status: 200 },
      'was to answer with status 200 within 10 s, but it answered 404.',
    ],
    ['a server error', [500], {}, 'with a status below 500 within 10 s, but it answered 500.'],
    ['a refusal of the caller', [403], {}, 'it answered 403 (Cloud Run refuses the caller'],
    ['no answer', ['no answer'], {}, 'it did not answer (refused)'],
    [
      'too few in a row',
      [200, 503, 200, 503],
      { successes: 2 },
      '2 times in a row within 10 s, but it answered 503',
    ],
  ])('with %s: the message says what came, and never the body', async (_what, answers, asked, message) => {
    const { failure } = await tried(answers, asked);
    expect(failure).toContain('GET https://next---web.run.app/health');
    expect(failure).toContain(message);
    expect(failure).not.toContain('hunter2');
  });

  test('after the time that it is given, and not later', async () => {
    expect((await tried([503], { timeoutSeconds: 10 })).requests).toHaveLength(10);
  });
});

test('shows its identity in the header that leaves Authorization to the service', async () => {
  const { requests } = await tried([200], {}, 'a-token');
  expect(requests[0]?.headers.get('x-serverless-authorization')).toBe('Bearer a-token');
  expect(requests[0]?.headers.has('authorization')).toBe(false);
});
