import { expect, test } from 'vitest';
import { project, refusal, testCloud } from '../support/emulator.ts';

const secrets = `/v1/projects/${project.id}/secrets`;

test('an unknown query parameter is refused with its name', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('GET', `${secrets}?pagesize=3`);
  expect(refusal(answer)).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
    message: `Invalid JSON payload received. Unknown name "pagesize": Cannot bind query parameter. Field 'pagesize' could not be found in request message.`,
  });
  expect(answer.body.error?.details?.[0]).toMatchObject({
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ description: expect.stringContaining('Unknown name "pagesize"') }],
  });
});

test('a parameter of another method of the same API is unknown too, and nothing is changed', async () => {
  await using cloud = await testCloud();
  const run = `/v2/projects/${project.id}/locations/us-central1`;
  const service = await cloud.asOwner('POST', `${run}/services?serviceId=one&updateMask=labels`, {});
  expect(refusal(service).message).toContain('Unknown name "updateMask"');
  const secret = await cloud.asOwner('POST', `${secrets}?secretId=one&validateOnly=true`, {
    replication: { automatic: {} },
  });
  expect(refusal(secret).message).toContain('Unknown name "validateOnly"');
  expect((await cloud.asOwner('GET', `${secrets}/one`)).status).toBe(404);
});

test('what every method takes is taken', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner(
    'GET',
    `${secrets}?alt=json&prettyPrint=false&quotaUser=me&key=abc&%24.xgafv=2&page_size=5`,
  );
  expect(answer.status).toBe(200);
});

test.each([
  ['pageSize=many', `Invalid value at 'page_size' (TYPE_INT32), "many"`],
  ['page_size=1.5', `Invalid value at 'page_size' (TYPE_INT32), "1.5"`],
])('%s has the wrong type', async (query, message) => {
  await using cloud = await testCloud();
  expect(refusal(await cloud.asOwner('GET', `${secrets}?${query}`))).toMatchObject({ http: 400, message });
});

test('a truth value that is none is refused', async () => {
  await using cloud = await testCloud();
  const pools = `/v1/projects/${project.id}/locations/global/workloadIdentityPools`;
  expect(refusal(await cloud.asOwner('GET', `${pools}?showDeleted=maybe`)).message).toBe(
    `Invalid value at 'show_deleted' (TYPE_BOOL), "maybe"`,
  );
  expect((await cloud.asOwner('GET', `${pools}?showDeleted=True`)).status).toBe(200);
});

test.each([
  ['totalSize', { totalSize: 2 }],
  ['secrets/labels/team', { secrets: [{ labels: { team: 'a' } }, { labels: { team: 'b' } }] }],
  [
    'secrets(labels(team),replication)',
    {
      secrets: [
        { labels: { team: 'a' }, replication: { automatic: {} } },
        { labels: { team: 'b' }, replication: { automatic: {} } },
      ],
    },
  ],
  [
    'secrets(labels/*),totalSize',
    {
      secrets: [{ labels: { team: 'a', kind: 'x' } }, { labels: { team: 'b' } }],
      totalSize: 2,
    },
  ],
  ['nothing', {}],
])('fields=%s gives that part of the reply', async (fields, part) => {
  await using cloud = await testCloud();
  await cloud.asOwner('POST', `${secrets}?secretId=one`, {
    replication: { automatic: {} },
    labels: { team: 'a', kind: 'x' },
  });
  await cloud.asOwner('POST', `${secrets}?secretId=two`, {
    replication: { automatic: {} },
    labels: { team: 'b' },
  });
  const answer = await cloud.asOwner('GET', `${secrets}?fields=${encodeURIComponent(fields)}`);
  expect(answer.body).toEqual(part);
});

test('fields that is no mask is refused, and an error is shown whole', async () => {
  await using cloud = await testCloud();
  expect(refusal(await cloud.asOwner('GET', `${secrets}?fields=a(b`))).toMatchObject({
    http: 400,
    message: 'Invalid field selection a(b',
  });
  const missing = await cloud.asOwner('GET', `${secrets}/none?fields=name`);
  expect(refusal(missing).message).toContain('not found');
});

test.each([
  [
    'POST',
    `/v1/projects/${project.id}/locations/us-central1/instances/cache:failover`,
    'redis.projects.locations.instances.failover',
  ],
  [
    'GET',
    `/v2/projects/${project.id}/locations/us-central1/services/x/revisions/y/z:exportStatus`,
    'run.projects.locations.services.revisions.exportStatus',
  ],
  [
    'POST',
    `/v1/projects/${project.id}/serviceAccounts/a@b.c/keys`,
    'iam.projects.serviceAccounts.keys.create',
  ],
  ['POST', `/sql/v1beta4/projects/${project.id}/instances/db/clone`, 'sql.instances.clone'],
  ['POST', `/v1/projects/${project.id}/instances/db/clone`, 'sql.instances.clone'],
])('%s %s answers 501 and names %s', async (method, path, id) => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner(method, path, method === 'GET' ? undefined : {});
  expect(refusal(answer)).toMatchObject({ http: 501, status: 'UNIMPLEMENTED' });
  expect(refusal(answer).message).toContain(`not implemented by the emulator: ${id} (`);
  expect(cloud.emulator.journal[0]).toMatchObject({ id, status: 501, write: false });
});

test('a path that no API has is named as it came', async () => {
  await using cloud = await testCloud();
  expect(refusal(await cloud.asOwner('GET', '/v9/nothing')).message).toBe(
    'not implemented by the emulator: GET /v9/nothing',
  );
});

test.each([
  [{}, 'Secret.replication is required and must be either automatic or user_managed.'],
  [{ replication: { userManaged: {} } }, 'required field: secret.replication.user_managed.replicas'],
  [
    { replication: { userManaged: { replicas: [{}] } } },
    'required field: secret.replication.user_managed.replicas[0].location',
  ],
  [
    { replication: { automatic: { customerManagedEncryption: {} } } },
    'required field: secret.replication.automatic.customer_managed_encryption.kms_key_name',
  ],
])('a secret of %j lacks a required field', async (body, message) => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('POST', `${secrets}?secretId=one`, body);
  expect(refusal(answer)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(refusal(answer).message).toContain(message);
});
