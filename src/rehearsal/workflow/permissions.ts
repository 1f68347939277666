import type { Level, Permissions, Tree } from './model.ts';

/**
 * What a workflow gets that says nothing, with the restricted default of GitHub.
 * https://docs.github.com/actions/reference/authentication-in-a-workflow#permissions-for-the-github_token
 */
export const defaultPermissions: Permissions = {
  scopes: { contents: 'read', packages: 'read', metadata: 'read' },
  others: 'none',
};

/** Reads the value of a `permissions:` key, which the schema has checked. */
export function readPermissions(tree: Tree): Permissions {
  // Nothing can be read with an id-token: `read-all` does not give it.
  if (tree === 'read-all') return { scopes: { 'id-token': 'none' }, others: 'read' };
  if (tree === 'write-all') return { scopes: {}, others: 'write' };
  const scopes = Object.entries(tree ?? {}).map(([scope, level]) => [scope, levelOf(level)] as const);
  return { scopes: Object.fromEntries(scopes), others: 'none' };
}

function levelOf(tree: unknown): Level {
  return tree === 'read' || tree === 'write' ? tree : 'none';
}

export function levelFor(permissions: Permissions, scope: string): Level {
  return permissions.scopes[scope] ?? permissions.others;
}

const rank: Readonly<Record<Level, number>> = { none: 0, read: 1, write: 2 };

/**
 * What `asked` wants beyond `granted`, in words. GitHub refuses to start a run in which a called workflow asks for
 * more than its caller was given.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#access-and-permissions
 */
export function excess(asked: Permissions, granted: Permissions): readonly string[] {
  const scopes = new Set([...Object.keys(asked.scopes), ...Object.keys(granted.scopes)]);
  const tooMuch = [...scopes].filter(
    (scope) => rank[levelFor(asked, scope)] > rank[levelFor(granted, scope)],
  );
  const inWords = tooMuch.map(
    (scope) => `${scope}: ${levelFor(asked, scope)} (allowed: ${levelFor(granted, scope)})`,
  );
  if (rank[asked.others] <= rank[granted.others]) return inWords;
  return [...inWords, `all scopes: ${asked.others} (allowed: ${granted.others})`];
}

/**
 * What a run of a pull request from a fork has left: its token can only read, and asks for no identity.
 * https://docs.github.com/actions/reference/events-that-trigger-workflows#workflows-in-forked-repositories
 */
export function forFork(permissions: Permissions): Permissions {
  const readable = (level: Level): Level => (level === 'none' ? 'none' : 'read');
  const scopes = Object.entries(permissions.scopes).map(
    ([scope, level]) => [scope, readable(level)] as const,
  );
  return {
    scopes: { ...Object.fromEntries(scopes), 'id-token': 'none' },
    others: readable(permissions.others),
  };
}
