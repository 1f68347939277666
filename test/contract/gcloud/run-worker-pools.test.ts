import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds } from '../../support/emulated-builds.ts';
import { project, type TestCloud } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud replaces worker pools on the emulator');

const name = 'aethercast-tda-worker';
const region = '--region=us-central1';
const account = `sa-aethercast-tda@${project.id}.iam.gserviceaccount.com`;
const path = `/v2/projects/${project.id}/locations/us-central1/workerPools/${name}`;
const pools = ['beta', 'run', 'worker-pools'];

interface Pool {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[] } } };
  readonly status: { readonly conditions: readonly object[] };
}

async function prepared(): Promise<AsyncDisposable & { cloud: TestCloud; gcloud: Gcloud }> {
  const here = await cloudWithGcloud();
  const call = here.cloud.asOwner;
  await prepareBuilds(call);
  await build(
    call,
    { Dockerfile: 'FROM python:3.12-slim\nCOPY main.py .\nCMD ["python", "main.py"]', 'main.py': '' },
    { image: `${prefix}/tda-service:v1` },
  );
  await makeAccount(call, 'sa-aethercast-tda');
  return here;
}

const args = ['-A', 'aethercast.tda.main:celery_app', 'worker', '-l', 'info'];

/** The pool of the corrected guide, as the file that `replace` takes. */
async function writePool(gcloud: Gcloud, instances: number, tag = 'v1'): Promise<string> {
  const file = join(gcloud.folder, 'pool.yaml');
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: 'run.googleapis.com/v1',
      kind: 'WorkerPool',
      metadata: {
        name,
        // The command has no flag for the region.
        labels: { 'cloud.googleapis.com/location': 'us-central1' },
        annotations: {
          'run.googleapis.com/launch-stage': 'BETA',
          'run.googleapis.com/scalingMode': 'manual',
          'run.googleapis.com/manualInstanceCount': String(instances),
        },
      },
      spec: {
        template: {
          spec: {
            serviceAccountName: account,
            containers: [{ image: `${prefix}/tda-service:${tag}`, command: ['celery'], args }],
          },
        },
      },
    }),
  );
  return file;
}

gcloudTest('run worker-pools: replace creates and changes, describe and list read it', async () => {
  await using here = await prepared();
  const { cloud, gcloud } = here;
  await gcloud.ok(...pools, 'replace', await writePool(gcloud, 2));
  expect((await cloud.asOwner('GET', path)).body).toMatchObject({
    scaling: { manualInstanceCount: 2 },
    template: {
      serviceAccount: account,
      containers: [{ image: `${prefix}/tda-service:v1`, command: ['celery'], args }],
    },
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
  });
  const [described, listed] = await Promise.all([
    gcloud.json<Pool>(...pools, 'describe', name, region),
    gcloud.json<Pool[]>(...pools, 'list', region),
  ]);
  expect(listed).toEqual([described]);
  expect(described).toMatchObject({
    kind: 'WorkerPool',
    metadata: { name, annotations: { 'run.googleapis.com/manualInstanceCount': '2' } },
    spec: { template: { spec: { containers: [{ command: ['celery'], args }] } } },
  });

  await gcloud.ok(...pools, 'replace', await writePool(gcloud, 3));
  expect((await cloud.asOwner('GET', path)).body).toMatchObject({ scaling: { manualInstanceCount: 3 } });
});

gcloudTest('a pool whose image is not in the registry: replace fails, and describe says why', async () => {
  await using here = await prepared();
  const { gcloud } = here;
  // gcloud 528 drops the message of a pool's only condition; what it says instead is this.
  const said = await gcloud.refused(...pools, 'replace', await writePool(gcloud, 1, 'v9'));
  expect(said).toContain('An error was encountered during deployment.');
  const described = await gcloud.json<Pool>(...pools, 'describe', name, region);
  expect(described.status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'Ready',
      status: 'False',
      message: expect.stringContaining(`Image '${prefix}/tda-service:v9' not found.`),
    }),
  );
});

gcloudTest('deploy of a pool goes over TLS, which the emulator refuses at once', async () => {
  await using here = await prepared();
  const said = await here.gcloud.refused(
    ...[...pools, 'deploy', name, `--image=${prefix}/tda-service:v1`, region],
  );
  expect(said).toContain('HTTP proxy returned response code 501');
  expect((await here.cloud.asOwner('GET', path)).status).toBe(404);
});
