/** What is about to be sent to Cloud Run, on its way from what is there to what is wanted. */
import type { RunContainer, RunService } from '../../google/run.ts';
import type { RunJob, RunTask } from '../../google/run-jobs.ts';
import { Failure } from '../../lib/failure.ts';

export type Kind = 'service' | 'job';

export interface Place {
  readonly project: string;
  readonly region: string;
}

export type RevisionTemplate = NonNullable<RunService['template']>;
/** The parts that the template of a revision and that of a task have alike. */
export type Task = Pick<
  RunTask,
  | 'containers'
  | 'volumes'
  | 'vpcAccess'
  | 'serviceAccount'
  | 'executionEnvironment'
  | 'timeout'
  | 'encryptionKey'
  | 'nodeSelector'
  | 'gpuZonalRedundancyDisabled'
>;
export type Labels = Record<string, string | undefined>;

interface Common extends Place {
  readonly task: Task;
  /** The container that flags change: the one with the port, unless --container names another. */
  container: RunContainer;
}

export interface ServiceDraft extends Common {
  readonly kind: 'service';
  readonly service: RunService;
  readonly template: RevisionTemplate;
}

export interface JobDraft extends Common {
  readonly kind: 'job';
  readonly task: RunTask;
  readonly job: RunJob;
  readonly template: NonNullable<RunJob['template']>;
}

export type Draft = ServiceDraft | JobDraft;
export type Edit = (draft: Draft) => void;

/** What the server alone writes. The etag stays: it makes a write fail that would undo somebody else's. */
const outputs = [
  'name',
  'uid',
  'generation',
  'createTime',
  'updateTime',
  'deleteTime',
  'expireTime',
  'creator',
  'lastModifier',
  'reconciling',
  'observedGeneration',
  'terminalCondition',
  'conditions',
  'latestReadyRevision',
  'latestCreatedRevision',
  'trafficStatuses',
  'uri',
  'urls',
  'satisfiesPzs',
  'threatDetectionEnabled',
  'executionCount',
  'latestCreatedExecution',
];

/** A draft that begins with what is there, so that whatever nobody asks to change stays. */
export function serviceDraft({ project, region }: Place, have: RunService | undefined): ServiceDraft {
  const service: RunService = have ? writable(have) : {};
  withoutBreakglass(service);
  service.template ??= {};
  const { template } = service;
  // The name is that of the revision there is, and no two have the same.
  delete template.revision;
  template.containers ??= [newContainer()];
  return {
    kind: 'service',
    project,
    region,
    service,
    template,
    task: template,
    container: mainContainer(template),
  };
}

export function jobDraft({ project, region }: Place, have: RunJob | undefined): JobDraft {
  const job: RunJob = have ? writable(have) : {};
  withoutBreakglass(job);
  job.template ??= {};
  const { template } = job;
  template.template ??= {};
  const task = template.template;
  task.containers ??= [{}];
  return { kind: 'job', project, region, job, template, task, container: mainContainer(task) };
}

/** As gcloud makes the container of a new service: processors only while there are requests, and more of them at start. */
function newContainer(): RunContainer {
  return { resources: { cpuIdle: true, startupCpuBoost: true } };
}

function writable<T extends object>(have: T): T {
  const kept = Object.entries(structuredClone(have)).filter(([key]) => !outputs.includes(key));
  return Object.fromEntries(kept) as T;
}

/** Why the policy for images was passed by is said for one deployment; gcloud takes it away, too. */
function withoutBreakglass(resource: Pick<RunService, 'binaryAuthorization'>): void {
  if (!resource.binaryAuthorization) return;
  const { breakglassJustification: _why, ...policy } = resource.binaryAuthorization;
  if (Object.keys(policy).length > 0) resource.binaryAuthorization = policy;
  else delete resource.binaryAuthorization;
}

/** The one with the port, or the first. */
export function mainContainer(task: Pick<Task, 'containers'>): RunContainer {
  const containers = task.containers ?? [];
  const main = containers.find(({ ports }) => (ports ?? []).length > 0) ?? containers[0];
  if (!main) throw new Error('a draft has at least one container');
  return main;
}

/** The container of that name, made when there is none. A single one without a name takes it. */
export function containerNamed(draft: Draft, name: string): RunContainer {
  const containers = draft.task.containers ?? [];
  const found = containers.find((container) => container.name === name);
  if (found) return found;
  const [only] = containers;
  if (containers.length === 1 && only && !only.name && !only.image) {
    only.name = name;
    return only;
  }
  const made: RunContainer = { name };
  draft.task.containers = [...containers, made];
  return made;
}

/** Takes containers away by name; whoever waited for one of them no longer does. Throws when none is left. */
export function removeContainers(draft: Draft, names: readonly string[]): void {
  const isRemoved = (name: string | undefined): boolean => name !== undefined && names.includes(name);
  draft.task.containers = (draft.task.containers ?? []).filter(({ name }) => !isRemoved(name));
  if (draft.task.containers.length === 0) {
    throw new Failure('INPUT_INVALID', 'flags: --remove-containers would take the last container away.', {
      next: 'Name the containers that are to go, and leave one.',
    });
  }
  for (const container of draft.task.containers) {
    if (container.dependsOn) container.dependsOn = container.dependsOn.filter((name) => !isRemoved(name));
  }
  draft.container = mainContainer(draft.task);
}

/** The container's resources. Where they are named at all, what is not said of the processor means "always". */
export function resourcesOf(draft: Draft): NonNullable<RunContainer['resources']> {
  draft.container.resources ??= draft.kind === 'service' ? { cpuIdle: true } : {};
  return draft.container.resources;
}

export function setLimit(draft: Draft, name: string, value: string | undefined): void {
  const resources = resourcesOf(draft);
  const { [name]: _old, ...others } = resources.limits ?? {};
  resources.limits = value === undefined ? others : { ...others, [name]: value };
}
