import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CelError, parseCel } from '../cel.ts';
import type { FederatedAttributes } from '../iam/access.ts';
import type { Identity } from '../identity.ts';
import { checkMessage } from '../messages.ts';
import type { Api, Call, Cloud, Reply } from '../service.ts';
import { githubIssuer } from './github.ts';
import { type ProviderRecord, pools, providers } from './workload-identity.ts';

/** Seconds: what a federated token of a GitHub job is good for, as the job's own token. */
const lifetime = 300;
/** https://cloud.google.com/iam/docs/workload-identity-federation: the limit of google.subject, in bytes. */
const longestSubject = 127;

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const subjectTokenTypes = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
];

interface Exchange {
  readonly audience: string;
  readonly grantType: string;
  readonly requestedTokenType: string;
  readonly subjectToken: string;
  readonly subjectTokenType: string;
}

/** OAuth's error, which this API answers with instead of Google's. */
class OAuthError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
export function stsApi(identity: Identity): Api {
  return {
    name: 'sts.googleapis.com',
    title: 'Security Token Service API',
    needsEnabling: false,
    messages: 'sts',
    errors: 'rpc',
    notModelled: ['Providers other than OpenID Connect.', 'Downscoped tokens.', 'Introspection.'],
    routes: [
      {
        method: 'POST',
        path: '/v1/token',
        id: 'sts.token',
        open: true,
        handle: (call, cloud): Reply => {
          try {
            return { status: 200, body: exchange(readExchange(call, cloud), cloud, identity) };
          } catch (error) {
            if (!(error instanceof OAuthError)) throw error;
            return { status: 400, body: { error: error.code, error_description: error.message } };
          }
        },
      },
    ],
  };
}

/** The body as JSON in camelCase or as a form in snake_case: Google's own clients send both. */
function readExchange(call: Call, cloud: Cloud): Exchange {
  const text = Buffer.from(call.bytes).toString('utf8');
  const form = /^application\/x-www-form-urlencoded/i.test(call.headers.get('content-type') ?? '');
  let given: unknown;
  try {
    given = form ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    throw new OAuthError('invalid_request', 'The body is neither JSON nor a form.');
  }
  const fields = checkMessage(given, 'ExchangeTokenRequest', 'sts', call.ignore) as Partial<Exchange>;
  if (fields.subjectToken !== undefined) cloud.keepSecret(fields.subjectToken);
  if (fields.grantType !== grantType)
    throw new OAuthError('unsupported_grant_type', `Invalid value for "grantType".`);
  if (fields.requestedTokenType !== accessTokenType) {
    throw new OAuthError('invalid_request', 'Invalid value for "requestedTokenType".');
  }
  if (!subjectTokenTypes.includes(fields.subjectTokenType ?? '')) {
    throw new OAuthError('invalid_request', 'Invalid value for "subjectTokenType".');
  }
  if (fields.subjectToken === undefined || fields.subjectToken === '') {
    throw new OAuthError('invalid_request', 'Missing required field: "subjectToken".');
  }
  return { audience: '', ...fields } as Exchange;
}

function exchange(request: Exchange, cloud: Cloud, identity: Identity): Record<string, unknown> {
  const provider = findProvider(request.audience, cloud);
  const claims = verified(request.subjectToken, provider, identity);
  const federated = mapAttributes(claims, provider);
  checkCondition(claims, federated, provider);
  const principal = `principal://iam.googleapis.com/${federated.pool}/subject/${federated.subject}`;
  const left = Math.floor(Number(claims.exp) - identity.seconds());
  const expires = Math.min(lifetime, left);
  return {
    access_token: identity.tokens.issue({ principal, federated, lifetime: expires }),
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: expires,
  };
}

function findProvider(audience: string, cloud: Cloud): ProviderRecord {
  const name =
    /^\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+)$/.exec(
      audience,
    )?.[1];
  if (name === undefined) {
    throw new OAuthError(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
    );
  }
  const provider = providers(cloud).get(name);
  const pool = pools(cloud).get(name.replace(/\/providers\/.*$/, ''));
  const usable =
    provider?.state === 'ACTIVE' && !provider.disabled && pool?.state === 'ACTIVE' && !pool.disabled;
  if (provider === undefined || !usable) {
    throw new OAuthError(
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  }
  return provider;
}

type TokenClaims = Readonly<Record<string, unknown>>;

