import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deployer, project } from '../../support/emulator.ts';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud makes buckets on the emulator');

const name = `aethercast-media-${project.id}`;
const cors = [{ origin: ['https://app.example.com'], method: ['GET'], maxAgeSeconds: 3600 }];

interface Bucket {
  readonly name: string;
  readonly location: string;
  readonly cors_config?: unknown;
  readonly uniform_bucket_level_access: boolean;
  readonly public_access_prevention: string;
  readonly default_storage_class: string;
}

interface Policy {
  readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
}

gcloudTest('storage buckets: create, cors, binding, describe, list and delete', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await gcloud.json(
    ...['storage', 'buckets', 'create', `gs://${name}`, `--project=${project.id}`, '--location=us-central1'],
    ...['--uniform-bucket-level-access', '--public-access-prevention'],
  );
  await writeFile(join(gcloud.folder, 'cors.json'), JSON.stringify(cors));
  await gcloud.json('storage', 'buckets', 'update', `gs://${name}`, '--cors-file=cors.json');
  const member = `serviceAccount:${deployer}`;
  const bound = await gcloud.json<Policy>(
    ...['storage', 'buckets', 'add-iam-policy-binding', `gs://${name}`],
    ...[`--member=${member}`, '--role=roles/storage.objectCreator'],
  );
  const binding = { role: 'roles/storage.objectCreator', members: [member] };
  expect(bound.bindings).toContainEqual(binding);

  const [described, listed, policy] = await Promise.all([
    gcloud.json<Bucket>('storage', 'buckets', 'describe', `gs://${name}`),
    gcloud.json<Bucket[]>('storage', 'buckets', 'list'),
    gcloud.json<Policy>('storage', 'buckets', 'get-iam-policy', `gs://${name}`),
  ]);
  expect(described).toMatchObject({
    name,
    location: 'US-CENTRAL1',
    cors_config: cors,
    uniform_bucket_level_access: true,
    public_access_prevention: 'enforced',
    default_storage_class: 'STANDARD',
  });
  expect(listed).toEqual([described]);
  expect(policy.bindings).toContainEqual(binding);
  expect((await cloud.asOwner('GET', `/storage/v1/b/${name}`)).body).toMatchObject({ name, cors });

  await gcloud.ok('storage', 'buckets', 'delete', `gs://${name}`);
  expect((await cloud.asOwner('GET', `/storage/v1/b/${name}`)).status).toBe(404);
});

gcloudTest('a bucket with something in it is not deleted, and a missing one is named', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await gcloud.ok(
    ...[
      'storage',
      'buckets',
      'create',
      `gs://${name}`,
      '--location=us-central1',
      '--uniform-bucket-level-access',
    ],
  );
  await writeFile(join(gcloud.folder, 'intro.mp3'), 'not really music');
  await gcloud.ok('storage', 'cp', 'intro.mp3', `gs://${name}/audio/`);
  expect(await gcloud.ok('storage', 'cat', `gs://${name}/audio/intro.mp3`)).toBe('not really music');

  const [full, missing] = await Promise.all([
    gcloud.refused('storage', 'buckets', 'delete', `gs://${name}`),
    gcloud.refused('storage', 'buckets', 'describe', 'gs://nobody-has-this-bucket'),
  ]);
  expect(full).toContain('Bucket is not empty');
  expect((await cloud.asOwner('GET', `/storage/v1/b/${name}`)).status).toBe(200);
  expect(missing).toContain('gs://nobody-has-this-bucket not found: 404');
});
