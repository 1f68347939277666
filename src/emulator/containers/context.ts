import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import ignore from '@balena/dockerignore';
import { extract } from 'tar-stream';

/** Files by their path relative to the root, in the order of the archive. Folders count by the files in them. */
export interface FileTree {
  readonly files: ReadonlyMap<string, FileEntry>;
  /** Every folder, empty ones included; the root is `''`. */
  readonly folders: ReadonlySet<string>;
}

export interface FileEntry {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
  /** Target, when it is a symbolic link. */
  readonly link?: string;
}

export const emptyTree: FileTree = { files: new Map(), folders: new Set(['']) };

/** Unpacks a .tgz (or a plain .tar). Rejects when the bytes are neither. */
export async function unpack(archive: Uint8Array): Promise<FileTree> {
  const files = new Map<string, FileEntry>();
  const folders = new Set(['']);
  const gzipped = archive[0] === 0x1f && archive[1] === 0x8b;
  const tar = extract();
  const raw = Readable.from([Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)]);
  const unzipped = gzipped ? raw.pipe(createGunzip()) : raw;
  unzipped.on('error', (error) => tar.destroy(error));
  unzipped.pipe(tar);
  for await (const entry of tar) {
    const path = clean(entry.header.name);
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    if (entry.header.type === 'directory') addFolders(folders, path);
    else if (path !== '') {
      addFolders(folders, posix.dirname(path));
      files.set(path, {
        bytes: Buffer.concat(chunks),
        executable: ((entry.header.mode ?? 0) & 0o100) !== 0,
        ...(entry.header.type === 'symlink' ? { link: entry.header.linkname ?? '' } : {}),
      });
    }
  }
  return { files, folders };
}

/** The part of the tree under a folder, with paths relative to it; `undefined` when there is no such folder. */
export function subtree(tree: FileTree, folder: string): FileTree | undefined {
  const root = clean(folder);
  if (root === '') return tree;
  if (!tree.folders.has(root)) return undefined;
  const prefix = `${root}/`;
  return {
    files: new Map(
      [...tree.files]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, entry]) => [path.slice(prefix.length), entry]),
    ),
    folders: new Set(
      [...tree.folders]
        .filter((path) => path === root || path.startsWith(prefix))
        .map((path) => path.slice(prefix.length)),
    ),
  };
}

/** What docker sends of the context: without the paths that `.dockerignore` names. */
export function withoutIgnored(tree: FileTree): FileTree {
  const rules = tree.files.get('.dockerignore');
  if (rules === undefined) return tree;
  const matcher = ignore.default().add(Buffer.from(rules.bytes).toString('utf8'));
  const files = new Map([...tree.files].filter(([path]) => !matcher.ignores(path)));
  const folders = new Set(['']);
  for (const path of files.keys()) addFolders(folders, posix.dirname(path));
  for (const folder of tree.folders) if (folder !== '' && !matcher.ignores(folder)) folders.add(folder);
  return { files, folders };
}

/**
 * The files that one source of COPY stands for: a file, all of a folder, or what a pattern matches. `undefined` when it
 * stands for nothing, which docker refuses.
 */
export function matching(tree: FileTree, source: string): string[] | undefined {
  const path = clean(source);
  if (/[*?[]/.test(path)) {
    const expression = globExpression(path);
    const found = [...tree.files.keys(), ...tree.folders].filter(
      (name) => name !== '' && expression.test(name),
    );
    return found.length === 0 ? undefined : [...new Set(found.flatMap((name) => under(tree, name)))];
  }
  return tree.files.has(path) || tree.folders.has(path) ? under(tree, path) : undefined;
}

function under(tree: FileTree, path: string): string[] {
  if (tree.files.has(path)) return [path];
  return [...tree.files.keys()].filter((name) => path === '' || name.startsWith(`${path}/`));
}

/** Go's filepath.Match: `*` and `?` stop at slashes, `[a-z]` is a class. */
function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/\[[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace(/^\[!/, '[^');
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Relative to the root, without `.` and trailing slashes; `..` does not leave the root. */
export function clean(path: string): string {
  return posix.resolve('/', path).slice(1);
}

function addFolders(folders: Set<string>, path: string): void {
  for (let at = path === '.' ? '' : path; at !== '' && at !== '.'; at = posix.dirname(at)) folders.add(at);
}
