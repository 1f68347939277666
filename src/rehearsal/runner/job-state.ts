import type { ArtifactStore } from '../stand-ins/artifact-store.ts';
import type { Sources } from '../stand-ins/sources.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import type { Assignment } from '../workflow/assignment.ts';
import type { Annotation, Result, RunEvent } from '../workflow/events.ts';
import type { Json, Status } from '../workflow/expressions.ts';
import type { Step } from '../workflow/model.ts';
import type { Repositories, Repository } from '../workflow/repositories.ts';
import type { Masks } from './masks.ts';
import type { Processes } from './processes.ts';

/** What all jobs of a run share. */
export interface RunnerSettings {
  /** Jobs get their workspaces below it; it is removed by whoever made it. */
  readonly folder: string;
  /** Programs that a hosted runner has and this machine may not; first on the PATH. */
  readonly tools: string;
  /** Given to every process beside what a runner gives, for example the addresses of the emulator. */
  readonly environment: Readonly<Record<string, string>>;
  readonly repositories: Repositories;
  /** The repository of the run, at its commit. */
  readonly application: Repository;
  /** Absent when there is no OIDC service; then no job is given one. */
  readonly oidc?: {
    readonly url: string;
    readonly issueRequestToken: (claims: Record<string, string>) => string;
  };
  /** Where Google's APIs answer, for example `http://127.0.0.1:8123`. */
  readonly googleOrigin?: string;
  /** By `owner/name` or `owner/name/path`, lower case. */
  readonly standIns: ReadonlyMap<string, StandIn>;
  /** What `actions/checkout` gives. */
  readonly sources: Sources;
  readonly artifacts: ArtifactStore;
  readonly processes: Processes;
  /** Of the whole rehearsal; jobs add to it. */
  readonly masks: Masks;
  readonly emit: (event: RunEvent) => void;
  readonly now: () => number;
  /** Aborted: the run ends at once, nothing more is started. */
  readonly signal: AbortSignal;
}

export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  /** Before `continue-on-error`. */
  readonly outcome: Result;
  /** After it. */
  readonly conclusion: Result;
}

/** Work for after the steps. */
export interface Post {
  readonly name: string;
  /** An expression. */
  readonly condition: string;
  /** Throws when it fails. */
  readonly run: () => Promise<void>;
}

/** A job while it runs. */
export interface JobState {
  readonly assignment: Assignment;
  readonly settings: RunnerSettings;
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  readonly eventFile: string;
  readonly masks: Masks;
  /** Of the workflow, of the job and what steps have written into GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** What steps have written into GITHUB_PATH, the latest first. */
  readonly path: string[];
  /** In the order in which they run: the latest registered first. */
  readonly posts: Post[];
  /** What the `pre` scripts have saved, by step. */
  readonly preStates: Map<Step, Readonly<Record<string, string>>>;
  /** Process groups that the steps have started. */
  readonly groups: Set<number>;
  /** Aborted when the job is cancelled or has run out of time: the running step ends, `always()` steps still run. */
  readonly cancelled: AbortSignal;
  /** Writes a line into the log, masked. */
  log(line: string): void;
  annotate(annotation: Annotation): void;
}

/** The steps of a job, or of a composite action within it: what their expressions see and which of them ran. */
export interface StepsFrame {
  /** The repository that `$/` means in these steps. */
  readonly repository: Repository;
  /** `github`, `inputs`, `needs`, ... */
  readonly contexts: Readonly<Record<string, Json>>;
  /** Set on the step that uses the composite action. */
  readonly env: Readonly<Record<string, string>>;
  readonly results: Record<string, StepResult>;
  /** A GITHUB_ACTION of its own for every step. */
  readonly prefix: string;
  failed: boolean;
}

export function statusOf(job: JobState, failed: boolean): Status {
  const cancelled = job.cancelled.aborted;
  return { success: !failed && !cancelled, failure: failed && !cancelled, cancelled };
}
