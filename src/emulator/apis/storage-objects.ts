import { crc32cBase64, md5Base64 } from '../checksums.ts';
import { parseJson } from '../errors.ts';
import { checkMessage } from '../messages.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { blobKey, type ObjectRecord, objectName, objects } from '../stored-objects.ts';
import { page } from './listing.ts';
import { bucketOf, bucketPath, bucketResource, conditionNotMet, newGeneration } from './storage-buckets.ts';
import { finishedPart, multipart } from './storage-uploads.ts';

const objectPath = `${bucketPath}/o/{object}`;
const uploadPath = '/upload/storage/v1/b/{bucket}/o';

/** An upload that was announced and is not complete; table `storage.uploads`, by its id. */
interface Upload {
  bucket: string;
  metadata: Record<string, unknown>;
  contentType: string;
  query: string;
  principal: string;
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects */
export const objectRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: uploadPath,
    id: 'storage.objects.insert',
    resource: bucketResource,
    handle: upload,
  },
  {
    method: 'PUT',
    path: uploadPath,
    id: 'storage.objects.insert',
    resource: bucketResource,
    handle: resume,
  },
  {
    method: 'GET',
    path: `${bucketPath}/o`,
    id: 'storage.objects.list',
    resource: bucketResource,
    handle: list,
  },
  {
    method: 'GET',
    path: objectPath,
    id: 'storage.objects.get',
    resource: bucketResource,
    handle: get,
  },
  {
    method: 'GET',
    path: '/download/storage/v1/b/{bucket}/o/{object}',
    id: 'storage.objects.get',
    resource: bucketResource,
    handle: (call, cloud) => content(objectOf(call, cloud), cloud),
  },
  {
    method: 'DELETE',
    path: objectPath,
    id: 'storage.objects.delete',
    resource: bucketResource,
    handle: remove,
  },
];

async function upload(call: Call, cloud: Cloud): Promise<Reply> {
  const bucket = bucketOf(call, cloud, 'storage.objects.create').name;
  const type = call.query.get('uploadType');
  if (type === 'media') {
    const contentType = call.headers.get('content-type') ?? 'application/octet-stream';
    return insert(call, cloud, bucket, { contentType }, call.bytes);
  }
  if (type === 'multipart') {
    const { metadata, contentType, bytes } = multipart(call);
    return insert(call, cloud, bucket, { contentType, ...objectMetadata(call, metadata) }, bytes);
  }
  if (type === 'resumable') return announce(call, cloud, bucket);
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    'Upload requests must have the parameter uploadType: media, multipart or resumable.',
    {
      reason: 'badRequest',
    },
  );
}

function objectMetadata(call: Call, json: unknown): Record<string, unknown> {
  return checkMessage(json ?? {}, 'Object', 'storage', call.ignore) as Record<string, unknown>;
}

function announce(call: Call, cloud: Cloud, bucket: string): Reply {
  const text = Buffer.from(call.bytes).toString('utf8');
  const metadata = objectMetadata(call, text === '' ? {} : parseJson(text));
  const id = cloud.hex(48, 'storage.upload');
  const record: Upload = {
    bucket,
    metadata,
    contentType:
      call.headers.get('x-upload-content-type') ?? String(metadata.contentType ?? 'application/octet-stream'),
    query: call.query.toString(),
    principal: call.principal ?? '',
  };
  checkPreconditions(call.query, objects(cloud).get(`${bucket}/${nameOf(call.query, metadata)}`));
  cloud.table<Upload>('storage.uploads').set(id, record);
  const query = new URLSearchParams(call.query);
  query.set('upload_id', id);
  return {
    status: 200,
    headers: {
      location: `${call.origin}/upload/storage/v1/b/${bucket}/o?${query.toString()}`,
      'x-guploader-uploadid': id,
    },
  };
}

/** One chunk of an announced upload; the last one makes the object. */
function resume(call: Call, cloud: Cloud): Reply {
  const id = call.query.get('upload_id') ?? '';
  const uploads = cloud.table<Upload>('storage.uploads');
  const started = uploads.get(id);
  if (started === undefined || started.bucket !== call.params.bucket) {
    throw new Refusal(404, 'NOT_FOUND', 'The upload session was not found.', { reason: 'notFound' });
  }
  const key = `upload/${id}`;
  const received = cloud.blobs.get(key) ?? new Uint8Array();
  const chunk = finishedPart(call, received);
  cloud.blobs.set(key, chunk.bytes);
  if (!chunk.complete) {
    const range: Record<string, string> =
      chunk.bytes.byteLength === 0 ? {} : { range: `bytes=0-${chunk.bytes.byteLength - 1}` };
    return { status: 308, headers: range };
  }
  uploads.delete(id);
  cloud.blobs.delete(key);
  const query = new URLSearchParams(started.query);
  return insert(
    { ...call, query },
    cloud,
    started.bucket,
    { contentType: started.contentType, ...started.metadata },
    chunk.bytes,
  );
}