/** The claims of the token, once signature, issuer, times and audience are right. */
function verified(token: string, provider: ProviderRecord, identity: Identity): TokenClaims {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = parsePart(head);
  const claims = parsePart(body);
  if (header === undefined || claims === undefined) {
    throw new OAuthError('invalid_grant', 'Unable to parse the ID Token.');
  }
  if (claims.iss !== provider.oidc.issuerUri) {
    throw new OAuthError(
      'invalid_grant',
      `The issuer in ID Token ${String(claims.iss)} does not match the expected ones: ${provider.oidc.issuerUri}`,
    );
  }
  const key = findKey(String(header.kid ?? ''), provider, identity);
  const signed = Buffer.from(`${head}.${body}`);
  if (header.alg !== 'RS256' || !verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) {
    throw new OAuthError('invalid_grant', 'The signature of the ID Token is invalid.');
  }
  checkTimes(claims, identity.seconds());
  checkAudience(claims, provider);
  return claims;
}

function parsePart(part: string): TokenClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as TokenClaims) : undefined;
  } catch {
    return undefined;
  }
}

/** From the keys uploaded with the provider, or else from the issuer; the only issuer in reach is the emulated GitHub. */
function findKey(keyId: string, provider: ProviderRecord, identity: Identity): KeyObject {
  const uploaded = provider.oidc.jwksJson;
  if (uploaded === undefined) {
    if (provider.oidc.issuerUri !== githubIssuer) {
      throw new OAuthError('invalid_grant', "Error connecting to the given credential's issuer.");
    }
    return identity.github.publicKey;
  }
  const { keys } = JSON.parse(uploaded) as { keys: Record<string, unknown>[] };
  const key = keys.find((candidate) => candidate.kid === keyId);
  if (key === undefined) throw new OAuthError('invalid_grant', 'The signature of the ID Token is invalid.');
  return createPublicKey({ key, format: 'jwk' });
}

function checkTimes(claims: TokenClaims, now: number): void {
  const issued = Number(claims.iat);
  const expires = Number(claims.exp);
  if (!Number.isFinite(issued) || !Number.isFinite(expires)) {
    throw new OAuthError('invalid_grant', 'The ID Token must have the claims iat and exp.');
  }
  if (expires <= now) {
    throw new OAuthError('invalid_grant', `ID Token issued at ${issued} is stale to sign-in.`);
  }
}

function checkAudience(claims: TokenClaims, provider: ProviderRecord): void {
  const allowed = provider.oidc.allowedAudiences ?? [];
  const expected =
    allowed.length > 0
      ? allowed
      : [`https://iam.googleapis.com/${provider.name}`, `//iam.googleapis.com/${provider.name}`];
  const given = [claims.aud].flat().map(String);
  if (given.some((audience) => expected.includes(audience))) return;
  throw new OAuthError(
    'invalid_grant',
    `The audience in ID Token [${given.join(', ')}] does not match the expected audience ${expected[0]}.`,
  );
}

function mapAttributes(claims: TokenClaims, provider: ProviderRecord): FederatedAttributes {
  const attributes: Record<string, string> = {};
  let groups: string[] = [];
  for (const [target, expression] of Object.entries(provider.attributeMapping)) {
    const value = evaluateMapping(target, expression, claims);
    if (target === 'google.groups' && Array.isArray(value)) groups = value.map(String);
    else if (typeof value === 'string' && value !== '') attributes[target] = value;
    else if (target === 'google.subject') throw missingSubject();
    else if (typeof value !== 'string') {
      throw new OAuthError('invalid_request', `The mapped attribute '${target}' must be of type STRING.`);
    }
  }
  const subject = attributes['google.subject'];
  if (subject === undefined) throw missingSubject();
  if (Buffer.byteLength(subject) > longestSubject) {
    throw new OAuthError(
      'invalid_request',
      `The size of mapped attribute exceeds the ${longestSubject} bytes limit. Either modify your attribute mapping or the incoming assertion to produce a mapped attribute that is less than ${longestSubject} bytes.`,
    );
  }
  return { pool: provider.name.replace(/\/providers\/.*$/, ''), subject, attributes, groups };
}

function missingSubject(): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'Could not obtain a value for google.subject from the given credential.',
  );
}

/** A claim that is not in the token leaves the attribute unset, except for the subject. */
function evaluateMapping(target: string, expression: string, assertion: TokenClaims): unknown {
  try {
    return parseCel(expression).evaluate({ assertion });
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    if (target === 'google.subject') throw missingSubject();
    return '';
  }
}

function checkCondition(claims: TokenClaims, federated: FederatedAttributes, provider: ProviderRecord): void {
  if (provider.attributeCondition === undefined || provider.attributeCondition === '') return;
  const attribute = Object.fromEntries(
    Object.entries(federated.attributes)
      .filter(([name]) => name.startsWith('attribute.'))
      .map(([name, value]) => [name.slice('attribute.'.length), value]),
  );
  const google = { subject: federated.subject, groups: federated.groups };
  let holds = false;
  try {
    holds = parseCel(provider.attributeCondition).evaluate({ assertion: claims, attribute, google }) === true;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
  }
  if (!holds) {
    throw new OAuthError(
      'unauthorized_client',
      'The given credential is rejected by the attribute condition.',
    );
  }
}
