import { deletePolicy } from '../iam/policies.ts';
import { type Call, type Cloud, type Operation, Refusal, type Reply, type Table } from '../service.ts';
import { page, uuid } from './listing.ts';
import { longRunning, operationName } from './long-running.ts';
import { patched, wholly } from './run-mask.ts';
import { email, type Resource, shortName } from './run-resource.ts';
import { releaseAddresses } from './serverless-addresses.ts';

export const runApiName = 'run.googleapis.com';

/** How long Cloud Run can still list what was deleted, in milliseconds. */
const remembered = 30 * 24 * 3600 * 1000;

/** What services, worker pools and jobs have in common. */
export interface Collection {
  readonly collection: 'services' | 'workerPools' | 'jobs';
  readonly typeUrl: string;
  readonly idParameter: string;
  readonly idField: string;
  /** `run.services`, `run.workerpools` or `run.jobs`. */
  readonly permissions: string;
  readonly label: string;
  /** Fields that a client may set. */
  readonly settable: readonly string[];
  /** What the API shows, where that is more than is stored. */
  view?(cloud: Cloud, resource: Resource): Record<string, unknown>;
  /** Deletes what belongs to the resource: revisions or executions. */
  forget(cloud: Cloud, name: string): void;
}

export function resources<T extends Resource>(cloud: Cloud, of: Pick<Collection, 'collection'>): Table<T> {
  return cloud.table<T>(`run.${of.collection}`);
}

/** What was deleted, by name and uid, for `showDeleted`. */
function deleted(cloud: Cloud): Table<Resource> {
  return cloud.table<Resource>('run.deleted');
}

export function parentOf(call: Call, cloud: Cloud): string {
  return `projects/${cloud.project(call.params.project ?? '').id}/locations/${call.params.location}`;
}

export function nameIn(call: Call, cloud: Cloud, of: Collection, id = call.params.workload ?? ''): string {
  return `${parentOf(call, cloud)}/${of.collection}/${id}`;
}

export function resourceOf<T extends Resource>(call: Call, cloud: Cloud, of: Collection): T {
  const found = resources<T>(cloud, of).get(nameIn(call, cloud, of));
  if (found === undefined) throw notFound(call, of.label, call.params.workload);
  return found;
}

export function notFound(call: Call, label: string, id: string | undefined): Refusal {
  return new Refusal(
    404,
    'NOT_FOUND',
    `Resource '${id}' of kind '${label}' in region '${call.params.location}' in project '${call.params.project}' does not exist.`,
  );
}

/** A resource of that name as the client wants it, with what Google writes into every new one. */
export function newResource(call: Call, cloud: Cloud, of: Collection, name: string): Resource {
  const now = cloud.timestamp();
  const fields = patched({}, (call.body ?? {}) as Record<string, unknown>, wholly(of.settable));
  return {
    ...fields,
    name,
    uid: uuid(cloud, 'run.uid'),
    generation: '1',
    observedGeneration: '0',
    createTime: now,
    updateTime: now,
    creator: email(call.principal),
    lastModifier: email(call.principal),
    etag: cloud.etag(),
    launchStage: launchStage(fields.launchStage),
  };
}

export function launchStage(wanted: unknown): string {
  return wanted === undefined || wanted === '' || wanted === 'LAUNCH_STAGE_UNSPECIFIED'
    ? 'GA'
    : String(wanted);
}

export async function getResource(call: Call, cloud: Cloud, of: Collection): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: viewOf(cloud, of, resourceOf(call, cloud, of)) };
}

/** `location` `-` lists those of all regions. What is being or was deleted is shown on demand only. */
export async function listResources(call: Call, cloud: Cloud, of: Collection): Promise<Reply> {
  await cloud.settleDue();
  const found = resourcesIn(call, cloud, of, call.query.get('showDeleted') === 'true');
  const { items, ...rest } = page(found, call.query);
  const views = items.map((one) => viewOf(cloud, of, one));
  return { status: 200, body: { ...(views.length > 0 ? { [of.collection]: views } : {}), ...rest } };
}

