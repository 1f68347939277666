import { describe, expect, test } from 'vitest';
import { type Binding, changePolicy, type Policy, readPolicy } from '../../src/google/policy.ts';
import { withRights } from '../../src/resources/bindings.ts';
import { missingRights } from '../../src/resources/policy.ts';
import { failureOf, type Loopback, loopback, type Received, type Reply, refusal } from './google-case.ts';

const member = 'serviceAccount:sa-web@acme.iam.gserviceaccount.com';
const role = 'roles/secretmanager.secretAccessor';
const target = { kind: 'secret', project: 'acme', secret: 'key' } as const;
const grant = (bindings: readonly Binding[]) => withRights(bindings, [{ role, member, why: '' }]);

/** A server that keeps one policy, under an etag, as Secret Manager does. */
async function keeper(
  first: readonly Binding[],
  before: (
    request: Received,
    number: number,
    set: (bindings: readonly Binding[]) => void,
  ) => Reply | undefined = () => undefined,
): Promise<Loopback & { policy: () => Policy }> {
  let policy: Policy & { etag: string } = { version: 3, etag: 'e1', bindings: first };
  let changes = 1;
  const set = (bindings: readonly Binding[]): void => {
    policy = { version: 3, etag: `e${++changes}`, bindings };
  };
  let writes = 0;
  const cloud = await loopback((request) => {
    if (request.method === 'GET') return { body: policy };
    const refused = before(request, ++writes, set);
    if (refused) return refused;
    const sent = (request.json as { policy: Policy }).policy;
    if (sent.etag !== policy.etag) return refusal(409, 'ABORTED', 'There were concurrent policy changes.');
    set(sent.bindings ?? []);
    return { body: policy };
  });
  return { ...cloud, policy: () => policy, [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose]() };
}

const methods = (cloud: Loopback) => cloud.received.map(({ method }) => method).join(' ');

describe('changing a policy', () => {
  const foreign: Binding[] = [
    { role, members: ['user:other@example.com'] },
    { role, members: ['user:temp@example.com'], condition: { expression: 'false', title: 'never' } },
    { role: 'roles/owner', members: ['user:boss@example.com'] },
  ];

  test('adds the member and leaves the bindings of others as they were, conditions included', async () => {
    await using cloud = await keeper(foreign);
    await changePolicy(cloud.google, target, grant);
    expect(cloud.policy().bindings).toEqual([
      { role, members: ['user:other@example.com', member] },
      foreign[1],
      foreign[2],
    ]);
    expect(methods(cloud)).toBe('GET POST');
    expect(cloud.received[0]?.query.get('options.requestedPolicyVersion')).toBe('3');
    expect(cloud.received[1]?.json).toMatchObject({ policy: { version: 3, etag: 'e1' } });
  });

  test('begins with the policy that was read before, if it is given', async () => {
    await using cloud = await keeper([]);
    await changePolicy(cloud.google, target, grant, { etag: 'e1', bindings: [] });
    expect(methods(cloud)).toBe('POST');
    expect(cloud.policy().bindings).toEqual([{ role, members: [member] }]);
  });

  test('does not overwrite what somebody else wrote in between', async () => {
    await using cloud = await keeper([], (_, number, set) => {
      if (number === 1) set([{ role: 'roles/viewer', members: ['user:late@example.com'] }]);
      return undefined;
    });
    await changePolicy(cloud.google, target, grant, { etag: 'e1', bindings: [] });
    expect(methods(cloud)).toBe('POST GET POST');
    expect(cloud.policy().bindings).toEqual([
      { role: 'roles/viewer', members: ['user:late@example.com'] },
      { role, members: [member] },
    ]);
  });

  test('waits for a service account that Google does not see yet', async () => {
    const unseen = refusal(400, 'INVALID_ARGUMENT', 'Service account sa-web@acme does not exist.');
    await using cloud = await keeper([], (_, number) => (number < 4 ? unseen : undefined));
    await changePolicy(cloud.google, target, grant);
    expect(cloud.policy().bindings).toEqual([{ role, members: [member] }]);
    expect(cloud.clock.slept).toHaveLength(3);
  });

  test("gives up after minutes on one that never comes, with Google's words", async () => {
    const unseen = refusal(400, 'INVALID_ARGUMENT', 'Service account sa-web@acme does not exist.');
    await using cloud = await keeper([], () => unseen);
    expect(await failureOf(changePolicy(cloud.google, target, grant))).toMatchObject({
      code: 'SERVICE_ACCOUNT_NOT_VISIBLE',
      message: expect.stringMatching(
        /IAM policy of secret key .*for 5 minutes.*Service account sa-web@acme does not exist/,
      ),
      next: expect.stringContaining('gcloud iam service-accounts describe sa-web@acme'),
    });
  });

  test('gives up after minutes where others never stop writing', async () => {
    const concurrent = refusal(409, 'ABORTED', 'There were concurrent policy changes.');
    await using cloud = await keeper([], () => concurrent);
    expect(await failureOf(changePolicy(cloud.google, target, grant))).toMatchObject({
      code: 'POLICY_CONTENDED',
      message: expect.stringContaining('IAM policy of secret key'),
    });
  });

  test.each<[string, Reply, number]>([
    ['another bad request', refusal(400, 'INVALID_ARGUMENT', 'Role roles/x is not supported.'), 400],
    ['a missing permission', refusal(403, 'PERMISSION_DENIED', 'no'), 403],
  ])('does not repeat %s', async (_, reply, http) => {
    await using cloud = await keeper([], () => reply);
    expect(await failureOf(changePolicy(cloud.google, target, grant))).toMatchObject({ http });
    expect(methods(cloud)).toBe('GET POST');
  });
});

