/**
 * Who gets a service's requests, as lists of targets: pure. Traffic goes to revisions by name, never to "the latest",
 * since what is latest changes with every deployment; tags of others stay where they are.
 * https://cloud.google.com/run/docs/reference/rest/v2/TrafficTarget
 */
import type { FieldChange } from '../engine/change.ts';
import type { RunService } from '../google/run.ts';
import { Failure } from '../lib/failure.ts';

export interface Target {
  /** Short name of the revision; absent for a tag that follows the latest one. */
  readonly revision?: string;
  /** Whole percents, 0 to 100. */
  readonly percent: number;
  readonly tag?: string;
}

/** The tag that this suite puts on a revision that is not tried yet; it is taken off with the traffic. */
export const candidateTag = 'next';

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** What a new service gets: the API takes nothing else for it. */
export function firstTraffic(tag: string | undefined): NonNullable<RunService['traffic']> {
  return [{ type: latest, percent: 100, ...(tag ? { tag } : {}) }];
}

/** The targets with names in place of "latest". A share of a service without any ready revision is left out. */
export function resolvedTraffic(have: RunService): readonly Target[] {
  const ready = have.latestReadyRevision?.split('/').at(-1);
  return (have.traffic ?? []).flatMap((target, index): Target[] => {
    const status = have.trafficStatuses?.[index];
    const follows = !target.revision;
    const name = target.revision?.split('/').at(-1) ?? status?.revision?.split('/').at(-1) ?? ready;
    const tag = target.tag ? { tag: target.tag } : {};
    const percent = target.percent ?? 0;
    if (follows && percent === 0) return target.tag ? [{ percent, ...tag }] : [];
    return name ? [{ revision: name, percent, ...tag }] : [];
  });
}

/** As the API takes them. */
export function asTraffic(targets: readonly Target[]): NonNullable<RunService['traffic']> {
  return targets.map(({ revision, percent, tag }) => ({
    type: revision ? byRevision : latest,
    ...(revision ? { revision } : {}),
    ...(percent > 0 ? { percent } : {}),
    ...(tag ? { tag } : {}),
  }));
}

/** The revision with the largest share, and nothing when none has one. */
export function servingRevision(targets: readonly Target[]): string | undefined {
  const shares = [...sharesOf(targets)].sort(([, a], [, b]) => b - a);
  return shares[0]?.[0];
}

/** Percent by revision, for those that have some. */
export function sharesOf(targets: readonly Target[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { revision, percent } of targets)
    if (revision && percent > 0) shares.set(revision, (shares.get(revision) ?? 0) + percent);
  return shares;
}

export function tagged(targets: readonly Target[], tag: string): string | undefined {
  return targets.find((target) => target.tag === tag)?.revision;
}

/** With the tag on that revision and on no other. */
export function withTag(targets: readonly Target[], tag: string, revision: string): readonly Target[] {
  return [...withoutTag(targets, tag), { revision, percent: 0, tag }];
}

/** Without the tag; the share of a target that had it stays. */
export function withoutTag(targets: readonly Target[], tag: string): readonly Target[] {
  return targets.flatMap((target) => {
    if (target.tag !== tag) return [target];
    const { tag: _tag, ...rest } = target;
    return rest.percent > 0 ? [rest] : [];
  });
}

/** Without these tags on that revision; one that was elsewhere `before` goes back there. */
export function withdrawn(
  targets: readonly Target[],
  tags: readonly string[],
  revision: string,
  before: readonly Target[],
): readonly Target[] {
  return tags.reduce((left, tag) => {
    if (tagged(left, tag) !== revision) return left;
    const former = before.filter((target) => target.tag === tag).map((target) => ({ ...target, percent: 0 }));
    return [...withoutTag(left, tag), ...former];
  }, targets);
}

