/** What a clean-up says: its plan before, and afterwards what is gone, what is not, and how to go on. */
import { type Destroyed, deletions } from '../../cleanup/destroy.ts';
import type { Kind, Leftover } from '../../cleanup/leftover.ts';
import { waves } from '../../cleanup/waves.ts';
import type { Change } from '../../engine/change.ts';
import type { Host } from '../../github/host.ts';
import type { Outputs } from '../../github/run-action.ts';
import { explainGoogle } from '../../google/denied.ts';
import { GoogleError } from '../../google/error.ts';
import { OperationFailed } from '../../google/operations.ts';
import { Failure } from '../../lib/failure.ts';
import { code, details, table } from '../../report/markdown.ts';
import { counted, fieldLine, lineOf, nameOf } from '../../report/sentences.ts';
import type { Session } from '../session.ts';

export type Because = (leftover: Leftover) => string;

/** The changes in the order in which they can be made: a step needs nothing but the steps before it. */
export function stepsOf(leftovers: readonly Leftover[], because: Because): readonly (readonly Change[])[] {
  return waves(deletions(leftovers, because)).map((wave) => wave.flatMap((one) => one.diff(true)));
}

export function sayPlan(steps: readonly (readonly Change[])[], host: Host): void {
  for (const [index, changes] of steps.entries()) {
    host.info(`step ${index + 1}`);
    for (const change of changes) {
      host.info(`  ${lineOf(change)}`);
      for (const field of change.fields) host.info(`      ${fieldLine(field)}`);
    }
  }
}

export function planMarkdown(steps: readonly (readonly Change[])[]): string {
  if (steps.length === 0) return 'There is nothing to remove.';
  return table(
    ['step', 'change', 'what goes', 'why'],
    steps.flatMap((changes, index) =>
      changes.map((change) => [
        String(index + 1),
        lineOf(change),
        change.fields.map(fieldLine).join('\n'),
        change.because,
      ]),
    ),
  );
}

export function outcomeMarkdown({ outcomes, left }: Destroyed, session: Session): string {
  const gone = outcomes.filter(({ state }) => state === 'applied');
  const parts = [
    left.length === 0
      ? `${counted(gone.length, 'resource')} removed; a new listing shows nothing left.`
      : `${counted(gone.length, 'resource')} removed, **${left.length} still there**.`,
  ];
  if (left.length > 0)
    parts.push(
      table(
        ['still there', 'why'],
        left.map(({ leftover, error }) => [nameOf(leftover.address), reasonOf(leftover, error, session)]),
      ),
    );
  if (gone.length > 0)
    parts.push(details('What was removed', gone.map(({ address }) => `- ${code(address)}`).join('\n')));
  return parts.join('\n\n');
}

/** Throws unless everything is gone; the message names what is not, why, and the command that continues. */
export function requireGone({ left }: Destroyed, session: Session, host: Host): void {
  if (left.length === 0) return;
  throw new Failure(
    'CLEANUP_INCOMPLETE',
    `${counted(left.length, 'resource')} could not be removed: ${left.map(({ leftover }) => nameOf(leftover.address)).join(', ')}.`,
    {
      next: `Mend what the lines above name, then continue with: ${continueCommand(host)}`,
      details: left.map(
        ({ leftover, error }) => `${nameOf(leftover.address)}: ${reasonOf(leftover, error, session)}`,
      ),
    },
  );
}

/** The same job once more: what is gone stays gone, and the rest is found by a new listing. */
export function continueCommand(host: Host): string {
  const { GITHUB_RUN_ID: run, GITHUB_REPOSITORY: repository } = host.environment;
  return run && repository ? `gh run rerun ${run} --failed --repo ${repository}` : 'the same command again';
}

export function outputsOf({ outcomes, left }: Destroyed): Outputs {
  return {
    removed: outcomes.filter(({ state }) => state === 'applied').length,
    remaining: JSON.stringify(left.map(({ leftover }) => leftover.address)),
  };
}

/** What Google lets go of by itself. https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#delete-subnet */
const held: Partial<Record<Kind, string>> = {
  subnet:
    'Cloud Run holds addresses in it for one or two hours after the last workload is gone; run again then.',
  peering: 'Cloud SQL and Memorystore hold it for a while after their instances are gone; run again later.',
};

function reasonOf({ kind }: Leftover, error: unknown, session: Session): string {
  if (error === undefined) return 'not tried, since it depends on what failed, or made anew meanwhile';
  const { deployer, deployment } = session.context;
  const explained = explainGoogle(error, { principal: deployer, project: deployment.project });
  const next = (isInUse(error) && held[kind]) || (explained instanceof Failure ? explained.next : '');
  const message = explained instanceof Error ? explained.message : String(explained);
  return [message, next].filter((part) => part !== '').join(' ');
}

function isInUse(error: unknown): boolean {
  return (
    (error instanceof GoogleError && error.reason === 'resourceInUseByAnotherResource') ||
    (error instanceof OperationFailed && /still using/.test(error.message))
  );
}
