/**
 * Brings a service to a new revision without ever sending traffic to one that has not passed: the revision is made
 * with no traffic and a tag, tried at the tag's address, and only then traffic moves to it, by name. A first revision
 * has to serve at once, since Google takes nothing else. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration
 */
import { GoogleError } from '../google/error.ts';
import { OperationFailed } from '../google/operations.ts';
import {
  getWorkload,
  patchWorkload,
  type RunService,
  type WorkloadLocation,
  waitUntilReconciled,
} from '../google/run.ts';
import { Failure } from '../lib/failure.ts';
import { sentence } from '../lib/sentence.ts';
import { amend } from './amend.ts';
import type { Context } from './context.ts';
import { unlessDeleted } from './deleted-meanwhile.ts';
import { makeRevision, read } from './new-revision.ts';
import { RevisionFailed } from './revision-failed.ts';
import {
  asTraffic,
  candidateTag,
  firstTraffic,
  resolvedTraffic,
  sameTraffic,
  servingRevision,
  sharesOf,
  type Target,
  tagged,
  withdrawn,
  withoutTag,
  withTag,
} from './traffic.ts';
import { type Direction, trialTag, wantedTraffic } from './wanted-traffic.ts';
import { mostConflicts, notReady, shortName } from './workload.ts';

/** A revision that is to be tried. */
export interface Trial {
  readonly revision: string;
  /** Where it answers: its tag's URL, or the service's when it serves alone. */
  readonly url: string;
  /** What an identity token must be for: the service's URL without a tag. */
  readonly audience: string;
}

export interface Rollout extends Direction {
  /** Tries the revision; throws what is wrong with it. Absent when nothing can be tried from here. */
  readonly test?: (trial: Trial) => Promise<void>;
  /** See NewRevision. */
  readonly passes: (error: unknown) => Promise<boolean>;
}

/** What there is to bring about; the service's own words for it are in run-service.ts. */
export interface RolledOut {
  readonly at: WorkloadLocation;
  readonly commit: string;
  readonly rollout: Rollout;
  /** Whether what is there needs a new revision to be as wanted. */
  readonly needsRevision: (have: RunService) => boolean;
  /** The whole service for a revision of that name, without traffic. */
  readonly body: (name: string, have: RunService | undefined) => RunService;
  /** Top-level fields of `body` beside template and traffic that differ. */
  readonly touched: (have: RunService) => readonly string[];
}

/**
 * Throws RevisionFailed when the new revision does not start or does not pass; what served goes on serving. Throws
 * CONCURRENT_CHANGE when somebody else deploys or deletes the service meanwhile.
 */
export async function rollOut(
  context: Context,
  found: RunService | undefined,
  wanted: RolledOut,
): Promise<void> {
  await unlessDeleted(wanted.at, bringToTraffic(context, found, wanted));
}

async function bringToTraffic(
  context: Context,
  found: RunService | undefined,
  wanted: RolledOut,
): Promise<void> {
  const { at, rollout } = wanted;
  const have = await settled(context, at, found);
  const before = have ? withoutTag(resolvedTraffic(have), candidateTag) : [];
  const isNew = !have || wanted.needsRevision(have);
  const staged = isNew
    ? await stage(context, have, before, wanted)
    : await amend(context, at, have, { touched: wanted.touched, body: (now) => wanted.body('', now) });
  if (!isNew && sameTraffic(resolvedTraffic(staged), wantedTraffic(context, at, staged, rollout))) return;
  const tried = await tryOut(context, staged, before, wanted);
  await shift(context, tried, wanted);
}

/** A run that died may have left an operation under way. */
async function settled(
  context: Context,
  at: WorkloadLocation,
  have: RunService | undefined,
): Promise<RunService | undefined> {
  if (!have?.reconciling) return have;
  await waitUntilReconciled(context.google, at);
  return await read<RunService>(context, at);
}

async function stage(
  context: Context,
  have: RunService | undefined,
  before: readonly Target[],
  wanted: RolledOut,
): Promise<RunService> {
  const { at, rollout, commit } = wanted;
  const tag = rollout.test || rollout.shift.kind === 'hold' ? trialTag(context, at, rollout) : rollout.tag;
  try {
    return await makeRevision<RunService>(context, have, {
      at,
      commit,
      passes: rollout.passes,
      serving: servingRevision(before),
      request: (name, now) => {
        const traffic = trafficWith(now, name, tag);
        const body = { ...wanted.body(name, now), traffic };
        return now ? { body, mask: [...wanted.touched(now), 'template', 'traffic'] } : { body };
      },
    });
  } catch (error) {
    if (error instanceof RevisionFailed && servingRevision(before))
      await untag(context, before, wanted, error);
    throw error;
  }
}

/** What has traffic keeps it, under its name: "latest" would move with the new revision. */
function trafficWith(
  now: RunService | undefined,
  name: string,
  tag: string | undefined,
): NonNullable<RunService['traffic']> {
  const targets = now ? withoutTag(resolvedTraffic(now), candidateTag) : [];
  if (!servingRevision(targets)) return firstTraffic(tag);
  return asTraffic(tag ? withTag(targets, tag, name) : targets);
}

