/**
 * What Cloud Run services, worker pools and jobs have in common beside their containers: the account, the VPC, what is
 * mounted. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#RevisionTemplate
 */
import type { Deployment, Service } from '../config/deployment.ts';
import type { RunCondition, RunService } from '../google/run.ts';
import type { Context } from './context.ts';
import { volumesOf } from './volumes.ts';

/** How often a write is begun anew because somebody else wrote in between, or the name was taken. */
export const mostConflicts = 8;

/** What a deployment adds to deploy.yaml: images by digest and the secrets' versions. */
export interface Release {
  /** `REPOSITORY/IMAGE@sha256:...`. */
  readonly image: string;
  /** Those of the sidecars, by their names. */
  readonly sidecarImages?: Readonly<Record<string, string>>;
  /** Number of the version of each secret that the service uses, by the secret's name. */
  readonly secretVersions: Readonly<Record<string, string>>;
  /** Put on the revision, not compared: they say where it comes from, and by differing they make a retry a new revision. */
  readonly origin: Readonly<Record<string, string>>;
  /** What revisions are named after: a commit's hash, or the image's where no commit is known. */
  readonly commit: string;
}

type Template = NonNullable<RunService['template']>;

/** The parts of a template that all of them share. */
export function templateOf(
  context: Context,
  service: Service,
  release: Release,
): Pick<Template, 'serviceAccount' | 'vpcAccess' | 'volumes'> {
  const { deployment } = context;
  return {
    serviceAccount: emailOf(deployment, service),
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
    volumes: [...volumesOf(context, service, release)],
  };
}

/** E-mail of the account that the service runs as. */
export function emailOf({ serviceAccounts, project }: Deployment, { serviceAccount }: Service): string {
  const account = serviceAccounts.find(({ id }) => id === serviceAccount);
  return account?.email ?? `${serviceAccount}@${project}.iam.gserviceaccount.com`;
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

/** The `Ready` condition of a workload that did not become ready; `undefined` when all is well. */
export function notReady(have: { terminalCondition?: RunCondition | undefined }): RunCondition | undefined {
  const condition = have.terminalCondition;
  return condition && condition.state !== 'CONDITION_SUCCEEDED' ? condition : undefined;
}

export function shortName(fullName: string | undefined): string {
  return fullName?.split('/').at(-1) ?? '';
}
