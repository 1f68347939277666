import { isIngress } from './run-defaults.ts';
import type { Container, Template, Volume } from './run-resource.ts';
import {
  annotationsOf,
  fieldsOf,
  type Mapping,
  ownAnnotations,
  ownLabels,
  revisionMappings,
  taskMappings,
} from './run-v1-annotations.ts';
import { containerFromV1, containerToV1 } from './run-v1-container.ts';
import type { Problems } from './run-v1-problems.ts';
import { SecretNames, secretsAnnotation } from './run-v1-secrets.ts';
import { filled, type ObjectMeta, type PodSpec } from './run-v1-shapes.ts';
import { volumeFromV1, volumeToV1 } from './run-v1-volumes.ts';

/** What revisions and tasks have alike: containers, volumes, and the annotations that stand for their fields. */

const run = 'run.googleapis.com';
const databases = `${run}/cloudsql-instances`;
const throttling = `${run}/cpu-throttling`;
const boost = `${run}/startup-cpu-boost`;
const startOrder = `${run}/container-dependencies`;
const baseImages = `${run}/base-images`;
const accelerator = `${run}/accelerator`;
/** Name of the volume for Cloud SQL, which only the v2 API shows. */
const databaseVolume = 'cloudsql';

const special = [
  databases,
  throttling,
  boost,
  startOrder,
  baseImages,
  secretsAnnotation,
  `${run}/client-name`,
  `${run}/client-version`,
];

export type PodKind = 'services' | 'workerPools' | 'jobs';

interface Place {
  /** Path of the specification: `spec.template.spec`. */
  readonly spec: string;
  readonly problems: Problems;
}

function mappingsOf(kind: PodKind): readonly Mapping[] {
  return kind === 'jobs' ? taskMappings : revisionMappings;
}

/** The client's own labels and annotations of a template. */
export function templateMetadata(
  metadata: ObjectMeta | undefined,
  kind: PodKind,
  problems: Problems,
): { labels?: Record<string, string>; annotations?: Record<string, string> } {
  const at = { path: 'spec.template.metadata.annotations', problems };
  return filled({
    labels: ownLabels(metadata?.labels),
    annotations: ownAnnotations(metadata?.annotations, [...mappingsOf(kind), ...special], at),
  });
}

/** The fields of a v2 template that specification and annotations stand for, without labels and annotations. */
export function podFromV1(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>> = {},
  kind: PodKind,
  place: Place,
): Template {
  refuseUnsupported(spec, place);
  const secrets = new SecretNames(annotations[secretsAnnotation]);
  const at = (path: string) => ({ path: `${place.spec}.${path}`, problems: place.problems });
  const containers = (spec.containers ?? []).map((container, index) =>
    containerFromV1(container, secrets, at(`containers[${index}]`)),
  );
  const volumes = (spec.volumes ?? []).map((volume, index) =>
    volumeFromV1(volume, secrets, at(`volumes[${index}]`)),
  );
  const instances = (annotations[databases] ?? '').split(',').filter((one) => one !== '');
  return {
    ...fieldsOf(annotations, mappingsOf(kind), {
      path: 'spec.template.metadata.annotations',
      problems: place.problems,
    }),
    ...filled({
      serviceAccount: spec.serviceAccountName,
      nodeSelector: filled({ accelerator: spec.nodeSelector?.[accelerator] }),
      volumes: withDatabases(volumes, instances),
    }),
    containers: fromAnnotations(containers, annotations, kind, place.problems).map((container) =>
      instances.length === 0 ? container : mounted(container),
    ),
  };
}

function refuseUnsupported(spec: PodSpec, { spec: path, problems }: Place): void {
  for (const field of ['imagePullSecrets', 'runtimeClassName'] as const) {
    if (spec[field]) problems.add(`${path}.${field}`, 'is not supported');
  }
  if (spec.enableServiceLinks === true) problems.add(`${path}.enable_service_links`, 'must be false');
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    if (key !== accelerator) problems.add(`${path}.node_selector[${key}]`, 'is not supported');
  }
}

