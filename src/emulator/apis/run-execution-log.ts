import type { Cloud } from '../service.ts';
import { appendLog } from './logging.ts';
import { hasFailed, type Progress, taskStateAt } from './run-progress.ts';
import { partsOf, shortName } from './run-resource.ts';

/** What of an execution stands in Cloud Logging. https://cloud.google.com/run/docs/logging */
export interface Story {
  /** Full name of the execution. */
  readonly name: string;
  readonly progress: Progress;
  /** What every attempt writes to its standard output. */
  readonly lines: readonly string[];
}

interface Line {
  readonly log: 'stdout' | 'varlog%2Fsystem';
  readonly severity: string;
  readonly text: string;
  readonly at: number;
  readonly task?: number;
  readonly attempt?: number;
}

/** What the first attempts write as soon as they run. */
export function logStart(cloud: Cloud, story: Story): void {
  for (const { task, startedAt } of startedTasks(cloud, story.progress)) {
    logOutput(cloud, story, { task, attempt: 0, at: startedAt });
  }
}

/** How each attempt ended, what the later ones wrote, and how the whole ended. */
export function logEnd(cloud: Cloud, story: Story, message: string, completedAt: number): void {
  const { attempts, obstacle } = story.progress;
  for (const { task, startedAt, ended } of startedTasks(cloud, story.progress)) {
    let at = startedAt;
    for (const [attempt, { exitCode, seconds, timedOut }] of attempts.slice(0, ended).entries()) {
      if (attempt > 0) logOutput(cloud, story, { task, attempt, at });
      at += seconds * 1000;
      const text = timedOut
        ? 'Terminating task because it has reached the maximum timeout of the task.'
        : `Container called exit(${exitCode}).`;
      const severity = exitCode === 0 && !timedOut ? 'INFO' : 'WARNING';
      write(cloud, story.name, { log: 'varlog%2Fsystem', severity, text, task, attempt, at });
    }
  }
  const severity = obstacle !== undefined || hasFailed(attempts.at(-1)) ? 'ERROR' : 'INFO';
  write(cloud, story.name, { log: 'varlog%2Fsystem', severity, text: message, at: completedAt });
}

function startedTasks(
  cloud: Cloud,
  progress: Progress,
): { task: number; startedAt: number; ended: number }[] {
  const now = cloud.clock.now();
  return Array.from({ length: progress.taskCount }, (_, task) => ({
    task,
    ...taskStateAt(progress, task, now),
  })).filter((one) => one.startedAt !== undefined) as { task: number; startedAt: number; ended: number }[];
}

function logOutput(
  cloud: Cloud,
  { name, lines }: Story,
  attempt: { task: number; attempt: number; at: number },
): void {
  for (const text of lines) write(cloud, name, { log: 'stdout', severity: 'DEFAULT', text, ...attempt });
}

function write(cloud: Cloud, execution: string, line: Line): void {
  const { project, location, id } = partsOf(execution);
  appendLog(cloud, {
    logName: `projects/${project}/logs/run.googleapis.com%2F${line.log}`,
    severity: line.severity,
    timestamp: new Date(line.at).toISOString(),
    resource: { type: 'cloud_run_job', labels: { project_id: project, location, job_name: id } },
    labels: {
      'run.googleapis.com/execution_name': shortName(execution),
      ...(line.task === undefined ? {} : { 'run.googleapis.com/task_index': String(line.task) }),
      ...(line.attempt === undefined ? {} : { 'run.googleapis.com/task_attempt': String(line.attempt) }),
    },
    textPayload: line.text,
  });
}
