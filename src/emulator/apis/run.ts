import { policyRoutes } from '../iam/policies.ts';
import {
  type Api,
  type Call,
  type Cloud,
  type Operation,
  Refusal,
  type Reply,
  type Route,
} from '../service.ts';
import { longRunning, operationName, operationOf, operationRoutes } from './long-running.ts';
import {
  type Collection,
  deleteResource,
  getResource,
  listResources,
  nameIn,
  resourceOf,
  runApiName,
  settleDelete,
  viewResourceOperation,
} from './run-collection.ts';
import { executions } from './run-execution.ts';
import {
  cancelExecution,
  deleteExecution,
  getExecution,
  listExecutions,
  settleCancel,
  viewExecutionOperation,
} from './run-executions.ts';
import { endOfRun, failExecution, runJob, settleExecution, viewRunOperation } from './run-job-run.ts';
import { createJob, failJob, jobKind, patchJob, settleJob } from './run-jobs.ts';
import { revisions } from './run-resource.ts';
import { deleteRevision, getRevision, listRevisions } from './run-revisions.ts';
import { serviceKind } from './run-services.ts';
import { getTask, listTasks } from './run-tasks.ts';
import { workerPoolKind } from './run-workerpools.ts';
import { createWorkload, failWorkload, type Kind, patchWorkload, settleWorkload } from './run-workload.ts';
import { waitForOperation } from './waiting.ts';

/** A wait without a timeout lasts this long, in seconds. */
const defaultWait = 30;
/** A run of a job is looked at again this often while somebody waits for it, in milliseconds. */
const glance = 250;
const parent = '/v2/projects/{project}/locations/{location}';

const kinds: readonly Kind[] = [serviceKind, workerPoolKind];

function show(operation: Operation, cloud: Cloud): Record<string, unknown> {
  switch (operation.action) {
    case 'deleteRevision':
      return longRunning(operation, operationName(operation));
    case 'execute':
      return viewRunOperation(cloud, operation);
    case 'cancelExecution':
    case 'deleteExecution':
      return viewExecutionOperation(cloud, operation);
    default:
      return viewResourceOperation(cloud, collectionOf(operation), operation);
  }
}

function kindOf(operation: Operation): Kind | undefined {
  return kinds.find((kind) => kind.collection === operation.input.collection);
}

function collectionOf(operation: Operation): Collection {
  return kindOf(operation) ?? jobKind;
}

