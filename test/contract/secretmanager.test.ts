import { expect, test } from 'vitest';
import { deployer, project, refusal, stranger, testCloud } from '../support/emulator.ts';

const secrets = `/v1/projects/${project.id}/secrets`;
const automatic = { replication: { automatic: {} } };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a secret is made, read, listed by label, changed and deleted', async () => {
  await using cloud = await testCloud();
  const made = await cloud.asOwner('POST', `${secrets}?secretId=db-password`, {
    ...automatic,
    labels: { app: 'shop' },
  });
  expect(made.status).toBe(200);
  expect(made.body.name).toBe(`projects/${project.number}/secrets/db-password`);
  await cloud.asOwner('POST', `${secrets}?secretId=other`, automatic);

  const listed = await cloud.asOwner('GET', `${secrets}?filter=${encodeURIComponent('labels.app=shop')}`);
  expect(listed.body).toMatchObject({ totalSize: 1, secrets: [{ labels: { app: 'shop' } }] });

  const patched = await cloud.asOwner('PATCH', `${secrets}/db-password?updateMask=labels`, {
    labels: { app: 'web' },
  });
  expect(patched.body.labels).toEqual({ app: 'web' });
  expect(patched.body.etag).not.toBe(made.body.etag);
  const stale = await cloud.asOwner('PATCH', `${secrets}/db-password?updateMask=labels`, {
    etag: made.body.etag,
    labels: {},
  });
  expect(refusal(stale)).toMatchObject({ http: 400, status: 'FAILED_PRECONDITION' });

  expect((await cloud.asOwner('DELETE', `${secrets}/db-password`)).status).toBe(200);
  expect(refusal(await cloud.asOwner('GET', `${secrets}/db-password`))).toMatchObject({
    http: 404,
    status: 'NOT_FOUND',
    message: `Secret [projects/${project.number}/secrets/db-password] not found.`,
  });
});

test('what Secret Manager refuses on create', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic);
  expect(refusal(await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic))).toMatchObject({
    http: 409,
    status: 'ALREADY_EXISTS',
    message: `Secret [projects/${project.number}/secrets/a] already exists.`,
  });
  const refused = { http: 400, status: 'INVALID_ARGUMENT' };
  expect(refusal(await cloud.asOwner('POST', `${secrets}?secretId=a.b`, automatic))).toMatchObject(refused);
  expect(
    refusal(await cloud.asOwner('POST', `${secrets}?secretId=${'x'.repeat(256)}`, automatic)),
  ).toMatchObject(refused);
  expect(refusal(await cloud.asOwner('POST', `${secrets}?secretId=b`, {}))).toMatchObject(refused);
  const label = await cloud.asOwner('POST', `${secrets}?secretId=b`, { ...automatic, labels: { App: 'x' } });
  expect(refusal(label)).toMatchObject({ ...refused, message: 'Invalid label key: App' });
});

test('versions count up, latest is the newest, checksums are verified both ways', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic);
  const none = await cloud.asOwner('GET', `${secrets}/a/versions/latest:access`);
  expect(refusal(none)).toMatchObject({ http: 404, status: 'NOT_FOUND' });

  const wrong = await cloud.asOwner('POST', `${secrets}/a:addVersion`, {
    payload: { data: base64('s3cr3t'), dataCrc32c: '1' },
  });
  expect(refusal(wrong)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(refusal(wrong).message).toContain('does not match the checksum');
  const first = await cloud.asOwner('POST', `${secrets}/a:addVersion`, {
    payload: { data: base64('s3cr3t'), dataCrc32c: '825573743' },
  });
  expect(first.body).toMatchObject({
    name: `projects/${project.number}/secrets/a/versions/1`,
    state: 'ENABLED',
  });
  await cloud.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data: base64('hello') } });
  const latest = await cloud.asOwner('GET', `${secrets}/a/versions/latest:access`);
  expect(latest.body).toEqual({
    name: `projects/${project.number}/secrets/a/versions/2`,
    payload: { data: base64('hello'), dataCrc32c: '2591144780' },
  });
  const list = await cloud.asOwner('GET', `${secrets}/a/versions?filter=state:ENABLED`);
  expect(list.body.totalSize).toBe(2);
});

test('a payload over 64 KiB and one that is not base64 are refused', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic);
  const exact = await cloud.asOwner('POST', `${secrets}/a:addVersion`, {
    payload: { data: Buffer.alloc(65_536).toString('base64') },
  });
  expect(exact.status).toBe(200);
  const big = await cloud.asOwner('POST', `${secrets}/a:addVersion`, {
    payload: { data: Buffer.alloc(65_537).toString('base64') },
  });
  expect(refusal(big)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  const text = await cloud.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data: 'not base64!' } });
  expect(refusal(text).message).toContain("Invalid value at 'payload.data' (TYPE_BYTES)");
});

