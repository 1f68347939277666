import { expect, test } from 'vitest';
import { build, grantOnProject, makeAccount, prefix, prepareBuilds } from '../support/emulated-builds.ts';
import { type Caller, deployer, project, refusal, type TestCloud, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const parent = `/v2/projects/${project.id}/locations/us-central1`;
const fullName = `projects/${project.id}/locations/us-central1/services/web`;
const account = `runtime@${project.id}.iam.gserviceaccount.com`;
const flask = {
  Dockerfile: 'FROM python:3.12\nCOPY main.py .\nEXPOSE 5000\nCMD ["python", "main.py"]',
  'main.py': '',
};

async function prepared(options: Parameters<typeof testCloud>[0] = {}): Promise<TestCloud> {
  const cloud = await testCloud(options);
  await prepareBuilds(cloud.asOwner);
  await build(cloud.asOwner, flask);
  await makeAccount(cloud.asOwner, 'runtime');
  return cloud;
}

const template = (change: Record<string, unknown> = {}, container: Record<string, unknown> = {}) => ({
  serviceAccount: account,
  containers: [{ image: `${prefix}/web:v1`, ports: [{ containerPort: 5000 }], ...container }],
  ...change,
});
const create = (call: Caller, body: object, id = 'web') =>
  call('POST', `${parent}/services?serviceId=${id}`, body);
const service = async (call: Caller) => (await call('GET', `${parent}/services/web`)).body;

test('a service is created with Google’s defaults, becomes ready and has both addresses', async () => {
  await using cloud = await prepared();
  const created = await create(cloud.asOwner, { template: template(), labels: { app: 'shop' } });
  expect(created.body).toMatchObject({
    done: true,
    name: expect.stringMatching(`^projects/${project.id}/locations/us-central1/operations/`),
    response: { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', name: fullName },
  });
  const read = await service(cloud.asOwner);
  expect(read).toMatchObject({
    generation: '1',
    observedGeneration: '1',
    ingress: 'INGRESS_TRAFFIC_ALL',
    launchStage: 'GA',
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
    conditions: [{ type: 'RoutesReady' }, { type: 'ConfigurationsReady' }],
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    template: {
      timeout: '300s',
      maxInstanceRequestConcurrency: 80,
      containers: [
        {
          ports: [{ name: 'http1', containerPort: 5000 }],
          resources: { limits: { cpu: '1000m', memory: '512Mi' }, cpuIdle: true },
          startupProbe: { tcpSocket: { port: 5000 }, timeoutSeconds: 240 },
        },
      ],
    },
    urls: [
      `https://web-${project.number}.us-central1.run.app`,
      expect.stringMatching(/^https:\/\/web-\w{10}-uc\.a\.run\.app$/),
    ],
  });
  expect(read.reconciling).toBeUndefined();
  expect(read.uri).toBe(read.urls?.[1]);
  expect(read.latestReadyRevision).toMatch(/\/services\/web\/revisions\/web-00001-[a-z]{3}$/);
  expect(read.latestReadyRevision).toBe(read.latestCreatedRevision);
  const revision = await cloud.asOwner('GET', `/v2/${String(read.latestReadyRevision)}`);
  expect(revision.body).toMatchObject({
    service: 'web',
    containers: [{}],
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'Ready', state: 'CONDITION_SUCCEEDED' }),
    ]),
  });
});

test('a changed template makes a revision, a changed label or traffic does not, the same again changes nothing', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const path = `${parent}/services/web`;
  await call('PATCH', `${path}?allowMissing=true`, { template: template() });
  const first = await service(call);
  await call('PATCH', path, { template: template() });
  expect(await service(call)).toEqual(first);
  await call('PATCH', `${path}?updateMask=labels`, { labels: { a: 'b' } });
  const labelled = await service(call);
  expect(labelled).toMatchObject({ generation: '2', latestCreatedRevision: first.latestCreatedRevision });
  await call('PATCH', path, { template: template({}, { env: [{ name: 'A', value: '1' }] }) });
  const second = await service(call);
  expect(second.latestCreatedRevision).toMatch(/web-00002-/);
  expect(second.labels).toBeUndefined();

  const old = String(first.latestCreatedRevision).split('/').at(-1);
  await call('PATCH', `${path}?updateMask=traffic`, {
    traffic: [
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old, percent: 100 },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', tag: 'candidate' },
    ],
  });
  expect(await service(call)).toMatchObject({
    latestCreatedRevision: second.latestCreatedRevision,
    trafficStatuses: [
      { revision: old, percent: 100 },
      { tag: 'candidate', uri: expect.stringMatching(/^https:\/\/candidate---web-/) },
    ],
  });
  expect((await call('GET', `${path}/revisions`)).body.revisions).toHaveLength(2);
  expect(refusal(await call('DELETE', `/v2/${String(first.latestCreatedRevision)}`))).toMatchObject({
    http: 400,
  });
});

