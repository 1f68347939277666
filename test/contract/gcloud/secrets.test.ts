import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deployer, project } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud keeps secrets on the emulator');

const secret = 'aethercast-flask-secret-key';

interface Secret {
  readonly name: string;
  readonly replication: unknown;
}

async function create(gcloud: Gcloud, value: string): Promise<Secret> {
  await writeFile(join(gcloud.folder, 'value'), value);
  return gcloud.json<Secret>(
    ...['secrets', 'create', secret, '--data-file=value', '--replication-policy=automatic'],
  );
}

gcloudTest('secrets: create, add a version, read it, describe and list', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  const created = await create(gcloud, 'first-value');
  expect(created).toMatchObject({
    name: `projects/${project.number}/secrets/${secret}`,
    replication: { automatic: {} },
  });
  await writeFile(join(gcloud.folder, 'second'), 'second-value');
  const added = await gcloud.json<{ name: string; state: string }>(
    ...['secrets', 'versions', 'add', secret, '--data-file=second'],
  );
  expect(added).toMatchObject({ name: `${created.name}/versions/2`, state: 'ENABLED' });

  const access = (version: string) =>
    gcloud.ok('secrets', 'versions', 'access', version, `--secret=${secret}`);
  const [latest, first, described, listed, versions] = await Promise.all([
    access('latest'),
    access('1'),
    gcloud.json<Secret>('secrets', 'describe', secret),
    gcloud.json<Secret[]>('secrets', 'list'),
    gcloud.json<{ name: string }[]>('secrets', 'versions', 'list', secret),
  ]);
  expect([latest, first]).toEqual(['second-value', 'first-value']);
  expect(described).toEqual(created);
  expect(listed).toEqual([described]);
  expect(versions.map((version) => version.name.split('/').at(-1))).toEqual(['2', '1']);
  const held = await cloud.asOwner(
    'GET',
    `/v1/projects/${project.id}/secrets/${secret}/versions/latest:access`,
  );
  expect(Buffer.from(String(held.body.payload?.data), 'base64').toString()).toBe('second-value');
});

gcloudTest('secrets add-iam-policy-binding lets one account read one secret', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await create(gcloud, 'first-value');
  const member = `serviceAccount:${deployer}`;
  const role = 'roles/secretmanager.secretAccessor';
  const bound = await gcloud.json<{ bindings: unknown }>(
    ...['secrets', 'add-iam-policy-binding', secret, `--member=${member}`, `--role=${role}`],
  );
  expect(bound.bindings).toEqual([{ role, members: [member] }]);
  const policy = await cloud.asOwner('GET', `/v1/projects/${project.id}/secrets/${secret}:getIamPolicy`);
  expect(policy.body.bindings).toEqual([{ role, members: [member] }]);
  expect(
    cloud.emulator.cloud.allows(
      member,
      'secretmanager.versions.access',
      `projects/${project.number}/secrets/${secret}`,
    ),
  ).toBe(true);
});

gcloudTest(
  'a second create of the same secret is refused, and so is a version of one that is not there',
  async () => {
    await using here = await cloudWithGcloud();
    const { gcloud } = here;
    await create(gcloud, 'first-value');
    const [again, missing] = await Promise.all([
      gcloud.refused('secrets', 'create', secret, '--data-file=value'),
      gcloud.refused('secrets', 'versions', 'access', 'latest', '--secret=aethercast-unknown'),
    ]);
    expect(again).toContain(`Resource in projects [${project.id}] is the subject of a conflict`);
    expect(again).toContain('already exists');
    expect(missing).toContain('NOT_FOUND');
    expect(missing).toContain('aethercast-unknown');
  },
);
