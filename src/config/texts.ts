/** Texts of the file that must be known before anything is provisioned, with their references filled in. */
import type { Draft } from './draft.ts';
import { bindStatic } from './references.ts';
import { mapAt, nodeAt, type Path } from './tree.ts';

export function listAt(draft: Draft, path: Path): readonly string[] | undefined {
  const node = nodeAt(draft.tree, path);
  if (node?.kind !== 'list') return undefined;
  return node.items.flatMap((item) =>
    item.kind === 'scalar' ? [bindStatic(item, draft.scope, draft.findings) ?? ''] : [],
  );
}

export function textsAt(draft: Draft, path: Path): Readonly<Record<string, string>> {
  const texts: [string, string][] = [];
  for (const [key, node] of mapAt(draft.tree, path))
    if (node.kind === 'scalar') texts.push([key, bindStatic(node, draft.scope, draft.findings) ?? '']);
  return Object.fromEntries(texts);
}
