import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { Assignment, JobOutcome } from '../workflow/assignment.ts';
import { evaluate, isTruthy, resolve, resolveText, resolveTexts } from '../workflow/expressions.ts';
import type { JobState, RunnerSettings, StepsFrame } from './job-state.ts';
import { Masks } from './masks.ts';
import { stepScope } from './step-scope.ts';
import { runPreScripts, runSteps } from './steps.ts';

/** GitHub's own limit for a job on a hosted runner. */
const longestMinutes = 360;

/**
 * Runs one job under the runner's contract: a fresh workspace, the steps in order, then the post scripts of the
 * actions, the latest first. `cancelled` ends the running step; steps and posts with `always()` still run.
 */
export async function runJob(
  assignment: Assignment,
  cancelled: AbortSignal,
  settings: RunnerSettings,
): Promise<JobOutcome> {
  const job = await prepare(assignment, cancelled, settings);
  const frame: StepsFrame = {
    repository: assignment.repository,
    contexts: assignment.contexts,
    env: {},
    results: {},
    prefix: '',
    failed: false,
  };
  let reason: string | undefined;
  try {
    await runPreScripts(job, frame, assignment.job.steps);
    await runSteps(job, frame, assignment.job.steps);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    reason = [error.message, ...error.details].join('\n');
    job.annotate({ level: 'error', message: reason });
    frame.failed = true;
  } finally {
    await runPosts(job, frame);
    for (const group of job.groups) settings.processes.endGroup(group);
  }
  const result = job.cancelled.aborted ? 'cancelled' : frame.failed ? 'failure' : 'success';
  const outputs = jobOutputs(job, frame);
  await rm(join(settings.folder, `job-${assignment.identity.number}`), { recursive: true, force: true });
  return { result, outputs, ...(reason === undefined ? {} : { reason }) };
}

async function prepare(
  assignment: Assignment,
  cancelled: AbortSignal,
  settings: RunnerSettings,
): Promise<JobState> {
  const name = settings.application.name.split('/')[1] ?? 'work';
  const folder = join(settings.folder, `job-${assignment.identity.number}`);
  const workspace = join(folder, name, name);
  const temp = join(folder, '_temp');
  const eventFile = join(temp, '_github_workflow', 'event.json');
  for (const one of [workspace, join(temp, '_github_workflow'), join(settings.folder, 'home')]) {
    await mkdir(one, { recursive: true });
  }
  const github = assignment.contexts.github as { readonly event?: unknown } | undefined;
  await writeFile(eventFile, JSON.stringify(github?.event ?? {}));
  const { contexts } = assignment;
  const masks = new Masks(settings.masks);
  for (const secret of Object.values(contexts.secrets ?? {})) masks.add(String(secret));
  const minutes = resolve(assignment.job.timeoutMinutes, { contexts });
  const workflowEnv = resolveTexts(assignment.workflowEnv, { contexts });
  return {
    assignment,
    settings,
    workspace,
    temp,
    eventFile,
    masks,
    env: {
      ...workflowEnv,
      ...resolveTexts(assignment.job.env, { contexts: { ...contexts, env: workflowEnv } }),
    },
    path: [],
    posts: [],
    preStates: new Map(),
    groups: new Set(),
    cancelled: AbortSignal.any([
      settings.signal,
      cancelled,
      AbortSignal.timeout((typeof minutes === 'number' ? minutes : longestMinutes) * 60_000),
    ]),
    log: (line) => settings.emit({ kind: 'line', job: assignment.identity, text: masks.hide(line) }),
    annotate: (annotation) => {
      const message = masks.hide(annotation.message);
      settings.emit({ kind: 'annotation', job: assignment.identity, annotation: { ...annotation, message } });
      settings.emit({ kind: 'line', job: assignment.identity, text: `${annotation.level}: ${message}` });
    },
  };
}

async function runPosts(job: JobState, frame: StepsFrame): Promise<void> {
  for (const post of job.posts) {
    if (job.settings.signal.aborted) return;
    const place = job.assignment.job.place;
    if (!isTruthy(evaluate({ text: post.condition, place }, stepScope(job, frame, job.env)))) continue;
    job.log(`▸ ${post.name}`);
    try {
      await post.run();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      job.annotate({ level: 'error', message: error.message });
      frame.failed = true;
    }
  }
}

/** GitHub does not hand on an output that contains a secret. */
function jobOutputs(job: JobState, frame: StepsFrame): Record<string, string> {
  const scope = stepScope(job, frame, job.env);
  const outputs: Record<string, string> = {};
  for (const [name, tree] of Object.entries(job.assignment.job.outputs)) {
    const value = resolveText(tree, scope);
    if (job.masks.found(value)) {
      job.annotate({ level: 'warning', message: `Skip output '${name}' since it may contain secret.` });
    } else {
      outputs[name] = value;
    }
  }
  return outputs;
}
