import type { Resource } from '../engine/resource.ts';

/** The order of a graph as people read it: each wave needs nothing but the waves before it. */
export function waves(resources: readonly Resource[]): readonly (readonly Resource[])[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const known = new Map<string, number>();
  const depth = (resource: Resource): number => {
    const found = known.get(resource.address);
    if (found !== undefined) return found;
    const needed = resource.dependsOn.flatMap((address) => byAddress.get(address) ?? []);
    const level = Math.max(-1, ...needed.map(depth)) + 1;
    known.set(resource.address, level);
    return level;
  };
  const depths = resources.map(depth);
  return Array.from({ length: Math.max(-1, ...depths) + 1 }, (_, wave) =>
    resources.filter((_resource, index) => depths[index] === wave),
  );
}