export function viewOf(cloud: Cloud, of: Collection, resource: Resource): Record<string, unknown> {
  return of.view?.(cloud, resource) ?? resource;
}

export function resourcesIn<T extends Resource>(
  call: Call,
  cloud: Cloud,
  of: Collection,
  withDeleted = false,
): T[] {
  const { id } = cloud.project(call.params.project ?? '');
  const prefix =
    call.params.location === '-' ? `projects/${id}/locations/` : `${parentOf(call, cloud)}/${of.collection}/`;
  const live = [...resources<T>(cloud, of).values()].filter(
    (one) =>
      one.name.startsWith(prefix) &&
      cloud.arrived('list', one.name) &&
      (withDeleted || one.deleteTime === undefined),
  );
  if (!withDeleted) return live;
  const now = cloud.timestamp();
  const gone = [...deleted(cloud).values()].filter(
    (one) =>
      one.name.startsWith(prefix) && one.name.includes(`/${of.collection}/`) && String(one.expireTime) > now,
  );
  return [...live, ...(gone as T[])];
}

export async function deleteResource(call: Call, cloud: Cloud, of: Collection): Promise<Reply> {
  await cloud.settleDue();
  const resource = resourceOf(call, cloud, of);
  refuseStale(resource, call.query.get('etag') ?? undefined);
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, of.typeUrl, resource);
  resources(cloud, of).set(resource.name, { ...resource, reconciling: true, deleteTime: cloud.timestamp() });
  await releaseAddresses(cloud, resource);
  const operation = await cloud.start({
    api: runApiName,
    action: 'delete',
    step: 'run.delete',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: {
      location: call.params.location,
      collection: of.collection,
      name: resource.name,
      last: resource,
    },
  });
  return { status: 200, body: viewResourceOperation(cloud, of, operation) };
}

export function settleDelete(operation: Operation, cloud: Cloud, of: Collection): void {
  const name = String(operation.input.name);
  const last = resources(cloud, of).get(name);
  if (last !== undefined) {
    deleted(cloud).set(`${name}#${last.uid}`, {
      ...last,
      expireTime: new Date(cloud.clock.now() + remembered).toISOString(),
    });
  }
  resources(cloud, of).delete(name);
  deletePolicy(cloud, name);
  of.forget(cloud, name);
}

/** The operation's metadata and response are the resource itself, as it is now. */
export function viewResourceOperation(
  cloud: Cloud,
  of: Collection,
  operation: Operation,
): Record<string, unknown> {
  const resource = (resources(cloud, of).get(String(operation.input.name)) ?? operation.input.last) as
    | Resource
    | undefined;
  return viewOperationOn(operation, {
    '@type': of.typeUrl,
    ...(resource === undefined ? {} : viewOf(cloud, of, resource)),
  });
}

export function viewOperationOn(operation: Operation, resource: unknown): Record<string, unknown> {
  return longRunning({ ...operation, response: resource }, operationName(operation), resource);
}

/** What `validateOnly` answers: an operation that is done, about something that is left as it was. */
export function dryRun(cloud: Cloud, typeUrl: string, wanted: { readonly name: string }): Reply {
  const [, project, , location] = wanted.name.split('/');
  const resource = { '@type': typeUrl, ...wanted };
  return {
    status: 200,
    body: {
      name: `projects/${project}/locations/${location}/operations/${uuid(cloud, 'run.operation')}`,
      metadata: resource,
      done: true,
      response: resource,
    },
  };
}

export function refuseStale(current: { readonly name: string; readonly etag: string }, etag: unknown): void {
  if (typeof etag !== 'string' || etag === '' || etag === current.etag) return;
  throw new Refusal(
    409,
    'ABORTED',
    `Conflict for resource '${shortName(current.name)}': version '${etag}' was specified but current version is '${current.etag}'.`,
  );
}
