import type { Host } from './host.ts';

/** Page of the run in which this happens; nothing outside of GitHub Actions. */
export function runUrl({ environment }: Pick<Host, 'environment'>): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  return GITHUB_RUN_ID && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}

/** The same of this attempt alone: a run that is repeated does its work again, and may come to something else. */
export function attemptUrl(host: Pick<Host, 'environment'>): string | undefined {
  const url = runUrl(host);
  return url && `${url}/attempts/${host.environment.GITHUB_RUN_ATTEMPT ?? '1'}`;
}
