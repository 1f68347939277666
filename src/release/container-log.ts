/** The last that a container wrote, as Cloud Logging has it. */
import type { Google } from '../google/google.ts';
import { lastEntries, textOf } from '../google/logging.ts';
import type { WorkloadLocation } from '../google/run.ts';

const shownLines = 20;
const longestLine = 500;
/** Log entries take some seconds from the container to where they can be read, in milliseconds. */
const laterLooks = [0, 2_000, 4_000];

/** Oldest first; empty when nothing is written that `filter` finds. Throws GoogleError. */
export async function lastLines(google: Google, project: string, filter: string): Promise<readonly string[]> {
  for (const pause of laterLooks) {
    await google.clock.sleep(pause, google.signal);
    const entries = await lastEntries(google, project, filter, shownLines);
    if (entries.length > 0) return entries.map((entry) => printable(textOf(entry)));
  }
  return [];
}

/** https://cloud.google.com/run/docs/logging */
export function revisionFilter(at: WorkloadLocation, revision: string): string {
  const [type, label] =
    at.kind === 'services'
      ? ['cloud_run_revision', 'service_name']
      : ['cloud_run_worker_pool', 'worker_pool_name'];
  return [
    `resource.type="${type}"`,
    `resource.labels.${label}="${at.name}"`,
    `resource.labels.revision_name="${revision}"`,
    `resource.labels.location="${at.region}"`,
    // What the front end notes of each request holds no words of the container's.
    `logName!="projects/${at.project}/logs/run.googleapis.com%2Frequests"`,
  ].join(' AND ');
}

/** The name alone finds the label `run.googleapis.com/execution_name`: a quoted word is looked for in all fields. */
export function executionFilter(at: Omit<WorkloadLocation, 'kind'>, execution: string): string {
  return [
    'resource.type="cloud_run_job"',
    `resource.labels.job_name="${at.name}"`,
    `"${execution}"`,
    // Not what Cloud Run itself notes of it, which the failure says already.
    `logName!="projects/${at.project}/logs/run.googleapis.com%2Fvarlog%2Fsystem"`,
    `resource.labels.location="${at.region}"`,
  ].join(' AND ');
}

/** What a container writes must not act on the terminal or on the runner. */
function printable(line: string): string {
  return line
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, longestLine);
}
