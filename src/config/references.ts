import type { FindingList } from './finding-list.ts';
import { nearest } from './nearest.ts';
import { isLogicalDatabase, withOwnDatabases } from './redis-databases.ts';
import type { MapNode, Node, ScalarNode } from './source.ts';
import { isSecretReference, type Reference, type Template } from './template.ts';

/** What `${...}` can name in one environment. */
export interface Scope {
  readonly project: string;
  readonly region: string;
  readonly environment: string;
  readonly name: string;
  /** Key under `buckets:` → name of the bucket. */
  readonly buckets: ReadonlyMap<string, string>;
  readonly database?: DatabaseNames;
  readonly redis: boolean;
  /** Whether the numbers of logical Redis databases in the file stand for others, as in a preview. */
  readonly ownRedisDatabases?: boolean;
  /** Key under `services:` → Cloud Run name of its app, or undefined for a service that only works. */
  readonly services: ReadonlyMap<string, string | undefined>;
}

export interface DatabaseNames {
  readonly instance: string;
  readonly name: string;
  readonly user: string;
  readonly connectionName: string;
  readonly connectivity: 'public' | 'private';
}

/** What a text depends on; access and network follow from it. */
export type Use =
  | { readonly kind: 'service'; readonly key: string }
  | { readonly kind: 'redis' }
  | { readonly kind: 'database'; readonly field: string };

export interface Bound {
  readonly template: Template;
  readonly uses: readonly Use[];
  /** The first reference in the text whose value is secret, as written. */
  readonly secret?: string;
  /** False when a reference could not be answered; a finding says why. */
  readonly complete: boolean;
}

interface Answer {
  readonly parts: readonly (string | Reference)[];
  readonly use?: Use;
  readonly failed?: true;
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'unclosed' };

/** Splits at `${...}`; `$${` stands for the characters `${`. */
function* pieces(text: string): Generator<Piece> {
  let rest = text;
  for (;;) {
    const found = /\$?\$\{/.exec(rest);
    if (found === null) break;
    if (found.index > 0) yield { kind: 'text', text: rest.slice(0, found.index) };
    const behind = rest.slice(found.index + found[0].length);
    if (found[0] === `$\${`) {
      yield { kind: 'text', text: `\${` };
      rest = behind;
      continue;
    }
    const end = behind.indexOf('}');
    if (end < 0) {
      yield { kind: 'unclosed' };
      return;
    }
    yield { kind: 'reference', name: behind.slice(0, end).trim() };
    rest = behind.slice(end + 1);
  }
  if (rest !== '') yield { kind: 'text', text: rest };
}

/** Binds a text in which every reference may stand: variables and the values of secrets. */
export function bindText(node: ScalarNode, scope: Scope, findings: FindingList): Bound {
  const parts: (string | Reference)[] = [];
  const uses: Use[] = [];
  let secret: string | undefined;
  let complete = true;
  for (const piece of pieces(node.text)) {
    const answer = answerOf(piece, node, scope, findings);
    for (const part of answer.parts) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
      if (typeof part !== 'string' && isSecretReference(part) && piece.kind === 'reference')
        secret ??= piece.name;
    }
    if (answer.use !== undefined) uses.push(answer.use);
    if (answer.failed) complete = false;
  }
  const bound = scope.ownRedisDatabases ? withOwnDatabases(parts) : parts;
  const template: Template = { parts: bound, place: node.place };
  return secret === undefined ? { template, uses, complete } : { template, uses, complete, secret };
}

/** Binds a text that must be known before anything is provisioned; undefined when it cannot, with a finding. */
export function bindStatic(node: ScalarNode, scope: Scope, findings: FindingList): string | undefined {
  const { template, complete } = bindText(node, scope, findings);
  if (!complete) return undefined;
  if (template.parts.every((part) => typeof part === 'string')) return template.parts.join('');
  findings.error({
    code: 'REFERENCE_NOT_KNOWN_YET',
    at: node,
    message: `${node.text} is known only once everything is provisioned`,
    fix: 'read it from a variable under env: or secrets: when the container runs',
  });
  return undefined;
}

