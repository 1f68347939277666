import type { Cloud, Table } from './service.ts';

/** A bucket in the table `storage.buckets`, by name; names are global across projects. */
export interface BucketRecord {
  name: string;
  projectId: string;
  projectNumber: string;
  timeCreated: string;
  updated: string;
  metageneration: number;
  generation: string;
  etag: string;
  /** What the client set, with Google's defaults written in. */
  config: Record<string, unknown>;
}

/** The live generation of an object, in the table `storage.objects` by `<bucket>/<name>`. */
export interface ObjectRecord {
  bucket: string;
  name: string;
  generation: string;
  metageneration: number;
  size: number;
  md5Hash: string;
  crc32c: string;
  contentType: string;
  timeCreated: string;
  updated: string;
  etag: string;
  /** Further metadata that the client set. */
  extra: Record<string, unknown>;
}

export function buckets(cloud: Cloud): Table<BucketRecord> {
  return cloud.table<BucketRecord>('storage.buckets');
}

export function objects(cloud: Cloud): Table<ObjectRecord> {
  return cloud.table<ObjectRecord>('storage.objects');
}

/** Full name of a bucket, the key of its policy: `projects/_/buckets/NAME`. */
export function bucketName(bucket: string): string {
  return `projects/_/buckets/${bucket}`;
}

/** Full name of an object, to ask for permissions on it: `projects/_/buckets/B/objects/O`. */
export function objectName(bucket: string, name: string): string {
  return `${bucketName(bucket)}/objects/${name}`;
}

export function blobKey(object: Pick<ObjectRecord, 'bucket' | 'name' | 'generation'>): string {
  return `gs://${object.bucket}/${object.name}#${object.generation}`;
}

/** The content of an object; of that generation if one is named. `undefined` when it is not there. */
export function readObject(
  cloud: Cloud,
  bucket: string,
  name: string,
  generation?: string,
): Uint8Array | undefined {
  const live = objects(cloud).get(`${bucket}/${name}`);
  if (live === undefined) return undefined;
  if (generation !== undefined && generation !== live.generation) return undefined;
  return cloud.blobs.get(blobKey(live));
}
