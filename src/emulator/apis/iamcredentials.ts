import { parseJson } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { type Api, type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { findServiceAccount, type ServiceAccountRecord, serviceAccountName } from '../service-accounts.ts';

/** Seconds; longer ones need an exception by organization policy, which is not modelled. */
const longestLifetime = 3600;

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts */
export function iamcredentialsApi(identity: Identity): Api {
  return {
    name: 'iamcredentials.googleapis.com',
    title: 'IAM Service Account Credentials API',
    needsEnabling: true,
    messages: 'iamcredentials',
    errors: 'rpc',
    notModelled: [
      'Scopes: every access token is good for everything that its holder may do.',
      'One key signs for all service accounts.',
    ],
    routes: [
      route(
        'generateAccessToken',
        'GenerateAccessTokenRequest',
        'iam.serviceAccounts.getAccessToken',
        (call, account) => accessToken(call, account, identity),
      ),
      route(
        'generateIdToken',
        'GenerateIdTokenRequest',
        'iam.serviceAccounts.getOpenIdToken',
        (call, account) => idToken(call, account, identity),
      ),
      route('signBlob', 'SignBlobRequest', 'iam.serviceAccounts.signBlob', (call) => {
        const { payload } = call.body as { payload?: string };
        if (payload === undefined) throw missing('payload');
        const signed = identity.google.sign(Buffer.from(payload, 'base64')).toString('base64');
        return { status: 200, body: { keyId: identity.google.keyId, signedBlob: signed } };
      }),
      route('signJwt', 'SignJwtRequest', 'iam.serviceAccounts.signJwt', (call) => {
        const { payload } = call.body as { payload?: string };
        if (payload === undefined) throw missing('payload');
        const claims = parseJson(payload) as Record<string, unknown>;
        return {
          status: 200,
          body: { keyId: identity.google.keyId, signedJwt: identity.google.jwt(claims) },
        };
      }),
      {
        method: 'GET',
        path: '/oauth2/v3/certs',
        id: 'oauth2.certs',
        open: true,
        handle: () => ({ status: 200, body: { keys: [identity.google.jwk()] } }),
      },
    ],
  };
}

function route(
  verb: string,
  message: string,
  permission: string,
  handle: (call: Call, account: ServiceAccountRecord) => Reply,
): Route {
  return {
    method: 'POST',
    path: `/v1/projects/{project}/serviceAccounts/{account}:${verb}`,
    id: `iamcredentials.projects.serviceAccounts.${verb}`,
    message,
    resource: (call) => {
      const own = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(call.params.account ?? '')?.[1];
      return `projects/${own ?? call.params.project ?? ''}`;
    },
    handle: (call, cloud) => {
      const account = findServiceAccount(cloud, call.params.account ?? '');
      if (account === undefined) {
        throw new Refusal(
          404,
          'NOT_FOUND',
          `Not found; Gaia id not found for email ${call.params.account ?? ''}`,
        );
      }
      requireChain(call, cloud, account, permission);
      if (account.disabled) {
        throw new Refusal(400, 'FAILED_PRECONDITION', `Service account ${account.email} is disabled.`);
      }
      return handle({ ...call, body: call.body ?? {} }, account);
    },
  };
}

/** Each account of the chain must be allowed to act for the next one; without delegates that is the caller alone. */
function requireChain(call: Call, cloud: Cloud, account: ServiceAccountRecord, permission: string): void {
  const { delegates = [] } = (call.body ?? {}) as { delegates?: string[] };
  let principal = call.principal;
  for (const name of delegates) {
    const delegate = findServiceAccount(cloud, name.replace(/^projects\/-\/serviceAccounts\//, ''));
    if (delegate === undefined) throw denied('iam.serviceAccounts.implicitDelegation', name);
    demand(cloud, principal, 'iam.serviceAccounts.implicitDelegation', delegate);
    principal = `serviceAccount:${delegate.email}`;
  }
  demand(cloud, principal, permission, account);
}

function demand(
  cloud: Cloud,
  principal: string | undefined,
  permission: string,
  account: ServiceAccountRecord,
): void {
  const name = serviceAccountName(account);
  if (!cloud.allows(principal, permission, name)) throw denied(permission, name);
}

function denied(permission: string, resource: string): Refusal {
  return new Refusal(
    403,
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource (or it may not exist).`,
    { reason: 'IAM_PERMISSION_DENIED', metadata: { permission, resource } },
  );
}

function missing(field: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `The request is missing the required field: ${field}`);
}

function accessToken(call: Call, account: ServiceAccountRecord, identity: Identity): Reply {
  const { scope, lifetime = '3600s' } = call.body as { scope?: string[]; lifetime?: string };
  if (scope === undefined || scope.length === 0) throw missing('scope');
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(lifetime)?.[1]);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid value at 'lifetime' (type.googleapis.com/google.protobuf.Duration), "${lifetime}"`,
    );
  }
  if (seconds > longestLifetime) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The access token lifetime cannot exceed 3600 seconds.');
  }
  const token = identity.tokens.issue({ principal: `serviceAccount:${account.email}`, lifetime: seconds });
  const expireTime = `${new Date(identity.tokens.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
  return { status: 200, body: { accessToken: token, expireTime } };
}

function idToken(call: Call, account: ServiceAccountRecord, identity: Identity): Reply {
  const { audience, includeEmail } = call.body as { audience?: string; includeEmail?: boolean };
  if (audience === undefined || audience === '') throw missing('audience');
  const now = identity.seconds();
  const token = identity.google.jwt({
    aud: audience,
    azp: account.uniqueId,
    sub: account.uniqueId,
    iss: 'https://accounts.google.com',
    iat: now,
    exp: now + 3600,
    ...(includeEmail === true ? { email: account.email, email_verified: true } : {}),
  });
  identity.keepSecret(token);
  return { status: 200, body: { token } };
}
