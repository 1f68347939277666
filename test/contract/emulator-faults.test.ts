import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFaults } from '../../src/emulator/faults-file.ts';
import { project, refusal, testCloud } from '../support/emulator.ts';

const secrets = `/v1/projects/${project.id}/secrets`;
const automatic = { replication: { automatic: {} } };

async function script(content: unknown): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'faults-')), 'faults.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test("a script fails the nth request that fits, with status, Retry-After and Google's error body", async () => {
  const file = await script({
    faults: [{ id: 'secretmanager.*.create', nth: 2, status: 503, retry_after: 7, message: 'Try later.' }],
  });
  await using cloud = await testCloud({ faults: readFaults(file) });
  const create = (id: string) => cloud.asOwner('POST', `${secrets}?secretId=${id}`, automatic);
  expect((await create('one')).status).toBe(200);
  const second = await create('two');
  expect(refusal(second)).toMatchObject({ http: 503, status: 'UNAVAILABLE', message: 'Try later.' });
  expect(second.headers.get('retry-after')).toBe('7');
  expect((await create('two')).status).toBe(200);
});

test('without a pattern the nth request of all is hit', async () => {
  await using cloud = await testCloud({ faults: [{ nth: 3, status: 500 }] });
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await cloud.asOwner('GET', secrets)).status);
  expect(statuses).toEqual([200, 200, 500, 200]);
});

test('a body of its own is sent as it stands', async () => {
  await using cloud = await testCloud({
    faults: [
      {
        path: '/secrets',
        status: 502,
        body: '<html>Bad Gateway</html>',
        headers: { 'content-type': 'text/html' },
      },
      { path: /secrets$/, status: 400, body: { error: 'odd' } },
    ],
  });
  const html = await cloud.asOwner('GET', secrets);
  expect([html.status, html.body, html.headers.get('content-type')]).toEqual([
    502,
    '<html>Bad Gateway</html>',
    'text/html',
  ]);
  expect((await cloud.asOwner('GET', secrets)).body).toEqual({ error: 'odd' });
});

test('dropped before: nothing happened; dropped after and answered 503 after: it did', async () => {
  await using cloud = await testCloud({
    faults: [
      { id: 'secretmanager.projects.secrets.create', path: '/secrets', drop: 'before' },
      { id: 'secretmanager.projects.secrets.create', nth: 2, drop: 'after' },
      { id: 'secretmanager.projects.secrets.create', nth: 3, status: 503, afterEffect: true },
    ],
  });
  const create = (id: string) => cloud.asOwner('POST', `${secrets}?secretId=${id}`, automatic);
  const exists = async (id: string) => (await cloud.asOwner('GET', `${secrets}/${id}`)).status === 200;
  await expect(create('first')).rejects.toThrow('fetch failed');
  expect(await exists('first')).toBe(false);
  // The first fault is spent and lets requests pass on to the others, which count from their own beginning.
  await create('second');
  await expect(create('third')).rejects.toThrow('fetch failed');
  expect(await exists('third')).toBe(true);
});

test('answered 503 after the effect, a second create finds the thing there', async () => {
  await using cloud = await testCloud({
    faults: [{ method: 'POST', path: '/secrets', status: 503, afterEffect: true }],
  });
  const create = () => cloud.asOwner('POST', `${secrets}?secretId=one`, automatic);
  expect((await create()).status).toBe(503);
  expect((await create()).status).toBe(409);
  const faults = cloud.emulator.journal.map((entry) => entry.fault);
  expect(faults).toEqual(['status 503 after the effect', undefined]);
});

test('an operation ends in the scripted error, once, and its work is not done', async () => {
  const file = await script({
    faults: [
      {
        nth: 2,
        operation: { api: 'serviceusage', action: 'change', code: 'INTERNAL', message: 'Broken inside.' },
      },
    ],
  });
  await using cloud = await testCloud({ faults: readFaults(file) });
  const services = '/v1/projects/other-company/services';
  const enable = (name: string) => cloud.asOwner('POST', `${services}/${name}:enable`, {});
  expect((await enable('run.googleapis.com')).body.error).toBeUndefined();
  const failed = await enable('redis.googleapis.com');
  expect(failed.status).toBe(200);
  expect(failed.body).toMatchObject({ done: true, error: { code: 13, message: 'Broken inside.' } });
  expect((await cloud.asOwner('GET', `${services}/redis.googleapis.com`)).body.state).toBe('DISABLED');
  expect((await enable('redis.googleapis.com')).body.error).toBeUndefined();
  expect((await cloud.asOwner('GET', `${services}/redis.googleapis.com`)).body.state).toBe('ENABLED');
});

test('a stall holds the request up', async () => {
  await using cloud = await testCloud({ faults: [{ path: '/secrets', stall: 60 }] });
  await cloud.asOwner('GET', secrets);
  expect(cloud.emulator.journal[0]).toMatchObject({ status: 200, fault: 'stall 60 ms' });
  expect(cloud.emulator.journal[0]?.milliseconds).toBeGreaterThanOrEqual(59);
});

test('times says how often, and always never ends', async () => {
  const faults = readFaults(await script({ faults: [{ path: 'secrets', status: 429, times: 'always' }] }));
  await using cloud = await testCloud({ faults });
  for (let n = 0; n < 5; n += 1) expect((await cloud.asOwner('GET', secrets)).status).toBe(429);
  cloud.emulator.faults.clear();
  cloud.emulator.faults.add({ path: 'secrets', status: 500, times: 2 });
  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await cloud.asOwner('GET', secrets)).status);
  expect(statuses).toEqual([500, 500, 200]);
});

test.each([
  ['{', 'cannot be read'],
  [[], 'the file: '],
  [{ faults: [{ status: 200 }] }, 'faults[0].status: '],
  [{ faults: [{ status: 503, stauts: 1 }] }, 'faults[0]: Unrecognized key: "stauts"'],
  [{ faults: [{ nth: 0, status: 503 }] }, 'faults[0].nth: '],
  [{ faults: [{ path: '/a' }] }, 'faults[0]: a fault needs one of status, drop, stall and operation'],
  [{ faults: [{ status: 503, drop: 'after' }] }, 'faults[0]: a fault has a status or a drop'],
  [{ faults: [{ drop: 'after', retry_after: 3 }] }, 'faults[0]: retryAfter goes with a status'],
  [{ faults: [{ path_pattern: '(', status: 500 }] }, 'path_pattern "(" is not a regular expression'],
  [
    { faults: [{ operation: { code: 'BROKEN', message: '' } }] },
    'faults[0]: operation.code "BROKEN" is none of CANCELLED',
  ],
  [{ faults: [{ status: 99 }, { path: '/', path_pattern: '/', stall: 1 }] }, 'faults[0].status: '],
])('the script %j is refused with place and reason', async (content, message) => {
  const file = await script(content);
  expect(() => readFaults(file)).toThrow(message);
  expect(() => readFaults(file)).toThrow(file);
});
