import { Failure } from '../lib/failure.ts';
import type { Application } from './application.ts';
import { environmentsOfRun } from './environments-of-run.ts';
import { readTrigger, type Trigger } from './trigger.ts';
import type { Located } from './workflow/called.ts';
import { listens } from './workflow/filters.ts';

/** A run of a rehearsal, before it is started. */
export interface PlannedRun {
  readonly start: Located;
  readonly trigger: Trigger;
  /** Of deploy.yaml; absent for a file without environments. */
  readonly environment?: string;
}

/** Finds a workflow of the application by name. */
export type FindWorkflow = (name: string) => Promise<Located | undefined>;

const deploying = 'deploy';
const previewing = 'preview';
/** The pull request of a preview that has to be there, where the event is about none. */
const somePull = 1;

/**
 * The runs that make what the asked one takes for granted: the deployment that it stands on, the preview that a push to a
 * pull request updates and its end removes, and a preview for a schedule to look at. `names` are chosen instead.
 * Throws Failure when one of them cannot be started.
 */
export async function runsBefore(
  application: Application,
  asked: PlannedRun,
  find: FindWorkflow,
  names: readonly string[] | undefined,
): Promise<readonly PlannedRun[]> {
  if (names !== undefined) {
    const found = await Promise.all(names.map((name) => existing(name, find)));
    return found.map((start) => planned(application, asked, start));
  }
  if (nameOf(asked.start) === deploying) return [];
  const deploy = await find(deploying);
  const preview = await previewBefore(asked, application, find);
  return [deploy, preview].flatMap((start) =>
    start === undefined ? [] : [planned(application, asked, start)],
  );
}

/** The name of the workflow's file without its extension. */
export function nameOf({ workflow }: Located): string {
  return workflow.file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}

async function existing(name: string, find: FindWorkflow): Promise<Located> {
  const found = await find(name);
  if (found !== undefined) return found;
  throw new Failure('WORKFLOW_UNKNOWN', `there is no workflow ${name} to run before`, {
    next: 'Name a file of .github/workflows with --after, or write --after none.',
  });
}

async function previewBefore(
  { start, trigger }: PlannedRun,
  application: Application,
  find: FindWorkflow,
): Promise<Located | undefined> {
  const { eventName, payload } = trigger;
  if (eventName === 'pull_request') {
    const later = payload.action === 'closed' || payload.action === 'synchronize';
    return later && opens(start) ? start : undefined;
  }
  if (eventName !== 'schedule' || !application.environments.includes(previewing)) return undefined;
  const preview = await find(previewing);
  return preview !== undefined && opens(preview) ? preview : undefined;
}

function opens({ workflow }: Located): boolean {
  return listens(workflow, { eventName: 'pull_request', action: 'opened' });
}

function planned(application: Application, asked: PlannedRun, start: Located): PlannedRun {
  const trigger = triggerBefore(application, asked, start);
  const { subject } = environmentsOfRun(start.workflow, trigger, application);
  return { start, trigger, ...(subject === undefined ? {} : { environment: subject }) };
}

/**
 * Workflows that a person, or a push to the branch, can start are started so, on the branch that the pull request wants
 * into; others on the opening of that pull request.
 */
function triggerBefore(application: Application, asked: PlannedRun, start: Located): Trigger {
  const { pull } = asked.trigger;
  const { repository } = application;
  const branch = { ...repository, sha: pull?.baseSha ?? repository.sha };
  const { standsOn } = environmentsOfRun(asked.start.workflow, asked.trigger, application);
  const { workflow } = start;
  const takes = workflow.dispatchInputs.environment;
  const environment = standsOn ?? (takes?.default === undefined ? application.environments[0] : undefined);
  const needs = Object.entries(workflow.dispatchInputs).filter(
    ([name, { required, default: value }]) => required && value === undefined && name !== 'environment',
  );
  try {
    if (workflow.events.has('workflow_dispatch') && needs.length === 0) {
      return readTrigger(start, branch, {
        eventName: 'workflow_dispatch',
        inputs: {},
        ...(environment === undefined ? {} : { environment }),
      });
    }
    if (opens(start))
      return readTrigger(start, repository, { payload: openingOf(asked.trigger), inputs: {} });
    return readTrigger(start, branch, { inputs: {} });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${nameOf(start)} cannot be run before: ${error.message}`, {
      next: 'Name other workflows with --after, or write --after none.',
      cause: error,
    });
  }
}

/** The opening of the pull request that the event is about, when nothing had become of it yet. */
function openingOf({ pull }: Trigger): Trigger['payload'] {
  if (pull === undefined) return { action: 'opened', number: somePull, pull_request: {} };
  const { state: _, merged: __, merge_commit_sha: ___, ...given } = pull.given;
  return { action: 'opened', number: pull.number, pull_request: given };
}
