import { expect, test } from 'vitest';
import { startContainer } from '../../src/emulator/endpoints/start.ts';
import { type Caller, type Json, project, stranger, type TestCloud, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';
import { deploy, hello, hostOf, newest, pools, services, viaProxy } from '../support/service-requests.ts';

const logs = (name: string) => `logName="projects/${project.id}/logs/run.googleapis.com%2F${name}"`;

async function entries(call: Caller, filter: string): Promise<Json[]> {
  const body = { resourceNames: [`projects/${project.id}`], filter, orderBy: 'timestamp asc' };
  return ((await call('POST', '/v2/entries:list', body)).body.entries ?? []) as unknown as Json[];
}

const script = (cloud: TestCloud, answer: object) =>
  cloud.as(undefined)('POST', '/_emulator/answers', answer);

test('each request leaves an entry with its status, its revision and how long it took', async () => {
  await using cloud = await testCloud({ clock: manualClock() });
  const call = cloud.asOwner;
  await deploy(call, 'web');
  const revision = await newest(call, 'web');
  await script(cloud, { service: 'web', path: '/slow', status: 500, delay: 1500 });
  await viaProxy(cloud, hostOf('web'), { path: '/ok?x=1', headers: { 'user-agent': 'smoke/1' } });
  await viaProxy(cloud, hostOf('web'), { method: 'POST', path: '/slow', body: '12345' });
  const found = await entries(call, `${logs('requests')} resource.labels.service_name="web"`);
  expect(found).toMatchObject([
    {
      severity: 'INFO',
      resource: {
        type: 'cloud_run_revision',
        labels: {
          project_id: project.id,
          location: 'us-central1',
          service_name: 'web',
          configuration_name: 'web',
          revision_name: revision,
        },
      },
      httpRequest: {
        requestMethod: 'GET',
        requestUrl: `https://${hostOf('web')}/ok?x=1`,
        status: 200,
        userAgent: 'smoke/1',
        latency: '0.000000000s',
        protocol: 'HTTP/1.1',
      },
      trace: expect.stringMatching(`^projects/${project.id}/traces/[0-9a-f]{32}$`),
    },
    {
      severity: 'ERROR',
      httpRequest: { requestMethod: 'POST', status: 500, requestSize: '5', latency: '1.500000000s' },
    },
  ]);
  expect(await entries(call, `${logs('requests')} AND httpRequest.status>=500`)).toHaveLength(1);
  expect(await entries(call, 'severity>=ERROR')).toHaveLength(1);
});

test('refused and late requests are logged with the platform’s sentence, and refused ones are not counted', async () => {
  await using cloud = await testCloud({ clock: manualClock() });
  const call = cloud.asOwner;
  await deploy(call, 'web', { service: { invokerIamDisabled: false }, template: { timeout: '10s' } });
  await viaProxy(cloud, hostOf('web'));
  await viaProxy(cloud, hostOf('web'), { headers: { authorization: 'Bearer nonsense' } });
  await deploy(call, 'web', { template: { timeout: '10s' } });
  await script(cloud, { service: 'web', delay: 11_000 });
  await viaProxy(cloud, hostOf('web'));
  expect(await entries(call, logs('requests'))).toMatchObject([
    {
      severity: 'WARNING',
      httpRequest: { status: 403 },
      textPayload: expect.stringContaining('The request was not authenticated.'),
    },
    {
      httpRequest: { status: 401 },
      textPayload: expect.stringContaining('not authorized to invoke this service'),
    },
    {
      severity: 'ERROR',
      httpRequest: { status: 504, latency: '10.000000000s' },
      textPayload: expect.stringContaining('maximum request timeout'),
    },
  ]);
  expect(cloud.emulator.cloud.table('run.requests').size).toBe(1);
});

test('what a container was scripted to write is in its log, JSON lines as structured entries', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await deploy(call, 'web');
  await script(cloud, {
    service: 'web',
    status: 500,
    log: ['Traceback (most recent call last):', '{"severity":"ERROR","message":"no database","code":7}'],
  });
  await viaProxy(cloud, hostOf('web'));
  const found = await entries(
    call,
    `${logs('stdout')} resource.labels.revision_name="${await newest(call, 'web')}"`,
  );
  expect(found).toMatchObject([
    { severity: 'DEFAULT', textPayload: 'Traceback (most recent call last):' },
    { severity: 'ERROR', jsonPayload: { message: 'no database', code: 7 } },
  ]);
});

