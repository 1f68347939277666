import type { Application } from './application.ts';
import { readDeployment } from './application.ts';
import type { Trigger } from './trigger.ts';
import { asText, type Json, resolve } from './workflow/expressions.ts';
import type { Job, Tree, Workflow } from './workflow/model.ts';

/** Environments of deploy.yaml that a run works on. */
export interface EnvironmentsOfRun {
  /** The one that it changes, and that is checked and shown; absent for a file without environments. */
  readonly subject?: string;
  /** The one that has to be there before; absent when the workflows do not say. */
  readonly standsOn?: string;
}

/** The environment that previews are copies of, as deploy.yaml and GitHub call it. */
const template = 'preview';

/**
 * Reads the environments from what the jobs hand on: a promotion names the one that it takes from before the one that it
 * takes to. A run for a pull request that names none, or only the one of all previews, is about the copy for it.
 */
export function environmentsOfRun(
  { jobs }: Pick<Workflow, 'jobs'>,
  trigger: Trigger,
  application: Application,
): EnvironmentsOfRun {
  const handed = jobs.flatMap(valuesOf).map((tree) => textOf(tree, trigger));
  const named = handed.filter((name) => name !== template && application.environments.includes(name));
  const { pull } = trigger;
  if (named.length === 0 && pull !== undefined && application.environments.includes(template)) {
    const subject = `pr-${pull.number}`;
    const base = readDeployment(application, subject).deployment?.preview?.base;
    return { subject, ...(base === undefined ? {} : { standsOn: base }) };
  }
  const [standsOn] = named;
  const subject = named.at(-1) ?? application.environments[0];
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(standsOn === undefined ? {} : { standsOn }),
  };
}

function valuesOf(job: Job): readonly Tree[] {
  if (job.kind === 'call') return Object.values(job.with);
  return job.steps.flatMap((step) => (step.kind === 'uses' ? Object.values(step.with) : []));
}

/** What only a run can know (the outputs of jobs, ...) is empty. */
function textOf(tree: Tree, { eventName, payload, inputs, ref, sha }: Trigger): string {
  const known: Readonly<Record<string, Json>> = {
    inputs,
    github: { event_name: eventName, event: { ...payload, inputs }, ref, sha },
  };
  const unknown = ['needs', 'vars', 'secrets', 'matrix', 'steps', 'env', 'strategy', 'job', 'runner'];
  const contexts = { ...known, ...Object.fromEntries(unknown.map((name) => [name, {}])) };
  return asText(resolve(tree, { contexts, status: { success: true, failure: false, cancelled: false } }));
}
