import { policyRoutes } from '../iam/policies.ts';
import { type Api, type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { maskedPaths } from '../update-mask.ts';
import {
  deletePackage,
  deleteTag,
  deleteVersion,
  dockerImageRoutes,
  packageRoutes,
  versionRoutes,
} from './artifactregistry-images.ts';
import { blobs, images, type Repository, registryUri, repositories } from './artifactregistry-store.ts';
import { tagRoutes } from './artifactregistry-tags.ts';
import { page, uuid } from './listing.ts';
import { longRunning, operationName, operationRoutes } from './long-running.ts';

const api = 'artifactregistry.googleapis.com';
const typeUrl = 'type.googleapis.com/google.devtools.artifactregistry.v1.Repository';
const collection = '/v1/projects/{project}/locations/{location}/repositories';
const one = `${collection}/{repository}`;
const formats = ['DOCKER', 'MAVEN', 'NPM', 'APT', 'YUM', 'PYTHON', 'KFP', 'GO', 'GENERIC'];
const changeable = new Set([
  'description',
  'labels',
  'cleanupPolicies',
  'cleanupPolicyDryRun',
  'dockerConfig',
  'vulnerabilityScanningConfig',
]);

function repositoryName(call: Call): string {
  return `projects/${call.params.project}/locations/${call.params.location}/repositories/${call.params.repository}`;
}

function fullName(call: Call, cloud: Cloud, id = call.params.repository ?? ''): string {
  const { id: project } = cloud.project(call.params.project ?? '');
  return `projects/${project}/locations/${call.params.location}/repositories/${id}`;
}

function repositoryOf(call: Call, cloud: Cloud): Repository {
  const name = fullName(call, cloud);
  const found = repositories(cloud).get(name);
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', `Requested entity was not found.`);
  return found;
}

async function createRepository(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const id = call.query.get('repositoryId') ?? '';
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) {
    throw invalid(
      'invalid repository ID: must start with a lower-case letter and contain only lower-case letters, digits and hyphens, 63 at most',
    );
  }
  const name = fullName(call, cloud, id);
  const body = (call.body ?? {}) as Partial<Repository>;
  if (!formats.includes(body.format ?? '')) throw invalid(`invalid repository format "${body.format ?? ''}"`);
  const mode = !body.mode || body.mode === 'MODE_UNSPECIFIED' ? 'STANDARD_REPOSITORY' : body.mode;
  checkPolicies(body.cleanupPolicies);
  if (repositories(cloud).has(name) || beingCreated(cloud, name)) {
    throw new Refusal(409, 'ALREADY_EXISTS', 'the repository already exists');
  }
  const operation = await start(call, cloud, 'create', 'artifactregistry.repository', name, {
    repository: { ...body, name, mode },
  });
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}

function beingCreated(cloud: Cloud, name: string): boolean {
  return [...cloud.table<Operation>('operations').values()].some(
    (operation) =>
      operation.api === api &&
      operation.action === 'create' &&
      !operation.done &&
      operation.input.name === name,
  );
}

function settleCreate(operation: Operation, cloud: Cloud): void {
  const name = String(operation.input.name);
  const now = cloud.timestamp();
  const repository: Repository = {
    ...(operation.input.repository as Repository),
    createTime: now,
    updateTime: now,
    satisfiesPzi: true,
    registryUri: registryUri(name),
  };
  repositories(cloud).set(name, repository);
  operation.response = { '@type': typeUrl, ...repository };
}

async function getRepository(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: view(cloud, repositoryOf(call, cloud)) };
}

async function listRepositories(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = fullName(call, cloud, '');
  const own = [...repositories(cloud).entries()].filter(([name]) => name.startsWith(prefix));
  const { items, ...rest } = page(own, call.query);
  const shown = items.map(([, repository]) => view(cloud, repository));
  return { status: 200, body: { ...(shown.length > 0 ? { repositories: shown } : {}), ...rest } };
}

async function patchRepository(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const repository = repositoryOf(call, cloud);
  const body = (call.body ?? {}) as Partial<Repository>;
  const paths = maskedPaths(call, {
    api: 'artifactregistry',
    message: 'Repository',
    changeable,
    current: repository,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) => invalid(`the field "${path}" is immutable or unknown`),
  });
  const fields = paths?.map(([field]) => field) ?? Object.keys(body).filter((field) => changeable.has(field));
  const change: Record<string, unknown> = Object.fromEntries(fields.map((field) => [field, body[field]]));
  checkPolicies(change.cleanupPolicies);
  const changed = { ...repository, ...change, updateTime: cloud.timestamp() };
  repositories(cloud).set(repository.name, changed);
  return { status: 200, body: view(cloud, changed) };
}

async function deleteRepository(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { name } = repositoryOf(call, cloud);
  const operation = await start(call, cloud, 'delete', 'artifactregistry.delete', name, {});
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}