function answerOf(piece: Piece, node: ScalarNode, scope: Scope, findings: FindingList): Answer {
  if (piece.kind === 'text') return { parts: [piece.text] };
  if (piece.kind === 'unclosed') {
    findings.error({
      code: 'BAD_REFERENCE',
      at: node,
      message: `a \${ without its }`,
      fix: `close it with }, or write $\${ for the characters \${`,
    });
    return { parts: [], failed: true };
  }
  const answer = lookUp(piece.name, scope);
  if (typeof answer !== 'string') return answer;
  findings.error({
    code: 'UNKNOWN_REFERENCE',
    at: node,
    message: `\${${piece.name}} refers to nothing`,
    fix: answer,
  });
  return { parts: [], failed: true };
}

/** The answer, or how to correct a reference that has none. */
function lookUp(name: string, scope: Scope): Answer | string {
  const [head = '', ...rest] = name.split('.');
  switch (head) {
    case 'project':
    case 'region':
    case 'environment':
    case 'name':
      return rest.length === 0 ? { parts: [scope[head]] } : `did you mean \${${head}}?`;
    case 'project_number':
      return rest.length === 0 ? { parts: [{ kind: 'project_number' }] } : `did you mean \${project_number}?`;
    case 'buckets':
      return bucketAnswer(rest, scope);
    case 'services':
      return serviceAnswer(rest, scope);
    case 'database':
      return scope.database === undefined
        ? 'declare the database: add database: {} at the top of the file'
        : (databaseAnswer(rest.join('.'), scope.database) ?? unknown(name, scope));
    case 'redis':
      if (!scope.redis) return 'declare Redis: add redis: { memory_gb: 1 } at the top of the file';
      return redisAnswer(rest, scope) ?? unknown(name, scope);
    default:
      return unknown(name, scope);
  }
}

function unknown(name: string, scope: Scope): string {
  const near = nearest(name, knownReferences(scope));
  if (near !== undefined) return `did you mean \${${near}}?`;
  return `use one of the documented references, or write $\${${name}} for the characters \${${name}}`;
}

const databaseFields = ['host', 'port', 'name', 'user', 'instance', 'connection_name', 'password', 'url'];
const redisFields = ['host', 'port', 'auth', 'url', 'database.0'];

function knownReferences(scope: Scope): readonly string[] {
  return [
    ...['project', 'project_number', 'region', 'environment', 'name'],
    ...(scope.database ? databaseFields.map((field) => `database.${field}`) : []),
    ...(scope.redis ? redisFields.map((field) => `redis.${field}`) : []),
    ...[...scope.buckets.keys()].flatMap((key) => [`buckets.${key}`, `buckets.${key}.url`]),
    ...[...scope.services.keys()].flatMap((key) => [`services.${key}.url`, `services.${key}.host`]),
  ];
}

/** Suggests the nearest bucket or service, with the field that was asked for. */
function similar(written: string, [, ...fields]: readonly string[], scope: Scope): string | undefined {
  const known = [
    ...[...scope.buckets.keys()].map((key) => `buckets.${key}`),
    ...[...scope.services.keys()].map((key) => `services.${key}`),
  ];
  const near = nearest(written, known);
  return near && `did you mean \${${[near, ...fields].join('.')}}?`;
}

function bucketAnswer(rest: readonly string[], scope: Scope): Answer | string {
  const [key = '', field = 'name', ...more] = rest;
  const bucket = scope.buckets.get(key);
  if (bucket === undefined)
    return similar(`buckets.${key}`, rest, scope) ?? `declare it: add ${key}: {} under buckets:`;
  if (more.length > 0 || !['name', 'url'].includes(field))
    return `use \${buckets.${key}} or \${buckets.${key}.url}`;
  return { parts: [field === 'url' ? `gs://${bucket}` : bucket] };
}

function serviceAnswer(rest: readonly string[], scope: Scope): Answer | string {
  const [key = '', field = '', ...more] = rest;
  if (!scope.services.has(key))
    return similar(`services.${key}`, rest, scope) ?? `declare ${key} under services:`;
  const service = scope.services.get(key);
  if (service === undefined)
    return `${key} has no app: and so no address; give it one or remove the reference`;
  if (more.length > 0 || (field !== 'url' && field !== 'host'))
    return `use \${services.${key}.url} or \${services.${key}.host}`;
  return {
    parts: [{ kind: 'service', field, service, region: scope.region }],
    use: { kind: 'service', key },
  };
}

function redisAnswer([field = '', ...rest]: readonly string[], scope: Scope): Answer | undefined {
  if (field === 'database') return logicalDatabase(rest, scope);
  if (rest.length > 0) return undefined;
  if (field !== 'host' && field !== 'port' && field !== 'auth' && field !== 'url') return undefined;
  return { parts: [{ kind: 'redis', field }], use: { kind: 'redis' } };
}

