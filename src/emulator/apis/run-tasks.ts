import type { Call, Cloud, Reply } from '../service.ts';
import { page } from './listing.ts';
import { notFound } from './run-collection.ts';
import { type Execution, executionOf, executionsIn, timeOf } from './run-execution.ts';
import { type TaskState, taskStateAt } from './run-progress.ts';
import { type Condition, partsOf, shortName } from './run-resource.ts';

export interface Task {
  readonly execution: Execution;
  readonly index: number;
  readonly state: TaskState;
}

/** `J-abcde-task0`. */
export function taskName(task: Pick<Task, 'execution' | 'index'>): string {
  return `${shortName(task.execution.name)}-task${task.index}`;
}

export function tasksOf(cloud: Cloud, execution: Execution): Task[] {
  const now = cloud.clock.now();
  return Array.from({ length: execution.progress.taskCount }, (_, index) => ({
    execution,
    index,
    state: taskStateAt(execution.progress, index, now),
  }));
}

export async function getTask(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const task = tasksOf(cloud, executionOf(call, cloud)).find((one) => taskName(one) === call.params.task);
  if (task === undefined) throw notFound(call, 'TASK', call.params.task);
  return { status: 200, body: viewTask(task) };
}

/** `-` as the execution lists the tasks of all. */
export async function listTasks(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const of = call.params.execution === '-' ? executionsIn(call, cloud) : [executionOf(call, cloud)];
  const all = of.flatMap((execution) => tasksOf(cloud, execution));
  const { items, ...rest } = page(all, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { tasks: items.map(viewTask) } : {}), ...rest } };
}

/** As the API shows it. */
export function viewTask(task: Task): Record<string, unknown> {
  const { execution, index, state } = task;
  const { template } = execution;
  return {
    name: `${execution.name}/tasks/${taskName(task)}`,
    uid: `${execution.uid.slice(0, -8)}${index.toString(16).padStart(8, '0')}`,
    generation: '1',
    observedGeneration: '1',
    createTime: execution.createTime,
    updateTime: timeOf(state.endedAt ?? state.startedAt ?? Date.parse(execution.createTime)),
    etag: execution.etag,
    job: partsOf(execution.name).id,
    execution: shortName(execution.name),
    ...(execution.labels === undefined ? {} : { labels: execution.labels }),
    ...(execution.annotations === undefined ? {} : { annotations: execution.annotations }),
    ...(index > 0 ? { index } : {}),
    containers: template.containers,
    ...(template.volumes === undefined ? {} : { volumes: template.volumes }),
    maxRetries: template.maxRetries,
    timeout: template.timeout,
    serviceAccount: template.serviceAccount,
    executionEnvironment: template.executionEnvironment,
    ...(template.vpcAccess === undefined ? {} : { vpcAccess: template.vpcAccess }),
    ...(state.startedAt === undefined ? {} : { startTime: timeOf(state.startedAt) }),
    ...(state.endedAt === undefined ? { reconciling: true } : { completionTime: timeOf(state.endedAt) }),
    ...(state.ended > 1 ? { retried: state.ended - 1 } : {}),
    ...(state.last === undefined
      ? {}
      : {
          lastAttemptResult: {
            status: { code: state.last.exitCode === 0 && !state.last.timedOut ? 0 : 2 },
            ...(state.last.exitCode === 0 ? {} : { exitCode: state.last.exitCode }),
          },
        }),
    conditions: conditionsOf(task),
  };
}

function conditionsOf({ execution, state }: Task): Condition[] {
  const created = execution.createTime;
  const started = state.startedAt === undefined ? created : timeOf(state.startedAt);
  const ended = state.endedAt === undefined ? started : timeOf(state.endedAt);
  return [
    {
      type: 'Completed',
      state:
        state.state === 'Succeeded'
          ? 'CONDITION_SUCCEEDED'
          : state.endedAt === undefined
            ? 'CONDITION_RECONCILING'
            : 'CONDITION_FAILED',
      ...(state.state === 'Cancelled' ? { executionReason: 'CANCELLED' } : {}),
      ...(state.state === 'Failed' && state.last !== undefined && state.last.exitCode !== 0
        ? {
            executionReason: 'NON_ZERO_EXIT_CODE',
            message: 'The container exited with an error.',
            severity: 'ERROR',
          }
        : {}),
      lastTransitionTime: ended,
    },
    {
      type: 'Started',
      state: state.startedAt === undefined ? 'CONDITION_RECONCILING' : 'CONDITION_SUCCEEDED',
      lastTransitionTime: started,
    },
  ];
}
