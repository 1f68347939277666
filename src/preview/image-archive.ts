/**
 * Images that another job has left as files: an OCI layout in an archive, as `docker save` writes it since version 25. What
 * is in it was made by nobody that is trusted: names are taken for what they are, and bytes for what they hash to.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { z } from 'zod';
import type { Descriptor, LocalImage } from '../google/registry.ts';
import { Failure } from '../lib/failure.ts';

const descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  mediaType: z.string(),
  platform: z.object({ os: z.string(), architecture: z.string() }).partial().optional(),
});
const index = z.object({ manifests: z.array(descriptor).min(1) });
const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
];
const indexTypes = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

/** The image in an archive, unpacked into an empty folder. Throws IMAGE_ARCHIVE_INVALID. */
export async function readImageArchive(file: string, folder: string): Promise<LocalImage> {
  await unpack(file, folder);
  const at = (digest: string): string => join(folder, digest.replace('sha256:', ''));
  const read = async <T>(schema: z.ZodType<T>, path: string): Promise<{ bytes: Buffer; value: T }> => {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw invalid(file, 'a part that it names is missing', cause);
    });
    try {
      return { bytes, value: schema.parse(JSON.parse(bytes.toString('utf8'))) };
    } catch (cause) {
      throw invalid(file, 'a part of it is not what it should be', cause);
    }
  };
  let { manifests } = (await read(index, join(folder, 'index.json'))).value;
  let [chosen] = manifests;
  // With attestations, an index names the image beside them.
  for (let depth = 0; chosen && indexTypes.includes(chosen.mediaType) && depth < 2; depth++) {
    ({ manifests } = (await read(index, at(chosen.digest))).value);
    chosen = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64');
  }
  if (!chosen || !manifestTypes.includes(chosen.mediaType))
    throw invalid(file, 'it holds no image for linux/amd64');
  const { bytes, value } = await read(manifest, at(chosen.digest));
  requireDigest(file, chosen.digest, bytes);
  const blobs: Descriptor[] = [...value.layers, value.config].map(({ digest, size }) => ({ digest, size }));
  return {
    manifest: { bytes, type: chosen.mediaType },
    blobs: [...new Map(blobs.map((blob) => [blob.digest, blob])).values()],
    open: (digest) => createReadStream(at(digest)),
  };
}

/** Parts that are files and are called as the layout calls them; everything else, links above all, is left out. */
async function unpack(file: string, folder: string): Promise<void> {
  const archive = extract();
  const reading = pipeline(createReadStream(file), archive);
  try {
    for await (const entry of archive) {
      const name = partName(entry.header.name);
      if (entry.header.type === 'file' && name !== undefined)
        await pipeline(entry, createWriteStream(join(folder, name)));
      else entry.resume();
    }
    await reading;
  } catch (cause) {
    throw invalid(file, 'it cannot be read', cause);
  }
}

function partName(name: string): string | undefined {
  if (name === 'index.json') return name;
  return /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
}

function requireDigest(file: string, digest: string, bytes: Buffer): void {
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found !== digest) throw invalid(file, 'its manifest is not the one that it names');
}

function invalid(file: string, why: string, cause?: unknown): Failure {
  return new Failure('IMAGE_ARCHIVE_INVALID', `${file} is no image: ${why}.`, {
    next: 'Write it with `docker save` of version 25 or newer.',
    cause,
  });
}