function nameOf(query: URLSearchParams, metadata: Record<string, unknown>): string {
  const name = query.get('name') ?? String(metadata.name ?? '');
  const length = Buffer.byteLength(name);
  if (length === 0) throw new Refusal(400, 'INVALID_ARGUMENT', 'Required', { reason: 'required' });
  if (length > 1024 || /[\r\n]/.test(name) || name === '.' || name === '..') {
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid object name: ${name.slice(0, 40)}`, {
      reason: 'invalid',
    });
  }
  return name;
}

function insert(
  call: Call,
  cloud: Cloud,
  bucket: string,
  metadata: Record<string, unknown>,
  bytes: Uint8Array,
): Reply {
  const name = nameOf(call.query, metadata);
  const existing = objects(cloud).get(`${bucket}/${name}`);
  checkPreconditions(call.query, existing);
  // Replacing an object needs the right to delete the old one. https://cloud.google.com/storage/docs/access-control/iam-json
  if (existing !== undefined)
    cloud.require(call.principal, 'storage.objects.delete', objectName(bucket, name));
  const [md5Hash, checksum] = [md5Base64(bytes), crc32cBase64(bytes)];
  for (const [field, value] of [
    ['md5Hash', md5Hash],
    ['crc32c', checksum],
  ] as const) {
    const given = metadata[field];
    if (given !== undefined && given !== value) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Provided ${field === 'md5Hash' ? 'MD5 hash' : 'CRC32C'} "${String(given)}" doesn't match calculated ${field === 'md5Hash' ? 'MD5 hash' : 'CRC32C'} "${value}".`,
        { reason: 'invalid' },
      );
    }
  }
  const { name: _n, md5Hash: _m, crc32c: _c, contentType, bucket: _b, ...extra } = metadata;
  const now = cloud.timestamp();
  const object: ObjectRecord = {
    bucket,
    name,
    generation: newGeneration(cloud),
    metageneration: 1,
    size: bytes.byteLength,
    md5Hash,
    crc32c: checksum,
    contentType: String(contentType ?? 'application/octet-stream'),
    timeCreated: now,
    updated: now,
    etag: cloud.etag(),
    extra,
  };
  if (existing !== undefined) cloud.blobs.delete(blobKey(existing));
  cloud.blobs.set(blobKey(object), bytes);
  objects(cloud).set(`${bucket}/${name}`, object);
  return { status: 200, body: shown(object) };
}

function checkPreconditions(query: URLSearchParams, existing: ObjectRecord | undefined): void {
  const match = query.get('ifGenerationMatch');
  if (match !== null && match !== (existing?.generation ?? '0')) throw conditionNotMet();
  const differs = query.get('ifGenerationNotMatch');
  if (differs !== null && differs === (existing?.generation ?? '0')) throw conditionNotMet();
  const metageneration = query.get('ifMetagenerationMatch');
  if (metageneration !== null && metageneration !== String(existing?.metageneration ?? '')) {
    throw conditionNotMet();
  }
}

function objectOf(call: Call, cloud: Cloud, permission = 'storage.objects.get'): ObjectRecord {
  const [bucket, name] = [call.params.bucket ?? '', call.params.object ?? ''];
  bucketOf(call, cloud, permission, objectName(bucket, name));
  const object = objects(cloud).get(`${bucket}/${name}`);
  const generation = call.query.get('generation');
  if (object === undefined || (generation !== null && generation !== object.generation)) {
    throw new Refusal(404, 'NOT_FOUND', `No such object: ${bucket}/${name}`, { reason: 'notFound' });
  }
  return object;
}

function get(call: Call, cloud: Cloud): Reply {
  const object = objectOf(call, cloud);
  checkPreconditions(call.query, object);
  return call.query.get('alt') === 'media' ? content(object, cloud) : { status: 200, body: shown(object) };
}

function content(object: ObjectRecord, cloud: Cloud): Reply {
  const bytes = cloud.blobs.get(blobKey(object));
  if (bytes === undefined) {
    throw new Refusal(
      404,
      'NOT_FOUND',
      `The content of ${object.bucket}/${object.name} is not in the state file.`,
      {
        reason: 'notFound',
      },
    );
  }
  return {
    status: 200,
    bytes,
    headers: {
      'content-type': object.contentType,
      etag: object.etag,
      'x-goog-generation': object.generation,
      'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
      'x-goog-stored-content-length': String(object.size),
    },
  };
}

function remove(call: Call, cloud: Cloud): Reply {
  const object = objectOf(call, cloud, 'storage.objects.delete');
  checkPreconditions(call.query, object);
  objects(cloud).delete(`${object.bucket}/${object.name}`);
  cloud.blobs.delete(blobKey(object));
  return { status: 204 };
}

function list(call: Call, cloud: Cloud): Reply {
  const bucket = bucketOf(call, cloud, 'storage.objects.list');
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const found = [...objects(cloud).values()]
    .filter((object) => object.bucket === bucket.name && object.name.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const prefixes = new Set<string>();
  const direct = found.filter((object) => {
    const cut = delimiter === '' ? -1 : object.name.indexOf(delimiter, prefix.length);
    if (cut < 0) return true;
    prefixes.add(object.name.slice(0, cut + delimiter.length));
    return false;
  });
  const { items, nextPageToken } = page(direct, call.query, { sizeParameter: 'maxResults' });
  return {
    status: 200,
    body: {
      kind: 'storage#objects',
      ...(items.length === 0 ? {} : { items: items.map(shown) }),
      ...(prefixes.size === 0 ? {} : { prefixes: [...prefixes] }),
      nextPageToken,
    },
  };
}

function shown(object: ObjectRecord): Record<string, unknown> {
  const path = `b/${object.bucket}/o/${encodeURIComponent(object.name)}`;
  return {
    kind: 'storage#object',
    id: `${object.bucket}/${object.name}/${object.generation}`,
    selfLink: `https://www.googleapis.com/storage/v1/${path}`,
    mediaLink: `https://storage.googleapis.com/download/storage/v1/${path}?generation=${object.generation}&alt=media`,
    name: object.name,
    bucket: object.bucket,
    generation: object.generation,
    metageneration: String(object.metageneration),
    contentType: object.contentType,
    storageClass: 'STANDARD',
    size: String(object.size),
    md5Hash: object.md5Hash,
    crc32c: object.crc32c,
    etag: object.etag,
    timeCreated: object.timeCreated,
    updated: object.updated,
    timeStorageClassUpdated: object.timeCreated,
    ...object.extra,
  };
}
