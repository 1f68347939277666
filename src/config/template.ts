import { Secret } from '../lib/secret.ts';
import type { Place } from './finding.ts';

/** A fact that is not known from the file: the project's number, or something that provisioning creates. */
export type Reference =
  | { readonly kind: 'project_number' }
  /** `${services.KEY.url}` and `${services.KEY.host}` (without the scheme); `service` is the Cloud Run name. */
  | {
      readonly kind: 'service';
      readonly field: 'url' | 'host';
      readonly service: string;
      readonly region: string;
    }
  /** `url` is `redis://:AUTH@HOST:PORT`, without a database number. */
  | { readonly kind: 'redis'; readonly field: 'host' | 'port' | 'auth' | 'url' }
  /** The logical Redis database that a preview was given for the one of this number in the file. */
  | { readonly kind: 'redis_database'; readonly number: number }
  /** `host` only with private connectivity; with public connectivity it is the socket folder, known from the file. */
  | { readonly kind: 'database'; readonly field: 'host' | 'password' | 'password_urlencoded' };

/** Text of deploy.yaml in which the references that the file itself answers are filled in and the others are open. */
export interface Template {
  readonly parts: readonly (string | Reference)[];
  readonly place: Place;
}

export interface Facts {
  readonly projectNumber?: string;
  readonly redis?: { readonly host: string; readonly port: number; readonly auth: Secret };
  /** Number in the file → number on the instance. */
  readonly redisDatabases?: ReadonlyMap<number, number>;
  readonly database?: { readonly host?: string; readonly password?: Secret };
}

/** Thrown when a template needs a fact that is not known yet. */
export class UnknownFact extends Error {
  readonly reference: Reference;
  constructor(reference: Reference) {
    super(`not known yet: ${nameOf(reference)}`);
    this.reference = reference;
  }
}

/** `https://SERVICE-NUMBER.REGION.run.app`: known before the service exists. https://cloud.google.com/run/docs/triggering/https-request#deterministic */
export function serviceHost(service: string, projectNumber: string, region: string): string {
  return `${service}-${projectNumber}.${region}.run.app`;
}

export function isSecretReference(reference: Reference): boolean {
  return (
    (reference.kind === 'redis' && (reference.field === 'auth' || reference.field === 'url')) ||
    (reference.kind === 'database' && reference.field !== 'host')
  );
}

/** The references left open in a template. */
export function openReferences(template: Template): readonly Reference[] {
  return template.parts.filter((part) => typeof part !== 'string');
}

/** Fills in a template that holds no secret. Throws UnknownFact. */
export function resolveText(template: Template, facts: Facts): string {
  return template.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = requireFact(part, facts);
      if (value instanceof Secret)
        throw new TypeError(`${nameOf(part)} is a secret and has no place in plain text`);
      return value;
    })
    .join('');
}

/** Fills in a template that may hold secrets. Throws UnknownFact. */
export function resolveSecret(template: Template, facts: Facts): Secret {
  return new Secret(
    template.parts
      .map((part) => {
        if (typeof part === 'string') return part;
        const value = requireFact(part, facts);
        return value instanceof Secret ? value.reveal() : value;
      })
      .join(''),
  );
}

function requireFact(reference: Reference, facts: Facts): string | Secret {
  const known = lookUp(reference, facts);
  if (known === undefined) throw new UnknownFact(reference);
  return known;
}

function lookUp(reference: Reference, facts: Facts): string | Secret | undefined {
  switch (reference.kind) {
    case 'project_number':
      return facts.projectNumber;
    case 'service': {
      if (facts.projectNumber === undefined) return undefined;
      const host = serviceHost(reference.service, facts.projectNumber, reference.region);
      return reference.field === 'host' ? host : `https://${host}`;
    }
    case 'redis':
      return facts.redis && redisValue(reference.field, facts.redis);
    case 'redis_database':
      return facts.redisDatabases?.get(reference.number)?.toString();
    case 'database': {
      const password = facts.database?.password;
      if (reference.field === 'host') return facts.database?.host;
      if (reference.field === 'password') return password;
      return password && new Secret(encodeURIComponent(password.reveal()));
    }
  }
}

function redisValue(
  field: 'host' | 'port' | 'auth' | 'url',
  redis: NonNullable<Facts['redis']>,
): string | Secret {
  switch (field) {
    case 'host':
      return redis.host;
    case 'port':
      return String(redis.port);
    case 'auth':
      return redis.auth;
    case 'url':
      return new Secret(`redis://:${encodeURIComponent(redis.auth.reveal())}@${redis.host}:${redis.port}`);
  }
}

export function nameOf(reference: Reference): string {
  switch (reference.kind) {
    case 'project_number':
      return 'project_number';
    case 'service':
      return `services.${reference.service}.${reference.field}`;
    case 'redis_database':
      return `redis.database.${reference.number}`;
    default:
      return `${reference.kind}.${reference.field}`;
  }
}
