import { Failure } from '../../lib/failure.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import {
  evaluate,
  isTruthy,
  type Json,
  resolve,
  resolveText,
  resolveTexts,
  type Scope,
} from '../workflow/expressions.ts';
import type { RunStep, Step, UsesStep } from '../workflow/model.ts';
import { levelFor } from '../workflow/permissions.ts';
import { runComposite } from './composite-action.ts';
import { type Action, findAction } from './find-action.ts';
import {
  actionInputs,
  inputEnvironment,
  type NodeRuns,
  runActionScript,
  stateEnvironment,
  warnOfUnknown,
} from './javascript-action.ts';
import type { JobState, StepResult, StepsFrame } from './job-state.ts';
import { runScript } from './shell-step.ts';
import { processEnvironment, stepScope } from './step-scope.ts';

/** A step that is being run: its names resolved, its environment complete. */
interface Running<S extends Step> {
  readonly step: S;
  readonly name: string;
  /** Of the job, of the frame and of the step. */
  readonly env: Readonly<Record<string, string>>;
  /** Set on the step itself or on the action around it. */
  readonly ownEnv: Readonly<Record<string, string>>;
  readonly scope: Scope & { readonly contexts: Readonly<Record<string, Json>> };
  readonly signal: AbortSignal;
}

interface Done {
  readonly result: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary?: string;
}

/** Runs the steps one after the other; `frame` has their results afterwards. */
export async function runSteps(job: JobState, frame: StepsFrame, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (job.settings.signal.aborted) return;
    const result = await runStep(job, frame, step);
    frame.results[step.id] = result;
    if (result.conclusion === 'failure') frame.failed = true;
  }
}

async function runStep(job: JobState, frame: StepsFrame, step: Step): Promise<StepResult> {
  const outerEnv = { ...job.env, ...frame.env };
  const { settings, assignment } = job;
  let name = step.id;
  try {
    const ownEnv = { ...frame.env, ...resolveTexts(step.env, stepScope(job, frame, outerEnv)) };
    const env = { ...job.env, ...ownEnv };
    const scope = stepScope(job, frame, env);
    if (!isTruthy(evaluate(step.if, scope)))
      return { outputs: {}, outcome: 'skipped', conclusion: 'skipped' };
    name = stepName(step, scope);
    job.log(`▸ ${name}`);
    settings.emit({ kind: 'step-started', job: assignment.identity, at: settings.now(), step: name });
    const done = await withTimeout(job, step, name, scope, async (signal) => {
      const running = { name, env, ownEnv, scope, signal };
      return step.kind === 'run'
        ? await runShell(job, { ...running, step })
        : await runUses(job, frame, { ...running, step });
    });
    return finish(job, step, name, done, isTruthy(resolve(step.continueOnError, scope)));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    job.annotate({ level: 'error', message: [error.message, ...error.details].join('\n') });
    const forgiven = isTruthy(resolve(step.continueOnError, stepScope(job, frame, outerEnv)));
    return finish(job, step, name, { result: 'failure', outputs: {} }, forgiven);
  }
}

function finish(job: JobState, step: Step, name: string, done: Done, forgiven: boolean): StepResult {
  const { settings, assignment } = job;
  if (done.summary) {
    settings.emit({ kind: 'summary', job: assignment.identity, step: name, markdown: done.summary });
  }
  settings.emit({
    kind: 'step-finished',
    job: assignment.identity,
    at: settings.now(),
    step: step.id,
    result: done.result,
    outputs: Object.fromEntries(
      Object.entries(done.outputs).map(([key, value]) => [key, job.masks.hide(value)]),
    ),
  });
  const conclusion = done.result === 'failure' && forgiven ? 'success' : done.result;
  return { outputs: done.outputs, outcome: done.result, conclusion };
}

/** Ends the step when its time is over. A step that starts after the cancellation ends only with the run. */
async function withTimeout(
  job: JobState,
  step: Step,
  name: string,
  scope: Scope,
  work: (signal: AbortSignal) => Promise<Done>,
): Promise<Done> {
  const minutes = resolve(step.timeoutMinutes, scope);
  const stop = job.cancelled.aborted ? job.settings.signal : job.cancelled;
  if (typeof minutes !== 'number') return await work(stop);
  const timeout = AbortSignal.timeout(minutes * 60_000);
  const done = await work(AbortSignal.any([stop, timeout]));
  if (done.result !== 'cancelled' || stop.aborted) return done;
  job.annotate({
    level: 'error',
    message: `The action '${name}' has timed out after ${minutes} minutes.`,
  });
  return { ...done, result: 'failure' };
}

function stepName(step: Step, scope: Scope): string {
  if (step.name !== null) return resolveText(step.name, scope);
  if (step.kind === 'uses') return `Run ${step.uses}`;
  return `Run ${resolveText(step.run, scope).trim().split('\n')[0] ?? ''}`;
}

async function runShell(job: JobState, running: Running<RunStep>): Promise<Done> {
  const { step, scope, env } = running;
  const { defaults } = job.assignment.job;
  const script = {
    run: resolveText(step.run, scope),
    shell: resolveText(step.shell ?? defaults.shell, scope),
    workingDirectory: resolveText(step.workingDirectory ?? defaults.workingDirectory, scope),
  };
  const variables = { ...processEnvironment(job, scope, env), GITHUB_ACTION: step.id };
  return await runScript(job, script, variables, running.signal);
}

