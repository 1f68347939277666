/**
 * The reaper: compares what there is of previews with the pull requests that are open, and removes what has no reason
 * to be there. It finds by inventory and not by memory, so that what a lost run left behind is found as well.
 */
import { type Destroyed, type DestroyOptions, destroy } from './destroy.ts';
import { listPreviewThings, type Owner, type Preview, previewsIn } from './previews.ts';
import type { Site } from './site.ts';
import { type PullRequestState, type Verdict, verdictOn } from './verdict.ts';

/** What the reaper asks GitHub. */
export interface PullRequests {
  /** Drafts included. */
  listOpen(): Promise<readonly (PullRequestState & { readonly number: number })[]>;
  /** `undefined` when there is none of that number. */
  get(number: number): Promise<PullRequestState | undefined>;
}

export interface Judged {
  readonly preview: Preview;
  /** `undefined` when GitHub knows none of that number. */
  readonly pullRequest: PullRequestState | undefined;
  readonly verdict: Verdict;
}

/** What is to become of each preview that there is anything of. Reads only. */
export async function judgePreviews(
  site: Site,
  owner: Owner,
  pullRequests: PullRequests,
  now: () => number,
): Promise<readonly Judged[]> {
  const previews = previewsIn(await listPreviewThings(site, owner));
  if (previews.length === 0) return [];
  // Asked after the listing: a preview that was listed belongs to a pull request that was there by then.
  const open = new Map((await pullRequests.listOpen()).map((one) => [one.number, one]));
  return await Promise.all(
    previews.map(async (preview) => {
      // Pages of a list shift while it is read and may hide an open one: it is asked for itself before it loses anything.
      const pullRequest = open.get(preview.pullRequest) ?? (await pullRequests.get(preview.pullRequest));
      return { preview, pullRequest, verdict: verdictOn(preview, pullRequest, now()) };
    }),
  );
}

/** Removes the previews that have to go, each for as long as the verdict on it stays: a push meanwhile saves it. */
export async function reap(
  site: Site,
  owner: Owner,
  judged: readonly Judged[],
  options: Omit<DestroyOptions, 'because'>,
): Promise<Destroyed> {
  const going = judged.filter(({ verdict }) => verdict.goes);
  if (going.length === 0) return { outcomes: [], left: [] };
  const requests = new Map(going.map((one) => [one.preview.environment, one]));
  const list = async () =>
    previewsIn(await listPreviewThings(site, owner))
      .filter((preview) => {
        const one = requests.get(preview.environment);
        return one !== undefined && verdictOn(preview, one.pullRequest, options.clock.now()).goes;
      })
      .flatMap(({ things }) => things);
  const why = ({ mark }: { mark: { environment: string } }): string =>
    requests.get(mark.environment)?.verdict.why ?? '';
  return await destroy(list, { ...options, because: why });
}
