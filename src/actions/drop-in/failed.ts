/** A revision, job or execution that failed, with the last lines that it wrote. */
import type { Google } from '../../google/google.ts';
import { lastEntries, textOf } from '../../google/logging.ts';
import { Failure } from '../../lib/failure.ts';

const shownLines = 20;
const longestLine = 500;

export interface Failed {
  readonly code: string;
  /** A sentence with Google's message in it. */
  readonly message: string;
  readonly next: string;
  readonly project: string;
  /** Of Cloud Logging: which entries belong to it. */
  readonly filter: string;
  readonly cause?: unknown;
}

/** The failure with its log lines; that they cannot be read must not hide what failed. */
export async function failureWithLog(google: Google, failed: Failed): Promise<Failure> {
  const { code, message, next, project, filter, cause } = failed;
  const lines = await lastEntries(google, project, filter, shownLines).then(
    (entries) => entries.map((entry) => printable(textOf(entry))),
    (error: unknown) => {
      google.signal?.throwIfAborted();
      return [`(its log cannot be read: ${error instanceof Error ? error.message : String(error)})`];
    },
  );
  return new Failure(code, message, { next, cause, details: lines });
}

/** What a container writes must not act on the terminal or on the runner. */
function printable(line: string): string {
  return [...line.replaceAll(/\s+/g, ' ')]
    .filter((letter) => letter >= ' ' && letter !== '\u007f')
    .join('')
    .slice(0, longestLine);
}

export function revisionFilter(at: { region: string; name: string }, revision: string): string {
  return [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name="${at.name}"`,
    `resource.labels.revision_name="${revision}"`,
    `resource.labels.location="${at.region}"`,
  ].join(' AND ');
}

export function executionFilter(at: { region: string; name: string }, execution: string): string {
  return [
    'resource.type="cloud_run_job"',
    `resource.labels.job_name="${at.name}"`,
    `labels."run.googleapis.com/execution_name"="${execution}"`,
    `resource.labels.location="${at.region}"`,
  ].join(' AND ');
}
