import { type Api, type Call, type Project, Refusal, type Reply } from './service.ts';

const errorInfo = 'type.googleapis.com/google.rpc.ErrorInfo';

/** The refusal as the API words it on the wire. */
export function errorReply(refusal: Refusal, api: Pick<Api, 'name' | 'errors'>): Reply {
  if (api.errors === 'registry') return registryError(refusal);
  if (api.errors === 'github') return githubError(refusal);
  const details = [...refusal.details];
  if (refusal.reason !== undefined && isErrorInfo(refusal.reason)) {
    details.unshift({
      '@type': errorInfo,
      reason: refusal.reason,
      domain: refusal.reason === 'IAM_PERMISSION_DENIED' ? 'iam.googleapis.com' : 'googleapis.com',
      metadata: { ...refusal.metadata },
    });
  }
  const error: Record<string, unknown> = { code: refusal.http, message: refusal.message };
  if (api.errors === 'legacy') {
    const reason = legacyReason(refusal);
    const domain = reason === 'rateLimitExceeded' ? 'usageLimits' : 'global';
    error.errors = [{ message: refusal.message, domain, reason }];
  }
  if (api.errors === 'rpc' || details.length > 0) error.status = refusal.status;
  if (details.length > 0) error.details = details;
  return { status: refusal.http, headers: refusal.headers, body: { error } };
}

/** https://distribution.github.io/distribution/spec/api/#errors-2 */
const registryCodes: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'UNAUTHORIZED',
  PERMISSION_DENIED: 'DENIED',
  NOT_FOUND: 'NAME_UNKNOWN',
  RESOURCE_EXHAUSTED: 'TOOMANYREQUESTS',
  FAILED_PRECONDITION: 'MANIFEST_INVALID',
};

function registryError(refusal: Refusal): Reply {
  const code = registryCodes[refusal.status] ?? refusal.status;
  return {
    status: refusal.http,
    headers: { 'docker-distribution-api-version': 'registry/2.0', ...refusal.headers },
    body: { errors: [{ code, message: refusal.message }] },
  };
}

/** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
function githubError(refusal: Refusal): Reply {
  const { http, headers, message, details } = refusal;
  return {
    status: http,
    headers,
    body: {
      message,
      ...(details.length === 0 ? {} : { errors: details }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(http),
    },
  };
}

/** ErrorInfo reasons are UPPER_SNAKE_CASE; the legacy ones (`notFound`) stand in `errors[]` alone. */
function isErrorInfo(reason: string): boolean {
  return /^[A-Z0-9_]+$/.test(reason);
}

const legacyReasons: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'required',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
  503: 'backendError',
};

function legacyReason(refusal: Refusal): string {
  if (refusal.reason === 'SERVICE_DISABLED') return 'accessNotConfigured';
  if (refusal.reason !== undefined && !isErrorInfo(refusal.reason)) return refusal.reason;
  return legacyReasons[refusal.http] ?? 'internalError';
}

const signInHelp =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
  'See https://developers.google.com/identity/sign-in/web/devconsole-project.';

const challenge = 'Bearer realm="https://accounts.google.com/"';

export function noToken(call: Pick<Call, 'host'>, method: string): Refusal {
  return new Refusal(
    401,
    'UNAUTHENTICATED',
    `Request is missing required authentication credential. ${signInHelp}`,
    {
      reason: 'CREDENTIALS_MISSING',
      metadata: { method, service: call.host },
      headers: { 'www-authenticate': challenge },
    },
  );
}

export function badToken(call: Pick<Call, 'host'>, method: string, expired: boolean): Refusal {
  return new Refusal(
    401,
    'UNAUTHENTICATED',
    `Request had invalid authentication credentials. ${signInHelp}`,
    {
      reason: expired ? 'ACCESS_TOKEN_EXPIRED' : 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
      metadata: { method, service: call.host },
      headers: { 'www-authenticate': `${challenge}, error="invalid_token"` },
    },
  );
}

/** https://cloud.google.com/service-usage/docs/reference/rest: what every API says that is not enabled. */
export function serviceDisabled(api: Pick<Api, 'name' | 'title'>, project: Project): Refusal {
  const url = `https://console.developers.google.com/apis/api/${api.name}/overview?project=${project.number}`;
  const message =
    `${api.title} has not been used in project ${project.number} before or it is disabled. Enable it by visiting ` +
    `${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our ` +
    'systems and retry.';
  return new Refusal(403, 'PERMISSION_DENIED', message, {
    reason: 'SERVICE_DISABLED',
    metadata: {
      activationUrl: url,
      consumer: `projects/${project.number}`,
      containerInfo: project.number,
      service: api.name,
      serviceTitle: api.title,
    },
    details: [
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [{ description: 'Google developers console API activation', url }],
      },
    ],
  });
}

/** Throws Google's 400 when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson(`Unable to parse ${text.length} characters that are not JSON.`);
  }
}

export function invalidJson(detail: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${detail}`);
}
