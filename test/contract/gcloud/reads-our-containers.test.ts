/** The sidecars, volumes, worker service and job that the bundles made, as gcloud shows them. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type ActionRunner, actionRunner, admin } from '../../support/action.ts';
import { type Gcloud, gcloudFor, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud(
  'whether gcloud reads the sidecars, volumes, worker services and jobs that the actions have made',
);

const project = 'studio-staging';
const bucket = `studio-media-${project}`;
const region = '--region=us-central1';

interface Container {
  readonly name?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

interface Pod {
  readonly containers: readonly Container[];
  readonly serviceAccountName: string;
  readonly volumes?: readonly unknown[];
}

type Values = Readonly<Record<string, string>>;

interface Service {
  readonly metadata: { readonly annotations: Values; readonly labels: Values };
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations: Values }; readonly spec: Pod };
  };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
    readonly traffic: readonly { readonly percent?: number; readonly tag?: string }[];
  };
}

interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly taskCount: number;
        readonly parallelism: number;
        readonly template: { readonly spec: Pod & { maxRetries: number; timeoutSeconds: string | number } };
      };
    };
  };
  readonly status: { readonly conditions: readonly { type: string; status: string }[] };
}

let runner: ActionRunner;
let gcloud: Gcloud;

beforeAll(async () => {
  runner = await actionRunner('test/fixtures/containers', project);
  gcloud = await gcloudFor(runner.emulator, { project, user: admin });
  const environment = 'staging';
  await done('provision', { environment });
  for (const service of ['web', 'digest']) {
    await done('build', { environment, service });
    await done('deploy-service', { environment, service, smoke_test: 'never' });
  }
}, 600_000);

afterAll(async () => {
  await gcloud[Symbol.asyncDispose]();
  await runner[Symbol.asyncDispose]();
});

async function done(action: string, inputs: Record<string, string>): Promise<void> {
  const run = await runner.run(action, inputs);
  if (run.code !== 0) throw new Error(`${action} ${inputs.service ?? ''} failed:\n${run.log}`);
}

const byDigest = (image: string) =>
  expect.stringMatching(
    new RegExp(`^us-central1-docker\\.pkg\\.dev/${project}/[^/]+/${image}@sha256:[0-9a-f]{64}$`),
  );
const mounts = [
  { name: 'volume-1', mountPath: '/mnt/media' },
  { name: 'volume-2', mountPath: '/tmp/work' },
];
const ready = expect.objectContaining({ type: 'Ready', status: 'True' });

gcloudTest(
  'run services describe shows the containers of a service and what is mounted into them',
  async () => {
    const web = await gcloud.json<Service>('run', 'services', 'describe', 'studio-web', region);
    const { spec, metadata } = web.spec.template;
    expect(web.status.conditions).toContainEqual(ready);
    expect(web.metadata.labels.team).toBe('media');
    expect(spec.serviceAccountName).toBe(`sa-studio-web@${project}.iam.gserviceaccount.com`);
    expect(spec.containers).toMatchObject([
      { name: 'main', image: byDigest('web'), ports: [{ containerPort: 8080 }], volumeMounts: mounts },
      {
        name: 'cache',
        image: byDigest('web-cache'),
        volumeMounts: mounts,
        resources: { limits: { cpu: '500m', memory: '256Mi' } },
        env: [
          { name: 'BUCKET', value: bucket },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'studio-key', key: '1' } } },
        ],
        startupProbe: { tcpSocket: { port: 6379 } },
      },
    ]);
    expect(JSON.parse(metadata.annotations['run.googleapis.com/container-dependencies'] ?? '')).toEqual({
      main: ['cache'],
    });
    expect(spec.volumes).toMatchObject([
      {
        name: 'volume-1',
        csi: {
          driver: 'gcsfuse.run.googleapis.com',
          readOnly: true,
          volumeAttributes: { bucketName: bucket, mountOptions: 'implicit-dirs' },
        },
      },
      { name: 'volume-2', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    ]);
  },
);

gcloudTest(
  'a worker service is one that nobody outside calls, with its instances and its CPU always',
  async () => {
    const worker = await gcloud.json<Service>('run', 'services', 'describe', 'studio-web-worker', region);
    const { spec, metadata } = worker.spec.template;
    expect(worker.status.conditions).toContainEqual(ready);
    expect(worker.metadata.annotations['run.googleapis.com/ingress']).toBe('internal');
    expect(metadata.annotations).toMatchObject({
      'autoscaling.knative.dev/minScale': '2',
      'autoscaling.knative.dev/maxScale': '2',
      'run.googleapis.com/cpu-throttling': 'false',
    });
    expect(spec.containers).toMatchObject([
      { name: 'main', command: ['node', 'worker.js'], ports: [{ containerPort: 8081 }] },
      { name: 'cache' },
    ]);
    expect(worker.status.traffic).toMatchObject([{ percent: 100 }]);
    expect(worker.status.traffic.flatMap(({ tag }) => tag ?? [])).toEqual([]);
    expect(await gcloud.json<unknown[]>('beta', 'run', 'worker-pools', 'list', region)).toEqual([]);
  },
);

gcloudTest('a job has its tasks and its sidecar, was not run, and gcloud runs it', async () => {
  const job = await gcloud.json<Job>('run', 'jobs', 'describe', 'studio-digest-worker', region);
  const { template, ...execution } = job.spec.template.spec;
  expect(execution).toMatchObject({ taskCount: 4, parallelism: 2 });
  expect(Number(template.spec.timeoutSeconds)).toBe(7200);
  expect(template.spec).toMatchObject({
    maxRetries: 1,
    serviceAccountName: `sa-studio-digest@${project}.iam.gserviceaccount.com`,
    containers: [
      { name: 'main', image: byDigest('digest'), command: ['python', 'digest.py'] },
      { name: 'collector', image: byDigest('digest-collector') },
    ],
    volumes: [{ csi: { volumeAttributes: { bucketName: bucket } } }],
  });
  const executions = ['run', 'jobs', 'executions', 'list', '--job=studio-digest-worker', region];
  expect(await gcloud.json<unknown[]>(...executions)).toEqual([]);
  const ran = await gcloud.json<{ status: { succeededCount: number } }>(
    ...['run', 'jobs', 'execute', 'studio-digest-worker', '--wait', region],
  );
  expect(ran.status.succeededCount).toBe(4);
});
