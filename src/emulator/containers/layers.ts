import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { type FileEntry, sha256 } from './context.ts';

/** Bytes in a registry, by what they hash to. */
export interface Blob {
  /** `sha256:...` of `bytes`. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A layer of an image and what its archive hashes to before it is compressed, which the configuration lists. */
export interface Layer extends Blob {
  readonly diffId: string;
}

/** Files by their path in the image, without a leading slash. */
export type LayerFiles = ReadonlyMap<string, FileEntry>;

/** The archive of the files as docker pushes it. Without times and owners, so that equal files make equal bytes. */
export async function makeLayer(files: LayerFiles): Promise<Layer> {
  const tar = pack();
  for (const [name, entry] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const header = { name, mode: entry.executable ? 0o755 : 0o644, mtime: new Date(0) };
    if (entry.link === undefined) tar.entry(header, Buffer.from(entry.bytes));
    else tar.entry({ ...header, type: 'symlink', linkname: entry.link });
  }
  tar.finalize();
  const archive = Buffer.concat(await Readable.from(tar).toArray());
  const bytes = gzipSync(archive);
  return {
    digest: digestOf(bytes),
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    bytes,
    diffId: digestOf(archive),
  };
}

/** A layer that stands for what the emulator does not carry out: a base image, or what a RUN left behind. */
export function placeholder(name: string, text: string): LayerFiles {
  return new Map([[`var/lib/emulator/${name}`, { bytes: Buffer.from(text), executable: false }]]);
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${sha256(bytes)}`;
}
