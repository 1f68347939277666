/** The registry protocol as clients of it speak it: raw HTTP, nothing of our own. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds, repositories } from '../support/emulated-builds.ts';
import { type Answer, owner, project, stranger, type TestCloud, testCloud } from '../support/emulator.ts';

const registry = '/_registry/us-central1-docker.pkg.dev';
const web = `${registry}/v2/${project.id}/apps/web`;
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerIndex = 'application/vnd.docker.distribution.manifest.list.v2+json';

const files = {
  Dockerfile:
    'FROM python:3.12-slim\nWORKDIR /srv\nCOPY app/ ./app/\nEXPOSE 5000\nCMD ["gunicorn", "app.main:app"]',
  'app/main.py': 'print("hello")\n',
};

interface Part {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}
interface ManifestBody {
  readonly config: Part;
  readonly layers: readonly Part[];
}

async function prepared(): Promise<TestCloud> {
  const cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  await cloud.asOwner('POST', `${repositories}?repositoryId=copies`, { format: 'DOCKER' });
  const { body } = await build(cloud.asOwner, files);
  expect(body.status).toBe('SUCCESS');
  return cloud;
}

function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Bytes as they come; `as` is an access token, given the way docker gives it. */
async function raw(cloud: TestCloud, path: string, init: RequestInit = {}, user = owner): Promise<Response> {
  const basic = Buffer.from(`oauth2accesstoken:${cloud.emulator.userToken(user)}`).toString('base64');
  return fetch(path.startsWith('http') ? path : `${cloud.emulator.url}${path}`, {
    ...init,
    headers: { authorization: `Basic ${basic}`, ...init.headers },
  });
}

async function upload(cloud: TestCloud, repository: string, bytes: Uint8Array | string): Promise<string> {
  const started = await raw(cloud, `${registry}/v2/${project.id}/${repository}/web/blobs/uploads/`, {
    method: 'POST',
  });
  expect(started.status).toBe(202);
  const digest = digestOf(bytes);
  const done = await raw(cloud, `${started.headers.get('location')}?digest=${digest}`, {
    method: 'PUT',
    body: bytes,
  });
  expect(done.status).toBe(201);
  return digest;
}

function codeOf({ body }: Answer): unknown {
  return body.errors?.[0]?.code;
}

test('an image of Cloud Build has a manifest, a configuration and layers whose bytes make their digests', async () => {
  await using cloud = await prepared();
  const got = await raw(cloud, `${web}/manifests/v1`, { headers: { accept: dockerManifest } });
  const bytes = new Uint8Array(await got.arrayBuffer());
  expect(got.headers.get('content-type')).toBe(dockerManifest);
  expect(got.headers.get('docker-content-digest')).toBe(digestOf(bytes));
  const manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as ManifestBody;
  const contents: string[] = [];
  for (const part of [manifest.config, ...manifest.layers]) {
    const blob = await raw(cloud, `${web}/blobs/${part.digest}`);
    const content = new Uint8Array(await blob.arrayBuffer());
    expect(digestOf(content)).toBe(part.digest);
    expect(content.byteLength).toBe(part.size);
    contents.push(
      (part.mediaType.endsWith('gzip') ? gunzipSync(content) : Buffer.from(content)).toString('utf8'),
    );
  }
  const config = JSON.parse(contents[0] ?? '') as { config: unknown; rootfs: { diff_ids: string[] } };
  expect(config).toMatchObject({
    os: 'linux',
    architecture: 'amd64',
    config: { Cmd: ['gunicorn', 'app.main:app'], ExposedPorts: { '5000/tcp': {} }, WorkingDir: '/srv' },
  });
  expect(config.rootfs.diff_ids).toEqual(contents.slice(1).map(digestOf));
  expect(contents.at(-1)).toContain('srv/app/main.py');
  expect(contents.at(-1)).toContain('print("hello")');
});

test('HEAD tells digest and size without the bytes, by tag and by digest; what is not there is unknown', async () => {
  await using cloud = await prepared();
  const byTag = await raw(cloud, `${web}/manifests/v1`, { method: 'HEAD' });
  const digest = byTag.headers.get('docker-content-digest') ?? '';
  const byDigest = await raw(cloud, `${web}/manifests/${digest}`, { method: 'HEAD' });
  expect(byDigest.headers.get('content-length')).toBe(byTag.headers.get('content-length'));
  expect(Number(byTag.headers.get('content-length'))).toBeGreaterThan(100);
  expect(await byTag.text()).toBe('');
  for (const [path, code] of [
    [`${web}/manifests/v9`, 'MANIFEST_UNKNOWN'],
    [`${web}/manifests/sha256:${'0'.repeat(64)}`, 'MANIFEST_UNKNOWN'],
    [`${web}/blobs/sha256:${'0'.repeat(64)}`, 'BLOB_UNKNOWN'],
    [`${registry}/v2/${project.id}/none/web/manifests/v1`, 'NAME_UNKNOWN'],
    // Of the same registry, but another repository: blobs are not shared by themselves.
    [`${registry}/v2/${project.id}/copies/web/manifests/${digest}`, 'MANIFEST_UNKNOWN'],
  ] as const) {
    const answer = await cloud.asOwner('GET', path);
    expect([answer.status, codeOf(answer)], path).toEqual([404, code]);
  }
  expect((await cloud.asOwner('GET', `${web}/tags/list`)).body).toEqual({
    name: `${project.id}/apps/web`,
    tags: ['v1'],
  });
});

