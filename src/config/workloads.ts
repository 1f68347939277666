import { posix } from 'node:path';
import { authenticationOf, reachesDatabase } from './access.ts';
import type {
  App,
  Build,
  Execution,
  Probe,
  Repository,
  Service,
  Sidecar,
  Smoke,
  Volume,
  Worker,
} from './deployment.ts';
import { type Draft, whereKey } from './draft.ts';
import { appName, bucketName, serviceAccountId, workerName } from './names.ts';
import { egressOf } from './network.ts';
import type { AppConfig, ServiceConfig, WorkerConfig } from './schema.ts';
import { cpuQuantity, seconds } from './schema-values.ts';
import { listAt, textsAt } from './texts.ts';
import type { Path } from './tree.ts';
import type { ContainerVariables, ServiceUses } from './uses.ts';

/** One service with its app, its worker and what runs beside them: every default filled in. */
export function serviceOf(draft: Draft, key: string, used: ServiceUses, repository: Repository): Service {
  const service = draft.config.services[key];
  const egress = egressOf(draft, key, used);
  const usesDatabase = used.uses.some(({ use }) => reachesDatabase(use));
  return {
    key,
    serviceAccount: serviceAccountId(draft.config, key),
    ...(service?.build && {
      build: buildOf(draft, ['services', key, 'build'], service.build, { repository, name: key }),
    }),
    ...(service?.image !== undefined && { image: service.image }),
    ...variablesOf(used),
    ...(used.secretFiles.length > 0 && {
      secretFiles: Object.fromEntries(
        used.secretFiles.map(({ file, secret, place }) => [file, { secret, place }]),
      ),
    }),
    ...volumesOf(draft, key),
    ...sidecarsOf(draft, key, used, repository),
    ...marksOf(draft, key),
    cloudSql: usesDatabase && draft.scope.database?.connectivity === 'public',
    ...(egress && { vpc: { egress } }),
    ...(service?.app && { app: appOf(draft, key, service.app) }),
    ...(service?.worker && { worker: workerOf(draft, key, service.worker) }),
    place: whereKey(draft, 'services', key).place,
  };
}

function variablesOf({ env, secrets }: ContainerVariables): Pick<Service, 'env' | 'secrets'> {
  return {
    env: Object.fromEntries([...env].map(([name, bound]) => [name, bound.template])),
    secrets: Object.fromEntries(secrets.map(({ variable, secret, place }) => [variable, { secret, place }])),
  };
}

function buildOf(
  draft: Draft,
  path: Path,
  build: NonNullable<ServiceConfig['build']>,
  image: { readonly repository: Repository; readonly name: string },
): Build {
  const imageName = build.image ?? image.name;
  return {
    context: posix.normalize(build.context).replace(/(.)\/$/, '$1'),
    dockerfile: posix.normalize(build.dockerfile ?? `${build.context}/Dockerfile`),
    ...(build.target !== undefined && { target: build.target }),
    args: textsAt(draft, [...path, 'args']),
    image: `${image.repository.prefix}/${imageName}`,
    imageName,
    place: whereKey(draft, ...path).place,
  };
}

function volumesOf(draft: Draft, key: string): Pick<Service, 'volumes'> {
  const entries = Object.entries(draft.config.services[key]?.volumes ?? {}).sort(byName);
  const volumes = entries.flatMap(([path, volume]): Volume[] => {
    const { place } = whereKey(draft, 'services', key, 'volumes', path);
    if (volume.memory !== undefined)
      return [{ path, source: { kind: 'memory', size: volume.memory }, place }];
    if (volume.bucket === undefined) return [];
    const bucket = bucketName(draft.config, volume.bucket, draft.project);
    const { read_only: readOnly, mount_options: mountOptions } = volume;
    return [{ path, source: { kind: 'bucket', bucket, readOnly, mountOptions }, place }];
  });
  return volumes.length > 0 ? { volumes } : {};
}