/** `${redis.database.N}`, for programs that take the number of the database apart from its address. */
function logicalDatabase([number = '', ...rest]: readonly string[], scope: Scope): Answer | undefined {
  if (rest.length > 0 || !isLogicalDatabase(number)) return undefined;
  const own = { kind: 'redis_database', number: Number(number) } as const;
  return { parts: [scope.ownRedisDatabases ? own : number], use: { kind: 'redis' } };
}

function databaseAnswer(field: string, database: DatabaseNames): Answer | undefined {
  const parts = databaseParts(field, database);
  return parts && { parts, use: { kind: 'database', field } };
}

function databaseParts(field: string, database: DatabaseNames): Answer['parts'] | undefined {
  switch (field) {
    case 'host':
      return [databaseHost(database)];
    case 'port':
      return ['5432'];
    case 'name':
    case 'user':
    case 'instance':
      return [database[field]];
    case 'connection_name':
      return [database.connectionName];
    case 'password':
      return [{ kind: 'database', field: 'password' }];
    case 'url':
      return databaseUrl(database);
    default:
      return undefined;
  }
}

/** With a public address, the folder of the socket that Cloud Run mounts. https://cloud.google.com/sql/docs/postgres/connect-run */
function databaseHost(database: DatabaseNames): string | Reference {
  if (database.connectivity === 'public') return `/cloudsql/${database.connectionName}`;
  return { kind: 'database', field: 'host' };
}

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS: a socket folder goes into the query. */
function databaseUrl(database: DatabaseNames): Answer['parts'] {
  const login = `postgresql://${encodeURIComponent(database.user)}:`;
  const password: Reference = { kind: 'database', field: 'password_urlencoded' };
  const name = encodeURIComponent(database.name);
  const host = databaseHost(database);
  if (typeof host === 'string') return [login, password, `@/${name}?host=${host}`];
  return [login, password, '@', host, `:5432/${name}`];
}

/** Texts that are bound later, when everything that can be named is known. */
const boundLater =
  /^(env_groups\.[^.]+\.env\.|secrets\.[^.]+\.value$|frontend\.config_json\.|services\.[^.]+\.(env|build\.args|(app|worker)\.(command|args)|sidecars\.[^.]+\.(env|build\.args|command|args))\.)/;
const neverBound = new Set(['version', 'name', 'project', 'region']);

/**
 * Fills in `${project}`, `${region}`, `${environment}` and `${name}` wherever names are made, before the schema
 * looks at them. A value that cannot be filled in is reported and left out.
 */
export function expandNames(
  tree: MapNode,
  names: Pick<Scope, 'project' | 'region' | 'environment' | 'name'>,
  findings: FindingList,
): MapNode {
  const scope: Scope = { ...names, buckets: new Map(), redis: false, services: new Map() };
  const expand = (node: Node, path: string): readonly Node[] => {
    if (node.kind === 'list')
      return [{ ...node, items: node.items.flatMap((item, index) => expand(item, `${path}.${index}`)) }];
    if (node.kind === 'map') return [{ ...node, entries: expandEntries(node, `${path}.`) }];
    if (typeof node.value !== 'string' || !node.value.includes(`\${`)) return [node];
    if (neverBound.has(path) || boundLater.test(path)) return [node];
    const text = expandText(node, scope, findings);
    return text === undefined ? [] : [{ ...node, value: text, text }];
  };
  const expandEntries = (node: MapNode, prefix: string) =>
    new Map(
      [...node.entries].flatMap(([key, value]) =>
        expand(value, `${prefix}${key}`).map((expanded): [string, Node] => [key, expanded]),
      ),
    );
  return { ...tree, entries: expandEntries(tree, '') };
}

function expandText(node: ScalarNode, scope: Scope, findings: FindingList): string | undefined {
  const foreign = [...pieces(node.text)].some(
    (piece) =>
      piece.kind === 'reference' && /^(project_number|buckets|services|database|redis)\b/.test(piece.name),
  );
  if (!foreign) return bindStatic(node, scope, findings);
  findings.error({
    code: 'REFERENCE_NOT_KNOWN_YET',
    at: node,
    message: `${node.text} uses something that is not known where names are made`,
    fix: `use \${project}, \${region}, \${environment} or \${name} here; other references go under env: or secrets:`,
  });
  return undefined;
}
