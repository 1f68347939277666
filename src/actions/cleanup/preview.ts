import { destroy } from '../../cleanup/destroy.ts';
import { listPreviewThings } from '../../cleanup/previews.ts';
import { previewEnvironment } from '../../config/preview-names.ts';
import type { Host } from '../../github/host.ts';
import type { Outputs } from '../../github/run-action.ts';
import type { CleanupInputs } from '../cleanup.ts';
import { deleteRecords, openPreviewProject, recordsOf } from './project.ts';
import { outcomeMarkdown, outputsOf, planMarkdown, requireGone, sayPlan, stepsOf } from './report.ts';

/** Removes everything of one preview, and nothing else: neither what it shares with its base nor another preview. */
export async function cleanUpPreview(
  inputs: CleanupInputs,
  pullRequest: number,
  host: Host,
): Promise<Outputs> {
  const environment = previewEnvironment(pullRequest);
  const { session, site, owner, github } = await openPreviewProject(inputs, pullRequest, host);
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
  await deleteRecords(github, await recordsOf(github, environment));
  return outputsOf(destroyed);
}
