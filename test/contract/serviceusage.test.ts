import { expect, test } from 'vitest';
import { otherProject, owner, project, refusal, stranger, testCloud } from '../support/emulator.ts';

const services = `/v1/projects/${otherProject.id}/services`;

test('enabling takes an operation, after which the API answers', async () => {
  await using cloud = await testCloud();
  const secrets = `/v1/projects/${otherProject.id}/secrets`;
  expect(refusal(await cloud.asOwner('GET', secrets))).toMatchObject({ reason: 'SERVICE_DISABLED' });
  const operation = await cloud.asOwner('POST', `${services}:batchEnable`, {
    serviceIds: ['secretmanager.googleapis.com', 'run.googleapis.com'],
  });
  expect(operation.body).toMatchObject({ done: true });
  expect(operation.body.name).toMatch(new RegExp(`^operations/acat\\.p2-${otherProject.number}-`));
  const polled = await cloud.asOwner('GET', `/v1/${String(operation.body.name)}`);
  expect(polled.body).toMatchObject({
    done: true,
    response: { services: [{ state: 'ENABLED' }, { state: 'ENABLED' }] },
  });
  expect((await cloud.asOwner('GET', secrets)).status).toBe(200);
});

test('with real latency the operation is pending until its time has come', async () => {
  let now = 1_800_000_000_000;
  const clock = { now: () => now, sleep: async () => {} };
  await using cloud = await testCloud({ latency: 'typical', clock });
  const begun = await cloud.asOwner('POST', `${services}/run.googleapis.com:enable`, {});
  expect(begun.body.done).toBeUndefined();
  const state = async () => (await cloud.asOwner('GET', `${services}/run.googleapis.com`)).body.state;
  expect(await state()).toBe('DISABLED');
  now += 9_000;
  expect((await cloud.asOwner('GET', `/v1/${String(begun.body.name)}`)).body.done).toBeUndefined();
  now += 1_000;
  expect(await state()).toBe('ENABLED');
  expect((await cloud.asOwner('GET', `/v1/${String(begun.body.name)}`)).body).toMatchObject({ done: true });
});

test('what is enabled already is done at once', async () => {
  await using cloud = await testCloud();
  const again = await cloud.asOwner('POST', `${services}/storage.googleapis.com:enable`, {});
  expect(again.body).toMatchObject({ name: 'operations/noop.DONE_OPERATION', done: true });
});

test('batchGet tells the states of up to 30 services', async () => {
  await using cloud = await testCloud();
  const name = (service: string) => `names=projects/${otherProject.id}/services/${service}.googleapis.com`;
  const answer = await cloud.asOwner('GET', `${services}:batchGet?${name('run')}&${name('storage')}`);
  expect(answer.body.services).toMatchObject([
    { name: `projects/${otherProject.number}/services/run.googleapis.com`, state: 'DISABLED' },
    { name: `projects/${otherProject.number}/services/storage.googleapis.com`, state: 'ENABLED' },
  ]);
  const many = await cloud.asOwner('GET', `${services}:batchGet?${Array(31).fill(name('run')).join('&')}`);
  expect(refusal(many)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
});

test('more than 20 at once and unknown services are refused and change nothing', async () => {
  await using cloud = await testCloud();
  const enable = (serviceIds: string[]) => cloud.asOwner('POST', `${services}:batchEnable`, { serviceIds });
  const many = await enable(Array(21).fill('run.googleapis.com'));
  expect(refusal(many)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  const unknown = await enable(['run.googleapis.com', 'nonsense.googleapis.com']);
  expect(refusal(unknown)).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
    message: 'Not found or permission denied for service(s): nonsense.googleapis.com.',
  });
  const state = await cloud.asOwner('GET', `${services}/run.googleapis.com`);
  expect(state.body.state).toBe('DISABLED');
});

test('a stranger may not enable anything', async () => {
  await using cloud = await testCloud();
  const answer = await cloud.asUser(stranger)('POST', `${services}/run.googleapis.com:enable`, {});
  expect(refusal(answer)).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'IAM_PERMISSION_DENIED',
  });
  expect(refusal(answer).message).toContain("Permission 'serviceusage.services.enable' denied");
});

