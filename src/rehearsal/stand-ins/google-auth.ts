import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { StandIn, StandInStep } from './stand-in.ts';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * `google-github-actions/auth` v3: writes an external-account credential file into the workspace, exports the
 * variables that Google's clients read, proves the identity by one token exchange, and removes the file afterwards.
 * https://github.com/google-github-actions/auth
 */
export const googleAuth: StandIn = {
  inputs: {
    project_id: { required: false },
    workload_identity_provider: { required: false },
    service_account: { required: false },
    audience: { required: false },
    credentials_json: { required: false },
    create_credentials_file: { required: false, default: 'true' },
    export_environment_variables: { required: false, default: 'true' },
    token_format: { required: false },
    cleanup_credentials: { required: false, default: 'true' },
    access_token_lifetime: { required: false, default: '3600s' },
    access_token_scopes: { required: false, default: cloudPlatform },
    id_token_audience: { required: false },
    id_token_include_email: { required: false, default: 'false' },
    universe: { required: false, default: 'googleapis.com' },
  },
  run: async (step) => {
    const identity = readIdentity(step);
    if (step.inputs.create_credentials_file === 'true') await writeCredentials(step, identity);
    exportProject(step, identity);
    const federated = await exchange(step, identity);
    step.mask(federated);
    step.output('auth_token', federated);
    await issue(step, identity, federated);
  },
};

interface Identity {
  /** `projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. */
  readonly provider: string;
  /** Empty for direct federation. */
  readonly serviceAccount: string;
  /** Of the OIDC token. */
  readonly audience: string;
  readonly requestUrl: string;
  readonly requestToken: string;
  readonly origin: string;
}

function readIdentity(step: StandInStep): Identity {
  const { workload_identity_provider: provider = '', service_account: serviceAccount = '' } = step.inputs;
  if ((step.inputs.credentials_json ?? '') !== '') {
    throw failed('credentials_json is not rehearsed: use workload_identity_provider');
  }
  if (provider === '') {
    throw failed(
      'The GitHub Action workflow must specify exactly one of "workload_identity_provider" or "credentials_json"! If you are specifying input values via GitHub secrets, ensure the secret is being injected into the environment. By default, secrets are not passed to workflows triggered from forks, including Dependabot.',
    );
  }
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = step.env;
  if (requestUrl === undefined || requestToken === undefined) {
    throw failed(
      'GitHub Actions did not inject $ACTIONS_ID_TOKEN_REQUEST_TOKEN or $ACTIONS_ID_TOKEN_REQUEST_URL into this job. This most likely means the GitHub Actions workflow permissions are incorrect, or this job is being run from a fork.',
    );
  }
  if (step.googleOrigin === undefined) throw failed('there is no Google Cloud in this run');
  return {
    provider,
    serviceAccount,
    audience: step.inputs.audience || `https://iam.googleapis.com/${provider}`,
    requestUrl,
    requestToken,
    origin: step.googleOrigin,
  };
}

async function writeCredentials(step: StandInStep, identity: Identity): Promise<void> {
  const { origin, serviceAccount } = identity;
  if ((await readdir(step.workspace)).length === 0) {
    step.log('The workspace is empty: check the repository out before this step');
  }
  const file = join(step.workspace, `gha-creds-${randomBytes(8).toString('hex')}.json`);
  const credentials = {
    type: 'external_account',
    audience: `//iam.googleapis.com/${identity.provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${origin}/v1/token`,
    credential_source: {
      url: oidcUrl(identity),
      headers: { Authorization: `Bearer ${identity.requestToken}` },
      format: { type: 'json', subject_token_field_name: 'value' },
    },
    ...(serviceAccount === '' ? {} : { service_account_impersonation_url: impersonation(identity) }),
  };
  await writeFile(file, JSON.stringify(credentials), { mode: 0o640, flag: 'wx' });
  step.output('credentials_file_path', file);
  if (step.inputs.export_environment_variables === 'true') {
    for (const name of [
      'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_GHA_CREDS_PATH',
    ]) {
      step.exportVariable(name, file);
    }
  }
  if (step.inputs.cleanup_credentials === 'true') {
    step.post(async () => {
      await rm(file, { force: true });
      step.log(`Removed exported credentials`);
    });
  }
}

