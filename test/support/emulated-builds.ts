import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { type Answer, type Caller, project } from './emulator.ts';

export const bucket = 'acme-sources';
export const repository = 'apps';
export const builder = `builder@${project.id}.iam.gserviceaccount.com`;
export const prefix = `us-central1-docker.pkg.dev/${project.id}/${repository}`;
export const repositories = `/v1/projects/${project.id}/locations/us-central1/repositories`;

export async function tgz(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

async function account(call: Caller, id: string): Promise<string> {
  await call('POST', `/v1/projects/${project.id}/serviceAccounts`, { accountId: id });
  return `${id}@${project.id}.iam.gserviceaccount.com`;
}

/** The builder's account with the roles that it needs, a bucket, and a repository. */
export async function prepareBuilds(
  call: Caller,
  options: { roles?: readonly string[]; immutableTags?: boolean } = {},
): Promise<void> {
  await account(call, 'builder');
  await grantOnProject(
    call,
    `serviceAccount:${builder}`,
    options.roles ?? [
      'roles/storage.objectViewer',
      'roles/artifactregistry.writer',
      'roles/logging.logWriter',
    ],
  );
  await call('POST', `/storage/v1/b?project=${project.id}`, { name: bucket, location: 'us-central1' });
  await call('POST', `${repositories}?repositoryId=${repository}`, {
    format: 'DOCKER',
    dockerConfig: { immutableTags: options.immutableTags ?? false },
  });
}

export async function makeAccount(call: Caller, id: string): Promise<string> {
  return account(call, id);
}

export async function grantOnProject(call: Caller, member: string, roles: readonly string[]): Promise<void> {
  const path = `/v1/projects/${project.id}`;
  const { body } = await call('POST', `${path}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
  const policy = body as unknown as { bindings?: { role: string; members: string[] }[]; etag: string };
  await call('POST', `${path}:setIamPolicy`, {
    policy: {
      ...policy,
      bindings: [...(policy.bindings ?? []), ...roles.map((role) => ({ role, members: [member] }))],
    },
  });
}

/** Uploads the files and builds them as `image`; the answer is the finished build. */
export async function build(
  call: Caller,
  files: Readonly<Record<string, string>>,
  options: { image?: string; args?: readonly string[]; build?: Record<string, unknown> } = {},
): Promise<Answer> {
  const image = options.image ?? `${prefix}/web:v1`;
  await call('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=source.tgz`, await tgz(files), {
    'content-type': 'application/gzip',
  });
  const created = await call('POST', `/v1/projects/${project.id}/locations/us-central1/builds`, {
    source: { storageSource: { bucket, object: 'source.tgz' } },
    steps: [
      {
        name: 'gcr.io/cloud-builders/docker',
        args: ['build', '-t', image, ...(options.args ?? []), '.'],
      },
    ],
    images: [image],
    serviceAccount: `projects/${project.id}/serviceAccounts/${builder}`,
    options: { logging: 'CLOUD_LOGGING_ONLY' },
    ...options.build,
  });
  if (created.status !== 200) return created;
  const id = (created.body.metadata as unknown as { build: { id: string } }).build.id;
  return call('GET', `/v1/projects/${project.id}/locations/us-central1/builds/${id}`);
}
