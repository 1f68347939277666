import { asText, type Json, resolve } from '../workflow/expressions.ts';
import type { ActionManifest, Step, UsesStep } from '../workflow/model.ts';
import type { Repository } from '../workflow/repositories.ts';
import type { JobState, StepsFrame } from './job-state.ts';
import { stepScope } from './step-scope.ts';

type CompositeRuns = Extract<ActionManifest['runs'], { kind: 'composite' }>;

/** Contexts that the steps of a composite action do not see. */
const hidden = ['secrets', 'needs', 'vars'];

export interface CompositeOutcome {
  readonly result: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the steps of a composite action in a frame of their own: they see the action's inputs and each other's
 * outputs, and nothing of the steps around them.
 * https://docs.github.com/actions/tutorials/create-actions/create-a-composite-action
 */
export async function runComposite(
  job: JobState,
  outer: StepsFrame,
  use: {
    readonly step: UsesStep;
    readonly runs: CompositeRuns;
    readonly folder: string;
    readonly repository: Repository;
    readonly inputs: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
  },
  runSteps: (job: JobState, frame: StepsFrame, steps: readonly Step[]) => Promise<void>,
): Promise<CompositeOutcome> {
  const { github, ...contexts } = Object.fromEntries(
    Object.entries(outer.contexts).filter(([name]) => !hidden.includes(name)),
  );
  const frame: StepsFrame = {
    repository: use.repository,
    contexts: {
      ...contexts,
      inputs: { ...use.inputs },
      github: {
        ...(github as Readonly<Record<string, Json>>),
        action_path: use.folder,
        action_repository: use.repository.name,
        action_ref: use.repository.ref,
      },
    },
    env: use.env,
    results: {},
    prefix: `${outer.prefix}${use.step.id}.`,
    failed: false,
  };
  await runSteps(job, frame, use.runs.steps);
  const scope = stepScope(job, frame, { ...job.env, ...frame.env });
  const outputs = Object.entries(use.runs.outputs).map(
    ([name, value]) => [name, asText(resolve(value, scope))] as const,
  );
  const result = frame.failed ? 'failure' : job.cancelled.aborted ? 'cancelled' : 'success';
  return { result, outputs: Object.fromEntries(outputs) };
}
