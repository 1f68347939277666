import { expect } from 'vitest';
import { build, makeAccount, prefix, prepareBuilds } from '../../support/emulated-builds.ts';
import { type Json, project, type TestCloud } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud run deploys to the emulator');

const name = 'aethercast-tda-service';
const region = '--region=us-central1';
const account = `sa-aethercast-tda@${project.id}.iam.gserviceaccount.com`;
const secret = 'aethercast-pg-password';
const services = `/v2/projects/${project.id}/locations/us-central1/services`;
const ownUrl = `https://${name}-${project.number}.us-central1.run.app`;

interface Target {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly tag?: string;
  readonly url?: string;
}

interface Service {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly template: unknown; readonly traffic: readonly Target[] };
  readonly status: {
    readonly url: string;
    readonly latestReadyRevisionName: string;
    readonly latestCreatedRevisionName: string;
    readonly traffic: readonly Target[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

const source = {
  Dockerfile: 'FROM python:3.12-slim\nCOPY main.py .\nEXPOSE 5000\nCMD ["python", "main.py"]',
  'main.py': 'print("hello")\n',
};

/** An image that listens on 5000, an account, a network, and a secret that the account may read. */
async function prepared(): Promise<AsyncDisposable & { cloud: TestCloud; gcloud: Gcloud }> {
  const here = await cloudWithGcloud();
  const call = here.cloud.asOwner;
  await prepareBuilds(call);
  await build(call, source, { image: `${prefix}/tda-service:v1` });
  await build(call, { ...source, 'main.py': 'print("bye")\n' }, { image: `${prefix}/tda-service:v2` });
  await makeAccount(call, 'sa-aethercast-tda');
  const secrets = `/v1/projects/${project.id}/secrets`;
  await call('POST', `${secrets}?secretId=${secret}`, { replication: { automatic: {} } });
  await call('POST', `${secrets}/${secret}:addVersion`, {
    payload: { data: Buffer.from('a-password').toString('base64') },
  });
  await call('POST', `${secrets}/${secret}:setIamPolicy`, {
    policy: {
      bindings: [{ role: 'roles/secretmanager.secretAccessor', members: [`serviceAccount:${account}`] }],
    },
  });
  const compute = `/compute/v1/projects/${project.id}`;
  await call('POST', `${compute}/global/networks`, { name: 'aether-net', autoCreateSubnetworks: false });
  await call('POST', `${compute}/regions/us-central1/subnetworks`, {
    name: 'aether-us',
    network: `projects/${project.id}/global/networks/aether-net`,
    ipCidrRange: '10.0.0.0/20',
  });
  return here;
}

function deploy(tag: string, ...more: string[]): string[] {
  return [
    'run',
    'deploy',
    name,
    `--image=${prefix}/tda-service:${tag}`,
    '--platform=managed',
    region,
    ...more,
  ];
}

/** The guide's deploy of the TDA service, with host and port as plain values and a way into the network. */
const corrected = deploy(
  'v1',
  ...[`--service-account=${account}`, '--ingress=internal', '--no-allow-unauthenticated', '--port=5000'],
  ...['--network=aether-net', '--subnet=aether-us', '--vpc-egress=private-ranges-only'],
  ...['--set-env-vars=FLASK_DEBUG=False,POSTGRES_HOST=10.1.0.3,POSTGRES_PORT=5432'],
  ...[`--set-secrets=POSTGRES_PASSWORD=${secret}:1`, '--cpu=1', '--memory=512Mi', '--concurrency=80'],
  ...['--min-instances=0', '--max-instances=2'],
);

gcloudTest(
  'run deploy creates the guide’s service, as corrected, and both views tell the same of it',
  async () => {
    await using here = await prepared();
    const { cloud, gcloud } = here;
    const deployed = await gcloud.json<Service>(...corrected);
    const [described, listed, url] = await Promise.all([
      gcloud.json<Service>('run', 'services', 'describe', name, region),
      gcloud.json<Service[]>('run', 'services', 'list', region),
      gcloud.ok('run', 'services', 'describe', name, region, '--format=value(status.url)'),
    ]);
    expect(described).toEqual(deployed);
    expect(listed).toEqual([described]);
    expect(described).toMatchObject({
      metadata: {
        name,
        namespace: project.number,
        annotations: { 'run.googleapis.com/ingress': 'internal' },
      },
      spec: {
        template: {
          metadata: {
            annotations: {
              'autoscaling.knative.dev/maxScale': '2',
              'run.googleapis.com/vpc-access-egress': 'private-ranges-only',
            },
          },
          spec: {
            serviceAccountName: account,
            containerConcurrency: 80,
            timeoutSeconds: 300,
            containers: [
              {
                image: `${prefix}/tda-service:v1`,
                ports: [{ containerPort: 5000 }],
                resources: { limits: { cpu: '1', memory: '512Mi' } },
                env: [
                  { name: 'FLASK_DEBUG', value: 'False' },
                  { name: 'POSTGRES_HOST', value: '10.1.0.3' },
                  { name: 'POSTGRES_PORT', value: '5432' },
                  { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: '1' } } },
                ],
              },
            ],
          },
        },
        traffic: [{ latestRevision: true, percent: 100 }],
      },
    });
    expect(described.status.conditions.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
      'ConfigurationsReady True',
      'Ready True',
      'RoutesReady True',
    ]);
    expect(JSON.parse(described.metadata.annotations['run.googleapis.com/urls'] ?? '[]')).toContain(ownUrl);
    expect(url.trim()).toBe(described.status.url);

    const { body } = await cloud.asOwner('GET', `${services}/${name}`);
    expect(body).toMatchObject({
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      template: {
        serviceAccount: account,
        maxInstanceRequestConcurrency: 80,
        scaling: { maxInstanceCount: 2 },
        vpcAccess: {
          egress: 'PRIVATE_RANGES_ONLY',
          networkInterfaces: [{ network: 'aether-net', subnetwork: 'aether-us' }],
        },
        containers: [
          {
            image: `${prefix}/tda-service:v1`,
            ports: [{ containerPort: 5000 }],
            resources: { limits: { memory: '512Mi' } },
            env: expect.arrayContaining([
              { name: 'POSTGRES_HOST', value: '10.1.0.3' },
              expect.objectContaining({
                name: 'POSTGRES_PASSWORD',
                valueSource: { secretKeyRef: expect.objectContaining({ version: '1' }) },
              }),
            ]),
          },
        ],
      },
    });
    expect(String(body.latestReadyRevision).split('/').at(-1)).toBe(described.status.latestReadyRevisionName);
  },
);

