import type { GitHub } from './connection.ts';

/** One check of a commit: a run of a job or app, or a status that a service has set. */
export interface Check {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'running';
  /** ISO 8601: when it ended, or else began; empty when GitHub does not say. */
  readonly at: string;
}

/**
 * What GitHub knows of a commit's checks: the newest of each name. Needs `checks: read` and `statuses: read`.
 * https://docs.github.com/rest/checks/runs https://docs.github.com/rest/commits/statuses
 */
export async function listChecks(github: GitHub, sha: string): Promise<readonly Check[]> {
  const [runs, statuses] = await Promise.all([checkRuns(github, sha), commitStatuses(github, sha)]);
  return [...runs, ...statuses];
}

async function checkRuns({ octokit, repository }: GitHub, sha: string): Promise<readonly Check[]> {
  const found = await octokit.paginate(octokit.rest.checks.listForRef, {
    ...repository,
    ref: sha,
    filter: 'latest',
    per_page: 100,
  });
  return found.map(({ name, status, conclusion, completed_at, started_at }) => ({
    name,
    state: status !== 'completed' ? 'running' : passed(conclusion) ? 'passed' : 'failed',
    at: completed_at ?? started_at ?? '',
  }));
}

function passed(conclusion: string | null): boolean {
  return conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped';
}

async function commitStatuses({ octokit, repository }: GitHub, sha: string): Promise<readonly Check[]> {
  const { data } = await octokit.rest.repos.getCombinedStatusForRef({
    ...repository,
    ref: sha,
    per_page: 100,
  });
  return data.statuses.map(({ context, state, updated_at }) => ({
    name: context,
    state: state === 'pending' ? 'running' : state === 'success' ? 'passed' : 'failed',
    at: updated_at,
  }));
}
