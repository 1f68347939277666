import {
  type BuiltImage,
  diffIdsOf,
  dockerManifest,
  type ImageConfig,
  type Manifest,
  readManifest,
} from '../containers/image.ts';
import type { Blob, Layer } from '../containers/layers.ts';
import { type Cloud, Refusal } from '../service.ts';

/** A repository as the API shows it. */
export interface Repository extends Record<string, unknown> {
  readonly name: string;
  readonly format: string;
  readonly mode: string;
  readonly dockerConfig?: { readonly immutableTags?: boolean };
}

/** One version of a package of a Docker repository. */
export interface Image {
  /** Full name of the repository, `projects/P/locations/L/repositories/R`. */
  readonly repository: string;
  /** Name of the package, with its slashes. */
  readonly package: string;
  /** `sha256:...` of the manifest. */
  readonly digest: string;
  readonly mediaType: string;
  /** Of an index that of its image for linux/amd64, which is the one that Cloud Run takes. */
  readonly config: ImageConfig;
  /** Of configuration and layers as they are kept. */
  readonly sizeBytes: number;
  readonly uploadTime: string;
  readonly updateTime: string;
}

export function repositories(cloud: Cloud) {
  return cloud.table<Repository>('artifactregistry.repositories');
}

/** Keyed by `REPOSITORY/packages/PACKAGE/versions/DIGEST`. */
export function images(cloud: Cloud) {
  return cloud.table<Image>('artifactregistry.images');
}

/** Which blobs a repository has, by `REPOSITORY@DIGEST`; the bytes themselves are kept once for all repositories. */
export function blobs(cloud: Cloud) {
  return cloud.table<{ readonly size: number }>('artifactregistry.blobs');
}

/** The bytes of a blob that the repository has. */
export function blobBytes(cloud: Cloud, repository: string, digest: string): Uint8Array | undefined {
  return blobs(cloud).has(`${repository}@${digest}`) ? cloud.blobs.get(`blob:${digest}`) : undefined;
}

export function keepBlob(
  cloud: Cloud,
  repository: string,
  { digest, bytes }: Pick<Blob, 'digest' | 'bytes'>,
): void {
  cloud.blobs.set(`blob:${digest}`, bytes);
  blobs(cloud).set(`${repository}@${digest}`, { size: bytes.byteLength });
}

/** Tag (`REPOSITORY/packages/PACKAGE/tags/TAG`) → digest. */
export function tags(cloud: Cloud) {
  return cloud.table<string>('artifactregistry.tags');
}

