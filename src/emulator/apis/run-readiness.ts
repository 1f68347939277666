import type { ImageConfig } from '../containers/image.ts';
import type { Cloud, Project } from '../service.ts';
import { findServiceAccount, isGoogleManaged } from '../service-accounts.ts';
import { bucketName, buckets } from '../stored-objects.ts';
import { findVersion, secretName, secrets } from '../stored-secrets.ts';
import { findImage, parseReference } from './artifactregistry-store.ts';
import type { Network } from './compute-networks.ts';
import { parseRange } from './compute-ranges.ts';
import { table } from './compute-resource.ts';
import type { Subnetwork } from './compute-subnetworks.ts';
import { isIngress } from './run-defaults.ts';
import { type Container, partsOf, shortName, type Template } from './run-resource.ts';
import { pathIn, subnetworkOf } from './serverless-addresses.ts';
import { instances } from './sqladmin-instance.ts';

/** Why a revision does not become ready. */
export interface Obstacle {
  /** `ContainerReady`, `ResourcesAvailable`, ...: the condition that fails. */
  readonly condition: 'ContainerReady' | 'ContainerHealthy' | 'ResourcesAvailable';
  readonly reason?: string;
  readonly revisionReason?: string;
  readonly message: string;
  /** Google shows some messages with "Revision 'X' is not ready and cannot serve traffic." before them. */
  readonly bare?: true;
}

interface Question {
  readonly cloud: Cloud;
  /** Full name of the service or worker pool. */
  readonly workload: string;
  readonly revision: string;
  readonly template: Template;
  /** Jobs have their containers deeper in the Knative object, whose paths Google shows in its messages. */
  readonly kind: 'services' | 'workerPools' | 'jobs';
}