async function runUses(job: JobState, frame: StepsFrame, running: Running<UsesStep>): Promise<Done> {
  const action = await findAction(job, running.step, frame.repository);
  return action.kind === 'stand-in'
    ? await runStandIn(job, action.standIn, running)
    : await runFiles(job, frame, action, running);
}

async function runFiles(
  job: JobState,
  frame: StepsFrame,
  action: Extract<Action, { kind: 'files' }>,
  running: Running<UsesStep>,
): Promise<Done> {
  const { manifest, folder, repository } = action;
  warnOfUnknown(job, manifest, running.step.with);
  const inputs = actionInputs(manifest, running.step.with, running.scope);
  if (manifest.runs.kind === 'composite') {
    const { step, ownEnv } = running;
    const use = { step, runs: manifest.runs, folder, repository, inputs, env: ownEnv };
    return await runComposite(job, frame, use, runSteps);
  }
  return await runNode(job, frame, { ...action, runs: manifest.runs, inputs }, running);
}

async function runNode(
  job: JobState,
  frame: StepsFrame,
  action: Extract<Action, { kind: 'files' }> & {
    readonly runs: NodeRuns;
    readonly inputs: Readonly<Record<string, string>>;
  },
  running: Running<UsesStep>,
): Promise<Done> {
  const { folder, runs, repository } = action;
  const { step, name, scope, ownEnv } = running;
  const state: Record<string, string> = { ...job.preStates.get(step) };
  // Built anew for the post script: GITHUB_ENV has grown since, and the permission to ask for a token is per script.
  const environment = (): Record<string, string> => ({
    ...processEnvironment(job, scope, { ...job.env, ...ownEnv }),
    ...inputEnvironment(action.inputs),
    ...stateEnvironment(state),
    GITHUB_ACTION: `${frame.prefix}${step.id}`,
    GITHUB_ACTION_PATH: folder,
    GITHUB_ACTION_REPOSITORY: repository.name,
    GITHUB_ACTION_REF: repository.ref.replace(/^refs\/(heads|tags)\//, ''),
  });
  const { post } = runs;
  if (post !== undefined) {
    job.posts.unshift({
      name: `Post ${name}`,
      condition: runs.postIf,
      run: async () => {
        const done = await runActionScript(job, { folder, script: post }, environment(), job.settings.signal);
        if (done.result !== 'success') throw new Failure('POST_FAILED', `Post ${name} failed`, { next: '' });
      },
    });
  }
  const done = await runActionScript(job, { folder, script: runs.main }, environment(), running.signal);
  Object.assign(state, done.state);
  return done;
}

/** Runs the `pre` scripts of the actions that the steps use, before any step. Throws Failure. */
export async function runPreScripts(job: JobState, frame: StepsFrame, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    // An action in the workspace is not there before the checkout; GitHub runs no `pre` of it either.
    if (step.kind !== 'uses' || step.uses.startsWith('./')) continue;
    const action = await findAction(job, step, frame.repository);
    if (action.kind !== 'files' || action.manifest.runs.kind !== 'node') continue;
    const { pre, preIf } = action.manifest.runs;
    const scope = stepScope(job, frame, job.env);
    if (pre === undefined || !isTruthy(evaluate({ text: preIf, place: step.place }, scope))) continue;
    const env = {
      ...processEnvironment(job, scope, job.env),
      ...inputEnvironment(actionInputs(action.manifest, step.with, scope)),
      GITHUB_ACTION_PATH: action.folder,
    };
    job.log(`▸ Pre ${stepName(step, scope)}`);
    const done = await runActionScript(job, { folder: action.folder, script: pre }, env, job.cancelled);
    job.preStates.set(step, done.state);
    if (done.result === 'failure') frame.failed = true;
  }
}

async function runStandIn(job: JobState, standIn: StandIn, running: Running<UsesStep>): Promise<Done> {
  const { settings, masks } = job;
  const { scope, env, name } = running;
  const outputs: Record<string, string> = {};
  warnOfUnknown(job, standIn, running.step.with);
  const work = standIn.run({
    inputs: actionInputs(standIn, running.step.with, scope),
    env: processEnvironment(job, scope, env),
    workspace: job.workspace,
    temp: job.temp,
    application: settings.application,
    sources: settings.sources,
    token: tokenOf(job),
    mayReadContents: levelFor(job.assignment.permissions, 'contents') !== 'none',
    artifacts: settings.artifacts,
    googleOrigin: settings.googleOrigin,
    signal: running.signal,
    log: (line) => job.log(line),
    warn: (message) => job.annotate({ level: 'warning', message }),
    mask: (value) => masks.add(value),
    output: (key, value) => {
      outputs[key] = value;
    },
    exportVariable: (key, value) => {
      job.env[key] = value;
    },
    post: (run) => {
      job.posts.unshift({ name: `Post ${name}`, condition: 'always()', run });
    },
  });
  try {
    await work;
  } catch (error) {
    if (running.signal.aborted) return { result: 'cancelled', outputs };
    throw error;
  }
  return { result: 'success', outputs };
}

function tokenOf(job: JobState): string {
  const { github } = job.assignment.contexts;
  return String((github as Readonly<Record<string, Json>> | undefined)?.token ?? '');
}
