import { isDeepStrictEqual } from 'node:util';
import { type Call, type Cloud, type Operation, Refusal, type Reply, type Table } from '../service.ts';
import { requireActAs } from '../service-accounts.ts';
import { maskedPaths } from '../update-mask.ts';
import { uuid } from './listing.ts';
import {
  type Collection,
  dryRun,
  launchStage,
  nameIn,
  newResource,
  parentOf,
  refuseStale,
  resourceOf,
  resources,
  runApiName,
  viewResourceOperation,
} from './run-collection.ts';
import { templateWithDefaults } from './run-defaults.ts';
import { patched, wholly } from './run-mask.ts';
import type { Obstacle } from './run-readiness.ts';
import {
  type Condition,
  email,
  invalid,
  revisions,
  shortName,
  type Template,
  type Workload,
} from './run-resource.ts';
import { addRevision, failRevision, failureText, newRevisionName, settleRevision } from './run-revisions.ts';
import { checkId, checkMetadata, checkTemplate } from './run-validation.ts';

/** In what services and worker pools differ. */
export interface Kind extends Collection {
  readonly collection: 'services' | 'workerPools';
  readonly message: 'Service' | 'WorkerPool';
  readonly step: string;
  /** Fills in defaults and refuses what is wrong, beside the template. `coming` is the short name of the new revision. */
  complete(cloud: Cloud, workload: Workload, coming: string | undefined): Workload;
  /** What follows from a revision's being ready: traffic, addresses. May throw a Refusal. */
  route(cloud: Cloud, workload: Workload): Partial<Workload>;
  readonly conditionTypes: readonly string[];
}

export function workloads(cloud: Cloud, kind: Pick<Kind, 'collection'>): Table<Workload> {
  return resources<Workload>(cloud, kind);
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
  const draft = newResource(call, cloud, kind, name);
  return write(call, cloud, kind, undefined, { ...draft, template: (draft.template ?? {}) as Template });
}

export async function patchWorkload(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const name = nameIn(call, cloud, kind);
  const current = workloads(cloud, kind).get(name);
  if (current === undefined) {
    if (call.query.get('allowMissing') !== 'true') resourceOf(call, cloud, kind);
    cloud.require(call.principal, `${kind.permissions}.create`, parentOf(call, cloud));
    checkId(shortName(name), kind.idField);
    return create(call, cloud, kind, name);
  }
  const body = (call.body ?? {}) as Record<string, unknown>;
  refuseStale(current, body.etag);
  const paths = maskedPaths(call, {
    api: 'run_v2',
    message: kind.message,
    changeable: kind.settable,
    current,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) =>
      invalid(`update_mask: the field "${path}" is unknown or cannot be changed`, 'update_mask'),
  });
  const next = patched(current, body, paths ?? wholly(kind.settable)) as Workload;
  return write(call, cloud, kind, current, {
    ...next,
    template: next.template ?? {},
    launchStage: launchStage(next.launchStage),
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
  checkTemplate(template, { workload: id, kind: kind.collection, where: 'template' });
  requireActAs(cloud, call.principal, template.serviceAccount ?? '');
  const changed =
    !isDeepStrictEqual(current?.template, template) || call.query.get('forceNewRevision') === 'true';
  if (changed) refuseTakenRevision(cloud, wanted.name, template.revision);
  const coming = changed ? (template.revision ?? '') : undefined;
  const completed = kind.complete(cloud, { ...wanted, template }, coming);
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, kind.typeUrl, completed);
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
  return { status: 200, body: viewResourceOperation(cloud, kind, operation) };
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
    const revision = stored.template.revision || newRevisionName(cloud, stored.name);
    stored = { ...stored, latestCreatedRevision: addRevision(call, cloud, stored, revision) };
  }
  if (current === undefined) cloud.spread('list', stored.name);
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

/** Called when a fault script has the operation end in an error: the workload shows the same failure. */
export function failWorkload(operation: Operation, cloud: Cloud, kind: Kind): void {
  const workload = workloads(cloud, kind).get(String(operation.input.name));
  if (workload?.generation !== operation.input.generation || workload === undefined) return;
  const message = operation.fault?.message ?? '';
  if (workload.latestCreatedRevision !== undefined) {
    failRevision(cloud, workload.latestCreatedRevision, { condition: 'ContainerReady', message });
  }
  conclude(cloud, kind, workload, { message, reason: 'INTERNAL' });
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

function refuseTakenRevision(cloud: Cloud, workload: string, revision: string | undefined): void {
  if (!revision || !revisions(cloud).has(`${workload}/revisions/${revision}`)) return;
  throw new Refusal(
    409,
    'ALREADY_EXISTS',
    `Revision named '${revision}' with different configuration already exists.`,
  );
}
