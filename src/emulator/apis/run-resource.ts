import { createHash } from 'node:crypto';
import { type Cloud, Refusal } from '../service.ts';

export interface Container extends Record<string, unknown> {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly resources?: Resources;
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly dependsOn?: readonly string[];
  readonly workingDir?: string;
  readonly baseImageUri?: string;
}

export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueSource?: { readonly secretKeyRef?: { readonly secret?: string; readonly version?: string } };
}

export interface Resources {
  readonly limits?: Readonly<Record<string, string>>;
  readonly cpuIdle?: boolean;
  readonly startupCpuBoost?: boolean;
}

export interface Probe extends Record<string, unknown> {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
  readonly httpGet?: { readonly path?: string; readonly port?: number };
  readonly tcpSocket?: { readonly port?: number };
  readonly grpc?: { readonly port?: number; readonly service?: string };
}

export interface Volume extends Record<string, unknown> {
  readonly name?: string;
  readonly cloudSqlInstance?: { readonly instances?: readonly string[] };
  readonly secret?: {
    readonly secret?: string;
    readonly defaultMode?: number;
    readonly items?: readonly { readonly path?: string; readonly version?: string; readonly mode?: number }[];
  };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly gcs?: {
    readonly bucket?: string;
    readonly readOnly?: boolean;
    readonly mountOptions?: readonly string[];
  };
  readonly nfs?: { readonly server?: string; readonly path?: string; readonly readOnly?: boolean };
}

export interface Template extends Record<string, unknown> {
  readonly revision?: string;
  readonly serviceAccount?: string;
  readonly timeout?: string;
  readonly maxInstanceRequestConcurrency?: number;
  readonly scaling?: { readonly minInstanceCount?: number; readonly maxInstanceCount?: number };
  readonly containers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly executionEnvironment?: string;
  readonly nodeSelector?: { readonly accelerator?: string };
  readonly vpcAccess?: {
    readonly connector?: string;
    readonly egress?: string;
    readonly networkInterfaces?: readonly {
      readonly network?: string;
      readonly subnetwork?: string;
      readonly tags?: readonly string[];
    }[];
  };
}

/** What a task of a job runs; beside it a service's template has revision, scaling and concurrency. */
export interface TaskTemplate extends Template {
  readonly maxRetries?: number;
}

export interface ExecutionTemplate extends Record<string, unknown> {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly parallelism?: number;
  readonly taskCount?: number;
  readonly template?: TaskTemplate;
}

export interface Condition {
  readonly type: string;
  readonly state: 'CONDITION_SUCCEEDED' | 'CONDITION_FAILED' | 'CONDITION_RECONCILING' | 'CONDITION_PENDING';
  readonly lastTransitionTime: string;
  readonly message?: string;
  readonly reason?: string;
  readonly revisionReason?: string;
  readonly executionReason?: string;
  readonly severity?: string;
}

/** What services, worker pools and jobs have in common, as the API shows it. */
export interface Resource extends Record<string, unknown> {
  readonly name: string;
  readonly uid: string;
  readonly generation: string;
  readonly observedGeneration: string;
  readonly createTime: string;
  readonly updateTime: string;
  readonly creator: string;
  readonly lastModifier: string;
  readonly etag: string;
  readonly launchStage: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly client?: string;
  readonly clientVersion?: string;
  readonly reconciling?: boolean;
  readonly terminalCondition?: Condition;
  readonly conditions?: readonly Condition[];
  readonly deleteTime?: string;
  readonly expireTime?: string;
}

/** A service or a worker pool. */
export interface Workload extends Resource {
  readonly template: Template;
  /** Full names. */
  readonly latestCreatedRevision?: string;
  readonly latestReadyRevision?: string;
}

export interface Job extends Resource {
  readonly template: ExecutionTemplate;
  readonly executionCount?: number;
  /** Full name. */
  readonly latestCreatedExecution?: { readonly name: string; readonly createTime: string };
}

export interface Revision extends Record<string, unknown> {
  readonly name: string;
  readonly uid: string;
  readonly createTime: string;
  readonly updateTime: string;
  readonly creator: string;
  readonly template: Template;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly launchStage: string;
  readonly etag: string;
  readonly conditions: readonly Condition[];
  readonly state: 'pending' | 'ready' | 'failed';
}

export function revisions(cloud: Cloud) {
  return cloud.table<Revision>('run.revisions');
}

/** Last part of a resource name. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

export function partsOf(name: string): { project: string; location: string; id: string } {
  const [, project = '', , location = '', , id = ''] = name.split('/');
  return { project, location, id };
}

export function invalid(message: string, field?: string): Refusal {
  return new Refusal(
    400,
    'INVALID_ARGUMENT',
    message,
    field === undefined
      ? {}
      : {
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.BadRequest',
              fieldViolations: [{ field, description: message }],
            },
          ],
        },
  );
}

export function email(principal: string | undefined): string {
  return principal?.replace(/^(user|serviceAccount):/, '') ?? '';
}

const regionCodes: Readonly<Record<string, string>> = {
  'us-central1': 'uc',
  'us-east1': 'ue',
  'us-east4': 'uk',
  'us-west1': 'uw',
  'europe-west1': 'ew',
  'europe-west3': 'ey',
  'europe-west4': 'ez',
  'europe-north1': 'lz',
  'asia-east1': 'de',
  'asia-northeast1': 'an',
  'asia-south1': 'el',
  'australia-southeast1': 'ts',
};

/** Both addresses of a service, the deterministic one first; `tag` gives those of a tagged revision. */
export function urlsOf(cloud: Cloud, name: string, tag?: string): [string, string] {
  const { project, location, id } = partsOf(name);
  const { number } = cloud.project(project);
  const label = tag === undefined ? id : `${tag}---${id}`;
  const hash = BigInt(`0x${createHash('sha256').update(number).digest('hex').slice(0, 16)}`)
    .toString(36)
    .padStart(10, 'a')
    .slice(0, 10);
  const code = regionCodes[location] ?? location.replace(/[^a-z]/g, '').slice(0, 2);
  return [`https://${label}-${number}.${location}.run.app`, `https://${label}-${hash}-${code}.a.run.app`];
}
