import { expect, test } from 'vitest';
import { deployer, pool, project, provider, refusal, stranger, testCloud } from '../support/emulator.ts';

const accounts = `/v1/projects/${project.id}/serviceAccounts`;
const email = `sa-shop@${project.id}.iam.gserviceaccount.com`;

test('a service account is made, read, listed, changed, disabled', async () => {
  await using cloud = await testCloud();
  const made = await cloud.asOwner('POST', accounts, {
    accountId: 'sa-shop',
    serviceAccount: { displayName: 'Shop', description: 'runs the shop' },
  });
  expect(made.body).toMatchObject({
    name: `projects/${project.id}/serviceAccounts/${email}`,
    email,
    projectId: project.id,
    displayName: 'Shop',
  });
  expect(made.body.uniqueId).toMatch(/^\d{21}$/);
  expect((await cloud.asOwner('GET', `/v1/projects/-/serviceAccounts/${email}`)).body.uniqueId).toBe(
    made.body.uniqueId,
  );
  const list = await cloud.asOwner('GET', accounts);
  expect(list.body.accounts).toMatchObject([{ email: deployer }, { email }]);
  const patched = await cloud.asOwner('PATCH', `${accounts}/${email}`, {
    serviceAccount: { displayName: 'New' },
    updateMask: 'displayName',
  });
  expect(patched.body).toMatchObject({ displayName: 'New', description: 'runs the shop' });
  await cloud.asOwner('POST', `${accounts}/${email}:disable`, {});
  expect((await cloud.asOwner('GET', `${accounts}/${email}`)).body.disabled).toBe(true);
});

test('what IAM refuses of a service account', async () => {
  await using cloud = await testCloud();
  const create = async (accountId: string) => refusal(await cloud.asOwner('POST', accounts, { accountId }));
  expect(await create('short')).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
    message: 'The account ID "short" does not have a length between 6 and 30.',
  });
  expect(await create('x'.repeat(31))).toMatchObject({ http: 400 });
  expect(await create('Upper-Case')).toMatchObject({ http: 400 });
  expect(await create('deployer')).toMatchObject({
    http: 409,
    status: 'ALREADY_EXISTS',
    message: `Service account deployer already exists within project projects/${project.id}.`,
  });
  expect(refusal(await cloud.asOwner('GET', `${accounts}/${email}`))).toMatchObject({
    http: 404,
    status: 'NOT_FOUND',
  });
  expect(refusal(await cloud.asUser(stranger)('GET', `${accounts}/${deployer}`))).toMatchObject({
    http: 403,
    message: "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  });
});

test('a deleted account stays behind in policies and comes back by undelete', async () => {
  await using cloud = await testCloud();
  const made = await cloud.asOwner('POST', accounts, { accountId: 'sa-shop' });
  const path = `/v1/projects/${project.id}`;
  const members = async () =>
    JSON.stringify((await cloud.asOwner('POST', `${path}:getIamPolicy`, {})).body.bindings);
  const read = await cloud.asOwner('POST', `${path}:getIamPolicy`, {});
  await cloud.asOwner('POST', `${path}:setIamPolicy`, {
    policy: {
      bindings: [
        ...(read.body.bindings as unknown as object[]),
        { role: 'roles/logging.logWriter', members: [`serviceAccount:${email}`] },
      ],
    },
  });
  expect((await cloud.asOwner('DELETE', `${accounts}/${email}`)).status).toBe(200);
  expect(await members()).toContain(`deleted:serviceAccount:${email}?uid=${String(made.body.uniqueId)}`);
  const back = await cloud.asOwner('POST', `${accounts}/${String(made.body.uniqueId)}:undelete`, {});
  expect(back.body.restoredAccount).toMatchObject({ email });
  expect(await members()).toContain(`"serviceAccount:${email}"`);
});

test('a pool and its provider are made, changed and deleted by operations', async () => {
  await using cloud = await testCloud();
  const pools = `/v1/projects/${project.id}/locations/global/workloadIdentityPools`;
  const operation = await cloud.asOwner('POST', `${pools}?workloadIdentityPoolId=preview`, {
    displayName: 'Preview',
  });
  const name = `projects/${project.number}/locations/global/workloadIdentityPools/preview`;
  expect(operation.body.name).toMatch(new RegExp(`^${name}/operations/`));
  expect((await cloud.asOwner('GET', `/v1/${String(operation.body.name)}`)).body).toMatchObject({
    done: true,
  });
  expect((await cloud.asOwner('GET', `/v1/${name}`)).body).toEqual({
    name,
    displayName: 'Preview',
    state: 'ACTIVE',
  });
  const body = {
    attributeMapping: { 'google.subject': 'assertion.sub' },
    attributeCondition: 'assertion.repository_owner_id == "7"',
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  };
  const made = await cloud.asOwner(
    'POST',
    `/v1/${name}/providers?workloadIdentityPoolProviderId=github`,
    body,
  );
  expect(made.status).toBe(200);
  expect((await cloud.asOwner('GET', `/v1/${name}/providers/github`)).body).toMatchObject(body);
  await cloud.asOwner('PATCH', `/v1/${name}/providers/github?updateMask=attributeCondition`, {
    attributeCondition: 'assertion.repository_id == "42"',
  });
  const patched = await cloud.asOwner('GET', `/v1/${name}/providers/github`);
  expect(patched.body).toMatchObject({ ...body, attributeCondition: 'assertion.repository_id == "42"' });
  await cloud.asOwner('DELETE', `/v1/${name}`);
  expect((await cloud.asOwner('GET', `/v1/${name}`)).body.state).toBe('DELETED');
  expect((await cloud.asOwner('GET', pools)).body.workloadIdentityPools).toMatchObject([{ name: pool }]);
  const again = await cloud.asOwner('POST', `${pools}?workloadIdentityPoolId=preview`, {});
  expect(refusal(again)).toMatchObject({
    http: 409,
    status: 'ALREADY_EXISTS',
    message: 'Requested entity already exists',
  });
});

test('what IAM refuses of a provider', async () => {
  await using cloud = await testCloud();
  const create = async (change: object, id = 'second') =>
    refusal(
      await cloud.asOwner('POST', `/v1/${pool}/providers?workloadIdentityPoolProviderId=${id}`, {
        attributeMapping: { 'google.subject': 'assertion.sub' },
        attributeCondition: 'assertion.repository_owner_id == "7"',
        oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
        ...change,
      }),
    );
  const refused = { http: 400, status: 'INVALID_ARGUMENT' };
  expect(await create({ attributeCondition: '' })).toMatchObject(refused);
  expect((await create({ attributeCondition: '' })).message).toContain(
    "The attribute condition must reference one of the provider's claims.",
  );
  expect((await create({ attributeCondition: 'assertion.sub = "x"' })).message).toContain(
    'Syntax error at column 15',
  );
  expect(await create({ attributeMapping: { 'attribute.x': 'assertion.sub' } })).toMatchObject(refused);
  expect(
    await create({ attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.Bad': 'assertion.a' } }),
  ).toMatchObject(refused);
  expect(await create({ oidc: { issuerUri: 'http://plain' } })).toMatchObject(refused);
  expect(await create({}, 'no')).toMatchObject(refused);
  expect(await create({}, 'production')).toMatchObject({ http: 409, status: 'ALREADY_EXISTS' });
  expect(provider.startsWith(pool)).toBe(true);
});
