import type { Problems } from './run-v1-problems.ts';
import type { ObjectMeta } from './run-v1-shapes.ts';
import { isSystemKey } from './run-validation.ts';

/** How a value of the v2 API is written as an annotation. Each gives `undefined` for what cannot be written or read. */
interface Codec {
  readonly write: (value: unknown) => string | undefined;
  readonly read: (text: string) => unknown;
}

/** Which field of the v2 API an annotation of the v1 API stands for. */
export interface Mapping {
  readonly annotation: string;
  /** Path in the v2 resource: `vpcAccess.egress`. */
  readonly field: string;
  readonly codec: Codec;
}

const run = 'run.googleapis.com';
const autoscaling = 'autoscaling.knative.dev';

const text: Codec = { write: (value) => (value ? String(value) : undefined), read: (given) => given };

const truth: Codec = {
  write: (value) => (value === true ? 'true' : undefined),
  read: (given) => (/^true$/i.test(given) ? true : /^false$/i.test(given) ? false : undefined),
};

const whole: Codec = {
  write: (value) => (typeof value === 'number' ? String(value) : undefined),
  read: (given) => (/^\d+$/.test(given) ? Number(given) : undefined),
};

const json: Codec = {
  write: (value) => (value === undefined ? undefined : JSON.stringify(value)),
  read: (given) => {
    try {
      return JSON.parse(given) as unknown;
    } catch {
      return undefined;
    }
  },
};

/** Words of the v1 API for values of the v2 API; the first of several words for one value is written. */
function words(values: Readonly<Record<string, string>>): Codec {
  return {
    write: (value) => Object.entries(values).find(([, one]) => one === value)?.[0],
    read: (given) => values[given],
  };
}

const hours: Codec = {
  write: (value) => (typeof value === 'string' ? String(Number.parseInt(value, 10) / 3600) : undefined),
  read: (given) => (/^\d+$/.test(given) ? `${Number(given) * 3600}s` : undefined),
};

const launchStage: Codec = {
  write: (value) => (value === undefined || value === 'GA' ? undefined : String(value)),
  read: (given) => (['ALPHA', 'BETA', 'GA'].includes(given) ? given : undefined),
};

const binaryAuthorization: Codec = {
  write: (value) => {
    const { useDefault, policy } = (value ?? {}) as { useDefault?: boolean; policy?: string };
    return useDefault === true ? 'default' : policy;
  },
  read: (given) => (given === 'default' ? { useDefault: true } : { policy: given }),
};

/** Of every resource. */
const common: readonly Mapping[] = [
  { annotation: `${run}/client-name`, field: 'client', codec: text },
  { annotation: `${run}/client-version`, field: 'clientVersion', codec: text },
  { annotation: `${run}/launch-stage`, field: 'launchStage', codec: launchStage },
  { annotation: `${run}/binary-authorization`, field: 'binaryAuthorization', codec: binaryAuthorization },
  // After the policy, which it is a part of.
  {
    annotation: `${run}/binary-authorization-breakglass`,
    field: 'binaryAuthorization.breakglassJustification',
    codec: text,
  },
];

const scaling: readonly Mapping[] = [
  { annotation: `${run}/description`, field: 'description', codec: text },
  { annotation: `${run}/custom-audiences`, field: 'customAudiences', codec: json },
  { annotation: `${run}/minScale`, field: 'scaling.minInstanceCount', codec: whole },
  { annotation: `${run}/maxScale`, field: 'scaling.maxInstanceCount', codec: whole },
  { annotation: `${run}/manualInstanceCount`, field: 'scaling.manualInstanceCount', codec: whole },
  {
    annotation: `${run}/scalingMode`,
    field: 'scaling.scalingMode',
    codec: words({ automatic: 'AUTOMATIC', manual: 'MANUAL' }),
  },
];

const build = (name: string, field: string, codec: Codec = text): Mapping => ({
  annotation: `${run}/build-${name}`,
  field: `buildConfig.${field}`,
  codec,
});

export const serviceMappings: readonly Mapping[] = [
  ...common,
  ...scaling,
  {
    annotation: `${run}/ingress`,
    field: 'ingress',
    codec: words({
      all: 'INGRESS_TRAFFIC_ALL',
      internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
      none: 'INGRESS_TRAFFIC_NONE',
    }),
  },
  { annotation: `${run}/invoker-iam-disabled`, field: 'invokerIamDisabled', codec: truth },
  { annotation: `${run}/default-url-disabled`, field: 'defaultUriDisabled', codec: truth },
  { annotation: `${run}/iap-enabled`, field: 'iapEnabled', codec: truth },
  build('source-location', 'sourceLocation'),
  build('function-target', 'functionTarget'),
  build('image-uri', 'imageUri'),
  build('worker-pool', 'workerPool'),
  build('service-account', 'serviceAccount'),
  build('base-image', 'baseImage'),
  build('enable-automatic-updates', 'enableAutomaticUpdates', truth),
  build('environment-variables', 'environmentVariables', json),
];

export const workerPoolMappings: readonly Mapping[] = [
  ...common,
  ...scaling,
  { annotation: `${run}/max-surge`, field: 'scaling.maxSurge', codec: whole },
  { annotation: `${run}/max-unavailable`, field: 'scaling.maxUnavailable', codec: whole },
];

export const jobMappings = common;

