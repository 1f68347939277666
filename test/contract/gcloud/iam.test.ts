import { expect } from 'vitest';
import { jobClaims } from '../../support/action.ts';
import { deployer, owner, project } from '../../support/emulator.ts';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud(
  'whether gcloud makes service accounts, bindings and pools on the emulator',
);

const account = `sa-aethercast-aims@${project.id}.iam.gserviceaccount.com`;

interface Policy {
  readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
}

gcloudTest('iam service-accounts: create, describe, list and a binding on one', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  const created = await gcloud.json<{ email: string; uniqueId: string }>(
    ...['iam', 'service-accounts', 'create', 'sa-aethercast-aims'],
    '--display-name=Aethercast AIMS Service Account',
  );
  expect(created).toMatchObject({ email: account, displayName: 'Aethercast AIMS Service Account' });
  const member = `user:${owner}`;
  const role = 'roles/iam.serviceAccountUser';
  const bound = await gcloud.json<Policy>(
    ...['iam', 'service-accounts', 'add-iam-policy-binding', account, `--member=${member}`, `--role=${role}`],
  );
  expect(bound.bindings).toEqual([{ role, members: [member] }]);

  const [described, listed, policy] = await Promise.all([
    gcloud.json<unknown>('iam', 'service-accounts', 'describe', account),
    gcloud.json<{ email: string }[]>('iam', 'service-accounts', 'list'),
    gcloud.json<Policy>('iam', 'service-accounts', 'get-iam-policy', account),
  ]);
  expect(described).toEqual(created);
  expect(listed.map(({ email }) => email)).toEqual([deployer, account]);
  expect(policy.bindings).toEqual(bound.bindings);
  const held = await cloud.asOwner('GET', `/v1/projects/${project.id}/serviceAccounts/${account}`);
  expect(held.body.uniqueId).toBe(created.uniqueId);
});

gcloudTest('an account id of more than 30 characters is refused', async () => {
  await using here = await cloudWithGcloud();
  const id = 'sa-aethercast-api-gateway-staging';
  expect(await here.gcloud.refused('iam', 'service-accounts', 'create', id)).toContain(
    `The account ID "${id}" does not have a length between 6 and 30.`,
  );
  expect(here.cloud.emulator.journal.filter((entry) => entry.write)).toEqual([]);
});

gcloudTest('projects add-iam-policy-binding keeps what is there, one role after the other', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await gcloud.ok('iam', 'service-accounts', 'create', 'sa-aethercast-aims');
  const before = await cloud.asOwner('POST', `/v1/projects/${project.id}:getIamPolicy`, {});
  const member = `serviceAccount:${account}`;
  // Etags are bytes: gcloud returns them in the other base64 alphabet, which shows after a few of them.
  const roles = ['aiplatform.user', 'cloudsql.client', 'logging.logWriter', 'monitoring.metricWriter'].map(
    (role) => `roles/${role}`,
  );
  for (const role of roles) {
    await gcloud.ok('projects', 'add-iam-policy-binding', project.id, `--member=${member}`, `--role=${role}`);
  }
  const policy = await gcloud.json<Policy>('projects', 'get-iam-policy', project.id);
  const added = roles.map((role) => ({ role, members: [member] }));
  expect(policy.bindings).toEqual(
    expect.arrayContaining([...(before.body.bindings as unknown as unknown[]), ...added]),
  );
  const after = await cloud.asOwner('POST', `/v1/projects/${project.id}:getIamPolicy`, {});
  expect(after.body.bindings).toEqual(expect.arrayContaining(added));
  expect(cloud.emulator.cloud.allows(member, 'cloudsql.instances.connect', `projects/${project.id}`)).toBe(
    true,
  );

  const described = await gcloud.json<unknown>('projects', 'describe', project.id);
  expect(described).toMatchObject({
    projectId: project.id,
    projectNumber: project.number,
    lifecycleState: 'ACTIVE',
  });
});

gcloudTest('a binding for an account that is not there is refused in Google’s words', async () => {
  await using here = await cloudWithGcloud();
  const said = await here.gcloud.refused(
    ...['projects', 'add-iam-policy-binding', project.id, '--role=roles/cloudsql.client'],
    `--member=serviceAccount:sa-nobody@${project.id}.iam.gserviceaccount.com`,
  );
  expect(said).toContain(`Service account sa-nobody@${project.id}.iam.gserviceaccount.com does not exist.`);
});

gcloudTest('a pool and a provider made by gcloud exchange the token of a GitHub job', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  const place = ['--location=global', `--project=${project.id}`];
  await gcloud.ok('iam', 'workload-identity-pools', 'create', 'deployments', ...place);
  await gcloud.ok(
    ...['iam', 'workload-identity-pools', 'providers', 'create-oidc', 'actions', ...place],
    ...['--workload-identity-pool=deployments', '--issuer-uri=https://token.actions.githubusercontent.com'],
    '--attribute-mapping=google.subject="gh:" + assertion.repository_id,attribute.repository_id=assertion.repository_id',
    '--attribute-condition=assertion.repository_owner_id == "7"',
  );
  const name = `projects/${project.number}/locations/global/workloadIdentityPools/deployments/providers/actions`;
  const [described, listed] = await Promise.all([
    gcloud.json<unknown>(
      ...['iam', 'workload-identity-pools', 'providers', 'describe', 'actions', ...place],
      '--workload-identity-pool=deployments',
    ),
    gcloud.json<{ name: string }[]>('iam', 'workload-identity-pools', 'list', ...place),
  ]);
  expect(described).toMatchObject({
    name,
    state: 'ACTIVE',
    attributeCondition: 'assertion.repository_owner_id == "7"',
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  });
  expect(listed.map((pool) => pool.name.split('/').at(-1))).toEqual(['github', 'deployments']);

  const exchange = async (claims: Parameters<typeof cloud.emulator.github.issueRequestToken>[0]) => {
    const requestToken = cloud.emulator.github.issueRequestToken(claims);
    const audience = `//iam.googleapis.com/${name}`;
    const issued = await fetch(
      `${cloud.emulator.github.oidcUrl}&audience=${encodeURIComponent(`https:${audience}`)}`,
      { headers: { authorization: `Bearer ${requestToken}` } },
    );
    const { value } = (await issued.json()) as { value: string };
    return cloud.as(undefined)('POST', '/v1/token', {
      audience,
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
      subjectToken: value,
    });
  };
  expect((await exchange(jobClaims())).status).toBe(200);
  expect((await exchange({ ...jobClaims(), repository_owner_id: '8' })).body.error).toBe(
    'unauthorized_client',
  );
});
