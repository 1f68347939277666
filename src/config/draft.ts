import type { FindingList, Where } from './finding-list.ts';
import { appName, bucketName, databaseSecrets, sqlName } from './names.ts';
import type { DatabaseNames, Scope } from './references.ts';
import type { Config } from './schema.ts';
import type { MapNode, ScalarNode } from './source.ts';
import { mapAt, nodeAt, type Path, whereAt } from './tree.ts';

/** One environment on its way to a Deployment: what the schema accepted, and the text it came from. */
export interface Draft {
  readonly config: Config;
  readonly tree: MapNode;
  /** Before what the schema refused was left out: a thing that is there but wrong is not reported as missing too. */
  readonly written: MapNode;
  readonly project: string;
  readonly environment: string;
  readonly scope: Scope;
  readonly findings: FindingList;
  readonly repositoryId?: string;
}

export function scopeOf(config: Config, written: MapNode, project: string, environment: string): Scope {
  const keys = (section: string) => mapAt(written, [section]).keys();
  const services = new Set([...keys('services'), ...Object.keys(config.services)]);
  const database = databaseNames(config, project) ?? brokenDatabase(written);
  return {
    project,
    region: config.region,
    environment,
    name: config.name,
    buckets: new Map([...keys('buckets')].map((key) => [key, bucketName(config, key, project)])),
    redis: written.entries.has('redis'),
    services: new Map([...services].map((key) => [key, appIn(config, written, key)])),
    ...(database && { database }),
  };
}

/** An app that is there but was refused counts, so that who refers to it is not blamed as well. */
function appIn(config: Config, written: MapNode, key: string): string | undefined {
  const service = config.services[key];
  const worksOnly =
    service !== undefined && service.app === undefined && !mapAt(written, ['services', key]).has('app');
  return worksOnly ? undefined : appName(config, key);
}

function databaseNames(config: Config, project: string): DatabaseNames | undefined {
  const database = config.database;
  if (database === undefined) return undefined;
  const instance = database.instance ?? `${config.name}-postgres`;
  return {
    instance,
    name: database.name ?? sqlName(config),
    user: database.user ?? sqlName(config),
    connectionName: `${project}:${config.region}:${instance}`,
    connectivity: database.connectivity,
  };
}

function brokenDatabase(written: MapNode): DatabaseNames | undefined {
  if (!written.entries.has('database')) return undefined;
  return { instance: '', name: '', user: '', connectionName: '', connectivity: 'public' };
}

export function where(draft: Draft, ...path: Path): Where {
  return whereAt(draft.tree, path);
}

/** The place of the key rather than of its value: for what a whole block lacks. */
export function whereKey(draft: Draft, ...path: Path): Where {
  const node = nodeAt(draft.tree, path);
  return node === undefined ? whereAt(draft.tree, path) : { place: node.keyPlace, path: node.path };
}

/** The names under `secrets:`, and those that the database brings. */
export function knownSecrets(draft: Draft): ReadonlySet<string> {
  const brought = draft.scope.database === undefined ? [] : Object.values(databaseSecrets(draft.config));
  return new Set([
    ...mapAt(draft.written, ['secrets']).keys(),
    ...Object.keys(draft.config.secrets),
    ...brought,
  ]);
}

export interface VariableBlock {
  /** Path of the group, the service or the sidecar. */
  readonly path: readonly string[];
  readonly env: ReadonlyMap<string, ScalarNode>;
  readonly secrets: ReadonlyMap<string, ScalarNode>;
}

function blockAt(draft: Draft, ...path: readonly string[]): VariableBlock {
  return {
    path,
    env: scalarsAt(draft, [...path, 'env']),
    secrets: scalarsAt(draft, [...path, 'secrets']),
  };
}

function scalarsAt(draft: Draft, path: Path): ReadonlyMap<string, ScalarNode> {
  const scalars = new Map<string, ScalarNode>();
  for (const [key, node] of mapAt(draft.tree, path)) if (node.kind === 'scalar') scalars.set(key, node);
  return scalars;
}

/** The files of a service that hold secrets: path → name of the secret. */
export function secretFilesOf(draft: Draft, key: string): ReadonlyMap<string, ScalarNode> {
  return scalarsAt(draft, ['services', key, 'secret_files']);
}

/** Every place of the file that sets variables. */
export function variableBlocks(draft: Draft): readonly VariableBlock[] {
  return [
    ...Object.keys(draft.config.env_groups).map((key) => blockAt(draft, 'env_groups', key)),
    ...Object.entries(draft.config.services).flatMap(([key, { sidecars }]) => [
      blockAt(draft, 'services', key),
      ...Object.keys(sidecars).map((name) => blockAt(draft, 'services', key, 'sidecars', name)),
    ]),
  ];
}

export type Variable =
  | { readonly kind: 'env'; readonly node: ScalarNode }
  | { readonly kind: 'secret'; readonly node: ScalarNode };

/** The variables of one service: its groups in their order, then its own; the last that sets a variable wins. */
export function variablesOf(draft: Draft, key: string): ReadonlyMap<string, Variable> {
  const groups = draft.config.services[key]?.env_groups ?? [];
  const blocks = [
    ...groups.map((group) => blockAt(draft, 'env_groups', group)),
    blockAt(draft, 'services', key),
  ];
  return merged(blocks);
}

/** The variables of a sidecar: its own, and none of the service's. */
export function sidecarVariablesOf(draft: Draft, key: string, name: string): ReadonlyMap<string, Variable> {
  return merged([blockAt(draft, 'services', key, 'sidecars', name)]);
}

function merged(blocks: readonly VariableBlock[]): ReadonlyMap<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const block of blocks) {
    for (const [name, node] of block.env) variables.set(name, { kind: 'env', node });
    for (const [name, node] of block.secrets) variables.set(name, { kind: 'secret', node });
  }
  return variables;
}

/** The variables of every container of a service. */
export function allVariablesOf(draft: Draft, key: string): readonly Variable[] {
  const sidecars = Object.keys(draft.config.services[key]?.sidecars ?? {});
  return [variablesOf(draft, key), ...sidecars.map((name) => sidecarVariablesOf(draft, key, name))].flatMap(
    (variables) => [...variables.values()],
  );
}

/** Paths of everything that is built from a Dockerfile: services, and sidecars of theirs. */
export function buildPaths(config: Config): readonly Path[] {
  return Object.entries(config.services).flatMap(([key, { build, sidecars }]) => [
    ...(build === undefined ? [] : [['services', key, 'build']]),
    ...Object.entries(sidecars)
      .filter(([, sidecar]) => sidecar.build !== undefined)
      .map(([name]) => ['services', key, 'sidecars', name, 'build']),
  ]);
}
