import { createHash } from 'node:crypto';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Keys of PostgreSQL's parse tree that say where something stands and not what it means. */
const positions = new Set(['location', 'stmt_location', 'stmt_len']);

/** Equal for two texts that mean the same: comments, case, white space and line ends do not count. */
export function treeChecksum(tree: unknown): string {
  return sha256(JSON.stringify(tree, (key, value: unknown) => (positions.has(key) ? undefined : value)));
}
