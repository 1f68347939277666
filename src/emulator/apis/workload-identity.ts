import { CelError, parseCel } from '../cel.ts';
import { parseJson } from '../errors.ts';
import {
  type Call,
  type Cloud,
  type Operation,
  Refusal,
  type Reply,
  type Route,
  type Table,
} from '../service.ts';
import { maskedPaths } from '../update-mask.ts';
import { githubIssuer } from './github.ts';
import { page } from './listing.ts';

/** A workload identity pool, in the table `iam.pools` by its full name with the project's number. */
export interface PoolRecord {
  name: string;
  projectId: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
  state: 'ACTIVE' | 'DELETED';
  expireTime?: string;
}

/** A provider of a pool, in the table `iam.providers`. */
export interface ProviderRecord {
  name: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
  state: 'ACTIVE' | 'DELETED';
  expireTime?: string;
  attributeMapping: Record<string, string>;
  attributeCondition?: string;
  oidc: { issuerUri: string; allowedAudiences?: string[]; jwksJson?: string };
}

export function pools(cloud: Cloud): Table<PoolRecord> {
  return cloud.table<PoolRecord>('iam.pools');
}

export function providers(cloud: Cloud): Table<ProviderRecord> {
  return cloud.table<ProviderRecord>('iam.providers');
}

const poolsPath = '/v1/projects/{project}/locations/global/workloadIdentityPools';
const poolPath = `${poolsPath}/{pool}`;
const providerPath = `${poolPath}/providers/{provider}`;
const poolId = 'iam.projects.locations.workloadIdentityPools';
const poolPermission = 'iam.workloadIdentityPools';
const providerPermission = 'iam.workloadIdentityPoolProviders';
/** Deleted pools and providers can be restored for 30 days, and their names are not free until then. */
const deletedFor = 30 * 24 * 3600 * 1000;

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools */
export const workloadIdentityRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: poolsPath,
    id: `${poolId}.create`,
    permission: `${poolPermission}.create`,
    message: 'WorkloadIdentityPool',
    handle: createPool,
  },
  {
    method: 'GET',
    path: poolsPath,
    id: `${poolId}.list`,
    permission: `${poolPermission}.list`,
    handle: (call, cloud) => {
      const prefix = `projects/${cloud.project(call.params.project ?? '').number}/`;
      const found = [...pools(cloud).values()].filter((pool) => pool.name.startsWith(prefix));
      const { items, nextPageToken } = page(visible(found, call), call.query, { largest: 1000 });
      return { status: 200, body: { workloadIdentityPools: items.map(shownPool), nextPageToken } };
    },
  },
  {
    method: 'GET',
    path: poolPath,
    id: `${poolId}.get`,
    permission: `${poolPermission}.get`,
    handle: (call, cloud) => ({ status: 200, body: shownPool(poolOf(call, cloud)) }),
  },
  {
    method: 'PATCH',
    path: poolPath,
    id: `${poolId}.patch`,
    permission: `${poolPermission}.update`,
    message: 'WorkloadIdentityPool',
    handle: (call, cloud) => {
      const pool = poolOf(call, cloud);
      patch(pool, call, 'WorkloadIdentityPool', ['displayName', 'description', 'disabled']);
      return finished(cloud, pool.name, pool.projectId, shownPool(pool), 'pool');
    },
  },
  {
    method: 'DELETE',
    path: poolPath,
    id: `${poolId}.delete`,
    permission: `${poolPermission}.delete`,
    handle: (call, cloud) => {
      const pool = poolOf(call, cloud);
      remove(pool, cloud);
      return finished(cloud, pool.name, pool.projectId, shownPool(pool), 'pool');
    },
  },
  {
    method: 'POST',
    path: `${poolPath}:undelete`,
    id: `${poolId}.undelete`,
    permission: `${poolPermission}.undelete`,
    handle: (call, cloud) => {
      const pool = poolOf(call, cloud);
      restore(pool);
      return finished(cloud, pool.name, pool.projectId, shownPool(pool), 'pool');
    },
  },
  {
    method: 'POST',
    path: `${poolPath}/providers`,
    id: `${poolId}.providers.create`,
    permission: `${providerPermission}.create`,
    message: 'WorkloadIdentityPoolProvider',
    handle: createProvider,
  },
  {
    method: 'GET',
    path: `${poolPath}/providers`,
    id: `${poolId}.providers.list`,
    permission: `${providerPermission}.list`,
    handle: (call, cloud) => {
      const prefix = `${poolOf(call, cloud).name}/providers/`;
      const found = [...providers(cloud).values()].filter((provider) => provider.name.startsWith(prefix));
      const { items, nextPageToken } = page(visible(found, call), call.query, { largest: 100 });
      return {
        status: 200,
        body: { workloadIdentityPoolProviders: items.map(shownProvider), nextPageToken },
      };
    },
  },
  {
    method: 'GET',
    path: providerPath,
    id: `${poolId}.providers.get`,
    permission: `${providerPermission}.get`,
    handle: (call, cloud) => ({ status: 200, body: shownProvider(providerOf(call, cloud)) }),
  },
  {
    method: 'PATCH',
    path: providerPath,
    id: `${poolId}.providers.patch`,
    permission: `${providerPermission}.update`,
    message: 'WorkloadIdentityPoolProvider',
    handle: (call, cloud) => {
      const provider = providerOf(call, cloud);
      const wanted = structuredClone(provider);
      patch(wanted, call, 'WorkloadIdentityPoolProvider', [
        'displayName',
        'description',
        'disabled',
        'attributeMapping',
        'attributeCondition',
        'oidc',
      ]);
      checkProvider(wanted);
      providers(cloud).set(provider.name, wanted);
      return finished(cloud, wanted.name, poolOf(call, cloud).projectId, shownProvider(wanted), 'provider');
    },
  },
  {
    method: 'DELETE',
    path: providerPath,
    id: `${poolId}.providers.delete`,
    permission: `${providerPermission}.delete`,
    handle: (call, cloud) => {
      const provider = providerOf(call, cloud);
      remove(provider, cloud);
      return finished(
        cloud,
        provider.name,
        poolOf(call, cloud).projectId,
        shownProvider(provider),
        'provider',
      );
    },
  },
  {
    method: 'POST',
    path: `${providerPath}:undelete`,
    id: `${poolId}.providers.undelete`,
    permission: `${providerPermission}.undelete`,
    handle: (call, cloud) => {
      const provider = providerOf(call, cloud);
      restore(provider);
      return finished(
        cloud,
        provider.name,
        poolOf(call, cloud).projectId,
        shownProvider(provider),
        'provider',
      );
    },
  },
  {
    method: 'GET',
    path: `${poolPath}/operations/{operation}`,
    id: `${poolId}.operations.get`,
    permission: `${poolPermission}.get`,
    handle: operationReply,
  },
  {
    method: 'GET',
    path: `${providerPath}/operations/{operation}`,
    id: `${poolId}.providers.operations.get`,
    permission: `${providerPermission}.get`,
    handle: operationReply,
  },
];

