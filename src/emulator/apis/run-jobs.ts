import { isDeepStrictEqual } from 'node:util';
import { type Call, type Cloud, type Operation, Refusal, type Reply, type Table } from '../service.ts';
import { requireActAs } from '../service-accounts.ts';
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
import { executionTemplateWithDefaults } from './run-defaults.ts';
import { executions, forgetExecutions, outcomeOfExecution, tallyOf, timeOf } from './run-execution.ts';
import { patched, wholly } from './run-mask.ts';
import { findObstacle } from './run-readiness.ts';
import {
  type Condition,
  type ExecutionTemplate,
  email,
  invalid,
  type Job,
  type Resource,
  shortName,
} from './run-resource.ts';
import { checkDuration, checkId, checkMetadata, checkTemplate } from './run-validation.ts';

/** https://cloud.google.com/run/docs/configuring/task-timeout: seven days, in seconds. */
const longestTask = 604_800;
/** https://cloud.google.com/run/quotas */
const mostTasks = 10_000;
const mostRetries = 10;

export const jobKind: Collection = {
  collection: 'jobs',
  typeUrl: 'type.googleapis.com/google.cloud.run.v2.Job',
  idParameter: 'jobId',
  idField: 'CreateJobRequest.job_id',
  permissions: 'run.jobs',
  label: 'JOB',
  settable: [
    'annotations',
    'binaryAuthorization',
    'client',
    'clientVersion',
    'labels',
    'launchStage',
    'runExecutionToken',
    'startExecutionToken',
    'template',
  ],
  view: viewJob,
  forget: forgetExecutions,
};

export function jobs(cloud: Cloud): Table<Job> {
  return resources<Job>(cloud, jobKind);
}

export async function createJob(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const id = call.query.get(jobKind.idParameter) ?? '';
  // https://cloud.google.com/run/docs/create-jobs: a job's name may have 63 characters, unlike a service's.
  checkId(id, jobKind.idField, 63);
  const name = nameIn(call, cloud, jobKind, id);
  if (jobs(cloud).has(name)) throw new Refusal(409, 'ALREADY_EXISTS', `Resource '${id}' already exists.`);
  return write(call, cloud, undefined, newResource(call, cloud, jobKind, name));
}

/** A PATCH of a job has no mask: it replaces all that a client can set. */
export async function patchJob(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const name = nameIn(call, cloud, jobKind);
  const current = jobs(cloud).get(name);
  if (current === undefined) {
    if (call.query.get('allowMissing') !== 'true') resourceOf(call, cloud, jobKind);
    cloud.require(call.principal, 'run.jobs.create', parentOf(call, cloud));
    checkId(shortName(name), jobKind.idField, 63);
    return write(call, cloud, undefined, newResource(call, cloud, jobKind, name));
  }
  const body = (call.body ?? {}) as Record<string, unknown>;
  refuseStale(current, body.etag);
  const next = patched(current, body, wholly(jobKind.settable)) as Job;
  return write(call, cloud, current, { ...next, launchStage: launchStage(next.launchStage) });
}

async function write(call: Call, cloud: Cloud, current: Job | undefined, wanted: Resource): Promise<Reply> {
  const project = cloud.project(call.params.project ?? '').id;
  refuseTokens(wanted);
  checkMetadata('', wanted.labels, wanted.annotations);
  const given = (wanted.template ?? {}) as ExecutionTemplate;
  const template = executionTemplateWithDefaults(cloud, project, given);
  checkExecutionTemplate(template, shortName(wanted.name));
  requireActAs(cloud, call.principal, template.template.serviceAccount ?? '');
  const completed: Job = { ...wanted, template };
  if (call.query.get('validateOnly') === 'true') return dryRun(cloud, jobKind.typeUrl, completed);
  const stored =
    current !== undefined && isDeepStrictEqual(current, completed)
      ? current
      : store(call, cloud, current, completed);
  const operation = await cloud.start({
    api: runApiName,
    action: 'reconcile',
    step: 'run.job',
    project,
    id: uuid(cloud, 'run.operation'),
    input: {
      location: call.params.location,
      collection: jobKind.collection,
      name: wanted.name,
      generation: stored.generation,
    },
  });
  return { status: 200, body: viewResourceOperation(cloud, jobKind, operation) };
}

/** These start an execution together with the write; gcloud and this suite ask for `:run` instead. */
function refuseTokens(job: Resource): void {
  for (const token of ['startExecutionToken', 'runExecutionToken']) {
    if (!job[token]) continue;
    throw new Refusal(501, 'UNIMPLEMENTED', `not implemented by the emulator: job.${token}; use jobs.run`);
  }
}