test('a container that does not listen fails the operation and the old revision keeps serving', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, { template: template() });
  const before = await service(call);
  const bad = await call('PATCH', `${parent}/services/web`, {
    template: template({}, { command: ['celery'], args: ['-A', 'main:app', 'worker'] }),
  });
  expect(bad.body).toMatchObject({
    done: true,
    error: {
      code: 9,
      message: expect.stringMatching(
        /^Revision 'web-00002-\w{3}' is not ready and cannot serve traffic\. The user-provided container failed to start and listen on the port defined provided by the PORT=5000 environment variable/,
      ),
    },
  });
  const after = await service(call);
  expect(after).toMatchObject({
    latestReadyRevision: before.latestReadyRevision,
    latestCreatedRevision: expect.stringContaining('web-00002-'),
    terminalCondition: { state: 'CONDITION_FAILED' },
    trafficStatuses: before.trafficStatuses,
    uri: before.uri,
  });
  const port = await call('PATCH', `${parent}/services/web`, {
    template: template({}, { ports: [{ containerPort: 8080 }] }),
  });
  expect(JSON.stringify(port.body.error)).toContain('PORT=8080');
  await call('PATCH', `${parent}/services/web`, {
    template: template({}, { env: [{ name: 'FIXED', value: '1' }] }),
  });
  expect(await service(call)).toMatchObject({ terminalCondition: { state: 'CONDITION_SUCCEEDED' } });
});

test('a new service that fails is left behind without a ready revision', async () => {
  await using cloud = await prepared();
  const created = await create(cloud.asOwner, { template: template({}, { image: `${prefix}/none:v1` }) });
  expect(JSON.stringify(created.body.error)).toContain(`Image '${prefix}/none:v1' not found.`);
  const read = await service(cloud.asOwner);
  expect(read.latestReadyRevision).toBeUndefined();
  expect(read.uri).toBeUndefined();
});

test('a secret must exist, be enabled, and be readable by the account', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const env = [{ name: 'KEY', valueSource: { secretKeyRef: { secret: 'key', version: '1' } } }];
  const attempt = async (id: string) =>
    (await create(call, { template: template({}, { env }) }, id)).body.error as unknown as
      | { code: number; message: string }
      | undefined;
  const shown = `projects/${project.number}/secrets/key/versions/1`;
  const path = 'spec.template.spec.containers[0].env[0].value_from.secret_key_ref.name';
  expect(await attempt('a')).toMatchObject({ code: 9, message: `${path}: Secret ${shown} was not found` });
  await call('POST', `/v1/projects/${project.id}/secrets?secretId=key`, { replication: { automatic: {} } });
  await call('POST', `/v1/projects/${project.id}/secrets/key:addVersion`, { payload: { data: 'eA==' } });
  expect((await attempt('b'))?.message).toContain(
    `${path}: Permission denied on secret: ${shown} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role`,
  );
  await call('POST', `/v1/projects/${project.id}/secrets/key:setIamPolicy`, {
    policy: {
      bindings: [{ role: 'roles/secretmanager.secretAccessor', members: [`serviceAccount:${account}`] }],
    },
  });
  expect(await attempt('c')).toBeUndefined();
  await call('POST', `/v1/projects/${project.id}/secrets/key/versions/1:disable`, {});
  expect((await attempt('d'))?.message).toContain('is in DISABLED state');
});

