import { claimName } from '../config/preview-names.ts';
import { isConflict, isNotFound } from '../google/error.ts';
import { createSecret, getSecret, setSecretLabels } from '../google/secretmanager.ts';
import { removalLabel, removalSeconds } from '../resources/claim.ts';
import type { Preview } from './previews.ts';
import type { Site } from './site.ts';
import { type PullRequestState, verdictOn } from './verdict.ts';

/**
 * Says in the claim of a preview that it is being removed, before anything of it is: a push that comes at the same moment
 * waits for the end, where it would otherwise build on what is about to go. The claim is written only as it was read, so
 * that either the removal or the push comes first. `false` when it has no reason to go any more, or others are at it.
 */
export async function reserve(
  site: Site,
  preview: Preview,
  pullRequest: PullRequestState | undefined,
  now: number,
): Promise<boolean> {
  // Without it there are no claims, and nobody is admitted.
  if (!site.enabled.has('secretmanager.googleapis.com')) return true;
  try {
    return preview.hasClaim
      ? await markRemoved(site, preview, pullRequest, now)
      : await claimRemoved(site, preview, now);
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return false;
    throw error;
  }
}

/** By a claim as it stands now: it may have been renewed since the listing. */
async function markRemoved(
  { context: { google, deployment } }: Site,
  preview: Preview,
  pullRequest: PullRequestState | undefined,
  now: number,
): Promise<boolean> {
  const name = claimName(deployment.name, preview.pullRequest);
  const { labels, etag } = await getSecret(google, deployment.project, name);
  const { expiresAt: _, ...rest } = preview;
  const stated = Number(labels?.['expires-at'] ?? Number.NaN);
  const renewed = Number.isFinite(stated) ? { ...rest, expiresAt: stated } : rest;
  if (!verdictOn(renewed, pullRequest, now).goes) return false;
  const marked = { ...(labels as Readonly<Record<string, string>>), [removalLabel]: until(now) };
  await setSecretLabels(google, deployment.project, name, marked, etag ?? undefined);
  return true;
}

/** Leftovers without a claim get one that has expired, so that they can be spoken for and a lost run can be repeated. */
async function claimRemoved(
  { context: { google, deployment } }: Site,
  { pullRequest, environment }: Preview,
  now: number,
): Promise<boolean> {
  await createSecret(google, deployment.project, claimName(deployment.name, pullRequest), {
    ...deployment.labels,
    environment,
    'pull-request': String(pullRequest),
    'expires-at': String(Math.floor(now / 1000)),
    [removalLabel]: until(now),
  });
  return true;
}

function until(now: number): string {
  return String(Math.ceil(now / 1000) + removalSeconds);
}
