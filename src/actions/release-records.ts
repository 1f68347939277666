import { type Check, listChecks } from '../github/rest/checks.ts';
import type { GitHub } from '../github/rest/connection.ts';
import {
  type DeploymentRecord,
  type DeploymentStatus,
  listDeploymentStatuses,
  listDeployments,
} from '../github/rest/deployments.ts';
import { type ReleaseManifest, readManifest } from '../promote/manifest.ts';
import type { RecordedRelease } from '../promote/refusals.ts';

/** The task of deployment records that say what an environment came to run. */
export const releaseTask = 'deploy';

/**
 * The records of an environment, newest first, down to the newest one that succeeded. Those without a manifest are not
 * of this suite: GitHub makes some by itself for jobs that name the environment.
 */
export async function readRecords(github: GitHub, environment: string): Promise<readonly RecordedRelease[]> {
  const found: RecordedRelease[] = [];
  for (const record of await listDeployments(github, { environment, task: releaseTask })) {
    const manifest = readManifest(record.payload);
    if (!manifest) continue;
    const statuses = await listDeploymentStatuses(github, record.id);
    found.push(recordOf(record, manifest, statuses));
    if (found.at(-1)?.state === 'success') break;
  }
  return found;
}

function recordOf(
  { sha, createdAt }: DeploymentRecord,
  manifest: ReleaseManifest,
  statuses: readonly DeploymentStatus[],
): RecordedRelease {
  return { state: stateOf(statuses.map(({ state }) => state)), sha, createdAt, manifest };
}

/** GitHub makes the record of an earlier success inactive when a later one succeeds: it succeeded all the same. */
function stateOf(states: readonly string[]): RecordedRelease['state'] {
  const last = states.find((state) => state !== 'inactive');
  if (last === 'success') return 'success';
  return last === 'failure' || last === 'error' ? 'failed' : 'unfinished';
}

/**
 * The checks of a commit without those of this very workflow: a promotion that failed must not forbid the next one.
 * Jobs of a called workflow are named `JOB OF THE CALLER / JOB`.
 */
export async function foreignChecks(
  github: GitHub,
  sha: string,
  job: string | undefined,
): Promise<readonly Check[]> {
  const checks = await listChecks(github, sha);
  const own = checks.find(({ name, state }) => state === 'running' && name.split(' / ').at(-1) === job);
  const caller = own?.name.split(' / ').slice(0, -1).join(' / ');
  return checks.filter(({ name }) => name !== own?.name && !(caller && name.startsWith(`${caller} / `)));
}
