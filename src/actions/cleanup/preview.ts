import { destroy } from '../../cleanup/destroy.ts';
import { listPreviewThings } from '../../cleanup/previews.ts';
import { previewEnvironment } from '../../config/preview-names.ts';
import type { Host } from '../../github/host.ts';
import { getPullRequest } from '../../github/rest/pull-requests.ts';
import type { Outputs } from '../../github/run-action.ts';
import type { CleanupInputs } from '../cleanup.ts';
import { deleteRecords, openPreviewProject, type PreviewProject, recordsOf, tellRemoved } from './project.ts';
import { outcomeMarkdown, outputsOf, planMarkdown, requireGone, sayPlan, stepsOf } from './report.ts';

/** Removes everything of one preview, and nothing else: neither what it shares with its base nor another preview. */
export async function cleanUpPreview(
  inputs: CleanupInputs,
  pullRequest: number,
  host: Host,
): Promise<Outputs> {
  const environment = previewEnvironment(pullRequest);
  const project = await openPreviewProject(inputs, pullRequest, host);
  const { session, site, owner, github } = project;
  const list = async () =>
    (await listPreviewThings(site, owner)).filter(({ mark }) => mark.environment === environment);
  const because = () => `the preview of pull request #${pullRequest} is not needed any more`;
  const heading = `### ${owner.deployment}: preview ${environment}\n\n`;
  if (inputs.dry_run) {
    const steps = stepsOf(await list(), because);
    sayPlan(steps, host);
    await host.summarize(heading + planMarkdown(steps));
    return { removed: steps.flat().length, remaining: '[]', plan: JSON.stringify(steps) };
  }
  const destroyed = await destroy(list, { ...session, because, signal: host.signal });
  await host.summarize(heading + outcomeMarkdown(destroyed, session));
  requireGone(destroyed, session, host);
  await deleteRecords(github, await recordsOf(github, pullRequest));
  if (destroyed.outcomes.length > 0) await tellClosed(project, pullRequest);
  return outputsOf(destroyed);
}

/** Somebody may have it removed while the pull request is open. */
async function tellClosed(project: PreviewProject, pullRequest: number): Promise<void> {
  const state = await getPullRequest(project.github, pullRequest);
  if (state === undefined) return;
  const why = state.open ? 'it was asked for' : 'the pull request is closed';
  await tellRemoved(project, pullRequest, { why, open: state.open });
}
