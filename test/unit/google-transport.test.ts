import { describe, expect, test } from 'vitest';
import { GoogleError, NoAnswer } from '../../src/google/error.ts';
import type { Attempt, Request } from '../../src/google/transport.ts';
import { failureOf, loopback, type Reply, refusal } from './google-case.ts';

const read: Request = { api: 'run', method: 'GET', path: 'v2/projects/p/locations/r/services/s' };
const write: Request = { api: 'cloudbuild', method: 'POST', path: 'v1/projects/p/builds', body: { a: 1 } };

const unavailable = refusal(503, 'UNAVAILABLE', 'try later');
const exhausted = refusal(429, 'RESOURCE_EXHAUSTED', 'slow down', { reason: 'RATE_LIMIT_EXCEEDED' });

/** Answers one after the other; the last one again and again. */
const inTurn =
  (...replies: Reply[]) =>
  (_: unknown, number: number): Reply =>
    replies[Math.min(number, replies.length) - 1] ?? {};

describe('a request', () => {
  test('carries the token, the path below the root, the query and the body as JSON', async () => {
    await using cloud = await loopback(() => ({ body: { done: true } }));
    const answer = await cloud.google.transport.send({
      ...write,
      query: { names: ['a/b', 'c d'], force: true, size: 3, absent: undefined },
    });
    expect(answer).toEqual({ done: true });
    const [request] = cloud.received;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/projects/p/builds', json: { a: 1 } });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer a-token',
      'content-type': 'application/json',
    });
    expect([...(request?.query ?? [])]).toEqual([
      ['names', 'a/b'],
      ['names', 'c d'],
      ['force', 'true'],
      ['size', '3'],
    ]);
  });

  test('without a body sends none', async () => {
    await using cloud = await loopback(() => ({}));
    await cloud.google.transport.send(read);
    expect(cloud.received[0]?.text).toBe('');
    expect(cloud.received[0]?.headers).not.toHaveProperty('content-type');
  });

  test('keeps an escaped slash within a name', async () => {
    await using cloud = await loopback(() => ({}));
    await cloud.google.transport.send({ ...read, path: 'v1/p/packages/team%2Fapp/tags/t:x' });
    expect(cloud.received[0]?.path).toBe('/v1/p/packages/team%2Fapp/tags/t:x');
  });

  test('sends bytes as they are', async () => {
    await using cloud = await loopback(() => ({}));
    const bytes = { data: Buffer.from('not json'), type: 'application/gzip' };
    await cloud.google.transport.send({ api: 'storage', method: 'POST', path: 'upload', bytes });
    expect(cloud.received[0]).toMatchObject({ text: 'not json' });
    expect(cloud.received[0]?.headers['content-type']).toBe('application/gzip');
  });

  test('takes an empty answer for an empty object', async () => {
    await using cloud = await loopback(() => ({ body: '' }));
    expect(await cloud.google.transport.send(read)).toEqual({});
  });

  test('asks for the token anew at every attempt', async () => {
    await using cloud = await loopback(inTurn(unavailable, {}));
    let number = 0;
    await cloud.connect({ accessToken: async () => `token-${++number}` }).transport.send(read);
    expect(cloud.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });
});

describe('what is sent again', () => {
  test.each<[string, Request, Reply]>([
    ['a read that Google is too busy for', read, unavailable],
    ['a read after 500', read, refusal(500, 'INTERNAL', 'oops')],
    ['a read after 502 in plain text', read, { status: 502, body: 'Bad Gateway' }],
    ['a read after 408', read, { status: 408 }],
    ['a read over its quota', read, exhausted],
    ['a write over its quota, since nothing was done', write, exhausted],
    [
      'a write over a quota that is worded as 403',
      write,
      { status: 403, body: { error: { errors: [{ reason: 'rateLimitExceeded' }], message: 'Quota' } } },
    ],
    ['a read whose answer was lost', read, 'drop'],
    ['a PATCH whose answer was lost', { ...write, method: 'PATCH' }, 'drop'],
    ['a POST that says it is repeatable, its answer lost', { ...write, repeatable: true }, 'drop'],
    ['a POST that says it is repeatable, after 503', { ...write, repeatable: true }, unavailable],
  ])('%s', async (_, request, reply) => {
    await using cloud = await loopback(inTurn(reply, { body: { ok: true } }));
    expect(await cloud.google.transport.send(request)).toEqual({ ok: true });
    expect(cloud.received).toHaveLength(2);
    expect(cloud.received[1]?.text).toBe(cloud.received[0]?.text);
  });
});

