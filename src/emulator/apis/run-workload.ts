import { isDeepStrictEqual } from 'node:util';
import { deletePolicy } from '../iam/policies.ts';
import { type Call, type Cloud, type Operation, Refusal, type Reply, type Table } from '../service.ts';
import { requireActAs } from '../service-accounts.ts';
import { page, uuid } from './listing.ts';
import { longRunning, operationName } from './long-running.ts';
import { templateWithDefaults } from './run-defaults.ts';
import { patched } from './run-mask.ts';
import type { Obstacle } from './run-readiness.ts';
import { type Condition, email, revisions, shortName, type Template, type Workload } from './run-resource.ts';
import { addRevision, failureText, newRevisionName, settleRevision } from './run-revisions.ts';
import { checkId, checkMetadata, checkTemplate } from './run-validation.ts';

export const runApiName = 'run.googleapis.com';

/** In what services and worker pools differ. */
export interface Kind {
  readonly collection: 'services' | 'workerPools';
  readonly typeUrl: string;
  readonly idParameter: string;
  readonly idField: string;
  /** `run.services` or `run.workerpools`. */
  readonly permissions: string;
  readonly label: string;
  readonly step: string;
  /** Fields that a client may set. */
  readonly settable: readonly string[];
  /** Fills in defaults and refuses what is wrong, beside the template. `coming` is the short name of the new revision. */
  complete(cloud: Cloud, workload: Workload, coming: string | undefined): Workload;
  /** What follows from a revision's being ready: traffic, addresses. May throw a Refusal. */
  route(cloud: Cloud, workload: Workload): Partial<Workload>;
  readonly conditionTypes: readonly string[];
}

export function workloads(cloud: Cloud, kind: Kind): Table<Workload> {
  return cloud.table<Workload>(`run.${kind.collection}`);
}

/** How many revisions a workload has had; numbers are not used again. */
function sequences(cloud: Cloud): Table<number> {
  return cloud.table<number>('run.sequences');
}

export function parentOf(call: Call, cloud: Cloud): string {
  return `projects/${cloud.project(call.params.project ?? '').id}/locations/${call.params.location}`;
}

export function nameIn(call: Call, cloud: Cloud, kind: Kind, id = call.params.workload ?? ''): string {
  return `${parentOf(call, cloud)}/${kind.collection}/${id}`;
}

export function workloadOf(call: Call, cloud: Cloud, kind: Kind): Workload {
  const found = workloads(cloud, kind).get(nameIn(call, cloud, kind));
  if (found === undefined) {
    throw new Refusal(
      404,
      'NOT_FOUND',
      `Resource '${call.params.workload}' of kind '${kind.label}' in region '${call.params.location}' in project '${call.params.project}' does not exist.`,
    );
  }
  return found;
}

export async function createWorkload(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const id = call.query.get(kind.idParameter) ?? '';
  checkId(id, kind.idField);
  const name = nameIn(call, cloud, kind, id);
  if (workloads(cloud, kind).has(name)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `Resource '${id}' already exists.`);
  }
  return create(call, cloud, kind, name);
}

async function create(call: Call, cloud: Cloud, kind: Kind, name: string): Promise<Reply> {
  const now = cloud.timestamp();
  const fields = patched({}, (call.body ?? {}) as Record<string, unknown>, null, kind.settable);
  const draft: Workload = {
    ...fields,
    name,
    uid: uuid(cloud, 'run.uid'),
    generation: '1',
    observedGeneration: '0',
    createTime: now,
    updateTime: now,
    creator: email(call.principal),
    lastModifier: email(call.principal),
    etag: cloud.etag(),
    launchStage: fields.launchStage === undefined ? 'GA' : String(fields.launchStage),
    template: (fields.template ?? {}) as Template,
  };
  return write(call, cloud, kind, undefined, draft);
}

export async function patchWorkload(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const name = nameIn(call, cloud, kind);
  const current = workloads(cloud, kind).get(name);
  if (current === undefined) {
    if (call.query.get('allowMissing') !== 'true') workloadOf(call, cloud, kind);
    cloud.require(call.principal, `${kind.permissions}.create`, parentOf(call, cloud));
    checkId(shortName(name), kind.idField);
    return create(call, cloud, kind, name);
  }
  const body = (call.body ?? {}) as Record<string, unknown>;
  refuseStale(current, body.etag);
  const next = patched(current, body, call.query.get('updateMask'), kind.settable) as Workload;
  return write(call, cloud, kind, current, {
    ...next,
    template: next.template ?? {},
    launchStage: next.launchStage || 'GA',
  });
}

