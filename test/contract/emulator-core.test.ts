import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { otherProject, owner, project, refusal, stranger, testCloud } from '../support/emulator.ts';

const secrets = `/v1/projects/${project.id}/secrets`;

test('a request without a token is 401 with the reason CREDENTIALS_MISSING', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.as(undefined)('GET', secrets);
  expect(refusal(answer)).toMatchObject({
    http: 401,
    status: 'UNAUTHENTICATED',
    reason: 'CREDENTIALS_MISSING',
  });
  expect(refusal(answer).message).toContain('Request is missing required authentication credential.');
  expect(answer.headers.get('www-authenticate')).toContain('Bearer');
});

test('a token that nobody issued is 401', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.as('ya29.made-up')('GET', secrets);
  expect(refusal(answer)).toMatchObject({ http: 401, reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED' });
  expect(refusal(answer).message).toContain('Request had invalid authentication credentials.');
});

test('a caller without the permission is 403 and told which one', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asUser(stranger)('GET', secrets);
  expect(refusal(answer)).toEqual({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'IAM_PERMISSION_DENIED',
    message: `Permission 'secretmanager.secrets.list' denied for resource 'projects/${project.id}' (or it may not exist).`,
  });
});

test('an API that is not enabled is 403 SERVICE_DISABLED before the permission is looked at', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('GET', `/v1/projects/${otherProject.id}/secrets`);
  expect(refusal(answer)).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'SERVICE_DISABLED',
  });
  expect(refusal(answer).message).toMatch(
    new RegExp(
      `^Secret Manager API has not been used in project ${otherProject.number} before or it is disabled\\. `,
    ),
  );
  expect(answer.body.error?.details?.[0]?.metadata).toMatchObject({
    consumer: `projects/${otherProject.number}`,
    service: 'secretmanager.googleapis.com',
  });
});

test('a project that does not exist is 403, not 404', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('GET', '/v1/projects/no-such-project/secrets');
  expect(refusal(answer)).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'CONSUMER_INVALID',
  });
});

test('a route that is not there says so loudly', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('PATCH', '/v9/widgets/1');
  expect(refusal(answer)).toMatchObject({
    http: 501,
    status: 'UNIMPLEMENTED',
    message: 'not implemented by the emulator: PATCH /v9/widgets/1',
  });
});

test('a body that is not JSON, unknown fields and wrong types are 400, all problems in one answer', async () => {
  await using cloud = await testCloud();
  const broken = await cloud.asOwner('POST', `${secrets}?secretId=a`, '{"labels":', {
    'content-type': 'application/json',
  });
  expect(refusal(broken)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(refusal(broken).message).toMatch(/^Invalid JSON payload received\./);

  const wrong = await cloud.asOwner('POST', `${secrets}?secretId=a`, {
    replication: { automatic: {}, everywhere: true },
    lables: {},
    labels: { a: 5 },
    ttl: 7,
  });
  expect(refusal(wrong)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(refusal(wrong).message.split('\n')).toEqual([
    `Invalid JSON payload received. Unknown name "everywhere" at 'secret.replication': Cannot find field.`,
    `Invalid JSON payload received. Unknown name "lables" at 'secret': Cannot find field.`,
    `Invalid value at 'secret.labels[0].value' (TYPE_STRING), 5`,
    `Invalid value at 'secret.ttl' (TYPE_STRING), 7`,
  ]);
});

test('fields that only Google writes are ignored, snake_case names are understood', async () => {
  await using cloud = await testCloud();
  const made = await cloud.asOwner('POST', `${secrets}?secretId=a`, {
    name: 'projects/evil/secrets/b',
    create_time: '1999-01-01T00:00:00Z',
    replication: { user_managed: { replicas: [{ location: 'us-central1' }] } },
  });
  expect(made.status).toBe(200);
  expect(made.body.name).toBe(`projects/${project.number}/secrets/a`);
  expect(made.body.createTime).not.toMatch(/^1999/);
  expect(made.body.replication).toEqual({ userManaged: { replicas: [{ location: 'us-central1' }] } });
});

test('as a forward proxy it routes by the real host name', async () => {
  await using cloud = await testCloud();
  const token = cloud.emulator.userToken(owner);
  const { port } = new URL(cloud.emulator.url);
  const through = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(
        { host: '127.0.0.1', port, path: url, headers: { authorization: `Bearer ${token}` } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      call.on('error', reject);
      call.end();
    });
  expect(await through(`http://secretmanager.googleapis.com${secrets}`)).toBe(200);
  // The path belongs to another API, so this host does not have it.
  expect(await through(`http://storage.googleapis.com${secrets}`)).toBe(501);
  expect(cloud.emulator.journal[0]).toMatchObject({ host: 'secretmanager.googleapis.com', path: secrets });
});

test('a CONNECT for TLS is refused in words', async () => {
  await using cloud = await testCloud();
  const { port } = new URL(cloud.emulator.url);
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('CONNECT run.googleapis.com:443 HTTP/1.1\r\nHost: run.googleapis.com\r\n\r\n');
    });
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
  expect(text).toContain('501 Not Implemented');
  expect(text).toContain('cannot look into TLS');
});

