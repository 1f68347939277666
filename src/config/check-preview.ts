import { allVariablesOf, type Draft, secretFilesOf, where } from './draft.ts';
import type { FindingList } from './finding-list.ts';
import { suggestion } from './nearest.ts';
import { environmentSecrets, sharesRedis } from './preview.ts';
import { templateEnvironment } from './preview-names.ts';
import { leavesDatabaseOpen } from './redis-databases.ts';
import { bindText } from './references.ts';
import type { MapNode, Node, ScalarNode } from './source.ts';
import { nodeAt, type Path } from './tree.ts';

/** What previews share with the environment that `preview` extends, so that its section cannot say otherwise. */
const shared: readonly { readonly path: Path; readonly what: string }[] = [
  ...['project', 'region', 'apis', 'network', 'artifact_registry', 'builds'].map((key) => ({
    path: [key],
    what: key.replace('_', ' '),
  })),
  ...[
    'instance',
    'version',
    'allow_upgrade',
    'edition',
    'tier',
    'disk_gb',
    'high_availability',
    'backups',
    'point_in_time_recovery',
    'deletion_protection',
    'connectivity',
    'flags',
  ].map((key) => ({ path: ['database', key], what: 'Cloud SQL instance' })),
];

/** Checks the section `preview` itself, for what has no effect there. */
export function checkSection(root: MapNode, base: string, findings: FindingList): void {
  const section = nodeAt(root, ['environments', templateEnvironment]);
  if (section?.kind !== 'map') return;
  const ownRedis = isScalar(nodeAt(root, ['previews', 'redis']), 'instance');
  const redis = { path: ['redis'], what: 'Redis instance' };
  for (const { path, what } of ownRedis ? shared : [...shared, redis]) {
    const node = nodeAt(section, path);
    if (node === undefined || isNull(node)) continue;
    findings.error({
      code: 'SHARED_WITH_PREVIEWS',
      at: { place: node.keyPlace, path: node.path },
      message: `previews share the ${what} of ${base}`,
      fix: `remove it here, or let ${templateEnvironment} extend an environment of its own`,
    });
  }
}

function isScalar(node: Node | undefined, value: string): boolean {
  return node?.kind === 'scalar' && node.value === value;
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Checks a preview for what it would miss, or share without meaning to. */
export function checkPreview(draft: Draft): void {
  checkAllowed(draft);
  checkNeeded(draft);
  checkSeed(draft);
  if (sharesRedis(draft.config)) checkRedis(draft);
}

function checkSeed(draft: Draft): void {
  const { previews, database } = draft.config;
  if (previews.seed === undefined || database?.migrations !== undefined) return;
  draft.findings.error({
    code: 'SEED_WITHOUT_MIGRATIONS',
    at: where(draft, 'previews', 'seed'),
    message: 'there are no migrations that make what the seed fills',
    fix: 'name their folder as database.migrations, or remove seed',
  });
}

function checkAllowed(draft: Draft): void {
  const { secrets, previews } = draft.config;
  const known = Object.keys(secrets).filter((name) => secrets[name]?.from_env !== undefined);
  for (const [index, name] of previews.secrets.entries()) {
    if (known.includes(name)) continue;
    const declared = secrets[name] !== undefined;
    draft.findings.error({
      code: declared ? 'SECRET_IS_OWN' : 'UNDECLARED_SECRET',
      at: where(draft, 'previews', 'secrets', index),
      message: declared
        ? `${name} is no secret with from_env: a preview has its own anyway`
        : `there is no secret "${name}"`,
      fix: declared ? 'remove it' : suggestion(name, known, 'remove it'),
    });
  }
}

/** At the variable that needs the secret: what to do about it depends on what the service does with it. */
function checkNeeded(draft: Draft): void {
  const refused = environmentSecrets(draft).flatMap(({ name, allowed }) => (allowed ? [] : [name]));
  for (const node of namedSecrets(draft)) {
    if (!refused.includes(node.text)) continue;
    draft.findings.error({
      code: 'SECRET_NOT_FOR_PREVIEWS',
      at: node,
      message: `previews need the secret ${node.text}, and previews.secrets does not name it`,
      fix: `add it to previews.secrets, or give ${templateEnvironment} a harmless one under environments.${templateEnvironment}.secrets`,
    });
  }
}

function namedSecrets(draft: Draft): readonly ScalarNode[] {
  return Object.keys(draft.config.services).flatMap((key) => [
    ...allVariablesOf(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node] : [])),
    ...secretFilesOf(draft, key).values(),
  ]);
}

/** A program that takes the number of its database elsewhere would work on that of another preview. */
function checkRedis(draft: Draft): void {
  for (const key of Object.keys(draft.config.services)) {
    const nodes = textsOf(draft, key);
    if (nodes.some(({ text }) => /\$\{\s*redis\.database\./.test(text))) continue;
    for (const node of nodes) {
      // Findings of the references themselves have been given.
      const { template } = bindText(node, { ...draft.scope, ownRedisDatabases: false }, draft.findings);
      if (!leavesDatabaseOpen(template)) continue;
      draft.findings.error({
        code: 'REDIS_DATABASE_OPEN',
        at: node,
        message:
          'which logical database of Redis is meant stands somewhere else, so that previews would share it',
        fix: `write \${redis.url}/0, or give the number as \${redis.database.0}; or set previews.redis: instance`,
      });
    }
  }
}

function textsOf(draft: Draft, key: string): readonly ScalarNode[] {
  return allVariablesOf(draft, key).flatMap(({ kind, node }) => {
    if (kind === 'env') return [node];
    const value = nodeAt(draft.tree, ['secrets', node.text, 'value']);
    return value?.kind === 'scalar' ? [value] : [];
  });
}