test('a disabled API stops answering, and the list can be filtered', async () => {
  await using cloud = await testCloud();
  const own = `/v1/projects/${project.id}/services`;
  await cloud.asOwner('POST', `${own}/redis.googleapis.com:disable`, {});
  const refused = await cloud.asOwner('GET', `/v1/projects/${project.id}/locations/us-central1/instances`);
  expect(refusal(refused)).toMatchObject({ http: 403, reason: 'SERVICE_DISABLED' });
  const enabled = await cloud.asOwner('GET', `${own}?filter=state:ENABLED&pageSize=200`);
  const names = (enabled.body.services as unknown as { config: { name: string } }[]).map(
    (one) => one.config.name,
  );
  expect(names).toContain('run.googleapis.com');
  expect(names).not.toContain('redis.googleapis.com');
});

test('Resource Manager shows the project under its id and number, in both versions', async () => {
  await using cloud = await testCloud();
  for (const name of [project.id, project.number]) {
    const v1 = await cloud.asOwner('GET', `/v1/projects/${name}`);
    expect(v1.body).toMatchObject({
      projectId: project.id,
      projectNumber: project.number,
      lifecycleState: 'ACTIVE',
    });
    const v3 = await cloud.asOwner('GET', `/v3/projects/${name}`);
    expect(v3.body).toMatchObject({ name: `projects/${project.number}`, state: 'ACTIVE' });
  }
  expect(refusal(await cloud.asUser(stranger)('GET', `/v1/projects/${project.id}`))).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    message: 'The caller does not have permission',
  });
});

test("the project's policy is one read-modify-write, and takes effect", async () => {
  await using cloud = await testCloud();
  const path = `/v1/projects/${project.id}`;
  const read = await cloud.asOwner('POST', `${path}:getIamPolicy`, {
    options: { requestedPolicyVersion: 3 },
  });
  const bindings = read.body.bindings as unknown as object[];
  const asked = { permissions: ['run.services.create', 'run.services.setIamPolicy', 'storage.buckets.list'] };
  expect((await cloud.asUser(stranger)('POST', `${path}:testIamPermissions`, asked)).body).toEqual({});
  const policy = {
    version: 3,
    etag: read.body.etag,
    bindings: [...bindings, { role: 'roles/run.developer', members: [`user:${stranger}`] }],
  };
  expect((await cloud.asOwner('POST', `${path}:setIamPolicy`, { policy })).status).toBe(200);
  expect((await cloud.asUser(stranger)('POST', `${path}:testIamPermissions`, asked)).body).toEqual({
    permissions: ['run.services.create'],
  });
  expect(refusal(await cloud.asOwner('POST', `${path}:setIamPolicy`, { policy }))).toMatchObject({
    http: 409,
    status: 'ABORTED',
  });
  const again = await cloud.asOwner('POST', `${path}:getIamPolicy`, {});
  expect(JSON.stringify(again.body)).toContain(owner);
});

test('a condition on a binding counts, and needs version 3', async () => {
  await using cloud = await testCloud();
  const path = `/v1/projects/${project.id}`;
  const bind = (version: number, expression: string) =>
    cloud.asOwner('POST', `${path}:setIamPolicy`, {
      policy: {
        version,
        bindings: [
          { role: 'roles/owner', members: [`user:${owner}`] },
          {
            role: 'roles/viewer',
            members: [`user:${stranger}`],
            condition: { title: 'for a while', expression },
          },
        ],
      },
    });
  expect(refusal(await bind(1, 'true'))).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  const may = async () => (await cloud.asUser(stranger)('GET', path)).status;
  await bind(3, 'request.time < timestamp("2020-01-01T00:00:00Z")');
  expect(await may()).toBe(403);
  await bind(3, 'request.time > timestamp("2020-01-01T00:00:00Z")');
  expect(await may()).toBe(200);
});
