import type { Outcome } from './events.ts';
import type { Resource } from './resource.ts';

/**
 * The longest chain of dependent work in a run, in milliseconds: no order of things could have been faster, each
 * resource taking as long as it took. Compared with the run's own time it says what the executor lost.
 */
export function criticalPath(resources: readonly Resource[], outcomes: readonly Outcome[]): number {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const took = new Map(outcomes.map(({ address, startedAt, endedAt }) => [address, endedAt - startedAt]));
  const known = new Map<string, number>();
  const until = (address: string): number => {
    const found = known.get(address);
    if (found !== undefined) return found;
    const resource = byAddress.get(address);
    if (!resource) return 0;
    const length = Math.max(0, ...resource.dependsOn.map(until)) + (took.get(address) ?? 0);
    known.set(address, length);
    return length;
  };
  return Math.max(0, ...resources.map(({ address }) => until(address)));
}

/** From the first start to the last end, in milliseconds. */
export function makespan(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return 0;
  const starts = outcomes.map(({ startedAt }) => startedAt);
  const ends = outcomes.map(({ endedAt }) => endedAt);
  return Math.max(...ends) - Math.min(...starts);
}
