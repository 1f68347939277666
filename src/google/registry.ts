/**
 * The Docker registry protocol of Artifact Registry, by which images go from one project to another unchanged: what is
 * copied by digest has that digest. https://distribution.github.io/distribution/spec/api/ and
 * https://cloud.google.com/artifact-registry/docs/reference/docker-api
 */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Failure } from '../lib/failure.ts';
import type { ImageLocation } from './artifactregistry.ts';
import { GoogleError, isNotFound, NoAnswer } from './error.ts';
import type { Google } from './google.ts';

/** An image by what it contains. */
export interface PinnedImage extends ImageLocation {
  /** `sha256:...` of the manifest or index. */
  readonly digest: string;
}

/** What a copy came to. */
export interface Copied {
  /** Blobs and manifests that the target did not have. */
  readonly sent: number;
  /** Bytes of those that went through this machine; mounted ones do not. */
  readonly bytes: number;
}

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** An image that lies on this machine. */
export interface LocalImage {
  /** The manifest as it is, with its media type. */
  readonly manifest: { readonly bytes: Buffer; readonly type: string };
  readonly blobs: readonly Descriptor[];
  open(digest: string): Readable;
}

interface Manifest {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

/** The kinds of manifest there are: of an image and of an index of images, in Docker's words and in OCI's. */
const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** A layer may have gigabytes, and is read and written at the same time. */
const blobTimeout = 30 * 60_000;
const blobAttempts = 4;
/** Layers of one image under way at once. */
const blobsAtOnce = 4;

const reference =
  /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::[^@/]+)?@(sha256:[0-9a-f]{64})$/;

/** Of `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`; `undefined` for anything else. */
export function parsePinned(image: string): PinnedImage | undefined {
  const [, location, project, repository, name, digest] = reference.exec(image) ?? [];
  if (!location || !project || !repository || !name || !digest) return undefined;
  return { location, project, repository, image: name, digest };
}