function settleDelete(operation: Operation, cloud: Cloud): void {
  const name = String(operation.input.name);
  repositories(cloud).delete(name);
  for (const image of [...images(cloud).values()]) {
    if (image.repository === name) deletePackage(cloud, `${name}/packages/${image.package}`);
  }
  for (const [key] of [...blobs(cloud).entries()]) if (key.startsWith(`${name}@`)) blobs(cloud).delete(key);
}

function start(
  call: Call,
  cloud: Cloud,
  action: string,
  step: string,
  name: string,
  input: Record<string, unknown>,
): Promise<Operation> {
  return cloud.start({
    api,
    action,
    step,
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'artifactregistry.operation'),
    input: { ...input, location: call.params.location, name },
    metadata: { '@type': 'type.googleapis.com/google.devtools.artifactregistry.v1.OperationMetadata' },
  });
}

function view(cloud: Cloud, repository: Repository): unknown {
  let size = 0;
  for (const image of images(cloud).values())
    if (image.repository === repository.name) size += image.sizeBytes;
  return { ...repository, ...(size > 0 ? { sizeBytes: String(size) } : {}) };
}

interface CleanupPolicy {
  readonly id?: string;
  readonly action?: string;
  readonly condition?: unknown;
  readonly mostRecentVersions?: unknown;
}

function checkPolicies(policies: unknown): void {
  for (const [key, policy] of Object.entries((policies ?? {}) as Record<string, CleanupPolicy>)) {
    if (policy.id !== undefined && policy.id !== key) {
      throw invalid(`cleanup policy ID "${policy.id}" does not match its key "${key}"`);
    }
    if (policy.action !== 'KEEP' && policy.action !== 'DELETE') {
      throw invalid(`cleanup policy "${key}" must have the action KEEP or DELETE`);
    }
    if ((policy.condition === undefined) === (policy.mostRecentVersions === undefined)) {
      throw invalid(`cleanup policy "${key}" must have either a condition or mostRecentVersions`);
    }
    if (policy.action === 'DELETE' && policy.mostRecentVersions !== undefined) {
      throw invalid(`cleanup policy "${key}": mostRecentVersions goes with the action KEEP only`);
    }
  }
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', message);
}

/** Artifact Registry's own API. Images come in by Cloud Build and by the Docker protocol (docker-registry.ts). */
export const artifactregistryApi: Api = {
  name: api,
  title: 'Artifact Registry API',
  needsEnabling: true,
  messages: 'artifactregistry',
  errors: 'rpc',
  notModelled: [
    'Formats other than DOCKER have no content; remote and virtual repositories do not fetch.',
    'Cleanup policies are checked and kept, but never run.',
  ],
  routes: [
    {
      method: 'POST',
      path: collection,
      id: 'artifactregistry.projects.locations.repositories.create',
      permission: 'artifactregistry.repositories.create',
      message: 'Repository',
      handle: createRepository,
    },
    {
      method: 'GET',
      path: collection,
      id: 'artifactregistry.projects.locations.repositories.list',
      permission: 'artifactregistry.repositories.list',
      handle: listRepositories,
    },
    {
      method: 'GET',
      path: one,
      id: 'artifactregistry.projects.locations.repositories.get',
      permission: 'artifactregistry.repositories.get',
      resource: repositoryName,
      handle: getRepository,
    },
    {
      method: 'PATCH',
      path: one,
      id: 'artifactregistry.projects.locations.repositories.patch',
      permission: 'artifactregistry.repositories.update',
      resource: repositoryName,
      message: 'Repository',
      handle: patchRepository,
    },
    {
      method: 'DELETE',
      path: one,
      id: 'artifactregistry.projects.locations.repositories.delete',
      permission: 'artifactregistry.repositories.delete',
      resource: repositoryName,
      handle: deleteRepository,
    },
    ...policyRoutes({
      path: one,
      id: 'artifactregistry.projects.locations.repositories',
      permissions: 'artifactregistry.repositories',
      resource: repositoryName,
      exists: (call, cloud) => {
        repositoryOf(call, cloud);
      },
      get: 'GET',
    }),
    ...packageRoutes(one, repositoryName, startDelete),
    ...versionRoutes(one, repositoryName, startDelete),
    ...tagRoutes(one, repositoryName),
    ...dockerImageRoutes(one, repositoryName),
    ...operationRoutes({
      api,
      root: '/v1',
      id: 'artifactregistry.projects.locations.operations',
      permission: 'artifactregistry.repositories',
      view: (operation) => longRunning(operation, operationName(operation)),
    }),
  ],
  settle: {
    create: settleCreate,
    delete: settleDelete,
    deletePackage: (operation, cloud) => deletePackage(cloud, String(operation.input.name)),
    deleteVersion: (operation, cloud) => deleteVersion(cloud, String(operation.input.name)),
    deleteTag: (operation, cloud) => deleteTag(cloud, String(operation.input.name)),
  },
};

async function startDelete(
  call: Call,
  cloud: Cloud,
  action: 'deletePackage' | 'deleteVersion',
  name: string,
): Promise<Reply> {
  const operation = await start(call, cloud, action, 'artifactregistry.delete', name, {});
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}
