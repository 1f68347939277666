import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { JournalEntry, StateSnapshot } from '../emulator/emulator.ts';
import type { Application } from './application.ts';
import { renderReport } from './report/page.ts';
import type { JobRecord, RunRecord } from './run.ts';
import type { Workflow } from './workflow/model.ts';

export interface RunWithRequests {
  readonly record: RunRecord;
  /** What reached the emulator during the run. */
  readonly requests: readonly JournalEntry[];
}

/** All that a rehearsal has found out. */
export interface Rehearsed {
  readonly application: Application;
  readonly deployment: Deployment;
  readonly workflow: Workflow;
  readonly eventName: string;
  readonly first: RunWithRequests;
  /** Absent when it was not asked for, or the first run failed. */
  readonly second?: RunWithRequests;
}

/** Writes everything but the journal, which the emulator writes itself. */
export async function writeFiles(folder: string, rehearsed: Rehearsed, state: StateSnapshot): Promise<void> {
  await writeFile(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`);
  await writeFile(join(folder, 'summary.md'), summaryOf(rehearsed));
  await writeFile(join(folder, 'report.html'), renderReport(rehearsed));
  await writeLogs(join(folder, 'logs'), rehearsed);
}

/** The step summaries of both runs, under the names of their jobs. */
function summaryOf({ first, second }: Rehearsed): string {
  const parts = [first, second].flatMap((run, index) => {
    if (run === undefined) return [];
    const jobs = inOrder(run.record.jobs).filter((job) => job.summaries.length > 0);
    const texts = jobs.map((job) => `## ${job.identity.name}\n\n${summaryOfJob(job)}`);
    return [`# Run ${index + 1}: ${run.record.result}`, ...texts];
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

async function writeLogs(folder: string, { first, second }: Rehearsed): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, run] of [first, second].entries()) {
    for (const job of run?.record.jobs ?? []) {
      if (job.lines.length === 0) continue;
      const name = `${index + 1}-${job.identity.name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
      await writeFile(join(folder, `${name.replace(/-+$/, '')}.log`), `${job.lines.join('\n')}\n`);
    }
  }
}
