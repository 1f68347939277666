import { Failure } from '../../lib/failure.ts';
import type { JobOutcome, RunJob } from './assignment.ts';
import { jobPermissions, type Located, WorkflowLibrary } from './called.ts';
import { type ConcurrencyGroups, readConcurrency, Superseded } from './concurrency.ts';
import { definedIn, githubContext, type RunFacts } from './contexts.ts';
import type { JobIdentity, Result, RunEvent } from './events.ts';
import {
  asText,
  evaluate,
  isTruthy,
  type Json,
  resolve,
  resolveText,
  resolveTexts,
  type Scope,
} from './expressions.ts';
import type { JobHost, WantedEnvironment } from './host.ts';
import { callInputs } from './inputs.ts';
import { type Cell, cellSuffix, expandStrategy } from './matrix.ts';
import {
  type CallJob,
  Expression,
  type Job,
  type Permissions,
  type StepsJob,
  type Workflow,
} from './model.ts';
import { forFork } from './permissions.ts';
import type { Repositories } from './repositories.ts';

export interface RunRequest {
  /** The workflow that the event starts. */
  readonly start: Located;
  /** Of `workflow_dispatch`; already typed. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly facts: RunFacts;
  readonly repositories: Repositories;
  readonly runJob: RunJob;
  readonly emit: (event: RunEvent) => void;
  /** Milliseconds; the `at` of events. */
  readonly now: () => number;
  /** Aborted: nothing more is started, and `runJob` is expected to end at once. */
  readonly signal: AbortSignal;
  /** Aborted: a person has cancelled the run. What asks for `always()` or `cancelled()` still runs. */
  readonly cancelled: AbortSignal;
  /** Of all runs of the repository. */
  readonly groups: ConcurrencyGroups;
  readonly host: JobHost;
  /** Whether an action of others is known, by `owner/name` or `owner/name/path` in lower case. */
  readonly knowsAction: (name: string) => boolean;
}

export interface RunOutcome {
  readonly result: Result;
  readonly jobs: readonly { readonly identity: JobIdentity; readonly result: Result }[];
}

/** One workflow of the run: the started one, or a called one. */
interface Frame extends Located {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Absent for the started workflow. */
  readonly granted: Permissions | undefined;
  /** Names of the calling jobs, for example `deploy / `. */
  readonly prefix: string;
  readonly heldGroups: readonly string[];
  readonly cancelled: AbortSignal;
}

/** How a job ended, for the jobs that need it. */
interface Settled {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs a workflow as GitHub does: jobs as soon as what they need has ended, all cells of a matrix at once, called
 * workflows inside their calling job. Throws Failure when the run cannot start at all.
 */
export async function runWorkflow(request: RunRequest): Promise<RunOutcome> {
  const library = new WorkflowLibrary(request.repositories, request.knowsAction);
  await library.check(request.start);
  const scheduler = new Scheduler(request, library);
  try {
    const { result } = await scheduler.runFrame({
      ...request.start,
      inputs: request.inputs,
      secrets: request.facts.fromFork === true ? {} : request.facts.secrets,
      granted: undefined,
      prefix: '',
      heldGroups: [],
      cancelled: AbortSignal.any([request.signal, request.cancelled]),
    });
    return { result: request.cancelled.aborted ? 'cancelled' : result, jobs: scheduler.finished };
  } catch (error) {
    // A later run took the place that this one waited for.
    if (error instanceof Superseded) return { result: 'cancelled', jobs: scheduler.finished };
    throw error;
  }
}

class Scheduler {
  readonly finished: { identity: JobIdentity; result: Result }[] = [];
  readonly #request: RunRequest;
  readonly #library: WorkflowLibrary;
  #numbers = 0;

  constructor(request: RunRequest, library: WorkflowLibrary) {
    this.#request = request;
    this.#library = library;
  }

  async runFrame(frame: Frame): Promise<Settled> {
    const concurrency = readConcurrency(
      resolve(frame.workflow.concurrency, { contexts: this.#contexts(frame, '') }),
    );
    if (concurrency === undefined) return await this.#runJobs(frame);
    return await this.#request.groups.hold(concurrency, frame.heldGroups, frame.cancelled, (cancelled) =>
      this.#runJobs({
        ...frame,
        heldGroups: [...frame.heldGroups, concurrency.group],
        cancelled: AbortSignal.any([frame.cancelled, cancelled]),
      }),
    );
  }

