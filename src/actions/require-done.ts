import type { Outcome } from '../engine/events.ts';
import { explainGoogle } from '../google/denied.ts';
import { Failure } from '../lib/failure.ts';
import { counted, nameOf } from '../report/sentences.ts';
import type { Context } from '../resources/context.ts';

/** Throws unless every resource of the run is as wanted; the message names those that are not. */
export function requireDone(
  { deployer, deployment }: Pick<Context, 'deployer' | 'deployment'>,
  outcomes: readonly Outcome[],
  signal: AbortSignal,
): void {
  const failed = outcomes.filter(({ state }) => state === 'failed');
  const [first] = failed;
  // Interrupted between two steps: nothing failed, and yet not all was done.
  if (first === undefined && outcomes.some(({ state }) => state === 'not tried')) signal.throwIfAborted();
  if (first === undefined) return;
  if (failed.length === 1) throw first.error;
  const who = { principal: deployer, project: deployment.project };
  const untried = outcomes.filter(({ state }) => state === 'not tried').length;
  throw new Failure(
    'APPLY_INCOMPLETE',
    `${counted(failed.length, 'resource')} failed (${failed.map(({ address }) => nameOf(address)).join(', ')}), ${untried} not tried.`,
    {
      next: 'Mend what the lines above name and run again: what is already done is kept.',
      details: failed.map(({ address, error }) => `${nameOf(address)}: ${inFull(explainGoogle(error, who))}`),
    },
  );
}

function inFull(error: unknown): string {
  if (error instanceof Failure) return `${error.code}: ${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
