import { createPublicKey, generateKeyPairSync, type JsonWebKey, sign, verify } from 'node:crypto';
import { GoogleAuth } from 'google-auth-library';
import { expect, test } from 'vitest';
import type { JobClaims } from '../../src/emulator/emulator.ts';
import {
  type Answer,
  deployer,
  owner,
  pool,
  project,
  provider,
  refusal,
  type TestCloud,
  testCloud,
} from '../support/emulator.ts';

const job: JobClaims = {
  repository: 'acme/shop',
  repository_id: '42',
  repository_owner_id: '7',
  run_id: '1001',
  environment: 'production',
};

async function oidcToken(cloud: TestCloud, claims: JobClaims = job, audience?: string): Promise<string> {
  const { oidcUrl, issueRequestToken } = cloud.emulator.github;
  const aud = encodeURIComponent(audience ?? `https://iam.googleapis.com/${provider}`);
  const response = await fetch(`${oidcUrl}&audience=${aud}`, {
    headers: { authorization: `Bearer ${issueRequestToken(claims)}` },
  });
  const { count, value } = (await response.json()) as { count: number; value: string };
  expect(count).toBe(1);
  return value;
}

function exchange(cloud: TestCloud, subjectToken: string, changes: object = {}): Promise<Answer> {
  return cloud.as(undefined)('POST', '/v1/token', {
    audience: `//iam.googleapis.com/${provider}`,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    subjectToken,
    ...changes,
  });
}

function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

const impersonate = `/v1/projects/-/serviceAccounts/${deployer}:generateAccessToken`;
const scope = ['https://www.googleapis.com/auth/cloud-platform'];

test("a job's token is signed by the published key and carries GitHub's claims", async () => {
  await using cloud = await testCloud();
  const token = await oidcToken(cloud, { repository: 'acme/shop', ref: 'refs/heads/main' });
  expect(claimsOf(token)).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: `https://iam.googleapis.com/${provider}`,
    sub: 'repo:acme/shop:ref:refs/heads/main',
    repository_owner: 'acme',
  });
  const jwks = await cloud.as(undefined)('GET', '/.well-known/jwks');
  const key = createPublicKey({ key: jwks.body.keys?.[0] as unknown as JsonWebKey, format: 'jwk' });
  const [head, body, signature = ''] = token.split('.');
  expect(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
  const refused = await cloud.as('not-a-job')('GET', '/_github/oidc?x=1&audience=a');
  expect(refused.status).toBe(401);
});

test('the subject follows the environment, the pull request, the ref', async () => {
  await using cloud = await testCloud();
  const subject = async (claims: object) =>
    claimsOf(await oidcToken(cloud, { repository: 'a/b', ...claims })).sub;
  expect(await subject({ environment: 'pro:d', event_name: 'pull_request' })).toBe(
    'repo:a/b:environment:pro%3Ad',
  );
  expect(await subject({ event_name: 'pull_request' })).toBe('repo:a/b:pull_request');
  expect(await subject({ ref: 'refs/tags/v1' })).toBe('repo:a/b:ref:refs/tags/v1');
});

