import { request } from 'node:http';
import { expect, test } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds } from '../support/emulated-builds.ts';
import {
  type Answer,
  type Caller,
  otherProject,
  owner,
  project,
  type TestCloud,
  testCloud,
} from '../support/emulator.ts';

const serving = `/apis/serving.knative.dev/v1/namespaces/${project.id}`;
const batch = `/apis/run.googleapis.com/v1/namespaces/${project.id}`;
const v2 = `/v2/projects/${project.id}/locations/us-central1`;
const account = `runtime@${project.id}.iam.gserviceaccount.com`;

async function prepared(): Promise<TestCloud> {
  const cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  await build(cloud.asOwner, {
    Dockerfile: 'FROM python:3.12\nCOPY main.py .\nEXPOSE 5000\nCMD ["python", "main.py"]',
    'main.py': '',
  });
  await makeAccount(cloud.asOwner, 'runtime');
  return cloud;
}

interface Meta {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  resourceVersion?: string;
}
interface Spec {
  template: {
    metadata?: Meta;
    spec: { containers: Record<string, unknown>[] } & Record<string, unknown>;
  };
  traffic?: Record<string, unknown>[];
}
interface KService {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  spec: Spec;
  status?: Record<string, unknown>;
}

const run = (name: string) => `run.googleapis.com/${name}`;

function kservice(
  change: {
    metadata?: Meta;
    template?: Meta;
    spec?: Record<string, unknown>;
    container?: Record<string, unknown>;
    traffic?: Record<string, unknown>[];
  } = {},
): KService {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: project.id, ...change.metadata },
    spec: {
      template: {
        metadata: { ...change.template },
        spec: {
          containers: [
            { image: `${prefix}/web:v1`, name: '', ports: [{ containerPort: 5000 }], ...change.container },
          ],
          nodeSelector: {},
          serviceAccountName: account,
          ...change.spec,
        },
      },
      ...(change.traffic === undefined ? {} : { traffic: change.traffic }),
    },
    status: { address: {} },
  };
}

const create = (call: Caller, body: unknown) => call('POST', `${serving}/services`, body);
const read = async (call: Caller, id = 'web') =>
  (await call('GET', `${serving}/services/${id}`)).body as unknown as KService & {
    status: { conditions: { type: string; status: string; message?: string; reason?: string }[] } & Record<
      string,
      unknown
    >;
  };
const readV2 = async (call: Caller, id = 'web') =>
  (await call('GET', `${v2}/services/${id}`)).body as unknown as Record<string, unknown> & {
    template: Record<string, unknown>;
  };

function violations(answer: Answer): { field: string; description: string }[] {
  const error = answer.body.error as unknown as {
    details: { fieldViolations?: { field: string; description: string }[] }[];
  };
  return error.details.flatMap((detail) => detail.fieldViolations ?? []);
}