/** Validates the wanted state, stores it, makes a revision if the template changed, and starts the operation. */
async function write(
  call: Call,
  cloud: Cloud,
  kind: Kind,
  current: Workload | undefined,
  wanted: Workload,
): Promise<Reply> {
  const project = cloud.project(call.params.project ?? '').id;
  const id = shortName(wanted.name);
  checkMetadata('', wanted.labels, wanted.annotations);
  const template = templateWithDefaults(cloud, project, wanted.template, kind.collection);
  checkTemplate(template, id, kind.collection);
  requireActAs(cloud, call.principal, template.serviceAccount ?? '');
  const changed =
    !isDeepStrictEqual(current?.template, template) || call.query.get('forceNewRevision') === 'true';
  if (changed) refuseTakenRevision(cloud, wanted.name, template.revision);
  const coming = changed ? (template.revision ?? '') : undefined;
  const completed = kind.complete(cloud, { ...wanted, template }, coming);
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, kind, completed);
  const stored =
    current !== undefined && !changed && isDeepStrictEqual(current, completed)
      ? current
      : store(call, cloud, kind, current, completed, changed);
  const operation = await cloud.start({
    api: runApiName,
    action: 'reconcile',
    step: changed ? kind.step : 'run.traffic',
    project,
    id: uuid(cloud, 'run.operation'),
    input: {
      location: call.params.location,
      collection: kind.collection,
      name: wanted.name,
      generation: stored.generation,
    },
  });
  return { status: 200, body: viewOperation(cloud, kind, operation) };
}

function store(
  call: Call,
  cloud: Cloud,
  kind: Kind,
  current: Workload | undefined,
  completed: Workload,
  changed: boolean,
): Workload {
  const now = cloud.timestamp();
  let stored: Workload = {
    ...completed,
    generation: current === undefined ? '1' : String(Number(current.generation) + 1),
    updateTime: now,
    lastModifier: email(call.principal),
    etag: cloud.etag(),
    reconciling: true,
    terminalCondition: { type: 'Ready', state: 'CONDITION_RECONCILING', lastTransitionTime: now },
    conditions: kind.conditionTypes.map((type) => ({
      type,
      state: 'CONDITION_RECONCILING',
      lastTransitionTime: now,
    })),
  };
  if (changed) {
    const sequence = (sequences(cloud).get(stored.name) ?? 0) + 1;
    sequences(cloud).set(stored.name, sequence);
    const revision = stored.template.revision || newRevisionName(cloud, stored.name, sequence);
    stored = { ...stored, latestCreatedRevision: addRevision(call, cloud, stored, revision) };
  }
  workloads(cloud, kind).set(stored.name, stored);
  return stored;
}

/** Called when the operation is due. The outcome is in the workload; a failure is the operation's error too. */
export function settleWorkload(operation: Operation, cloud: Cloud, kind: Kind): void {
  const workload = workloads(cloud, kind).get(String(operation.input.name));
  // A later write has its own operation, which tells how it ended.
  if (workload === undefined || workload.generation !== operation.input.generation) return;
  if (workload.reconciling !== true) {
    repeatOutcome(operation, workload);
    return;
  }
  const latest = workload.latestCreatedRevision ?? '';
  const obstacle = settleRevision(cloud, workload, latest) ?? failedBefore(cloud, latest);
  if (obstacle !== undefined) {
    const message = failureText(latest, obstacle);
    conclude(cloud, kind, workload, { message, reason: obstacle.reason ?? 'REVISION_FAILED' });
    operation.error = { code: 9, message };
    return;
  }
  const ready: Workload = { ...workload, latestReadyRevision: latest };
  try {
    conclude(cloud, kind, { ...ready, ...kind.route(cloud, ready) }, undefined);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    conclude(cloud, kind, ready, { message: problem.message, reason: 'REVISION_FAILED' });
    throw problem;
  }
}

