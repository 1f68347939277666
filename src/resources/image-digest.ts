/** Turns an image's tag into its digest: a tag moves, and a revision must not move with it. */
import { digestOfTag } from '../google/artifactregistry.ts';
import { GoogleError } from '../google/error.ts';
import type { Google } from '../google/google.ts';
import { Failure } from '../lib/failure.ts';

const artifactRegistry = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([^@]+))?$/;

/**
 * `IMAGE@sha256:...` for an image in Artifact Registry, of which no tag means `latest`; images of other registries are
 * taken as they are, and so is one without a tag that cannot be looked up. Throws IMAGE_NOT_FOUND for a tag that is not
 * there.
 */
export async function pinned(google: Google, image: string): Promise<string> {
  const parts = artifactRegistry.exec(image);
  if (!parts) return image;
  const [, location = '', project = '', repository = '', name = '', tag] = parts;
  const at = { project, location, repository, image: name };
  const digest = await digestOfTag(google, at, tag ?? 'latest').catch((error: unknown) => {
    // Public images are often named without a tag, and their registry need not answer who only runs them.
    if (tag === undefined && error instanceof GoogleError && error.http === 403) return undefined;
    throw error;
  });
  if (digest) return `${tag === undefined ? image : image.slice(0, -tag.length - 1)}@${digest}`;
  if (tag === undefined) return image;
  throw new Failure('IMAGE_NOT_FOUND', `There is no image ${image}.`, {
    next: 'Build it first (actions/build), or name a tag that is in the registry.',
  });
}
