import type { Where } from './finding-list.ts';
import type { ListNode, MapNode, Node } from './source.ts';

export type Path = readonly (string | number)[];

/** The value at a path, or undefined. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step));
    else if (node?.kind === 'list') node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/** Where the value at a path was written, or else the nearest value around it: what a default belongs to. */
export function whereAt(root: Node, path: Path): Where {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node === undefined) continue;
    return { place: length === path.length ? node.place : node.keyPlace, path: node.path };
  }
  return { place: root.place, path: root.path };
}

export function mapAt(root: Node, path: Path): ReadonlyMap<string, Node> {
  const node = nodeAt(root, path);
  return node?.kind === 'map' ? node.entries : new Map<string, Node>();
}

/** The same tree with another value at a path, or without it. */
export function withValue(root: MapNode, path: Path, value: Node | undefined): MapNode {
  const changed = changedNode(root, path, value);
  return changed?.kind === 'map' ? changed : root;
}

function changedNode(node: Node, path: Path, value: Node | undefined): Node | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (node.kind === 'map') return changedMap(node, String(step), rest, value);
  if (node.kind === 'list') return changedList(node, Number(step), rest, value);
  return node;
}

function changedMap(node: MapNode, key: string, rest: Path, value: Node | undefined): MapNode {
  const entries = new Map(node.entries);
  const child = entries.get(key);
  const changed = child === undefined || rest.length === 0 ? value : changedNode(child, rest, value);
  if (changed === undefined) entries.delete(key);
  else entries.set(key, changed);
  return { ...node, entries };
}

function changedList(node: ListNode, index: number, rest: Path, value: Node | undefined): ListNode {
  const items = node.items.flatMap((item, position) => {
    if (position !== index) return [item];
    const changed = changedNode(item, rest, value);
    return changed === undefined ? [] : [changed];
  });
  return { ...node, items };
}

/** Plain JavaScript values, as a schema wants them. */
export function plain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}