test('a service is made as gcloud makes it, and both views show one thing', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const created = await create(
    call,
    kservice({
      metadata: {
        labels: { app: 'shop' },
        annotations: { [run('client-name')]: 'gcloud', [run('ingress')]: 'internal', note: 'mine' },
      },
      template: {
        labels: { 'client.knative.dev/nonce': 'abc' },
        annotations: { 'autoscaling.knative.dev/maxScale': '2', [run('startup-cpu-boost')]: 'True' },
      },
    }),
  );
  expect(created.status).toBe(200);
  const web = await read(call);
  expect(created.body).toEqual(web);
  expect(web).toMatchObject({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: project.number,
      generation: 1,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${project.number}/services/web`,
      labels: { app: 'shop', 'cloud.googleapis.com/location': 'us-central1' },
      annotations: {
        note: 'mine',
        [run('client-name')]: 'gcloud',
        [run('ingress')]: 'internal',
        [run('ingress-status')]: 'internal',
        'serving.knative.dev/creator': owner,
        'serving.knative.dev/lastModifier': owner,
      },
    },
    spec: {
      template: {
        metadata: {
          labels: { 'client.knative.dev/nonce': 'abc' },
          annotations: { 'autoscaling.knative.dev/maxScale': '2', [run('startup-cpu-boost')]: 'true' },
        },
        spec: {
          containerConcurrency: 80,
          timeoutSeconds: 300,
          serviceAccountName: account,
          containers: [
            {
              ports: [{ name: 'http1', containerPort: 5000 }],
              resources: { limits: { cpu: '1000m', memory: '512Mi' } },
            },
          ],
        },
      },
      traffic: [{ percent: 100, latestRevision: true }],
    },
    status: {
      observedGeneration: 1,
      traffic: [{ percent: 100, latestRevision: true, revisionName: expect.stringMatching(/^web-00001-/) }],
      address: { url: web.status.url },
    },
  });
  expect(web.status.conditions.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
    'ConfigurationsReady True',
    'Ready True',
    'RoutesReady True',
  ]);
  const same = await readV2(call);
  expect(JSON.parse(web.metadata.annotations?.[run('urls')] ?? '')).toEqual(same.urls);
  expect(same).toMatchObject({
    uid: (web.metadata as { uid?: string }).uid,
    etag: web.metadata.resourceVersion,
    ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    client: 'gcloud',
    labels: { app: 'shop' },
    annotations: { note: 'mine' },
    uri: web.status.url,
    template: {
      labels: { 'client.knative.dev/nonce': 'abc' },
      scaling: { maxInstanceCount: 2 },
      containers: [{ resources: { cpuIdle: true, startupCpuBoost: true } }],
    },
  });
  expect(JSON.stringify(same.template)).not.toContain('"name":""');
});

test('a PUT replaces the whole object; traffic alone makes no revision; a stale one is refused', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, kservice());
  const first = await read(call);
  const put = (body: unknown) => call('PUT', `${serving}/services/web`, body);

  expect((await put(first)).body).toEqual(first);

  const next = structuredClone(first);
  next.spec.template.metadata = { name: 'web-two' };
  next.spec.template.spec.containers[0] = {
    ...next.spec.template.spec.containers[0],
    env: [{ name: 'A', value: '1' }],
  };
  const old = String((first.status as { latestReadyRevisionName?: string }).latestReadyRevisionName);
  next.spec.traffic = [
    { revisionName: old, percent: 100 },
    { revisionName: 'web-two', tag: 'cand' },
  ];
  expect((await put(next)).body).toMatchObject({
    metadata: { generation: 2 },
    status: {
      latestReadyRevisionName: 'web-two',
      traffic: [
        { revisionName: old, percent: 100 },
        { revisionName: 'web-two', tag: 'cand', url: expect.stringMatching(/^https:\/\/cand---web-/) },
      ],
    },
  });
  expect(await put(first)).toMatchObject({
    status: 409,
    body: { error: { status: 'ABORTED', message: expect.stringContaining("Conflict for resource 'web'") } },
  });

  const second = await read(call);
  second.spec.traffic = [{ latestRevision: true, percent: 100 }];
  await put(second);
  expect(await readV2(call)).toMatchObject({
    generation: '3',
    latestCreatedRevision: expect.stringMatching(/web-two$/),
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
  });
  expect((await call('GET', `${v2}/services/web/revisions`)).body.revisions).toHaveLength(2);
  expect(
    (await call('PUT', `${serving}/services/none`, kservice({ metadata: { name: 'none' } }))).status,
  ).toBe(404);
});

/** A template of the v2 API and what stands for it in the v1 API: both ways. */
const pairs: [string, Record<string, unknown>, Record<string, unknown>, Record<string, string>][] = [
  [
    'a database',
    {
      volumes: [{ name: 'cloudsql', cloudSqlInstance: { instances: [`${project.id}:us-central1:db`] } }],
      containers: [{ volumeMounts: [{ name: 'cloudsql', mountPath: '/cloudsql' }] }],
    },
    {},
    { [run('cloudsql-instances')]: `${project.id}:us-central1:db` },
  ],
  [
    'the VPC',
    {
      vpcAccess: {
        networkInterfaces: [{ network: 'main', subnetwork: 'apps', tags: ['web'] }],
        egress: 'ALL_TRAFFIC',
      },
    },
    {},
    {
      [run('network-interfaces')]: '[{"network":"main","subnetwork":"apps","tags":["web"]}]',
      [run('vpc-access-egress')]: 'all-traffic',
    },
  ],
  [
    'a connector',
    { vpcAccess: { connector: 'apps', egress: 'PRIVATE_RANGES_ONLY' } },
    {},
    { [run('vpc-access-connector')]: 'apps', [run('vpc-access-egress')]: 'private-ranges-only' },
  ],
  [
    'CPU that is always there',
    { containers: [{ resources: { limits: { cpu: '2', memory: '1Gi' } } }] },
    { containers: [{ resources: { limits: { cpu: '2', memory: '1Gi' } } }] },
    { [run('cpu-throttling')]: 'false' },
  ],
  [
    'scaling, affinity, generation and request limits',
    {
      scaling: { minInstanceCount: 1, maxInstanceCount: 4 },
      sessionAffinity: true,
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      timeout: '3600s',
      maxInstanceRequestConcurrency: 10,
    },
    { timeoutSeconds: 3600, containerConcurrency: 10 },
    {
      'autoscaling.knative.dev/minScale': '1',
      'autoscaling.knative.dev/maxScale': '4',
      [run('sessionAffinity')]: 'true',
      [run('execution-environment')]: 'gen2',
    },
  ],
  [
    'secrets, of this project and of another',
    {
      containers: [
        {
          env: [
            { name: 'A', valueSource: { secretKeyRef: { secret: 'key', version: '3' } } },
            {
              name: 'B',
              valueSource: {
                secretKeyRef: { secret: `projects/${otherProject.number}/secrets/far`, version: 'latest' },
              },
            },
          ],
        },
      ],
    },
    {
      containers: [
        {
          env: [
            { name: 'A', valueFrom: { secretKeyRef: { name: 'key', key: '3' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: `${otherProject.number}-far`, key: 'latest' } } },
          ],
        },
      ],
    },
    { [run('secrets')]: `${otherProject.number}-far:projects/${otherProject.number}/secrets/far` },
  ],
  [
    'volumes of every other kind',
    {
      volumes: [
        { name: 's', secret: { secret: 'key', items: [{ path: 'k', version: '1' }], defaultMode: 256 } },
        { name: 'm', emptyDir: { medium: 'MEMORY', sizeLimit: '64Mi' } },
        { name: 'b', gcs: { bucket: 'acme-media', readOnly: true, mountOptions: ['debug'] } },
        { name: 'n', nfs: { server: '10.0.0.2', path: '/share', readOnly: true } },
      ],
    },
    {
      volumes: [
        { name: 's', secret: { secretName: 'key', items: [{ path: 'k', key: '1' }], defaultMode: 256 } },
        { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        {
          name: 'b',
          csi: {
            driver: 'gcsfuse.run.googleapis.com',
            readOnly: true,
            volumeAttributes: { bucketName: 'acme-media', mountOptions: 'debug' },
          },
        },
        { name: 'n', nfs: { server: '10.0.0.2', path: '/share', readOnly: true } },
      ],
    },
    {},
  ],
];

test.each(pairs)('%s reads and writes the same in both views', async (_name, in2, in1, annotations) => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const [container2 = {}] = (in2.containers ?? []) as Record<string, unknown>[];
  const [container1 = {}] = (in1.containers ?? []) as Record<string, unknown>[];
  const image = `${prefix}/web:v1`;
  const ports = [{ name: 'http1', containerPort: 5000 }];
  const resources = { resources: { cpuIdle: true } };
  await call('POST', `${v2}/services?serviceId=web`, {
    template: {
      serviceAccount: account,
      ...in2,
      containers: [{ image, ports, ...resources, ...container2 }],
    },
  });
  const shown = await read(call);
  expect(shown.spec.template.metadata?.annotations ?? {}).toMatchObject(annotations);
  expect(shown.spec.template.spec).toMatchObject({ ...in1, containers: [container1] });

  await create(
    call,
    kservice({
      metadata: { name: 'other' },
      template: { annotations },
      spec: { ...in1, containers: [{ ...container1, image, ports }] },
    }),
  );
  const { template } = await readV2(call, 'other');
  const { template: wanted } = await readV2(call);
  expect(template).toEqual(wanted);

  expect((await call('PUT', `${serving}/services/web`, shown)).body).toEqual(shown);
  expect((await call('GET', `${v2}/services/web/revisions`)).body.revisions).toHaveLength(1);
});

test('annotations of the service stand for fields of the v2 API, both ways', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const annotations = {
    [run('ingress')]: 'internal-and-cloud-load-balancing',
    [run('invoker-iam-disabled')]: 'True',
    [run('default-url-disabled')]: 'true',
    [run('launch-stage')]: 'BETA',
    [run('description')]: 'The shop',
    [run('custom-audiences')]: '["https://shop.example"]',
    [run('minScale')]: '1',
    [run('maxScale')]: '9',
    [run('binary-authorization')]: 'default',
  };
  await create(call, kservice({ metadata: { annotations } }));
  expect(await readV2(call)).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
    invokerIamDisabled: true,
    defaultUriDisabled: true,
    launchStage: 'BETA',
    description: 'The shop',
    customAudiences: ['https://shop.example'],
    scaling: { minInstanceCount: 1, maxInstanceCount: 9 },
    binaryAuthorization: { useDefault: true },
  });
  const shown = await read(call);
  expect(shown.metadata.annotations).toMatchObject({ ...annotations, [run('invoker-iam-disabled')]: 'true' });
  expect(shown.metadata.annotations?.[run('urls')]).toBeUndefined();
  expect(shown.status.url).toBeUndefined();
});

test('two containers keep their names and their order of starting', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const body = kservice({
    template: { annotations: { [run('container-dependencies')]: '{"app":["proxy"]}' } },
    spec: {
      containers: [
        {
          name: 'app',
          image: `${prefix}/web:v1`,
          ports: [{ containerPort: 5000 }],
          startupProbe: { tcpSocket: { port: 5000 } },
        },
        // Whom others wait for needs a probe that says when it has started.
        { name: 'proxy', image: `${prefix}/web:v1`, startupProbe: { tcpSocket: { port: 5000 } } },
      ],
    },
  });
  await create(call, body);
  expect(await readV2(call)).toMatchObject({
    template: {
      containers: [{ name: 'app', dependsOn: ['proxy'] }, { name: 'proxy' }],
    },
  });
  expect((await read(call)).spec.template.metadata?.annotations).toMatchObject({
    [run('container-dependencies')]: '{"app":["proxy"]}',
  });
  const circle = structuredClone(body);
  circle.metadata.name = 'round';
  circle.spec.template.metadata = {
    annotations: { [run('container-dependencies')]: '{"app":["proxy"],"proxy":["app"]}' },
  };
  expect(violations(await create(call, circle))).toMatchObject([
    { field: 'spec.template.spec.containers', description: expect.stringContaining('circle') },
  ]);
});

test('a revision that does not start leaves Ready false with Google’s message, and the old one serving', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, kservice());
  const before = await read(call);
  const bad = structuredClone(before);
  bad.spec.template.spec.containers[0] = { image: `${prefix}/web:v1`, ports: [{ containerPort: 9999 }] };
  const put = await call('PUT', `${serving}/services/web`, bad);
  expect(put.status).toBe(200);
  const after = await read(call);
  const ready = after.status.conditions.find((one) => one.type === 'Ready');
  expect(ready).toMatchObject({
    status: 'False',
    message: expect.stringMatching(/^Revision 'web-00002-.*PORT=9999/),
  });
  expect(after.status).toMatchObject({
    latestReadyRevisionName: before.status.latestReadyRevisionName,
    traffic: before.status.traffic,
    url: before.status.url,
  });
});

test('revisions, configurations and routes are read by selector and by name', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, kservice({ template: { name: 'web-one' } }));
  await create(call, kservice({ metadata: { name: 'api' } }));
  const next = await read(call);
  next.spec.template.metadata = { name: 'web-two' };
  await call('PUT', `${serving}/services/web`, next);
  const selector = encodeURIComponent('serving.knative.dev/service = web');
  const { body } = await call('GET', `${serving}/revisions?labelSelector=${selector}&alt=json`);
  expect(body).toMatchObject({
    kind: 'RevisionList',
    metadata: {},
    items: [
      {
        kind: 'Revision',
        metadata: { name: 'web-two', labels: { 'serving.knative.dev/service': 'web' } },
        spec: { serviceAccountName: account },
        status: { imageDigest: expect.stringMatching(/web@sha256:/) },
      },
      { metadata: { name: 'web-one' } },
    ],
  });
  expect(body.items).toHaveLength(2);
  const active = (revision: unknown) =>
    (revision as { status: { conditions: { type: string; status: string }[] } }).status.conditions.find(
      (one) => one.type === 'Active',
    )?.status;
  expect(active(body.items?.[0])).toBe('True');
  expect(active((await call('GET', `${serving}/revisions/web-one`)).body)).toBe('False');
  expect((await call('DELETE', `${serving}/revisions/web-two`)).status).toBe(400);
  expect((await call('DELETE', `${serving}/revisions/web-one`)).body).toMatchObject({
    kind: 'Status',
    status: 'Success',
    details: { name: 'web-one' },
  });
  expect((await call('GET', `${serving}/revisions/web-one`)).status).toBe(404);
  expect((await call('GET', `${serving}/configurations/web`)).body).toMatchObject({
    kind: 'Configuration',
    status: { latestReadyRevisionName: 'web-two' },
  });
  expect((await call('GET', `${serving}/routes/web`)).body).toMatchObject({
    kind: 'Route',
    status: { url: expect.stringContaining('https://web-') },
  });
  expect((await call('GET', `${serving}/routes`)).body.items).toHaveLength(2);
});

test('lists have metadata, take selectors, and go on where they stopped', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  expect((await call('GET', `${serving}/services`)).body).toEqual({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'ServiceList',
    metadata: {},
  });
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'job'],
  ] as const) {
    await create(call, kservice({ metadata: { name, labels: { tier } } }));
  }
  const names = async (query: string): Promise<string[]> => {
    const { body } = await call('GET', `${serving}/services?${query}`);
    return ((body.items ?? []) as unknown as KService[]).map((one) => one.metadata.name ?? '');
  };
  expect(await names('labelSelector=tier%3Dweb')).toEqual(['a', 'b']);
  expect(await names(`labelSelector=${encodeURIComponent('tier in (job, none)')}`)).toEqual(['c']);
  expect(await names('labelSelector=tier!%3Dweb')).toEqual(['c']);
  expect(await names('labelSelector=!tier')).toEqual([]);
  expect(await names('fieldSelector=metadata.name%3Db')).toEqual(['b']);
  const first = await call('GET', `${serving}/services?limit=2`);
  expect(first.body.items).toHaveLength(2);
  const next = (first.body.metadata as unknown as { continue: string }).continue;
  expect(await names(`limit=2&continue=${next}`)).toEqual(['c']);
  expect((await call('GET', `${serving}/services?labelSelector=%3D%3D`)).status).toBe(400);
  expect((await call('GET', `${serving}/services?watch=true`)).status).toBe(501);
  const regional = `/v1/projects/${project.id}/locations`;
  expect((await call('GET', `${regional}/us-central1/services`)).body.items).toHaveLength(3);
  expect((await call('GET', `${regional}/europe-west1/services`)).body.items).toBeUndefined();
  expect((await call('GET', `${regional}/-/services`)).body.items).toHaveLength(3);
});

test.each<[string, unknown, string, string]>([
  ['a wrong kind', { ...kservice(), kind: 'Deployment' }, 'kind', 'must be "Service"'],
  [
    'another namespace',
    kservice({ metadata: { namespace: 'somebody-else' } }),
    'metadata.namespace',
    'must be the project',
  ],
  [
    'an annotation of the system that nobody knows',
    kservice({ metadata: { annotations: { [run('magic')]: 'on' } } }),
    'metadata.annotations[run.googleapis.com/magic]',
    'not supported',
  ],
  [
    'a wrong value of an annotation',
    kservice({ metadata: { annotations: { [run('ingress')]: 'everybody' } } }),
    'metadata.annotations[run.googleapis.com/ingress]',
    'invalid value "everybody"',
  ],
  [
    'a number that is none',
    kservice({ template: { annotations: { 'autoscaling.knative.dev/maxScale': 'many' } } }),
    'spec.template.metadata.annotations[autoscaling.knative.dev/maxScale]',
    'invalid value "many"',
  ],
  [
    'a field of Kubernetes that Cloud Run does not have',
    kservice({ container: { envFrom: [{ prefix: 'x' }] } }),
    'spec.template.spec.containers[0].env_from',
    'not supported',
  ],
  [
    'a reserved variable',
    kservice({ container: { env: [{ name: 'PORT', value: '1' }] } }),
    'spec.template.spec.containers[0].env[0].name',
    'reserved env names were provided: PORT',
  ],
  [
    'a secret without a version',
    kservice({ container: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'key' } } }] } }),
    'spec.template.spec.containers[0].env[0].value_from.secret_key_ref.key',
    'is required',
  ],
  [
    'too little memory',
    kservice({ container: { resources: { limits: { cpu: '4', memory: '1Gi' } } } }),
    'spec.template.spec.containers[0].resources.limits.memory',
    'between 2 and 16',
  ],
  [
    'a revision of another service',
    kservice({ template: { name: 'api-one' } }),
    'spec.template.metadata.name',
    'must start with "web-"',
  ],
  [
    'traffic that does not add up',
    kservice({ traffic: [{ latestRevision: true, percent: 90 }] }),
    'spec.traffic',
    'must add up to 100',
  ],
])('%s is refused with the place in the Knative object', async (_name, body, field, description) => {
  await using cloud = await prepared();
  const answer = await create(cloud.asOwner, body);
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { status: 'INVALID_ARGUMENT', message: 'The request has errors' } },
  });
  expect(violations(answer)).toContainEqual({ field, description: expect.stringContaining(description) });
  expect((await read(cloud.asOwner)) as unknown).toMatchObject({ error: { code: 404 } });
});

test('unknown fields, names that are taken, dry runs and DELETE', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const unknown = { ...kservice(), spec: { ...kservice().spec, replicas: 2 } };
  expect(JSON.stringify((await create(call, unknown)).body)).toContain('Unknown name \\"replicas\\"');
  const dry = await call('POST', `${serving}/services?dryRun=all`, kservice());
  expect(dry.body).toMatchObject({ spec: { template: { spec: { timeoutSeconds: 300 } } } });
  expect((await call('GET', `${serving}/services/web`)).status).toBe(404);
  await create(call, kservice());
  expect(await create(call, kservice())).toMatchObject({
    status: 409,
    body: { error: { status: 'ALREADY_EXISTS' } },
  });
  expect((await call('DELETE', `${serving}/services/web?propagationPolicy=Background`)).body).toMatchObject({
    kind: 'Status',
    status: 'Success',
    details: { group: 'serving.knative.dev', kind: 'services', name: 'web' },
  });
  expect((await call('GET', `${serving}/services/web`)).status).toBe(404);
  expect((await call('GET', `${v2}/services/web`)).status).toBe(404);
});

test('a worker pool has no URL, scales by annotation and keeps its revision', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const pool = {
    apiVersion: 'run.googleapis.com/v1',
    kind: 'WorkerPool',
    metadata: {
      name: 'worker',
      namespace: project.id,
      annotations: { [run('scalingMode')]: 'manual', [run('manualInstanceCount')]: '2' },
    },
    spec: {
      template: {
        spec: {
          serviceAccountName: account,
          containers: [{ image: `${prefix}/web:v1`, command: ['celery'], args: ['worker'] }],
        },
      },
    },
  };
  const created = await call('POST', `${batch}/workerpools`, pool);
  expect(created.body).toMatchObject({
    kind: 'WorkerPool',
    spec: { instanceSplits: [{ latestRevision: true, percent: 100 }] },
    status: {
      instanceSplits: [{ revisionName: expect.stringMatching(/^worker-00001-/), percent: 100 }],
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
    },
  });
  expect((created.body.status as unknown as { url?: string }).url).toBeUndefined();
  const shown = (await call('GET', `${batch}/workerpools/worker`)).body as unknown as KService;
  shown.metadata.annotations = { ...shown.metadata.annotations, [run('manualInstanceCount')]: '0' };
  await call('PUT', `${batch}/workerpools/worker`, shown);
  expect((await call('GET', `${v2}/workerPools/worker`)).body).toMatchObject({
    generation: '2',
    scaling: { manualInstanceCount: 0, scalingMode: 'MANUAL' },
  });
  expect((await call('GET', `${v2}/workerPools/worker/revisions`)).body.revisions).toHaveLength(1);
  const selector = encodeURIComponent('run.googleapis.com/workerPool = worker');
  expect((await call('GET', `${serving}/revisions?labelSelector=${selector}`)).body.items).toHaveLength(1);
  expect((await call('GET', `${serving}/revisions`)).body.items).toBeUndefined();
  expect((await call('GET', `${batch}/workerpools`)).body.items).toHaveLength(1);
  expect((await call('DELETE', `${batch}/workerpools/worker`)).body).toMatchObject({ status: 'Success' });
});

const kjob = (task: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) => ({
  apiVersion: 'run.googleapis.com/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: project.id, annotations: { [run('client-name')]: 'gcloud' } },
  spec: {
    template: {
      metadata: { annotations: { [run('client-name')]: 'gcloud', [run('execution-environment')]: 'gen2' } },
      spec: {
        ...spec,
        template: {
          spec: {
            serviceAccountName: account,
            containers: [{ image: `${prefix}/web:v1`, name: '' }],
            nodeSelector: {},
            ...task,
          },
        },
      },
    },
  },
  status: { latestCreatedExecution: {} },
});

test('a job runs, and execution and tasks tell how it went', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const created = await call('POST', `${batch}/jobs`, kjob({ maxRetries: 0, timeoutSeconds: 900 }));
  expect(created.body).toMatchObject({
    kind: 'Job',
    metadata: { namespace: project.number },
    spec: {
      template: { spec: { taskCount: 1, template: { spec: { maxRetries: 0, timeoutSeconds: '900' } } } },
    },
    status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'ResourcesAvailable' }] },
  });
  expect((await call('GET', `${v2}/jobs/migrate`)).body).toMatchObject({
    client: 'gcloud',
    template: { template: { maxRetries: 0, timeout: '900s' } },
  });
  const ran = await call('POST', `${batch}/jobs/migrate:run`, {});
  const { name } = ran.body.metadata as unknown as { name: string };
  const byNumber = `/apis/run.googleapis.com/v1/namespaces/${project.number}`;
  expect((await call('GET', `${byNumber}/executions/${name}`)).body).toMatchObject({
    kind: 'Execution',
    metadata: {
      labels: { [run('job')]: 'migrate' },
      ownerReferences: [{ kind: 'Job', name: 'migrate' }],
    },
    spec: { taskCount: 1 },
    status: {
      succeededCount: 1,
      completionTime: expect.any(String),
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'Completed', status: 'True' }),
        expect.objectContaining({ type: 'Started', status: 'True' }),
      ]),
    },
  });
  expect((await call('GET', `${batch}/jobs/migrate`)).body).toMatchObject({
    status: {
      executionCount: 1,
      latestCreatedExecution: { name, completionStatus: 'EXECUTION_SUCCEEDED' },
    },
  });
  const failed = await call('POST', `${batch}/jobs/migrate:run`, {
    overrides: {
      taskCount: 2,
      timeoutSeconds: 60,
      containerOverrides: [{ env: [{ name: 'EMULATOR_EXIT_CODE', value: '4' }] }],
    },
  });
  const second = (failed.body.metadata as unknown as { name: string }).name;
  expect(failed.body).toMatchObject({
    status: {
      failedCount: 2,
      conditions: expect.arrayContaining([
        {
          type: 'Completed',
          status: 'False',
          reason: 'NonZeroExitCode',
          message: `Task ${second}-task0 failed with exit code: 4 and message: The container exited with an error.`,
          lastTransitionTime: expect.any(String),
        },
      ]),
    },
  });
  const selector = encodeURIComponent(`run.googleapis.com/execution = ${second}`);
  expect((await call('GET', `${batch}/tasks?labelSelector=${selector}`)).body.items).toMatchObject([
    {
      metadata: { labels: { [run('runningState')]: 'Failed' } },
      status: { lastAttemptResult: { exitCode: 4 } },
    },
    { status: { index: 1 } },
  ]);
  expect((await call('GET', `${batch}/tasks/${second}-task1`)).body).toMatchObject({ kind: 'Task' });
  expect((await call('GET', `${batch}/executions`)).body.items).toHaveLength(2);
  expect((await call('POST', `${batch}/executions/${second}:cancel`, {})).status).toBe(400);
  expect((await call('DELETE', `${batch}/executions/${second}`)).body).toMatchObject({ status: 'Success' });
  expect((await call('GET', `${batch}/executions/${second}`)).status).toBe(404);
  const wrong = await call('POST', `${batch}/jobs/migrate:run`, { overrides: { tasks: 2 } });
  expect(JSON.stringify(wrong.body)).toContain('Unknown name \\"tasks\\"');
  expect(violations(await call('PUT', `${batch}/jobs/migrate`, kjob({ maxRetries: 99 })))).toMatchObject([
    { field: 'spec.template.spec.template.spec.max_retries' },
  ]);
});

test('policies are the same in both views; gcloud may ask before there is a service', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const v1 = `/v1/projects/${project.id}/locations/us-central1/services/web`;
  const asked = { permissions: ['run.services.setIamPolicy', 'run.services.get'] };
  expect((await call('POST', `${v1}:testIamPermissions`, asked)).body).toEqual(asked);
  expect((await call('GET', `${v1}:getIamPolicy?options.requestedPolicyVersion=3`)).status).toBe(404);
  await create(call, kservice());
  const { body } = await call('GET', `${v1}:getIamPolicy?options.requestedPolicyVersion=3`);
  const bindings = [{ role: 'roles/run.invoker', members: ['allUsers'] }];
  await call('POST', `${v1}:setIamPolicy`, { policy: { etag: body.etag, bindings } });
  expect((await call('GET', `${v2}/services/web:getIamPolicy`)).body).toMatchObject({ bindings });
});

test('the host names the region; without it a thing is found by its name', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const { url } = cloud.emulator;
  const token = cloud.emulator.userToken(owner);
  const at = (region: string, method: string, path: string, body?: unknown) =>
    throughProxy(url, `http://${region}-run.googleapis.com${path}`, { method, token, body });
  expect((await at('europe-west1', 'POST', `${serving}/services`, kservice())).status).toBe(200);
  expect((await at('us-central1', 'GET', `${serving}/services/web`)).status).toBe(404);
  expect(await read(call)).toMatchObject({
    metadata: { labels: { 'cloud.googleapis.com/location': 'europe-west1' } },
  });
  await create(call, kservice());
  expect(await read(call)).toMatchObject({
    metadata: { labels: { 'cloud.googleapis.com/location': 'us-central1' } },
  });
  expect((await call('GET', `${serving}/services`)).body.items).toHaveLength(2);
  const list = await at('europe-west1', 'GET', `${serving}/services`);
  expect((JSON.parse(list.text) as { items: unknown[] }).items).toHaveLength(1);
});

test('without the permission there is a 403 that names it and the resource', async () => {
  await using cloud = await prepared();
  await create(cloud.asOwner, kservice());
  const nobody = cloud.asUser('nobody@example.com');
  const denied = await nobody('GET', `${serving}/services/web`);
  expect(denied).toMatchObject({
    status: 403,
    body: { error: { message: expect.stringContaining("'run.services.get'") } },
  });
  expect((await create(nobody, kservice({ metadata: { name: 'mine' } }))).status).toBe(403);
});

function throughProxy(
  proxy: string,
  target: string,
  options: { method: string; token: string; body: unknown },
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(proxy);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: hostname,
        port,
        method: options.method,
        path: target,
        headers: {
          host: new URL(target).host,
          authorization: `Bearer ${options.token}`,
          'content-type': 'application/json',
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}
