import { sha256 } from '../containers/context.ts';
import { digestOf } from '../containers/layers.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { blobBytes, keepBlob } from './artifactregistry-store.ts';
import { download, named, repositoryResource, upload } from './docker-registry-names.ts';
import { uuid } from './listing.ts';

const image = '/v2/{project}/{repository}/{image=**}';
/** Where Artifact Registry sends clients for the bytes of a blob, and for what it is sent of one. */
const downloads = '/artifacts-downloads/namespaces/{project}/repositories/{repository}/downloads/{download}';
const uploads = '/artifacts-uploads/namespaces/{project}/repositories/{repository}/uploads/{upload}';

/** An upload under way; its bytes so far are kept under `upload:ID`. */
interface Upload {
  readonly repository: string;
  readonly path: string;
}

function uploadTable(cloud: Cloud) {
  return cloud.table<Upload>('artifactregistry.uploads');
}

/** What stands at the end of a download's address: the blob, and a seal that only the emulator makes. Reading keeps no state. */
function ticketOf(repository: string, digest: string): string {
  const hex = digest.replace('sha256:', '');
  return `${hex}-${sha256(`download of ${repository}@${digest}`)}`;
}

export function blobRoutes(): Route[] {
  const resource = repositoryResource;
  return [
    {
      method: 'GET',
      path: `${image}/blobs/{digest}`,
      id: 'registry.blobs.get',
      permission: download,
      resource,
      handle: getBlob,
    },
    { method: 'GET', path: downloads, id: 'registry.downloads.get', open: true, handle: getDownload },
    {
      method: 'POST',
      path: `${image}/blobs/uploads/`,
      id: 'registry.uploads.start',
      permission: upload,
      resource,
      handle: startUpload,
    },
    {
      method: 'GET',
      path: uploads,
      id: 'registry.uploads.get',
      permission: upload,
      resource,
      handle: progress,
    },
    {
      method: 'PATCH',
      path: uploads,
      id: 'registry.uploads.append',
      permission: upload,
      resource,
      handle: append,
    },
    {
      method: 'PUT',
      path: uploads,
      id: 'registry.uploads.finish',
      permission: upload,
      resource,
      handle: finish,
    },
  ];
}

async function getBlob(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { repository } = named(call, cloud);
  const digest = call.params.digest ?? '';
  const bytes = blobBytes(cloud, repository, digest);
  if (bytes === undefined) throw new Refusal(404, 'BLOB_UNKNOWN', `blob unknown: ${digest}`);
  return {
    status: 302,
    headers: {
      location: `${call.base}${filled(downloads, call, ticketOf(repository, digest))}`,
      'docker-content-digest': digest,
      'content-length': '0',
    },
  };
}

function getDownload(call: Call, cloud: Cloud): Reply {
  const ticket = call.params.download ?? '';
  const repository = repositoryResource(call);
  const digest = `sha256:${ticket.split('-')[0]}`;
  const bytes = ticket === ticketOf(repository, digest) ? blobBytes(cloud, repository, digest) : undefined;
  if (bytes === undefined) throw new Refusal(404, 'BLOB_UNKNOWN', 'blob unknown');
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'docker-content-digest': digest },
    bytes,
  };
}

/** With `mount` and `from` a blob of another repository of the same registry is taken over without its bytes. */
async function startUpload(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { repository } = named(call, cloud);
  const mounted = call.query.get('mount');
  if (mounted !== null && mount(call, cloud, repository, mounted)) return created(call, mounted);
  const digest = call.query.get('digest');
  if (digest !== null) return keep(call, cloud, repository, digest, call.bytes);
  const id = uuid(cloud, 'artifactregistry.upload');
  uploadTable(cloud).set(id, { repository, path: call.path.replace(/\/uploads\/$/, '') });
  cloud.blobs.set(`upload:${id}`, new Uint8Array());
  return accepted(call, id, 0);
}

/** A mount that cannot be done is no error: the client uploads instead. */
function mount(call: Call, cloud: Cloud, repository: string, digest: string): boolean {
  const [project, id] = (call.query.get('from') ?? '').split('/');
  const source = `projects/${project}/${repository.split('/').slice(2, 4).join('/')}/repositories/${id}`;
  const bytes = blobBytes(cloud, source, digest);
  if (bytes === undefined || !cloud.allows(call.principal, download, source)) return false;
  keepBlob(cloud, repository, { digest, bytes });
  return true;
}

function progress(call: Call, cloud: Cloud): Reply {
  const { id, bytes } = current(call, cloud);
  return { ...accepted(call, id, bytes.byteLength), status: 204 };
}

function append(call: Call, cloud: Cloud): Reply {
  const { id, bytes } = current(call, cloud);
  const range = call.headers.get('content-range');
  const start = range === null ? bytes.byteLength : Number(/^(?:bytes )?(\d+)-/.exec(range)?.[1]);
  if (start !== bytes.byteLength) {
    throw new Refusal(
      416,
      'BLOB_UPLOAD_INVALID',
      `the upload goes on at ${bytes.byteLength}, not at ${start}`,
      {
        headers: { range: `0-${Math.max(0, bytes.byteLength - 1)}` },
      },
    );
  }
  const longer = Buffer.concat([bytes, call.bytes]);
  cloud.blobs.set(`upload:${id}`, longer);
  return accepted(call, id, longer.byteLength);
}

function finish(call: Call, cloud: Cloud): Reply {
  const { id, bytes, upload: started } = current(call, cloud);
  const reply = keep(
    { ...call, path: started.path },
    cloud,
    started.repository,
    call.query.get('digest') ?? '',
    Buffer.concat([bytes, call.bytes]),
  );
  uploadTable(cloud).delete(id);
  cloud.blobs.delete(`upload:${id}`);
  return reply;
}

function current(call: Call, cloud: Cloud): { id: string; upload: Upload; bytes: Uint8Array } {
  const id = call.params.upload ?? '';
  const found = uploadTable(cloud).get(id);
  const bytes = cloud.blobs.get(`upload:${id}`);
  if (found === undefined || bytes === undefined || found.repository !== repositoryResource(call)) {
    throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  }
  return { id, upload: found, bytes };
}

function keep(call: Call, cloud: Cloud, repository: string, digest: string, bytes: Uint8Array): Reply {
  const found = digestOf(bytes);
  if (found !== digest) {
    throw new Refusal(400, 'DIGEST_INVALID', `the bytes have the digest ${found}, not "${digest}"`);
  }
  keepBlob(cloud, repository, { digest, bytes });
  return created(call, digest);
}

function created(call: Call, digest: string): Reply {
  const path = call.path.replace(/\/blobs(\/uploads\/)?$/, '');
  return {
    status: 201,
    headers: { location: `${call.base}${path}/blobs/${digest}`, 'docker-content-digest': digest },
  };
}

function accepted(call: Call, id: string, size: number): Reply {
  return {
    status: 202,
    headers: {
      location: `${call.base}${filled(uploads, call, id)}`,
      range: `0-${Math.max(0, size - 1)}`,
      'docker-upload-uuid': id,
    },
  };
}

function filled(path: string, { params }: Call, id: string): string {
  return path
    .replace('{project}', params.project ?? '')
    .replace('{repository}', params.repository ?? '')
    .replace(/\{(download|upload)\}/, id);
}