gcloudTest('a candidate without traffic, its tag, a canary, all of it, and back', async () => {
  await using here = await prepared();
  const { cloud, gcloud } = here;
  const first = await gcloud.json<Service>(...deploy('v1', '--port=5000', '--allow-unauthenticated'));
  const old = first.status.latestReadyRevisionName;
  const policy = await cloud.asOwner('GET', `${services}/${name}:getIamPolicy`);
  expect(policy.body.bindings).toEqual([{ role: 'roles/run.invoker', members: ['allUsers'] }]);

  const second = await gcloud.json<Service>(...deploy('v2', '--no-traffic', '--tag=candidate'));
  const candidate = second.status.latestReadyRevisionName;
  expect(candidate).not.toBe(old);
  expect(second.status.traffic).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ revisionName: old, percent: 100 }),
      expect.objectContaining({
        revisionName: candidate,
        tag: 'candidate',
        url: expect.stringContaining('https://candidate---'),
      }),
    ]),
  );

  await gcloud.ok('run', 'services', 'update-traffic', name, region, '--to-tags=candidate=10');
  const canary = await gcloud.json<Service>('run', 'services', 'describe', name, region);
  expect(shares(canary)).toEqual({ [old]: 90, [candidate]: 10 });
  const { body } = await cloud.asOwner('GET', `${services}/${name}`);
  const stored = body.trafficStatuses as unknown as { revision: string; percent?: number }[];
  expect(stored.filter(({ percent }) => percent).map(({ revision, percent }) => [revision, percent])).toEqual(
    expect.arrayContaining([
      [old, 90],
      [candidate, 10],
    ]),
  );

  await gcloud.ok('run', 'services', 'update-traffic', name, region, '--to-latest');
  const promoted = await gcloud.json<Service>('run', 'services', 'describe', name, region);
  expect(shares(promoted)).toEqual({ [candidate]: 100 });
  await gcloud.ok('run', 'services', 'update-traffic', name, region, `--to-revisions=${old}=100`);
  const back = await gcloud.json<Service>('run', 'services', 'describe', name, region);
  expect(shares(back)).toEqual({ [old]: 100 });

  const revisions = await gcloud.json<Service[]>('run', 'revisions', 'list', `--service=${name}`, region);
  expect(revisions.map(({ metadata }) => metadata.name)).toEqual([candidate, old]);
  await gcloud.ok('run', 'services', 'delete', name, region);
  expect(await gcloud.json('run', 'services', 'list', region)).toEqual([]);
  expect((await cloud.asOwner('GET', `${services}/${name}`)).status).toBe(404);
});

