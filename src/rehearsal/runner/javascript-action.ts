import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { resolveText, type Scope } from '../workflow/expressions.ts';
import type { ActionManifest, Tree } from '../workflow/model.ts';
import type { JobState } from './job-state.ts';
import { type Finished, runStepProcess } from './step-process.ts';

export type NodeRuns = Extract<ActionManifest['runs'], { kind: 'node' }>;

/**
 * The inputs of an action by name: what the step gives, and the defaults of action.yml. Names ignore case, as
 * GitHub's do.
 */
export function actionInputs(
  manifest: Pick<ActionManifest, 'inputs'>,
  given: Readonly<Record<string, Tree>>,
  scope: Scope,
): Record<string, string> {
  const spelled = new Map(Object.keys(manifest.inputs).map((name) => [name.toLowerCase(), name]));
  const defaults = Object.entries(manifest.inputs).map(
    ([name, input]) => [name, resolveText(input.default ?? null, scope)] as const,
  );
  const values = Object.entries(given).map(
    ([name, value]) => [spelled.get(name.toLowerCase()) ?? name, resolveText(value, scope)] as const,
  );
  return Object.fromEntries([...defaults, ...values]);
}

/** GitHub warns about inputs that action.yml does not name, and passes them on. */
export function warnOfUnknown(job: JobState, manifest: Pick<ActionManifest, 'inputs'>, given: object): void {
  const known = Object.keys(manifest.inputs);
  const lower = new Set(known.map((name) => name.toLowerCase()));
  const unknown = Object.keys(given).filter((name) => !lower.has(name.toLowerCase()));
  if (unknown.length === 0) return;
  const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
  job.annotate({
    level: 'warning',
    message: `Unexpected input(s) ${list(unknown)}, valid inputs are [${list(known)}]`,
  });
}

/** `INPUT_` and the name in capitals, with `_` for spaces; hyphens stay. */
export function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** Runs one of the scripts of an action with this process's Node. Throws Failure ACTION_INCOMPLETE. */
export async function runActionScript(
  job: JobState,
  action: { readonly folder: string; readonly script: string },
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Finished> {
  const path = join(action.folder, action.script);
  try {
    await access(path);
  } catch (cause) {
    throw new Failure('ACTION_INCOMPLETE', `File not found: '${path}'`, {
      next: 'Bundle the action, or correct "runs:" of its action.yml.',
      cause,
    });
  }
  return await runStepProcess(
    job,
    { file: process.execPath, arguments: [path], cwd: job.workspace, env },
    signal,
  );
}

/** `STATE_` variables for the later scripts of an action. */
export function stateEnvironment(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}
