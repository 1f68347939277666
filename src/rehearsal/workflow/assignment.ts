import type { JobIdentity, Result } from './events.ts';
import type { Json } from './expressions.ts';
import type { Permissions, StepsJob, Tree } from './model.ts';
import type { Repository } from './repositories.ts';

/** One job for a runner: a job with steps, or one cell of its matrix. */
export interface Assignment {
  readonly identity: JobIdentity;
  readonly job: StepsJob;
  /** The repository of the file that defines the job: what `$/` means. */
  readonly repository: Repository;
  readonly workflowEnv: Tree;
  /** `github`, `needs`, `inputs`, `matrix`, `strategy`, `vars`, `secrets` and the first part of `job`. */
  readonly contexts: Readonly<Record<string, Json>>;
  readonly permissions: Permissions;
  /** The evaluated name of `environment:`. */
  readonly environment: string | undefined;
}

export interface JobOutcome {
  readonly result: Exclude<Result, 'skipped'>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Why a job could not run, for example an action that is not known. */
  readonly reason?: string;
}

/** Runs the steps of one job. Never rejects for what goes wrong in the job. */
export type RunJob = (assignment: Assignment, cancelled: AbortSignal) => Promise<JobOutcome>;
