import type { Deployment, Preview } from '../../config/deployment.ts';
import type { Host } from '../../github/host.ts';
import { runUrl } from '../../github/run-url.ts';
import { Failure } from '../../lib/failure.ts';
import type { PreviewPage } from '../../report/preview-page.ts';

/** The GitHub environment of all previews: one for each could not be deleted by a job. */
export const githubEnvironment = 'preview';

/** Tells the records and the comment of one preview from those of others. */
export function taskOf(pullRequest: number): string {
  return `preview-pr-${pullRequest}`;
}

export function commentMarker({ name }: Deployment): string {
  return `preview ${name}`;
}

/** Throws INPUT_INVALID for an environment that is no preview. */
export function requirePreview(deployment: Deployment): Preview {
  if (deployment.preview) return deployment.preview;
  throw new Failure('INPUT_INVALID', `${deployment.environment} is no preview.`, {
    next: 'Give environment: pr-<number of the pull request>.',
  });
}

/** What every page of a preview says. */
export function pageOf(
  deployment: Deployment,
  preview: Preview,
  sha: string,
  host: Host,
): Omit<PreviewPage, 'state' | 'services'> {
  const run = runUrl(host);
  return {
    name: deployment.name,
    pullRequest: preview.pullRequest,
    commit: sha,
    base: preview.base,
    ...(deployment.database ? { database: deployment.database.name } : {}),
    ...(run ? { run } : {}),
  };
}
