import { expect } from 'vitest';
import { otherProject, project } from '../../support/emulator.ts';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud enables APIs on the emulator');

/** Everything the corrected guide enables, in the two requests that twenty per request make of it. */
const apis = [
  'aiplatform',
  'artifactregistry',
  'cloudbuild',
  'cloudresourcemanager',
  'compute',
  'containeranalysis',
  'dns',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'redis',
  'run',
  'secretmanager',
  'servicenetworking',
  'serviceusage',
  'sql-component',
  'sqladmin',
  'storage',
  'sts',
  'texttospeech',
  'vpcaccess',
].map((name) => `${name}.googleapis.com`);

interface Service {
  readonly name: string;
  readonly state: string;
  readonly config: { readonly name: string; readonly title: string };
}

gcloudTest('services enable turns the guide’s APIs on, and list shows them', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  for (const chunk of [apis.slice(0, 20), apis.slice(20)]) {
    await gcloud.ok('services', 'enable', ...chunk);
  }
  const listed = await gcloud.json<Service[]>('services', 'list', '--enabled');
  expect(listed.map((service) => service.config.name)).toEqual(expect.arrayContaining(apis));
  expect(listed.every((service) => service.state === 'ENABLED')).toBe(true);
  expect(listed.map((service) => service.name)).toContain(
    `projects/${project.number}/services/texttospeech.googleapis.com`,
  );
  const held = cloud.emulator.cloud.table<{ state: string }>('serviceusage.services');
  expect(apis.map((api) => held.get(`${project.id}/${api}`)?.state)).toEqual(apis.map(() => 'ENABLED'));
});

gcloudTest('more than twenty APIs in one command are refused, as Google refuses them', async () => {
  await using here = await cloudWithGcloud();
  expect(await here.gcloud.refused('services', 'enable', ...apis)).toMatch(/^1: .*INVALID_ARGUMENT.* 20 /s);
});

gcloudTest('an API that does not exist is refused with Google’s words', async () => {
  await using here = await cloudWithGcloud();
  expect(await here.gcloud.refused('services', 'enable', 'sqladmins.googleapis.com')).toContain(
    'sqladmins.googleapis.com',
  );
});

gcloudTest(
  'a command for an API that is not enabled says which one, and enables nothing by itself',
  async () => {
    await using here = await cloudWithGcloud();
    const { cloud, gcloud } = here;
    expect(await gcloud.refused('secrets', 'list', `--project=${otherProject.id}`)).toContain(
      'Secret Manager API has not been used in project',
    );
    expect(cloud.emulator.journal.filter((entry) => entry.write)).toEqual([]);
  },
);
