/** What `gcloud run services update-traffic` makes of the traffic of a service; pure. */
import type { RunService } from '../../google/run.ts';
import { Failure } from '../../lib/failure.ts';

export type Target = NonNullable<RunService['traffic']>[number];

export type TrafficOrder =
  | { readonly kind: 'to revisions' | 'to tags'; readonly percentages: ReadonlyMap<string, number> }
  /** Revision by tag; `LATEST` for the newest. */
  | { readonly kind: 'set tags' | 'update tags'; readonly tags: ReadonlyMap<string, string> }
  | { readonly kind: 'remove tags'; readonly names: readonly string[] };

const latest = 'LATEST';
const toLatest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const toRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** The traffic after these orders. Throws TRAFFIC_INVALID when an order names a tag that is not there. */
export function withOrders(targets: readonly Target[], orders: readonly TrafficOrder[]): readonly Target[] {
  return orders.reduce(withOrder, separated(targets));
}

function withOrder(targets: readonly Target[], order: TrafficOrder): readonly Target[] {
  switch (order.kind) {
    case 'to revisions':
      return withPercentages(targets, order.percentages);
    case 'to tags':
      return withPercentages(targets, revisionsOf(targets, order.percentages));
    case 'set tags':
      return [...targets.filter(({ tag }) => !tag), ...tagged(order.tags)];
    case 'update tags':
      return [...targets.filter(({ tag }) => !tag || !order.tags.has(tag)), ...tagged(order.tags)];
    case 'remove tags':
      return targets.filter(({ tag }) => !tag || !order.names.includes(tag));
  }
}

/** As gcloud keeps them: what carries percentages and what carries tags, each for itself. */
function separated(targets: readonly Target[]): readonly Target[] {
  const all = targets.length > 0 ? targets : [target(latest, 100)];
  const percent = new Map<string, number>();
  for (const one of all) {
    if (one.percent) percent.set(keyOf(one), (percent.get(keyOf(one)) ?? 0) + one.percent);
  }
  const tags = all.filter(({ tag }) => tag).map((one) => ({ ...target(keyOf(one)), tag: one.tag }));
  return [...[...percent].map(([key, share]) => target(key, share)), ...tags];
}

/** Revisions that are not named share what is left, in proportion to what they have now. */
function withPercentages(targets: readonly Target[], wanted: ReadonlyMap<string, number>): readonly Target[] {
  const left = 100 - [...wanted.values()].reduce((sum, one) => sum + one, 0);
  const others = targets.filter((one) => !one.tag && one.percent && !wanted.has(keyOf(one)));
  if (left > 0 && others.length === 0) {
    throw new Failure(
      'TRAFFIC_INVALID',
      `The percentages add up to ${100 - left}, and no other revision has traffic.`,
      {
        next: 'Give percentages that add up to 100.',
      },
    );
  }
  return [
    ...[...wanted].filter(([, share]) => share > 0).map(([key, share]) => target(key, share)),
    ...(left > 0 ? shares(others, left) : []),
    ...targets.filter(({ tag }) => tag),
  ];
}

/** `left` percent in whole numbers: what rounding leaves over goes to those that lost most by it. */
function shares(others: readonly Target[], left: number): readonly Target[] {
  const total = others.reduce((sum, { percent }) => sum + (percent ?? 0), 0);
  const exact = others.map((one) => ({ key: keyOf(one), share: ((one.percent ?? 0) * left) / total }));
  const rounded = exact.map(({ key, share }) => ({ key, share: Math.floor(share), lost: share % 1 }));
  let over = left - rounded.reduce((sum, { share }) => sum + share, 0);
  for (const one of [...rounded].sort((a, b) => b.lost - a.lost)) if (over-- > 0) one.share++;
  return rounded.filter(({ share }) => share > 0).map(({ key, share }) => target(key, share));
}

function revisionsOf(
  targets: readonly Target[],
  wanted: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [tag, share] of wanted) {
    const target = targets.find((one) => one.tag === tag);
    if (!target) {
      const known = targets.flatMap((one) => one.tag ?? []);
      throw new Failure('TRAFFIC_INVALID', `No revision has the tag ${tag}.`, {
        next: known.length > 0 ? `There are: ${known.join(', ')}.` : 'The service has no tags.',
      });
    }
    found.set(keyOf(target), (found.get(keyOf(target)) ?? 0) + share);
  }
  return found;
}

function tagged(tags: ReadonlyMap<string, string>): readonly Target[] {
  return [...tags].map(([tag, key]) => ({ ...target(key), tag }));
}

/** No traffic to what comes: what LATEST has now goes to the revision that is the latest now, by name. */
export function pinned(targets: readonly Target[], ready: string): readonly Target[] {
  const all = targets.length > 0 ? targets : [target(latest, 100)];
  const named = all.map((one) =>
    keyOf(one) === latest && one.percent ? { ...target(ready, one.percent) } : one,
  );
  const tags = all.filter((one) => keyOf(one) === latest && one.percent && one.tag);
  return separated([...named, ...tags.map(({ tag }) => ({ ...target(latest), tag }))]);
}

/** The tag on that revision, and on no other. */
export function withTag(targets: readonly Target[], tag: string, revision: string): readonly Target[] {
  return withOrder(separated(targets), { kind: 'update tags', tags: new Map([[tag, revision]]) });
}

/** Percent of the traffic that the revision gets. */
export function shareOf(targets: readonly Target[], revision: string, isLatest: boolean): number {
  return targets
    .filter((one) => keyOf(one) === revision || (isLatest && keyOf(one) === latest))
    .reduce((sum, { percent }) => sum + (percent ?? 0), 0);
}

function keyOf({ type, revision }: Target): string {
  return type === toLatest || !revision ? latest : (revision.split('/').at(-1) ?? revision);
}

function target(key: string, percent?: number): Target {
  const share = percent ? { percent } : {};
  return key === latest ? { type: toLatest, ...share } : { type: toRevision, revision: key, ...share };
}
