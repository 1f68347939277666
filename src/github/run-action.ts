import * as core from '@actions/core';
import { Failure } from '../lib/failure.ts';
import { sentence } from '../lib/sentence.ts';
import { createHost, type Host, inert } from './host.ts';
import type { InputSpecs, Inputs } from './inputs.ts';

/** Outputs by name; what is undefined is not set. */
export type Outputs = Readonly<Record<string, string | number | boolean | undefined>>;

/** An action: what it takes, what it gives, and what it does. */
export interface Action<Specs extends InputSpecs = InputSpecs> {
  /** One sentence, for action.yml. */
  readonly description: string;
  readonly inputs: Specs;
  /** Name → description, for action.yml and the README. */
  readonly outputs: Readonly<Record<string, string>>;
  run(inputs: Inputs<Specs>, host: Host): Promise<Outputs>;
}

/**
 * Runs an action from its first line to its exit code; the only place where an error becomes a failed step. The
 * action's code is loaded after the first line of the log, so that a person sees at once that something happens.
 */
export async function runAction(
  name: string,
  load: () => Promise<{ readonly action: Action }>,
): Promise<void> {
  core.info(`aethercast-deploy ${name}`);
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(interrupted(signal)));
  }
  try {
    const [{ action }, { readInputs }, { useFetchOfRunner }] = await Promise.all([
      load(),
      import('./inputs.ts'),
      import('./fetch.ts'),
    ]);
    useFetchOfRunner();
    const host = createHost(interruption.signal);
    const outputs = await action.run(readInputs(action.inputs), host);
    for (const [output, value] of Object.entries(outputs)) {
      if (value !== undefined) core.setOutput(output, value);
    }
  } catch (error) {
    report(error);
  }
  // The libraries for credentials and databases keep sockets open that nothing waits for any more.
  process.exit(process.exitCode ?? 0);
}

function interrupted(signal: string): Failure {
  return new Failure('INTERRUPTED', `The run was interrupted (${signal}).`, {
    next: 'Run again: what is already done is kept.',
  });
}

function report(error: unknown): void {
  if (error instanceof Failure) {
    for (const detail of error.details) core.info(inert(`  ${detail}`));
    core.setFailed(`${error.code}: ${sentence(error.message)} ${error.next}`);
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
      core.info(inert(`  caused by: ${cause.message}`));
    return;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  core.info(inert(stack));
  core.setFailed(
    'This is a defect of aethercast-deploy. Please report it with the lines above: https://github.com/org/aethercast-deploy/issues',
  );
}