async function tryOut(
  context: Context,
  staged: RunService,
  before: readonly Target[],
  wanted: RolledOut,
): Promise<RunService> {
  const { at, rollout } = wanted;
  const { test } = rollout;
  if (!test) return staged;
  const ready = await reachable(context, staged, wanted);
  const revision = shortName(ready.latestCreatedRevision);
  const tag = trialTag(context, at, rollout);
  const url = addressOf(ready, revision, tag);
  // Nothing to try it at: its host name would be too long.
  if (!url && !tag) return ready;
  if (!url) {
    throw new Failure('TRIAL_NOT_POSSIBLE', `Cloud Run gives no address for the tag ${tag} of ${at.name}.`, {
      next: `Traffic was not moved to ${revision}. Run again.`,
    });
  }
  try {
    await test({ revision, url, audience: ready.urls?.[0] ?? ready.uri ?? url });
    return ready;
  } catch (error) {
    context.google.signal?.throwIfAborted();
    const serving = servingRevision(before);
    const other = serving === revision ? undefined : serving;
    const reason = error instanceof Error ? error.message : String(error);
    const failure = new RevisionFailed(
      { kind: at.kind, workload: at.name, revision, reason, serving: other, stage: 'test' },
      error,
    );
    if (other) await untag(context, before, wanted, failure);
    // Whoever deploys meanwhile takes the tag, and deleting the service takes its address: then it was not the revision.
    requireNewest(await getWorkload<RunService>(context.google, at), at, revision);
    throw failure;
  }
}

/** With a tag on the newest revision, if it serves nothing by which it could be reached. */
async function reachable(context: Context, staged: RunService, wanted: RolledOut): Promise<RunService> {
  const { at, rollout } = wanted;
  const revision = shortName(staged.latestCreatedRevision);
  const now = resolvedTraffic(staged);
  const tag = trialTag(context, at, rollout);
  if (!tag || sharesOf(now).get(revision) === 100 || tagged(now, tag) === revision) return staged;
  return await setTraffic(context, at, staged, (have) => withTag(resolvedTraffic(have), tag, revision));
}

function addressOf(have: RunService, revision: string, tag: string | undefined): string | undefined {
  if (sharesOf(resolvedTraffic(have)).get(revision) === 100) return have.urls?.[0] ?? have.uri;
  return have.trafficStatuses?.find((target) => target.tag === tag)?.uri;
}

async function shift(context: Context, tried: RunService, wanted: RolledOut): Promise<void> {
  const { at, rollout } = wanted;
  const revision = shortName(tried.latestCreatedRevision);
  await setTraffic(context, at, tried, (now) => {
    requireNewest(now, at, revision);
    return wantedTraffic(context, at, now, rollout);
  });
}

function requireNewest(now: RunService, at: WorkloadLocation, revision: string): void {
  if (shortName(now.latestCreatedRevision) === revision) return;
  throw new Failure('CONCURRENT_CHANGE', `Somebody else deployed ${at.name} in the meantime.`, {
    next: `Traffic was not moved to ${revision}. Let one deployment of this service run at a time (\`concurrency:\` in the workflow), and run again.`,
  });
}

/** Takes the failed revision's tag off; what others have changed since `before` stays. */
async function untag(
  context: Context,
  before: readonly Target[],
  { at, rollout }: RolledOut,
  failure: RevisionFailed,
): Promise<void> {
  const tags = [candidateTag, ...(rollout.tag ? [rollout.tag] : [])];
  try {
    const have = await read<RunService>(context, at);
    const without = (now: RunService) => withdrawn(resolvedTraffic(now), tags, failure.revision, before);
    if (have) await setTraffic(context, at, have, without);
  } catch (error) {
    context.google.signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const reason = `${sentence(failure.reason)} Its tag could not be taken off: ${sentence(why)}`;
    throw new RevisionFailed({ ...failure, reason }, failure.cause);
  }
}

/** Sets the traffic that `wanted` makes of the service as it is; begins anew when somebody else wrote in between. */
async function setTraffic(
  context: Context,
  at: WorkloadLocation,
  have: RunService,
  wanted: (now: RunService) => readonly Target[],
): Promise<RunService> {
  let now = have;
  for (let conflict = 0; conflict < mostConflicts; conflict++) {
    const targets = wanted(now);
    if (sameTraffic(resolvedTraffic(now), targets)) return now;
    const body: RunService = { etag: now.etag, traffic: asTraffic(targets) };
    try {
      await patchWorkload(context.google, at, body, ['traffic']).catch((error: unknown) => {
        // Google reports the failure of the newest revision again, whatever was asked for: what counts is read below.
        if (!(error instanceof OperationFailed)) throw error;
      });
    } catch (error) {
      if (!(error instanceof GoogleError) || error.http !== 409) throw error;
    }
    await waitUntilReconciled(context.google, at);
    now = (await read<RunService>(context, at)) ?? now;
    if (sameTraffic(resolvedTraffic(now), targets)) return requireRouted(now, at, targets);
  }
  throw new Failure('CONCURRENT_CHANGE', `Somebody else keeps changing the traffic of ${at.name}.`, {
    next: 'Let one deployment of this service run at a time, and run again.',
  });
}

function requireRouted(now: RunService, at: WorkloadLocation, targets: readonly Target[]): RunService {
  const failed = notReady(now);
  const newest = shortName(now.latestCreatedRevision);
  const wanted = sharesOf(targets).has(newest);
  if (!failed || !wanted) return now;
  throw new Failure(
    'TRAFFIC_NOT_SET',
    `The traffic of ${at.name} could not be set: ${failed.message ?? ''}`,
    {
      next: 'Run again; what served before goes on serving.',
    },
  );
}
