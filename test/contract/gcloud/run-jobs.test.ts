import { expect } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds } from '../../support/emulated-builds.ts';
import { project, type TestCloud } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud runs Cloud Run jobs on the emulator');

const region = '--region=us-central1';
const account = `sa-aethercast-migrator@${project.id}.iam.gserviceaccount.com`;
const jobs = `/v2/projects/${project.id}/locations/us-central1/jobs`;

interface Job {
  readonly metadata: { readonly name: string };
  readonly status: { readonly latestCreatedExecution?: { readonly name: string } };
}

interface Execution {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly succeededCount?: number;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

async function prepared(): Promise<AsyncDisposable & { cloud: TestCloud; gcloud: Gcloud }> {
  const here = await cloudWithGcloud();
  const call = here.cloud.asOwner;
  await prepareBuilds(call);
  await build(
    call,
    {
      Dockerfile: 'FROM python:3.12-slim\nCOPY migrate.py .\nCMD ["python", "migrate.py"]',
      'migrate.py': '',
    },
    { image: `${prefix}/migrate:v1` },
  );
  await makeAccount(call, 'sa-aethercast-migrator');
  return here;
}

const deploy = [
  ...['run', 'jobs', 'deploy', 'migrate', `--image=${prefix}/migrate:v1`, region],
  ...[
    `--service-account=${account}`,
    '--set-env-vars=POSTGRES_PORT=5432',
    '--max-retries=0',
    '--task-timeout=10m',
  ],
];

gcloudTest('run jobs: deploy, execute --wait, executions, describe, deploy again, delete', async () => {
  await using here = await prepared();
  const { cloud, gcloud } = here;
  await gcloud.ok(...deploy);
  const stored = await cloud.asOwner('GET', `${jobs}/migrate`);
  expect(stored.body).toMatchObject({
    template: {
      template: {
        serviceAccount: account,
        maxRetries: 0,
        timeout: '600s',
        containers: [{ image: `${prefix}/migrate:v1`, env: [{ name: 'POSTGRES_PORT', value: '5432' }] }],
      },
    },
  });
  const execution = await gcloud.json<Execution>('run', 'jobs', 'execute', 'migrate', '--wait', region);
  expect(execution.status.succeededCount).toBe(1);
  expect(execution.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'Completed', status: 'True' }),
  );
  const [described, listed, executions] = await Promise.all([
    gcloud.json<Job>('run', 'jobs', 'describe', 'migrate', region),
    gcloud.json<Job[]>('run', 'jobs', 'list', region),
    gcloud.json<Execution[]>('run', 'jobs', 'executions', 'list', '--job=migrate', region),
  ]);
  const { name } = execution.metadata;
  expect(described.status.latestCreatedExecution?.name).toBe(name);
  expect(listed.map(({ metadata }) => metadata.name)).toEqual(['migrate']);
  expect(executions.map(({ metadata }) => metadata.name)).toEqual([name]);
  expect((await cloud.asOwner('GET', `${jobs}/migrate/executions/${name}`)).body).toMatchObject({
    succeededCount: 1,
  });

  await gcloud.ok(...deploy, '--labels=team=media');
  expect((await cloud.asOwner('GET', `${jobs}/migrate`)).body).toMatchObject({ labels: { team: 'media' } });
  await gcloud.ok('run', 'jobs', 'delete', 'migrate', region);
  expect((await cloud.asOwner('GET', `${jobs}/migrate`)).status).toBe(404);
});

gcloudTest('a job whose image is not in the registry is not ready, and gcloud says why', async () => {
  await using here = await prepared();
  const said = await here.gcloud.refused(
    ...['run', 'jobs', 'deploy', 'broken', `--image=${prefix}/migrate:v9`, region],
    `--service-account=${account}`,
  );
  expect(said).toContain(`${prefix}/migrate:v9`);
});
