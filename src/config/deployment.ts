import type { Place } from './finding.ts';
import type { Template } from './template.ts';

/**
 * What one environment of a deploy.yaml asks for: validated, environments merged, references bound, access derived.
 * Everything after `loadDeployment` works on this and never on the YAML.
 */
export interface Deployment {
  /** The config file, relative to the workspace, for messages. */
  readonly file: string;
  /** The folder of the config file, relative to the workspace; build contexts and migrations are relative to it. */
  readonly root: string;
  readonly name: string;
  readonly environment: string;
  readonly project: string;
  readonly region: string;
  /** Put on every resource that can carry labels; they mark what is ours. */
  readonly labels: Readonly<Record<string, string>>;
  /** Service names such as `run.googleapis.com`, sorted; only what this deployment uses. */
  readonly apis: readonly string[];
  /** Present when something needs a VPC: Redis, private Cloud SQL, calls to internal services. */
  readonly network?: Network;
  readonly repository: Repository;
  readonly builds: BuildSettings;
  readonly buckets: readonly Bucket[];
  readonly database?: Database;
  readonly redis?: Redis;
  readonly frontend?: Frontend;
  readonly alerts?: Alerts;
  readonly budget?: Budget;
  readonly secrets: readonly SecretSpec[];
  readonly serviceAccounts: readonly ServiceAccount[];
  /** All access that follows from use, each with the place in the file that caused it. */
  readonly grants: readonly Grant[];
  readonly services: readonly Service[];
  /** Present when this is the copy for a pull request. */
  readonly preview?: Preview;
}

/**
 * The copy of an environment for one pull request. Its names are its own; the project with its APIs, the network, the
 * Cloud SQL instance, the registry, the builds and mostly Redis are those of the environment that it copies.
 */
export interface Preview {
  readonly pullRequest: number;
  /** The environment that it copies and shares with. */
  readonly base: string;
  /** How many previews there may be at a time. */
  readonly max: number;
  /** Counted from the last push. */
  readonly expireAfterSeconds: number;
  readonly forks: 'off' | 'label' | 'build-only';
  /** SQL file, relative to the config file. */
  readonly seed?: string;
  /** Absent when it has no Redis, or an instance of its own. */
  readonly redisDatabases?: {
    /** Numbers that the file names, ascending: each stands for one of the preview's own. */
    readonly wanted: readonly number[];
    /** Numbers that the environment itself uses on the instance, ascending. */
    readonly taken: readonly number[];
  };
}

export interface Network {
  readonly name: string;
  readonly subnet: string;
  /** CIDR of the subnet; /26 or larger, as Direct VPC egress requires. */
  readonly subnetRange: string;
  /** Cloud NAT, needed as soon as a workload sends all its traffic through the VPC. */
  readonly router?: { readonly name: string; readonly nat: string };
  /** The private zone that keeps calls to `run.app` names inside the VPC; the other way is the router. */
  readonly dns?: { readonly zone: string };
  /** Private services access: the range and the peering that Memorystore and private Cloud SQL live in. */
  readonly privateServices?: { readonly rangeName: string; readonly prefixLength: number };
}

export interface Repository {
  readonly name: string;
  readonly location: string;
  /** `REGION-docker.pkg.dev/PROJECT/NAME`. */
  readonly prefix: string;
  /** How many versions of an image the cleanup policy keeps. */
  readonly keep: number;
}

export interface BuildSettings {
  /** Bucket of the source archives. */
  readonly bucket: string;
  /** Id of the service account that Cloud Build runs as. */
  readonly serviceAccount: string;
  readonly machineType?: string;
  readonly timeoutSeconds: number;
}

export interface Bucket {
  /** The key under `buckets:`. */
  readonly key: string;
  readonly name: string;
  readonly location: string;
  readonly versioning: boolean;
  readonly cors: readonly {
    readonly origins: readonly string[];
    readonly methods: readonly string[];
    readonly headers: readonly string[];
    readonly maxAgeSeconds: number;
  }[];
  readonly deleteAfterDays?: number;
  readonly place: Place;
}

