import { checkMessage } from '../messages.ts';
import type { Call, Cloud, Reply, Route } from '../service.ts';
import { notFound } from './run-collection.ts';
import {
  type Execution,
  executionOf,
  executions,
  executionsIn,
  jobOf,
  viewExecution,
} from './run-execution.ts';
import { cancelExecution, deleteExecution } from './run-executions.ts';
import { startExecution } from './run-job-run.ts';
import { jobKind, jobs } from './run-jobs.ts';
import { partsOf, shortName } from './run-resource.ts';
import { taskName, tasksOf, viewTask } from './run-tasks.ts';
import { asV2, deleted, inV1, locate, regionOf } from './run-v1-call.ts';
import { variableFromV1 } from './run-v1-container.ts';
import {
  executionOfTask,
  executionPlace,
  executionToV1,
  type Shown,
  taskPlace,
  taskToV1,
} from './run-v1-execution.ts';
import { listReply } from './run-v1-listing.ts';
import { Problems } from './run-v1-problems.ts';
import { aboutResource } from './run-v1-resources.ts';
import { SecretNames } from './run-v1-secrets.ts';
import type { V1Variable } from './run-v1-shapes.ts';

/** Runs of jobs, executions and tasks in the v1 API. */

const group = '/apis/run.googleapis.com/v1/namespaces/{project}';

/** The call as the v2 API would get it, about the execution of that id. */
function aboutExecution(call: Call, cloud: Cloud, id: string): { v2: Call; execution: Execution } {
  const names = [...executions(cloud).entries()].map(([name]) => name);
  const location = locate(call, cloud, names, id);
  const project = cloud.project(call.params.project ?? '').id;
  const name = names.find(
    (one) =>
      one.startsWith(`projects/${project}/locations/${location}/`) && one.endsWith(`/executions/${id}`),
  );
  const v2 = asV2(call, cloud, {
    location,
    params: { workload: name === undefined ? '' : partsOf(name).id, execution: id },
    body: {},
  });
  return { v2, execution: executionOf(v2, cloud) };
}

function shown(cloud: Cloud, execution: Execution): Record<string, unknown> {
  const job = jobs(cloud).get(jobOf(execution));
  const { number } = cloud.project(partsOf(execution.name).project);
  return executionToV1(viewExecution(cloud, execution) as Shown, job, number);
}

async function run(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const v2 = aboutResource(call, cloud, jobKind, { body: overridesFromV1(call) });
  const { project, location, workload } = v2.params;
  const name = `projects/${project}/locations/${location}/jobs/${workload}`;
  cloud.require(call.principal, 'run.jobs.run', name);
  const { execution } = await startExecution(v2, cloud);
  return { status: 200, body: shown(cloud, execution) };
}

/** The body of a run for the v2 API, which has the timeout as a duration. */
function overridesFromV1(call: Call): unknown {
  const { overrides, ...rest } = (call.body ?? {}) as { overrides?: Record<string, unknown> };
  const problems = new Problems();
  const { timeoutSeconds, containerOverrides, ...others } = overrides ?? {};
  const containers = ((containerOverrides ?? []) as Record<string, unknown>[]).map((container, index) => ({
    ...container,
    ...(container.env === undefined
      ? {}
      : {
          env: (container.env as V1Variable[]).map((variable, at) =>
            variableFromV1(variable, new SecretNames(), {
              path: `overrides.container_overrides[${index}].env[${at}]`,
              problems,
            }),
          ),
        }),
  }));
  problems.throwIfAny();
  const wanted =
    overrides === undefined
      ? rest
      : {
          ...rest,
          overrides: {
            ...others,
            ...(containers.length === 0 ? {} : { containerOverrides: containers }),
            ...(timeoutSeconds === undefined ? {} : { timeout: `${String(timeoutSeconds)}s` }),
          },
        };
  return checkMessage(wanted, 'RunJobRequest', 'run_v2', call.ignore);
}

async function getExecution(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { execution } = aboutExecution(call, cloud, call.params.execution ?? '');
  cloud.require(call.principal, 'run.executions.get', jobOf(execution));
  return { status: 200, body: shown(cloud, execution) };
}

function allExecutions(call: Call, cloud: Cloud): Execution[] {
  return executionsIn(
    asV2(call, cloud, { location: regionOf(call) ?? '-', params: { workload: '-' } }),
    cloud,
  );
}

async function listExecutions(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  cloud.require(call.principal, 'run.executions.list', `projects/${call.params.project}`);
  return listReply(
    call,
    executionPlace,
    allExecutions(call, cloud).map((one) => shown(cloud, one)),
  );
}

async function cancel(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { v2, execution } = aboutExecution(call, cloud, call.params.execution ?? '');
  cloud.require(call.principal, 'run.executions.cancel', jobOf(execution));
  await cancelExecution(v2, cloud);
  return { status: 200, body: shown(cloud, executionOf(v2, cloud)) };
}

async function removeExecution(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { v2, execution } = aboutExecution(call, cloud, call.params.execution ?? '');
  cloud.require(call.principal, 'run.executions.delete', jobOf(execution));
  await deleteExecution(v2, cloud);
  return deleted('run.googleapis.com', 'executions', shortName(execution.name), execution.uid);
}

async function getTask(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const id = call.params.task ?? '';
  const { v2, execution } = aboutExecution(call, cloud, executionOfTask(id));
  cloud.require(call.principal, 'run.tasks.get', jobOf(execution));
  const task = tasksOf(cloud, execution).find((one) => taskName(one) === id);
  if (task === undefined) throw notFound(v2, 'TASK', id);
  return { status: 200, body: taskToV1(viewTask(task) as Shown, numberOf(call, cloud)) };
}

async function listTasks(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  cloud.require(call.principal, 'run.tasks.list', `projects/${call.params.project}`);
  const tasks = allExecutions(call, cloud).flatMap((execution) => tasksOf(cloud, execution));
  const objects = tasks.map((task) => taskToV1(viewTask(task) as Shown, numberOf(call, cloud)));
  return listReply(call, taskPlace, objects);
}

function numberOf(call: Call, cloud: Cloud): string {
  return cloud.project(call.params.project ?? '').number;
}

export function executionRoutes(): Route[] {
  const route = (
    method: Route['method'],
    path: string,
    id: string,
    work: (call: Call, cloud: Cloud) => Promise<Reply>,
  ): Route => ({
    method,
    path: `${group}/${path}`,
    id: `run.namespaces.${id}`,
    handle: (call, cloud) => inV1(() => work(call, cloud)),
  });
  return [
    route('POST', 'jobs/{workload}:run', 'jobs.run', run),
    route('GET', 'executions', 'executions.list', listExecutions),
    route('GET', 'executions/{execution}', 'executions.get', getExecution),
    route('POST', 'executions/{execution}:cancel', 'executions.cancel', cancel),
    route('DELETE', 'executions/{execution}', 'executions.delete', removeExecution),
    route('GET', 'tasks', 'tasks.list', listTasks),
    route('GET', 'tasks/{task}', 'tasks.get', getTask),
  ];
}
