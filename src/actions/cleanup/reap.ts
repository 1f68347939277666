import type { Owner } from '../../cleanup/previews.ts';
import { type Judged, judgePreviews, type PullRequests, reap } from '../../cleanup/reap.ts';
import { pullRequestOf } from '../../config/preview-names.ts';
import type { Host } from '../../github/host.ts';
import type { GitHub } from '../../github/rest/connection.ts';
import { getPullRequest, listOpenPullRequests } from '../../github/rest/pull-requests.ts';
import type { Outputs } from '../../github/run-action.ts';
import { table } from '../../report/markdown.ts';
import type { CleanupInputs } from '../cleanup.ts';
import { deleteRecords, openPreviewProject, recordsOf, tellRemoved } from './project.ts';
import { outcomeMarkdown, outputsOf, planMarkdown, requireGone, sayPlan, stepsOf } from './report.ts';

/** Where previews live is the same for all of them. */
const anyPullRequest = 1;

/** Removes the previews that have no reason to be there any more, and says of each why it goes or stays. */
export async function reapPreviews(inputs: CleanupInputs, host: Host): Promise<Outputs> {
  const project = await openPreviewProject(inputs, anyPullRequest, host);
  const { session, site, owner, github } = project;
  let judged = await judgePreviews(site, owner, pullRequestsOf(github), () => session.clock.now());
  for (const { preview, verdict } of judged)
    host.info(`${preview.environment}: ${verdict.goes ? 'goes' : 'stays'}: ${verdict.why}`);
  if (inputs.dry_run) {
    const going = judged.filter(({ verdict }) => verdict.goes);
    const steps = stepsOf(
      going.flatMap(({ preview }) => preview.things),
      ({ mark }) => going.find(({ preview }) => preview.environment === mark.environment)?.verdict.why ?? '',
    );
    sayPlan(steps, host);
    await host.summarize(headingOf(owner, judged) + planMarkdown(steps));
    return {
      removed: steps.flat().length,
      remaining: '[]',
      previews: verdictsAsJson(judged),
      plan: JSON.stringify(steps),
    };
  }
  // Those of a push that has waited for the end of this come later, and are not to go.
  const records = await recordsOf(github);
  const destroyed = await reap(site, owner, judged, { ...session, signal: host.signal });
  judged = judged.map((one) => (destroyed.spared.has(one.preview.environment) ? spare(one, host) : one));
  await host.summarize(headingOf(owner, judged) + outcomeMarkdown(destroyed, session));
  const left = new Set(destroyed.left.map(({ leftover }) => leftover.mark.environment));
  await deleteRecords(github, await outdatedRecords(github, records, judged, left));
  for (const { preview, pullRequest, verdict } of judged) {
    if (!verdict.goes || pullRequest === undefined || left.has(preview.environment)) continue;
    await tellRemoved(project, preview.pullRequest, { why: verdict.why, open: pullRequest.open });
  }
  requireGone(destroyed, session, host);
  return { ...outputsOf(destroyed), previews: verdictsAsJson(judged) };
}

function spare(judged: Judged, host: Host): Judged {
  const { environment } = judged.preview;
  const why = 'something was pushed meanwhile, or another run removes it';
  host.info(`${environment}: stays after all: ${why}`);
  return { ...judged, verdict: { goes: false, why } };
}

function pullRequestsOf(github: GitHub): PullRequests {
  return {
    listOpen: () => listOpenPullRequests(github),
    get: (number) => getPullRequest(github, number),
  };
}

/** Records of previews that are gone, also of those whose run died between the last resource and the record. */
async function outdatedRecords(
  github: GitHub,
  records: Awaited<ReturnType<typeof recordsOf>>,
  judged: readonly Judged[],
  left: ReadonlySet<string>,
): Promise<readonly { readonly id: number }[]> {
  const stays = new Set(
    judged.filter(({ verdict }) => !verdict.goes).map(({ preview }) => preview.environment),
  );
  const open = new Set(
    records.length === 0 ? [] : (await listOpenPullRequests(github)).map(({ number }) => number),
  );
  const gone = new Set(
    judged.filter(({ verdict }) => verdict.goes).map(({ preview }) => preview.environment),
  );
  return records.filter(({ environment }) => {
    if (stays.has(environment) || left.has(environment)) return false;
    return gone.has(environment) || !open.has(pullRequestOf(environment) ?? 0);
  });
}

function verdictsAsJson(judged: readonly Judged[]): string {
  return JSON.stringify(
    judged.map(({ preview, verdict }) => ({ environment: preview.environment, ...verdict })),
  );
}

function headingOf({ deployment }: Owner, judged: readonly Judged[]): string {
  return `### ${deployment}: previews\n\n${verdicts(judged)}\n\n`;
}

function verdicts(judged: readonly Judged[]): string {
  if (judged.length === 0) return 'There are no previews.';
  return table(
    ['preview', 'verdict', 'why', 'resources'],
    judged.map(({ preview, verdict }) => [
      preview.environment,
      verdict.goes ? 'goes' : 'stays',
      verdict.why,
      String(preview.things.length),
    ]),
  );
}
