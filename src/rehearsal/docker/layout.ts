import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { BuiltImage } from '../../emulator/containers/image.ts';

/** An image as `docker save` writes it since version 25. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export async function layoutOf(image: BuiltImage): Promise<Buffer> {
  const tar = pack();
  const content = buffer(tar);
  const blob = (digest: string, bytes: Uint8Array): void => {
    tar.entry({ name: `blobs/${digest.replace(':', '/')}` }, Buffer.from(bytes));
  };
  const manifest = JSON.parse(Buffer.from(image.manifest).toString('utf8')) as { mediaType?: string };
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
        digest: image.digest,
        size: image.manifest.byteLength,
      },
    ],
  };
  tar.entry({ name: 'oci-layout' }, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  tar.entry({ name: 'index.json' }, JSON.stringify(index));
  blob(image.digest, image.manifest);
  const parts = [image.configBlob, ...image.layers];
  for (const [digest, bytes] of new Map(parts.map((part) => [part.digest, part.bytes]))) blob(digest, bytes);
  tar.finalize();
  return await content;
}
