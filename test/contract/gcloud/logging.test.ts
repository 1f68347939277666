import { expect } from 'vitest';
import { project } from '../../support/emulator.ts';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud writes and reads the emulator’s logs');

interface Entry {
  readonly textPayload?: string;
  readonly jsonPayload?: unknown;
  readonly severity: string;
  readonly logName: string;
}

gcloudTest('logging: what was written is read by filter, newest first, no more than asked for', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await gcloud.ok('services', 'enable', 'logging.googleapis.com');
  const service = (name: string) => ({
    type: 'cloud_run_revision',
    labels: { project_id: project.id, service_name: name, revision_name: `${name}-00001-abc` },
  });
  await cloud.asOwner('POST', '/v2/entries:write', {
    logName: `projects/${project.id}/logs/run.googleapis.com%2Fstderr`,
    entries: [
      { resource: service('tda-service'), severity: 'INFO', textPayload: 'started' },
      { resource: service('tda-service'), severity: 'ERROR', textPayload: 'first failure' },
      { resource: service('tda-service'), severity: 'ERROR', textPayload: 'second failure' },
      { resource: service('sca-service'), severity: 'ERROR', textPayload: 'somebody else’s' },
    ],
  });
  await gcloud.ok('logging', 'write', 'deployments', '{"release":7}', '--payload-type=json');
  const filter =
    'resource.type="cloud_run_revision" AND resource.labels.service_name="tda-service" AND severity>=ERROR';
  const [errors, newest, own] = await Promise.all([
    gcloud.json<Entry[]>('logging', 'read', filter),
    gcloud.json<Entry[]>('logging', 'read', filter, '--limit=1'),
    gcloud.json<Entry[]>('logging', 'read', `logName="projects/${project.id}/logs/deployments"`),
  ]);
  expect(errors.map((entry) => entry.textPayload)).toEqual(['second failure', 'first failure']);
  expect(newest).toEqual(errors.slice(0, 1));
  expect(own).toMatchObject([{ jsonPayload: { release: 7 } }]);
});
