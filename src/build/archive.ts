import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { SourceFile } from './source-tree.ts';

const compress = promisify(gzip);

/**
 * A .tar.gz of the files, the same bytes for the same sources: sorted, without times and owners.
 * https://reproducible-builds.org/docs/archives/
 */
export async function archiveOf(
  files: readonly SourceFile[],
  extra: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const tar = pack();
  const content = buffer(tar);
  for (const [name, content] of Object.entries(extra))
    tar.entry({ name, mtime: new Date(0), mode: 0o644 }, content);
  for (const file of files) await add(tar, file);
  tar.finalize();
  return await compress(await content, { level: 6 });
}

async function add(tar: ReturnType<typeof pack>, file: SourceFile): Promise<void> {
  const header = { name: file.path, mtime: new Date(0), uid: 0, gid: 0 };
  if (file.kind === 'link')
    tar.entry({ ...header, type: 'symlink', linkname: file.target ?? '', mode: 0o777 });
  else tar.entry({ ...header, mode: file.executable ? 0o755 : 0o644 }, await readFile(file.absolute));
}
