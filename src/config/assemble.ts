import { posix } from 'node:path';
import { authenticationOf, deriveGrants, reachesDatabase } from './access.ts';
import { alertsOf, budgetOf } from './alerts.ts';
import { deriveApis } from './apis.ts';
import type {
  App,
  Bucket,
  Build,
  BuildSettings,
  Database,
  Deployment,
  Probe,
  Redis,
  Repository,
  SecretSpec,
  Service,
  ServiceAccount,
  Smoke,
  Worker,
} from './deployment.ts';
import { type Draft, where, whereKey } from './draft.ts';
import type { Place } from './finding.ts';
import { frontendOf } from './frontend.ts';
import {
  appName,
  bucketName,
  buildBucket,
  builderAccountId,
  databaseSecrets,
  serviceAccountEmail,
  serviceAccountId,
  workerName,
} from './names.ts';
import { deriveNetwork, egressOf, needsZone } from './network.ts';
import { bindStatic } from './references.ts';
import type { AppConfig, ServiceConfig, WorkerConfig } from './schema.ts';
import { cpuQuantity, seconds } from './schema-values.ts';
import { mapAt, nodeAt, type Path } from './tree.ts';
import { type Bindings, bindAll, type ServiceUses } from './uses.ts';

/** Marks what was made by this suite, in the label that Google's own tools show first. */
const managedBy = 'aethercast-deploy';

/** Binds the references, derives access and network, and fills in every default. */
export function assemble(draft: Draft, file: string, root: string): Deployment {
  const { config, project, environment } = draft;
  const bindings = bindAll(draft);
  const repository = repositoryOf(draft);
  const services = [...bindings.services].map(([key, used]) => serviceOf(draft, key, used, repository));
  const network = deriveNetwork(
    draft,
    services.map((service) => service.vpc?.egress),
    needsZone(draft, bindings.services),
  );
  const database = databaseOf(draft);
  const redis = redisOf(draft);
  const frontend = frontendOf(draft);
  const alerts = alertsOf(draft);
  const budget = budgetOf(draft);
  const secrets = [...databaseSecretSpecs(database), ...secretSpecs(draft, bindings)];
  const buckets = bucketsOf(draft);
  const grants = deriveGrants(draft, bindings.services);
  const used = {
    ...(network && { network }),
    ...(database && { database }),
    ...(redis && { redis }),
    ...(frontend && { frontend }),
    ...(alerts && { alerts }),
    ...(budget && { budget }),
    secrets,
    buckets,
    services,
  };
  return {
    file,
    root,
    name: config.name,
    environment,
    project,
    region: config.region,
    labels: {
      'managed-by': managedBy,
      deployment: config.name,
      environment,
      ...(draft.repositoryId && { repository: draft.repositoryId }),
    },
    apis: deriveApis(config, used, grants),
    repository,
    builds: buildSettings(draft),
    serviceAccounts: serviceAccountsOf(draft),
    grants,
    ...used,
  };
}

function repositoryOf({ config, project }: Draft): Repository {
  const name = config.artifact_registry.repository ?? config.name;
  const location = config.region;
  // A project of a domain, example.com:web, is written example.com/web in the name of an image.
  const prefix = `${location}-docker.pkg.dev/${project.replace(':', '/')}/${name}`;
  return { name, location, prefix, keep: config.artifact_registry.keep };
}

function buildSettings({ config, project }: Draft): BuildSettings {
  return {
    bucket: buildBucket(config, project),
    serviceAccount: builderAccountId(config),
    timeoutSeconds: seconds(config.builds.timeout),
    ...(config.builds.machine_type && { machineType: config.builds.machine_type }),
  };
}

function bucketsOf(draft: Draft): readonly Bucket[] {
  return Object.entries(draft.config.buckets).map(([key, bucket]) => ({
    key,
    name: bucketName(draft.config, key, draft.project),
    location: bucket.location ?? draft.config.region,
    versioning: bucket.versioning,
    cors: bucket.cors.map((rule) => ({
      origins: rule.origins,
      methods: rule.methods,
      headers: rule.headers,
      maxAgeSeconds: seconds(rule.max_age),
    })),
    ...(bucket.delete_after_days !== undefined && { deleteAfterDays: bucket.delete_after_days }),
    place: whereKey(draft, 'buckets', key).place,
  }));
}

