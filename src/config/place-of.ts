import type { Place } from './finding.ts';
import { FindingList } from './finding-list.ts';
import { parseSource } from './source.ts';
import { nodeAt, type Path } from './tree.ts';

/**
 * Where a deploy.yaml says something: at the first of these paths that is written in it, the environment's own word
 * before the common one. For messages about what was found wrong only in the cloud.
 */
export function placeOf(text: string, environment: string, paths: readonly Path[]): Place | undefined {
  const root = parseSource(text, new FindingList(''));
  if (root === undefined) return undefined;
  for (const path of paths) {
    const node = nodeAt(root, ['environments', environment, ...path]) ?? nodeAt(root, path);
    if (node !== undefined) return node.keyPlace;
  }
  return undefined;
}
