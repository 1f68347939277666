import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { JournalEntry, StateSnapshot } from '../emulator/emulator.ts';
import type { Application } from './application.ts';
import type { Contents } from './contents.ts';
import { renderReport } from './report/page.ts';
import type { JobRecord, RunRecord } from './run.ts';
import type { Workflow } from './workflow/model.ts';

export interface RunWithRequests {
  readonly record: RunRecord;
  /** What reached the emulator during the run. */
  readonly requests: readonly JournalEntry[];
}

/** A run that made what the asked one stands on. */
export interface EarlierRun extends RunWithRequests {
  /** The workflow and the environment, in words. */
  readonly title: string;
}

/** What the pull request of a run says now. */
export interface PullComment {
  readonly pullRequest: number;
  readonly markdown: string;
}

/** All that a rehearsal has found out. */
export interface Rehearsed {
  readonly application: Application;
  readonly deployment: Deployment;
  readonly workflow: Workflow;
  readonly eventName: string;
  readonly before: readonly EarlierRun[];
  /** Absent when a run before it has failed. */
  readonly first?: RunWithRequests;
  /** Absent when it was not asked for, or the first run failed. */
  readonly second?: RunWithRequests;
  /** What there was when the first run began, and in the end. */
  readonly contents: { readonly before: Contents; readonly after: Contents };
  readonly comments: readonly PullComment[];
}

/** Writes everything but the journal, which the emulator writes itself. Returns the names of what is to be looked at. */
export async function writeFiles(
  folder: string,
  rehearsed: Rehearsed,
  state: StateSnapshot,
): Promise<readonly string[]> {
  const { comments } = rehearsed;
  await writeFile(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`);
  await writeFile(join(folder, 'summary.md'), summaryOf(rehearsed));
  await writeFile(join(folder, 'report.html'), renderReport(rehearsed));
  await writeLogs(join(folder, 'logs'), rehearsed);
  const always = ['report.html', 'summary.md', 'journal.jsonl', 'state.json'];
  if (comments.length === 0) return always;
  const text = comments.map(({ markdown }) => markdown.trim()).join('\n\n---\n\n');
  await writeFile(join(folder, 'comment.md'), `${text}\n`);
  return ['comment.md', ...always];
}

/** All runs in their order, each with what it is called. */
export function runsOf({ before, first, second }: Pick<Rehearsed, 'before' | 'first' | 'second'>) {
  return [
    ...before.map((run) => ({ ...run, title: `Before: ${run.title}` })),
    ...(first === undefined ? [] : [{ ...first, title: 'Run 1' }]),
    ...(second === undefined ? [] : [{ ...second, title: 'Run 2' }]),
  ];
}

/** The step summaries of all runs, under the names of their jobs. */
function summaryOf(rehearsed: Rehearsed): string {
  const parts = runsOf(rehearsed).flatMap(({ title, record }) => {
    const jobs = inOrder(record.jobs).filter((job) => job.summaries.length > 0);
    const texts = jobs.map((job) => `## ${job.identity.name}\n\n${summaryOfJob(job)}`);
    return [`# ${title}: ${record.result}`, ...texts];
  });
  return `${parts.join('\n\n')}\n`;
}

/** In the order in which they began: jobs that end early would stand before those that they wait for. */
export function inOrder(jobs: readonly JobRecord[]): readonly JobRecord[] {
  return jobs.toSorted((one, other) => one.identity.number - other.identity.number);
}

function summaryOfJob(job: JobRecord): string {
  return job.summaries.map(({ markdown }) => markdown.trim()).join('\n\n');
}

async function writeLogs(folder: string, rehearsed: Rehearsed): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { record }] of runsOf(rehearsed).entries()) {
    for (const job of record.jobs) {
      if (job.lines.length === 0) continue;
      const name = `${index + 1}-${job.identity.name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
      await writeFile(join(folder, `${name.replace(/-+$/, '')}.log`), `${job.lines.join('\n')}\n`);
    }
  }
}
