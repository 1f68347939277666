import type { ActionManifest } from '../workflow/model.ts';
import type { Repository } from '../workflow/repositories.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Sources } from './sources.ts';

/** What a stand-in can do: the same as an action, without a process of its own. */
export interface StandInStep {
  /** By name as in the action's action.yml, defaults filled in. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The variables that the action's process would have. */
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly temp: string;
  /** The repository of the run. */
  readonly application: Repository;
  readonly sources: Sources;
  /** The job's GITHUB_TOKEN, and whether it may read the repository of the run. */
  readonly token: string;
  readonly mayReadContents: boolean;
  readonly artifacts: ArtifactStore;
  /** Where Google's APIs answer; absent without an emulator. */
  readonly googleOrigin: string | undefined;
  readonly signal: AbortSignal;
  log(line: string): void;
  warn(message: string): void;
  mask(value: string): void;
  output(name: string, value: string): void;
  /** For all later steps of the job. */
  exportVariable(name: string, value: string): void;
  /** After all steps, the latest first. */
  post(run: () => Promise<void>): void;
}

/** Takes the place of an action that is not on this machine and keeps its contract. */
export interface StandIn {
  /** The inputs of the real action's action.yml that are understood here. */
  readonly inputs: ActionManifest['inputs'];
  /** Throws Failure when the real action would fail, or when asked for what the rehearsal does not have. */
  readonly run: (step: StandInStep) => Promise<void>;
}
