import type { Finding } from '../config/finding.ts';
import { cloudWrites } from './cloud-writes.ts';
import { byEnvironment, countChanges, workloadChanges } from './contents.ts';
import type { Rehearsed, RunWithRequests } from './files.ts';
import type { JobRecord } from './run.ts';
import type { Screen } from './screen.ts';
import { textTable, textTimeline } from './text-table.ts';
import { type Judged, type Verdict, verdictOf } from './verdict.ts';
import { secondsByName, shortDigest } from './workloads.ts';

const widestBars = 48;

/** `file:line:column code message`, and the fix below it. */
export function printFindings(screen: Pick<Screen, 'print'>, findings: readonly Finding[]): void {
  for (const { file, place, severity, code, message, fix } of findings) {
    screen.print(`${file}:${place.line}:${place.column}  ${severity}  ${code}  ${message}`);
    screen.print(`    fix: ${fix}`);
  }
}

export type ShownOutcome = Judged & Partial<Pick<Rehearsed, 'contents'>>;

/** Prints the result of a rehearsal. Returns whether it is a good one. */
export function printOutcome(screen: Screen, shown: ShownOutcome): boolean {
  const { before = [], first, second, contents } = shown;
  const verdict = verdictOf(shown);
  const { good, repeated } = verdict;
  if (contents !== undefined) printContents(screen, contents, first, before.length > 0);
  const last = first ?? before.at(-1);
  if (last !== undefined) printTimeline(screen, last);
  screen.print();
  for (const run of before) screen.print(`Before:      ${run.title}: ${runInWords(run)}`);
  if (first !== undefined) screen.print(`First run:   ${runInWords(first)}`);
  if (second !== undefined) screen.print(`Second run:  ${runInWords(second)}${renewalInWords(verdict)}`);
  for (const { record } of [...before, first, second].filter((run) => run !== undefined)) {
    const failed = record.jobs.filter((job) => job.result === 'failure');
    for (const job of failed) screen.print(`FAILED: ${job.identity.name}${reasonOf(job)}`);
  }
  if (first === undefined)
    screen.print('FAILED: the workflow was not run, since what it stands on is not there');
  if (repeated.length > 0) {
    screen.print('FAILED: the second run changed what the first one had made:');
    for (const { method, path, id } of repeated.slice(0, 20)) {
      screen.print(`    ${method} ${path}  (${id})`);
    }
    if (repeated.length > 20) screen.print(`    and ${repeated.length - 20} more`);
  }
  return good;
}

function renewalInWords({ renewed, repeated }: Verdict): string {
  if (renewed.length === 0 || repeated.length > 0) return '';
  return '; it wrote nothing but the claim of the preview, which every run renews';
}

/** The workloads that the run made or changed, and in a line each those that it removed or let be. */
function printContents(
  screen: Screen,
  { before, after }: Rehearsed['contents'],
  first: RunWithRequests | undefined,
  compared: boolean,
): void {
  const { changed, same, removed } = workloadChanges(before, after);
  const seconds = secondsByName(first);
  if (changed.length > 0) {
    screen.print();
    const rows = changed.map((workload) => [
      workload.name,
      workload.kind,
      workload.revision,
      shortDigest(workload.digest),
      seconds.get(workload.name)?.toFixed(1) ?? '',
      workload.url,
    ]);
    for (const line of textTable(['workload', 'kind', 'revision', 'digest', 'seconds', 'URL'], rows)) {
      screen.print(line);
    }
  }
  if (!compared) return;
  screen.print();
  if (same.length > 0) screen.print(`As before:   ${byEnvironment(same)}`);
  if (removed.length > 0) screen.print(`Removed:     ${byEnvironment(removed)}`);
  const counts = countChanges(before, after).filter(([, earlier, later]) => earlier !== later);
  for (const [kind, earlier, later] of counts) screen.print(`    ${kind} ${earlier} → ${later}`);
}

function printTimeline(screen: Screen, { record }: RunWithRequests): void {
  const entries = record.jobs
    .filter((job) => job.startedAt !== undefined)
    .map((job) => ({ name: job.identity.name, from: job.startedAt ?? 0, to: job.finishedAt }))
    .sort((one, other) => one.from - other.from);
  if (entries.length === 0) return;
  const names = Math.max(...entries.map(({ name }) => name.length));
  screen.print();
  const width = Math.max(Math.min(widestBars, screen.width - names - 12), 10);
  for (const line of textTimeline(entries, width)) screen.print(line);
}

function runInWords({ record, requests }: RunWithRequests): string {
  const writes = cloudWrites(requests).length;
  const seconds = ((record.finishedAt - record.startedAt) / 1000).toFixed(1);
  return `${record.result}, ${writes} writes, ${requests.length} requests, ${seconds} s`;
}

function reasonOf(job: JobRecord): string {
  const error = job.annotations.find((annotation) => annotation.level === 'error');
  const text = job.reason ?? error?.message;
  return text === undefined ? '' : `: ${text.split('\n')[0]}`;
}
