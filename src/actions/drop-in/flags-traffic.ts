/** `update_traffic_flags`, beside the input that says where traffic goes. */
import { pairsOf } from './flag-kinds.ts';
import { FlagReader } from './flag-reader.ts';
import { percentages } from './flag-values.ts';
import { FlagProblem, listItems, withoutQuotes } from './flag-words.ts';
import { flagAdvice } from './flags.ts';
import type { TrafficOrder } from './traffic.ts';

type Percentages = Extract<TrafficOrder, { readonly percentages: unknown }>;
type Tags = Exclude<TrafficOrder, Percentages>;

export interface TrafficFlags {
  /** Tags first, since percentages may be those of a tag that has just been set: gcloud's own order. */
  readonly orders: readonly TrafficOrder[];
  readonly problems: readonly string[];
}

/**
 * The flags of `gcloud run services update-traffic`. `traffic` is what revision_traffic or tag_traffic says, `place` where
 * the service was deployed to.
 */
export function readTrafficFlags(
  text: string,
  traffic: Percentages,
  place: { readonly project: string; readonly regions: readonly string[] },
): TrafficFlags {
  const reader = new FlagReader('update_traffic_flags', text, flagAdvice);
  const tags: Tags[] = [];
  let joined = traffic;
  reader.each((name, next) => {
    switch (name) {
      case '--to-revisions':
      case '--to-tags':
        joined = withMore(joined, name, next());
        return true;
      case '--to-latest':
        throw new FlagProblem(
          'does not go together with revision_traffic and tag_traffic; give LATEST=100 to revision_traffic',
        );
      case '--set-tags':
        tags.push({ kind: 'set tags', tags: new Map(pairsOf(next())) });
        return true;
      case '--update-tags':
        tags.push({ kind: 'update tags', tags: new Map(pairsOf(next())) });
        return true;
      case '--remove-tags':
        tags.push({ kind: 'remove tags', names: listItems(next()) });
        return true;
      case '--clear-tags':
        tags.push({ kind: 'set tags', tags: new Map() });
        return true;
      case '--project':
        requireSame(next(), [place.project]);
        return true;
      case '--region':
        requireSame(next(), place.regions);
        return true;
      default:
        return false;
    }
  });
  return { orders: [...inOrder(tags), joined], problems: [...reader.problems, ...contradictions(tags)] };
}

/** What is removed is removed first. */
function inOrder(tags: readonly Tags[]): readonly Tags[] {
  const removes = (order: Tags): boolean => order.kind === 'remove tags';
  return [...tags.filter(removes), ...tags.filter((order) => !removes(order))];
}

function contradictions(tags: readonly Tags[]): readonly string[] {
  const sets = tags.filter(({ kind }) => kind === 'set tags').length;
  return sets > 1 || (sets === 1 && tags.length > 1)
    ? [
        'update_traffic_flags: one of --set-tags, --clear-tags, and --update-tags with --remove-tags can be given',
      ]
    : [];
}

/** gcloud adds to what the input says what the flag of the same name says. */
function withMore(traffic: Percentages, name: '--to-revisions' | '--to-tags', text: string): Percentages {
  const input = traffic.kind === 'to revisions' ? 'revision_traffic' : 'tag_traffic';
  const own = traffic.kind === 'to revisions' ? '--to-revisions' : '--to-tags';
  if (name !== own) throw new FlagProblem(`does not go together with ${input}; give one of them`);
  const more = percentages(withoutQuotes(text));
  const twice = [...more.keys()].find((key) => traffic.percentages.has(key));
  if (twice !== undefined) throw new FlagProblem(`assigns traffic to ${twice}, and so does ${input}`);
  const all = new Map([...traffic.percentages, ...more]);
  return { ...traffic, percentages: percentages([...all].map((pair) => pair.join('=')).join(',')) };
}

/** Traffic of another service than the one that was just deployed is a slip. */
function requireSame(value: string, deployed: readonly string[]): void {
  if (!deployed.includes(withoutQuotes(value)))
    throw new FlagProblem(`must be that of the deployment, ${deployed.join(', ')}`);
}