function databaseOf(draft: Draft): Database | undefined {
  const database = draft.config.database;
  const names = draft.scope.database;
  if (database === undefined || names === undefined) return undefined;
  const secrets = databaseSecrets(draft.config);
  return {
    ...names,
    version: database.version,
    allowUpgrade: database.allow_upgrade,
    edition: database.edition,
    tier: database.tier,
    diskGb: database.disk_gb,
    highAvailability: database.high_availability,
    backups: database.backups,
    pointInTimeRecovery: database.point_in_time_recovery,
    deletionProtection: database.deletion_protection,
    flags: textsAt(draft, ['database', 'flags']),
    ...(database.migrations !== undefined && { migrations: posix.normalize(database.migrations) }),
    userSecret: secrets.user,
    passwordSecret: secrets.password,
    nameSecret: secrets.name,
    place: whereKey(draft, 'database').place,
  };
}

function redisOf(draft: Draft): Redis | undefined {
  const redis = draft.config.redis;
  if (redis === undefined) return undefined;
  return {
    instance: redis.instance ?? `${draft.config.name}-redis`,
    tier: redis.tier,
    memoryGb: redis.memory_gb,
    version: redis.version,
    allowDataLoss: redis.allow_data_loss,
    place: whereKey(draft, 'redis').place,
  };
}

const passwordLength = 32;

/** As the schema's default for declared secrets. */
const keptVersions = 10;

function databaseSecretSpecs(database: Database | undefined): readonly SecretSpec[] {
  if (database === undefined) return [];
  const { place } = database;
  const fixed = (name: string, text: string): SecretSpec => ({
    name,
    keep: keptVersions,
    source: { kind: 'value', template: { parts: [text], place } },
    place,
  });
  return [
    fixed(database.userSecret, database.user),
    {
      name: database.passwordSecret,
      keep: keptVersions,
      source: { kind: 'generate', length: passwordLength, alphabet: 'alphanumeric' },
      place,
    },
    fixed(database.nameSecret, database.name),
  ];
}

function secretSpecs(draft: Draft, bindings: Bindings): readonly SecretSpec[] {
  return Object.entries(draft.config.secrets).flatMap(([name, secret]): SecretSpec[] => {
    const place = whereKey(draft, 'secrets', name).place;
    const { keep } = secret;
    const template = bindings.secretValues.get(name)?.template;
    if (template !== undefined) return [{ name, keep, source: { kind: 'value', template }, place }];
    if (secret.from_env !== undefined)
      return [{ name, keep, source: { kind: 'from_env', variable: secret.from_env }, place }];
    if (secret.generate === undefined) return [];
    const alphabet = secret.alphabet ?? 'alphanumeric';
    return [{ name, keep, source: { kind: 'generate', length: secret.generate, alphabet }, place }];
  });
}

function serviceAccountsOf(draft: Draft): readonly ServiceAccount[] {
  const accounts = new Map<string, ServiceAccount>();
  const add = (id: string, displayName: string, place: Place) => {
    const email = serviceAccountEmail(id, draft.project);
    if (!accounts.has(id)) accounts.set(id, { id, email, displayName, place });
  };
  const keys = Object.keys(draft.config.services);
  for (const key of keys) {
    const { place } = where(draft, 'services', key, 'service_account');
    add(serviceAccountId(draft.config, key), `${draft.config.name} ${key}`, place);
  }
  if (keys.some((key) => draft.config.services[key]?.build !== undefined))
    add(builderAccountId(draft.config), `${draft.config.name} builds`, where(draft, 'builds').place);
  return [...accounts.values()];
}

function serviceOf(draft: Draft, key: string, used: ServiceUses, repository: Repository): Service {
  const service = draft.config.services[key];
  const egress = egressOf(draft, key, used);
  const usesDatabase = used.uses.some(({ use }) => reachesDatabase(use));
  return {
    key,
    serviceAccount: serviceAccountId(draft.config, key),
    ...(service?.build && { build: buildOf(draft, key, service.build, repository) }),
    ...(service?.image !== undefined && { image: service.image }),
    env: Object.fromEntries([...used.env].map(([name, bound]) => [name, bound.template])),
    secrets: Object.fromEntries(
      used.secrets.map(({ variable, secret, place }) => [variable, { secret, place }]),
    ),
    ...(used.secretFiles.length > 0 && {
      secretFiles: Object.fromEntries(
        used.secretFiles.map(({ file, secret, place }) => [file, { secret, place }]),
      ),
    }),
    cloudSql: usesDatabase && draft.scope.database?.connectivity === 'public',
    ...(egress && { vpc: { egress } }),
    ...(service?.app && { app: appOf(draft, key, service.app) }),
    ...(service?.worker && { worker: workerOf(draft, key, service.worker) }),
    place: whereKey(draft, 'services', key).place,
  };
}