test('an alias names a version; disabled and destroyed versions cannot be read', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic);
  await cloud.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data: base64('one') } });
  await cloud.asOwner('POST', `${secrets}/a:addVersion`, { payload: { data: base64('two') } });
  await cloud.asOwner('PATCH', `${secrets}/a?updateMask=versionAliases`, { versionAliases: { stable: 1 } });
  const stable = await cloud.asOwner('GET', `${secrets}/a/versions/stable:access`);
  expect(stable.body.payload).toMatchObject({ data: base64('one') });

  await cloud.asOwner('POST', `${secrets}/a/versions/2:disable`, {});
  expect(refusal(await cloud.asOwner('GET', `${secrets}/a/versions/latest:access`))).toMatchObject({
    http: 400,
    status: 'FAILED_PRECONDITION',
    message: `Secret Version [projects/${project.number}/secrets/a/versions/2] is in DISABLED state.`,
  });
  await cloud.asOwner('POST', `${secrets}/a/versions/2:enable`, {});
  expect((await cloud.asOwner('GET', `${secrets}/a/versions/2:access`)).status).toBe(200);
  const destroyed = await cloud.asOwner('POST', `${secrets}/a/versions/2:destroy`, {});
  expect(destroyed.body).toMatchObject({ state: 'DESTROYED' });
  expect(refusal(await cloud.asOwner('POST', `${secrets}/a/versions/2:enable`, {}))).toMatchObject({
    http: 400,
    status: 'FAILED_PRECONDITION',
  });
});

test('access is granted per secret, and a stale etag of the policy is 409 ABORTED', async () => {
  await using cloud = await testCloud();
  for (const id of ['mine', 'theirs']) {
    await cloud.asOwner('POST', `${secrets}?secretId=${id}`, automatic);
    await cloud.asOwner('POST', `${secrets}/${id}:addVersion`, { payload: { data: base64('x1') } });
  }
  const before = await cloud.asOwner('GET', `${secrets}/mine:getIamPolicy?options.requestedPolicyVersion=3`);
  expect(before.body).toEqual({ etag: 'ACAB' });
  const bindings = [{ role: 'roles/secretmanager.secretAccessor', members: [`user:${stranger}`] }];
  const set = await cloud.asOwner('POST', `${secrets}/mine:setIamPolicy`, {
    policy: { bindings, etag: 'ACAB', version: 3 },
  });
  expect(set.status).toBe(200);
  const asStranger = cloud.asUser(stranger);
  expect((await asStranger('GET', `${secrets}/mine/versions/1:access`)).status).toBe(200);
  expect(refusal(await asStranger('GET', `${secrets}/theirs/versions/1:access`))).toMatchObject({
    http: 403,
    reason: 'IAM_PERMISSION_DENIED',
  });
  expect(refusal(await asStranger('GET', `${secrets}/mine`))).toMatchObject({ http: 403 });
  const held = await asStranger('POST', `${secrets}/mine:testIamPermissions`, {
    permissions: ['secretmanager.versions.access', 'secretmanager.secrets.delete'],
  });
  expect(held.body).toEqual({ permissions: ['secretmanager.versions.access'] });

  const stale = await cloud.asOwner('POST', `${secrets}/mine:setIamPolicy`, {
    policy: { bindings: [], etag: 'ACAB' },
  });
  expect(refusal(stale)).toMatchObject({
    http: 409,
    status: 'ABORTED',
    message:
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  });
});

test('a policy with an unknown role, a missing account or a nameless member is refused', async () => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=a`, automatic);
  const set = async (role: string, member: string) =>
    refusal(
      await cloud.asOwner('POST', `${secrets}/a:setIamPolicy`, {
        policy: { bindings: [{ role, members: [member] }] },
      }),
    );
  const role = 'roles/secretmanager.secretAccessor';
  expect(await set('roles/secretmanager.reader', `serviceAccount:${deployer}`)).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
    message: 'Role roles/secretmanager.reader is not supported for this resource.',
  });
  expect(await set(role, `serviceAccount:ghost@${project.id}.iam.gserviceaccount.com`)).toMatchObject({
    http: 400,
    message: `Service account ghost@${project.id}.iam.gserviceaccount.com does not exist.`,
  });
  expect(await set(role, 'bob')).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(
    await set(
      role,
      `principalSet://iam.googleapis.com/projects/${project.id}/locations/global/workloadIdentityPools/github/*`,
    ),
  ).toMatchObject({ http: 400 });
});
