import { type ImageConfig, type Manifest, readConfig, readManifest } from '../containers/image.ts';
import { digestOf } from '../containers/layers.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import {
  blobBytes,
  type Image,
  images,
  keepManifest,
  manifestBytes,
  requireTagFree,
  runnableOf,
  tags,
} from './artifactregistry-store.ts';
import { download, type Named, named, repositoryResource, upload } from './docker-registry-names.ts';

const image = '/v2/{project}/{repository}/{image=**}';
const digestForm = /^sha256:[0-9a-f]{64}$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const mediaTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
]);

export function manifestRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: `${image}/manifests/{reference}`,
      id: 'registry.manifests.get',
      permission: download,
      resource: repositoryResource,
      handle: getManifest,
    },
    {
      method: 'PUT',
      path: `${image}/manifests/{reference}`,
      id: 'registry.manifests.put',
      permission: upload,
      resource: repositoryResource,
      handle: putManifest,
    },
    {
      method: 'GET',
      path: `${image}/tags/list`,
      id: 'registry.tags.list',
      permission: download,
      resource: repositoryResource,
      handle: listTags,
    },
  ];
}

async function getManifest(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const at = named(call, cloud);
  const reference = call.params.reference ?? '';
  const digest = digestForm.test(reference)
    ? reference
    : tags(cloud).get(`${packageName(at)}/tags/${reference}`);
  const found = digest === undefined ? undefined : versionOf(cloud, at, digest);
  if (found === undefined) throw new Refusal(404, 'MANIFEST_UNKNOWN', `Failed to fetch "${reference}"`);
  return {
    status: 200,
    headers: { 'content-type': found.mediaType, ...digestHeaders(found.digest) },
    bytes: manifestBytes(cloud, found),
  };
}

async function putManifest(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const at = named(call, cloud);
  const reference = call.params.reference ?? '';
  const digest = digestOf(call.bytes);
  const mediaType = (call.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
  const manifest = readManifest(call.bytes);
  if (manifest === undefined || !mediaTypes.has(mediaType)) {
    throw new Refusal(400, 'MANIFEST_INVALID', `no manifest of the type "${mediaType}"`);
  }
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType) {
    throw new Refusal(
      400,
      'MANIFEST_INVALID',
      `the manifest says "${manifest.mediaType}", the header "${mediaType}"`,
    );
  }
  const isDigest = digestForm.test(reference);
  if (isDigest && reference !== digest) {
    throw new Refusal(400, 'DIGEST_INVALID', `the manifest has the digest ${digest}, not ${reference}`);
  }
  if (!isDigest && !tagForm.test(reference)) {
    throw new Refusal(400, 'TAG_INVALID', `"${reference}" is neither a tag nor a digest`);
  }
  const config = manifest.manifests ? configOfIndex(cloud, at, manifest) : configOfImage(cloud, at, manifest);
  if (!isDigest) requireTagFree(cloud, at, reference, digest);
  keepManifest(cloud, at, { digest, mediaType, bytes: call.bytes, config });
  if (!isDigest) tags(cloud).set(`${packageName(at)}/tags/${reference}`, digest);
  return {
    status: 201,
    headers: { location: `${call.base}${call.path.replace(/[^/]+$/, digest)}`, ...digestHeaders(digest) },
  };
}

/** All that the manifest names has to be in the repository, at the size that it says. */
function configOfImage(cloud: Cloud, { repository }: Named, manifest: Manifest): ImageConfig {
  for (const part of [...(manifest.layers ?? []), manifest.config]) {
    const size = part && blobBytes(cloud, repository, part.digest)?.byteLength;
    if (size !== part?.size) throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown: ${part?.digest}`);
  }
  const config = readConfig(blobBytes(cloud, repository, manifest.config?.digest ?? '') ?? new Uint8Array());
  if (config === undefined) throw new Refusal(400, 'MANIFEST_INVALID', 'the configuration is not JSON');
  return config;
}

function configOfIndex(cloud: Cloud, at: Named, manifest: Manifest): ImageConfig {
  for (const child of manifest.manifests ?? []) {
    if (versionOf(cloud, at, child.digest)) continue;
    throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `manifest unknown: ${child.digest}`);
  }
  const chosen = runnableOf(manifest) ?? manifest.manifests?.[0];
  const child = chosen && versionOf(cloud, at, chosen.digest);
  if (child === undefined) throw new Refusal(400, 'MANIFEST_INVALID', 'an index without manifests');
  return child.config;
}

async function listTags(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const at = named(call, cloud);
  const prefix = `${packageName(at)}/tags/`;
  const own = [...tags(cloud).entries()].filter(([key]) => key.startsWith(prefix));
  return {
    status: 200,
    body: {
      name: `${call.params.project}/${call.params.repository}/${call.params.image}`,
      tags: own.map(([key]) => key.slice(prefix.length)).sort(),
    },
  };
}

function packageName(at: Named): string {
  return `${at.repository}/packages/${at.package}`;
}

function versionOf(cloud: Cloud, at: Named, digest: string): Image | undefined {
  return images(cloud).get(`${packageName(at)}/versions/${digest}`);
}

function digestHeaders(digest: string): Record<string, string> {
  return {
    'docker-distribution-api-version': 'registry/2.0',
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  };
}
