import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCredentials } from '../../src/google/credentials.ts';
import { Failure } from '../../src/lib/failure.ts';
import { fakeClock } from './fake-clock.ts';
import { failureOf, type Loopback, loopback, type Reply } from './google-case.ts';

const provider = 'projects/123/locations/global/workloadIdentityPools/github/providers/main';
const email = 'deployer@acme.iam.gserviceaccount.com';

function federation(cloud: Loopback, serviceAccount?: string) {
  const audiences: string[] = [];
  const credentials = createCredentials(
    {
      kind: 'federation',
      provider,
      ...(serviceAccount ? { serviceAccount } : {}),
      idToken: async (audience) => {
        audiences.push(audience);
        return 'github-token';
      },
    },
    { project: 'acme', environment: cloud.environment, clock: fakeClock() },
  );
  return { audiences, credentials };
}

const sts: Reply = {
  body: {
    access_token: 'federated',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 300,
  },
};
const impersonated = (): Reply => ({
  body: { accessToken: 'impersonated', expireTime: new Date(Date.now() + 3_600_000).toISOString() },
});

describe("the job's own identity", () => {
  test('is exchanged for a token of the provider', async () => {
    await using cloud = await loopback(() => sts);
    const { credentials, audiences } = federation(cloud);
    expect(await credentials.accessToken()).toBe('federated');
    expect(audiences).toEqual([`https://iam.googleapis.com/${provider}`]);
    expect(cloud.received[0]?.path).toBe('/v1/token');
    expect(Object.fromEntries(new URLSearchParams(cloud.received[0]?.text))).toMatchObject({
      audience: `//iam.googleapis.com/${provider}`,
      subject_token: 'github-token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    });
    expect(await credentials.serviceAccount()).toBeUndefined();
  });

  test('acts as the service account when one is given', async () => {
    await using cloud = await loopback(({ path }) => (path === '/v1/token' ? sts : impersonated()));
    const { credentials } = federation(cloud, email);
    expect(await credentials.accessToken()).toBe('impersonated');
    expect(cloud.received[1]).toMatchObject({
      path: `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
      headers: { authorization: 'Bearer federated' },
    });
    expect(await credentials.serviceAccount()).toBe(email);
  });

  test('is exchanged once for many calls, although its tokens live for five minutes only', async () => {
    await using cloud = await loopback(() => sts);
    const { credentials } = federation(cloud);
    for (let call = 0; call < 5; call++) await credentials.accessToken();
    expect(cloud.received).toHaveLength(1);
  });

  test('that the provider refuses is said with the words of Google and the provider', async () => {
    await using cloud = await loopback(() => ({
      status: 400,
      body: {
        error: 'unauthorized_client',
        error_description: 'The given credential is rejected by the attribute condition.',
      },
    }));
    const failure = await failureOf(federation(cloud).credentials.accessToken());
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: 'FEDERATION_REFUSED',
      message: expect.stringMatching(/providers\/main.*rejected by the attribute condition/),
      next: expect.stringContaining('attribute condition'),
    });
    expect(String((failure as Failure).message)).not.toContain('github-token');
  });

  test('that may not act as the service account is said, with the role that it needs', async () => {
    await using cloud = await loopback(({ path }) =>
      path === '/v1/token'
        ? sts
        : {
            status: 403,
            body: {
              error: {
                code: 403,
                status: 'PERMISSION_DENIED',
                message: "Permission 'iam.serviceAccounts.getAccessToken' denied",
              },
            },
          },
    );
    expect(await failureOf(federation(cloud, email).credentials.accessToken())).toMatchObject({
      code: 'IMPERSONATION_REFUSED',
      message: expect.stringContaining("Permission 'iam.serviceAccounts.getAccessToken' denied"),
      next: expect.stringContaining('roles/iam.workloadIdentityUser'),
    });
  });

  test('that GitHub does not give fails as whoever asked for it says', async () => {
    await using cloud = await loopback(() => sts);
    const refused = new Failure('NO_ID_TOKEN', 'GitHub gave no token.', { next: 'Add id-token: write.' });
    const credentials = createCredentials(
      { kind: 'federation', provider, idToken: () => Promise.reject(refused) },
      { project: 'acme', environment: cloud.environment, clock: fakeClock() },
    );
    expect(await failureOf(credentials.accessToken())).toBe(refused);
    expect(cloud.received).toEqual([]);
  });
});

describe('what google-github-actions/auth left', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credentials-'));
    // The library looks into the process itself: at home, and at the metadata server that no test may ask.
    vi.stubEnv('HOME', folder);
    vi.stubEnv('CLOUDSDK_CONFIG', folder);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const ambient = (environment: Record<string, string | undefined>) =>
    createCredentials({ kind: 'environment' }, { project: 'acme', environment, clock: fakeClock() });

  async function credentialsFile(cloud: Loopback, impersonation: object): Promise<string> {
    const file = join(folder, 'gha-creds-1.json');
    const token = join(folder, 'token');
    await writeFile(token, 'github-token');
    await writeFile(
      file,
      JSON.stringify({
        type: 'external_account',
        audience: `//iam.googleapis.com/${provider}`,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${cloud.url}v1/token`,
        credential_source: { file: token },
        ...impersonation,
      }),
    );
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
    return file;
  }

  test('nothing is said to be nothing, with both ways out', async () => {
    const failure = await failureOf(ambient({}).accessToken());
    expect(failure).toMatchObject({
      code: 'NO_CREDENTIALS',
      next: expect.stringMatching(/workload_identity_provider.*google-github-actions\/auth/),
    });
    expect(await ambient({}).serviceAccount()).toBeUndefined();
  });

  test('a file that a later checkout removed is said to be gone', async () => {
    const file = join(folder, 'gone.json');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
    expect(await failureOf(ambient({ GOOGLE_APPLICATION_CREDENTIALS: file }).accessToken())).toMatchObject({
      code: 'NO_CREDENTIALS',
      message: expect.stringContaining(file),
      next: expect.stringContaining('after actions/checkout'),
    });
  });

  test('a file gives tokens, and the account that it acts as', async () => {
    await using cloud = await loopback(({ path }) => (path === '/v1/token' ? sts : impersonated()));
    const file = await credentialsFile(cloud, {
      service_account_impersonation_url: `${cloud.url}v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    });
    const credentials = ambient({ GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(await credentials.accessToken()).toBe('impersonated');
    expect(await credentials.serviceAccount()).toBe(email);
  });

  test('a file whose identity is refused is said with the words of Google', async () => {
    await using cloud = await loopback(() => ({
      status: 400,
      body: { error: 'invalid_target', error_description: 'The pool does not exist.' },
    }));
    const file = await credentialsFile(cloud, {});
    expect(await failureOf(ambient({ GOOGLE_APPLICATION_CREDENTIALS: file }).accessToken())).toMatchObject({
      code: 'FEDERATION_REFUSED',
      message: expect.stringMatching(/GOOGLE_APPLICATION_CREDENTIALS.*The pool does not exist/),
    });
  });
});
