import type { Clock } from '../lib/clock.ts';
import type { Change, Leftover } from './change.ts';
import type { Emit } from './events.ts';
import type { Pool } from './pool.ts';
import type { Resource } from './resource.ts';

/** What is there and what has to change, for every resource of an estate. */
export interface Plan {
  readonly changes: readonly Change[];
  /** What stays though nothing asks for it. */
  readonly left: readonly Leftover[];
  readonly entries: ReadonlyMap<string, { readonly have: unknown; readonly changes: readonly Change[] }>;
}

/** Observes all resources at once and compares. Reads only. */
export async function makePlan(
  resources: readonly Resource[],
  options: { pool: Pool; clock: Clock; emit: Emit },
): Promise<Plan> {
  requireSound(resources);
  const observed = await Promise.all(
    resources.map(async (resource) => ({
      resource,
      have: await options.pool.run(() => resource.observe(false)),
    })),
  );
  options.emit({ kind: 'observed', at: options.clock.now(), resources: resources.length });
  // Only now: what one resource observed may be a fact that another one's wishes rest on.
  const entries = new Map(
    observed.map(({ resource, have }) => [resource.address, { have, changes: resource.diff(have) }] as const),
  );
  const changes = [...entries.values()].flatMap((entry) => entry.changes);
  const left = observed.flatMap(({ resource, have }) => resource.stays?.(have) ?? []);
  options.emit({ kind: 'planned', at: options.clock.now(), changes, left });
  return { changes, left, entries };
}

/** An address used twice or a circle of dependencies is a defect of ours, found before anything is read. */
function requireSound(resources: readonly Resource[]): void {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  if (byAddress.size !== resources.length) {
    const seen = new Set<string>();
    const twice = resources.find(({ address }) => seen.size === seen.add(address).size);
    throw new Error(`the estate names ${twice?.address} twice`);
  }
  const settled = new Set<string>();
  const visit = (address: string, path: readonly string[]): void => {
    if (settled.has(address)) return;
    if (path.includes(address))
      throw new Error(`the estate goes in a circle: ${[...path, address].join(' → ')}`);
    for (const needed of byAddress.get(address)?.dependsOn ?? []) visit(needed, [...path, address]);
    settled.add(address);
  };
  for (const address of byAddress.keys()) visit(address, []);
}