test('without credentials there is a challenge; a token of its endpoint opens the registry and nothing else', async () => {
  await using cloud = await prepared();
  const refused = await cloud.as(undefined)('GET', `${web}/manifests/v1`);
  const challenge = refused.headers.get('www-authenticate') ?? '';
  expect([refused.status, codeOf(refused)]).toEqual([401, 'UNAUTHORIZED']);
  expect(challenge).toContain('service="us-central1-docker.pkg.dev"');
  expect(challenge).toContain(`scope="repository:${project.id}/apps/web:pull"`);
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  expect((await cloud.as(undefined)('GET', realm.replace(cloud.emulator.url, ''))).status).toBe(403);
  expect((await raw(cloud, `${realm}?service=x`, { headers: { authorization: 'Basic eDp5' } })).status).toBe(
    403,
  );
  const { token } = (await (await raw(cloud, realm)).json()) as { token: string };
  expect((await cloud.as(token)('GET', `${web}/manifests/v1`)).status).toBe(200);
  expect((await cloud.as(token)('GET', repositories)).status).toBe(401);
  // Google's access token as a bearer, as its own documentation shows it.
  expect((await cloud.asOwner('GET', `${registry}/v2/`)).status).toBe(200);
  expect((await cloud.as('ya29.made-up')('GET', `${registry}/v2/`)).status).toBe(401);
});

test('reading needs downloadArtifacts on the repository, writing uploadArtifacts', async () => {
  await using cloud = await prepared();
  const denied = (permission: string) =>
    `Permission "artifactregistry.repositories.${permission}" denied on resource "projects/${project.id}/locations/us-central1/repositories/apps" (or it may not exist)`;
  const asStranger = cloud.asUser(stranger);
  const read = await asStranger('GET', `${web}/manifests/v1`);
  expect([read.status, read.body]).toEqual([
    403,
    { errors: [{ code: 'DENIED', message: denied('downloadArtifacts') }] },
  ]);
  await cloud.asOwner('POST', `${repositories}/apps:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/artifactregistry.reader', members: [`user:${stranger}`] }] },
  });
  expect((await asStranger('GET', `${web}/manifests/v1`)).status).toBe(200);
  const write = await asStranger('POST', `${web}/blobs/uploads/`);
  expect([write.status, write.body]).toEqual([
    403,
    { errors: [{ code: 'DENIED', message: denied('uploadArtifacts') }] },
  ]);
});

test('a pushed image runs: its configuration is read from what was pushed', async () => {
  await using cloud = await prepared();
  const layer = await upload(cloud, 'copies', 'a layer');
  const file = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    config: { ExposedPorts: { '8080/tcp': {} } },
  });
  const config = await upload(cloud, 'copies', file);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: dockerManifest,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: config,
      size: file.length,
    },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', digest: layer, size: 7 }],
  });
  const put = await cloud.asOwner('PUT', `${registry}/v2/${project.id}/copies/web/manifests/v2`, manifest, {
    'content-type': dockerManifest,
  });
  expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digestOf(manifest)]);
  const shown = await cloud.asOwner('GET', `${repositories}/copies/dockerImages/web@${digestOf(manifest)}`);
  expect(shown.body).toMatchObject({
    tags: ['v2'],
    mediaType: dockerManifest,
    imageSizeBytes: String(7 + file.length),
  });
  await makeAccount(cloud.asOwner, 'runner');
  const service = (name: string, port: number) =>
    cloud.asOwner('POST', `/v2/projects/${project.id}/locations/us-central1/services?serviceId=${name}`, {
      template: {
        serviceAccount: `runner@${project.id}.iam.gserviceaccount.com`,
        containers: [
          {
            image: `us-central1-docker.pkg.dev/${project.id}/copies/web@${digestOf(manifest)}`,
            ports: [{ containerPort: port }],
          },
        ],
      },
    });
  expect((await service('listens', 8080)).body.error).toBeUndefined();
  expect(JSON.stringify((await service('deaf', 9090)).body)).toContain('failed to start and listen');
});

test('uploads in parts are put together, and the digest decides', async () => {
  await using cloud = await prepared();
  const started = await raw(cloud, `${web}/blobs/uploads/`, { method: 'POST' });
  const location = started.headers.get('location') ?? '';
  const part = (body: string, range: string) =>
    raw(cloud, location, { method: 'PATCH', body, headers: { 'content-range': range } });
  expect((await part('hello ', '0-5')).headers.get('range')).toBe('0-5');
  expect((await part('gap', '9-11')).status).toBe(416);
  expect((await part('world', '6-10')).headers.get('range')).toBe('0-10');
  const wrong = await raw(cloud, `${location}?digest=${digestOf('other')}`, { method: 'PUT' });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] });
  const digest = digestOf('hello world');
  const done = await raw(cloud, `${location}?digest=${digest}`, { method: 'PUT' });
  expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, digest]);
  expect(await (await raw(cloud, `${web}/blobs/${digest}`)).text()).toBe('hello world');
  expect((await raw(cloud, `${location}?digest=${digest}`, { method: 'PUT' })).status).toBe(404);
  const whole = await raw(cloud, `${web}/blobs/uploads/?digest=${digestOf('at once')}`, {
    method: 'POST',
    body: 'at once',
  });
  expect(whole.status).toBe(201);
});

test('a blob is mounted from another repository only for those who may read it there', async () => {
  await using cloud = await prepared();
  const digest = await upload(cloud, 'apps', 'shared');
  await cloud.asOwner('POST', `${repositories}/copies:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/artifactregistry.writer', members: [`user:${stranger}`] }] },
  });
  const path = `${registry}/v2/${project.id}/copies/web/blobs/uploads/?mount=${digest}&from=${project.id}/apps/web`;
  expect((await cloud.asUser(stranger)('POST', path)).status).toBe(202);
  expect((await cloud.asOwner('GET', `${registry}/v2/${project.id}/copies/web/blobs/${digest}`)).status).toBe(
    404,
  );
  expect((await cloud.asOwner('POST', path)).status).toBe(201);
  expect((await cloud.asOwner('GET', `${registry}/v2/${project.id}/copies/web/blobs/${digest}`)).status).toBe(
    200,
  );
});

