import { type Call, type Cloud, Refusal, type Reply, type Route, type Table } from '../service.ts';
import { maskedPaths } from '../update-mask.ts';
import { page } from './listing.ts';
import { monitoringFilter } from './monitoring-filter.ts';

/** What alert policies, uptime checks and notification channels have in common. */
export interface Config extends Record<string, unknown> {
  readonly name: string;
  readonly displayName?: string;
  readonly userLabels?: Readonly<Record<string, string>>;
}

/** One kind of thing that a project keeps in Monitoring. */
export interface ConfigKind {
  /** `alertPolicies`; also the field of a list's answer and the last word of its permissions. */
  readonly collection: string;
  readonly message: string;
  /** Last part of a new one's name. */
  newId(cloud: Cloud, body: Record<string, unknown>): string;
  /** Defaults and what only Google writes. Throws for what Google refuses. */
  complete(call: Call, cloud: Cloud, wanted: Config, before: Config | undefined): Config;
  /** Throws when something still needs it. */
  release?(call: Call, cloud: Cloud, config: Config): void;
  readonly fields: readonly string[];
}

export function configs(cloud: Cloud, collection: string): Table<Config> {
  return cloud.table<Config>(`monitoring.${collection}`);
}

function nameOf(call: Call, cloud: Cloud, { collection }: ConfigKind, id = call.params.config ?? ''): string {
  return `projects/${cloud.project(call.params.project ?? '').id}/${collection}/${id}`;
}

function configOf(call: Call, cloud: Cloud, kind: ConfigKind): Config {
  const name = nameOf(call, cloud, kind);
  const found = configs(cloud, kind.collection).get(name);
  if (found === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `The resource ${name} could not be found.`);
  }
  return found;
}

function create(call: Call, cloud: Cloud, kind: ConfigKind): Reply {
  const body = (call.body ?? {}) as Record<string, unknown>;
  const wanted = { ...picked(kind, body), name: nameOf(call, cloud, kind, kind.newId(cloud, body)) };
  const config = kind.complete(call, cloud, wanted, undefined);
  configs(cloud, kind.collection).set(config.name, config);
  return { status: 200, body: config };
}

/** With a mask the fields that it names, without one all that a client may write. */
function patch(call: Call, cloud: Cloud, kind: ConfigKind): Reply {
  const before = configOf(call, cloud, kind);
  const body = (call.body ?? {}) as Record<string, unknown>;
  const paths = maskedPaths(call, {
    api: 'monitoring',
    message: kind.message,
    changeable: kind.fields,
    current: before,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) =>
      new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Field updateMask had an invalid value of "${path}": it names no field that can be changed.`,
      ),
  });
  const next: Record<string, unknown> = structuredClone(
    paths === undefined
      ? {
          ...Object.fromEntries(Object.entries(before).filter(([field]) => !kind.fields.includes(field))),
          ...picked(kind, body),
        }
      : before,
  );
  for (const path of paths ?? []) put(next, path, path.reduce<unknown>(fieldOf, body));
  const config = kind.complete(call, cloud, { ...next, name: before.name }, before);
  configs(cloud, kind.collection).set(config.name, config);
  return { status: 200, body: config };
}

function list(call: Call, cloud: Cloud, kind: ConfigKind): Reply {
  const filter = monitoringFilter(call.query.get('filter') ?? '');
  const prefix = nameOf(call, cloud, kind, '');
  const found = [...configs(cloud, kind.collection).values()].filter(
    (config) => config.name.startsWith(prefix) && filter.matches((path) => filterField(config, path)),
  );
  const { items, ...rest } = page(found, call.query);
  return {
    status: 200,
    body: { ...(items.length > 0 ? { [kind.collection]: items } : {}), ...rest, totalSize: found.length },
  };
}

function remove(call: Call, cloud: Cloud, kind: ConfigKind): Reply {
  const config = configOf(call, cloud, kind);
  kind.release?.(call, cloud, config);
  configs(cloud, kind.collection).delete(config.name);
  return { status: 200, body: {} };
}

/** `user_labels` alone asks for the name of a label, `user_labels.x` for its value. */
function filterField(config: Config, path: string): string | undefined {
  if (path === 'user_labels') return Object.keys(config.userLabels ?? {}).join(' ');
  const value = path.split('.').map(camelCase).reduce<unknown>(fieldOf, config);
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function put(
  target: Record<string, unknown>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[first];
    else target[first] = value;
    return;
  }
  const inner = { ...(target[first] as Record<string, unknown> | undefined) };
  put(inner, rest, value);
  target[first] = inner;
}

function picked(kind: ConfigKind, body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([field]) => kind.fields.includes(field)));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Create, get, list, patch and delete of one kind. */
export function configRoutes(kind: ConfigKind): Route[] {
  const path = `/v3/projects/{project}/${kind.collection}`;
  const id = `monitoring.projects.${kind.collection}`;
  const permission = (verb: string) => `monitoring.${kind.collection}.${verb}`;
  return [
    {
      method: 'POST',
      path,
      id: `${id}.create`,
      permission: permission('create'),
      message: kind.message,
      handle: (call, cloud) => create(call, cloud, kind),
    },
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      permission: permission('list'),
      handle: (call, cloud) => list(call, cloud, kind),
    },
    {
      method: 'GET',
      path: `${path}/{config}`,
      id: `${id}.get`,
      permission: permission('get'),
      handle: (call, cloud) => ({ status: 200, body: configOf(call, cloud, kind) }),
    },
    {
      method: 'PATCH',
      path: `${path}/{config}`,
      id: `${id}.patch`,
      permission: permission('update'),
      message: kind.message,
      handle: (call, cloud) => patch(call, cloud, kind),
    },
    {
      method: 'DELETE',
      path: `${path}/{config}`,
      id: `${id}.delete`,
      permission: permission('delete'),
      handle: (call, cloud) => remove(call, cloud, kind),
    },
  ];
}
