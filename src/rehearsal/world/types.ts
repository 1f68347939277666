import type { Emulator, EmulatorOptions, PlantedRepository, SeedProject } from '../../emulator/emulator.ts';
import type { RunRecord } from '../run.ts';
import type { RunEvent } from '../workflow/events.ts';
import type { Json } from '../workflow/expressions.ts';

/** Files of a commit by path; `null` takes a file away. */
export type Files = Readonly<Record<string, string | null>>;

/** A GitHub environment of the repository. */
export interface EnvironmentSettings {
  /** Logins; without any a job does not wait. Whoever is named here may write in the repository. */
  readonly reviewers?: readonly string[];
  /** Who started a run cannot approve it; false when it is left out. */
  readonly preventSelfReview?: boolean;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface WorldOptions
  extends Pick<
    EmulatorOptions,
    'latency' | 'quotas' | 'consistency' | 'faults' | 'timeScale' | 'postgres' | 'journalFile'
  > {
  /** Folder of the application, or its deploy.yaml. Its files are the first commit of `main`. */
  readonly application: string;
  /** Laid over the files of the folder before that first commit. */
  readonly files?: Files;
  /** GitHub environments by name, as far as they are more than a name. */
  readonly environments?: Readonly<Record<string, EnvironmentSettings>>;
  /** Of the repository, on top of a value for every `from_env` of deploy.yaml. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Of the repository, on top of those that name provider and service account of the first environment. */
  readonly vars?: Readonly<Record<string, string>>;
  /** `private` when it is left out. */
  readonly visibility?: 'public' | 'private';
  /** By default the projects of all environments of deploy.yaml, each as `provision` with `bootstrap` leaves it. */
  readonly projects?: readonly SeedProject[];
  /** E-mail of a person who owns the projects: looks at them, and changes them by hand. */
  readonly owner?: string;
  /** How many processes run at once, of all runs together. */
  readonly jobs?: number;
  /** Told what happens in all runs. */
  readonly onEvent?: (run: WorldRun, event: RunEvent) => void;
}

/** Whose doing it is; `lead`, an administrator, when nobody is named. */
export interface By {
  readonly by?: string;
}

export interface NewPullRequest extends By {
  /** Of the head. */
  readonly branch: string;
  /** Changed against the base. */
  readonly files: Files;
  readonly title?: string;
  readonly body?: string;
  /** `main` when it is left out. */
  readonly base?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** From a fork, whose owner opens it. */
  readonly fork?: boolean | string;
}

export interface WorldPull {
  readonly number: number;
  /** Of the head. */
  readonly branch: string;
  /** `OWNER/NAME` of the repository with the head. */
  readonly repository: string;
  /** The head's commit, now. */
  readonly sha: string;
  /** All runs of its events, the oldest first. */
  readonly runs: readonly WorldRun[];
}

/** What an event has started; empty when no workflow listens to it. */
export interface Started {
  /** The commit that a push or a merge has made. */
  readonly sha?: string;
  readonly runs: readonly WorldRun[];
}

export interface WorldRun {
  readonly id: number;
  /** Counts per workflow. */
  readonly number: number;
  /** Name of the file without its extension. */
  readonly workflow: string;
  readonly eventName: string;
  readonly event: Json;
  readonly ref: string;
  readonly sha: string;
  /** How it ended. Rejects with the Failure of a workflow that cannot start, and never for what goes wrong in it. */
  readonly done: Promise<RunRecord>;
  readonly finished: boolean;
  /** What has happened so far. */
  readonly events: readonly RunEvent[];
  /** Resolves when a job (by its name on GitHub, in full or an expression), or a step of it, has started. */
  reached(job: string | RegExp, step?: string | RegExp): Promise<void>;
  /** Names of the environments whose approval it waits for. */
  waitsFor(): readonly string[];
  /**
   * Cancels it as a person does: running steps are ended, `always()` and `cancelled()` still run, in steps and in jobs.
   */
  cancel(): void;
  /**
   * Kills the runners that work for it now (SIGKILL, no further step, no post step). GitHub sees a failed job, and starts
   * what asks for `always()` or `failure()` elsewhere.
   */
  kill(): void;
}

/** Disposed: kills what still runs, and ends the emulator. */
export interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  /** The repository on the emulated GitHub. */
  readonly repository: PlantedRepository;
  /** Everything that was started, the oldest first. */
  readonly runs: readonly WorldRun[];

  /** Rejects as GitHub answers 422: no such workflow, no such input, a required one missing. */
  dispatch(
    workflow: string,
    inputs?: Readonly<Record<string, string>>,
    options?: By & { ref?: string },
  ): Promise<WorldRun>;
  /** The time of a workflow with `on: schedule` has come. */
  schedule(workflow: string): Promise<WorldRun>;
  openPullRequest(pull: NewPullRequest): Promise<WorldPull>;
  /** A commit onto the head of a pull request, or onto a branch of the repository. */
  push(to: WorldPull | string, files: Files, options?: By & { message?: string }): Promise<Started>;
  close(pull: WorldPull, options?: By): Promise<Started>;
  reopen(pull: WorldPull, options?: By): Promise<Started>;
  /** Merges it into its base: a push there, and a closed pull request. Rejects when there is a conflict. */
  merge(pull: WorldPull, options?: By): Promise<Started>;
  label(pull: WorldPull, name: string, options?: By): Promise<Started>;
  unlabel(pull: WorldPull, name: string, options?: By): Promise<Started>;
  comment(pull: WorldPull, body: string, options?: By): Promise<Started>;
  /** Any other event, or one with a payload of the caller's own; `repository` and `sender` are added. */
  emit(eventName: string, payload: Json, options?: By & { ref?: string }): Promise<Started>;

  /**
   * Waits until the run waits for that environment, and approves. Each stage of jobs that names the environment waits
   * anew, as on GitHub; with `always` all of them are approved from now on.
   */
  approve(
    run: WorldRun,
    environment: string,
    options?: By & { always?: boolean; comment?: string },
  ): Promise<void>;
  reject(run: WorldRun, environment: string, options?: By & { comment?: string }): Promise<void>;
  /** Resolves when no run is left that works or waits. */
  idle(): Promise<void>;
}
