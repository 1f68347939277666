import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import type { Application } from './application.ts';
import { environmentsOfRun } from './environments-of-run.ts';
import type { FindWorkflow, PlannedRun } from './runs-before.ts';
import { readTrigger } from './trigger.ts';
import { type Located, WorkflowLibrary } from './workflow/called.ts';
import type { Json } from './workflow/expressions.ts';
import type { Repositories } from './workflow/repositories.ts';

/** What a person says of the run that is to be rehearsed. */
export interface RunOptions {
  /** Name of a file in `.github/workflows`, without its extension. */
  readonly workflow: string;
  readonly environment?: string;
  /** A file with the payload of a webhook. */
  readonly eventFile?: string;
  /** Of that payload; read from it when it is left out. */
  readonly eventName?: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** The run that was asked for, with its event. Throws Failure when the workflow or the payload cannot be read. */
export async function askedRun(
  options: RunOptions,
  application: Application,
  repositories: Repositories,
): Promise<PlannedRun> {
  const start = await loadWorkflow(application, options.workflow, repositories);
  const needed = start.workflow.dispatchInputs.environment?.default === undefined;
  const given = options.environment ?? (needed ? application.environments[0] : undefined);
  const payload = options.eventFile === undefined ? undefined : await readEvent(options.eventFile);
  const trigger = readTrigger(start, application.repository, {
    inputs: options.inputs,
    ...(given === undefined ? {} : { environment: given }),
    ...(payload === undefined ? {} : { payload }),
    ...(options.eventName === undefined ? {} : { eventName: options.eventName }),
  });
  const environment = options.environment ?? environmentsOfRun(start.workflow, trigger, application).subject;
  return { start, trigger, ...(environment === undefined ? {} : { environment }) };
}

/** Of the application's workflows the one with a name; nothing when there is none. */
export function finder(application: Application, repositories: Repositories): FindWorkflow {
  return async (name) => {
    const isThere = await access(join(application.repository.folder, workflowFile(name))).then(
      () => true,
      () => false,
    );
    return isThere ? await loadWorkflow(application, name, repositories) : undefined;
  };
}

/** Throws Failure when the file is not there or cannot be read. */
async function loadWorkflow(
  application: Application,
  name: string,
  repositories: Repositories,
): Promise<Located> {
  return await new WorkflowLibrary(repositories).load(application.repository, workflowFile(name));
}

function workflowFile(name: string): string {
  return `.github/workflows/${/\.ya?ml$/.test(name) ? name : `${name}.yml`}`;
}

async function readEvent(file: string): Promise<Json> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (cause) {
    throw new Failure('EVENT_UNREADABLE', `${file} cannot be read as JSON`, {
      next: 'Name a file with the payload of a webhook.',
      cause,
    });
  }
}
