/** What a job without credentials has built, from its archive into the registry. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import type { Google } from '../../src/google/google.ts';
import { hasImage, pushImage } from '../../src/google/registry.ts';
import { createTransport } from '../../src/google/transport.ts';
import { readImageArchive } from '../../src/preview/image-archive.ts';
import { prepareBuilds } from '../support/emulated-builds.ts';
import { owner, project, type TestCloud, testCloud } from '../support/emulator.ts';
import { hastyClock } from '../support/estate.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const sha256 = (data: string | Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;

const config = JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs: { diff_ids: [] } });
const layer = Buffer.from('not really a layer');
const image = (layerDigest = sha256(layer)): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(config),
      size: config.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: layerDigest,
        size: layer.length,
      },
    ],
  });
const indexOf = (
  manifest: string,
  type = 'application/vnd.oci.image.manifest.v1+json',
  more: object = {},
): string =>
  JSON.stringify({
    schemaVersion: 2,
    manifests: [{ mediaType: type, digest: sha256(manifest), size: manifest.length, ...more }],
  });
const blob = (content: string | Buffer): [string, string | Buffer] => [
  `blobs/sha256/${sha256(content).slice(7)}`,
  content,
];

async function archive(parts: readonly (readonly [string, string | Buffer])[]): Promise<string> {
  const tar = pack();
  const content = buffer(tar);
  for (const [name, data] of parts) tar.entry({ name }, data);
  tar.entry({ name: 'index.json.link', type: 'symlink', linkname: '/etc/passwd' });
  tar.finalize();
  const file = join(folder, 'image.tar');
  await writeFile(file, await content);
  return file;
}

async function unpacked(): Promise<string> {
  return await mkdtemp(join(folder, 'parts-'));
}

function clientOf(cloud: TestCloud): Google {
  const clock = hastyClock();
  const token = cloud.emulator.userToken(owner);
  const environment = cloud.emulator.environment();
  return {
    clock,
    transport: createTransport({
      fetch: fetchOfRunner,
      environment,
      accessToken: () => Promise.resolve(token),
      clock,
    }),
  };
}

const good = [['index.json', indexOf(image())], blob(image()), blob(config), blob(layer)] as const;

describe('an archive of docker save', () => {
  test('comes into the registry by its digest, without a tag, and the second time nothing is sent', async () => {
    await using cloud = await testCloud();
    await prepareBuilds(cloud.asOwner);
    const google = clientOf(cloud);
    const read = await readImageArchive(await archive(good), await unpacked());
    const to = { project: project.id, location: 'us-central1', repository: 'apps', image: 'web' };
    const pushed = await pushImage(google, to, read);
    expect(pushed.digest).toBe(sha256(image()));
    expect(await hasImage(google, pushed)).toBe(true);
    const tags = await cloud.asOwner(
      'GET',
      `/v1/projects/${project.id}/locations/us-central1/repositories/apps/packages/web/tags`,
    );
    expect(tags.body.tags ?? []).toEqual([]);
    const before = cloud.emulator.journal.length;
    await pushImage(google, to, read);
    expect(cloud.emulator.journal.slice(before).filter(({ write }) => write)).toEqual([]);
  });

  test('that has an index with attestations gives the image for linux/amd64', async () => {
    const inner = indexOf(image(), undefined, { platform: { os: 'linux', architecture: 'amd64' } });
    const outer = indexOf(inner, 'application/vnd.oci.image.index.v1+json');
    const parts = [['index.json', outer], blob(inner), ...good.slice(1)] as const;
    const read = await readImageArchive(await archive(parts), await unpacked());
    expect(read.manifest.bytes.toString()).toBe(image());
  });

  test('writes nothing beside the parts of the layout', async () => {
    const parts = [
      ...good,
      ['../escaped', 'x'],
      ['blobs/sha256/../../escaped', 'x'],
      ['/tmp/p-escaped', 'x'],
    ] as const;
    const into = await unpacked();
    await readImageArchive(await archive(parts), into);
    expect((await readdir(into)).every((name) => name === 'index.json' || /^[0-9a-f]{64}$/.test(name))).toBe(
      true,
    );
    expect((await readdir(folder)).includes('escaped')).toBe(false);
  });

  test('whose layer is not what it is called is not taken by the registry', async () => {
    await using cloud = await testCloud();
    await prepareBuilds(cloud.asOwner);
    const false_ = sha256('another layer');
    const manifest = image(false_);
    const parts = [
      ['index.json', indexOf(manifest)],
      blob(manifest),
      blob(config),
      [`blobs/sha256/${false_.slice(7)}`, layer],
    ] as const;
    const read = await readImageArchive(await archive(parts), await unpacked());
    const to = { project: project.id, location: 'us-central1', repository: 'apps', image: 'web' };
    await expect(pushImage(clientOf(cloud), to, read)).rejects.toMatchObject({ code: 'IMAGE_COPY_FAILED' });
  });

  test.each([
    ['is empty', []],
    ['has no index', good.slice(1)],
    ['lacks its manifest', [good[0]]],
    ['has an index of another kind', [['index.json', '{"manifests":[]}']]],
    ['has an index that is no JSON', [['index.json', 'x']]],
    [
      'names a path as digest',
      [['index.json', indexOf('x').replace(/sha256:[0-9a-f]+/, '../../etc/passwd')]],
    ],
    [
      'holds a manifest with other bytes',
      [
        ['index.json', indexOf(image())],
        [blob(image())[0], image(sha256('z'))],
      ],
    ],
    ['holds no image', [['index.json', indexOf(config, 'application/vnd.in-toto+json')], blob(config)]],
  ] as const)('that %s is refused', async (_, parts) => {
    await expect(readImageArchive(await archive(parts), await unpacked())).rejects.toMatchObject({
      code: 'IMAGE_ARCHIVE_INVALID',
    });
  });
});
