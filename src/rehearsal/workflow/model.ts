/** A place in a workflow or action file. */
export interface SourcePlace {
  /** Relative to the repository that holds the file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text between `${{` and `}}`; text around it has been turned into a call of `format()` by GitHub's parser. */
export class Expression {
  readonly text: string;
  readonly place: SourcePlace;

  constructor(text: string, place: SourcePlace) {
    this.text = text;
    this.place = place;
  }
}

/** What is written in the file, with the expressions still open. */
export type Tree =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Tree[]
  | { readonly [key: string]: Tree };

export type Level = 'none' | 'read' | 'write';

/** What `permissions:` says: a level for the scopes that are named, and one for all others. */
export interface Permissions {
  readonly scopes: Readonly<Record<string, Level>>;
  readonly others: Level;
}

export interface InputDefinition {
  readonly type: 'string' | 'number' | 'boolean' | 'choice' | 'environment';
  readonly required: boolean;
  readonly default?: Tree;
  readonly options: readonly string[];
}

/** The filters of one event under `on:`. Absent ones let everything pass. */
export interface Trigger {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly tags?: readonly string[];
  readonly tagsIgnore?: readonly string[];
  readonly paths?: readonly string[];
  readonly pathsIgnore?: readonly string[];
  /** Of `schedule`. */
  readonly crons: readonly string[];
}

export interface Workflow {
  readonly file: string;
  readonly name: string;
  readonly events: ReadonlySet<string>;
  /** What each event must be like. */
  readonly triggers: ReadonlyMap<string, Trigger>;
  /** Inputs of `workflow_dispatch`. */
  readonly dispatchInputs: Readonly<Record<string, InputDefinition>>;
  /** Present when the workflow can be called by another one. */
  readonly call?: {
    readonly inputs: Readonly<Record<string, InputDefinition>>;
    readonly secrets: Readonly<Record<string, { readonly required: boolean }>>;
    readonly outputs: Readonly<Record<string, Tree>>;
  };
  readonly env: Tree;
  readonly permissions?: Permissions;
  readonly concurrency: Tree;
  readonly jobs: readonly Job[];
}

export interface JobBase {
  readonly id: string;
  readonly name: Tree;
  readonly needs: readonly string[];
  /** Always with a status function: GitHub adds `success() && (...)` where there is none. */
  readonly if: Expression;
  readonly permissions?: Permissions;
  readonly strategy: Tree;
  readonly concurrency: Tree;
  readonly place: SourcePlace;
}

/** A job that calls a reusable workflow. */
export interface CallJob extends JobBase {
  readonly kind: 'call';
  readonly uses: string;
  readonly with: Readonly<Record<string, Tree>>;
  readonly secrets: 'inherit' | Readonly<Record<string, Tree>>;
}

/** A job that runs steps on a runner. */
export interface StepsJob extends JobBase {
  readonly kind: 'steps';
  readonly env: Tree;
  readonly environment: Tree;
  readonly outputs: Readonly<Record<string, Tree>>;
  /** Of the workflow and of the job, the job's over the workflow's. */
  readonly defaults: { readonly shell: Tree; readonly workingDirectory: Tree };
  readonly timeoutMinutes: Tree;
  readonly continueOnError: Tree;
  readonly steps: readonly Step[];
}

export type Job = CallJob | StepsJob;

export interface StepBase {
  /** The given one, or GitHub's generated one (`__run`, `__actions_checkout`). */
  readonly id: string;
  readonly name: Tree;
  readonly if: Expression;
  readonly env: Tree;
  readonly continueOnError: Tree;
  readonly timeoutMinutes: Tree;
  readonly place: SourcePlace;
}

export interface UsesStep extends StepBase {
  readonly kind: 'uses';
  readonly uses: string;
  readonly with: Readonly<Record<string, Tree>>;
}

export interface RunStep extends StepBase {
  readonly kind: 'run';
  readonly run: Tree;
  readonly shell: Tree;
  readonly workingDirectory: Tree;
}

export type Step = UsesStep | RunStep;

/** An action.yml. */
export interface ActionManifest {
  readonly name: string;
  readonly inputs: Readonly<Record<string, { readonly required: boolean; readonly default?: Tree }>>;
  readonly runs:
    | {
        readonly kind: 'node';
        readonly using: string;
        readonly main: string;
        readonly pre?: string;
        readonly preIf: string;
        readonly post?: string;
        readonly postIf: string;
      }
    | {
        readonly kind: 'composite';
        readonly steps: readonly Step[];
        readonly outputs: Readonly<Record<string, Tree>>;
      };
}