test('a manifest is refused when it is another than it says, or names what is not there', async () => {
  await using cloud = await prepared();
  const manifest = (await raw(cloud, `${web}/manifests/v1`)).text();
  const put = async (path: string, body: string, type = dockerManifest) => {
    const answer = await cloud.asOwner('PUT', path, body, { 'content-type': type });
    return [answer.status, codeOf(answer)];
  };
  const text = await manifest;
  expect(await put(`${web}/manifests/sha256:${'0'.repeat(64)}`, text)).toEqual([400, 'DIGEST_INVALID']);
  expect(await put(`${web}/manifests/v2`, text, dockerIndex)).toEqual([400, 'MANIFEST_INVALID']);
  expect(await put(`${web}/manifests/v2`, '{}')).toEqual([400, 'MANIFEST_INVALID']);
  // Its blobs are in `apps`, not in `copies`.
  const copies = `${registry}/v2/${project.id}/copies/web/manifests/${digestOf(text)}`;
  expect(await put(copies, text)).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
  const index = (digest: string) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: dockerIndex,
      manifests: [
        {
          mediaType: dockerManifest,
          digest,
          size: text.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    });
  expect(await put(`${web}/manifests/many`, index(digestOf('none')), dockerIndex)).toEqual([
    400,
    'MANIFEST_BLOB_UNKNOWN',
  ]);
  expect(await put(`${web}/manifests/many`, index(digestOf(text)), dockerIndex)).toEqual([201, undefined]);
  const got = await raw(cloud, `${web}/manifests/many`);
  expect([got.headers.get('content-type'), await got.text()]).toEqual([dockerIndex, index(digestOf(text))]);
});

test('immutable tags stay; a repository that is deleted takes its blobs along', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner, { immutableTags: true });
  await build(cloud.asOwner, files);
  await build(cloud.asOwner, { ...files, 'app/main.py': '2' }, { image: `${prefix}/web:v2` });
  const second = await (await raw(cloud, `${web}/manifests/v2`)).text();
  const moved = await cloud.asOwner('PUT', `${web}/manifests/v1`, second, { 'content-type': dockerManifest });
  expect([moved.status, moved.body]).toEqual([
    400,
    { errors: [expect.objectContaining({ message: expect.stringContaining('tag immutability') })] },
  ]);
  const { config } = JSON.parse(second) as ManifestBody;
  await cloud.asOwner('DELETE', `${repositories}/apps`);
  await cloud.asOwner('POST', `${repositories}?repositoryId=apps`, { format: 'DOCKER' });
  expect((await cloud.asOwner('GET', `${web}/blobs/${config.digest}`)).status).toBe(404);
});

test('by its host name, as a client behind the proxy calls it', async () => {
  await using cloud = await prepared();
  const { request } = await import('node:http');
  const status = await new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(cloud.emulator.url);
    request(
      {
        hostname,
        port,
        path: `http://us-central1-docker.pkg.dev/v2/${project.id}/apps/web/manifests/v1`,
        headers: { authorization: `Bearer ${cloud.emulator.userToken(owner)}` },
      },
      (response) => resolve(response.statusCode ?? 0),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});
