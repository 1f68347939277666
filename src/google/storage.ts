import { randomBytes } from 'node:crypto';
import type { storage_v1 } from '@googleapis/storage';
import type { Shape } from '../lib/shape.ts';
import { GoogleError, unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { listAll } from './paging.ts';

export type Bucket = Shape<storage_v1.Schema$Bucket>;
export type StorageObject = Shape<storage_v1.Schema$Object>;

export function listBuckets(google: Google, project: string): Promise<Bucket[]> {
  return listAll<Shape<storage_v1.Schema$Buckets>, Bucket>(
    google.transport,
    { api: 'storage', method: 'GET', path: 'storage/v1/b', query: { project } },
    (page) => page.items,
  );
}

export function getBucket(google: Google, bucket: string): Promise<Bucket> {
  return google.transport.send({ api: 'storage', method: 'GET', path: `storage/v1/b/${bucket}` });
}

export function createBucket(google: Google, project: string, bucket: Bucket): Promise<Bucket> {
  return google.transport.send({
    api: 'storage',
    method: 'POST',
    path: 'storage/v1/b',
    query: { project },
    body: bucket,
    repeatable: true,
  });
}

export function patchBucket(google: Google, name: string, bucket: Bucket): Promise<Bucket> {
  return google.transport.send({
    api: 'storage',
    method: 'PATCH',
    path: `storage/v1/b/${name}`,
    body: bucket,
  });
}

/**
 * Uploads under a name that depends on the content, unless it is there already: `ifGenerationMatch=0` makes the
 * second upload a 412. https://cloud.google.com/storage/docs/request-preconditions
 */
export async function uploadOnce(
  google: Google,
  bucket: string,
  name: string,
  bytes: { data: Uint8Array; type: string },
): Promise<StorageObject> {
  try {
    return await google.transport.send<StorageObject>({
      api: 'storage',
      method: 'POST',
      path: `upload/storage/v1/b/${bucket}/o`,
      query: { uploadType: 'media', name, ifGenerationMatch: 0 },
      bytes,
      repeatable: true,
      timeout: 10 * 60_000,
    });
  } catch (error) {
    if (!(error instanceof GoogleError) || error.http !== 412) throw error;
    return getObject(google, bucket, name);
  }
}

export function getObject(google: Google, bucket: string, name: string): Promise<StorageObject> {
  return google.transport.send({
    api: 'storage',
    method: 'GET',
    path: `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
  });
}

/** The live objects; with `versions` those that were replaced or deleted in a versioned bucket too. */
export function listObjects(
  google: Google,
  bucket: string,
  { versions }: { readonly versions?: true } = {},
): Promise<StorageObject[]> {
  return listAll<Shape<storage_v1.Schema$Objects>, StorageObject>(
    google.transport,
    {
      api: 'storage',
      method: 'GET',
      path: `storage/v1/b/${bucket}/o`,
      query: { maxResults: 1000, versions },
    },
    (page) => page.items,
  );
}

/**
 * Writes an object with its metadata in one call, over what is there. With `md5Hash` in the metadata, Google refuses
 * content that was changed on the way. https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export async function writeObject(
  google: Google,
  bucket: string,
  metadata: StorageObject & { readonly name: string; readonly contentType: string },
  content: Uint8Array,
): Promise<void> {
  const boundary = randomBytes(24).toString('hex');
  const part = (type: string): string => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n`;
  const data = Buffer.concat([
    Buffer.from(`${part('application/json; charset=UTF-8')}${JSON.stringify(metadata)}\r\n`),
    Buffer.from(part(metadata.contentType)),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  await google.transport.send({
    api: 'storage',
    method: 'POST',
    path: `upload/storage/v1/b/${bucket}/o`,
    query: { uploadType: 'multipart' },
    bytes: { data, type: `multipart/related; boundary=${boundary}` },
    repeatable: true,
    timeout: 10 * 60_000,
  });
}

/** That it is gone already is as good. With a generation, that version of it and no other, live or not. */
export async function deleteObject(
  google: Google,
  bucket: string,
  name: string,
  generation?: string,
): Promise<void> {
  await unlessGone(
    google.transport.send({
      api: 'storage',
      method: 'DELETE',
      path: `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
      query: { generation },
    }),
  );
}

/** Google deletes an empty bucket alone: one that holds a live or an older version of anything is refused as 409. */
export async function deleteBucket(google: Google, bucket: string): Promise<void> {
  await unlessGone(
    google.transport.send({ api: 'storage', method: 'DELETE', path: `storage/v1/b/${bucket}` }),
  );
}