test('a container that ends at its start leaves its own lines and the platform’s in the log', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const lines = [
    'Usage: celery [OPTIONS] COMMAND',
    "Error: Unable to load celery application. No module named 'shop'",
  ];
  await script(cloud, { workerPool: 'worker', start: { exitCode: 2, log: lines } });
  await call('POST', `${pools}?workerPoolId=worker`, { template: { containers: [{ image: hello }] } });
  const { body } = await call('GET', `${pools}/worker`);
  const name = String(body.latestCreatedRevision);
  const failure = startContainer(cloud.emulator.cloud, name);
  expect(failure?.message).toMatch(/^The user-provided container failed to start\. Logs for this revision/);
  const own = `resource.type="cloud_run_worker_pool" resource.labels.worker_pool_name="worker"`;
  const stderr = await entries(call, `${own} ${logs('stderr')}`);
  expect(stderr.slice(0, 2).map((entry) => entry.textPayload)).toEqual(lines);
  expect(await entries(call, `${own} textPayload:"Container called exit(2)."`)).not.toEqual([]);
});

test('a startup probe that gets no good answer keeps the revision from starting, one that gets it in time does not', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await deploy(call, 'web', {
    container: { startupProbe: { httpGet: { path: '/ready' }, failureThreshold: 3, periodSeconds: 1 } },
  });
  const name = String((await call('GET', `${services}/web`)).body.latestCreatedRevision);
  const start = () => startContainer(cloud.emulator.cloud, name);
  expect(start()).toBeUndefined();
  await script(cloud, { service: 'web', path: '/ready', status: 503, times: 2 });
  expect(start()).toBeUndefined();
  await script(cloud, { service: 'web', path: '/ready', status: 503 });
  expect(start()).toMatchObject({
    condition: 'ContainerHealthy',
    revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    message: expect.stringMatching(
      /^The user-provided container failed the configured startup probe checks\./,
    ),
  });
  const probes = await entries(call, `${logs('varlog%2Fsystem')} textPayload:"STARTUP HTTP probe failed"`);
  expect(probes.length).toBeGreaterThanOrEqual(5);
  expect(String(probes.at(-1)?.textPayload)).toContain('failed 3 times consecutively');
});

test('log-based metrics are created, read, replaced and deleted, and what makes no sense is refused', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const metrics = `/v2/projects/${project.id}/metrics`;
  const wanted = { name: 'app/errors', filter: 'severity>=ERROR', description: 'errors' };
  expect((await call('POST', metrics, wanted)).body).toMatchObject({
    ...wanted,
    metricDescriptor: {
      type: 'logging.googleapis.com/user/app/errors',
      metricKind: 'DELTA',
      valueType: 'INT64',
    },
    createTime: expect.any(String),
  });
  expect((await call('POST', metrics, wanted)).status).toBe(409);
  const one = `${metrics}/${encodeURIComponent('app/errors')}`;
  await call('PUT', one, { ...wanted, filter: 'severity=CRITICAL' });
  expect((await call('GET', one)).body.filter).toBe('severity=CRITICAL');
  expect((await call('GET', metrics)).body.metrics).toHaveLength(1);
  await call('PUT', `${metrics}/other`, { ...wanted, name: 'other' });
  expect((await call('GET', `${metrics}?pageSize=1`)).body.nextPageToken).toEqual(expect.any(String));
  expect((await call('DELETE', one)).status).toBe(200);
  expect((await call('GET', one)).status).toBe(404);
  for (const body of [
    { name: 'x' },
    { filter: 'severity>=ERROR' },
    { ...wanted, filter: 'severity>=' },
    { ...wanted, metricDescriptor: { valueType: 'DISTRIBUTION' } },
    { ...wanted, metricDescriptor: { metricKind: 'GAUGE' } },
    { ...wanted, filters: 'x' },
  ]) {
    expect((await call('POST', metrics, body)).status, JSON.stringify(body)).toBe(400);
  }
  expect((await cloud.asUser(stranger)('GET', metrics)).status).toBe(403);
});

test('keys in quotes are taken whole in a filter, with the dots, signs and quotes they hold', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const keys = { 'run.googleapis.com/execution': 'nightly-1', 'a=b "c"': 'odd', run: 'plain' };
  await call('POST', '/v2/entries:write', {
    logName: `projects/${project.id}/logs/app`,
    resource: { type: 'global' },
    entries: [
      { labels: keys, jsonPayload: { 'user.id': { name: 'kim' } } },
      { labels: { run: 'nightly-1' }, jsonPayload: { user: { id: { name: 'kim' } } } },
    ],
  });
  const count = async (filter: string) => (await entries(call, filter)).length;
  expect(await count('labels."run.googleapis.com/execution"="nightly-1"')).toBe(1);
  expect(await count('labels."run.googleapis.com/execution":* AND severity=DEFAULT')).toBe(1);
  expect(await count('labels."a=b \\"c\\""=odd')).toBe(1);
  expect(await count('jsonPayload."user.id".name="kim"')).toBe(1);
  expect(await count('jsonPayload.user.id.name="kim"')).toBe(1);
  expect(await count('labels."run"="nightly-1"')).toBe(1);
  expect(await count('labels.run.googleapis.com="nightly-1"')).toBe(0);
  expect(await count('"nightly-1"')).toBe(2);
});