function withDatabases(volumes: readonly Volume[], instances: readonly string[]): readonly Volume[] {
  return instances.length === 0
    ? volumes
    : [...volumes, { name: databaseVolume, cloudSqlInstance: { instances } }];
}

function mounted(container: Container): Container {
  const mounts = container.volumeMounts ?? [];
  return { ...container, volumeMounts: [...mounts, { name: databaseVolume, mountPath: '/cloudsql' }] };
}

/** What annotations of the revision say about its containers. CPU throttling is about the container with the port. */
function fromAnnotations(
  containers: readonly Container[],
  annotations: Readonly<Record<string, string>>,
  kind: PodKind,
  problems: Problems,
): Container[] {
  const order = parsed(annotations, startOrder, problems) as Record<string, readonly string[]>;
  const bases = parsed(annotations, baseImages, problems) as Record<string, string>;
  const throttled = annotations[throttling]?.toLowerCase() !== 'false';
  const boosted = annotations[boost]?.toLowerCase() === 'true';
  return containers.map((container, index) => {
    const name = container.name ?? '';
    const first = kind === 'services' && isIngress(containers, index);
    const resources = {
      ...container.resources,
      ...(first && throttled ? { cpuIdle: true } : {}),
      ...(first && boosted ? { startupCpuBoost: true } : {}),
    };
    return {
      ...container,
      ...filled({ resources, dependsOn: order[name], baseImageUri: bases[name] }),
      // Said nothing of resources, a container would be throttled by default.
      ...(first && !throttled ? { resources } : {}),
    };
  });
}

function parsed(
  annotations: Readonly<Record<string, string>>,
  name: string,
  problems: Problems,
): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(annotations[name] || '{}') as Record<string, unknown>;
  } catch {
    problems.add(`spec.template.metadata.annotations[${name}]`, 'is not JSON');
    return {};
  }
}

/** Specification and annotations of a v2 template. */
export function podToV1(
  template: Template,
  kind: PodKind,
): { readonly spec: PodSpec; readonly annotations: Readonly<Record<string, string>> } {
  const secrets = new SecretNames();
  const containers = template.containers ?? [];
  const ingress = containers.find((_, index) => isIngress(containers, index));
  const databaseNames = new Set(
    (template.volumes ?? []).filter((one) => one.cloudSqlInstance !== undefined).map((one) => one.name),
  );
  const instances = (template.volumes ?? []).flatMap((one) => one.cloudSqlInstance?.instances ?? []);
  const spec = filled({
    containers: containers.map((container) =>
      containerToV1(
        {
          ...container,
          volumeMounts: (container.volumeMounts ?? []).filter((mount) => !databaseNames.has(mount.name)),
        },
        secrets,
      ),
    ),
    volumes: (template.volumes ?? [])
      .filter((volume) => volume.cloudSqlInstance === undefined)
      .map((volume) => volumeToV1(volume, secrets)),
    serviceAccountName: template.serviceAccount,
    nodeSelector: filled({ [accelerator]: template.nodeSelector?.accelerator }),
  }) as PodSpec;
  const order = mapOf(containers, (container) => container.dependsOn);
  const bases = mapOf(containers, (container) => container.baseImageUri);
  return {
    spec,
    annotations: filled({
      ...annotationsOf(template, mappingsOf(kind)),
      [databases]: instances.join(','),
      [secretsAnnotation]: secrets.annotation(),
      [throttling]: kind === 'services' && ingress?.resources?.cpuIdle !== true ? 'false' : undefined,
      [boost]: ingress?.resources?.startupCpuBoost === true ? 'true' : undefined,
      [startOrder]: order && JSON.stringify(order),
      [baseImages]: bases && JSON.stringify(bases),
    }) as Record<string, string>,
  };
}

function mapOf<T>(
  containers: readonly Container[],
  value: (container: Container) => T | undefined,
): Record<string, T> | undefined {
  const entries = containers.flatMap((container) => {
    const one = value(container);
    return one === undefined ? [] : [[container.name ?? '', one] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
