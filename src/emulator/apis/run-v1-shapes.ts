import type { Probe } from './run-resource.ts';

/** Objects of the Knative API, as far as the emulator reads or writes them. */
export interface ObjectMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly resourceVersion?: string;
  readonly [field: string]: unknown;
}

export interface V1Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly V1Variable[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly volumeMounts?: readonly V1Mount[];
  readonly startupProbe?: V1Probe;
  readonly livenessProbe?: V1Probe;
  readonly [field: string]: unknown;
}

export interface V1Probe extends Probe {
  readonly successThreshold?: number;
}

export interface V1Variable {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name?: string; readonly key?: string };
    readonly configMapKeyRef?: unknown;
  };
}

export interface V1Mount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
}

export interface V1Volume {
  readonly name?: string;
  readonly secret?: {
    readonly secretName?: string;
    readonly defaultMode?: number;
    readonly items?: readonly { readonly key?: string; readonly path?: string; readonly mode?: number }[];
  };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly csi?: {
    readonly driver?: string;
    readonly readOnly?: boolean;
    readonly volumeAttributes?: Readonly<Record<string, string>>;
  };
  readonly nfs?: { readonly server?: string; readonly path?: string; readonly readOnly?: boolean };
  readonly configMap?: unknown;
}

/** What the specifications of revisions and of tasks have in common. */
export interface PodSpec {
  readonly containers?: readonly V1Container[];
  readonly volumes?: readonly V1Volume[];
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface RevisionTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec?: PodSpec & { readonly containerConcurrency?: number; readonly timeoutSeconds?: number };
}

export interface JobTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly taskCount?: number;
    readonly parallelism?: number;
    readonly template?: {
      readonly spec?: PodSpec & { readonly maxRetries?: number; readonly timeoutSeconds?: string };
    };
  };
}

export interface V1Target {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly tag?: string;
  readonly url?: string;
}

/** A Service, WorkerPool or Job as a client sends it. */
export interface V1Object {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly template?: RevisionTemplate & JobTemplate;
    readonly traffic?: readonly V1Target[];
    readonly instanceSplits?: readonly V1Target[];
    readonly [field: string]: unknown;
  };
}

type Filled<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is `undefined`, an empty text, an empty list or an empty object. */
export function filled<T extends object>(fields: T): Filled<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Filled<T>;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
