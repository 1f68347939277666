import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud(
  'that gcloud manages private zones, log-based metrics, alert policies and uptime checks',
);

gcloudTest('dns: a private zone with a transaction, read back, and kept while it has records', async () => {
  await using here = await cloudWithGcloud();
  const { gcloud } = here;
  await gcloud.ok('services', 'enable', 'compute.googleapis.com', 'dns.googleapis.com');
  await gcloud.ok('compute', 'networks', 'create', 'main', '--subnet-mode=custom');
  await gcloud.ok(
    ...['dns', 'managed-zones', 'create', 'run-app', '--dns-name=run.app.', '--description=calls'],
    ...['--visibility=private', '--networks=main'],
  );
  const sets = ['dns', 'record-sets'];
  await gcloud.ok(
    ...sets,
    'create',
    'run.app.',
    '--zone=run-app',
    '--type=A',
    '--ttl=300',
    '--rrdatas=199.36.153.8',
  );
  await gcloud.ok(...sets, 'transaction', 'start', '--zone=run-app');
  const wanted = ['--name=*.run.app.', '--ttl=300', '--type=CNAME', '--zone=run-app'];
  await gcloud.ok(...sets, 'transaction', 'add', 'run.app.', ...wanted);
  await gcloud.ok(...sets, 'transaction', 'execute', '--zone=run-app');
  const records = await gcloud.json<{ name: string; type: string; rrdatas: string[] }[]>(
    ...sets,
    'list',
    '--zone=run-app',
  );
  expect(records.filter(({ type }) => type === 'A' || type === 'CNAME')).toMatchObject([
    { name: 'run.app.', rrdatas: ['199.36.153.8'] },
    { name: '*.run.app.', rrdatas: ['run.app.'] },
  ]);
  expect(await gcloud.refused('dns', 'managed-zones', 'delete', 'run-app')).toContain(
    "cannot be deleted because it contains one or more 'resource records'",
  );
});

gcloudTest('logging metrics and monitoring: what gcloud creates it reads back', async () => {
  await using here = await cloudWithGcloud();
  const { gcloud, cloud } = here;
  await gcloud.ok(
    ...['logging', 'metrics', 'create', 'errors', '--description=errors'],
    '--log-filter=severity>=ERROR',
  );
  await gcloud.ok('logging', 'metrics', 'update', 'errors', '--description=all errors');
  expect(await gcloud.json('logging', 'metrics', 'list')).toMatchObject([
    { name: 'errors', description: 'all errors', filter: 'severity>=ERROR' },
  ]);
  const policy = join(gcloud.folder, 'policy.json');
  const conditionThreshold = {
    filter: 'metric.type="logging.googleapis.com/user/errors" AND resource.type="cloud_run_revision"',
    comparison: 'COMPARISON_GT',
    thresholdValue: 5,
    duration: '300s',
  };
  await writeFile(
    policy,
    JSON.stringify({
      displayName: 'errors',
      combiner: 'OR',
      conditions: [{ displayName: 'many', conditionThreshold }],
    }),
  );
  await gcloud.ok('alpha', 'monitoring', 'policies', 'create', `--policy-from-file=${policy}`);
  const { body } = await cloud.asOwner('GET', '/v3/projects/acme-staging/alertPolicies');
  expect(body.alertPolicies).toMatchObject([{ displayName: 'errors', conditions: [{ conditionThreshold }] }]);
  await gcloud.ok(
    ...['monitoring', 'uptime', 'create', 'front', '--resource-type=uptime-url', '--protocol=https'],
    '--resource-labels=host=example.com,project_id=acme-staging',
  );
  expect(await gcloud.json('monitoring', 'uptime', 'list-configs')).toMatchObject([
    {
      displayName: 'front',
      httpCheck: { port: 443, useSsl: true },
      monitoredResource: { type: 'uptime_url' },
    },
  ]);
});
