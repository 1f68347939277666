import type { Build } from '../config/deployment.ts';
import { type SourceFile, sha256 } from './source-tree.ts';

/** Raise it when the same sources have to give another image, and every image is built anew. */
const schemaVersion = 2;

/**
 * What an image is made from, as 32 hex digits: Dockerfile, target, build arguments, and path, mode and content of
 * every file that the build can see. Two checkouts of the same sources give the same, on any machine. The archive is not
 * hashed, since its compression differs between platforms.
 */
export function sourceDigest(build: Build, dockerfile: string, files: readonly SourceFile[]): string {
  const inputs = {
    schemaVersion,
    dockerfile: sha256(dockerfile),
    target: build.target ?? '',
    args: Object.entries(build.args).sort(([a], [b]) => (a < b ? -1 : 1)),
    files: files.map(({ path, kind, executable, sha256 }) => [path, kind, executable, sha256]),
  };
  return sha256(JSON.stringify(inputs)).slice(0, 32);
}

/** The tag under which the image of these sources is found again. */
export function sourceTag(digest: string): string {
  return `src-${digest}`;
}