test('exchange, impersonation, and a call with the result', async () => {
  await using cloud = await testCloud();
  const federated = await exchange(cloud, await oidcToken(cloud));
  expect(federated.status).toBe(200);
  expect(federated.body).toMatchObject({
    token_type: 'Bearer',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    expires_in: 300,
  });
  const token = String(federated.body.access_token);
  const access = await cloud.as(token)('POST', impersonate, { scope, lifetime: '3300s' });
  expect(access.status).toBe(200);
  expect(access.body.expireTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const held = await cloud.as(String(access.body.accessToken))(
    'POST',
    `/v1/projects/${project.id}:testIamPermissions`,
    {
      permissions: ['run.services.create', 'secretmanager.secrets.create'],
    },
  );
  expect(held.body).toEqual({ permissions: ['run.services.create'] });
  expect(cloud.emulator.journal.at(-2)?.principal).toBe(
    `principal://iam.googleapis.com/${pool}/subject/gh:42:1001`,
  );
});

test('the exchange takes a form in snake_case as well', async () => {
  await using cloud = await testCloud();
  const form = new URLSearchParams({
    audience: `//iam.googleapis.com/${provider}`,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: scope.join(' '),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: await oidcToken(cloud),
  });
  const answer = await cloud.as(undefined)('POST', '/v1/token', form.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(answer.body).toMatchObject({ token_type: 'Bearer' });
});

test('a credential that does not fit is refused in the words of STS', async () => {
  await using cloud = await testCloud();
  const good = await oidcToken(cloud);
  const refused = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    return [status, body.error, body.error_description];
  };
  expect(
    await refused(exchange(cloud, await oidcToken(cloud, { ...job, repository_owner_id: '8' }))),
  ).toEqual([400, 'unauthorized_client', 'The given credential is rejected by the attribute condition.']);
  expect(
    await refused(
      exchange(cloud, await oidcToken(cloud, { repository: 'acme/shop', repository_id: '42', run_id: '1' })),
    ),
  ).toEqual([400, 'unauthorized_client', 'The given credential is rejected by the attribute condition.']);
  expect(await refused(exchange(cloud, await oidcToken(cloud, job, 'https://example.com')))).toEqual([
    400,
    'invalid_grant',
    `The audience in ID Token [https://example.com] does not match the expected audience https://iam.googleapis.com/${provider}.`,
  ]);
  expect(
    await refused(exchange(cloud, await oidcToken(cloud, { ...job, run_id: 'x'.repeat(130) }))),
  ).toMatchObject([
    400,
    'invalid_request',
    expect.stringContaining('The size of mapped attribute exceeds the 127 bytes limit.'),
  ]);
  expect(await refused(exchange(cloud, await oidcToken(cloud, { repository: 'a/b' })))).toEqual([
    400,
    'invalid_grant',
    'Could not obtain a value for google.subject from the given credential.',
  ]);
  expect(
    await refused(exchange(cloud, good, { audience: `//iam.googleapis.com/${pool}/providers/none` })),
  ).toMatchObject([
    400,
    'invalid_target',
    expect.stringContaining('The target service indicated by the "audience" parameters is invalid.'),
  ]);
  expect(await refused(exchange(cloud, 'a.b.c'))).toEqual([
    400,
    'invalid_grant',
    'Unable to parse the ID Token.',
  ]);
  expect(await refused(exchange(cloud, good, { grantType: 'password' }))).toEqual([
    400,
    'unsupported_grant_type',
    'Invalid value for "grantType".',
  ]);
});

test('a token signed by another key, an expired one and one of another issuer are refused', async () => {
  await using cloud = await testCloud();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forged = (change: object) => {
    const now = Math.floor(Date.now() / 1000);
    const head = [
      { alg: 'RS256', kid: 'emulated-github-1' },
      {
        ...job,
        iss: 'https://token.actions.githubusercontent.com',
        aud: `https://iam.googleapis.com/${provider}`,
        iat: now,
        exp: now + 300,
        ...change,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${head}.${sign('RSA-SHA256', Buffer.from(head), privateKey).toString('base64url')}`;
  };
  expect((await exchange(cloud, forged({}))).body).toMatchObject({
    error: 'invalid_grant',
    error_description: 'The signature of the ID Token is invalid.',
  });
  expect((await exchange(cloud, forged({ iss: 'https://evil.example' }))).body.error_description).toBe(
    'The issuer in ID Token https://evil.example does not match the expected ones: https://token.actions.githubusercontent.com',
  );
});

test('time passes: job tokens go stale, federated tokens live 300 s, access tokens as long as asked', async () => {
  let now = Date.now();
  await using cloud = await testCloud({ clock: { now: () => now, sleep: async () => {} } });
  const oidc = await oidcToken(cloud);
  const federated = String((await exchange(cloud, oidc)).body.access_token);
  const access = await cloud.as(federated)('POST', impersonate, { scope, lifetime: '600s' });
  now += 299_000;
  expect((await cloud.as(federated)('POST', impersonate, { scope })).status).toBe(200);
  now += 2_000;
  expect(refusal(await cloud.as(federated)('POST', impersonate, { scope }))).toMatchObject({
    http: 401,
    reason: 'ACCESS_TOKEN_EXPIRED',
  });
  expect((await exchange(cloud, oidc)).body.error_description).toMatch(
    /^ID Token issued at \d+ is stale to sign-in\.$/,
  );
  const path = `/v1/projects/${project.id}/locations/global/workloadIdentityPools`;
  const call = () => cloud.as(String(access.body.accessToken))('GET', path);
  expect((await call()).status).toBe(403);
  now += 300_000;
  expect((await call()).status).toBe(401);
});

test('attributes belong to the token: two jobs of one run do not lend each other theirs', async () => {
  await using cloud = await testCloud();
  const member = `principalSet://iam.googleapis.com/${pool}/attribute.environment/production`;
  await cloud.asOwner('POST', `/v1/projects/${project.id}:setIamPolicy`, {
    policy: {
      bindings: [
        { role: 'roles/owner', members: [`user:${owner}`] },
        { role: 'roles/viewer', members: [member] },
      ],
    },
  });
  const as = async (environment: string) =>
    cloud.as(
      String((await exchange(cloud, await oidcToken(cloud, { ...job, environment }))).body.access_token),
    );
  const [production, staging] = [await as('production'), await as('staging')];
  expect((await production('GET', `/v1/projects/${project.id}`)).status).toBe(200);
  expect((await staging('GET', `/v1/projects/${project.id}`)).status).toBe(403);
  expect((await production('GET', `/v1/projects/${project.id}`)).status).toBe(200);
});

test('impersonation needs a role on the account, a scope, and at most an hour', async () => {
  await using cloud = await testCloud();
  expect(refusal(await cloud.asOwner('POST', impersonate, { scope }))).toEqual({
    http: 403,
    status: 'PERMISSION_DENIED',
    reason: 'IAM_PERMISSION_DENIED',
    message: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
  });
  const foreign = await exchange(cloud, await oidcToken(cloud, { ...job, repository_id: '43' }));
  expect((await cloud.as(String(foreign.body.access_token))('POST', impersonate, { scope })).status).toBe(
    403,
  );
  const as = cloud.as(String((await exchange(cloud, await oidcToken(cloud))).body.access_token));
  expect(refusal(await as('POST', impersonate, { scope, lifetime: '3601s' }))).toMatchObject({
    http: 400,
    status: 'INVALID_ARGUMENT',
    message: 'The access token lifetime cannot exceed 3600 seconds.',
  });
  expect(refusal(await as('POST', impersonate, { lifetime: '60s' }))).toMatchObject({ http: 400 });
  expect(refusal(await as('POST', impersonate, { scope, scopes: scope })).message).toBe(
    'Invalid JSON payload received. Unknown name "scopes": Cannot find field.',
  );
  const ghost = impersonate.replace('deployer@', 'ghost@');
  expect(refusal(await as('POST', ghost, { scope }))).toMatchObject({ http: 404, status: 'NOT_FOUND' });
});

test("ID tokens and signatures of an account verify against Google's published key", async () => {
  await using cloud = await testCloud();
  const name = `/v1/projects/-/serviceAccounts/${deployer}`;
  await cloud.asOwner('POST', `/v1/projects/${project.id}/serviceAccounts/${deployer}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: [`user:${owner}`] }] },
  });
  const jwks = await cloud.as(undefined)('GET', '/oauth2/v3/certs');
  const key = createPublicKey({ key: jwks.body.keys?.[0] as unknown as JsonWebKey, format: 'jwk' });
  const id = await cloud.asOwner('POST', `${name}:generateIdToken`, {
    audience: 'https://shop.example',
    includeEmail: true,
  });
  const token = String(id.body.token);
  expect(claimsOf(token)).toMatchObject({
    iss: 'https://accounts.google.com',
    aud: 'https://shop.example',
    email: deployer,
    email_verified: true,
  });
  const [head, body, signature = ''] = token.split('.');
  expect(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
  const blob = await cloud.asOwner('POST', `${name}:signBlob`, {
    payload: Buffer.from('url').toString('base64'),
  });
  expect(
    verify('RSA-SHA256', Buffer.from('url'), key, Buffer.from(String(blob.body.signedBlob), 'base64')),
  ).toBe(true);
});

test("Google's own library gets a token from the credential file that google-github-actions/auth writes", async () => {
  await using cloud = await testCloud();
  const { oidcUrl, issueRequestToken } = cloud.emulator.github;
  const client = new GoogleAuth({
    projectId: project.id,
    scopes: scope,
    clientOptions: { eagerRefreshThresholdMillis: 30_000 },
    credentials: {
      type: 'external_account',
      audience: `//iam.googleapis.com/${provider}`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${cloud.emulator.url}/v1/token`,
      credential_source: {
        url: `${oidcUrl}&audience=${encodeURIComponent(`https://iam.googleapis.com/${provider}`)}`,
        headers: { Authorization: `Bearer ${issueRequestToken(job)}` },
        format: { type: 'json', subject_token_field_name: 'value' },
      },
      service_account_impersonation_url: `${cloud.emulator.url}${impersonate}`,
    },
  });
  const token = await client.getAccessToken();
  const held = await cloud.as(token ?? '')('POST', `/v1/projects/${project.id}:testIamPermissions`, {
    permissions: ['run.services.create'],
  });
  expect(held.body).toEqual({ permissions: ['run.services.create'] });
  await client.getAccessToken();
  expect(cloud.emulator.journal.map((entry) => entry.id)).toEqual([
    'github.oidc.token',
    'sts.token',
    'iamcredentials.projects.serviceAccounts.generateAccessToken',
    'cloudresourcemanager.projects.testIamPermissions',
  ]);
});
