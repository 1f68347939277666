import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FileEntry, FileTree } from '../../emulator/containers/context.ts';

/** Files of this machine, as a build sees them. */
export interface ReadTree {
  readonly tree: FileTree;
  /** The working folder, relative to the tree's root. */
  readonly folder: string;
}

/** Reads the folders that are named, relative to `cwd`; what is not there is left out, for the build to complain about. */
export async function readTree(cwd: string, folders: readonly string[]): Promise<ReadTree> {
  const wanted = folders.map((folder) => resolve(cwd, folder));
  const root = commonFolder([cwd, ...wanted]);
  const files = new Map<string, FileEntry>();
  const known = new Set(['']);
  for (const folder of outermost(wanted)) {
    if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) continue;
    addFolders(known, pathIn(root, folder));
    await readFolder(root, folder, files, known);
  }
  addFolders(known, pathIn(root, cwd));
  return { tree: { files, folders: known }, folder: pathIn(root, cwd) || '.' };
}

async function readFolder(
  root: string,
  folder: string,
  files: Map<string, FileEntry>,
  folders: Set<string>,
): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = pathIn(root, file);
    if (entry.isDirectory()) addFolders(folders, path);
    if (entry.isSymbolicLink()) {
      files.set(path, { bytes: new Uint8Array(), executable: false, link: await readlink(file) });
    }
    if (!entry.isFile()) continue;
    const { mode } = await stat(file);
    files.set(path, { bytes: await readFile(file), executable: (mode & 0o100) !== 0 });
  }
}

/** Without those that lie in another one of them. */
function outermost(folders: readonly string[]): readonly string[] {
  const unique = [...new Set(folders)];
  return unique.filter(
    (one) => !unique.some((other) => other !== one && `${one}${sep}`.startsWith(`${other}${sep}`)),
  );
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? sep;
  while (!folders.every((folder) => `${folder}${sep}`.startsWith(common === sep ? sep : `${common}${sep}`))) {
    common = dirname(common);
  }
  return common;
}

function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function addFolders(folders: Set<string>, path: string): void {
  let at = '';
  for (const part of path.split('/').filter((one) => one !== '')) {
    at = at === '' ? part : `${at}/${part}`;
    folders.add(at);
  }
}
