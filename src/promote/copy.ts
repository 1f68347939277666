/** Brings images into the registry of the environment that they go to, so that no other project can take them away. */
import type { Deployment } from '../config/deployment.ts';
import { GoogleError } from '../google/error.ts';
import type { Google } from '../google/google.ts';
import { type Copied, copyImage, parsePinned, pinnedName } from '../google/registry.ts';
import { Failure } from '../lib/failure.ts';

export interface ImageCopy extends Copied {
  /** Keys of the services that run it. */
  readonly services: readonly string[];
  readonly from: string;
  readonly to: string;
}

/**
 * Where each image is after the copy: in the registry of `to` under the same digest when it came from that of `from`,
 * and where it is otherwise, since nobody who tears down `from` can take that along.
 */
export function targetImage(
  image: string,
  from: Pick<Deployment, 'repository'>,
  to: Pick<Deployment, 'repository' | 'project'>,
): string {
  const pinned = parsePinned(image);
  if (!pinned || !image.startsWith(`${from.repository.prefix}/`)) return image;
  const { name, location } = to.repository;
  return pinnedName({ ...pinned, project: to.project, location, repository: name });
}

/** Copies what is not there yet. Throws PROMOTION_IMAGES_UNREADABLE when `from` keeps its images to itself. */
export async function copyImages(
  google: Google,
  images: Readonly<Record<string, string>>,
  from: Pick<Deployment, 'repository' | 'project' | 'environment'>,
  to: Pick<Deployment, 'repository' | 'project'>,
  deployer: string | undefined,
): Promise<readonly ImageCopy[]> {
  const copies: ImageCopy[] = [];
  // One after the other: their layers are often the same, and what the first has brought the second need not.
  for (const image of new Set(Object.values(images))) {
    const target = targetImage(image, from, to);
    const [source, place] = [parsePinned(image), parsePinned(target)];
    if (target === image || !source || !place) continue;
    const copied = await copyImage(google, source, place).catch((error: unknown) => {
      throw unreadable(error, from, deployer);
    });
    const services = Object.keys(images).filter((key) => images[key] === image);
    copies.push({ services, from: image, to: target, ...copied });
  }
  return copies;
}

function unreadable(
  error: unknown,
  from: Pick<Deployment, 'repository' | 'project' | 'environment'>,
  deployer: string | undefined,
): unknown {
  const repository = `projects/${from.project}/locations/${from.repository.location}/repositories/${from.repository.name}`;
  if (!(error instanceof GoogleError) || error.http !== 403 || !error.message.includes(repository))
    return error;
  const member = deployer ? `serviceAccount:${deployer}` : 'PRINCIPAL';
  return new Failure(
    'PROMOTION_IMAGES_UNREADABLE',
    `The images of ${from.environment} cannot be read with the credentials of the environment that they go to: ${error.message}`,
    {
      next: `Grant it once: gcloud artifacts repositories add-iam-policy-binding ${from.repository.name} --project=${from.project} --location=${from.repository.location} --member=${member} --role=roles/artifactregistry.reader`,
      cause: error,
    },
  );
}
