import type { Change, Leftover } from '../engine/change.ts';
import type { Outcome } from '../engine/events.ts';
import { code, details, table } from './markdown.ts';
import { counted, duration, fieldLine, leftLine, lineOf, nameOf, totals } from './sentences.ts';

/** More rows than this are counted instead of shown: the page has a limit, and so has a reader. */
const rowLimit = 200;
/** Each of these has sentences of its own, and a comment has a limit of its own. */
const leftLimit = 40;

/** The plan as a table, for the summary of a run, and below it what stays though nothing asks for it. */
export function planTable(changes: readonly Change[], left: readonly Leftover[] = []): string {
  return [changesTable(changes), ...leftTable(left)].join('\n\n');
}

function changesTable(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Everything is as deploy.yaml asks for: nothing to do.';
  const rows = changes
    .slice(0, rowLimit)
    .map((change) => [lineOf(change), change.fields.map(fieldLine).join('\n'), change.because]);
  const rest = changes.length > rowLimit ? `\n\n… and ${changes.length - rowLimit} more.` : '';
  return `${table(['change', 'what', 'why'], rows)}${rest}`;
}

/** Nothing when nothing stays. */
export function leftTable(left: readonly Leftover[]): readonly string[] {
  if (left.length === 0) return [];
  const rows = left.slice(0, leftLimit).map((one) => [leftLine(one), one.because, one.next]);
  const rest = left.length - rows.length;
  return [
    table(['left alone', 'why', 'what you can do'], rows),
    ...(rest > 0 ? [`… and ${rest} more, in the log.`] : []),
  ];
}

/** What became of the plan, for a run that applied it. */
export function outcomeSummary(outcomes: readonly Outcome[]): string {
  const of = (state: Outcome['state']): readonly Outcome[] =>
    outcomes.filter((outcome) => outcome.state === state);
  const applied = of('applied');
  const lines = [
    `${counted(applied.length, 'resource')} changed, ${of('unchanged').length} as they were, ` +
      `${of('failed').length} failed, ${of('not tried').length} not tried.`,
  ];
  if (applied.length > 0) {
    const rows = applied.map((outcome) => [
      nameOf(outcome.address),
      totals(outcome.changes),
      duration(outcome.endedAt - outcome.startedAt),
    ]);
    lines.push(details('What was done', table(['resource', 'change', 'time'], rows)));
  }
  const failed = of('failed').map((outcome) => [nameOf(outcome.address), messageOf(outcome.error)]);
  if (failed.length > 0) lines.push(table(['failed', 'why'], failed));
  const untried = of('not tried').map((outcome) => code(outcome.address));
  if (untried.length > 0) lines.push(`Not tried, since they depend on what failed: ${untried.join(', ')}`);
  return lines.join('\n\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