test('150 requests at once are all answered', async () => {
  await using cloud = await testCloud();
  const answers = await Promise.all(
    Array.from({ length: 150 }, (_, n) =>
      cloud.asOwner('POST', `${secrets}?secretId=s${n}`, { replication: { automatic: {} } }),
    ),
  );
  expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
  const list = await cloud.asOwner('GET', `${secrets}?pageSize=1000`);
  expect(list.body.secrets?.length).toBe(150);
});

test('the journal tells who did what, in memory and on disk, without a secret in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  const file = join(folder, 'deep', 'journal.jsonl');
  const password = 'correct horse battery staple';
  const cloud = await testCloud({ journalFile: file });
  try {
    await cloud.asOwner('POST', `${secrets}?secretId=a`, { replication: { automatic: {} } });
    await cloud.asOwner('POST', `${secrets}/a:addVersion`, {
      payload: { data: Buffer.from(password).toString('base64') },
    });
    await cloud.asOwner('GET', `${secrets}/a/versions/latest:access`);
    await cloud.asOwner('POST', `${secrets}?secretId=b`, {
      replication: { automatic: {} },
      annotations: { note: `the password is ${password}` },
    });
    await cloud.asOwner('POST', `/v1/projects/${project.id}:getIamPolicy`, {});
    expect(cloud.emulator.journal.map(({ id, write, status }) => [id, write, status])).toEqual([
      ['secretmanager.projects.secrets.create', true, 200],
      ['secretmanager.projects.secrets.addVersion', true, 200],
      ['secretmanager.projects.secrets.versions.access', false, 200],
      ['secretmanager.projects.secrets.create', true, 200],
      ['cloudresourcemanager.projects.getIamPolicy', false, 200],
    ]);
    expect(cloud.emulator.journal[0]).toMatchObject({ n: 1, method: 'POST', principal: `user:${owner}` });
  } finally {
    await cloud.emulator.close();
  }
  const written = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  expect(written.trim().split('\n')).toHaveLength(5);
  expect(written).toContain('the password is ***');
  for (const value of cloud.emulator.secretValues()) expect(written).not.toContain(value);
});

test('what was refused, cut off before it was handled, or only read is no write', async () => {
  await using cloud = await testCloud();
  const create = () => cloud.asOwner('POST', `${secrets}?secretId=a`, { replication: { automatic: {} } });
  cloud.emulator.faults.add({ path: '/secrets', drop: 'before' });
  await expect(create()).rejects.toThrow();
  cloud.emulator.faults.add({ path: '/secrets', drop: 'after' });
  await expect(create()).rejects.toThrow();
  expect((await create()).status).toBe(409);
  await cloud.asOwner('GET', secrets);
  expect(cloud.emulator.journal.map(({ status, write }) => [status, write])).toEqual([
    [0, false],
    [0, true],
    [409, false],
    [200, false],
  ]);
});

test('a snapshot holds digests instead of secret values, and the values only when asked', async () => {
  await using cloud = await testCloud();
  const data = Buffer.from('a-database-password').toString('base64');
  await cloud.asOwner('POST', `${secrets}?secretId=a`, { replication: { automatic: {} } });
  await cloud.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data } });
  const hidden = JSON.stringify(cloud.emulator.snapshot());
  expect(cloud.emulator.secretValues()).toContain('a-database-password');
  for (const value of cloud.emulator.secretValues()) expect(hidden).not.toContain(value);
  expect(JSON.stringify(cloud.emulator.snapshot({ secrets: true }))).toContain(data);
});

test('the state survives a restart through its file, which shows no secret value', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  const stateFile = join(folder, 'state.json');
  const first = await testCloud({ stateFile });
  await first.asOwner('POST', `${secrets}?secretId=a`, { replication: { automatic: {} } });
  await first.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data: 'czNjcjN0' } });
  await first.asOwner('POST', `/storage/v1/b?project=${project.id}`, { name: 'acme-files' });
  await first.emulator.close();
  expect(readFileSync(stateFile, 'utf8')).not.toContain('czNjcjN0');

  await using second = await testCloud({ stateFile });
  rmSync(folder, { recursive: true });
  expect((await second.asOwner('GET', `${secrets}/a`)).status).toBe(200);
  expect((await second.asOwner('GET', '/storage/v1/b/acme-files')).status).toBe(200);
  const access = await second.asOwner('GET', `${secrets}/a/versions/1:access`);
  expect(access.body.payload?.data).toBe('czNjcjN0');
});

test('the same calls give the same ids and etags', async () => {
  const run = async (): Promise<unknown> => {
    await using cloud = await testCloud({ clock: { now: () => 1_800_000_000_000, sleep: async () => {} } });
    await cloud.asOwner('POST', `/v1/projects/${project.id}/serviceAccounts`, { accountId: 'runner-one' });
    await cloud.asOwner('POST', `${secrets}?secretId=a`, { replication: { automatic: {} } });
    return cloud.emulator.snapshot();
  };
  expect(await run()).toEqual(await run());
});