/** The first thing that keeps a revision from becoming ready, in the order in which Cloud Run comes across them. */
export function findObstacle(question: Question): Obstacle | undefined {
  const checks = [
    accountObstacle,
    secretObstacle,
    imageObstacle,
    networkObstacle,
    databaseObstacle,
    bucketObstacle,
    listenObstacle,
  ];
  for (const check of checks) {
    const obstacle = check(question);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function accountObstacle({ cloud, template }: Question): Obstacle | undefined {
  const account = template.serviceAccount ?? '';
  const found = findServiceAccount(cloud, account);
  if (found?.disabled === false || (found === undefined && isGoogleManaged(cloud, account))) return undefined;
  return {
    condition: 'ResourcesAvailable',
    reason: 'UNKNOWN',
    message: `The service account ${account} ${found === undefined ? 'does not exist' : 'is disabled'}.`,
  };
}

function secretObstacle(question: Question): Obstacle | undefined {
  const { template } = question;
  const spec = question.kind === 'jobs' ? 'spec.template.spec.template.spec' : 'spec.template.spec';
  for (const [index, container] of (template.containers ?? []).entries()) {
    for (const [at, variable] of (container.env ?? []).entries()) {
      const reference = variable.valueSource?.secretKeyRef;
      if (reference?.secret === undefined) continue;
      const path = `${spec}.containers[${index}].env[${at}].value_from.secret_key_ref.name`;
      const obstacle = oneSecret(question, path, reference.secret, reference.version ?? 'latest');
      if (obstacle !== undefined) return obstacle;
    }
  }
  for (const [index, volume] of (template.volumes ?? []).entries()) {
    if (volume.secret?.secret === undefined) continue;
    const path = `${spec}.volumes[${index}].secret.secret_name`;
    for (const item of volume.secret.items ?? [{ version: 'latest' }]) {
      const obstacle = oneSecret(question, path, volume.secret.secret, item.version ?? 'latest');
      if (obstacle !== undefined) return obstacle;
    }
  }
  return undefined;
}

function oneSecret(
  { cloud, workload, template }: Question,
  path: string,
  secret: string,
  version: string,
): Obstacle | undefined {
  const other = /^projects\/([^/]+)\/secrets\/(.+)$/.exec(secret);
  const given = other?.[1] ?? partsOf(workload).project;
  const project = knownProject(cloud, given);
  const name = secretName(project?.id ?? given, other?.[2] ?? secret);
  const shown = `projects/${project?.number ?? given}/secrets/${other?.[2] ?? secret}/versions/${version}`;
  const account = template.serviceAccount ?? '';
  const refuse = (message: string): Obstacle => ({
    condition: 'ResourcesAvailable',
    reason: 'SECRETS_ACCESS_CHECK_FAILED',
    message: `${path}: ${message}`,
    bare: true,
  });
  const found = findVersion(cloud, name, version);
  if (!secrets(cloud).has(name) || found === undefined) return refuse(`Secret ${shown} was not found`);
  const resource = `${name}/versions/${found.number}`;
  if (!cloud.allows(`serviceAccount:${account}`, 'secretmanager.versions.access', resource)) {
    return refuse(
      `Permission denied on secret: ${shown} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
    );
  }
  if (found.state !== 'ENABLED') return refuse(`Secret version ${shown} is in ${found.state} state`);
  return undefined;
}

function knownProject(cloud: Cloud, idOrNumber: string): Project | undefined {
  for (const project of cloud.table<Project>('projects').values()) {
    if (project.id === idOrNumber || project.number === idOrNumber) return project;
  }
  return undefined;
}

/** Google's own sample images can be pulled by everybody. */
const publicProject = 'cloudrun';

function imageObstacle({ cloud, workload, template }: Question): Obstacle | undefined {
  const { project } = partsOf(workload);
  for (const container of template.containers ?? []) {
    const image = container.image ?? '';
    const reference = parseReference(image);
    if (reference === undefined || reference.repository.startsWith(`projects/${publicProject}/`)) continue;
    const owner = partsOf(reference.repository).project;
    const agent = `service-${cloud.project(project).number}@serverless-robot-prod.iam.gserviceaccount.com`;
    const foreign = owner !== project;
    if (
      foreign &&
      !cloud.allows(
        `serviceAccount:${agent}`,
        'artifactregistry.repositories.downloadArtifacts',
        reference.repository,
      )
    ) {
      return {
        condition: 'ContainerReady',
        reason: 'CONTAINER_PERMISSION_DENIED',
        message:
          `Google Cloud Run Service Agent ${agent} must have permission to read the image, ${image}. Ensure that the provided container image URL is correct and that the above account has permission to access the image. ` +
          'If you just enabled the Cloud Run API, the permissions might take a few minutes to propagate. ' +
          `Note that the image is from project [${owner}], which is not the same as this project [${project}]. Permission must be granted to the Google Cloud Run Service Agent from this project.`,
      };
    }
    const found = findImage(cloud, image);
    if (found === undefined) {
      return {
        condition: 'ContainerReady',
        reason: 'CONTAINER_MISSING',
        message: `Image '${image}' not found.`,
      };
    }
    if (found.config.platform !== 'linux/amd64') {
      return {
        condition: 'ContainerReady',
        message: `Cloud Run does not support image '${image}': Container manifest type must support amd64/linux.`,
      };
    }
  }
  return undefined;
}

function networkObstacle({ cloud, workload, template }: Question): Obstacle | undefined {
  const [only] = template.vpcAccess?.networkInterfaces ?? [];
  if (only === undefined) return undefined;
  const { project, location } = partsOf(workload);
  const refuse = (message: string): Obstacle => ({
    condition: 'ResourcesAvailable',
    reason: 'VPC_NETWORK_NOT_FOUND',
    message,
  });
  const network = only.network && pathIn(only.network, `projects/${project}/global/networks`);
  if (network && table<Network>(cloud, 'networks').get(network)?.ready !== true) {
    return refuse(`VPC network ${only.network} was not found.`);
  }
  const path = subnetworkOf(workload, template) ?? '';
  const wanted = only.subnetwork || shortName(path);
  const subnetwork = table<Subnetwork>(cloud, 'subnetworks').get(path);
  if (subnetwork?.ready !== true)
    return refuse(`VPC subnetwork ${wanted} was not found in region ${location}.`);
  if (network && !subnetwork.network.endsWith(network)) {
    return refuse(`VPC subnetwork ${wanted} does not belong to the network ${only.network}.`);
  }
  const prefix = parseRange(subnetwork.ipCidrRange)?.prefix ?? 32;
  if (prefix > 26) {
    return refuse(
      `VPC subnetwork ${wanted} has the range ${subnetwork.ipCidrRange}; Direct VPC egress needs /26 or larger.`,
    );
  }
  return undefined;
}

function databaseObstacle({ cloud, template }: Question): Obstacle | undefined {
  for (const volume of template.volumes ?? []) {
    for (const connection of volume.cloudSqlInstance?.instances ?? []) {
      const [project = '', region, name] = connection.split(':');
      const instance = instances(cloud).get(`${project}/${name}`);
      const account = template.serviceAccount ?? '';
      const problem =
        instance === undefined || instance.region !== region
          ? 'the instance does not exist'
          : instance.state !== 'RUNNABLE'
            ? `the instance is ${instance.state}`
            : cloud.allows(
                  `serviceAccount:${account}`,
                  'cloudsql.instances.connect',
                  `projects/${project}/instances/${name}`,
                )
              ? undefined
              : `the service account ${account} lacks cloudsql.instances.connect (roles/cloudsql.client)`;
      if (problem === undefined) continue;
      return {
        condition: 'ResourcesAvailable',
        revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
        message: `Cloud SQL connection "${connection}" failed: ${problem}.`,
      };
    }
  }
  return undefined;
}

/** https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts: mounted before the start. */
function bucketObstacle({ cloud, template }: Question): Obstacle | undefined {
  for (const volume of template.volumes ?? []) {
    const bucket = volume.gcs?.bucket;
    if (bucket === undefined) continue;
    const account = template.serviceAccount ?? '';
    const problem = !buckets(cloud).has(bucket)
      ? "storage: bucket doesn't exist"
      : cloud.allows(`serviceAccount:${account}`, 'storage.objects.list', bucketName(bucket))
        ? undefined
        : `googleapi: Error 403: ${account} does not have storage.objects.list access to the Google Cloud Storage bucket.`;
    if (problem === undefined) continue;
    return {
      condition: 'ContainerReady',
      revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
      message: `The volume "${volume.name ?? ''}" could not be mounted: gcsfuse of bucket "${bucket}": ${problem}`,
    };
  }
  return undefined;
}

function listenObstacle({ cloud, workload, revision, template, kind }: Question): Obstacle | undefined {
  if (kind !== 'services') return undefined;
  const containers = template.containers ?? [];
  const container = containers.find((_, index) => isIngress(containers, index));
  if (container === undefined) return undefined;
  const port = container.ports?.[0]?.containerPort ?? 8080;
  if (listens(container, findImage(cloud, container.image ?? '')?.config, port)) return undefined;
  const { project, location, id } = partsOf(workload);
  const query = encodeURIComponent(
    `resource.type="cloud_run_revision" resource.labels.service_name="${id}" resource.labels.revision_name="${revision}" resource.labels.location="${location}"`,
  );
  return {
    condition: 'ContainerHealthy',
    revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    message:
      `The user-provided container failed to start and listen on the port defined provided by the PORT=${port} environment variable within the allocated timeout. ` +
      'This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. ' +
      'Logs for this revision might contain more information.\n\n' +
      `Logs URL: https://console.cloud.google.com/logs/viewer?project=${project}&resource=cloud_run_revision/service_name/${id}/revision_name/${revision}&advancedFilter=${query}\n` +
      'For more troubleshooting guidance, see https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start',
  };
}

/** Commands that take their work from a queue and open no port. */
const queueWorkers =
  /\b(celery\b.*\b(worker|beat)|rq worker|rqworker|dramatiq|huey_consumer|arq|sidekiq|faktory-worker|bullmq)\b/;

/**
 * Whether a container would listen there, as far as can be told without running it: not if its command is a queue
 * worker, not if the command or (failing that) the image's EXPOSE names other ports only.
 */
function listens(container: Container, image: ImageConfig | undefined, port: number): boolean {
  const command = container.command?.length ? container.command : (image?.entrypoint ?? []);
  const args = container.args?.length ? container.args : container.command?.length ? [] : (image?.cmd ?? []);
  const line = [...command, ...args].join(' ');
  if (queueWorkers.test(line)) return false;
  if (/\$\{?PORT\b/.test(line)) return true;
  const named = [
    ...line.matchAll(/(?:--bind|-b|--port|-p|--listen|--http-socket)[= ]?(?:\S*:)?(\d{2,5})\b/g),
  ];
  if (named.length > 0) return named.some((match) => Number(match[1]) === port);
  return image === undefined || image.exposedPorts.length === 0 || image.exposedPorts.includes(port);
}