/** Also of the template of one execution, with its overrides. */
export function checkExecutionTemplate(template: ExecutionTemplate, job: string): void {
  const { taskCount = 1, parallelism = 0, template: task = {} } = template;
  checkMetadata('template.', template.labels, template.annotations);
  if (!Number.isInteger(taskCount) || taskCount < 1 || taskCount > mostTasks) {
    throw invalid(`template.task_count must be between 1 and ${mostTasks}`, 'template.task_count');
  }
  if (!Number.isInteger(parallelism) || parallelism < 0 || parallelism > taskCount) {
    throw invalid('template.parallelism must be between 0 and task_count', 'template.parallelism');
  }
  const retries = task.maxRetries ?? 0;
  if (!Number.isInteger(retries) || retries < 0 || retries > mostRetries) {
    throw invalid(`template.template.max_retries must be between 0 and ${mostRetries}`);
  }
  checkDuration(task.timeout ?? '600s', 'template.template.timeout', longestTask);
  checkTemplate(task, { workload: job, kind: 'jobs', where: 'template.template' });
}

function store(call: Call, cloud: Cloud, current: Job | undefined, completed: Job): Job {
  const now = cloud.timestamp();
  const waiting = { state: 'CONDITION_RECONCILING' as const, lastTransitionTime: now };
  const stored: Job = {
    ...completed,
    generation: current === undefined ? '1' : String(Number(current.generation) + 1),
    updateTime: now,
    lastModifier: email(call.principal),
    etag: cloud.etag(),
    reconciling: true,
    terminalCondition: { type: 'Ready', ...waiting },
    conditions: [{ type: 'ResourcesAvailable', ...waiting }],
  };
  if (current === undefined) cloud.spread('list', stored.name);
  jobs(cloud).set(stored.name, stored);
  return stored;
}

/** Called when the operation is due: the job is ready when its tasks could be started. */
export function settleJob(operation: Operation, cloud: Cloud): void {
  const job = jobs(cloud).get(String(operation.input.name));
  if (job === undefined || job.generation !== operation.input.generation) return;
  if (job.reconciling === true) {
    const obstacle = findObstacle({
      cloud,
      workload: job.name,
      revision: '',
      template: job.template.template ?? {},
      kind: 'jobs',
    });
    conclude(
      cloud,
      job,
      obstacle && { message: obstacle.message, ...(obstacle.reason ? { reason: obstacle.reason } : {}) },
    );
  }
  const ended = jobs(cloud).get(job.name)?.terminalCondition;
  if (ended?.state === 'CONDITION_FAILED') operation.error = { code: 9, message: ended.message ?? '' };
}

/** Called when a fault script has the operation end in an error. */
export function failJob(operation: Operation, cloud: Cloud): void {
  const job = jobs(cloud).get(String(operation.input.name));
  if (job === undefined || job.generation !== operation.input.generation) return;
  conclude(cloud, job, { message: operation.fault?.message ?? '', reason: 'INTERNAL' });
}

function conclude(cloud: Cloud, job: Job, failure: { message: string; reason?: string } | undefined): void {
  const condition = (type: string): Condition => ({
    type,
    state: failure === undefined ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED',
    lastTransitionTime: cloud.timestamp(),
    ...(failure === undefined ? {} : { ...failure, severity: 'ERROR' }),
  });
  const { reconciling: _reconciling, ...rest } = job;
  jobs(cloud).set(job.name, {
    ...rest,
    observedGeneration: job.generation,
    terminalCondition: condition('Ready'),
    conditions: [condition('ResourcesAvailable')],
  } as Job);
}

/** As the API shows it: with where its latest execution stands now. */
export function viewJob(cloud: Cloud, resource: Resource): Record<string, unknown> {
  const job = resource as Job;
  if (job.latestCreatedExecution === undefined) return job;
  const { name, createTime } = job.latestCreatedExecution;
  const execution = executions(cloud).get(name);
  if (execution === undefined)
    return { ...job, latestCreatedExecution: { name: shortName(name), createTime } };
  const tally = tallyOf(cloud, execution);
  const outcome = outcomeOfExecution(execution, tally);
  const status =
    outcome === undefined
      ? execution.progress.startedAt === undefined
        ? 'EXECUTION_PENDING'
        : 'EXECUTION_RUNNING'
      : `EXECUTION_${outcome.state.toUpperCase()}`;
  return {
    ...job,
    latestCreatedExecution: {
      name: shortName(name),
      createTime,
      completionStatus: status,
      ...(tally.completedAt === undefined ? {} : { completionTime: timeOf(tally.completedAt) }),
    },
  };
}
