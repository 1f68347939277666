import { posix } from 'node:path';
import { deriveGrants } from './access.ts';
import { alertsOf, budgetOf } from './alerts.ts';
import { deriveApis } from './apis.ts';
import type {
  Bucket,
  BuildSettings,
  Database,
  Deployment,
  Redis,
  Repository,
  SecretSpec,
  ServiceAccount,
} from './deployment.ts';
import { buildPaths, type Draft, where, whereKey } from './draft.ts';
import type { Place } from './finding.ts';
import { frontendOf } from './frontend.ts';
import {
  bucketName,
  buildBucket,
  builderAccountId,
  databaseSecrets,
  serviceAccountEmail,
  serviceAccountId,
} from './names.ts';
import { deriveNetwork, needsZone } from './network.ts';
import { seconds } from './schema-values.ts';
import { textsAt } from './texts.ts';
import { type Bindings, bindAll } from './uses.ts';
import { serviceOf } from './workloads.ts';

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
  if (buildPaths(draft.config).length > 0)
    add(builderAccountId(draft.config), `${draft.config.name} builds`, where(draft, 'builds').place);
  return [...accounts.values()];
}
