import type { ExecutionTemplate, Job, TaskTemplate } from './run-resource.ts';
import { annotationsOf, jobMappings } from './run-v1-annotations.ts';
import { metadataToV1, type Place } from './run-v1-metadata.ts';
import { checkIdentity, type Names, resourceFields } from './run-v1-object.ts';
import { podFromV1, podToV1, templateMetadata } from './run-v1-pod.ts';
import { Problems } from './run-v1-problems.ts';
import { identity } from './run-v1-service.ts';
import { filled, type JobTemplate, type PodSpec, type V1Object } from './run-v1-shapes.ts';
import { conditionsToV1 } from './run-v1-status.ts';

export const jobPlace: Place = { apiVersion: 'run.googleapis.com/v1', kind: 'Job', plural: 'jobs' };

/** The body that the v2 API would be sent for the object. Throws a 400 that names everything that is wrong. */
export function jobFromV1(object: V1Object, names: Names): Record<string, unknown> {
  const problems = new Problems();
  checkIdentity(object, jobPlace, names, problems);
  const { template, startExecutionToken, runExecutionToken } = object.spec ?? {};
  const body = {
    ...resourceFields(object, jobMappings, problems),
    ...filled({ startExecutionToken, runExecutionToken }),
    template: executionTemplateFromV1(template, problems),
  };
  problems.throwIfAny();
  return body;
}

function executionTemplateFromV1(template: JobTemplate | undefined, problems: Problems): ExecutionTemplate {
  const { metadata, spec = {} } = template ?? {};
  const task = spec.template?.spec ?? {};
  return {
    ...templateMetadata(metadata, 'jobs', problems),
    ...filled({ taskCount: spec.taskCount, parallelism: spec.parallelism || undefined }),
    template: {
      ...podFromV1(task, metadata?.annotations, 'jobs', {
        spec: 'spec.template.spec.template.spec',
        problems,
      }),
      ...filled({
        maxRetries: task.maxRetries,
        timeout: task.timeoutSeconds === undefined ? undefined : `${task.timeoutSeconds}s`,
      }),
    },
  };
}

/** `job` is what the v2 API shows, with where its latest execution stands. */
export function jobToV1(job: Job, projectNumber: string): Record<string, unknown> {
  const { template } = job;
  const task = template.template ?? {};
  const pod = podToV1(task, 'jobs');
  return {
    ...identity(jobPlace),
    metadata: metadataToV1(job, jobPlace, projectNumber, {
      labels: { ...job.labels, 'run.googleapis.com/lastUpdatedTime': job.updateTime },
      annotations: { ...job.annotations, ...annotationsOf(job, jobMappings), ...editors(job) },
    }),
    spec: {
      template: {
        metadata: filled({
          labels: template.labels,
          annotations: { ...template.annotations, ...pod.annotations },
        }),
        spec: {
          ...filled({ parallelism: template.parallelism, taskCount: template.taskCount }),
          template: { spec: taskSpec(pod.spec, task) },
        },
      },
    },
    status: {
      observedGeneration: Number(job.observedGeneration),
      conditions: conditionsToV1(job),
      ...filled({ executionCount: job.executionCount, latestCreatedExecution: latestExecution(job) }),
    },
  };
}

export function taskSpec(spec: PodSpec, task: TaskTemplate): Record<string, unknown> {
  return {
    ...spec,
    ...filled({
      maxRetries: task.maxRetries,
      timeoutSeconds: task.timeout === undefined ? undefined : String(Number.parseInt(task.timeout, 10)),
    }),
  };
}

export function editors(resource: { creator: string; lastModifier?: string }): Record<string, string> {
  return {
    'run.googleapis.com/creator': resource.creator,
    'run.googleapis.com/lastModifier': resource.lastModifier ?? resource.creator,
  };
}

function latestExecution(job: Job): object | undefined {
  if (job.latestCreatedExecution === undefined) return undefined;
  const { name, createTime, completionTime, completionStatus } = job.latestCreatedExecution as {
    name: string;
    createTime: string;
    completionTime?: string;
    completionStatus?: string;
  };
  return filled({
    name,
    creationTimestamp: createTime,
    completionTimestamp: completionTime,
    completionStatus,
  });
}
