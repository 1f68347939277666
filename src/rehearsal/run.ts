import { join } from 'node:path';
import { installDocker } from './docker/install.ts';
import { runJob } from './runner/job.ts';
import type { RunnerSettings } from './runner/job-state.ts';
import { Runners } from './runner/runners.ts';
import { type Artifact, ArtifactStore } from './stand-ins/artifact-store.ts';
import { standIns } from './stand-ins/registry.ts';
import type { Located } from './workflow/called.ts';
import { ConcurrencyGroups } from './workflow/concurrency.ts';
import type { RunFacts } from './workflow/contexts.ts';
import type { Annotation, JobIdentity, Result, RunEvent } from './workflow/events.ts';
import type { Json } from './workflow/expressions.ts';
import type { JobHost } from './workflow/host.ts';
import { runWorkflow } from './workflow/schedule.ts';

export interface RunOptions
  extends Pick<
    RunnerSettings,
    | 'environment'
    | 'repositories'
    | 'sources'
    | 'oidc'
    | 'googleOrigin'
    | 'processes'
    | 'masks'
    | 'signal'
    | 'now'
  > {
  /** An empty folder for this run alone. */
  readonly folder: string;
  readonly start: Located;
  readonly facts: RunFacts;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly host: JobHost;
  /** Of all runs of the repository; of this run alone when they are left out. */
  readonly groups?: ConcurrencyGroups;
  /** Aborted: a person cancels the run. */
  readonly cancelled?: AbortSignal;
  /** The machines, for whoever wants to kill them. */
  readonly runners?: Runners;
  /** Told of each artifact, for the API that lists them. */
  readonly onArtifact?: (artifact: Artifact) => void;
  /** Told everything as it happens. */
  readonly onEvent: (event: RunEvent) => void;
}

export interface StepRecord {
  /** The step's id. */
  readonly id: string;
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface JobRecord {
  readonly identity: JobIdentity;
  readonly result: Result;
  readonly reason: string | undefined;
  /** Absent for a job that did not start. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number;
  readonly steps: readonly StepRecord[];
  readonly lines: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly summaries: readonly { readonly step: string; readonly markdown: string }[];
}

/** All that is kept of a run; masked. */
export interface RunRecord {
  readonly result: Result;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** In the order in which they ended. */
  readonly jobs: readonly JobRecord[];
}

/** Runs a workflow once, with real child processes. Throws Failure when it cannot start. */
export async function runOnce(options: RunOptions): Promise<RunRecord> {
  const { folder, start, facts, inputs, repositories, signal, now, onEvent } = options;
  const recorder = new Recorder();
  const emit = (event: RunEvent): void => {
    recorder.take(event);
    onEvent(event);
  };
  const tools = join(folder, 'tools');
  await installDocker(tools);
  const settings: RunnerSettings = {
    folder,
    tools,
    environment: options.environment,
    repositories,
    application: facts.repository,
    ...(options.oidc === undefined ? {} : { oidc: options.oidc }),
    ...(options.googleOrigin === undefined ? {} : { googleOrigin: options.googleOrigin }),
    standIns,
    sources: options.sources,
    artifacts: new ArtifactStore(join(folder, 'artifacts'), options.onArtifact),
    processes: options.processes,
    masks: options.masks,
    emit,
    now,
    signal,
  };
  for (const secret of [facts.token, ...Object.values(facts.secrets)]) options.masks.add(secret);
  const { host, runners = new Runners() } = options;
  const startedAt = now();
  const outcome = await runWorkflow({
    start,
    inputs,
    facts,
    repositories,
    host,
    knowsAction: (name) => standIns.has(name),
    groups: options.groups ?? new ConcurrencyGroups(),
    cancelled: options.cancelled ?? new AbortController().signal,
    runJob: (assignment, cancelled) =>
      runners.work((died) =>
        runJob(assignment, cancelled, { ...settings, signal: AbortSignal.any([signal, died]) }),
      ),
    emit,
    now,
    signal,
  });
  return { result: outcome.result, startedAt, finishedAt: now(), jobs: recorder.finished };
}

/** What is being written about a job that has not ended. */
interface OpenJob {
  startedAt: number;
  steps: StepRecord[];
  stepStartedAt: number;
  lines: string[];
  annotations: Annotation[];
  summaries: { step: string; markdown: string }[];
}

/** Turns events into records. */
class Recorder {
  readonly finished: JobRecord[] = [];
  readonly #open = new Map<number, OpenJob>();

  take(event: RunEvent): void {
    const job = this.#open.get(event.job.number);
    switch (event.kind) {
      case 'job-started':
        this.#open.set(event.job.number, {
          startedAt: event.at,
          steps: [],
          stepStartedAt: event.at,
          lines: [],
          annotations: [],
          summaries: [],
        });
        return;
      case 'job-finished':
        this.finished.push({
          identity: event.job,
          result: event.result,
          reason: event.reason,
          startedAt: job?.startedAt,
          finishedAt: event.at,
          steps: job?.steps ?? [],
          lines: job?.lines ?? [],
          annotations: job?.annotations ?? [],
          summaries: job?.summaries ?? [],
        });
        return;
      case 'step-started':
        if (job !== undefined) job.stepStartedAt = event.at;
        return;
      case 'step-finished':
        job?.steps.push({
          id: event.step,
          result: event.result,
          outputs: event.outputs,
          startedAt: job.stepStartedAt,
          finishedAt: event.at,
        });
        return;
      case 'line':
        job?.lines.push(event.text);
        return;
      case 'annotation':
        job?.annotations.push(event.annotation);
        return;
      case 'summary':
        job?.summaries.push({ step: event.step, markdown: event.markdown });
        return;
    }
  }
}
