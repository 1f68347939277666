import { posix } from 'node:path';
import { readDockerfile } from './dockerfile.ts';
import type { SourceFile } from './source-tree.ts';

/**
 * The files of a context that a build can see: what COPY, ADD and bind mounts name. Services that share a context would
 * otherwise all be built anew when a file of one of them changes. All files where it cannot be told.
 */
export function inputsOf(
  dockerfile: string,
  target: string | undefined,
  files: readonly SourceFile[],
): readonly SourceFile[] {
  const { reads } = readDockerfile(dockerfile, target);
  if (reads === undefined) return files;
  return files.filter(({ path }) => reads.some((pattern) => reaches(pattern, path)));
}

/** Whether a pattern names the file, or a folder that it is in. */
function reaches(pattern: string, file: string): boolean {
  if (file === pattern || file.startsWith(`${pattern}/`)) return true;
  if (!/[*?[]/.test(pattern)) return false;
  for (let path = file; path !== '.'; path = posix.dirname(path)) {
    if (posix.matchesGlob(path, pattern)) return true;
  }
  return false;
}