describe('what is sent once', () => {
  test.each<[string, Request, Reply, typeof GoogleError | typeof NoAnswer]>([
    ['a POST whose answer was lost: it may have had its effect', write, 'drop', NoAnswer],
    ['a POST after 503', write, unavailable, GoogleError],
    ['a read that is refused', read, refusal(403, 'PERMISSION_DENIED', 'no'), GoogleError],
    ['a read of what is not there', read, refusal(404, 'NOT_FOUND', 'no'), GoogleError],
    ['a write that conflicts', { ...write, method: 'PUT' }, refusal(409, 'ABORTED', 'no'), GoogleError],
    ['a read that does not exist as a method', read, refusal(501, 'UNIMPLEMENTED', 'no'), GoogleError],
    ['a read that says it is not repeatable', { ...read, repeatable: false }, unavailable, GoogleError],
  ])('%s', async (_, request, reply, kind) => {
    await using cloud = await loopback(inTurn(reply, {}));
    expect(await failureOf(cloud.google.transport.send(request))).toBeInstanceOf(kind);
    expect(cloud.received).toHaveLength(1);
  });
});

describe('the pauses between attempts', () => {
  test('grow, are never without chance, and end after about half a minute', async () => {
    await using cloud = await loopback(() => unavailable);
    const error = await failureOf(cloud.google.transport.send(read));
    expect(error).toMatchObject({ http: 503, status: 'UNAVAILABLE', message: 'try later' });
    expect(cloud.received).toHaveLength(6);
    const ceilings = [1_000, 2_000, 4_000, 8_000, 16_000];
    expect(cloud.clock.slept).toHaveLength(ceilings.length);
    for (const [index, ceiling] of ceilings.entries()) {
      expect(cloud.clock.slept[index]).toBeGreaterThanOrEqual(ceiling / 2);
      expect(cloud.clock.slept[index]).toBeLessThanOrEqual(ceiling);
    }
    const again = cloud.clock.slept.length;
    await failureOf(cloud.google.transport.send(read));
    expect(cloud.clock.slept.slice(again)).not.toEqual(cloud.clock.slept.slice(0, again));
  });

  test('are as long as Google says', async () => {
    await using cloud = await loopback(
      inTurn({ status: 429, headers: { 'retry-after': '7' }, body: '' }, {}),
    );
    await cloud.google.transport.send(read);
    expect(cloud.clock.slept).toEqual([7_000]);
  });

  test('are ours when Google gives a date', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    await using cloud = await loopback(inTurn({ status: 503, headers: { 'retry-after': date } }, {}));
    await cloud.google.transport.send(read);
    expect(cloud.clock.slept[0]).toBeLessThanOrEqual(1_000);
  });

  test('are as many as asked for', async () => {
    await using cloud = await loopback(() => 'drop');
    await failureOf(cloud.connect({ attempts: 3 }).transport.send(read));
    expect(cloud.received).toHaveLength(3);
  });
});

describe('an API that is off', () => {
  const off = (service: string): Reply =>
    refusal(403, 'PERMISSION_DENIED', 'has not been used', {
      reason: 'SERVICE_DISABLED',
      metadata: { service },
    });

  test('is waited for when this run switched it on', async () => {
    await using cloud = await loopback((_, number) => (number < 12 ? off('redis.googleapis.com') : {}));
    const google = cloud.connect({ justEnabled: new Set(['redis.googleapis.com']) });
    await google.transport.send(write);
    expect(cloud.received).toHaveLength(12);
  });

  test('for minutes and not for ever', async () => {
    await using cloud = await loopback(() => off('redis.googleapis.com'));
    const google = cloud.connect({ justEnabled: new Set(['redis.googleapis.com']) });
    expect(await failureOf(google.transport.send(read))).toMatchObject({ reason: 'SERVICE_DISABLED' });
    expect(cloud.clock.now()).toBeGreaterThan(2 * 60_000);
    expect(cloud.clock.now()).toBeLessThan(10 * 60_000);
  });

  test('is not waited for when another one was switched on', async () => {
    await using cloud = await loopback(() => off('run.googleapis.com'));
    const google = cloud.connect({ justEnabled: new Set(['redis.googleapis.com']) });
    expect(await failureOf(google.transport.send(read))).toMatchObject({ reason: 'SERVICE_DISABLED' });
    expect(cloud.received).toHaveLength(1);
  });
});