function buildOf(
  draft: Draft,
  key: string,
  build: NonNullable<ServiceConfig['build']>,
  repository: Repository,
): Build {
  const imageName = build.image ?? key;
  return {
    context: posix.normalize(build.context).replace(/(.)\/$/, '$1'),
    dockerfile: posix.normalize(build.dockerfile ?? `${build.context}/Dockerfile`),
    ...(build.target !== undefined && { target: build.target }),
    args: textsAt(draft, ['services', key, 'build', 'args']),
    image: `${repository.prefix}/${imageName}`,
    imageName,
    place: whereKey(draft, 'services', key, 'build').place,
  };
}

function appOf(draft: Draft, key: string, app: AppConfig): App {
  return {
    name: appName(draft.config, key),
    port: app.port,
    cpu: cpuQuantity(app.cpu),
    memory: app.memory,
    ...(app.gpu && { gpu: app.gpu }),
    ...(app.concurrency !== undefined && { concurrency: app.concurrency }),
    timeoutSeconds: seconds(app.timeout),
    minInstances: app.min_instances,
    maxInstances: app.max_instances,
    ingress: app.ingress,
    authentication: authenticationOf(draft, key),
    sessionAffinity: app.session_affinity,
    cpuAlwaysAllocated: app.cpu_always_allocated || app.gpu !== undefined,
    ...commandLine(draft, ['services', key, 'app']),
    ...(app.startup_path !== undefined && { startupPath: app.startup_path }),
    ...(app.liveness_path !== undefined && { livenessPath: app.liveness_path }),
    ...(app.startup_probe && { startupProbe: probeOf(app.startup_probe, app.port) }),
    ...(app.liveness_probe && { livenessProbe: probeOf(app.liveness_probe, app.port) }),
    startupCpuBoost: app.startup_cpu_boost,
    ...(app.execution_environment && { executionEnvironment: app.execution_environment }),
    ...(app.description !== undefined && { description: app.description }),
    customAudiences: app.custom_audiences,
    defaultUrlDisabled: !app.default_url,
    ...(app.smoke.enabled && app.default_url && { smoke: smokeOf(app) }),
    place: whereKey(draft, 'services', key, 'app').place,
  };
}

function probeOf(probe: NonNullable<AppConfig['startup_probe']>, port: number): Probe {
  const { path, grpc } = probe;
  return {
    kind:
      path !== undefined
        ? { http: { path } }
        : grpc !== undefined
          ? { grpc: { service: grpc } }
          : { tcp: true },
    port: probe.port ?? port,
    initialDelay: probe.initial_delay,
    period: probe.period,
    timeout: probe.timeout,
    failureThreshold: probe.failure_threshold,
  };
}

function smokeOf({ smoke, startup_path, startup_probe }: AppConfig): Smoke {
  const status = smoke.status ?? (smoke.path === undefined ? undefined : 200);
  return {
    path: smoke.path ?? startup_probe?.path ?? startup_path ?? '/',
    ...(status !== undefined && { status }),
    successes: smoke.successes,
    timeoutSeconds: seconds(smoke.timeout),
  };
}

function workerOf(draft: Draft, key: string, worker: WorkerConfig): Worker {
  return {
    name: workerName(draft.config, key),
    ...commandLine(draft, ['services', key, 'worker']),
    cpu: cpuQuantity(worker.cpu),
    memory: worker.memory,
    ...(worker.gpu && { gpu: worker.gpu }),
    instances: worker.instances,
    place: whereKey(draft, 'services', key, 'worker').place,
  };
}

function commandLine(draft: Draft, path: Path): { command?: readonly string[]; args?: readonly string[] } {
  const command = listAt(draft, [...path, 'command']);
  const args = listAt(draft, [...path, 'args']);
  return { ...(command && { command }), ...(args && { args }) };
}

function listAt(draft: Draft, path: Path): readonly string[] | undefined {
  const node = nodeAt(draft.tree, path);
  if (node?.kind !== 'list') return undefined;
  return node.items.flatMap((item) =>
    item.kind === 'scalar' ? [bindStatic(item, draft.scope, draft.findings) ?? ''] : [],
  );
}

function textsAt(draft: Draft, path: Path): Readonly<Record<string, string>> {
  const texts: [string, string][] = [];
  for (const [key, node] of mapAt(draft.tree, path))
    if (node.kind === 'scalar') texts.push([key, bindStatic(node, draft.scope, draft.findings) ?? '']);
  return Object.fromEntries(texts);
}