export interface Database {
  readonly instance: string;
  /** Cloud SQL's enum, for example `POSTGRES_15`. */
  readonly version: string;
  /** Whether a higher version may be applied to an instance that is there. */
  readonly allowUpgrade: boolean;
  readonly edition: 'ENTERPRISE' | 'ENTERPRISE_PLUS';
  readonly tier: string;
  readonly diskGb: number;
  readonly highAvailability: boolean;
  readonly backups: boolean;
  readonly pointInTimeRecovery: boolean;
  readonly deletionProtection: boolean;
  /** `public`: a public address that only Cloud SQL connectors may use, reached over the built-in socket. */
  readonly connectivity: 'public' | 'private';
  readonly flags: Readonly<Record<string, string>>;
  readonly name: string;
  readonly user: string;
  /** Folder of the SQL files, relative to the config file. */
  readonly migrations?: string;
  /** `PROJECT:REGION:INSTANCE`. */
  readonly connectionName: string;
  /** Secrets that hold the application role's credentials. */
  readonly userSecret: string;
  readonly passwordSecret: string;
  readonly nameSecret: string;
  readonly place: Place;
}

export interface Redis {
  readonly instance: string;
  readonly tier: 'BASIC' | 'STANDARD_HA';
  readonly memoryGb: number;
  /** Memorystore's enum, for example `REDIS_7_2`. */
  readonly version: string;
  /** Whether changes may be made that empty the instance. */
  readonly allowDataLoss: boolean;
  readonly place: Place;
}

/** A website in a public bucket. */
export interface Frontend {
  /** Relative to the config file. */
  readonly folder: string;
  readonly bucket: string;
  readonly location: string;
  readonly mainPage: string;
  readonly notFoundPage: string;
  /** What `config.json` holds; absent when none is written. Numbers and true/false stay what they are. */
  readonly configJson?: Readonly<Record<string, Template | number | boolean>>;
  /** Folders of the bucket whose files never change under their names; without a slash at the end. */
  readonly immutable: readonly string[];
  readonly place: Place;
}

export interface Alerts {
  /** Addresses, each once. */
  readonly email: readonly string[];
  readonly errorLog: boolean;
  readonly uptime: readonly UptimeCheck[];
  readonly place: Place;
}

export interface UptimeCheck {
  /** The key under `services:`. */
  readonly service: string;
  /** The Cloud Run service. */
  readonly app: string;
  readonly path: string;
  readonly place: Place;
}

export interface Budget {
  /** For example `01AB23-45CD67-89EF01`. */
  readonly billingAccount: string;
  /** Whole units of the currency, for a month. */
  readonly amount: number;
  /** ISO 4217; absent for that of the billing account. */
  readonly currency?: string;
  /** Fractions of the amount, ascending, each once. */
  readonly thresholds: readonly number[];
  readonly place: Place;
}

export interface SecretSpec {
  readonly name: string;
  /** How many versions stay enabled. */
  readonly keep: number;
  readonly source:
    | {
        readonly kind: 'generate';
        readonly length: number;
        readonly alphabet: 'alphanumeric' | 'hex' | 'base64url';
      }
    | {
        readonly kind: 'from_env';
        readonly variable: string;
        /** Secret of the environment that a preview copies, whose value is taken when the variable is not given. */
        readonly copyOf?: string;
      }
    | { readonly kind: 'value'; readonly template: Template };
  readonly place: Place;
}

export interface ServiceAccount {
  /** 6 to 30 characters; the part before the `@`. */
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly place: Place;
}

export interface Grant {
  /** `serviceAccount:EMAIL`. */
  readonly member: string;
  /** For example `roles/secretmanager.secretAccessor`. */
  readonly role: string;
  readonly on:
    | { readonly kind: 'project' }
    | { readonly kind: 'bucket'; readonly bucket: string }
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'service_account'; readonly email: string }
    | { readonly kind: 'repository' }
    /** Given by deploy-service, since a Cloud Run service must exist to carry a policy. `service` is the Cloud Run name. */
    | { readonly kind: 'run_service'; readonly service: string };
  /** In words, for example `services.sca-service.env.AIMS_SERVICE_URL calls aims-service`. */
  readonly because: string;
  readonly place: Place;
}

