import { isDeepStrictEqual } from 'node:util';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { repeated, startOperation } from './compute-operations.ts';
import {
  checkName,
  find,
  findReady,
  invalidField,
  numericId,
  pathOf,
  pathOfLink,
  projectOf,
  type Resource,
  refuseExisting,
  root,
  type Scope,
  shown,
  table,
} from './compute-resource.ts';
import { page } from './listing.ts';

/** Where a resource is, or is to be. */
export interface Place {
  readonly project: string;
  readonly scope: Scope;
  /** Its name in messages and its key. */
  readonly path: string;
}

/** In what the collections of Compute differ. */
export interface CollectionKind<T extends Resource> {
  readonly collection: string;
  /** One of them: the path's parameter, and `compute#` before it the resource's kind. */
  readonly item: string;
  readonly regional?: true;
  /** `compute.PERMISSIONS.create`; also the method ids. */
  readonly permissions: string;
  /** `create` itself asks for the permission to create. */
  readonly createDecides?: true;
  readonly message: string;
  readonly step: string;
  /** What a new one has beside that which all have, and its region. Throws for what Google refuses. */
  create(call: Call, cloud: Cloud, body: Partial<T>, place: Place): Omit<T, keyof Resource | 'region'>;
  /** What a patch makes different; without it there is no such method. */
  change?(cloud: Cloud, body: Partial<T>, current: T): Partial<T>;
  /** Fields that a patch may repeat and not change, beside the name. */
  readonly fixed?: readonly (keyof T & string)[];
  /** Throws while something needs it. */
  release?(cloud: Cloud, resource: T, path: string): void;
  view?(cloud: Cloud, resource: T): unknown;
}

export function placeOf<T extends Resource>(
  call: Call,
  cloud: Cloud,
  kind: Pick<CollectionKind<T>, 'collection' | 'item' | 'regional'>,
  name = call.params[kind.item] ?? '',
): Place {
  const project = projectOf(call, cloud);
  const scope = kind.regional === true ? { region: call.params.region ?? '' } : {};
  return { project, scope, path: pathOf(project, scope, kind.collection, name) };
}

async function insert<T extends Resource>(call: Call, cloud: Cloud, kind: CollectionKind<T>): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<T>;
  const name = checkName(body.name);
  const place = placeOf(call, cloud, kind, name);
  refuseExisting(cloud, kind.collection, place.path);
  const own = kind.create(call, cloud, body, place);
  const { project, scope, path } = place;
  const resource = {
    ...(body.description === undefined ? {} : { description: body.description }),
    ...own,
    kind: `compute#${kind.item}`,
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    ...(scope.region === undefined ? {} : { region: `${root}projects/${project}/regions/${scope.region}` }),
  };
  table<Resource>(cloud, kind.collection).set(path, resource);
  const { collection, step } = kind;
  return startOperation(call, cloud, {
    type: 'insert',
    step,
    collection,
    path,
    targetId: resource.id,
    scope,
  });
}

async function get<T extends Resource>(call: Call, cloud: Cloud, kind: CollectionKind<T>): Promise<Reply> {
  await cloud.settleDue();
  const resource = find<T>(cloud, kind.collection, placeOf(call, cloud, kind).path);
  return { status: 200, body: viewOf(cloud, kind, resource) };
}

/** What the call's project and region hold, filtered by `name=` and paged. */
async function list<T extends Resource>(call: Call, cloud: Cloud, kind: CollectionKind<T>): Promise<Reply> {
  await cloud.settleDue();
  const prefix = placeOf(call, cloud, kind, '').path;
  const wanted = nameFilter(call.query.get('filter'));
  const own = [...table<T>(cloud, kind.collection).entries()]
    .filter(([path, { name }]) => path.startsWith(prefix) && (wanted === undefined || wanted === name))
    .map(([, resource]) => viewOf(cloud, kind, resource));
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults', largest: 500 });
  const id = prefix.slice(0, -1);
  return {
    status: 200,
    body: {
      kind: `compute#${kind.item}List`,
      id,
      ...(items.length > 0 ? { items } : {}),
      selfLink: root + id,
      ...rest,
    },
  };
}

