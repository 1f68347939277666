import type { Host } from './host.ts';

/** Page of the run in which this happens; nothing outside of GitHub Actions. */
export function runUrl({ environment }: Pick<Host, 'environment'>): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  return GITHUB_RUN_ID && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
