/**
 * The reaper: compares what there is of previews with the pull requests that are open, and removes what has no reason
 * to be there. It finds by inventory and not by memory, so that what a lost run left behind is found as well.
 */
import { removalLabel } from '../resources/claim.ts';
import { type Destroyed, type DestroyOptions, destroy } from './destroy.ts';
import { listPreviewThings, type Owner, type Preview, previewsIn } from './previews.ts';
import { reserve } from './reserve.ts';
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

export interface Reaped extends Destroyed {
  /** Environments that had to go and stay after all: something was pushed meanwhile, or others are removing them. */
  readonly spared: ReadonlySet<string>;
}

/** Removes the previews that have to go, each spoken for beforehand: a push meanwhile saves it, or waits for the end. */
export async function reap(
  site: Site,
  owner: Owner,
  judged: readonly Judged[],
  options: Omit<DestroyOptions, 'because'>,
): Promise<Reaped> {
  const going = judged.filter(({ verdict }) => verdict.goes);
  const spared = new Set<string>();
  await Promise.all(
    going.map(async ({ preview, pullRequest }) => {
      const isOurs = await reserve(site, preview, pullRequest, options.clock.now());
      if (!isOurs) spared.add(preview.environment);
    }),
  );
  const requests = new Map(going.map((one) => [one.preview.environment, one]));
  if (spared.size === requests.size) return { outcomes: [], left: [], spared };
  const list = async () => {
    const there = previewsIn(await listPreviewThings(site, owner)).filter(({ environment }) =>
      requests.has(environment),
    );
    for (const preview of there) if (isAdmittedAnew(preview)) spared.add(preview.environment);
    return there.filter(({ environment }) => !spared.has(environment)).flatMap(({ things }) => things);
  };
  const why = ({ mark }: { mark: { environment: string } }): string =>
    requests.get(mark.environment)?.verdict.why ?? '';
  return { ...(await destroy(list, { ...options, because: why })), spared };
}

/** Once the removal has taken longer than it may, a push takes the preview over. */
function isAdmittedAnew({ things }: Preview): boolean {
  const claim = things.find(({ kind }) => kind === 'claim');
  return claim !== undefined && claim.labels[removalLabel] === undefined;
}