export interface Service {
  /** The key under `services:`. */
  readonly key: string;
  readonly serviceAccount: string;
  readonly build?: Build;
  /** A ready-made image, for a service that is not built here. */
  readonly image?: string;
  readonly env: Readonly<Record<string, Template>>;
  /** Environment variable → secret; the version that runs is pinned when deploying. */
  readonly secrets: Readonly<Record<string, { readonly secret: string; readonly place: Place }>>;
  /** Path of a file in the containers → secret. No two secrets share a folder. */
  readonly secretFiles?: Readonly<Record<string, { readonly secret: string; readonly place: Place }>>;
  /** Mounts the Cloud SQL socket under /cloudsql. */
  readonly cloudSql: boolean;
  /** Mounted into every container, in the order of their paths. */
  readonly volumes?: readonly Volume[];
  /** Further containers, in the order of their names. */
  readonly sidecars?: readonly Sidecar[];
  /** What the user puts on the workloads and their revisions, beside the labels of this suite. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly vpc?: { readonly egress: 'ALL_TRAFFIC' | 'PRIVATE_RANGES_ONLY' };
  readonly app?: App;
  readonly worker?: Worker;
  readonly place: Place;
}

export interface Volume {
  /** Of the folder in the containers. */
  readonly path: string;
  readonly source:
    | {
        readonly kind: 'bucket';
        /** The bucket's name. */
        readonly bucket: string;
        readonly readOnly: boolean;
        readonly mountOptions: readonly string[];
      }
    /** `size` as Kubernetes writes it, `256Mi`. */
    | { readonly kind: 'memory'; readonly size: string };
  readonly place: Place;
}

export interface Sidecar {
  /** Unique in the service, and not `main`, which is the container of the service itself. */
  readonly name: string;
  readonly beside: readonly ('app' | 'worker')[];
  readonly build?: Build;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, Template>>;
  readonly secrets: Readonly<Record<string, { readonly secret: string; readonly place: Place }>>;
  readonly cpu: string;
  readonly memory: string;
  readonly dependsOn: readonly string[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly place: Place;
}

export interface Build {
  /** Relative to the config file. */
  readonly context: string;
  /** Relative to the config file. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** `REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`, without a tag. */
  readonly image: string;
  /** Name of the image within the repository. */
  readonly imageName: string;
  readonly place: Place;
}

export interface App {
  /** Cloud Run service id, below 50 characters. */
  readonly name: string;
  readonly port: number;
  readonly cpu: string;
  readonly memory: string;
  /** Cloud Run's name of its kind. */
  readonly gpu?: string;
  readonly concurrency?: number;
  readonly timeoutSeconds: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly ingress: 'all' | 'internal' | 'internal-and-cloud-load-balancing';
  /** `none` switches the invoker check off (Cloud Run's invokerIamDisabled). */
  readonly authentication: 'iam' | 'none';
  readonly sessionAffinity: boolean;
  readonly cpuAlwaysAllocated: boolean;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** An HTTP path, or absent for a TCP check of the port. */
  readonly startupPath?: string;
  readonly livenessPath?: string;
  /** Instead of `startupPath`. */
  readonly startupProbe?: Probe;
  /** Instead of `livenessPath`. */
  readonly livenessProbe?: Probe;
  /** On unless it says otherwise. */
  readonly startupCpuBoost?: boolean;
  /** Absent for Cloud Run's choice. */
  readonly executionEnvironment?: 'gen1' | 'gen2';
  readonly description?: string;
  readonly customAudiences?: readonly string[];
  readonly defaultUrlDisabled?: boolean;
  /** Whether the container is spoken to in HTTP/2. */
  readonly http2?: boolean;
  /** Containers that have to have started before. */
  readonly dependsOn?: readonly string[];
  /** How a new revision is tried before it gets traffic; absent when it is not. */
  readonly smoke?: Smoke;
  readonly place: Place;
}

/** Times in seconds. */
export interface Probe {
  readonly kind:
    | { readonly http: { readonly path: string } }
    | { readonly grpc: { readonly service: string } }
    | { readonly tcp: true };
  readonly port: number;
  readonly initialDelay: number;
  readonly period: number;
  readonly timeout: number;
  readonly failureThreshold: number;
}

export interface Smoke {
  readonly path: string;
  /** The one status that is good; absent for any below 500. */
  readonly status?: number;
  /** In a row. */
  readonly successes: number;
  readonly timeoutSeconds: number;
}

export interface Worker {
  readonly runtime: 'pool' | 'service' | 'job';
  /** Id of the worker pool, service or job, below 50 characters. */
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly cpu: string;
  readonly memory: string;
  /** Cloud Run's name of its kind. */
  readonly gpu?: string;
  /** Of a pool or a service. */
  readonly instances: number;
  /** Of the health listener of a service. */
  readonly port?: number;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  /** Containers that have to have started before. */
  readonly dependsOn?: readonly string[];
  /** How an execution of a job goes. */
  readonly execution?: Execution;
  readonly place: Place;
}

export interface Execution {
  readonly tasks: number;
  /** Absent for all tasks at a time. */
  readonly parallelism?: number;
  readonly maxRetries: number;
  /** Of one task. */
  readonly timeoutSeconds: number;
}