test('scripted faults: a status, a cut before the effect, a cut after it', async () => {
  await using cloud = await testCloud();
  const create = (id: string) =>
    cloud.asOwner('POST', `${secrets}?secretId=${id}`, { replication: { automatic: {} } });
  const exists = async (id: string) => (await cloud.asOwner('GET', `${secrets}/${id}`)).status === 200;

  cloud.emulator.faults.add({
    method: 'POST',
    path: '/secrets',
    status: 503,
    headers: { 'retry-after': '1' },
  });
  const refused = await create('a');
  expect(refusal(refused)).toMatchObject({ http: 503, status: 'UNAVAILABLE' });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await exists('a')).toBe(false);

  cloud.emulator.faults.add({ method: 'POST', path: /secrets$/, drop: 'before' });
  await expect(create('b')).rejects.toThrow();
  expect(await exists('b')).toBe(false);

  cloud.emulator.faults.add({ id: 'secretmanager.projects.secrets.create', drop: 'after', nth: 2 });
  expect((await create('c')).status).toBe(200);
  await expect(create('d')).rejects.toThrow();
  expect(await exists('d')).toBe(true);
  expect((await create('e')).status).toBe(200);
  expect(
    cloud.emulator.journal.filter((entry) => entry.fault !== undefined).map((entry) => entry.fault),
  ).toEqual(['status 503', 'drop before', 'drop after']);
});

test('page tokens lead through a list, and a made-up one is refused', async () => {
  await using cloud = await testCloud();
  for (const id of ['a', 'b', 'c']) {
    await cloud.asOwner('POST', `${secrets}?secretId=${id}`, { replication: { automatic: {} } });
  }
  const first = await cloud.asOwner('GET', `${secrets}?pageSize=2`);
  expect(first.body.secrets?.length).toBe(2);
  const second = await cloud.asOwner(
    'GET',
    `${secrets}?pageSize=2&pageToken=${String(first.body.nextPageToken)}`,
  );
  expect(second.body.secrets?.length).toBe(1);
  expect(second.body.nextPageToken).toBeUndefined();
  expect(refusal(await cloud.asOwner('GET', `${secrets}?pageToken=nonsense`))).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
  });
});

test('log entries that were written are found by resource, label, severity and time', async () => {
  await using cloud = await testCloud();
  const write = (service: string, severity: string, timestamp: string, textPayload: string) =>
    cloud.asOwner('POST', '/v2/entries:write', {
      logName: `projects/${project.id}/logs/run.googleapis.com%2Fstderr`,
      resource: { type: 'cloud_run_revision', labels: { service_name: service } },
      entries: [{ severity, timestamp, textPayload }],
    });
  await write('api', 'ERROR', '2026-11-01T10:00:00Z', 'boom');
  await write('api', 'INFO', '2026-11-01T11:00:00Z', 'fine');
  await write('web', 'ERROR', '2026-11-01T12:00:00Z', 'bang');
  const find = async (filter: string, extra = {}) => {
    const answer = await cloud.asOwner('POST', '/v2/entries:list', {
      resourceNames: [`projects/${project.id}`],
      filter,
      ...extra,
    });
    const entries = (answer.body.entries ?? []) as unknown as { textPayload: string }[];
    return entries.map((entry) => entry.textPayload);
  };
  expect(await find('resource.type="cloud_run_revision" AND resource.labels.service_name="api"')).toEqual([
    'boom',
    'fine',
  ]);
  expect(await find('severity>=ERROR\ntimestamp>="2026-11-01T11:30:00Z"')).toEqual(['bang']);
  expect(await find('NOT severity=ERROR OR textPayload:"BAN"', { orderBy: 'timestamp desc' })).toEqual([
    'bang',
    'fine',
  ]);
  const broken = await cloud.asOwner('POST', '/v2/entries:list', {
    resourceNames: [`projects/${project.id}`],
    filter: 'severity >=',
  });
  expect(refusal(broken)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  const foreign = await cloud.asUser(stranger)('POST', '/v2/entries:list', {
    resourceNames: [`projects/${project.id}`],
  });
  expect(refusal(foreign)).toMatchObject({ http: 403, reason: 'IAM_PERMISSION_DENIED' });
});

test('several APIs share the path of operations; the one that started it answers', async () => {
  await using cloud = await testCloud();
  const parent = `/v1/projects/${project.id}/locations/us-central1`;
  const made = await cloud.asOwner('POST', `${parent}/repositories?repositoryId=images`, {
    format: 'DOCKER',
  });
  const polled = await cloud.asOwner('GET', `/v1/${String(made.body.name)}`);
  expect(polled.body).toMatchObject({ name: made.body.name, done: true });
  expect(cloud.emulator.journal.at(-1)?.api).toBe('artifactregistry.googleapis.com');
  const unknown = await cloud.asOwner('GET', `${parent}/operations/none`);
  expect(refusal(unknown)).toMatchObject({ http: 404, status: 'NOT_FOUND' });
});