describe('interruption', () => {
  test('ends a request that is under way, with its reason and without another attempt', async () => {
    const interruption = new AbortController();
    const reason = new Error('SIGTERM');
    const never = Promise.withResolvers<Reply>();
    await using cloud = await loopback(() => {
      interruption.abort(reason);
      return never.promise;
    });
    const google = cloud.connect({ signal: interruption.signal });
    // Not "no answer": a write that is interrupted says so too.
    expect(await failureOf(google.transport.send(write))).toBe(reason);
    expect(cloud.received).toHaveLength(1);
  });

  test('ends the pause between attempts', async () => {
    const interruption = new AbortController();
    const reason = new Error('SIGTERM');
    await using cloud = await loopback(() => unavailable);
    const google = cloud.connect({
      signal: interruption.signal,
      onAttempt: () => interruption.abort(reason),
    });
    expect(await failureOf(google.transport.send(read))).toBe(reason);
    expect(cloud.received).toHaveLength(1);
  });

  test('does not keep back a request that cleans up', async () => {
    await using cloud = await loopback(() => ({ body: { cancelled: true } }));
    const google = cloud.connect({ signal: AbortSignal.abort(new Error('SIGTERM')) });
    expect(await google.transport.send({ ...write, unstoppable: true })).toEqual({ cancelled: true });
  });
});

test('an attempt that takes too long counts as no answer', async () => {
  const never = Promise.withResolvers<Reply>();
  await using cloud = await loopback(() => never.promise);
  const error = await failureOf(cloud.google.transport.send({ ...write, timeout: 30 }));
  expect(error).toBeInstanceOf(NoAnswer);
  expect((error as NoAnswer).message).toMatch(
    /^POST cloudbuild v1\/projects\/p\/builds: no answer \(.*timeout/,
  );
});

test('every attempt is told to the log, without body and query', async () => {
  await using cloud = await loopback(
    inTurn('drop', unavailable, { headers: { 'x-goog-request-id': 'r-1' } }),
  );
  const attempts: Attempt[] = [];
  await cloud.connect({ onAttempt: (attempt) => attempts.push(attempt) }).transport.send(read);
  expect(attempts.map(({ number, http, requestId }) => [number, http, requestId])).toEqual([
    [1, undefined, undefined],
    [2, 503, undefined],
    [3, 200, 'r-1'],
  ]);
});

describe('an error', () => {
  test.each<[string, Reply, object]>([
    [
      'in the dialect of most APIs',
      refusal(403, 'PERMISSION_DENIED', 'Permission denied', {
        reason: 'IAM_PERMISSION_DENIED',
        metadata: { permission: 'run.services.get' },
      }),
      {
        http: 403,
        status: 'PERMISSION_DENIED',
        reason: 'IAM_PERMISSION_DENIED',
        message: 'Permission denied',
        metadata: { permission: 'run.services.get' },
      },
    ],
    [
      'in the dialect of Storage, SQL and Compute',
      {
        status: 409,
        body: { error: { code: 409, message: 'exists', errors: [{ domain: 'global', reason: 'conflict' }] } },
      },
      { http: 409, status: '', reason: 'conflict', message: 'exists', metadata: {} },
    ],
    [
      'of a token endpoint',
      { status: 400, body: { error: 'invalid_grant', error_description: 'The audience is wrong' } },
      { http: 400, status: 'invalid_grant', message: 'The audience is wrong' },
    ],
    [
      'of a token endpoint without a description',
      { status: 400, body: { error: 'invalid_request' } },
      { message: 'invalid_request' },
    ],
    ['in plain text', { status: 404, body: 'Not Found' }, { http: 404, message: 'Not Found', reason: '' }],
    ['without a text', { status: 404, body: '' }, { http: 404, message: 'HTTP 404' }],
    ['that is JSON of another kind', { status: 400, body: '[1]' }, { http: 400, message: '[1]' }],
  ])('%s', async (_, reply, expected) => {
    await using cloud = await loopback(() => reply);
    const error = await failureOf(cloud.google.transport.send(read));
    expect(error).toBeInstanceOf(GoogleError);
    expect(error).toMatchObject({ ...expected, api: 'run', method: 'GET', path: read.path });
  });
});
