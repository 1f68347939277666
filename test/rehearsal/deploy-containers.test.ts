/** What a service may have beside its own container, and the kinds of worker: each set, left alone, and taken back. */
import { describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { seedOf } from '../support/action.ts';
import { call } from '../support/cleanup.ts';
import { deployHere, deploymentFrom, planHere } from '../support/deploy-here.ts';
import { noServer, provisionHere } from '../support/estate.ts';

const project = 'deploy-containers';
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
const other = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'1'.repeat(64)}`;

/** One service `web` whose keys are given, at their indentation. */
const file = (...lines: readonly string[]): string => `version: 1
name: shop
region: us-central1
project: ${project}
buckets: { media: {} }
secrets: { key: { generate: 32 } }
services:
  web:
    image: ${image}
${lines.map((line) => `    ${line}\n`).join('')}`;

const app = 'app: { port: 8080, public: true, smoke: { enabled: false } }';

interface Template {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly volumes?: readonly unknown[];
  readonly scaling?: unknown;
  readonly containers: readonly Readonly<Record<string, unknown>>[];
}

interface Stored {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly latestCreatedRevision: string;
  readonly ingress?: string;
  readonly invokerIamDisabled?: boolean;
  readonly template: Template;
}

function start(): Promise<Emulator> {
  return startEmulator({ projects: seedOf(project), postgres: noServer });
}

interface Deployed {
  /** Of the app and the worker. */
  readonly states: readonly Outcome['state'][];
  /** Requests that write to Cloud Run. */
  readonly writes: number;
}

async function deploy(emulator: Emulator, ...lines: readonly string[]): Promise<Deployed> {
  const deployment = deploymentFrom(file(...lines));
  await provisionHere({ emulator, deployment, values: {} });
  const before = emulator.journal.length;
  const outcomes = await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
  const failed = outcomes.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
  const writes = emulator.journal
    .slice(before)
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith(':wait'));
  const [service] = deployment.services;
  const asked = [service?.app, service?.worker].flatMap((workload) => workload ?? []).length;
  return { states: outcomes.slice(0, asked).map(({ state }) => state), writes: writes.length };
}

function stored<T = Stored>(emulator: Emulator, table: string, id: string): T {
  const rows = [...emulator.cloud.table<T & { name: string }>(table).values()];
  const found = rows.find(({ name }) => name.endsWith(`/${id}`));
  if (!found)
    throw new Error(`there is no ${id}, but ${rows.map(({ name }) => name).join(', ') || 'nothing'}`);
  return found;
}

const web = (emulator: Emulator): Stored => stored(emulator, 'run.services', 'shop-web');

/** Without what names the revision and says where it comes from. */
function settings({ template }: { template: object }): unknown {
  const { revision: _revision, labels: _labels, ...rest } = template as Record<string, unknown>;
  return rest;
}

describe('volumes', () => {
  const both =
    'volumes: { /mnt/media: { bucket: media, read_only: true, mount_options: [implicit-dirs] }, /tmp/work: { memory: 64Mi } }';

  test('are mounted into app and worker, with the right to the bucket, and taken away again', async () => {
    await using emulator = await start();
    const worker = 'worker: {}';
    await deploy(emulator, app, worker);
    const plain = settings(web(emulator));
    expect((await deploy(emulator, app, worker, both)).states).toEqual(['applied', 'applied']);
    for (const [table, id] of [
      ['run.services', 'shop-web'],
      ['run.workerPools', 'shop-web-worker'],
    ] as const) {
      expect(stored(emulator, table, id).template).toMatchObject({
        volumes: [
          {
            name: 'volume-1',
            gcs: { bucket: `shop-media-${project}`, readOnly: true, mountOptions: ['implicit-dirs'] },
          },
          { name: 'volume-2', emptyDir: { medium: 'MEMORY', sizeLimit: '64Mi' } },
        ],
        containers: [
          {
            volumeMounts: [
              { name: 'volume-1', mountPath: '/mnt/media' },
              { name: 'volume-2', mountPath: '/tmp/work' },
            ],
          },
        ],
      });
    }
    expect(await deploy(emulator, app, worker, both)).toEqual({
      states: ['unchanged', 'unchanged'],
      writes: 0,
    });
    await deploy(emulator, app, worker);
    expect(settings(web(emulator))).toEqual(plain);
  });

  test('a volume that becomes another kind under its path makes a revision', async () => {
    await using emulator = await start();
    await deploy(emulator, app, 'volumes: { /mnt/a: { bucket: media } }');
    await deploy(emulator, app, 'volumes: { /mnt/a: { memory: 32Mi } }');
    const [volume] = web(emulator).template.volumes ?? [];
    expect(volume).toEqual({ name: 'volume-1', emptyDir: { medium: 'MEMORY', sizeLimit: '32Mi' } });
  });
});

describe('sidecars', () => {
  const proxy = `sidecars: { proxy: { image: "${other}", args: [--fast], env: { BUCKET: "\${buckets.media}" }, secrets: { KEY: key }, cpu: 0.5, memory: 256Mi, startup_probe: { port: 9000 } } }`;
  const waiting = app.replace('smoke', 'depends_on: [proxy], smoke');

  test('run beside app and worker, under names, and what waits for them says so', async () => {
    await using emulator = await start();
    await deploy(emulator, app, 'worker: {}');
    const plain = settings(web(emulator));
    await deploy(emulator, waiting, 'worker: {}', proxy);
    const sidecar = {
      name: 'proxy',
      image: other,
      args: ['--fast'],
      env: [
        { name: 'BUCKET', value: `shop-media-${project}` },
        { name: 'KEY', valueSource: { secretKeyRef: { secret: 'key', version: '1' } } },
      ],
      resources: { limits: { cpu: '500m', memory: '256Mi' } },
      startupProbe: { tcpSocket: { port: 9000 }, failureThreshold: 24 },
    };
    const { containers } = web(emulator).template;
    expect(containers).toMatchObject([
      { name: 'main', image, ports: [{ containerPort: 8080 }], dependsOn: ['proxy'] },
      { ...sidecar, resources: { ...sidecar.resources, cpuIdle: true } },
    ]);
    expect(containers[1]).not.toHaveProperty('ports');
    expect(stored(emulator, 'run.workerPools', 'shop-web-worker').template.containers).toMatchObject([
      { name: 'main' },
      sidecar,
    ]);
    expect(await deploy(emulator, waiting, 'worker: {}', proxy)).toEqual({
      states: ['unchanged', 'unchanged'],
      writes: 0,
    });
    await deploy(emulator, app, 'worker: {}');
    expect(settings(web(emulator))).toEqual(plain);
  });

  test('of the worker alone leave the app as it is; another image of one is one change', async () => {
    await using emulator = await start();
    const beside = proxy.replace('image:', 'beside: [worker], image:');
    await deploy(emulator, app, 'worker: {}');
    const before = web(emulator).latestCreatedRevision;
    expect((await deploy(emulator, app, 'worker: {}', beside)).states).toEqual(['unchanged', 'applied']);
    expect(web(emulator).latestCreatedRevision).toBe(before);
    const deployment = deploymentFrom(file(app, 'worker: {}', beside.replace(other, image)));
    const outcomes = await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
    const fields = outcomes.flatMap(({ state, changes }) =>
      state === 'applied' ? changes.flatMap((change) => change.fields.map(({ field }) => field)) : [],
    );
    expect(fields).toEqual(['proxy.image']);
  });
});

describe('labels and annotations', () => {
  test('stand on the workloads and their revisions; what others set stays, what the file drops goes', async () => {
    await using emulator = await start();
    const marks = ['labels: { team: media, cost-center: 42 }', 'annotations: { example.com/owner: Ann }'];
    await deploy(emulator, app, 'worker: {}', ...marks);
    const pool = () => stored(emulator, 'run.workerPools', 'shop-web-worker');
    for (const workload of [web(emulator), pool()]) {
      expect(workload.labels).toMatchObject({ team: 'media', 'cost-center': '42', service: 'web' });
      expect(workload.template.labels).toMatchObject({ team: 'media', 'cost-center': '42' });
      expect(workload.annotations).toMatchObject({ 'example.com/owner': 'Ann' });
      expect(workload.template.annotations).toEqual({ 'example.com/owner': 'Ann' });
    }
    expect(await deploy(emulator, app, 'worker: {}', ...marks)).toMatchObject({ writes: 0 });

    const table = emulator.cloud.table<Stored>('run.services');
    const [key, service] = [...table.entries()][0] ?? [];
    if (!key || !service) throw new Error('there is no service');
    table.set(key, { ...service, labels: { ...service.labels, theirs: 'kept' } });
    expect(await deploy(emulator, app, 'worker: {}', ...marks)).toMatchObject({ writes: 0 });

    await deploy(emulator, app, 'worker: {}', 'labels: { team: sound }');
    expect(web(emulator).labels).toMatchObject({ team: 'sound', theirs: 'kept' });
    expect(web(emulator).labels).not.toHaveProperty('cost-center');
    expect(web(emulator).annotations).not.toHaveProperty('example.com/owner');
    expect(web(emulator).template.labels).toMatchObject({ team: 'sound' });
    expect(web(emulator).template.labels).not.toHaveProperty('cost-center');
    await deploy(emulator, app, 'worker: {}');
    expect(web(emulator).labels).not.toHaveProperty('team');
    expect(web(emulator).annotations ?? {}).toEqual({});
    expect(await deploy(emulator, app, 'worker: {}')).toMatchObject({ writes: 0 });
  });
});

describe('a worker as a service', () => {
  const worker =
    'worker: { runtime: service, port: 8081, command: [work], instances: 2, liveness_probe: { path: /alive } }';

  test('has its instances and their CPU always, is called by nobody, and gets all traffic once it is ready', async () => {
    await using emulator = await start();
    await deploy(emulator, app, worker);
    const service = stored(emulator, 'run.services', 'shop-web-worker');
    expect(service).toMatchObject({
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      template: {
        scaling: { minInstanceCount: 2, maxInstanceCount: 2 },
        containers: [
          {
            command: ['work'],
            ports: [{ containerPort: 8081 }],
            startupProbe: { tcpSocket: { port: 8081 } },
            livenessProbe: { httpGet: { path: '/alive', port: 8081 } },
          },
        ],
      },
    });
    expect(service.invokerIamDisabled ?? false).toBe(false);
    expect(service.template.containers[0]?.resources).not.toMatchObject({ cpuIdle: true });
    expect(await deploy(emulator, app, worker)).toEqual({ states: ['unchanged', 'unchanged'], writes: 0 });
    const changed = await deploy(emulator, app, worker.replace('instances: 2', 'instances: 3'));
    expect(changed.states).toEqual(['unchanged', 'applied']);
    const now = stored<Stored & { trafficStatuses: unknown }>(emulator, 'run.services', 'shop-web-worker');
    expect(now.trafficStatuses).toMatchObject([{ revision: 'shop-web-worker-ccccccc-2', percent: 100 }]);
  });

  test('held back it has no tag by which it could be reached and would work', async () => {
    await using emulator = await start();
    await deploy(emulator, app, worker);
    const deployment = deploymentFrom(file(app, worker.replace('[work]', '[work, harder]')));
    await deployHere({ emulator, deployment, commit: 'd'.repeat(40), shift: { kind: 'hold' } });
    const service = stored<Stored & { traffic: unknown[] }>(emulator, 'run.services', 'shop-web-worker');
    expect(service.latestCreatedRevision).toMatch(/ddddddd-1$/);
    expect(service.traffic).toEqual([
      {
        type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
        revision: 'shop-web-worker-ccccccc-1',
        percent: 100,
      },
    ]);
  });
});

describe('a worker as a job', () => {
  const worker =
    'worker: { runtime: job, command: [work], tasks: 4, parallelism: 2, max_retries: 1, timeout: 2h }';
  interface Job extends Omit<Stored, 'template'> {
    readonly template: { readonly template: Template };
  }

  test('is deployed and not run; unchanged it is left alone, and a change replaces it', async () => {
    await using emulator = await start();
    await deploy(emulator, app, worker, 'labels: { team: media }');
    const job = () => stored<Job>(emulator, 'run.jobs', 'shop-web-worker');
    expect(job()).toMatchObject({
      labels: { team: 'media', service: 'web' },
      template: {
        taskCount: 4,
        parallelism: 2,
        labels: { team: 'media', commit: 'c'.repeat(40) },
        template: { maxRetries: 1, timeout: '7200s', containers: [{ image, command: ['work'] }] },
      },
    });
    expect([...emulator.cloud.table('run.executions').values()]).toEqual([]);
    const again = await deploy(emulator, app, worker, 'labels: { team: media }');
    expect(again).toEqual({ states: ['unchanged', 'unchanged'], writes: 0 });
    const changed = await deploy(
      emulator,
      app,
      worker.replace('parallelism: 2, ', ''),
      'labels: { team: media }',
    );
    expect(changed.states).toEqual(['unchanged', 'applied']);
    expect(job().template).not.toMatchObject({ parallelism: 2 });
  });

  test('that could not be run fails the deployment, and the next one mends it', async () => {
    await using emulator = await start();
    await deploy(emulator, app, worker);
    const deployment = deploymentFrom(
      file(app, worker).replace(
        image,
        image.replace('us-docker.pkg.dev/cloudrun/container', `us-central1-docker.pkg.dev/${project}/shop`),
      ),
    );
    const outcomes = await deployHere({
      emulator,
      deployment: {
        ...deployment,
        services: deployment.services.map(({ app: _app, ...service }) => service),
      },
      commit: 'c'.repeat(40),
    });
    expect(String(outcomes[0]?.error)).toMatch(/Job shop-web-worker cannot be run: .*not found/);
    expect((await deploy(emulator, app, worker)).states).toEqual(['unchanged', 'applied']);
    expect(await deploy(emulator, app, worker)).toMatchObject({ writes: 0 });
  });
});

const kinds = {
  pool: ['run.workerPools', 'worker: { command: [work] }'],
  service: ['run.services', 'worker: { runtime: service, port: 8081, command: [work] }'],
  job: ['run.jobs', 'worker: { runtime: job, command: [work] }'],
} as const;
const hour = 3_600_000;

const names = (emulator: Emulator, table: string): string[] =>
  [...emulator.cloud.table<{ name: string; deleteTime?: string }>(table).values()]
    .filter(({ deleteTime }) => deleteTime === undefined)
    .map(({ name }) => name.split('/').at(-1) ?? '');

/** Runs the job, for an hour that only the returned function ends. */
async function runForAnHour(emulator: Emulator): Promise<() => void> {
  await call(emulator, 'POST', `v2/projects/${project}/locations/us-central1/jobs/shop-web-worker:run`, {});
  const executions = emulator.cloud.table<{ progress: object }>('run.executions');
  const [[name, execution] = []] = [...executions.entries()];
  if (!name || !execution) throw new Error('the job was not run');
  executions.set(name, { ...execution, progress: { ...execution.progress, startedAt: Date.now() + hour } });
  return () => void executions.set(name, execution);
}

describe('a worker that changes its runtime', () => {
  const workers = (emulator: Emulator): string[] =>
    Object.entries(kinds).flatMap(([kind, [table]]) =>
      names(emulator, table).includes('shop-web-worker') ? [kind] : [],
    );

  test.each([
    ['pool', 'service'],
    ['service', 'job'],
    ['job', 'pool'],
  ] as const)('from %s to %s is there once afterwards, and left alone then', async (from, to) => {
    await using emulator = await start();
    await deploy(emulator, app, kinds[from][1]);
    expect(workers(emulator)).toEqual([from]);
    await deploy(emulator, app, kinds[to][1]);
    expect(workers(emulator)).toEqual([to]);
    expect(names(emulator, 'run.services')).toContain('shop-web');
    expect(await deploy(emulator, app, kinds[to][1])).toMatchObject({ writes: 0 });
  });

  test('keeps the old one for as long as the new one is not ready', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.pool[1]);
    const broken = kinds.service[1].replace('[work]', '[celery, worker]');
    await expect(deploy(emulator, app, broken)).rejects.toThrow(/failed to start and listen/);
    expect(workers(emulator)).toEqual(['pool', 'service']);
    await deploy(emulator, app, kinds.service[1]);
    expect(workers(emulator)).toEqual(['service']);
  });

  test('does not take along what has the name without being the worker', async () => {
    await using emulator = await start();
    // An app may be called like a worker pool.
    const twin = [app.replace('{', '{ name: shop-web-worker,'), kinds.pool[1]];
    await deploy(emulator, ...twin);
    expect(workers(emulator)).toEqual(['pool', 'service']);
    expect(await deploy(emulator, ...twin)).toMatchObject({ writes: 0 });
    expect(workers(emulator)).toEqual(['pool', 'service']);
  });

  test('leaves alone what somebody else made, and says so', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.pool[1]);
    const table = emulator.cloud.table<Stored>('run.workerPools');
    for (const [key, pool] of table.entries()) table.set(key, { ...pool, labels: {} });
    await deploy(emulator, app, kinds.service[1]);
    expect(workers(emulator)).toEqual(['pool', 'service']);
    const deployment = deploymentFrom(file(app, kinds.service[1]));
    const { left } = (await planHere({ emulator, deployment, commit: 'c'.repeat(40) })).plan;
    expect(left).toMatchObject([{ address: 'worker_pool/shop-web-worker', whose: 'foreign' }]);
    expect(left[0]?.next).toContain('gcloud run worker-pools delete shop-web-worker');
  });

  test('lets an execution of the old job end before the job goes', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.job[1]);
    const end = await runForAnHour(emulator);
    await deploy(emulator, app, kinds.pool[1]);
    expect(workers(emulator)).toEqual(['pool', 'job']);
    end();
    await deploy(emulator, app, kinds.pool[1]);
    expect(workers(emulator)).toEqual(['pool']);
  });
});

describe('a worker under another name', () => {
  const renamed = (kind: keyof typeof kinds) => kinds[kind][1].replace('{', '{ name: shop-consumer,');
  const everything = (emulator: Emulator) =>
    Object.values(kinds).flatMap(([table]) => names(emulator, table));

  test.each(['pool', 'service', 'job'] as const)('as a %s takes the place of the old one', async (kind) => {
    await using emulator = await start();
    await deploy(emulator, app, kinds[kind][1]);
    await deploy(emulator, app, renamed(kind));
    expect(everything(emulator).sort()).toEqual(['shop-consumer', 'shop-web']);
    expect(await deploy(emulator, app, renamed(kind))).toMatchObject({ writes: 0 });
  });

  test('and with another runtime does so too, while an app that is renamed with it stays for its callers', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.service[1]);
    await deploy(emulator, app.replace('{', '{ name: shop-front,'), renamed('pool'));
    expect(names(emulator, 'run.services').sort()).toEqual(['shop-front', 'shop-web']);
    expect(names(emulator, 'run.workerPools')).toEqual(['shop-consumer']);
  });

  test('lets an execution of the old job end before that goes', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.job[1]);
    const end = await runForAnHour(emulator);
    await deploy(emulator, app, renamed('job'));
    expect(names(emulator, 'run.jobs').sort()).toEqual(['shop-consumer', 'shop-web-worker']);
    const deployment = deploymentFrom(file(app, renamed('job')));
    const { left } = (await planHere({ emulator, deployment, commit: 'c'.repeat(40) })).plan;
    expect(left).toMatchObject([{ address: 'job/shop-web-worker', whose: 'ours' }]);
    end();
    await deploy(emulator, app, renamed('job'));
    expect(names(emulator, 'run.jobs')).toEqual(['shop-consumer']);
  });

  test('is a job that nobody runs yet: held back, it leaves the old one as it is', async () => {
    await using emulator = await start();
    await deploy(emulator, app, kinds.pool[1]);
    const deployment = deploymentFrom(file(app, renamed('job')));
    const held = { emulator, deployment, commit: 'c'.repeat(40), shift: { kind: 'hold' } } as const;
    const outcomes = await deployHere(held);
    expect(outcomes.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(names(emulator, 'run.jobs')).toEqual(['shop-consumer']);
    expect(names(emulator, 'run.workerPools')).toEqual(['shop-web-worker']);
    const { left } = (await planHere(held)).plan;
    expect(left).toMatchObject([{ address: 'worker_pool/shop-web-worker', whose: 'ours' }]);
    await deploy(emulator, app, renamed('job'));
    expect(names(emulator, 'run.workerPools')).toEqual([]);
  });

  test('that was a service becomes an app, and says that it is no worker any more', async () => {
    await using emulator = await start();
    const part = () =>
      [...emulator.cloud.table<Stored>('run.services').values()].find(({ name }) =>
        name.endsWith('/shop-web-worker'),
      )?.annotations?.['aethercast-deploy/part'];
    await deploy(emulator, app, kinds.service[1]);
    expect(part()).toBe('worker');
    await deploy(emulator, app.replace('{', '{ name: shop-web-worker,'));
    expect(part()).toBeUndefined();
  });
});

test('HTTP/2, egress and invokers are as the file says', async () => {
  await using emulator = await start();
  const grpc =
    'app: { port: 8080, http2: true, invokers: ["user:ann@example.com"], smoke: { enabled: false } }';
  await deploy(emulator, grpc, 'egress: all-traffic');
  expect(web(emulator).template).toMatchObject({
    containers: [{ ports: [{ name: 'h2c', containerPort: 8080 }] }],
    vpcAccess: { egress: 'ALL_TRAFFIC' },
  });
  const policies = [...emulator.cloud.table<{ bindings: unknown[] }>('iam.policies').entries()];
  const [, policy] = policies.find(([name]) => name.endsWith('services/shop-web')) ?? [];
  expect(policy?.bindings).toEqual([{ role: 'roles/run.invoker', members: ['user:ann@example.com'] }]);
  expect(await deploy(emulator, grpc, 'egress: all-traffic')).toMatchObject({ writes: 0 });
});

test('a sidecar waits for another one that it names', async () => {
  await using emulator = await start();
  const store = `store: { image: "${other}", startup_probe: { port: 6379 } }`;
  const proxy = `proxy: { image: "${other}", depends_on: [store] }`;
  await deploy(emulator, app, `sidecars: { ${store}, ${proxy} }`);
  const proxyOf = web(emulator).template.containers.find(({ name }) => name === 'proxy');
  expect(proxyOf?.dependsOn).toEqual(['store']);
});

test('who may call another service of the file gets no right on this one', async () => {
  await using emulator = await start();
  const text = file('app: { port: 8080, invokers: ["user:ann@example.com"], smoke: { enabled: false } }');
  const other = `  api:\n    image: ${image}\n    app: { port: 8080, invokers: ["user:bob@example.com"] }\n`;
  const deployment = deploymentFrom(text + other);
  await provisionHere({ emulator, deployment, values: {} });
  await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
  const policies = [...emulator.cloud.table<{ bindings: unknown[] }>('iam.policies').entries()];
  const [, policy] = policies.find(([name]) => name.endsWith('services/shop-web')) ?? [];
  expect(JSON.stringify(policy?.bindings)).toContain('ann@example.com');
  expect(JSON.stringify(policy?.bindings)).not.toContain('bob@example.com');
});