function sidecarsOf(
  draft: Draft,
  key: string,
  used: ServiceUses,
  repository: Repository,
): Pick<Service, 'sidecars'> {
  const service = draft.config.services[key];
  const sidecars = Object.entries(service?.sidecars ?? {})
    .sort(byName)
    .map(([name, sidecar]): Sidecar => {
      const path = ['services', key, 'sidecars', name];
      const image = { repository, name: `${key}-${name}` };
      return {
        name,
        beside: sidecar.beside ?? ['app', 'worker'],
        ...(sidecar.build && { build: buildOf(draft, [...path, 'build'], sidecar.build, image) }),
        ...(sidecar.image !== undefined && { image: sidecar.image }),
        ...commandLine(draft, path),
        ...variablesOf(used.sidecars.get(name) ?? { env: new Map(), secrets: [] }),
        cpu: cpuQuantity(sidecar.cpu),
        memory: sidecar.memory,
        dependsOn: sidecar.depends_on,
        ...probesOf(sidecar, undefined),
        place: whereKey(draft, ...path).place,
      };
    });
  return sidecars.length > 0 ? { sidecars } : {};
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function marksOf(draft: Draft, key: string): Pick<Service, 'labels' | 'annotations'> {
  const labels = textsAt(draft, ['services', key, 'labels']);
  const annotations = textsAt(draft, ['services', key, 'annotations']);
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
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
    ...probesOf(app, app.port),
    startupCpuBoost: app.startup_cpu_boost,
    ...(app.execution_environment && { executionEnvironment: app.execution_environment }),
    ...(app.description !== undefined && { description: app.description }),
    customAudiences: app.custom_audiences,
    defaultUrlDisabled: !app.default_url,
    http2: app.http2,
    dependsOn: app.depends_on,
    ...(app.smoke.enabled && app.default_url && { smoke: smokeOf(app) }),
    place: whereKey(draft, 'services', key, 'app').place,
  };
}

/** `port` is that of the container; a probe without one of either kind was found wrong. */
function probesOf(
  own: Pick<AppConfig, 'startup_probe' | 'liveness_probe'>,
  port: number | undefined,
): { startupProbe?: Probe; livenessProbe?: Probe } {
  const { startup_probe: startup, liveness_probe: liveness } = own;
  return {
    ...(startup && { startupProbe: probeOf(startup, port ?? 0) }),
    ...(liveness && { livenessProbe: probeOf(liveness, port ?? 0) }),
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
    runtime: worker.runtime,
    name: workerName(draft.config, key),
    ...commandLine(draft, ['services', key, 'worker']),
    cpu: cpuQuantity(worker.cpu),
    memory: worker.memory,
    ...(worker.gpu && { gpu: worker.gpu }),
    instances: worker.instances,
    ...(worker.port !== undefined && { port: worker.port }),
    ...probesOf(worker, worker.port),
    dependsOn: worker.depends_on,
    ...(worker.runtime === 'job' && { execution: executionOf(worker) }),
    place: whereKey(draft, 'services', key, 'worker').place,
  };
}

/** https://cloud.google.com/run/docs/configuring/max-retries and task-timeout: Cloud Run's own. */
const executionDefaults = { tasks: 1, maxRetries: 3, timeout: '10m' };

function executionOf(worker: WorkerConfig): Execution {
  return {
    tasks: worker.tasks ?? executionDefaults.tasks,
    ...(worker.parallelism !== undefined && { parallelism: worker.parallelism }),
    maxRetries: worker.max_retries ?? executionDefaults.maxRetries,
    timeoutSeconds: seconds(worker.timeout ?? executionDefaults.timeout),
  };
}

function commandLine(draft: Draft, path: Path): { command?: readonly string[]; args?: readonly string[] } {
  const command = listAt(draft, [...path, 'command']);
  const args = listAt(draft, [...path, 'args']);
  return { ...(command && { command }), ...(args && { args }) };
}
