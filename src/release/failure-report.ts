/** A revision's failure with all that helps a person: the likely cause, its line in deploy.yaml, the last log lines. */
import type { Service } from '../config/deployment.ts';
import type { Place } from '../config/finding.ts';
import { placeOf } from '../config/place-of.ts';
import { lastEntries, textOf } from '../google/logging.ts';
import type { Context } from '../resources/context.ts';
import type { RevisionFailed } from '../resources/revision-failed.ts';
import { type Explanation, explain } from './explain.ts';

export interface FailureReport {
  readonly failure: RevisionFailed;
  /** Oldest first; empty when the log cannot be read or holds nothing. */
  readonly lines: readonly string[];
  /** Why there are no lines, when that is not for want of any. */
  readonly unread: string | undefined;
  readonly explanation: Explanation | undefined;
  readonly place: Place;
}

const shownLines = 20;
/** Log entries take some seconds from the container to where they can be read, in milliseconds. */
const laterLooks = [0, 2_000, 4_000];

/** `text` is the deployment file as it was read. */
export async function reportFailure(
  context: Context,
  service: Service,
  failure: RevisionFailed,
  text: string,
): Promise<FailureReport> {
  const { deployment } = context;
  const { lines, unread } = await logLines(context, failure).then(
    (found) => ({ lines: found, unread: undefined }),
    (error: unknown) => {
      context.google.signal?.throwIfAborted();
      return { lines: [], unread: error instanceof Error ? error.message : String(error) };
    },
  );
  const { kind, reason, stage } = failure;
  const explanation = explain({ service, kind, reason, lines, stage });
  const own = kind === 'services' ? service.app?.place : service.worker?.place;
  const found = explanation && placeOf(text, deployment.environment, explanation.paths);
  return { failure, lines, unread, explanation, place: found ?? own ?? service.place };
}

async function logLines(
  { google, deployment }: Context,
  failure: RevisionFailed,
): Promise<readonly string[]> {
  const [type, label] =
    failure.kind === 'services'
      ? ['cloud_run_revision', 'service_name']
      : ['cloud_run_worker_pool', 'worker_pool_name'];
  const filter = [
    `resource.type="${type}"`,
    `resource.labels.${label}="${failure.workload}"`,
    `resource.labels.revision_name="${failure.revision}"`,
    `resource.labels.location="${deployment.region}"`,
    // What the front end notes of each request holds no words of the container's.
    `logName!="projects/${deployment.project}/logs/run.googleapis.com%2Frequests"`,
  ].join(' AND ');
  for (const pause of laterLooks) {
    await google.clock.sleep(pause, google.signal);
    const entries = await lastEntries(google, deployment.project, filter, shownLines);
    const lines = entries.map((entry) => printable(textOf(entry)));
    if (lines.length > 0) return lines;
  }
  return [];
}

const longestLine = 500;

/** What a container writes must not act on the terminal or on the runner. */
function printable(line: string): string {
  return [...line.replaceAll(/\s+/g, ' ')]
    .filter((letter) => letter >= ' ' && letter !== '\u007f')
    .join('')
    .slice(0, longestLine);
}