  async #runJobs(frame: Frame): Promise<Settled> {
    const jobs = new Map(frame.workflow.jobs.map((job) => [job.id, job]));
    const settling = new Map<string, Promise<Settled>>();
    const settle = (id: string): Promise<Settled> => {
      const job = jobs.get(id);
      if (job === undefined) throw new TypeError(`the parser let a need for ${id} pass`);
      const known = settling.get(id) ?? this.#settle(frame, job, ancestors(job, jobs), settle);
      settling.set(id, known);
      return known;
    };
    const settled = await Promise.all(
      frame.workflow.jobs.map(async (job) => [job.id, await settle(job.id)] as const),
    );
    const result = worst(settled.map(([, job]) => job.result));
    const contexts = {
      ...this.#contexts(frame, ''),
      jobs: Object.fromEntries(settled.map(([id, job]) => [id, { ...job }])),
    };
    return { result, outputs: resolveTexts(frame.workflow.call?.outputs ?? {}, { contexts }) };
  }

  /** Waits for what the job needs and runs it, or skips it. */
  async #settle(
    frame: Frame,
    job: Job,
    above: readonly string[],
    settled: (id: string) => Promise<Settled>,
  ): Promise<Settled> {
    const needs = Object.fromEntries(
      await Promise.all(job.needs.map(async (id) => [id, { ...(await settled(id)) }] as const)),
    );
    // A status function looks at all jobs above, not only at those that are needed directly:
    // https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions#status-check-functions
    const results = await Promise.all(above.map(async (id) => (await settled(id)).result));
    const contexts = { ...this.#contexts(frame, job.id), needs };
    const scope: Scope = {
      contexts,
      status: {
        success: !frame.cancelled.aborted && results.every((result) => result === 'success'),
        failure: !frame.cancelled.aborted && results.includes('failure'),
        cancelled: frame.cancelled.aborted,
      },
    };
    try {
      if (this.#request.signal.aborted) return this.#endWithout(frame, job, 'cancelled');
      if (!isTruthy(evaluate(job.if, scope))) {
        return this.#endWithout(frame, job, frame.cancelled.aborted ? 'cancelled' : 'skipped');
      }
      return await this.#runCells(this.#untilCancelled(frame, job, contexts), job, contexts);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return this.#endWithout(frame, job, 'failure', [error.message, ...error.details].join('\n'));
    }
  }

  /**
   * When a run is cancelled GitHub evaluates the conditions of its jobs anew, and leaves alone those that hold (`always()`).
   * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
   */
  #untilCancelled(frame: Frame, job: Job, contexts: Readonly<Record<string, Json>>): Frame {
    const status = { success: false, failure: false, cancelled: true };
    const stays = isTruthy(evaluate(job.if, { contexts, status }));
    return stays ? { ...frame, cancelled: this.#request.signal } : frame;
  }

  /** Cells run at once; an output has the value that the last cell to finish has set. */
  async #runCells(frame: Frame, job: Job, contexts: Readonly<Record<string, Json>>): Promise<Settled> {
    const strategy = expandStrategy(resolve(job.strategy, { contexts }));
    const failFast = new AbortController();
    const cancelled = AbortSignal.any([frame.cancelled, failFast.signal]);
    const outputs: Record<string, string> = {};
    const results: Result[] = [];
    const queue = [...strategy.cells.entries()];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, cell] = next;
        const one = await this.#runCell({ ...frame, cancelled }, job, {
          ...contexts,
          matrix: cell,
          strategy: {
            'fail-fast': strategy.failFast,
            'job-index': index,
            'job-total': strategy.cells.length,
            'max-parallel': strategy.maxParallel,
          },
        });
        results.push(one.result);
        for (const [name, value] of Object.entries(one.outputs)) {
          if (value !== '') outputs[name] = value;
        }
        if (one.result === 'failure' && strategy.failFast) failFast.abort();
      }
    };
    await Promise.all(Array.from({ length: Math.min(strategy.maxParallel, strategy.cells.length) }, worker));
    return { result: worst(results), outputs };
  }

  async #runCell(frame: Frame, job: Job, contexts: Readonly<Record<string, Json>>): Promise<Settled> {
    const cell = contexts.matrix as Cell;
    const identity = this.#identity(frame, job, cell, resolveText(job.name, { contexts }));
    if (frame.cancelled.aborted) return this.#end(identity, { result: 'cancelled', outputs: {} });
    try {
      const concurrency = readConcurrency(resolve(job.concurrency, { contexts }));
      if (concurrency === undefined) return await this.#start(frame, job, contexts, identity);
      return await this.#request.groups.hold(concurrency, frame.heldGroups, frame.cancelled, (cancelled) =>
        this.#start(
          {
            ...frame,
            heldGroups: [...frame.heldGroups, concurrency.group],
            cancelled: AbortSignal.any([frame.cancelled, cancelled]),
          },
          job,
          contexts,
          identity,
        ),
      );
    } catch (error) {
      if (error instanceof Superseded) {
        return this.#end(identity, { result: 'cancelled', outputs: {}, reason: error.message });
      }
      if (frame.cancelled.aborted) return this.#end(identity, { result: 'cancelled', outputs: {} });
      if (!(error instanceof Failure)) throw error;
      const reason = [error.message, ...error.details].join('\n');
      return this.#end(identity, { result: 'failure', outputs: {}, reason });
    }
  }

  async #start(
    frame: Frame,
    job: Job,
    contexts: Readonly<Record<string, Json>>,
    identity: JobIdentity,
  ): Promise<Settled> {
    return job.kind === 'call'
      ? await this.#call(frame, job, contexts, identity)
      : await this.#run(frame, job, contexts, identity);
  }

  async #call(
    frame: Frame,
    job: CallJob,
    contexts: Readonly<Record<string, Json>>,
    identity: JobIdentity,
  ): Promise<Settled> {
    const called = await this.#library.called(job, frame.repository);
    const where = `${job.place.file}:${job.place.line}: ${job.uses}`;
    const given = resolve(job.with, { contexts }) as Record<string, Json>;
    const scope = { contexts: this.#contexts({ ...frame, ...called, inputs: {} }, '') };
    return await this.runFrame({
      ...called,
      inputs: callInputs(called.workflow.call?.inputs ?? {}, given, scope, where),
      secrets: passedSecrets(frame, job, called.workflow, contexts, where),
      granted: jobPermissions(frame.workflow, job, frame.granted),
      prefix: `${identity.name} / `,
      heldGroups: frame.heldGroups,
      cancelled: frame.cancelled,
    });
  }

  async #run(
    frame: Frame,
    job: StepsJob,
    contexts: Readonly<Record<string, Json>>,
    identity: JobIdentity,
  ): Promise<Settled> {
    const { emit, now, runJob, host, facts } = this.#request;
    const environment = readEnvironment(resolve(withoutUrl(job.environment), { contexts }));
    const declared = jobPermissions(frame.workflow, job, frame.granted);
    const permissions = facts.fromFork === true ? forFork(declared) : declared;
    if (environment !== undefined) await host.admit(environment, frame.cancelled);
    const started = host.start(identity, permissions, environment);
    emit({ kind: 'job-started', job: identity, at: now() });
    const outcome = await runJob(
      {
        identity,
        job,
        repository: frame.repository,
        workflowEnv: frame.workflow.env,
        contexts: {
          ...contexts,
          ...this.#valuesOf(frame, environment, started.token),
          github: { ...(contexts.github as Record<string, Json>), token: started.token },
          job: { ...definedIn(frame.repository, frame.workflow), check_run_id: started.checkRun },
        },
        permissions,
        environment: environment?.name,
      },
      frame.cancelled,
    );
    started.finish(outcome.result);
    this.#end(identity, outcome);
    // What needs this job sees a success, while the job itself is shown as failed.
    const forgiven = outcome.result === 'failure' && isTruthy(resolve(job.continueOnError, { contexts }));
    return { result: forgiven ? 'success' : outcome.result, outputs: outcome.outputs };
  }

  /**
   * `vars` and `secrets` of a job. The secrets of an environment reach a called workflow only where its caller has passed
   * a secret of that name.
   */
  #valuesOf(
    frame: Frame,
    environment: WantedEnvironment | undefined,
    token: string,
  ): { readonly vars: Readonly<Record<string, string>>; readonly secrets: Readonly<Record<string, string>> } {
    const { facts, host } = this.#request;
    const own = environment === undefined ? { vars: {}, secrets: {} } : host.environment(environment.name);
    const isCalled = frame.prefix !== '';
    const reaching = Object.entries(own.secrets).filter(([name]) => !isCalled || name in frame.secrets);
    const ofEnvironment = facts.fromFork === true ? {} : Object.fromEntries(reaching);
    return {
      vars: { ...facts.vars, ...own.vars },
      secrets: { ...frame.secrets, ...ofEnvironment, GITHUB_TOKEN: token },
    };
  }

  #endWithout(frame: Frame, job: Job, result: Result, reason?: string): Settled {
    const name = typeof job.name === 'string' ? job.name : '';
    const identity = this.#identity(frame, job, {}, name);
    return this.#end(identity, { result, outputs: {}, ...(reason === undefined ? {} : { reason }) });
  }

  #end(identity: JobIdentity, outcome: Omit<JobOutcome, 'result'> & { readonly result: Result }): Settled {
    const { result, outputs, reason } = outcome;
    this.finished.push({ identity, result });
    this.#request.emit({
      kind: 'job-finished',
      job: identity,
      at: this.#request.now(),
      result,
      ...(reason === undefined ? {} : { reason }),
    });
    return { result, outputs };
  }

  #identity(frame: Frame, job: Job, cell: Cell, name: string): JobIdentity {
    this.#numbers += 1;
    const suffix = job.name instanceof Expression ? '' : cellSuffix(cell);
    return {
      number: this.#numbers,
      name: `${frame.prefix}${name || job.id}${suffix}`,
      id: job.id,
      cell: cellSuffix(cell).slice(2, -1),
    };
  }

  #contexts(frame: Frame, job: string): Record<string, Json> {
    return {
      github: githubContext(this.#request.facts, this.#request.start.workflow, job),
      inputs: frame.inputs,
      vars: this.#request.facts.vars,
    };
  }
}

