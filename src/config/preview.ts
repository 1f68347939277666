import type { Deployment, Preview, SecretSpec, Service } from './deployment.ts';
import type { Draft } from './draft.ts';
import { allVariablesOf, secretFilesOf } from './draft.ts';
import { layOver } from './environments.ts';
import type { FindingList } from './finding-list.ts';
import { appName, bucketName, frontendBucket, serviceAccountId, sqlName, workerName } from './names.ts';
import { previewNames, templateEnvironment } from './preview-names.ts';
import { ascending, databasesIn, ownDatabasesIn } from './redis-databases.ts';
import type { Config } from './schema.ts';
import { seconds } from './schema-values.ts';
import type { MapNode, Node, ScalarNode } from './source.ts';
import type { Template } from './template.ts';
import { mapAt, nodeAt, type Path, withValue } from './tree.ts';

/**
 * How the environment `preview` becomes the copy for one pull request:
 *
 * 1. Its tree is that of the environment it extends with the smallest sizes, and its own section over that.
 * 2. Names are made its own before references are bound, so that whatever refers to a thing follows it.
 * 3. What it shares keeps the names that the extended environment gives it.
 */
export interface PreviewOf {
  readonly pullRequest: number;
  /** The environment that `preview` extends, as a whole: what is shared is called as there. */
  readonly base: Deployment;
}

/** The merged tree of a preview. Findings are those of laying its section over the rest. */
export function previewTree(root: MapNode, base: MapNode, findings: FindingList): MapNode {
  const section = nodeAt(root, ['environments', templateEnvironment]);
  const merged = section?.kind === 'map' ? layOver(base, section, findings) : base;
  const written = (path: Path) => section !== undefined && nodeAt(section, path) !== undefined;
  const small = smallest(merged, written);
  // Nobody is called out of bed for a preview, and nothing that it costs is told apart from its environment's.
  return withValue(withValue(small, ['alerts'], undefined), ['budget'], undefined);
}

/** Every app and worker at the size that costs least, but for what the section `preview` says itself. */
function smallest(tree: MapNode, written: (path: Path) => boolean): MapNode {
  let result = tree;
  const set = (path: Path, block: Node, value: number | boolean): void => {
    if (!written(path)) result = withValue(result, path, scalar(block, path, value));
  };
  for (const [key, service] of mapAt(tree, ['services'])) {
    const app = nodeAt(service, ['app']);
    const worker = nodeAt(service, ['worker']);
    if (app?.kind === 'map') {
      const at = (name: string): Path => ['services', key, 'app', name];
      set(at('min_instances'), app, 0);
      set(at('max_instances'), app, 1);
      // A GPU comes with the CPU always.
      if (!app.entries.has('gpu')) set(at('cpu_always_allocated'), app, false);
    }
    if (worker?.kind === 'map' && nodeAt(worker, ['instances']) !== undefined)
      set(['services', key, 'worker', 'instances'], worker, fewest(worker));
  }
  return result;
}

function fewest(worker: MapNode): number {
  const node = worker.entries.get('instances');
  return node?.kind === 'scalar' && node.value === 0 ? 0 : 1;
}

function scalar(block: Node, path: Path, value: number | boolean): ScalarNode {
  const { place, keyPlace } = block;
  return { kind: 'scalar', value, text: String(value), place, keyPlace, path: path.join('.') };
}

/** The same settings under the preview's own names; what it shares under those of the environment it extends. */
export function previewConfig(config: Config, { pullRequest, base }: PreviewOf): Config {
  const names = previewNames(pullRequest);
  const { database, redis, frontend } = config;
  return {
    ...config,
    services: mapValues(config.services, (service, key) => ({
      ...service,
      service_account: names.account(serviceAccountId(config, key)),
      ...(service.app && { app: { ...service.app, name: names.run(appName(config, key)) } }),
      ...(service.worker && { worker: { ...service.worker, name: names.run(workerName(config, key)) } }),
    })),
    buckets: mapValues(config.buckets, (bucket, key) => ({
      ...bucket,
      name: names.bucket(bucketName(config, key, base.project)),
    })),
    ...(database && {
      database: {
        ...database,
        instance: base.database?.instance ?? database.instance,
        name: names.sql(database.name ?? sqlName(config)),
        user: names.sql(database.user ?? sqlName(config)),
      },
    }),
    ...(redis && { redis: { ...redis, instance: redisInstance(config, redis, base, pullRequest) } }),
    ...(frontend && {
      frontend: { ...frontend, bucket: names.bucket(frontendBucket(config, base.project)) },
    }),
    network: { ...config.network, name: base.network?.name ?? config.network.name },
    artifact_registry: { ...config.artifact_registry, repository: base.repository.name },
    builds: {
      ...config.builds,
      bucket: base.builds.bucket,
      service_account: base.builds.serviceAccount,
    },
  };
}

