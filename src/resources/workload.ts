/**
 * What a Cloud Run service and a worker pool have in common: the container, its environment, secrets pinned to
 * versions, the Cloud SQL socket and the VPC. https://cloud.google.com/run/docs/reference/rest/v2/Container
 */
import { posix } from 'node:path';
import type { Service } from '../config/deployment.ts';
import { resolveText } from '../config/template.ts';
import type { RunCondition, RunContainer, RunService } from '../google/run.ts';
import type { Context } from './context.ts';

/** What a deployment adds to deploy.yaml: the image by digest and the secrets' versions. */
export interface Release {
  /** `REPOSITORY/IMAGE@sha256:...`. */
  readonly image: string;
  /** Number of the version of each secret that the service uses, by the secret's name. */
  readonly secretVersions: Readonly<Record<string, string>>;
  /** Put on the revision, not compared: they say where it comes from, and by differing they make a retry a new revision. */
  readonly origin: Readonly<Record<string, string>>;
  /** What revisions are named after: a commit's hash, or the image's where no commit is known. */
  readonly commit: string;
}

type Template = NonNullable<RunService['template']>;

export function containerOf(
  context: Context,
  service: Service,
  release: Release,
  own: { command?: readonly string[]; args?: readonly string[] },
): RunContainer {
  return {
    image: release.image,
    command: [...(own.command ?? [])],
    args: [...(own.args ?? [])],
    env: environmentOf(context, service, release),
    volumeMounts: [
      ...(service.cloudSql ? [{ name: 'cloudsql', mountPath: '/cloudsql' }] : []),
      ...secretFolders(service).map(({ name, folder }) => ({ name, mountPath: folder })),
    ],
  };
}

/** Sorted by name, so that the order in deploy.yaml makes no revision. */
function environmentOf(
  context: Context,
  service: Service,
  release: Release,
): NonNullable<RunContainer['env']> {
  const plain = Object.entries(service.env).map(([name, template]) => ({
    name,
    value: resolveText(template, context.facts),
  }));
  const secret = Object.entries(service.secrets).map(([name, reference]) => ({
    name,
    valueSource: {
      secretKeyRef: { secret: reference.secret, version: versionOf(release, reference.secret) },
    },
  }));
  return [...plain, ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function versionOf(release: Release, secret: string): string {
  const version = release.secretVersions[secret];
  if (!version) throw new Error(`no version of ${secret} was read`);
  return version;
}

/** The parts of a revision's template that services and worker pools share. */
export function templateOf(
  context: Context,
  service: Service,
  release: Release,
): Pick<Template, 'serviceAccount' | 'vpcAccess' | 'volumes'> {
  const { deployment } = context;
  const account = deployment.serviceAccounts.find(({ id }) => id === service.serviceAccount);
  return {
    serviceAccount:
      account?.email ?? `${service.serviceAccount}@${deployment.project}.iam.gserviceaccount.com`,
    vpcAccess:
      service.vpc && deployment.network
        ? {
            egress: service.vpc.egress,
            networkInterfaces: [
              {
                network: `projects/${deployment.project}/global/networks/${deployment.network.name}`,
                subnetwork: `projects/${deployment.project}/regions/${deployment.region}/subnetworks/${deployment.network.subnet}`,
              },
            ],
          }
        : undefined,
    volumes: [
      ...(service.cloudSql && deployment.database
        ? [{ name: 'cloudsql', cloudSqlInstance: { instances: [deployment.database.connectionName] } }]
        : []),
      ...secretFolders(service).map(({ name, secret, files }) => ({
        name,
        secret: {
          secret,
          items: files.map((path) => ({ path, version: versionOf(release, secret) })),
        },
      })),
    ],
  };
}

/** What one instance gets. A GPU is asked for as a limit here, and by its kind in the template. */
export function limitsOf(own: { cpu: string; memory: string; gpu?: string }): Record<string, string> {
  return { cpu: own.cpu, memory: own.memory, ...(own.gpu ? { 'nvidia.com/gpu': '1' } : {}) };
}

/**
 * Without redundancy over zones, which has a quota of its own and costs more.
 * https://cloud.google.com/run/docs/configuring/services/gpu-zonal-redundancy
 */
export function acceleratorOf(own: {
  gpu?: string;
}): Pick<Template, 'nodeSelector' | 'gpuZonalRedundancyDisabled'> {
  return own.gpu
    ? { nodeSelector: { accelerator: own.gpu }, gpuZonalRedundancyDisabled: true }
    : { nodeSelector: undefined };
}

interface SecretFolder {
  /** Of the volume. */
  readonly name: string;
  readonly folder: string;
  readonly secret: string;
  /** Names within the folder, sorted. */
  readonly files: readonly string[];
}

/** In the order of their paths, so that the order in deploy.yaml makes no revision. */
function secretFolders(service: Service): readonly SecretFolder[] {
  const entries = Object.entries(service.secretFiles ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const folders = new Map<string, { secret: string; files: string[] }>();
  for (const [file, { secret }] of entries) {
    const folder = posix.dirname(file);
    const known = folders.get(folder) ?? { secret, files: [] };
    folders.set(folder, { ...known, files: [...known.files, posix.basename(file)] });
  }
  return [...folders].map(([folder, rest], index) => ({ name: `secret-${index + 1}`, folder, ...rest }));
}

/** Labels of a revision: ours, and where it comes from. */
export function revisionLabels(
  labels: Readonly<Record<string, string | undefined>> | undefined,
  release: Release,
): Record<string, string> {
  return { ...labels, ...release.origin } as Record<string, string>;
}

/** The `Ready` condition of a workload that did not become ready; `undefined` when all is well. */
export function notReady(have: { terminalCondition?: RunCondition | undefined }): RunCondition | undefined {
  const condition = have.terminalCondition;
  return condition && condition.state !== 'CONDITION_SUCCEEDED' ? condition : undefined;
}

export function shortName(fullName: string | undefined): string {
  return fullName?.split('/').at(-1) ?? '';
}

/** Labels that others gave the workload stay. */
export function mergedLabels(
  have: { labels?: Readonly<Record<string, string | undefined>> | undefined } | undefined,
  want: { labels?: Readonly<Record<string, string | undefined>> | undefined },
): Record<string, string> {
  return { ...have?.labels, ...want.labels } as Record<string, string>;
}
