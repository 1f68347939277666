/** A revision's failure with all that helps a person: the likely cause, its line in deploy.yaml, the last log lines. */
import type { Service } from '../config/deployment.ts';
import type { Place } from '../config/finding.ts';
import { placeOf } from '../config/place-of.ts';
import type { Context } from '../resources/context.ts';
import type { RevisionFailed } from '../resources/revision-failed.ts';
import { emailOf } from '../resources/workload.ts';
import { lastLines, revisionFilter } from './container-log.ts';
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

/** `text` is the deployment file as it was read. */
export async function reportFailure(
  context: Context,
  service: Service,
  failure: RevisionFailed,
  text: string,
): Promise<FailureReport> {
  const { deployment } = context;
  const { project, region } = deployment;
  const { kind, workload: name, revision } = failure;
  const log =
    kind === 'jobs'
      ? // Nothing of a job has run that could have written anything.
        Promise.resolve([])
      : lastLines(context.google, project, revisionFilter({ kind, project, region, name }, revision));
  const { lines, unread } = await log.then(
    (found) => ({ lines: found, unread: undefined }),
    (error: unknown) => {
      context.google.signal?.throwIfAborted();
      return { lines: [], unread: error instanceof Error ? error.message : String(error) };
    },
  );
  const { reason, stage } = failure;
  // A worker pool or a job may have the name of the app, a service cannot.
  const isApp = kind === 'services' && name === service.app?.name;
  const part = isApp ? 'app' : 'worker';
  const explanation = explain({
    service,
    part,
    reason,
    lines,
    stage,
    database: databaseUse(context, service),
  });
  const own = service[part]?.place;
  const found =
    explanation && (explanation.place ?? placeOf(text, deployment.environment, explanation.paths));
  return { failure, lines, unread, explanation, place: found ?? own ?? service.place };
}

/** What the right to connect to Cloud SQL follows from. */
function databaseUse({ deployment }: Context, service: Service): Place | undefined {
  const member = `serviceAccount:${emailOf(deployment, service)}`;
  return deployment.grants.find((grant) => grant.role === 'roles/cloudsql.client' && grant.member === member)
    ?.place;
}