/** With these shares, which come to 100, in place of those that there are. */
export function withShares(
  targets: readonly Target[],
  shares: ReadonlyMap<string, number>,
): readonly Target[] {
  const tags = targets.filter(({ tag }) => tag).map((target) => ({ ...target, percent: 0 }));
  return [
    ...[...shares].filter(([, percent]) => percent > 0).map(([revision, percent]) => ({ revision, percent })),
    ...tags,
  ];
}

/**
 * Shares asked for by a person: what they leave of 100 stays with the others, in the proportion that these have now.
 * So does `gcloud run services update-traffic --to-revisions`. Throws TRAFFIC_INVALID.
 */
export function assignedShares(
  now: ReadonlyMap<string, number>,
  asked: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const given = [...asked.values()].reduce((sum, percent) => sum + percent, 0);
  if (given > 100) throw invalid(`the percentages come to ${given}, more than 100`);
  const others = [...now].filter(([revision]) => !asked.has(revision));
  const whole = others.reduce((sum, [, percent]) => sum + percent, 0);
  const left = 100 - given;
  if (left > 0 && whole === 0)
    throw invalid(`the percentages come to ${given}, and no other revision serves that could take the rest`);
  return new Map([...asked, ...proportional(others, whole, left)]);
}

/** Whole numbers in that proportion that come to `total`: the largest remainders are rounded up. */
function proportional(
  shares: readonly (readonly [string, number])[],
  whole: number,
  total: number,
): readonly (readonly [string, number])[] {
  if (total === 0) return [];
  const exact = shares.map(([name, share]) => ({ name, share: (share * total) / whole }));
  const missing = total - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const up = new Set(
    [...exact]
      .sort((a, b) => (b.share % 1) - (a.share % 1))
      .slice(0, missing)
      .map(({ name }) => name),
  );
  return exact.map(({ name, share }) => [name, Math.floor(share) + (up.has(name) ? 1 : 0)]);
}

/**
 * `A=10,B=90`, with a percent sign or without: revisions or tags with their shares. `LATEST` is the revision of this
 * deployment. Throws TRAFFIC_INVALID, naming the input.
 */
export function parseShares(input: string, text: string): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const part of text.split(/[,\n]/).map((each) => each.trim())) {
    if (part === '') continue;
    const [, name = '', number = ''] = /^([A-Za-z][-A-Za-z0-9]*)\s*=\s*(\d{1,3})%?$/.exec(part) ?? [];
    if (name === '' || Number(number) > 100) {
      throw invalid(`${input}: "${part}" is not NAME=PERCENT with a whole percentage from 0 to 100`);
    }
    if (shares.has(name)) throw invalid(`${input}: "${name}" stands there twice`);
    shares.set(name, Number(number));
  }
  return shares;
}

/** Whether requests go the same ways and every tag is on the same revision. */
export function sameTraffic(a: readonly Target[], b: readonly Target[]): boolean {
  return trafficLine(a) === trafficLine(b);
}

/** For a plan: the traffic in words when it differs. */
export function trafficChange(have: readonly Target[], want: readonly Target[]): readonly FieldChange[] {
  if (sameTraffic(have, want)) return [];
  return [{ field: 'traffic', before: trafficLine(have), after: trafficLine(want) }];
}

/** `web-1 90 %, web-2 10 %, tag next on web-2`. */
export function trafficLine(targets: readonly Target[]): string {
  const shares = [...sharesOf(targets)].map(([revision, percent]) => `${revision} ${percent} %`);
  const tags = targets.flatMap(({ tag, revision }) =>
    tag ? [`tag ${tag} on ${revision ?? 'the latest'}`] : [],
  );
  return [...shares.sort(), ...tags.sort()].join(', ');
}

function invalid(problem: string): Failure {
  return new Failure('TRAFFIC_INVALID', `The traffic cannot be set: ${problem}.`, {
    next: 'Give NAME=PERCENT pairs with commas between them, for example web-4f2a9c1-1=90,LATEST=10.',
  });
}
