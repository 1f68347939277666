import type { Finding } from '../config/finding.ts';
import { cloudWrites } from './cloud-writes.ts';
import type { Rehearsed, RunWithRequests } from './files.ts';
import type { JobRecord } from './run.ts';
import type { Screen } from './screen.ts';
import { textTable, textTimeline } from './text-table.ts';
import { shortDigest, workloadsOf } from './workloads.ts';

const widestBars = 48;

/** `file:line:column code message`, and the fix below it. */
export function printFindings(screen: Pick<Screen, 'print'>, findings: readonly Finding[]): void {
  for (const { file, place, severity, code, message, fix } of findings) {
    screen.print(`${file}:${place.line}:${place.column}  ${severity}  ${code}  ${message}`);
    screen.print(`    fix: ${fix}`);
  }
}

/** Prints the result of a rehearsal. Returns whether it is a good one. */
export function printOutcome(screen: Screen, rehearsed: Pick<Rehearsed, 'first' | 'second'>): boolean {
  const { first, second } = rehearsed;
  printWorkloads(screen, first);
  printTimeline(screen, first);
  screen.print();
  screen.print(`First run:   ${runInWords(first)}`);
  if (second !== undefined) screen.print(`Second run:  ${runInWords(second)}`);
  const runs = second === undefined ? [first] : [first, second];
  for (const { record } of runs) {
    const failed = record.jobs.filter((job) => job.result === 'failure');
    for (const job of failed) screen.print(`FAILED: ${job.identity.name}${reasonOf(job)}`);
  }
  const repeated = second === undefined ? [] : cloudWrites(second.requests);
  if (repeated.length > 0) {
    screen.print('FAILED: the second run changed what the first one had made:');
    for (const { method, path, id } of repeated.slice(0, 20)) {
      screen.print(`    ${method} ${path}  (${id})`);
    }
    if (repeated.length > 20) screen.print(`    and ${repeated.length - 20} more`);
  }
  return runs.every(({ record }) => record.result === 'success') && repeated.length === 0;
}

function printWorkloads(screen: Screen, { record }: RunWithRequests): void {
  const workloads = workloadsOf(record);
  if (workloads.length === 0) return;
  screen.print();
  const rows = workloads.map((workload) => [
    workload.name,
    workload.kind,
    workload.revision,
    shortDigest(workload.digest),
    workload.seconds.toFixed(1),
    workload.url,
  ]);
  for (const line of textTable(['workload', 'kind', 'revision', 'digest', 'seconds', 'URL'], rows)) {
    screen.print(line);
  }
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