/** A write that changed nothing ends as the one before it did. */
function repeatOutcome(operation: Operation, { terminalCondition }: Workload): void {
  if (terminalCondition?.state !== 'CONDITION_FAILED') return;
  operation.error = { code: 9, message: terminalCondition.message ?? '' };
}

function failedBefore(cloud: Cloud, name: string): Obstacle | undefined {
  const revision = revisions(cloud).get(name);
  if (revision?.state !== 'failed') return undefined;
  const [ready] = revision.conditions;
  return { condition: 'ContainerReady', message: ready?.message ?? '' };
}

function conclude(
  cloud: Cloud,
  kind: Kind,
  workload: Workload,
  failure: { message: string; reason: string } | undefined,
): void {
  const now = cloud.timestamp();
  const condition = (type: string): Condition => ({
    type,
    state: failure === undefined ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED',
    lastTransitionTime: now,
    ...(failure === undefined ? {} : { ...failure, severity: 'ERROR' }),
  });
  const { reconciling: _reconciling, ...rest } = workload;
  workloads(cloud, kind).set(workload.name, {
    ...(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Workload),
    observedGeneration: workload.generation,
    terminalCondition: condition('Ready'),
    conditions: kind.conditionTypes.map(condition),
  } as Workload);
}

export async function getWorkload(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: workloadOf(call, cloud, kind) };
}

export async function listWorkloads(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const everywhere = call.params.location === '-';
  const { id } = cloud.project(call.params.project ?? '');
  const prefix = everywhere ? `projects/${id}/locations/` : `${parentOf(call, cloud)}/${kind.collection}/`;
  const own = [...workloads(cloud, kind).values()].filter((workload) => workload.name.startsWith(prefix));
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { [kind.collection]: items } : {}), ...rest } };
}

export async function deleteWorkload(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const workload = workloadOf(call, cloud, kind);
  refuseStale(workload, call.query.get('etag') ?? undefined);
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, kind, workload);
  workloads(cloud, kind).set(workload.name, {
    ...workload,
    reconciling: true,
    deleteTime: cloud.timestamp(),
  });
  const operation = await cloud.start({
    api: runApiName,
    action: 'delete',
    step: 'run.delete',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: {
      location: call.params.location,
      collection: kind.collection,
      name: workload.name,
      last: workload,
    },
  });
  return { status: 200, body: viewOperation(cloud, kind, operation) };
}

export function settleDelete(operation: Operation, cloud: Cloud, kind: Kind): void {
  const name = String(operation.input.name);
  workloads(cloud, kind).delete(name);
  sequences(cloud).delete(name);
  deletePolicy(cloud, name);
  for (const [revision] of [...revisions(cloud).entries()]) {
    if (revision.startsWith(`${name}/revisions/`)) revisions(cloud).delete(revision);
  }
}

/** The operation's metadata and response are the service or worker pool itself, as it is now. */
export function viewOperation(cloud: Cloud, kind: Kind, operation: Operation): Record<string, unknown> {
  const workload = workloads(cloud, kind).get(String(operation.input.name)) ?? operation.input.last;
  const resource = { '@type': kind.typeUrl, ...(workload as Workload | undefined) };
  return longRunning({ ...operation, response: resource }, operationName(operation), resource);
}

function dryRun(cloud: Cloud, kind: Kind, workload: Workload): Reply {
  const [, project, , location] = workload.name.split('/');
  const resource = { '@type': kind.typeUrl, ...workload };
  return {
    status: 200,
    body: {
      name: `projects/${project}/locations/${location}/operations/${uuid(cloud, 'run.operation')}`,
      metadata: resource,
      done: true,
      response: resource,
    },
  };
}

function refuseTakenRevision(cloud: Cloud, workload: string, revision: string | undefined): void {
  if (!revision || !revisions(cloud).has(`${workload}/revisions/${revision}`)) return;
  throw new Refusal(
    409,
    'ALREADY_EXISTS',
    `Revision named '${revision}' with different configuration already exists.`,
  );
}

export function refuseStale(current: { name: string; etag: string }, etag: unknown): void {
  if (typeof etag !== 'string' || etag === '' || etag === current.etag) return;
  throw new Refusal(
    409,
    'ABORTED',
    `Conflict for resource '${shortName(current.name)}': version '${etag}' was specified but current version is '${current.etag}'.`,
  );
}
