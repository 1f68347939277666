import { findImage } from '../build/image.ts';
import { readSource } from '../build/source.ts';
import type { Deployment } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import { digestOfTag, tagImage } from '../google/artifactregistry.ts';
import type { Google } from '../google/google.ts';
import { parsePinned } from '../google/registry.ts';
import { Failure } from '../lib/failure.ts';
import { copyImages, type ImageCopy } from '../promote/copy.ts';

/**
 * Images of sidecars go along under the tag of their sources: by it deploy-service finds them, as it does where they
 * were built. Those that the file names by an image stay where they are.
 */
export async function copySidecars(
  google: Google,
  from: Deployment,
  to: Deployment,
  keys: readonly string[],
  deployer: string | undefined,
  host: Host,
): Promise<readonly ImageCopy[]> {
  const copies: ImageCopy[] = [];
  for (const { key, sidecars = [] } of from.services.filter((service) => keys.includes(service.key))) {
    for (const { name, build } of sidecars) {
      if (!build) continue;
      const source = await readSource(from, build, host.workspace);
      const found = await findImage(google, from, source);
      if (!found) throw notBuilt(`${key}.${name}`, from.environment, source.tag);
      const [copied] = await copyImages(google, { [`${key}.${name}`]: found.image }, from, to, deployer);
      if (!copied) continue;
      await tagged(google, copied.to, source.tag);
      copies.push(copied);
    }
  }
  return copies;
}

async function tagged(google: Google, image: string, tag: string): Promise<void> {
  const at = parsePinned(image);
  if (at && (await digestOfTag(google, at, tag)) !== at.digest) await tagImage(google, at, tag, at.digest);
}

function notBuilt(sidecar: string, environment: string, tag: string): Failure {
  return new Failure(
    'IMAGE_NOT_BUILT',
    `The registry of ${environment} has no image of ${sidecar} for these sources (${tag}).`,
    { next: `Deploy to ${environment} again, and promote then.` },
  );
}
