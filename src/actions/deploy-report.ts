/** What a deployment of one service came to, on the page of the run. */
import type { Service } from '../config/deployment.ts';
import type { FieldChange, Leftover } from '../engine/change.ts';
import type { Outcome } from '../engine/events.ts';
import type { Host } from '../github/host.ts';
import { GoogleError } from '../google/error.ts';
import { Failure } from '../lib/failure.ts';
import type { FailureReport } from '../release/failure-report.ts';
import { code, details, table } from '../report/markdown.ts';
import { leftTable } from '../report/plan-summary.ts';
import { deletedLine, fieldLine, nameOf, totals } from '../report/sentences.ts';
import { RevisionFailed } from '../resources/revision-failed.ts';
import { runServiceAddress } from '../resources/run-service.ts';
import { workerAddress } from '../resources/worker.ts';
import { shortImage } from '../resources/workload-changes.ts';

export interface Workload {
  readonly name: string;
  readonly kind: 'service' | 'worker pool' | 'job';
  /** Empty for a job, which has none. */
  readonly revision: string;
  readonly previous_revision?: string;
  readonly image: string;
  readonly url?: string;
  readonly changed: boolean;
  readonly seconds: number;
  /** In words: `shop-web-4f2a9c1-1 100 %`. */
  readonly traffic?: string;
  /** Against the revision that served before; names of variables and never their values. */
  readonly differences: readonly FieldChange[];
}

/** What is told of a deployment. */
export interface Told {
  readonly workloads: readonly Workload[];
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly FailureReport[];
  /** What stays though nothing asks for it. */
  readonly left: readonly Leftover[];
}

export async function summarizeDeployment(
  service: Service,
  { workloads, outcomes, failures, left }: Told,
  host: Host,
): Promise<void> {
  const parts = [`### ${service.key}`];
  if (workloads.length > 0) {
    const rows = workloads.map(({ name, kind, revision, url, image, changed, traffic }) => [
      name,
      kind,
      changed ? revision || 'changed' : `${revision} (unchanged)`.trim(),
      code(shortImage(image)),
      traffic ?? '',
      url ?? '',
    ]);
    parts.push(table(['workload', 'kind', 'revision', 'image', 'traffic', 'URL'], rows));
  }
  parts.push(...workloads.flatMap(differencesOf), ...failures.flatMap((failure) => failureText(failure)));
  const explained = new Set<unknown>(failures.map(({ failure }) => failure));
  const others = outcomes.filter(({ state, error }) => state === 'failed' && !explained.has(error));
  if (others.length > 0) {
    const rows = others.map(({ address, error }) => [
      nameOf(address),
      error instanceof Error ? error.message : String(error),
    ]);
    parts.push(table(['failed', 'why'], rows));
  }
  parts.push(...untouchedOf(service, outcomes));
  const applied = outcomes.filter(({ state }) => state === 'applied').flatMap(({ changes }) => changes);
  const gone = applied.filter(({ action }) => action === 'delete');
  parts.push(...gone.map(deletedLine));
  parts.push(...leftTable(left));
  const failed = outcomes.some(({ state }) => state === 'failed');
  if (applied.length > 0 || !failed) parts.push(totals(applied));
  await host.summarize(parts.join('\n\n'));
}

/** What was to be changed and was not reached: after a failure of what it waits for, or after an interruption. */
function untouchedOf({ app }: Service, outcomes: readonly Outcome[]): readonly string[] {
  const untouched = outcomes.flatMap(({ address, state }) =>
    state === 'not tried' ? [nameOf(address)] : [],
  );
  if (untouched.length === 0) return [];
  const failed = outcomes.some(
    ({ address, error }) => error instanceof RevisionFailed && address === runServiceAddress(app?.name ?? ''),
  );
  return [`Not touched${failed ? `, since ${app?.name} did not pass` : ''}: ${untouched.join(', ')}.`];
}

function differencesOf({ name, kind, previous_revision, differences }: Workload): readonly string[] {
  if (differences.length === 0 || (kind !== 'job' && !previous_revision)) return [];
  const lines = differences.map((field) => `- ${code(fieldLine(field))}`);
  const before = previous_revision ? code(previous_revision) : 'before';
  return [`**${name}** has, other than ${before}:`, lines.join('\n')];
}

function failureText({ failure, lines, unread, explanation }: FailureReport): readonly string[] {
  const { revision, workload, serving, reason } = failure;
  const log =
    lines.length > 0
      ? details(`The last ${lines.length} lines of its log`, `<pre>${lines.map(escaped).join('\n')}</pre>`)
      : `Its log ${unread ? `cannot be read: ${escaped(unread)}` : 'holds nothing.'}`;
  return [
    failure.kind === 'jobs'
      ? `#### ✗ ${workload} cannot be run`
      : `#### ✗ ${workload}: ${revision} ${failure.stage === 'start' ? 'did not become ready' : 'failed its test'}`,
    ...(explanation
      ? [`**${explanation.code}**: ${escaped(explanation.sentence)} ${escaped(explanation.fix)}`]
      : []),
    `> ${escaped(reason).replaceAll(/\s*\n\s*/g, ' ')}`,
    ...(failure.kind === 'jobs' ? [] : [servingText(workload, serving), log]),
  ];
}

function servingText(workload: string, serving: string | undefined): string {
  return serving
    ? `${code(serving)} goes on serving; traffic was not moved.`
    : `${workload} has no earlier revision that could serve.`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Shows what Cloud Run would not even take at the line that has the workload: no revision was made of it. */
export function announceRefusals(
  { app, worker }: Service,
  outcomes: readonly Outcome[],
  file: string,
  host: Host,
): void {
  const places = new Map([
    ...(app ? [[runServiceAddress(app.name), app.place] as const] : []),
    ...(worker ? [[workerAddress(worker), worker.place] as const] : []),
  ]);
  for (const { address, error } of outcomes) {
    const place = places.get(address);
    if (!place || !(error instanceof GoogleError) || error.http !== 400) continue;
    const { line, column } = place;
    host.error(`${nameOf(address)}: ${error.message}`, { file, line, column, title: 'REFUSED' });
  }
}

/** Shows the cause at its line of the file and the container's words in the log; gives what the step fails with. */
export function announceFailure(report: FailureReport, file: string, host: Host): Failure {
  const { failure, explanation, lines, unread, place } = report;
  for (const line of lines) host.info(`  | ${line}`);
  if (unread) host.info(`  the log of ${failure.revision} cannot be read: ${unread}`);
  if (!explanation) return failure;
  host.error(`${explanation.sentence} ${explanation.fix}`, {
    file,
    line: place.line,
    column: place.column,
    title: explanation.code,
  });
  return new Failure(explanation.code, `${explanation.sentence} ${failure.message}`, {
    next: explanation.fix,
  });
}
