import { isIngress } from '../apis/run-defaults.ts';
import { type Probe, partsOf, type Revision, revisions, shortName } from '../apis/run-resource.ts';
import type { Cloud } from '../service.ts';
import { takeAnswer, takeStart } from './answers.ts';
import { logLines, logSystem } from './container-log.ts';

/** Why a container that could be started does not stay up. */
export interface StartFailure {
  readonly condition: 'ContainerHealthy';
  readonly revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR';
  /** Google's sentence, without the name of the revision. */
  readonly message: string;
}

/** What an HTTP probe of the container gets; below 400 it is content. */
export function probe(cloud: Cloud, revision: Revision, path: string): { status: number } {
  return { status: takeAnswer(cloud, revision, { method: 'GET', path })?.status ?? 200 };
}

/**
 * Starts the revision's container, as scripted: its log lines are written, and if it exits or fails its startup probe,
 * the reason is returned. `name` is the full name. Call it once, when the revision could otherwise become ready.
 */
export function startContainer(cloud: Cloud, name: string): StartFailure | undefined {
  const revision = revisions(cloud).get(name);
  if (revision === undefined) return undefined;
  const start = takeStart(cloud, revision);
  if (start?.log !== undefined) logLines(cloud, name, 'stderr', start.log);
  if (start?.exitCode !== undefined) {
    logSystem(
      cloud,
      name,
      start.exitCode === 0 ? 'INFO' : 'WARNING',
      `Container called exit(${start.exitCode}).`,
    );
    return exited(revision);
  }
  return failedProbe(cloud, revision);
}

function exited(revision: Revision): StartFailure {
  const text = revision.name.includes('/workerPools/')
    ? 'The user-provided container failed to start.'
    : `The user-provided container failed to start and listen on the port defined provided by the PORT=${portOf(revision)} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended.`;
  return failure(revision, text);
}

function failedProbe(cloud: Cloud, revision: Revision): StartFailure | undefined {
  const container = ingressOf(revision);
  const startup: Probe | undefined = container?.startupProbe;
  const path = startup?.httpGet?.path;
  if (startup === undefined || path === undefined) return undefined;
  const attempts = startup.failureThreshold ?? 3;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { status } = probe(cloud, revision, path);
    if (status < 400) return undefined;
    logSystem(
      cloud,
      revision.name,
      'ERROR',
      `STARTUP HTTP probe failed ${attempt} time${attempt === 1 ? '' : 's'} consecutively for container "${container?.name ?? `${partsOf(revision.name).id}-1`}" on port ${startup.httpGet?.port ?? portOf(revision)} path "${path}". The instance was not started. Received HTTP status code ${status}.`,
    );
  }
  return failure(revision, 'The user-provided container failed the configured startup probe checks.');
}

function failure(revision: Revision, text: string): StartFailure {
  const { project, location, id } = partsOf(revision.name);
  const name = shortName(revision.name);
  const pool = revision.name.includes('/workerPools/');
  const type = pool ? 'cloud_run_worker_pool' : 'cloud_run_revision';
  const label = pool ? 'worker_pool_name' : 'service_name';
  const filter = encodeURIComponent(
    `resource.type="${type}" resource.labels.${label}="${id}" resource.labels.revision_name="${name}" resource.labels.location="${location}"`,
  );
  return {
    condition: 'ContainerHealthy',
    revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    message:
      `${text} Logs for this revision might contain more information.\n\n` +
      `Logs URL: https://console.cloud.google.com/logs/viewer?project=${project}&resource=${type}/${label}/${id}/revision_name/${name}&advancedFilter=${filter}\n` +
      'For more troubleshooting guidance, see https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start',
  };
}

function ingressOf(revision: Revision) {
  const containers = revision.template.containers ?? [];
  return containers.find((_, index) => isIngress(containers, index));
}

function portOf(revision: Revision): number {
  return ingressOf(revision)?.ports?.[0]?.containerPort ?? 8080;
}
