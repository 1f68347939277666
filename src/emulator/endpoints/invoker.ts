import { createVerify } from 'node:crypto';
import { urlsOf } from '../apis/run-resource.ts';
import type { Identity } from '../identity.ts';
import type { Cloud } from '../service.ts';
import { findServiceAccount } from '../service-accounts.ts';
import type { Service } from './service-view.ts';

/** `missing`: no token at all. `invalid`: the token proves nothing here. `denied`: it does, and its holder may not. */
export type InvokerVerdict = 'allowed' | 'missing' | 'invalid' | 'denied';

const permission = 'run.routes.invoke';

/** Whether the headers prove somebody who may call the service. */
export function checkInvoker(
  cloud: Cloud,
  identity: Identity,
  service: Service,
  headers: Headers,
): InvokerVerdict {
  if (service.invokerIamDisabled === true) return 'allowed';
  if (cloud.allows(undefined, permission, service.name)) return 'allowed';
  // Cloud Run reads this one first, for services that use Authorization themselves.
  const header = headers.get('x-serverless-authorization') ?? headers.get('authorization');
  if (header === null) return 'missing';
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  const principal = token === undefined ? undefined : principalOf(cloud, identity, service, token);
  if (principal === undefined) return 'invalid';
  return cloud.allows(principal, permission, service.name) ? 'allowed' : 'denied';
}

interface IdToken {
  readonly iss?: unknown;
  readonly aud?: unknown;
  readonly sub?: unknown;
  readonly exp?: unknown;
}

/**
 * The account that an ID token belongs to. An access token is none, and neither is an ID token for another audience:
 * it must name an address of the service without a tag, or a custom audience of the service.
 */
function principalOf(cloud: Cloud, identity: Identity, service: Service, token: string): string | undefined {
  const claims = verified(identity, token);
  if (claims?.iss !== 'https://accounts.google.com') return undefined;
  if (typeof claims.exp !== 'number' || claims.exp <= identity.seconds()) return undefined;
  const audiences = [...urlsOf(cloud, service.name), ...(service.customAudiences ?? [])];
  if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) return undefined;
  const account = typeof claims.sub === 'string' ? findServiceAccount(cloud, claims.sub) : undefined;
  if (account === undefined || account.disabled) return undefined;
  return `serviceAccount:${account.email}`;
}

function verified(identity: Identity, token: string): IdToken | undefined {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || signature === '') return undefined;
  const header = parsed(head) as { alg?: unknown; kid?: unknown } | undefined;
  if (header?.alg !== 'RS256' || header.kid !== identity.google.keyId) return undefined;
  const genuine = createVerify('RSA-SHA256')
    .update(`${head}.${body}`)
    .verify(identity.google.publicKey, Buffer.from(signature, 'base64url'));
  return genuine ? (parsed(body) as IdToken | undefined) : undefined;
}

function parsed(part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