/** The ids of all jobs that a job needs, directly or through others. */
function ancestors(job: Job, jobs: ReadonlyMap<string, Job>): readonly string[] {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const need of jobs.get(id)?.needs ?? []) visit(need);
  };
  for (const need of job.needs) visit(need);
  return [...found];
}

function worst(results: readonly Result[]): Result {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.length > 0 && results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}

/** The `secrets` of a called workflow: those that are passed. Each job adds a token of its own. */
function passedSecrets(
  frame: Frame,
  job: CallJob,
  called: Workflow,
  contexts: Readonly<Record<string, Json>>,
  where: string,
): Readonly<Record<string, string>> {
  if (job.secrets === 'inherit') return frame.secrets;
  const passed = resolveTexts(job.secrets, { contexts: { ...contexts, secrets: frame.secrets } });
  const missing = Object.entries(called.call?.secrets ?? {})
    .filter(([name, { required }]) => required && !passed[name])
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new Failure('SECRET_MISSING', `${where}: secret ${missing.join(', ')} is required`, {
      next: 'Pass it under "secrets:" of the calling job, and set it in the repository.',
    });
  }
  return passed;
}

/** The URL of an environment may use the outputs of steps and is therefore not evaluated before the job. */
function withoutUrl(environment: StepsJob['environment']): StepsJob['environment'] {
  if (environment === null || typeof environment !== 'object' || environment instanceof Expression) {
    return environment;
  }
  if (Array.isArray(environment)) return null;
  const { url: _, ...rest } = environment as { readonly [key: string]: StepsJob['environment'] };
  return rest;
}

function readEnvironment(value: Json): WantedEnvironment | undefined {
  const written: Readonly<Record<string, Json>> =
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Readonly<Record<string, Json>>)
      : { name: value };
  const name = asText(written.name ?? null);
  return name === '' ? undefined : { name, deployment: written.deployment !== false };
}
