import { expect, test } from 'vitest';
import { project, refusal, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const accounts = `/v1/projects/${project.id}/serviceAccounts`;
const secrets = `/v1/projects/${project.id}/secrets`;
const email = `runner@${project.id}.iam.gserviceaccount.com`;

/** Every delay is at most one and a half times the typical one. */
const longest = { read: 3000, use: 12_000, grant: 30_000, policy: 3000, api: 45_000, list: 7500 };

function eventual(clock = manualClock()) {
  return testCloud({ consistency: 'eventual', latency: 'typical', clock });
}

test('a new service account answers 404 at first, and 409 to a second create', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  expect((await cloud.asOwner('POST', accounts, { accountId: 'runner' })).status).toBe(200);
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).status).toBe(404);
  expect((await cloud.asOwner('POST', accounts, { accountId: 'runner' })).status).toBe(409);
  clock.advance(longest.read);
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).status).toBe(200);
});

test('a policy that names a new service account is refused until the account is known', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  await cloud.asOwner('POST', accounts, { accountId: 'runner' });
  await cloud.asOwner('POST', `${secrets}?secretId=token`, { replication: { automatic: {} } });
  const grant = () =>
    cloud.asOwner('POST', `${secrets}/token:setIamPolicy`, {
      policy: {
        bindings: [{ role: 'roles/secretmanager.secretAccessor', members: [`serviceAccount:${email}`] }],
      },
    });
  expect(refusal(await grant())).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
    message: `Service account ${email} does not exist.`,
  });
  clock.advance(longest.use);
  expect((await grant()).status).toBe(200);
});

test('a grant counts late, and so does its withdrawal', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  const reader = cloud.asUser('reader@example.com');
  await cloud.asOwner('POST', `${secrets}?secretId=token`, { replication: { automatic: {} } });
  const set = (members: readonly string[]) =>
    cloud.asOwner('POST', `${secrets}/token:setIamPolicy`, {
      policy: { bindings: [{ role: 'roles/secretmanager.viewer', members }] },
    });
  const status = async () => (await reader('GET', `${secrets}/token`)).status;

  await set(['user:reader@example.com']);
  expect(await status()).toBe(403);
  clock.advance(longest.grant);
  expect(await status()).toBe(200);

  await set([]);
  expect(await status()).toBe(200);
  clock.advance(longest.grant);
  expect(await status()).toBe(403);
});

test('a policy is read back late, and who writes on the ground of that is refused', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  await cloud.asOwner('POST', `${secrets}?secretId=token`, { replication: { automatic: {} } });
  const read = async () => (await cloud.asOwner('GET', `${secrets}/token:getIamPolicy`)).body;
  const write = (etag: unknown, role: string) =>
    cloud.asOwner('POST', `${secrets}/token:setIamPolicy`, {
      policy: { etag, bindings: [{ role, members: ['user:reader@example.com'] }] },
    });
  const before = await read();
  const written = await write(before.etag, 'roles/secretmanager.viewer');
  expect(written.body.bindings).toHaveLength(1);
  expect(await read()).toEqual(before);
  const stale = await write((await read()).etag, 'roles/secretmanager.admin');
  expect(refusal(stale)).toMatchObject({ http: 409, status: 'ABORTED' });
  clock.advance(longest.policy);
  expect(await read()).toEqual(written.body);
  expect((await write((await read()).etag, 'roles/secretmanager.admin')).status).toBe(200);
});

test('a bucket’s policy is read back at once, as Cloud Storage promises of its metadata', async () => {
  await using cloud = await eventual();
  await cloud.asOwner('POST', `/storage/v1/b?project=${project.id}`, { name: 'acme-files' });
  const policy = '/storage/v1/b/acme-files/iam';
  const bindings = [{ role: 'roles/storage.objectViewer', members: ['user:reader@example.com'] }];
  expect((await cloud.asOwner('PUT', policy, { bindings })).status).toBe(200);
  expect((await cloud.asOwner('GET', policy)).body.bindings).toEqual(bindings);
});

test('an API answers SERVICE_DISABLED for a while after it was enabled', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  const services = `/v1/projects/other-company/services`;
  const enabled = await cloud.asOwner('POST', `${services}/secretmanager.googleapis.com:enable`, {});
  clock.advance(10_000);
  const operation = await cloud.asOwner('GET', `/v1/${String(enabled.body.name)}`);
  expect(operation.body.done).toBe(true);
  const list = () => cloud.asOwner('GET', '/v1/projects/other-company/secrets');
  expect(refusal(await list())).toMatchObject({ http: 403, reason: 'SERVICE_DISABLED' });
  clock.advance(longest.api);
  expect((await list()).status).toBe(200);
});

test('a new version is there by its number at once, and in lists and as latest later', async () => {
  const clock = manualClock();
  await using cloud = await eventual(clock);
  await cloud.asOwner('POST', `${secrets}?secretId=token`, { replication: { automatic: {} } });
  expect((await cloud.asOwner('GET', secrets)).body.totalSize).toBe(0);
  const add = (text: string) =>
    cloud.asOwner('POST', `${secrets}/token:addVersion`, {
      payload: { data: Buffer.from(text).toString('base64') },
    });
  const access = async (version: string) => {
    const { body } = await cloud.asOwner('GET', `${secrets}/token/versions/${version}:access`);
    return Buffer.from(String(body.payload?.data), 'base64').toString();
  };
  await add('one');
  clock.advance(longest.list);
  await add('two');
  expect(await access('2')).toBe('two');
  expect(await access('latest')).toBe('one');
  expect((await cloud.asOwner('GET', `${secrets}/token/versions`)).body.totalSize).toBe(1);
  clock.advance(longest.list);
  expect(await access('latest')).toBe('two');
  expect((await cloud.asOwner('GET', `${secrets}/token/versions`)).body.totalSize).toBe(2);
  expect((await cloud.asOwner('GET', secrets)).body.totalSize).toBe(1);
});

test('what was there from the start counts from the start', async () => {
  await using cloud = await eventual();
  expect((await cloud.asOwner('GET', secrets)).status).toBe(200);
});

test('the delays follow from the seed', async () => {
  const lags = async (seed: string) => {
    await using cloud = await testCloud({ consistency: 'eventual', latency: 'typical', seed });
    return ['a', 'b', 'c'].map((key) => cloud.emulator.cloud.lag('grant', key));
  };
  expect(await lags('one')).toEqual(await lags('one'));
  expect(await lags('one')).not.toEqual(await lags('two'));
  expect(new Set(await lags('one')).size).toBe(3);
});

test('under latency zero the delays are short and there', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ consistency: 'eventual', clock });
  await cloud.asOwner('POST', accounts, { accountId: 'runner' });
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).status).toBe(404);
  clock.advance(longest.read / 20);
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).status).toBe(200);
});

test('strong consistency notes no delay at all', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', accounts, { accountId: 'runner' });
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).status).toBe(200);
  expect(cloud.emulator.snapshot().tables['consistency.pending'] ?? []).toEqual([]);
});