/** Of the tasks of a job, and of revisions. */
export const taskMappings: readonly Mapping[] = [
  { annotation: `${run}/network-interfaces`, field: 'vpcAccess.networkInterfaces', codec: json },
  { annotation: `${run}/vpc-access-connector`, field: 'vpcAccess.connector', codec: text },
  {
    annotation: `${run}/vpc-access-egress`,
    field: 'vpcAccess.egress',
    codec: words({
      'private-ranges-only': 'PRIVATE_RANGES_ONLY',
      'all-traffic': 'ALL_TRAFFIC',
      all: 'ALL_TRAFFIC',
    }),
  },
  {
    annotation: `${run}/execution-environment`,
    field: 'executionEnvironment',
    codec: words({ gen1: 'EXECUTION_ENVIRONMENT_GEN1', gen2: 'EXECUTION_ENVIRONMENT_GEN2' }),
  },
  { annotation: `${run}/encryption-key`, field: 'encryptionKey', codec: text },
];

export const revisionMappings: readonly Mapping[] = [
  ...taskMappings,
  { annotation: `${autoscaling}/minScale`, field: 'scaling.minInstanceCount', codec: whole },
  { annotation: `${autoscaling}/maxScale`, field: 'scaling.maxInstanceCount', codec: whole },
  { annotation: `${run}/sessionAffinity`, field: 'sessionAffinity', codec: truth },
  { annotation: `${run}/health-check-disabled`, field: 'healthCheckDisabled', codec: truth },
  { annotation: `${run}/gpu-zonal-redundancy-disabled`, field: 'gpuZonalRedundancyDisabled', codec: truth },
  { annotation: `${run}/mesh`, field: 'serviceMesh.mesh', codec: text },
  {
    annotation: `${run}/post-key-revocation-action-type`,
    field: 'encryptionKeyRevocationAction',
    codec: words({ 'prevent-new': 'PREVENT_NEW', 'shut-down': 'SHUTDOWN' }),
  },
  {
    annotation: `${run}/encryption-key-shutdown-hours`,
    field: 'encryptionKeyShutdownDuration',
    codec: hours,
  },
];

/** What only Google writes: gcloud sends it back as it got it. */
const outputs: ReadonlySet<string> = new Set([
  `${run}/urls`,
  `${run}/operation-id`,
  `${run}/ingress-status`,
  `${run}/creator`,
  `${run}/lastModifier`,
  `${run}/satisfiesPzs`,
  `${run}/build-id`,
  `${run}/build-name`,
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
]);

/** Labels that Google adds by itself. */
const outputLabels: ReadonlySet<string> = new Set([
  'cloud.googleapis.com/location',
  `${run}/lastUpdatedTime`,
  `${run}/satisfiesPzs`,
  `${run}/startupProbeType`,
]);

/** Where the object's metadata say what only Google writes. */
export function outputsIn(
  { labels = {}, annotations = {} }: Pick<ObjectMeta, 'labels' | 'annotations'>,
  path: string,
): string[] {
  return [
    ...Object.keys(labels).flatMap((key) => (outputLabels.has(key) ? [`${path}.labels[${key}]`] : [])),
    ...Object.keys(annotations).flatMap((key) => (outputs.has(key) ? [`${path}.annotations[${key}]`] : [])),
  ];
}

export function ownLabels(labels: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !outputLabels.has(key)));
}

/** The annotations that are the client's own. One that is neither that nor known is a problem. */
export function ownAnnotations(
  annotations: Readonly<Record<string, string>> = {},
  known: readonly (Mapping | string)[],
  at: { readonly path: string; readonly problems: Problems },
): Record<string, string> {
  const names = new Set(known.map((one) => (typeof one === 'string' ? one : one.annotation)));
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(annotations)) {
    if (names.has(key) || outputs.has(key)) continue;
    if (isSystemKey(key)) at.problems.add(`${at.path}[${key}]`, 'the annotation is not supported');
    else own[key] = value;
  }
  return own;
}

/** The fields of the v2 API that the annotations stand for. */
export function fieldsOf(
  annotations: Readonly<Record<string, string>> = {},
  mappings: readonly Mapping[],
  at: { readonly path: string; readonly problems: Problems },
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const { annotation, field, codec } of mappings) {
    const given = annotations[annotation];
    if (given === undefined || given === '') continue;
    const value = codec.read(given);
    if (value === undefined) {
      at.problems.add(`${at.path}[${annotation}]`, `invalid value "${given}"`);
    } else if (value !== false) {
      put(fields, field.split('.'), value);
    }
  }
  return fields;
}

/** The annotations for the fields of a resource of the v2 API. */
export function annotationsOf(
  resource: Readonly<Record<string, unknown>>,
  mappings: readonly Mapping[],
): Record<string, string> {
  const annotations: Record<string, string> = {};
  for (const { annotation, field, codec } of mappings) {
    const written = codec.write(take(resource, field.split('.')));
    if (written !== undefined) annotations[annotation] = written;
  }
  return annotations;
}

function put(target: Record<string, unknown>, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[step] = value;
    return;
  }
  const inner = (target[step] ?? {}) as Record<string, unknown>;
  target[step] = inner;
  put(inner, rest, value);
}

function take(source: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return source;
  if (typeof source !== 'object' || source === null) return undefined;
  return take((source as Record<string, unknown>)[step], rest);
}