/** The action takes the project from its input or from the service account's address, and from nowhere else. */
function exportProject(step: StandInStep, identity: Identity): void {
  const fromAddress = /@([^.]+)\./.exec(identity.serviceAccount)?.[1] ?? '';
  const project = step.inputs.project_id || fromAddress;
  if (project === '') {
    step.log('Failed to compute a project ID from the given inputs');
    return;
  }
  step.output('project_id', project);
  if (step.inputs.export_environment_variables !== 'true') return;
  for (const name of [
    'CLOUDSDK_CORE_PROJECT',
    'CLOUDSDK_PROJECT',
    'GCLOUD_PROJECT',
    'GCP_PROJECT',
    'GOOGLE_CLOUD_PROJECT',
  ]) {
    step.exportVariable(name, project);
  }
}

async function exchange(step: StandInStep, identity: Identity): Promise<string> {
  const what = `Google Cloud federated token for //iam.googleapis.com/${identity.provider}`;
  const oidc = await call(step, 'GitHub OIDC token', oidcUrl(identity), {
    headers: { Authorization: `Bearer ${identity.requestToken}`, Accept: 'application/json' },
  });
  const subjectToken = String(oidc.value);
  step.mask(subjectToken);
  const answer = await call(step, what, `${identity.origin}/v1/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      audience: `//iam.googleapis.com/${identity.provider}`,
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      scope: cloudPlatform,
      subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
      subjectToken,
    }),
  });
  return String(answer.access_token);
}

/** The outputs of `token_format`. */
async function issue(step: StandInStep, identity: Identity, federated: string): Promise<void> {
  const { token_format: format = '' } = step.inputs;
  if (format === '') return;
  if (identity.serviceAccount === '') throw failed(`token_format: ${format} needs a service_account`);
  const headers = { Authorization: `Bearer ${federated}`, 'Content-Type': 'application/json' };
  if (format === 'access_token') {
    const scope = (step.inputs.access_token_scopes ?? '').split(/[\s,]+/);
    const body = JSON.stringify({ scope, lifetime: step.inputs.access_token_lifetime });
    const answer = await call(step, 'OAuth 2.0 Access Token', impersonation(identity), {
      method: 'POST',
      headers,
      body,
    });
    step.mask(String(answer.accessToken));
    step.output('access_token', String(answer.accessToken));
    return;
  }
  if (format !== 'id_token') throw failed(`Unknown token format "${format}"`);
  const url = impersonation(identity).replace(/:generateAccessToken$/, ':generateIdToken');
  const audience = step.inputs.id_token_audience ?? '';
  const body = JSON.stringify({ audience, includeEmail: step.inputs.id_token_include_email === 'true' });
  const answer = await call(step, 'Google Cloud ID token', url, { method: 'POST', headers, body });
  step.mask(String(answer.token));
  step.output('id_token', String(answer.token));
}

async function call(
  step: StandInStep,
  what: string,
  url: string,
  request: RequestInit,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { ...request, signal: step.signal }).catch((cause: Error) => {
    throw failed(`Failed to generate ${what}: ${cause.message}`);
  });
  const text = await response.text();
  if (!response.ok) throw failed(`Failed to generate ${what}: HTTP ${response.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

function oidcUrl(identity: Identity): string {
  return `${identity.requestUrl}&audience=${encodeURIComponent(identity.audience)}`;
}

function impersonation({ origin, serviceAccount }: Identity): string {
  return `${origin}/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`;
}

function failed(message: string): Failure {
  return new Failure('AUTH_FAILED', `google-github-actions/auth failed with: ${message}`, {
    next: 'Correct the inputs of the step or the permissions of the job.',
  });
}
