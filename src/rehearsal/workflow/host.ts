import type { JobIdentity, Result } from './events.ts';
import type { Permissions } from './model.ts';

/** What a job says with `environment:`. */
export interface WantedEnvironment {
  readonly name: string;
  /** False with `deployment: false`: the rules of the environment apply, and GitHub makes no deployment record. */
  readonly deployment: boolean;
}

/** What GitHub keeps of an environment for the jobs that name it. */
export interface EnvironmentValues {
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface StartedJob {
  /** Its GITHUB_TOKEN. */
  readonly token: string;
  /** The number of the check run that shows it. */
  readonly checkRun: number;
  /** Tells GitHub how the job ended; its token is good no longer. */
  finish(result: Result): void;
}

/** GitHub, as far as it has a part in every job of a run. */
export interface JobHost {
  environment(name: string): EnvironmentValues;
  /**
   * Resolves when the rules of the environment let the job start. Rejects with a Failure when a reviewer has said no, and
   * with the reason of the signal.
   */
  admit(environment: WantedEnvironment, cancelled: AbortSignal): Promise<void>;
  start(job: JobIdentity, permissions: Permissions, environment: WantedEnvironment | undefined): StartedJob;
}