function redisInstance(
  config: Config,
  redis: NonNullable<Config['redis']>,
  base: Deployment,
  pullRequest: number,
): string {
  const usual = base.redis?.instance ?? redis.instance ?? `${config.name}-redis`;
  return sharesRedis(config) ? usual : previewNames(pullRequest).redis(usual);
}

export function sharesRedis({ previews }: Pick<Config, 'previews'>): boolean {
  return previews.redis === 'databases';
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** The secrets with `from_env` that services of the preview use, by whether previews may have them. */
export function environmentSecrets(
  draft: Draft,
): readonly { readonly name: string; readonly allowed: boolean }[] {
  const used = new Set(
    Object.keys(draft.config.services).flatMap((key) => [
      ...allVariablesOf(draft, key).flatMap(({ kind, node }) => (kind === 'secret' ? [node.text] : [])),
      ...[...secretFilesOf(draft, key).values()].map(({ text }) => text),
    ]),
  );
  return Object.entries(draft.config.secrets)
    .filter(([name, { from_env }]) => from_env !== undefined && used.has(name))
    .map(([name]) => ({ name, allowed: draft.config.previews.secrets.includes(name) }));
}

/** The assembled copy as a preview: labels, secrets of its own, and nothing of what it shares left to make. */
export function asPreview(copy: Deployment, draft: Draft, of: PreviewOf): Deployment {
  const { base, pullRequest } = of;
  const { previews } = draft.config;
  const secret = previewNames(pullRequest).secret;
  const allowed = environmentSecrets(draft).flatMap((one) => (one.allowed ? [one.name] : []));
  const builder = base.builds.serviceAccount;
  const { database, network, ...rest } = copy;
  return {
    ...rest,
    labels: { ...copy.labels, 'pull-request': String(pullRequest) },
    ...(network && { network: base.network ?? network }),
    repository: base.repository,
    builds: base.builds,
    ...(database && { database: ownSecretsOf(database, secret) }),
    secrets: copy.secrets.flatMap((spec) => ownSecret(spec, allowed, secret)),
    serviceAccounts: copy.serviceAccounts.filter(({ id }) => id !== builder),
    grants: copy.grants.flatMap((grant) => {
      // The builder and its rights are the environment's.
      if (grant.member.startsWith(`serviceAccount:${builder}@`)) return [];
      return grant.on.kind === 'secret'
        ? [{ ...grant, on: { ...grant.on, secret: secret(grant.on.secret) } }]
        : [grant];
    }),
    services: copy.services.map((service) => withOwnSecrets(service, secret)),
    preview: {
      pullRequest,
      base: base.environment,
      max: previews.max,
      expireAfterSeconds: seconds(previews.expire_after),
      forks: previews.forks,
      ...(previews.seed !== undefined && { seed: previews.seed }),
      ...redisDatabases(copy, draft.config, base),
    },
  };
}

type Rename = (name: string) => string;

function ownSecretsOf(database: NonNullable<Deployment['database']>, secret: Rename): typeof database {
  return {
    ...database,
    userSecret: secret(database.userSecret),
    passwordSecret: secret(database.passwordSecret),
    nameSecret: secret(database.nameSecret),
  };
}

function ownSecret(spec: SecretSpec, allowed: readonly string[], secret: Rename): readonly SecretSpec[] {
  const { name, source } = spec;
  if (source.kind !== 'from_env') return [{ ...spec, name: secret(name) }];
  return allowed.includes(name) ? [{ ...spec, name: secret(name), source: { ...source, copyOf: name } }] : [];
}

function withOwnSecrets(service: Service, secret: Rename): Service {
  const renamed = (uses: Service['secrets']) =>
    mapValues(uses, (use) => ({ ...use, secret: secret(use.secret) }));
  return {
    ...service,
    secrets: renamed(service.secrets),
    ...(service.secretFiles && { secretFiles: renamed(service.secretFiles) }),
    ...(service.sidecars && {
      sidecars: service.sidecars.map((sidecar) => ({ ...sidecar, secrets: renamed(sidecar.secrets) })),
    }),
  };
}

function redisDatabases(copy: Deployment, config: Config, base: Deployment): Pick<Preview, 'redisDatabases'> {
  if (copy.redis === undefined || !sharesRedis(config)) return {};
  const wanted = ownDatabasesIn(textsOf(copy));
  const taken = databasesIn(textsOf(base));
  // A number that the file names apart from an address is known of the copy alone, and is the environment's too.
  return { redisDatabases: { wanted, taken: ascending([...taken, ...wanted]) } };
}

/** Every text that may lead to Redis. */
function textsOf(deployment: Deployment): readonly Template[] {
  return [
    ...deployment.services.flatMap(({ env, sidecars = [] }) =>
      [env, ...sidecars.map((sidecar) => sidecar.env)].flatMap((variables) => Object.values(variables)),
    ),
    ...deployment.secrets.flatMap(({ source }) => (source.kind === 'value' ? [source.template] : [])),
  ];
}