async function waitOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const { id } = await operationOf(call, cloud, runApiName);
  const asked = (call.body as { timeout?: string } | undefined)?.timeout;
  const seconds = asked === undefined ? defaultWait : Number.parseFloat(asked);
  if (!(seconds >= 0)) throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid timeout "${asked}"`);
  const deadline = cloud.clock.now() + seconds * 1000;
  const operation = await waitForOperation(cloud, id, seconds * 1000);
  if (operation === undefined) return { status: 200, body: {} };
  if (operation.action === 'execute') await waitForRun(cloud, operation, deadline);
  return { status: 200, body: show(operation, cloud) };
}

async function waitForRun(cloud: Cloud, operation: Operation, deadline: number): Promise<void> {
  for (;;) {
    const end = endOfRun(cloud, operation);
    const now = cloud.clock.now();
    if (end === undefined || now >= deadline) return;
    await cloud.clock.sleep(Math.max(1, Math.min(deadline, end, now + glance) - now));
  }
}

async function deleteOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = await operationOf(call, cloud, runApiName);
  if (show(operation, cloud).done !== true) {
    throw new Refusal(400, 'FAILED_PRECONDITION', `Operation ${operationName(operation)} is not done.`);
  }
  cloud.table('operations').delete(operation.id);
  return { status: 200, body: {} };
}

type Handler = (call: Call, cloud: Cloud) => Reply | Promise<Reply>;

/** What services, worker pools and jobs have alike. */
function collectionRoutes(of: Collection, message: string, create: Handler, patch: Handler): Route[] {
  const collection = `${parent}/${of.collection}`;
  const one = `${collection}/{workload}`;
  const id = `run.projects.locations.${of.collection}`;
  const resource = resourceIn(of);
  const exists = (call: Call, cloud: Cloud) => {
    resourceOf(call, cloud, of);
  };
  return [
    {
      method: 'POST',
      path: collection,
      id: `${id}.create`,
      permission: `${of.permissions}.create`,
      message,
      handle: create,
    },
    {
      method: 'GET',
      path: collection,
      id: `${id}.list`,
      permission: `${of.permissions}.list`,
      handle: (call, cloud) => listResources(call, cloud, of),
    },
    {
      method: 'GET',
      path: one,
      id: `${id}.get`,
      permission: `${of.permissions}.get`,
      resource,
      handle: (call, cloud) => getResource(call, cloud, of),
    },
    {
      method: 'PATCH',
      path: one,
      id: `${id}.patch`,
      permission: `${of.permissions}.update`,
      resource,
      message,
      handle: patch,
    },
    {
      method: 'DELETE',
      path: one,
      id: `${id}.delete`,
      permission: `${of.permissions}.delete`,
      resource,
      handle: (call, cloud) => deleteResource(call, cloud, of),
    },
    ...policyRoutes({ path: one, id, permissions: of.permissions, resource, exists, get: 'GET' }),
  ];
}

function resourceIn(of: Collection) {
  return ({ params }: Call) =>
    params.workload === '-'
      ? `projects/${params.project}`
      : `projects/${params.project}/locations/${params.location}/${of.collection}/${params.workload}`;
}

function revisionRoutes(kind: Kind): Route[] {
  const path = `${parent}/${kind.collection}/{workload}/revisions`;
  const id = `run.projects.locations.${kind.collection}.revisions`;
  const resource = resourceIn(kind);
  return [
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      permission: 'run.revisions.list',
      resource,
      handle: (call, cloud) => listRevisions(call, cloud, nameIn(call, cloud, kind)),
    },
    {
      method: 'GET',
      path: `${path}/{revision}`,
      id: `${id}.get`,
      permission: 'run.revisions.get',
      resource,
      handle: (call, cloud) => getRevision(call, cloud, nameIn(call, cloud, kind)),
    },
    {
      method: 'DELETE',
      path: `${path}/{revision}`,
      id: `${id}.delete`,
      permission: 'run.revisions.delete',
      resource,
      handle: (call, cloud) => deleteRevision(call, cloud, kind),
    },
  ];
}

function executionRoutes(): Route[] {
  const path = `${parent}/jobs/{workload}/executions`;
  const one = `${path}/{execution}`;
  const id = 'run.projects.locations.jobs.executions';
  const resource = resourceIn(jobKind);
  return [
    {
      method: 'POST',
      path: `${parent}/jobs/{workload}:run`,
      id: 'run.projects.locations.jobs.run',
      permission: 'run.jobs.run',
      resource,
      message: 'RunJobRequest',
      handle: runJob,
    },
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      permission: 'run.executions.list',
      resource,
      handle: listExecutions,
    },
    {
      method: 'GET',
      path: one,
      id: `${id}.get`,
      permission: 'run.executions.get',
      resource,
      handle: getExecution,
    },
    {
      method: 'DELETE',
      path: one,
      id: `${id}.delete`,
      permission: 'run.executions.delete',
      resource,
      handle: deleteExecution,
    },
    {
      method: 'POST',
      path: `${one}:cancel`,
      id: `${id}.cancel`,
      permission: 'run.executions.cancel',
      resource,
      message: 'RunJobRequest',
      handle: cancelExecution,
    },
    {
      method: 'GET',
      path: `${one}/tasks`,
      id: `${id}.tasks.list`,
      permission: 'run.tasks.list',
      resource,
      handle: listTasks,
    },
    {
      method: 'GET',
      path: `${one}/tasks/{task}`,
      id: `${id}.tasks.get`,
      permission: 'run.tasks.get',
      resource,
      handle: getTask,
    },
  ];
}

function workloadRoutes(kind: Kind, message: string): Route[] {
  return [
    ...collectionRoutes(
      kind,
      message,
      (call, cloud) => createWorkload(call, cloud, kind),
      (call, cloud) => patchWorkload(call, cloud, kind),
    ),
    ...revisionRoutes(kind),
  ];
}

/** The Cloud Run Admin API, v2. What it settles is started by the v1 view as well. */
export const runApi: Api = {
  name: runApiName,
  title: 'Cloud Run Admin API',
  needsEnabling: true,
  hosts: ['*-run.googleapis.com'],
  messages: 'run_v2',
  errors: 'rpc',
  notModelled: [
    'Containers do not run. Whether one would listen is told from its command and from the EXPOSE of its image.',
    'Tasks of jobs succeed at once, unless the variables EMULATOR_EXIT_CODE, EMULATOR_SECONDS and EMULATOR_LOG of their containers say otherwise.',
    'startExecutionToken and runExecutionToken of jobs, domain mappings, builds:submit, multi-region services.',
    'Autoscaling; instances.',
    'The right of a service account to use Cloud SQL is checked when a revision starts; Google finds out at run time.',
  ],
  routes: [
    ...workloadRoutes(serviceKind, 'Service'),
    ...workloadRoutes(workerPoolKind, 'WorkerPool'),
    ...collectionRoutes(jobKind, 'Job', createJob, patchJob),
    ...executionRoutes(),
    ...operationRoutes({
      api: runApiName,
      root: '/v2',
      id: 'run.projects.locations.operations',
      permission: 'run.operations',
      view: show,
    }),
    {
      method: 'DELETE',
      path: `${parent}/operations/{operation}`,
      id: 'run.projects.locations.operations.delete',
      permission: 'run.operations.delete',
      handle: deleteOperation,
    },
    {
      method: 'POST',
      path: `${parent}/operations/{operation}:wait`,
      id: 'run.projects.locations.operations.wait',
      permission: 'run.operations.get',
      handle: waitOperation,
    },
  ],
  settle: {
    reconcile: (operation, cloud) => {
      const kind = kindOf(operation);
      if (kind === undefined) settleJob(operation, cloud);
      else settleWorkload(operation, cloud, kind);
    },
    delete: (operation, cloud) => settleDelete(operation, cloud, collectionOf(operation)),
    deleteRevision: (operation, cloud) => {
      revisions(cloud).delete(String(operation.input.name));
    },
    execute: settleExecution,
    cancelExecution: settleCancel,
    deleteExecution: (operation, cloud) => {
      executions(cloud).delete(String(operation.input.name));
    },
  },
  fail: {
    reconcile: (operation, cloud) => {
      const kind = kindOf(operation);
      if (kind === undefined) failJob(operation, cloud);
      else failWorkload(operation, cloud, kind);
    },
    execute: failExecution,
  },
};
