import { startContainer } from '../endpoints/start.ts';
import { type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import { page, uuid } from './listing.ts';
import { appendLog } from './logging.ts';
import { longRunning, operationName } from './long-running.ts';
import { type Collection, dryRun, notFound, refuseStale, resourceOf, runApiName } from './run-collection.ts';
import { findObstacle, type Obstacle } from './run-readiness.ts';
import {
  type Condition,
  email,
  partsOf,
  type Revision,
  revisions,
  shortName,
  type Template,
  type Workload,
} from './run-resource.ts';
import { isServing, type Target } from './run-traffic.ts';

const revisionType = 'type.googleapis.com/google.cloud.run.v2.Revision';
const letters = 'bcdfghjklmnpqrstvwxz';

/** How many revisions a workload has had; numbers are not used again. */
function sequences(cloud: Cloud): Table<number> {
  return cloud.table<number>('run.sequences');
}

/** `S-00001-abc`; the letters depend on the emulator's seed alone. */
export function newRevisionName(cloud: Cloud, workload: string): string {
  const sequence = sequences(cloud).get(workload) ?? 1;
  const hex = cloud.hex(6, 'run.revision');
  const suffix = [0, 2, 4]
    .map((at) => letters[Number.parseInt(hex.slice(at, at + 2), 16) % letters.length])
    .join('');
  return `${shortName(workload)}-${String(sequence).padStart(5, '0')}-${suffix}`;
}

/** Deletes the revisions of a workload that is deleted itself. */
export function forgetRevisions(cloud: Cloud, workload: string): void {
  sequences(cloud).delete(workload);
  for (const [revision] of [...revisions(cloud).entries()]) {
    if (revision.startsWith(`${workload}/revisions/`)) revisions(cloud).delete(revision);
  }
}

export function addRevision(call: Call, cloud: Cloud, workload: Workload, name: string): string {
  const sequence = sequences(cloud).get(workload.name) ?? 1;
  sequences(cloud).set(workload.name, sequence + 1);
  const full = `${workload.name}/revisions/${name}`;
  const now = cloud.timestamp();
  const { labels, annotations } = workload.template;
  revisions(cloud).set(full, {
    name: full,
    uid: uuid(cloud, 'run.uid'),
    createTime: now,
    updateTime: now,
    creator: email(call.principal),
    template: workload.template,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    launchStage: workload.launchStage,
    etag: cloud.etag(),
    conditions: [{ type: 'Ready', state: 'CONDITION_RECONCILING', lastTransitionTime: now }],
    state: 'pending',
  });
  cloud.spread('list', full);
  return full;
}

/** Finds out whether a new revision becomes ready, and notes it. One that has failed stays failed. */
export function settleRevision(cloud: Cloud, workload: Workload, name: string): Obstacle | undefined {
  const revision = revisions(cloud).get(name);
  if (revision?.state !== 'pending') return undefined;
  const obstacle =
    findObstacle({
      cloud,
      workload: workload.name,
      revision: shortName(name),
      template: revision.template,
      kind: name.includes('/services/') ? 'services' : 'workerPools',
    }) ?? startContainer(cloud, name);
  if (obstacle === undefined) conclude(cloud, revision, undefined);
  else failRevision(cloud, name, obstacle);
  return obstacle;
}

/** Notes that a new revision does not become ready. */
export function failRevision(cloud: Cloud, name: string, obstacle: Obstacle): void {
  const revision = revisions(cloud).get(name);
  if (revision?.state !== 'pending') return;
  conclude(cloud, revision, obstacle);
  logObstacle(cloud, name, obstacle);
}

function conclude(cloud: Cloud, revision: Revision, obstacle: Obstacle | undefined): void {
  const now = cloud.timestamp();
  revisions(cloud).set(revision.name, {
    ...revision,
    updateTime: now,
    state: obstacle === undefined ? 'ready' : 'failed',
    conditions: conditionsOf(obstacle, revision.name.includes('/services/'), now),
  });
}

function conditionsOf(obstacle: Obstacle | undefined, serves: boolean, now: string): Condition[] {
  const types = ['ResourcesAvailable', 'ContainerReady', ...(serves ? ['ContainerHealthy'] : [])];
  const failed: Partial<Condition> =
    obstacle === undefined
      ? {}
      : {
          state: 'CONDITION_FAILED',
          message: obstacle.message,
          severity: 'ERROR',
          ...(obstacle.reason === undefined ? {} : { reason: obstacle.reason }),
          ...(obstacle.revisionReason === undefined ? {} : { revisionReason: obstacle.revisionReason }),
        };
  const done = { state: 'CONDITION_SUCCEEDED' as const, lastTransitionTime: now };
  return [
    { type: 'Ready', ...done, ...failed },
    ...types.map((type) => ({ type, ...done, ...(type === obstacle?.condition ? failed : {}) })),
  ];
}

function logObstacle(cloud: Cloud, name: string, obstacle: Obstacle): void {
  const { project, location, id } = partsOf(name);
  const pool = name.includes('/workerPools/');
  appendLog(cloud, {
    logName: `projects/${project}/logs/run.googleapis.com%2Fvarlog%2Fsystem`,
    severity: 'ERROR',
    resource: {
      type: pool ? 'cloud_run_worker_pool' : 'cloud_run_revision',
      labels: {
        project_id: project,
        location,
        [pool ? 'worker_pool_name' : 'service_name']: id,
        revision_name: shortName(name),
      },
    },
    textPayload: obstacle.message,
  });
}

/** As Google words the failure of the service or of the operation. */
export function failureText(revision: string, obstacle: Obstacle): string {
  return obstacle.bare === true
    ? obstacle.message
    : `Revision '${shortName(revision)}' is not ready and cannot serve traffic. ${obstacle.message}`;
}

export async function getRevision(call: Call, cloud: Cloud, workload: string): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: view(cloud, revisionOf(call, cloud, workload)) };
}