/** The change is visible at once; only the operation that reports it takes its time. */
export function settlePoolOperation(operation: Operation): void {
  operation.response = operation.input.response;
}

async function createPool(call: Call, cloud: Cloud): Promise<Reply> {
  const project = cloud.project(call.params.project ?? '');
  const id = checkId(call, 'workloadIdentityPoolId');
  const name = `projects/${project.number}/locations/global/workloadIdentityPools/${id}`;
  if (pools(cloud).has(name)) throw exists();
  const pool: PoolRecord = {
    disabled: false,
    ...(call.body as Partial<PoolRecord> | undefined),
    name,
    projectId: project.id,
    state: 'ACTIVE',
  };
  pools(cloud).set(name, pool);
  return finished(cloud, name, project.id, shownPool(pool), 'pool');
}

async function createProvider(call: Call, cloud: Cloud): Promise<Reply> {
  const pool = poolOf(call, cloud);
  const id = checkId(call, 'workloadIdentityPoolProviderId');
  const name = `${pool.name}/providers/${id}`;
  if (providers(cloud).has(name)) throw exists();
  const body = (call.body ?? {}) as Partial<ProviderRecord>;
  if (body.oidc === undefined) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'The emulator takes OpenID Connect providers only: oidc is missing.',
    );
  }
  const provider: ProviderRecord = {
    disabled: false,
    attributeMapping: {},
    ...body,
    oidc: body.oidc,
    name,
    state: 'ACTIVE',
  };
  checkProvider(provider);
  providers(cloud).set(name, provider);
  return finished(cloud, name, pool.projectId, shownProvider(provider), 'provider');
}

