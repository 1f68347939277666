/** The images that a service runs, by digest: named, or built of the sources in this checkout. */
import { findImage } from '../build/image.ts';
import { readSource } from '../build/source.ts';
import type { Build, Deployment, Service } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import type { Google } from '../google/google.ts';
import { Failure } from '../lib/failure.ts';
import { pinned } from '../resources/image-digest.ts';

/** Of all sidecars, by their names. `given` are images that take the place of those of the file, by `SERVICE/SIDECAR`. */
export async function imagesOfSidecars(
  google: Google,
  deployment: Deployment,
  { key, sidecars = [] }: Service,
  given: Readonly<Record<string, string>>,
  host: Host,
): Promise<Readonly<Record<string, string>>> {
  const images = sidecars.map(
    async (sidecar) =>
      [
        sidecar.name,
        await imageOf(google, deployment, sidecar, given[`${key}/${sidecar.name}`] ?? sidecar.image, host),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(images));
}

/** Of one container. Throws IMAGE_NOT_BUILT and IMAGE_NOT_FOUND. */
export async function imageOf(
  google: Google,
  deployment: Deployment,
  { build }: { readonly build?: Build },
  named: string | undefined,
  host: Host,
): Promise<string> {
  if (named || !build) return await pinned(google, named ?? '');
  const source = await readSource(deployment, build, host.workspace);
  const found = await findImage(google, deployment, source);
  if (found) return found.image;
  throw new Failure(
    'IMAGE_NOT_BUILT',
    `The registry has no image ${build.imageName} for these sources (${source.tag}).`,
    {
      next: 'Run actions/build for this service in an earlier step or job, on the same checkout.',
    },
  );
}
