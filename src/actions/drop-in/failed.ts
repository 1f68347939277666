/** A revision, job or execution that failed, with the last lines that it wrote. */
import type { Google } from '../../google/google.ts';
import { lastEntries, textOf } from '../../google/logging.ts';
import { Failure } from '../../lib/failure.ts';

const shownLines = 20;
const longestLine = 500;
/** Log entries take some seconds from the container to where they can be read, in milliseconds. */
const laterLooks = [0, 2_000, 4_000];

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
  const lines = await logLines(google, project, filter).catch((error: unknown) => {
    google.signal?.throwIfAborted();
    return [`(its log cannot be read: ${error instanceof Error ? error.message : String(error)})`];
  });
  return new Failure(code, message, { next, cause, details: lines });
}

async function logLines(google: Google, project: string, filter: string): Promise<readonly string[]> {
  for (const pause of laterLooks) {
    await google.clock.sleep(pause, google.signal);
    const entries = await lastEntries(google, project, filter, shownLines);
    if (entries.length > 0) return entries.map((entry) => printable(textOf(entry)));
  }
  return [];
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

/** The name alone finds the label `run.googleapis.com/execution_name`: a quoted word is looked for in all fields. */
export function executionFilter(
  at: { project: string; region: string; name: string },
  execution: string,
): string {
  return [
    'resource.type="cloud_run_job"',
    `resource.labels.job_name="${at.name}"`,
    `"${execution}"`,
    // Not what Cloud Run itself notes of it, which the failure says already.
    `logName!="projects/${at.project}/logs/run.googleapis.com%2Fvarlog%2Fsystem"`,
    `resource.labels.location="${at.region}"`,
  ].join(' AND ');
}