/** Fields that are sent replace what is there; a list as a whole. */
async function patch<T extends Resource>(
  call: Call,
  cloud: Cloud,
  kind: CollectionKind<T>,
  change: NonNullable<CollectionKind<T>['change']>,
): Promise<Reply> {
  await cloud.settleDue();
  const { project, scope, path } = placeOf(call, cloud, kind);
  const current = findReady<T>(cloud, kind.collection, path);
  const body = (call.body ?? {}) as Partial<T>;
  for (const field of ['name', ...(kind.fixed ?? [])] as const) refuseChanged(field, body, current, project);
  return startOperation(call, cloud, {
    type: 'patch',
    step: kind.step,
    collection: kind.collection,
    path,
    targetId: current.id,
    scope,
    change: change(cloud, body, current),
  });
}

/** A link names the same thing in any of its forms. */
function refuseChanged<T extends Resource>(
  field: keyof T & string,
  body: Partial<T>,
  current: T,
  project: string,
): void {
  const [given, held] = [body[field], current[field]];
  if (given === undefined || isDeepStrictEqual(given, held)) return;
  const linked = typeof given === 'string' && typeof held === 'string' && held.startsWith(root);
  if (linked && root + pathOfLink(given, project) === held) return;
  throw invalidField(field, given, 'Cannot be changed.');
}

async function remove<T extends Resource>(call: Call, cloud: Cloud, kind: CollectionKind<T>): Promise<Reply> {
  await cloud.settleDue();
  const { scope, path } = placeOf(call, cloud, kind);
  const resource = find<T>(cloud, kind.collection, path);
  kind.release?.(cloud, resource, path);
  return startOperation(call, cloud, {
    type: 'delete',
    step: 'compute.delete',
    collection: kind.collection,
    path,
    targetId: resource.id,
    scope,
  });
}

function viewOf<T extends Resource>(cloud: Cloud, kind: CollectionKind<T>, resource: T): unknown {
  return kind.view?.(cloud, resource) ?? shown(resource);
}

/** The name of a filter `name=X`; Compute's other filters are refused. */
export function nameFilter(filter: string | null): string | undefined {
  if (filter === null || filter === '') return undefined;
  const match = /^\(?name\s*(?:=|eq)\s*"?([a-z0-9-]+)"?\)?$/.exec(filter.trim());
  if (match === null) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid value for field 'filter': '${filter}'. This emulator knows filters of the form name=X only.`,
      { reason: 'invalid' },
    );
  }
  return match[1];
}

export const computeRoot = '/compute/v1/projects/{project}';

/** Insert, get, list, delete, and patch where the kind has one. */
export function collectionRoutes<T extends Resource>(kind: CollectionKind<T>): Route[] {
  const place = kind.regional === true ? 'regions/{region}' : 'global';
  const path = `${computeRoot}/${place}/${kind.collection}`;
  const one = `${path}/{${kind.item}}`;
  const id = `compute.${kind.permissions}`;
  const { change, message } = kind;
  return [
    {
      method: 'POST',
      path,
      id: `${id}.insert`,
      ...(kind.createDecides ? {} : { permission: `${id}.create` }),
      message,
      handle: (call, cloud) => insert(call, cloud, kind),
    },
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      permission: `${id}.list`,
      handle: (call, cloud) => list(call, cloud, kind),
    },
    {
      method: 'GET',
      path: one,
      id: `${id}.get`,
      permission: `${id}.get`,
      handle: (call, cloud) => get(call, cloud, kind),
    },
    {
      method: 'DELETE',
      path: one,
      id: `${id}.delete`,
      permission: `${id}.delete`,
      handle: (call, cloud) => remove(call, cloud, kind),
    },
    ...(change === undefined
      ? []
      : [
          {
            method: 'PATCH',
            path: one,
            id: `${id}.patch`,
            permission: `${id}.update`,
            message,
            handle: (call: Call, cloud: Cloud) => patch(call, cloud, kind, change),
          } as const,
        ]),
  ];
}
