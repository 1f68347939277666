/** Turns an image's tag into its digest: a tag moves, and a revision must not move with it. */
import { digestOfTag } from '../google/artifactregistry.ts';
import type { Google } from '../google/google.ts';
import { Failure } from '../lib/failure.ts';

const artifactRegistry = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+):([^@]+)$/;

/** `IMAGE@sha256:...` for an image in Artifact Registry; images of other registries are taken as they are. */
export async function pinned(google: Google, image: string): Promise<string> {
  const parts = artifactRegistry.exec(image);
  if (!parts) return image;
  const [, location = '', project = '', repository = '', name = '', tag = ''] = parts;
  const digest = await digestOfTag(google, { project, location, repository, image: name }, tag);
  if (digest) return `${image.slice(0, image.length - tag.length - 1)}@${digest}`;
  throw new Failure('IMAGE_NOT_FOUND', `There is no image ${image}.`, {
    next: 'Build it first (actions/build), or name a tag that is in the registry.',
  });
}