/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:...`. */
export function pinnedName({ location, project, repository, image, digest }: PinnedImage): string {
  return `${location}-docker.pkg.dev/${project}/${repository}/${image}@${digest}`;
}

/** Whether the registry has the image. Throws GoogleError when it may not be looked at. */
export async function hasImage(google: Google, at: PinnedImage): Promise<boolean> {
  return await present(google, at, `manifests/${at.digest}`, manifestTypes);
}

/**
 * Copies the image, with everything that it names, under the same digest. What the target has is not sent again, so that
 * an interrupted copy goes on where it was; a blob that the target's registry has in the source's repository is mounted
 * and not sent through here. Throws GoogleError, and IMAGE_COPY_FAILED when bytes arrive that do not make their digest.
 */
export async function copyImage(google: Google, from: PinnedImage, to: ImageLocation): Promise<Copied> {
  const target: PinnedImage = { ...to, digest: from.digest };
  if (await hasImage(google, target)) return { sent: 0, bytes: 0 };
  const { bytes: text, type } = await readManifest(google, from);
  const manifest = JSON.parse(text.toString('utf8')) as Manifest;
  const counts: Copied[] = [];
  // The manifests of an index come before it, and blobs before what names them: a registry refuses dangling names.
  for (const child of manifest.manifests ?? [])
    counts.push(await copyImage(google, { ...from, digest: child.digest }, to));
  counts.push(...(await copyBlobs(google, from, to, blobsOf(manifest))));
  await google.transport.response({
    ...registryRequest(to, `manifests/${from.digest}`),
    method: 'PUT',
    bytes: { data: text, type },
  });
  counts.push({ sent: 1, bytes: text.byteLength });
  return counts.reduce((sum, one) => ({ sent: sum.sent + one.sent, bytes: sum.bytes + one.bytes }));
}

/** Sends the image under its digest and without a tag, by which alone it can be found. What is there is not sent again. */
export async function pushImage(google: Google, to: ImageLocation, image: LocalImage): Promise<PinnedImage> {
  const { bytes, type } = image.manifest;
  const target: PinnedImage = { ...to, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
  if (await hasImage(google, target)) return target;
  for (const blob of image.blobs)
    await uploadBlob(google, to, blob, () => Promise.resolve(image.open(blob.digest)));
  await google.transport.response({
    ...registryRequest(to, `manifests/${target.digest}`),
    method: 'PUT',
    bytes: { data: bytes, type },
  });
  return target;
}

/** Each once: layers of an image may repeat. */
function blobsOf({ config, layers = [] }: Manifest): readonly Descriptor[] {
  const all = config ? [...layers, config] : layers;
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()];
}

async function copyBlobs(
  google: Google,
  from: PinnedImage,
  to: ImageLocation,
  blobs: readonly Descriptor[],
): Promise<readonly Copied[]> {
  const left = [...blobs];
  const done: Copied[] = [];
  const work = async (): Promise<void> => {
    for (let blob = left.shift(); blob; blob = left.shift())
      done.push(await copyBlob(google, from, to, blob));
  };
  await Promise.all(Array.from({ length: Math.min(blobsAtOnce, blobs.length) }, work));
  return done;
}

function copyBlob(google: Google, from: PinnedImage, to: ImageLocation, blob: Descriptor): Promise<Copied> {
  const open = async (): Promise<Readable> => {
    const source = await google.transport.response({
      ...registryRequest(from, `blobs/${blob.digest}`),
      method: 'GET',
      timeout: blobTimeout,
    });
    return Readable.from(source.body ?? []);
  };
  return uploadBlob(google, to, blob, open, from);
}

async function uploadBlob(
  google: Google,
  to: ImageLocation,
  blob: Descriptor,
  open: () => Promise<Readable>,
  /** Where the registry may take it from by itself. */
  from?: PinnedImage,
): Promise<Copied> {
  for (let attempt = 1; ; attempt++) {
    // Asked before each attempt: the last one may have done it, and only its answer was lost.
    if (await present(google, to, `blobs/${blob.digest}`)) return { sent: attempt === 1 ? 0 : 1, bytes: 0 };
    try {
      const address = await startUpload(google, to, blob.digest, from);
      if (!address) return { sent: 1, bytes: 0 };
      await sendBlob(google, to, blob, address, open);
      return { sent: 1, bytes: blob.size };
    } catch (error) {
      // What was sent halfway cannot be trusted: each attempt is an upload of its own.
      if (attempt >= blobAttempts || !mayPass(error)) throw error;
      await google.clock.sleep(attempt * 1_000, google.signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  // An upload is unknown once it is finished, by an attempt whose answer was lost.
  return error instanceof GoogleError && (error.http >= 500 || error.status === 'BLOB_UPLOAD_UNKNOWN');
}

/** The address to send the blob to; nothing when the registry took it over from the other repository. */
async function startUpload(
  google: Google,
  to: ImageLocation,
  digest: string,
  from: PinnedImage | undefined,
): Promise<string | undefined> {
  const started = await google.transport.response({
    ...registryRequest(to, 'blobs/uploads/'),
    method: 'POST',
    // An upload that was begun and is not gone on with does no harm.
    repeatable: true,
    ...(from && from.location === to.location
      ? { query: { mount: digest, from: `${from.project}/${from.repository}/${from.image}` } }
      : {}),
  });
  await started.arrayBuffer();
  if (started.status === 201) return undefined;
  const address = started.headers.get('location');
  if (address) return address;
  throw copyFailed(digest, 'the registry gave no address to send it to');
}

async function sendBlob(
  google: Google,
  to: ImageLocation,
  blob: Descriptor,
  address: string,
  open: () => Promise<Readable>,
): Promise<void> {
  const source = await open();
  const hash = createHash('sha256');
  const base = { api: 'registry', region: to.location } as const;
  const sent = await google.transport.response({
    ...base,
    method: 'PATCH',
    path: address,
    stream: Readable.from(hashed(source, hash), { objectMode: false }),
    timeout: blobTimeout,
  });
  await sent.arrayBuffer();
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== blob.digest) throw copyFailed(blob.digest, `its bytes have the digest ${digest}`);
  await google.transport.text({
    ...base,
    method: 'PUT',
    path: sent.headers.get('location') ?? address,
    query: { digest },
    timeout: blobTimeout,
  });
}

async function* hashed(source: Readable, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    yield chunk;
  }
}

async function readManifest(google: Google, at: PinnedImage): Promise<{ bytes: Buffer; type: string }> {
  const response = await google.transport.response({
    ...registryRequest(at, `manifests/${at.digest}`),
    method: 'GET',
    accept: manifestTypes,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== at.digest) throw copyFailed(at.digest, `its manifest has the digest ${digest}`);
  return { bytes, type: response.headers.get('content-type') ?? '' };
}

async function present(google: Google, at: ImageLocation, path: string, accept?: string): Promise<boolean> {
  const ask = (method: 'HEAD' | 'GET'): Promise<Response> =>
    google.transport.response({ ...registryRequest(at, path), method, ...(accept ? { accept } : {}) });
  try {
    await ask('HEAD');
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    // A refusal of HEAD has no body, and only the body says what is missing.
    if (error instanceof GoogleError && error.http === 403) await ask('GET');
    throw error;
  }
}

function registryRequest({ location, project, repository, image }: ImageLocation, path: string) {
  return {
    api: 'registry',
    region: location,
    path: `v2/${project}/${repository}/${image}/${path}`,
  } as const;
}

function copyFailed(digest: string, why: string): Failure {
  return new Failure('IMAGE_COPY_FAILED', `${digest} could not be copied: ${why}.`, {
    next: 'Run again: what has arrived is kept. If it stays, the image in the source registry is damaged.',
  });
}
