import { type Cloud, Refusal } from '../service.ts';

/** A repository as the API shows it. */
export interface Repository extends Record<string, unknown> {
  readonly name: string;
  readonly format: string;
  readonly mode: string;
  readonly dockerConfig?: { readonly immutableTags?: boolean };
}

/** What the emulator knows of an image: enough to tell whether a container of it would start and listen. */
export interface ImageConfig {
  /** For example `linux/amd64`. */
  readonly platform: string;
  readonly exposedPorts: readonly number[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the base images, in order of the stages. */
  readonly bases: readonly string[];
  /** What was copied out of the build context: path → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}

/** One version of a package of a Docker repository. */
export interface Image {
  /** Full name of the repository, `projects/P/locations/L/repositories/R`. */
  readonly repository: string;
  /** Name of the package, with its slashes. */
  readonly package: string;
  /** `sha256:...` of the manifest. */
  readonly digest: string;
  readonly config: ImageConfig;
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
export function pushImage(
  cloud: Cloud,
  name: string,
  built: { digest: string; config: ImageConfig; sizeBytes: number; manifest: Uint8Array },
): Image {
  const reference = parseReference(name);
  const repository = reference && repositories(cloud).get(reference.repository);
  if (reference === undefined || repository === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `name unknown: Repository of "${name}" not found`);
  }
  const base = `${reference.repository}/packages/${reference.package}`;
  const tag = `${base}/tags/${reference.tag ?? 'latest'}`;
  const tagged = tags(cloud).get(tag);
  if (repository.dockerConfig?.immutableTags === true && tagged !== undefined && tagged !== built.digest) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `manifest invalid: cannot update tag ${reference.tag ?? 'latest'}. The repository has enabled tag immutability`,
    );
  }
  const version = `${base}/versions/${built.digest}`;
  const now = cloud.timestamp();
  const image: Image = {
    repository: reference.repository,
    package: reference.package,
    digest: built.digest,
    config: built.config,
    sizeBytes: built.sizeBytes,
    uploadTime: images(cloud).get(version)?.uploadTime ?? now,
    updateTime: now,
  };
  images(cloud).set(version, image);
  cloud.blobs.set(`manifest:${built.digest}`, built.manifest);
  tags(cloud).set(tag, built.digest);
  return image;
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