export async function listRevisions(call: Call, cloud: Cloud, workload: string): Promise<Reply> {
  await cloud.settleDue();
  // `-` stands for every service of the location.
  const prefix = workload.endsWith('/-') ? workload.slice(0, -1) : `${workload}/revisions/`;
  const own = [...revisions(cloud).values()]
    .filter((revision) => revision.name.startsWith(prefix) && cloud.arrived('list', revision.name))
    .reverse();
  const { items, ...rest } = page(own, call.query);
  const shown = items.map((revision) => view(cloud, revision));
  return { status: 200, body: { ...(shown.length > 0 ? { revisions: shown } : {}), ...rest } };
}

export function revisionOf(call: Call, cloud: Cloud, workload: string): Revision {
  const name = `${workload}/revisions/${call.params.revision}`;
  const found = revisions(cloud).get(name);
  if (found === undefined) throw notFound(call, 'REVISION', call.params.revision);
  return found;
}

export function view(cloud: Cloud, revision: Revision): Record<string, unknown> {
  const { template, state, ...shown } = revision;
  const { revision: _name, labels: _labels, annotations: _annotations, ...spec }: Template = template;
  const { project, location, id } = partsOf(revision.name);
  const parent = revision.name.includes('/workerPools/') ? 'workerPool' : 'service';
  return {
    ...shown,
    ...spec,
    generation: '1',
    observedGeneration: '1',
    [parent]: id,
    ...(state === 'pending' ? { reconciling: true } : {}),
    logUri: `https://console.cloud.google.com/logs/viewer?project=${cloud.project(project).id}&resource=cloud_run_revision/service_name/${id}/revision_name/${shortName(revision.name)}&location=${location}`,
  };
}

export async function deleteRevision(call: Call, cloud: Cloud, of: Collection): Promise<Reply> {
  await cloud.settleDue();
  const workload = resourceOf<Workload & { traffic?: Target[] }>(call, cloud, of);
  const revision = revisionOf(call, cloud, workload.name);
  refuseStale(revision, call.query.get('etag') ?? undefined);
  if (workload.latestCreatedRevision === revision.name || isServing(workload, revision.name)) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `Revision '${shortName(revision.name)}' cannot be deleted: it is the latest revision of '${shortName(workload.name)}' or receives traffic.`,
    );
  }
  const shown = { name: revision.name, ...view(cloud, revision) };
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, revisionType, shown);
  const operation = await cloud.start({
    api: runApiName,
    action: 'deleteRevision',
    step: 'run.delete',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: { location: call.params.location, name: revision.name },
    metadata: { '@type': revisionType, ...shown },
  });
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}
