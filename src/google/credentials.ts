import { access, readFile } from 'node:fs/promises';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import { endpointOf } from './endpoints.ts';
import { errorFromBody } from './error.ts';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/** Where the right to call Google comes from: the action's own inputs, or what google-github-actions/auth left. */
export type CredentialSource =
  | {
      readonly kind: 'federation';
      /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. */
      readonly provider: string;
      /** E-mail of the service account to act as; absent for direct federation. */
      readonly serviceAccount?: string;
      /** Fetches the job's OIDC token for an audience. */
      readonly idToken: (audience: string) => Promise<string>;
    }
  | { readonly kind: 'environment' };

export interface Credentials {
  accessToken(): Promise<string>;
  /** The service account that calls are made as, where it can be told. */
  serviceAccount(): Promise<string | undefined>;
  /**
   * A token that may ask for identity tokens of that account. The right to act as it is the repository's own, which is
   * why the account's own token would not do; without impersonation it is that token.
   */
  tokenOfCaller(): Promise<string>;
}

/**
 * Tokens of federated workloads live five minutes, the library's default of renewing five minutes ahead would
 * therefore exchange one for every call. https://github.com/googleapis/google-auth-library-nodejs
 */
const eagerRefresh = { eagerRefreshThresholdMillis: 30_000 };

type Environment = Readonly<Record<string, string | undefined>>;

export function createCredentials(
  source: CredentialSource,
  options: { project: string | undefined; environment: Environment; clock: Clock },
): Credentials {
  let client:
    | Promise<{ getAccessToken(): Promise<{ token?: string | null } | string | null | undefined> }>
    | undefined;
  const accessToken = async (): Promise<string> => {
    client ??=
      source.kind === 'federation'
        ? federated(source, options.environment)
        : ambient(options.project, options.environment);
    try {
      const answer = await (await client).getAccessToken();
      const token = typeof answer === 'string' ? answer : answer?.token;
      if (token) return token;
    } catch (error) {
      throw explain(error, source);
    }
    throw noCredentials();
  };
  return {
    accessToken,
    tokenOfCaller: async () => {
      const token = await withoutImpersonation(source, options.environment);
      return token ?? (await accessToken());
    },
    serviceAccount: () =>
      source.kind === 'federation'
        ? Promise.resolve(source.serviceAccount)
        : serviceAccountOfFile(options.environment.GOOGLE_APPLICATION_CREDENTIALS),
  };
}

async function federated(
  source: Extract<CredentialSource, { kind: 'federation' }>,
  environment: Environment,
) {
  // By its path: the library's index loads every kind of credentials that there is.
  const { IdentityPoolClient } = await import('google-auth-library/build/src/auth/identitypoolclient.js');
  const impersonation = source.serviceAccount && {
    service_account_impersonation_url: `${endpointOf('iamcredentials', environment)}v1/projects/-/serviceAccounts/${source.serviceAccount}:generateAccessToken`,
  };
  return new IdentityPoolClient({
    type: 'external_account',
    audience: `//iam.googleapis.com/${source.provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${endpointOf('sts', environment)}v1/token`,
    subject_token_supplier: {
      getSubjectToken: () => source.idToken(`https://iam.googleapis.com/${source.provider}`),
    },
    scopes: [cloudPlatform],
    ...impersonation,
    ...eagerRefresh,
  });
}

async function ambient(project: string | undefined, environment: Environment) {
  await requireFile(environment.GOOGLE_APPLICATION_CREDENTIALS);
  const { GoogleAuth } = await import('google-auth-library');
  // Without a project the library asks Resource Manager for one before it hands out a token.
  return new GoogleAuth({
    ...(project ? { projectId: project } : {}),
    scopes: [cloudPlatform],
    clientOptions: eagerRefresh,
  });
}

/** google-github-actions/auth writes it into the workspace, where a checkout that comes after it takes it away. */
async function requireFile(path: string | undefined): Promise<void> {
  if (!path) return;
  await access(path).catch((cause: unknown) => {
    throw new Failure('NO_CREDENTIALS', `GOOGLE_APPLICATION_CREDENTIALS names ${path}, which is not there.`, {
      next: 'Run google-github-actions/auth after actions/checkout: a checkout removes the file that it writes.',
      cause,
    });
  });
}

/** The repository's own token, where the credentials are those of a repository that acts as an account. */
async function withoutImpersonation(
  source: CredentialSource,
  environment: Environment,
): Promise<string | undefined> {
  if (source.kind === 'federation') {
    const { serviceAccount, ...bare } = source;
    if (!serviceAccount) return undefined;
    return (await (await federated(bare, environment)).getAccessToken()).token ?? undefined;
  }
  const path = environment.GOOGLE_APPLICATION_CREDENTIALS;
  if (!path) return undefined;
  const file = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  if (file.type !== 'external_account' || !file.service_account_impersonation_url) return undefined;
  const { ExternalAccountClient } = await import('google-auth-library');
  const { service_account_impersonation_url: _account, ...bare } = file;
  const client = ExternalAccountClient.fromJSON(
    bare as unknown as Parameters<typeof ExternalAccountClient.fromJSON>[0],
  );
  if (!client) return undefined;
  client.scopes = [cloudPlatform];
  return (await client.getAccessToken()).token ?? undefined;
}

async function serviceAccountOfFile(path: string | undefined): Promise<string | undefined> {
  if (!path) return undefined;
  const file = JSON.parse(await readFile(path, 'utf8')) as {
    service_account_impersonation_url?: string;
    client_email?: string;
  };
  const impersonated = /serviceAccounts\/([^:/]+):/.exec(file.service_account_impersonation_url ?? '')?.[1];
  return impersonated ?? file.client_email;
}

function noCredentials(): Failure {
  return new Failure('NO_CREDENTIALS', 'There are no Google Cloud credentials in this job.', {
    next: 'Give the action workload_identity_provider (and service_account), or run google-github-actions/auth in a step before it, after the checkout.',
  });
}

/** Turns the token endpoints' words into the half of the trust that is wrong. */
function explain(error: unknown, source: CredentialSource): unknown {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/could not load the default credentials/i.test(message)) return noCredentials();
  const answer = answerOf(error);
  const who =
    source.kind === 'federation' ? source.provider : 'the credentials in GOOGLE_APPLICATION_CREDENTIALS';
  if (/generateAccessToken|iamcredentials|serviceAccounts/.test(answer.url)) {
    return new Failure(
      'IMPERSONATION_REFUSED',
      `Google did not let this job act as the service account: ${answer.message}`,
      {
        next: 'Grant roles/iam.workloadIdentityUser on that service account to the principalSet of this repository. A new grant takes up to five minutes.',
        cause: error,
      },
    );
  }
  if (/\/v1\/token/.test(answer.url)) {
    return new Failure(
      'FEDERATION_REFUSED',
      `Google did not accept this job's identity (${who}): ${answer.message}`,
      {
        next: "Compare the provider's attribute condition with this repository, event and environment, and use the project's number (not its id) in the provider's name.",
        cause: error,
      },
    );
  }
  return error;
}

function answerOf(error: unknown): { url: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== 'object' || error === null || !('config' in error)) return { url: '', message };
  const config = error.config as { url?: unknown };
  const url = String(config.url ?? '');
  const data =
    'response' in error ? (error.response as { data?: unknown; status?: number } | undefined) : undefined;
  const text = typeof data?.data === 'string' ? data.data : JSON.stringify(data?.data ?? {});
  return {
    url,
    message: errorFromBody({ api: 'sts', method: 'POST', path: url }, data?.status ?? 0, text, undefined)
      .message,
  };
}
