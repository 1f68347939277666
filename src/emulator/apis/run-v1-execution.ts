import { type Condition, partsOf, shortName, type TaskTemplate } from './run-resource.ts';
import { editors, jobPlace, taskSpec } from './run-v1-job.ts';
import { metadataToV1, ownerReference, type Place } from './run-v1-metadata.ts';
import { podToV1 } from './run-v1-pod.ts';
import { identity } from './run-v1-service.ts';
import { filled } from './run-v1-shapes.ts';
import { conditionToV1 } from './run-v1-status.ts';

export const executionPlace: Place = {
  apiVersion: 'run.googleapis.com/v1',
  kind: 'Execution',
  plural: 'executions',
};
export const taskPlace: Place = { apiVersion: 'run.googleapis.com/v1', kind: 'Task', plural: 'tasks' };

/** An execution or a task as the v2 API shows it. */
export interface Shown extends Record<string, unknown> {
  readonly name: string;
  readonly uid: string;
  readonly etag: string;
  readonly createTime: string;
  readonly creator?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly conditions: readonly Condition[];
}

const counts = ['runningCount', 'succeededCount', 'failedCount', 'cancelledCount', 'retriedCount'] as const;

export function executionToV1(
  execution: Shown,
  job: { readonly name: string; readonly uid: string; readonly generation: string } | undefined,
  projectNumber: string,
): Record<string, unknown> {
  const task = execution.template as TaskTemplate;
  const pod = podToV1(task, 'jobs');
  return {
    ...identity(executionPlace),
    metadata: metadataToV1(execution, executionPlace, projectNumber, {
      labels: {
        ...execution.labels,
        'run.googleapis.com/job': partsOf(execution.name).id,
        ...(job === undefined
          ? {}
          : {
              'run.googleapis.com/jobUid': job.uid,
              'run.googleapis.com/jobGeneration': job.generation,
            }),
      },
      annotations: {
        ...execution.annotations,
        ...pod.annotations,
        ...editors({ creator: execution.creator ?? '' }),
      },
      ...(job === undefined ? {} : { ownerReferences: [ownerReference(jobPlace, job)] }),
    }),
    spec: {
      ...filled({
        parallelism: execution.parallelism as number | undefined,
        taskCount: execution.taskCount as number,
      }),
      template: { spec: taskSpec(pod.spec, task) },
    },
    status: {
      observedGeneration: 1,
      conditions: execution.conditions.map((one) => conditionToV1(one)),
      ...filled({
        startTime: execution.startTime as string | undefined,
        completionTime: execution.completionTime as string | undefined,
        logUri: execution.logUri as string,
        ...Object.fromEntries(counts.map((count) => [count, execution[count]])),
      }),
    },
  };
}

export function taskToV1(task: Shown, projectNumber: string): Record<string, unknown> {
  const template = task as unknown as TaskTemplate;
  const state = runningState(task);
  return {
    ...identity(taskPlace),
    metadata: metadataToV1(task, taskPlace, projectNumber, {
      labels: {
        ...task.labels,
        'run.googleapis.com/job': String(task.job),
        'run.googleapis.com/execution': String(task.execution),
        'run.googleapis.com/runningState': state,
      },
      annotations: { ...task.annotations },
    }),
    spec: taskSpec(podToV1(template, 'jobs').spec, template),
    status: {
      observedGeneration: 1,
      conditions: task.conditions.map((one) => conditionToV1(one)),
      ...filled({
        index: task.index as number | undefined,
        startTime: task.startTime as string | undefined,
        completionTime: task.completionTime as string | undefined,
        retried: task.retried as number | undefined,
        lastAttemptResult: task.lastAttemptResult as object | undefined,
      }),
    },
  };
}

function runningState(task: Shown): string {
  const completed = task.conditions.find((one) => one.type === 'Completed');
  if (completed?.state === 'CONDITION_SUCCEEDED') return 'Succeeded';
  if (completed?.executionReason === 'CANCELLED') return 'Cancelled';
  if (completed?.state === 'CONDITION_FAILED') return 'Failed';
  return task.startTime === undefined ? 'Waiting' : 'Running';
}

/** The name of the execution that a task belongs to: `J-abcde-task0` is of `J-abcde`. */
export function executionOfTask(task: string): string {
  return shortName(task).replace(/-task\d+$/, '');
}