test("a bucket's policy goes by PUT, and its 412 means a concurrent change", async () => {
  await using cloud = await loopback(({ method }, number) => {
    if (method === 'GET') return { body: { etag: `e${number}`, kind: 'storage#policy', bindings: [] } };
    return number === 2 ? { status: 412, body: { error: { errors: [{ reason: 'conditionNotMet' }] } } } : {};
  });
  await changePolicy(cloud.google, { kind: 'bucket', bucket: 'media' }, grant);
  expect(cloud.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /storage/v1/b/media/iam',
    'PUT /storage/v1/b/media/iam',
    'GET /storage/v1/b/media/iam',
    'PUT /storage/v1/b/media/iam',
  ]);
  expect(cloud.received[3]?.json).toMatchObject({ etag: 'e3', bindings: [{ role, members: [member] }] });
});

test.each([
  [{ kind: 'project', project: 'acme' }, 'POST /v1/projects/acme:getIamPolicy'],
  [
    { kind: 'service_account', project: 'acme', email: 'a@b' },
    'POST /v1/projects/acme/serviceAccounts/a@b:getIamPolicy',
  ],
  [{ kind: 'bucket', bucket: 'media' }, 'GET /storage/v1/b/media/iam'],
  [{ kind: 'secret', project: 'acme', secret: 's' }, 'GET /v1/projects/acme/secrets/s:getIamPolicy'],
  [
    { kind: 'repository', project: 'acme', location: 'eu', repository: 'r' },
    'GET /v1/projects/acme/locations/eu/repositories/r:getIamPolicy',
  ],
  [
    { kind: 'run_service', project: 'acme', region: 'eu', service: 's' },
    'GET /v2/projects/acme/locations/eu/services/s:getIamPolicy',
  ],
] as const)('the policy of %o is read by %s', async (of, call) => {
  await using cloud = await loopback(() => ({ body: { bindings: [] } }));
  await readPolicy(cloud.google, of);
  expect(cloud.received.map(({ method, path }) => `${method} ${path}`)).toEqual([call]);
  expect(JSON.stringify([...(cloud.received[0]?.query ?? []), cloud.received[0]?.json])).toContain('3');
});

describe('rights that are missing', () => {
  const rights = [{ role, member, why: 'deploy.yaml:7 services.web.secrets.K' }];

  test.each<[string, Binding[], number]>([
    ['nothing when the member holds the role', [{ role, members: ['user:x', member] }], 0],
    ['all when there is no binding', [], 1],
    ['all when another one holds the role', [{ role, members: ['user:x'] }], 1],
    ['all when the member holds another role', [{ role: 'roles/viewer', members: [member] }], 1],
    ['all when the role is held under a condition', [{ role, members: [member], condition: {} }], 1],
    ['all when a binding is empty', [{ role }], 1],
  ])('%s', (_, bindings, missing) => {
    const changes = missingRights('policy/secret/key', rights, bindings);
    expect(changes.flatMap(({ fields }) => fields)).toHaveLength(missing);
    expect(missingRights('policy/secret/key', rights, withRights(bindings, rights))).toEqual([]);
  });

  test('say why', () => {
    expect(missingRights('policy/secret/key', rights, [])).toMatchObject([
      { because: 'deploy.yaml:7 services.web.secrets.K', fields: [{ field: role, after: member }] },
    ]);
  });

  test('are added without changing the bindings that were read', () => {
    const bindings = [{ role, members: ['user:x'] }];
    withRights(bindings, rights);
    expect(bindings).toEqual([{ role, members: ['user:x'] }]);
  });
});
