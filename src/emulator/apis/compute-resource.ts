import { type Call, type Cloud, Refusal, type Table } from '../service.ts';

export const root = 'https://www.googleapis.com/compute/v1/';

/** What all of Compute's resources have in common. */
export interface Resource {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly creationTimestamp: string;
  readonly selfLink: string;
  readonly description?: string;
  /** Absent while the insert operation runs; never shown. */
  ready?: true;
}

export type Scope = { readonly region?: string };

/** `projects/P/global/networks/N` or `projects/P/regions/R/subnetworks/S`: the name in messages and the key of tables. */
export function pathOf(project: string, scope: Scope, collection: string, name: string): string {
  const place = scope.region === undefined ? 'global' : `regions/${scope.region}`;
  return `projects/${project}/${place}/${collection}/${name}`;
}

/** The same from a link of any form: full URL with any host, `projects/...`, `global/...` or `regions/...`. */
export function pathOfLink(link: string, project: string): string {
  const match = /(?:projects\/([^/]+)\/)?((?:global|regions\/[^/]+)\/[a-zA-Z]+\/[^/]+)$/.exec(link);
  if (match === null) throw invalidField('', link, 'The URL is malformed.');
  return `projects/${match[1] ?? project}/${match[2]}`;
}

export function table<T extends Resource>(cloud: Cloud, collection: string): Table<T> {
  return cloud.table<T>(`compute.${collection}`);
}

export function projectOf(call: Call, cloud: Cloud): string {
  return cloud.project(call.params.project ?? '').id;
}

export function find<T extends Resource>(cloud: Cloud, collection: string, path: string): T {
  const found = table<T>(cloud, collection).get(path);
  if (found === undefined) throw notFound(path);
  return found;
}

/** For references from other resources: what is still being created cannot be used. */
export function findReady<T extends Resource>(cloud: Cloud, collection: string, path: string): T {
  const found = find<T>(cloud, collection, path);
  if (found.ready !== true) {
    throw new Refusal(400, 'FAILED_PRECONDITION', `The resource '${path}' is not ready`, {
      reason: 'resourceNotReady',
    });
  }
  return found;
}

export function notFound(path: string): Refusal {
  return new Refusal(404, 'NOT_FOUND', `The resource '${path}' was not found`, { reason: 'notFound' });
}

export function invalidField(field: string, value: unknown, why: string): Refusal {
  return new Refusal(
    400,
    'INVALID_ARGUMENT',
    `Invalid value for field 'resource${field === '' ? '' : `.${field}`}': '${String(value)}'. ${why}`,
    { reason: 'invalid' },
  );
}

export function required(field: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Required field 'resource.${field}' not specified`, {
    reason: 'required',
  });
}

export function inUse(path: string, user: string): Refusal {
  const kind = path.split('/').at(-2)?.replace(/s$/, '');
  return new Refusal(
    400,
    'FAILED_PRECONDITION',
    `The ${kind} resource '${path}' is already being used by '${user}'`,
    { reason: 'resourceInUseByAnotherResource' },
  );
}

export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw required('name');
  if (!/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw invalidField('name', name, "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'");
  }
  return name;
}

export function refuseExisting(cloud: Cloud, collection: string, path: string): void {
  if (table(cloud, collection).has(path)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `The resource '${path}' already exists`, {
      reason: 'alreadyExists',
    });
  }
}

/** As the API shows it. */
export function shown<T extends Resource>(resource: T): Omit<T, 'ready'> {
  const { ready: _ready, ...visible } = resource;
  return visible;
}

export function numericId(cloud: Cloud): string {
  return String(BigInt(`0x${cloud.hex(15, 'compute.id')}`) + 1_000_000_000_000_000_000n);
}