function shares({ status }: Service): Record<string, number> {
  return Object.fromEntries(
    status.traffic.flatMap(({ revisionName = '', percent = 0 }) =>
      percent > 0 ? [[revisionName, percent]] : [],
    ),
  );
}

gcloudTest('an update sends the whole object back and changes only what was asked for', async () => {
  await using here = await prepared();
  const { cloud, gcloud } = here;
  await gcloud.ok(...corrected);
  const before = (await cloud.asOwner('GET', `${services}/${name}`)).body;
  await gcloud.ok(
    'run',
    'services',
    'update',
    name,
    region,
    '--update-env-vars=FLASK_DEBUG=True',
    '--update-labels=team=media',
  );
  const after = (await cloud.asOwner('GET', `${services}/${name}`)).body;
  // gcloud itself keeps a tag that has moved from slipping into a change of something else.
  expect(String(after.template?.containers?.[0]?.image)).toMatch(
    new RegExp(`^${prefix}/tda-service@sha256:[0-9a-f]{64}$`),
  );
  expect(settings(after)).toEqual(settings(before));
  expect(after).toMatchObject({ labels: { team: 'media' } });
  expect(JSON.stringify(after.template)).toContain('"name":"FLASK_DEBUG","value":"True"');
  expect(after.latestReadyRevision).not.toBe(before.latestReadyRevision);
});

/** All that an update of the variable FLASK_DEBUG and of the labels has no reason to touch. */
function settings(body: Json): unknown {
  const template = body.template as unknown as {
    containers: { image: string; env: { name: string }[] }[];
    [field: string]: unknown;
  };
  const [{ env, image: _image, ...container } = { env: [], image: '' }] = template.containers;
  const { vpcAccess, serviceAccount, scaling, timeout, maxInstanceRequestConcurrency } = template;
  return {
    ingress: body.ingress,
    traffic: body.traffic,
    template: { vpcAccess, serviceAccount, scaling, timeout, maxInstanceRequestConcurrency },
    container,
    env: env.filter(({ name: key }) => key !== 'FLASK_DEBUG'),
  };
}

gcloudTest.each([
  [
    'a Celery worker as a service: nobody listens on the port',
    ['--command=celery', '--args=-A,main.celery_app,worker,-l,info'],
    'failed to start and listen on the port',
  ],
  [
    'an image that is not in the registry',
    [`--image=${prefix}/tda-service:v9`],
    `Image '${prefix}/tda-service:v9' not found.`,
  ],
  [
    'a secret that the account may not read',
    ['--set-secrets=SIGNING_KEY=aethercast-unknown:latest'],
    'aethercast-unknown',
  ],
])(
  '%s: the deploy fails with Google’s message and the service stays not ready',
  async (_what, more, message) => {
    await using here = await prepared();
    const { cloud, gcloud } = here;
    const words = deploy('v1', `--service-account=${account}`, '--no-allow-unauthenticated', ...more);
    expect(await gcloud.refused(...words)).toContain(message);
    const { body } = await cloud.asOwner('GET', `${services}/${name}`);
    expect(body.latestReadyRevision).toBeUndefined();
  },
);

gcloudTest('an account that is not there is refused before anything is made', async () => {
  await using here = await prepared();
  const { cloud, gcloud } = here;
  const nobody = `sa-nobody@${project.id}.iam.gserviceaccount.com`;
  const said = await gcloud.refused(
    ...deploy('v1', `--service-account=${nobody}`, '--no-allow-unauthenticated'),
  );
  expect(said).toContain(nobody);
  expect((await cloud.asOwner('GET', `${services}/${name}`)).status).toBe(404);
});