test('the caller must be allowed to act as the account, which must exist', async () => {
  await using cloud = await prepared();
  const missing = await create(cloud.asOwner, {
    template: template({ serviceAccount: `ghost@${project.id}.iam.gserviceaccount.com` }),
  });
  expect(refusal(missing)).toMatchObject({
    http: 403,
    message: expect.stringContaining(
      "Permission 'iam.serviceaccounts.actAs' denied on service account ghost@",
    ),
  });
  await grantOnProject(cloud.asOwner, 'user:dev@example.com', ['roles/run.admin']);
  const dev = cloud.asUser('dev@example.com');
  expect(refusal(await create(dev, { template: template() }))).toMatchObject({ http: 403 });
  await cloud.asOwner('POST', `/v1/projects/${project.id}/serviceAccounts/${account}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/iam.serviceAccountUser', members: ['user:dev@example.com'] }] },
  });
  expect((await create(dev, { template: template() })).body).toMatchObject({ done: true });
});

test('Direct VPC egress needs a network and a subnetwork of /26 or larger', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const compute = `/compute/v1/projects/${project.id}`;
  const vpc = (subnetwork: string) => ({
    vpcAccess: { networkInterfaces: [{ network: 'main', subnetwork }] },
  });
  const attempt = async (id: string, subnetwork: string) =>
    JSON.stringify((await create(call, { template: template(vpc(subnetwork)) }, id)).body.error ?? '');
  expect(await attempt('a', 'apps')).toContain('VPC network main was not found');
  await call('POST', `${compute}/global/networks`, { name: 'main', autoCreateSubnetworks: false });
  for (const [name, ipCidrRange] of [
    ['apps', '10.0.0.0/26'],
    ['small', '10.0.1.0/28'],
  ]) {
    await call('POST', `${compute}/regions/us-central1/subnetworks`, {
      name,
      network: 'global/networks/main',
      ipCidrRange,
    });
  }
  expect(await attempt('b', 'small')).toContain('/26 or larger');
  expect(await attempt('c', 'none')).toContain('VPC subnetwork none was not found');
  expect(await attempt('d', 'apps')).toBe('""');
});

test.each([
  ['Web', {}, 'service_id'],
  ['a'.repeat(50), {}, 'less than 50 characters'],
  ['web', { template: { containers: [] } }, 'at least one container'],
  [
    'web',
    { template: template({}, { env: [{ name: 'PORT', value: '1' }] }) },
    'reserved env names were provided: PORT',
  ],
  ['web', { template: template({}, { resources: { limits: { memory: '512' } } }) }, 'memory'],
  [
    'web',
    { template: template({}, { resources: { limits: { cpu: '4', memory: '1Gi' } } }) },
    'between 2 and 16',
  ],
  ['web', { template: template({ revision: 'other-1' }) }, 'must start with "web-"'],
  ['web', { labels: { 'run.googleapis.com/x': 'y' } }, 'reserved for the system'],
  ['web', { traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 0 }] }, 'must add up to 100'],
  [
    'web',
    { traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'web-x', percent: 100 }] },
    "Revision 'web-x'",
  ],
  ['web', { ingres: 'x' }, 'Unknown name "ingres"'],
  ['web', { ingress: 'EVERYBODY' }, 'ingress'],
  [
    'web',
    { template: template({ volumes: [{ name: 'sql', cloudSqlInstance: { instances: ['main'] } }] }) },
    'PROJECT:REGION:INSTANCE',
  ],
])('service %s with %j is refused', async (id, change, message) => {
  await using cloud = await prepared();
  const answer = refusal(await create(cloud.asOwner, { template: template(), ...change }, id));
  expect(answer).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(answer.message).toContain(message);
  expect((await cloud.asOwner('GET', `${parent}/services`)).body).toEqual({});
});

test('etags, names that are taken, dry runs', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const dry = await call('POST', `${parent}/services?serviceId=web&validateOnly=true`, {
    template: template(),
  });
  expect(dry.body).toMatchObject({ done: true, response: { template: { timeout: '300s' } } });
  expect((await call('GET', `${parent}/services/web`)).status).toBe(404);
  await create(call, { template: template({ revision: 'web-one' }) });
  expect(refusal(await create(call, { template: template() }))).toMatchObject({
    http: 409,
    status: 'ALREADY_EXISTS',
  });
  const stale = await call('PATCH', `${parent}/services/web`, { template: template(), etag: 'c3RhbGU=' });
  expect(refusal(stale)).toMatchObject({ http: 409, status: 'ABORTED' });
  const taken = await call('PATCH', `${parent}/services/web`, {
    template: template({ revision: 'web-one' }, { env: [{ name: 'A', value: '1' }] }),
  });
  expect(refusal(taken)).toMatchObject({
    http: 409,
    message: expect.stringContaining("'web-one' with different configuration already exists"),
  });
});

test('the policy of a service lets others invoke it and goes with it', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, { template: template() });
  const path = `${parent}/services/web`;
  const policy = await call('GET', `${path}:getIamPolicy?options.requestedPolicyVersion=3`);
  await call('POST', `${path}:setIamPolicy`, {
    policy: { etag: policy.body.etag, bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] },
  });
  expect((await call('GET', `${path}:getIamPolicy`)).body).toMatchObject({
    bindings: [{ members: ['allUsers'] }],
  });
  expect((await call('DELETE', path)).body).toMatchObject({ done: true, response: { name: fullName } });
  expect((await call('GET', path)).status).toBe(404);
  await create(call, { template: template() });
  expect((await call('GET', `${path}:getIamPolicy`)).body.bindings).toBeUndefined();
});

test('a worker pool needs no port, scales without a new revision, and runs what a service cannot', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const body = {
    scaling: { manualInstanceCount: 2 },
    template: {
      serviceAccount: account,
      containers: [{ image: `${prefix}/web:v1`, command: ['celery'], args: ['-A', 'main:app', 'worker'] }],
    },
  };
  const created = await call('POST', `${parent}/workerPools?workerPoolId=worker`, body);
  expect(created.body).toMatchObject({
    done: true,
    response: { latestReadyRevision: expect.stringMatching(/workerPools\/worker\/revisions\/worker-00001-/) },
  });
  const path = `${parent}/workerPools/worker`;
  const first = (await call('GET', path)).body;
  expect(first).toMatchObject({
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
    instanceSplits: [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }],
    scaling: { manualInstanceCount: 2 },
  });
  expect(first.uri).toBeUndefined();
  await call('PATCH', `${path}?updateMask=scaling`, { scaling: { manualInstanceCount: 0 } });
  expect((await call('GET', path)).body).toMatchObject({
    latestCreatedRevision: first.latestCreatedRevision,
    scaling: { manualInstanceCount: 0 },
  });
  await call('PATCH', `${path}?forceNewRevision=true&updateMask=template`, body);
  expect((await call('GET', `${path}/revisions`)).body.revisions).toHaveLength(2);
  const ports = await call('PATCH', path, {
    template: {
      ...body.template,
      containers: [{ image: `${prefix}/web:v1`, ports: [{ containerPort: 1 }] }],
    },
  });
  expect(refusal(ports)).toMatchObject({ http: 400 });
});

test('an operation takes its time and wait returns when it is done', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ latency: 'typical', clock });
  const call = cloud.asOwner;
  await makeAccount(call, 'runtime');
  const created = await create(call, {
    template: { serviceAccount: account, containers: [{ image: 'docker.io/library/nginx' }] },
  });
  expect(created.body.done).toBeUndefined();
  expect(await service(call)).toMatchObject({
    reconciling: true,
    observedGeneration: '0',
    terminalCondition: { state: 'CONDITION_RECONCILING' },
  });
  const path = `/v2/${String(created.body.name)}`;
  expect((await call('POST', `${path}:wait`, { timeout: '5s' })).body.done).toBeUndefined();
  expect((await call('POST', `${path}:wait`, { timeout: '60s' })).body).toMatchObject({ done: true });
  expect((await call('GET', path)).body).toMatchObject({ done: true, response: { name: fullName } });
  expect((await call('GET', `${parent}/operations`)).body.operations).toHaveLength(1);
});

test('without the permission there is a 403 that names it', async () => {
  await using cloud = await prepared();
  const answer = refusal(await create(cloud.asUser('nobody@example.com'), { template: template() }));
  expect(answer).toMatchObject({
    http: 403,
    status: 'PERMISSION_DENIED',
    message: expect.stringContaining('run.services.create'),
  });
  expect(deployer).toContain(project.id);
});

test('what proto3 cannot tell from nothing is not shown and makes no revision', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, { template: template({}, { resources: { limits: {} } }) });
  const first = await service(call);
  expect(JSON.stringify(first)).not.toContain('cpuIdle');
  await call('PATCH', `${parent}/services/web`, {
    invokerIamDisabled: false,
    labels: {},
    template: template(
      { sessionAffinity: false, volumes: [], scaling: { minInstanceCount: 0, maxInstanceCount: 100 } },
      { args: [], env: [], resources: { limits: { cpu: '1000m' }, cpuIdle: false } },
    ),
  });
  expect(await service(call)).toEqual(first);
  await call('PATCH', `${parent}/services/web`, {
    template: template({}, { resources: {}, env: [{ name: 'EMPTY', value: '' }] }),
  });
  expect(await service(call)).toMatchObject({
    generation: '2',
    template: { containers: [{ env: [{ name: 'EMPTY', value: '' }] }] },
  });
});

test('without its default address a service has none', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, { template: template() });
  await call('PATCH', `${parent}/services/web?updateMask=defaultUriDisabled`, { defaultUriDisabled: true });
  const hidden = await service(call);
  expect(hidden.uri ?? hidden.urls).toBeUndefined();
  await call('PATCH', `${parent}/services/web?updateMask=default_uri_disabled`, {});
  expect((await service(call)).uri).toMatch(/^https:/);
});

test('deleted services are listed on demand, with the time at which they are forgotten', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  await create(call, { template: template() });
  await call('DELETE', `${parent}/services/web`);
  expect((await call('GET', `${parent}/services`)).body).toEqual({});
  const { body } = await call('GET', `${parent}/services?showDeleted=true`);
  expect(body.services).toMatchObject([
    { name: fullName, deleteTime: expect.any(String), expireTime: expect.any(String) },
  ]);
  expect((await call('GET', `${parent}/workerPools?showDeleted=true`)).body).toEqual({});
});

const volume = (kind: Record<string, unknown>, path = '/data') => ({
  template: template(
    { volumes: [{ name: 'v', ...kind }] },
    { volumeMounts: [{ name: 'v', mountPath: path }] },
  ),
});
const pair = (first: Record<string, unknown>, second: Record<string, unknown>) => ({
  template: {
    serviceAccount: account,
    containers: [
      { image: `${prefix}/web:v1`, ports: [{ containerPort: 5000 }], ...first },
      { image: `${prefix}/web:v1`, ...second },
    ],
  },
});
const gpu = (limits: Record<string, string>, rest: Record<string, unknown> = {}) => ({
  template: template(
    { nodeSelector: { accelerator: 'nvidia-l4' }, ...rest },
    { resources: { limits: { 'nvidia.com/gpu': '1', ...limits } } },
  ),
});

test.each<[string, object, string]>([
  ['two kinds in one volume', volume({ emptyDir: {}, gcs: { bucket: 'b-1' } }), 'exactly one of'],
  ['no bucket', volume({ gcs: {} }), 'gcs.bucket: Required'],
  ['a bucket with capitals', volume({ gcs: { bucket: 'Media' } }), 'is not a bucket'],
  ['no file server', volume({ nfs: { path: '/x' } }), 'nfs.server: Required'],
  ['a relative export', volume({ nfs: { server: '10.0.0.2', path: 'x' } }), 'nfs.path: "x" must be absolute'],
  ['a size that is none', volume({ emptyDir: { sizeLimit: 'big' } }), 'empty_dir.size_limit'],
  ['no secret', volume({ secret: {} }), 'secret.secret: Required'],
  [
    'a path out of the volume',
    volume({ secret: { secret: 'key', items: [{ path: '../k' }] } }),
    'secret.items[0].path',
  ],
  ['a mode that is none', volume({ secret: { secret: 'key', defaultMode: 4096 } }), 'default_mode'],
  [
    'Cloud SQL elsewhere',
    volume({ cloudSqlInstance: { instances: ['p-1:us-central1:db'] } }),
    'must be mounted at /cloudsql',
  ],
  ['something else at /cloudsql', volume({ emptyDir: {} }, '/cloudsql'), 'is reserved'],
  [
    'a bucket in the first generation',
    {
      template: template({
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN1',
        volumes: [{ name: 'v', gcs: { bucket: 'b-1' } }],
      }),
    },
    'second generation',
  ],
  [
    'two volumes of a name',
    {
      template: template({
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'v', emptyDir: {} },
        ],
      }),
    },
    'more than once',
  ],
  ['containers without names', pair({}, {}), 'name: required'],
  [
    'two containers with ports',
    pair({ name: 'a' }, { name: 'b', ports: [{ containerPort: 81 }] }),
    'template.containers: Revision template should contain exactly one container with an exposed port.',
  ],
  ['two containers without a port', pair({ name: 'a', ports: [] }, { name: 'b' }), 'exactly one container'],
  ['two containers of a name', pair({ name: 'a' }, { name: 'a' }), 'more than once'],
  ['a start after nobody', pair({ name: 'a', dependsOn: ['x'] }, { name: 'b' }), 'no container named "x"'],
  [
    'a start in a circle',
    pair(
      { name: 'a', dependsOn: ['b'], startupProbe: { tcpSocket: { port: 1 } } },
      { name: 'b', dependsOn: ['a'], startupProbe: { tcpSocket: { port: 2 } } },
    ),
    'a -> b -> a',
  ],
  ['too little for a GPU', gpu({ cpu: '2', memory: '8Gi' }), 'cpu: must be at least 4'],
  [
    'an unknown GPU',
    gpu({ cpu: '4', memory: '16Gi' }, { nodeSelector: { accelerator: 'abacus' } }),
    '"abacus" is not supported',
  ],
  ['a GPU of no kind', gpu({ cpu: '4', memory: '16Gi' }, { nodeSelector: {} }), 'accelerator: required'],
  [
    'a kind of no GPU',
    { template: template({ nodeSelector: { accelerator: 'nvidia-l4' } }) },
    'needs the limit',
  ],
  [
    'a version that is none',
    {
      template: template(
        {},
        { env: [{ name: 'A', valueSource: { secretKeyRef: { secret: 'key', version: 'latest]' } } }] },
      ),
    },
    '"latest]" is not a version',
  ],
])('%s is refused', async (_name, body, message) => {
  await using cloud = await prepared();
  const answer = refusal(await create(cloud.asOwner, body));
  expect(answer).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  expect(answer.message).toContain(message);
});

test('a bucket that is to be mounted must be there and readable', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const attempt = async (id: string) =>
    JSON.stringify((await create(call, volume({ gcs: { bucket: 'acme-media' } }), id)).body.error ?? '');
  expect(await attempt('a')).toContain("bucket doesn't exist");
  await call('POST', `/storage/v1/b?project=${project.id}`, { name: 'acme-media', location: 'us-central1' });
  expect(await attempt('b')).toContain('does not have storage.objects.list access');
  await grantOnProject(call, `serviceAccount:${account}`, ['roles/storage.objectViewer']);
  expect(await attempt('c')).toBe('""');
});

test('an operation that a fault script ends in an error leaves the service failed', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  cloud.emulator.faults.add({
    operation: { step: 'run.deploy', code: 'INTERNAL', message: 'The zone is on fire.' },
  });
  const created = await create(call, { template: template() });
  expect(created.body).toMatchObject({ done: true, error: { code: 13, message: 'The zone is on fire.' } });
  const broken = await service(call);
  expect(broken).toMatchObject({
    terminalCondition: { state: 'CONDITION_FAILED', message: 'The zone is on fire.' },
  });
  expect(broken.latestReadyRevision).toBeUndefined();
  await call('PATCH', `${parent}/services/web`, { template: template({ labels: { again: 'yes' } }) });
  expect(await service(call)).toMatchObject({ terminalCondition: { state: 'CONDITION_SUCCEEDED' } });
});

test('a finished operation can be deleted, once', async () => {
  await using cloud = await prepared();
  const call = cloud.asOwner;
  const created = await create(call, { template: template() });
  const operation = `/v2/${String(created.body.name)}`;
  expect((await call('DELETE', operation)).body).toEqual({});
  expect((await call('DELETE', operation)).status).toBe(404);
});
