/**
 * Where the traffic of a service goes once its newest revision is as wanted and has passed. Pure.
 * https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration
 */
import type { RunService, WorkloadLocation } from '../google/run.ts';
import { Failure } from '../lib/failure.ts';
import type { Context } from './context.ts';
import {
  assignedShares,
  candidateTag,
  resolvedTraffic,
  sharesOf,
  type Target,
  tagged,
  withoutTag,
  withShares,
  withTag,
} from './traffic.ts';
import { shortName } from './workload.ts';

/** Where the traffic of a service goes once its new revision has passed. */
export type Shift =
  /** All of it to the new revision. */
  | { readonly kind: 'shift' }
  /** None of it: the revision waits under its tag for the release of the whole set. */
  | { readonly kind: 'hold' }
  /** None of it, and no tag is left but the one that was asked for. */
  | { readonly kind: 'none' }
  /** Shares by revision, `LATEST` being the new one; the others keep the rest. */
  | { readonly kind: 'revisions'; readonly shares: ReadonlyMap<string, number> }
  /** Shares by tag. */
  | { readonly kind: 'tags'; readonly shares: ReadonlyMap<string, number> };

/** What was asked for. */
export interface Direction {
  readonly shift: Shift;
  /** Put on the new revision and left there. */
  readonly tag?: string;
}

/** The tag under which the new revision is tried: the user's, or ours where the host name has room for it. */
export function trialTag(context: Context, at: WorkloadLocation, direction: Direction): string | undefined {
  if (direction.tag) return direction.tag;
  // A label of a host name has at most 63 characters. https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags
  const label = `${candidateTag}---${at.name}-${context.projectNumber}`;
  return label.length <= 63 ? candidateTag : undefined;
}

/** What traffic is wanted when the newest revision is as wanted and has passed. Pure. */
export function wantedTraffic(
  context: Context,
  at: WorkloadLocation,
  have: RunService,
  direction: Direction,
): readonly Target[] {
  const newest = shortName(have.latestCreatedRevision);
  const now = resolvedTraffic(have);
  const kept = direction.tag ? withTag(now, direction.tag, newest) : now;
  const bare = direction.tag === candidateTag ? kept : withoutTag(kept, candidateTag);
  const { shift } = direction;
  switch (shift.kind) {
    case 'shift':
      return withShares(bare, new Map([[newest, 100]]));
    case 'hold': {
      const tag = trialTag(context, at, direction);
      if (sharesOf(now).get(newest) === 100 || !tag) return bare;
      return withTag(bare, tag, newest);
    }
    case 'none':
      return bare;
    case 'revisions':
      return withShares(bare, assignedShares(sharesOf(now), namedShares(shift.shares, newest)));
    case 'tags':
      return withShares(bare, assignedShares(sharesOf(now), tagShares(shift.shares, kept)));
  }
}

function namedShares(shares: ReadonlyMap<string, number>, newest: string): ReadonlyMap<string, number> {
  return added([...shares].map(([name, percent]) => [name === 'LATEST' ? newest : name, percent]));
}

function tagShares(
  shares: ReadonlyMap<string, number>,
  targets: readonly Target[],
): ReadonlyMap<string, number> {
  return added(
    [...shares].map(([tag, percent]) => {
      const revision = tagged(targets, tag);
      if (revision) return [revision, percent];
      const tags = targets.flatMap((target) => target.tag ?? []);
      throw new Failure('TRAFFIC_INVALID', `The service has no tag "${tag}".`, {
        next: `It has: ${tags.join(', ') || 'none'}.`,
      });
    }),
  );
}

/** Two tags may be on one revision. */
function added(pairs: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [revision, percent] of pairs) sums.set(revision, (sums.get(revision) ?? 0) + percent);
  return sums;
}