/** Throws Google's 400 for a mapping or condition that the pool could not work with. */
export function checkProvider(provider: ProviderRecord): void {
  const { attributeMapping, attributeCondition, oidc } = provider;
  if (!/^https:\/\/[^\s]+$/.test(oidc.issuerUri ?? '')) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'The issuer URI must be a valid URI that starts with https://.',
    );
  }
  if (oidc.jwksJson !== undefined) parseJson(oidc.jwksJson);
  if (attributeMapping['google.subject'] === undefined) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'The attribute mapping must contain google.subject.');
  }
  for (const [target, expression] of Object.entries(attributeMapping)) {
    if (!/^(google\.(subject|groups)|attribute\.[a-z0-9_]{1,100})$/.test(target)) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid attribute mapping key: ${target}`);
    }
    compile(`attribute mapping of ${target}`, expression);
  }
  const references = attributeCondition ? compile('attribute condition', attributeCondition) : [];
  // Tokens of github.com come from anybody's repository, so Google insists on a condition.
  if (
    oidc.issuerUri === githubIssuer &&
    !references.some((name) => /^(assertion|attribute|google)\./.test(name))
  ) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      "The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
    );
  }
}

function compile(what: string, expression: string): readonly string[] {
  try {
    return parseCel(expression).references;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new Refusal(400, 'INVALID_ARGUMENT', `Error compiling the ${what}: ${error.message}`);
  }
}

function checkId(call: Call, parameter: string): string {
  const id = call.query.get(parameter) ?? '';
  if (!/^[a-z0-9-]{4,32}$/.test(id) || id.startsWith('gcp-')) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid value for ${parameter}: "${id}" must be 4 to 32 characters of [a-z0-9-] and must not start with "gcp-".`,
    );
  }
  return id;
}

function exists(): Refusal {
  return new Refusal(409, 'ALREADY_EXISTS', 'Requested entity already exists');
}

function poolOf(call: Call, cloud: Cloud): PoolRecord {
  const { number } = cloud.project(call.params.project ?? '');
  const pool = pools(cloud).get(
    `projects/${number}/locations/global/workloadIdentityPools/${call.params.pool ?? ''}`,
  );
  if (pool === undefined) throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  return pool;
}

function providerOf(call: Call, cloud: Cloud): ProviderRecord {
  const provider = providers(cloud).get(
    `${poolOf(call, cloud).name}/providers/${call.params.provider ?? ''}`,
  );
  if (provider === undefined) throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  return provider;
}

function visible<T extends { state: string }>(all: readonly T[], call: Call): T[] {
  const deleted = call.query.get('showDeleted') === 'true';
  return all.filter((item) => deleted || item.state !== 'DELETED');
}

function patch(
  target: object,
  call: Call,
  message: 'WorkloadIdentityPool' | 'WorkloadIdentityPoolProvider',
  changeable: readonly string[],
): void {
  const body = (call.body ?? {}) as Record<string, unknown>;
  const paths = maskedPaths(call, {
    api: 'iam',
    message,
    changeable,
    current: target,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) => new Refusal(400, 'INVALID_ARGUMENT', `Invalid field mask path: ${path}`),
  });
  if (paths === undefined) throw new Refusal(400, 'INVALID_ARGUMENT', 'The update mask must not be empty.');
  for (const [field] of paths) {
    if (body[field] === undefined) Reflect.deleteProperty(target, field);
    else Reflect.set(target, field, body[field]);
  }
}

function remove(record: PoolRecord | ProviderRecord, cloud: Cloud): void {
  if (record.state === 'DELETED') throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  record.state = 'DELETED';
  record.expireTime = new Date(cloud.clock.now() + deletedFor).toISOString();
}

function restore(record: PoolRecord | ProviderRecord): void {
  if (record.state !== 'DELETED') {
    throw new Refusal(400, 'FAILED_PRECONDITION', 'Only a deleted entity can be undeleted.');
  }
  record.state = 'ACTIVE';
  delete record.expireTime;
}

function shownPool(pool: PoolRecord): Record<string, unknown> {
  const { projectId: _, disabled, ...shown } = pool;
  return disabled ? { ...shown, disabled } : shown;
}

function shownProvider(provider: ProviderRecord): Record<string, unknown> {
  const { disabled, ...shown } = provider;
  return disabled ? { ...shown, disabled } : { ...shown };
}

async function finished(
  cloud: Cloud,
  resource: string,
  project: string,
  response: Record<string, unknown>,
  kind: 'pool' | 'provider',
): Promise<Reply> {
  const type = kind === 'pool' ? 'WorkloadIdentityPool' : 'WorkloadIdentityPoolProvider';
  const operation = await cloud.start({
    api: 'iam.googleapis.com',
    action: 'pool',
    project,
    step: 'iam.pool',
    input: { resource, response: { '@type': `type.googleapis.com/google.iam.v1.${type}`, ...response } },
  });
  return { status: 200, body: shownOperation(operation) };
}

async function operationReply(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = await cloud.operation(call.params.operation ?? '');
  if (operation === undefined || operation.api !== 'iam.googleapis.com') {
    throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  }
  return { status: 200, body: shownOperation(operation) };
}

function shownOperation(operation: Operation): Record<string, unknown> {
  return {
    name: `${String(operation.input.resource)}/operations/${operation.id}`,
    metadata: {
      '@type': 'type.googleapis.com/google.iam.v1.WorkloadIdentityPoolOperationMetadata',
    },
    ...(operation.done ? { done: true, response: operation.response } : {}),
  };
}