export interface Reference {
  /** Full name of the repository. */
  readonly repository: string;
  readonly package: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/PACKAGE[:TAG][@DIGEST]`; `undefined` for an image of another registry or a
 * name that is none.
 */
export function parseReference(name: string): Reference | undefined {
  const match =
    /^([a-z0-9-]+)-docker\.pkg\.dev\/([a-z0-9.:-]+)\/([a-z0-9-]+)\/([a-z0-9][a-z0-9._/-]*?)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      name,
    );
  if (match === null) return undefined;
  const [, location, project, repository, packageName = '', tag, digest] = match;
  return {
    repository: `projects/${project}/locations/${location}/repositories/${repository}`,
    package: packageName,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The image that the reference stands for (`latest` when it has neither tag nor digest), if it is there. */
export function findImage(cloud: Cloud, name: string): Image | undefined {
  const reference = parseReference(name);
  if (reference === undefined) return undefined;
  const base = `${reference.repository}/packages/${reference.package}`;
  const digest = reference.digest ?? tags(cloud).get(`${base}/tags/${reference.tag ?? 'latest'}`);
  return digest === undefined ? undefined : images(cloud).get(`${base}/versions/${digest}`);
}

/**
 * Puts an image into its repository under the tag of its name, as `docker push` does. Throws when the repository is not
 * there or its tags are immutable and the tag stands for another image.
 */
export function pushImage(cloud: Cloud, name: string, built: BuiltImage): Image {
  const reference = parseReference(name);
  if (reference === undefined || !repositories(cloud).has(reference.repository)) {
    throw new Refusal(404, 'NOT_FOUND', `name unknown: Repository of "${name}" not found`);
  }
  const tag = reference.tag ?? 'latest';
  requireTagFree(cloud, reference, tag, built.digest);
  for (const blob of [built.configBlob, ...built.layers]) keepBlob(cloud, reference.repository, blob);
  const image = keepManifest(cloud, reference, {
    digest: built.digest,
    mediaType: dockerManifest,
    bytes: built.manifest,
    config: built.config,
  });
  tags(cloud).set(`${reference.repository}/packages/${reference.package}/tags/${tag}`, built.digest);
  return image;
}

/** Throws when the repository's tags are immutable and the tag stands for another image. */
export function requireTagFree(
  cloud: Cloud,
  reference: Pick<Reference, 'repository' | 'package'>,
  tag: string,
  digest: string,
): void {
  const tagged = tags(cloud).get(`${reference.repository}/packages/${reference.package}/tags/${tag}`);
  if (tagged === undefined || tagged === digest) return;
  if (repositories(cloud).get(reference.repository)?.dockerConfig?.immutableTags !== true) return;
  throw new Refusal(
    400,
    'FAILED_PRECONDITION',
    `manifest invalid: cannot update tag ${tag}. The repository has enabled tag immutability`,
  );
}

/** Makes the manifest a version of its package. */
export function keepManifest(
  cloud: Cloud,
  { repository, package: packageName }: Pick<Reference, 'repository' | 'package'>,
  kept: Blob & { readonly config: ImageConfig },
): Image {
  const version = `${repository}/packages/${packageName}/versions/${kept.digest}`;
  const now = cloud.timestamp();
  const image: Image = {
    repository,
    package: packageName,
    digest: kept.digest,
    mediaType: kept.mediaType,
    config: kept.config,
    sizeBytes: sizeOf(readManifest(kept.bytes)),
    uploadTime: images(cloud).get(version)?.uploadTime ?? now,
    updateTime: now,
  };
  images(cloud).set(version, image);
  cloud.blobs.set(`manifest:${kept.digest}`, kept.bytes);
  return image;
}

function sizeOf(manifest: Manifest | undefined): number {
  const parts = manifest?.manifests ?? [...(manifest?.layers ?? []), manifest?.config];
  return parts.reduce((sum, part) => sum + (part?.size ?? 0), 0);
}

/** The bytes of the manifest or index that the version is. */
export function manifestBytes(cloud: Cloud, { digest }: Pick<Image, 'digest'>): Uint8Array {
  const bytes = cloud.blobs.get(`manifest:${digest}`);
  if (bytes === undefined) throw new Error(`the manifest ${digest} is not kept`);
  return bytes;
}

/** The image as docker pulls it; of an index, its image for linux/amd64. `undefined` when parts of it are missing. */
export function storedImage(cloud: Cloud, image: Image): BuiltImage | undefined {
  const bytes = manifestBytes(cloud, image);
  const manifest = readManifest(bytes);
  if (manifest?.manifests) {
    const digest = runnableOf(manifest)?.digest;
    const child = images(cloud).get(`${image.repository}/packages/${image.package}/versions/${digest}`);
    return child && storedImage(cloud, child);
  }
  const blobOf = (part: { digest: string; mediaType: string } | undefined): Blob | undefined => {
    const content = part && blobBytes(cloud, image.repository, part.digest);
    return part && content && { digest: part.digest, mediaType: part.mediaType, bytes: content };
  };
  const configBlob = blobOf(manifest?.config);
  if (configBlob === undefined) return undefined;
  const diffIds = diffIdsOf(configBlob.bytes);
  const layers = (manifest?.layers ?? []).flatMap((part, index): Layer[] => {
    const blob = blobOf(part);
    return blob ? [{ ...blob, diffId: diffIds[index] ?? part.digest }] : [];
  });
  return { digest: image.digest, config: image.config, manifest: bytes, configBlob, layers };
}

/** The entry of an index that Cloud Run takes. https://cloud.google.com/run/docs/container-contract#languages */
export function runnableOf(index: Manifest) {
  return index.manifests?.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
}

/** Names of the tags that stand for the image. */
export function tagsOf(cloud: Cloud, image: Image): string[] {
  const prefix = `${image.repository}/packages/${image.package}/tags/`;
  return [...tags(cloud).entries()]
    .filter(([name, digest]) => name.startsWith(prefix) && digest === image.digest)
    .map(([name]) => name.slice(prefix.length));
}

/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY`. */
export function registryUri(repository: string): string {
  const [, project, , location, , id] = repository.split('/');
  return `${location}-docker.pkg.dev/${project}/${id}`;
}
