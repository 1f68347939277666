import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, file, findingsOf } from './config-case.ts';

/** One service `web` with a ready image and these lines, at their indentation below it. */
function service(...lines: readonly string[]): string {
  return file(
    'buckets: { media: {} }',
    'secrets: { key: { generate: 32 } }',
    'services:',
    '  web:',
    '    image: hello:1',
    ...lines.map((line) => `    ${line}`),
  );
}

const app = 'app: { port: 8080 }';

const wrong: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a port of a pool', ['worker: { port: 80 }'], ['WORKER_HAS_PORT 10:15 services.web.worker.port']],
  [
    'a port of a job',
    ['worker: { runtime: job, port: 80 }'],
    ['WORKER_HAS_PORT 10:29 services.web.worker.port'],
  ],
  [
    'a worker service without a port',
    ['worker: { runtime: service }'],
    ['WORKER_NEEDS_PORT 10:15 services.web.worker.runtime'],
  ],
  [
    'a worker service without instances',
    ['worker: { runtime: service, port: 80, instances: 0 }'],
    ['WORKER_WITHOUT_INSTANCES 10:54 services.web.worker.instances'],
  ],
  [
    'a worker service with half a CPU, which it could not keep',
    ['worker: { runtime: service, port: 80, cpu: 0.5 }'],
    ['CPU_ALWAYS_ALLOCATED 10:48 services.web.worker.cpu'],
  ],
  [
    'tasks of a pool, instances of a job',
    ['worker: { tasks: 3 }', 'app: {}'],
    ['WORKER_RUNTIME_KEY 10:15 services.web.worker.tasks'],
  ],
  [
    'instances of a job',
    ['worker: { runtime: job, instances: 2 }'],
    ['WORKER_RUNTIME_KEY 10:29 services.web.worker.instances'],
  ],
  [
    'more tasks at a time than there are',
    ['worker: { runtime: job, tasks: 2, parallelism: 3 }'],
    ['INVALID_VALUE 10:52 services.web.worker.parallelism'],
  ],
  [
    'a task of more than seven days',
    ['worker: { runtime: job, timeout: 169h }'],
    ['INVALID_VALUE 10:38 services.web.worker.timeout'],
  ],
  [
    'a worker service with the name of an app',
    [app, 'worker: { runtime: service, port: 80, name: shop-web }'],
    ['DUPLICATE_RUN_NAME 11:49 services.web.worker.name'],
  ],
  [
    'a probe of a pool without a port',
    ['worker: { liveness_probe: { path: /ok } }'],
    ['PROBE_NEEDS_PORT 10:15 services.web.worker.liveness_probe'],
  ],
  [
    'a volume of nothing',
    [app, 'volumes: { /mnt/a: {} }'],
    ['VOLUME_KIND 11:16 services.web.volumes./mnt/a'],
  ],
  [
    'a volume of two kinds',
    [app, 'volumes: { /mnt/a: { bucket: media, memory: 64Mi } }'],
    ['VOLUME_KIND 11:16 services.web.volumes./mnt/a'],
  ],
  [
    'memory that cannot be written',
    [app, 'volumes: { /mnt/a: { memory: 64Mi, read_only: true } }'],
    ['VOLUME_KIND 11:40 services.web.volumes./mnt/a.read_only'],
  ],
  [
    'an unknown bucket',
    [app, 'volumes: { /mnt/a: { bucket: medai } }'],
    ['UNDECLARED_BUCKET 11:34 services.web.volumes./mnt/a.bucket'],
  ],
  [
    'a bucket in the first generation',
    ['app: { execution_environment: gen1 }', 'volumes: { /mnt/a: { bucket: media } }'],
    ['VOLUME_NEEDS_GEN2 10:35 services.web.app.execution_environment'],
  ],
  [
    'a folder in a folder',
    [app, 'volumes: { /mnt: { memory: 8Mi }, /mnt/a: { memory: 8Mi } }'],
    ['VOLUME_PATH 11:39 services.web.volumes./mnt/a'],
  ],
  [
    'a folder of secrets',
    [app, 'secret_files: { /etc/keys/a: key }', 'volumes: { /etc/keys: { memory: 8Mi } }'],
    ['VOLUME_PATH 12:16 services.web.volumes./etc/keys'],
  ],
  [
    'the folder of Cloud SQL',
    [app, 'volumes: { /cloudsql: { memory: 8Mi } }'],
    ['VOLUME_PATH 11:16 services.web.volumes./cloudsql'],
  ],
  [
    'all of the memory',
    [app, 'volumes: { /mnt/a: { memory: 512Mi } }'],
    ['VOLUME_EXCEEDS_MEMORY 11:34 services.web.volumes./mnt/a.memory'],
  ],
  [
    'a sidecar without an image',
    [app, 'sidecars: { proxy: {} }'],
    ['NO_IMAGE 11:17 services.web.sidecars.proxy'],
  ],
  [
    'a sidecar whose image can move',
    [app, 'sidecars: { proxy: { image: envoy } }'],
    ['UNPINNED_IMAGE 11:33 services.web.sidecars.proxy.image'],
  ],
  [
    'a sidecar with the name of the service itself',
    [app, 'sidecars: { main: { image: "a:1" } }'],
    ['SIDECAR_NAME 11:17 services.web.sidecars.main'],
  ],
  [
    'a sidecar beside what is not there',
    [app, 'sidecars: { proxy: { image: "a:1", beside: [worker] } }'],
    ['SIDECAR_WITHOUT_WORKLOAD 11:48 services.web.sidecars.proxy.beside'],
  ],
  [
    'a secret of a sidecar that nobody declared',
    [app, 'sidecars: { proxy: { image: "a:1", secrets: { KEY: keey } } }'],
    ['UNDECLARED_SECRET 11:56 services.web.sidecars.proxy.secrets.KEY'],
  ],
  [
    'a variable of a sidecar that Cloud Run sets',
    [app, 'sidecars: { proxy: { image: "a:1", env: { PORT: 1 } } }'],
    ['RESERVED_VARIABLE 11:47 services.web.sidecars.proxy.env.PORT'],
  ],
  [
    'waiting for what is not there',
    ['app: { depends_on: [proxi] }', 'sidecars: { proxy: { image: "a:1" } }'],
    ['UNKNOWN_CONTAINER 10:25 services.web.app.depends_on[0]'],
  ],
  [
    'waiting for what nobody watches',
    ['app: { depends_on: [proxy] }', 'sidecars: { proxy: { image: "a:1" } }'],
    ['DEPENDS_ON_UNPROBED 10:25 services.web.app.depends_on[0]'],
  ],
  [
    'waiting in a circle',
    [
      'app: { depends_on: [proxy] }',
      'sidecars: { proxy: { image: "a:1", depends_on: [main], startup_probe: { port: 9 } } }',
    ],
    ['DEPENDS_ON_CIRCLE 10:24 services.web.app.depends_on'],
  ],
  [
    'more than a machine has',
    ['app: { cpu: 4, memory: 2Gi }', 'sidecars: { big: { image: "a:1", cpu: 6, memory: 4Gi } }'],
    ['INSTANCE_TOO_LARGE 10:5 services.web.app'],
  ],
  ['a label of ours', [app, 'labels: { commit: a }'], ['RESERVED_LABEL 11:15 services.web.labels.commit']],
  [
    'a label of a system',
    [app, 'labels: { "run.googleapis.com/x": a }'],
    ['RESERVED_LABEL 11:15 services.web.labels.run.googleapis.com/x'],
  ],
  [
    'an impossible label',
    [app, 'labels: { team: Media & Co }'],
    ['INVALID_LABEL 11:21 services.web.labels.team'],
  ],
  [
    'an annotation of Cloud Run',
    [app, 'annotations: { run.googleapis.com/cpu-throttling: "false" }'],
    ['RESERVED_ANNOTATION 11:20 services.web.annotations.run.googleapis.com/cpu-throttling'],
  ],
  [
    'an invoker that is nobody',
    ['app: { invokers: [ann@example.com] }'],
    ['INVALID_VALUE 10:23 services.web.app.invokers[0]'],
  ],
];

describe('a combination that Cloud Run would refuse, or that would do nothing', () => {
  test.each(wrong)('%s', (_name, lines, expected) => {
    const findings = findingsOf(service(...lines));
    expect(brief(findings)).toEqual(expected);
    for (const { fix } of findings) expect(fix).not.toBe('');
  });

  test('private ranges alone, for who calls an internal service', () => {
    const text = service(app, 'egress: private-ranges', `env: { API: "\${services.api.url}" }`).concat(
      '  api: { image: "a:1", app: { ingress: internal } }\n',
    );
    expect(brief(findingsOf(text))).toEqual(['EGRESS_TOO_NARROW 11:13 services.web.egress']);
  });
});

describe('access', () => {
  const grantsOf = (...lines: readonly string[]) =>
    deploymentOf(service(...lines)).grants.map(({ member, role, on }) => [
      member.split('@')[0],
      role,
      on.kind === 'bucket' ? on.bucket : on.kind === 'secret' ? on.secret : on.kind,
    ]);

  test('to a bucket follows from its volume: to write, or to read', () => {
    expect(grantsOf(app, 'volumes: { /mnt/a: { bucket: media } }')).toEqual([
      ['serviceAccount:sa-shop-web', 'roles/storage.objectUser', 'shop-media-shop-project'],
    ]);
    expect(grantsOf(app, 'volumes: { /mnt/a: { bucket: media, read_only: true } }')).toEqual([
      ['serviceAccount:sa-shop-web', 'roles/storage.objectViewer', 'shop-media-shop-project'],
    ]);
  });

  test('to the secret of a sidecar is the service account of its service', () => {
    expect(grantsOf(app, 'sidecars: { proxy: { image: "a:1", secrets: { KEY: key } } }')).toEqual([
      ['serviceAccount:sa-shop-web', 'roles/secretmanager.secretAccessor', 'key'],
    ]);
  });

  test('of those who may call is as the file says', () => {
    expect(grantsOf('app: { invokers: ["user:ann@example.com"] }')).toEqual([
      ['user:ann', 'roles/run.invoker', 'run_service'],
    ]);
  });
});

test('a sidecar that is built brings the builder, its rights and the API', () => {
  const deployment = deploymentOf(service(app, 'sidecars: { proxy: { build: { context: proxy } } }'));
  expect(deployment.services[0]?.sidecars?.[0]?.build).toMatchObject({
    imageName: 'web-proxy',
    dockerfile: 'proxy/Dockerfile',
  });
  expect(deployment.serviceAccounts.map(({ id }) => id)).toContain('sa-shop-builder');
  expect(deployment.apis).toContain('cloudbuild.googleapis.com');
  expect(deployment.grants.map(({ role }) => role)).toContain('roles/artifactregistry.writer');
});

test('a sidecar in a preview reads the secrets of the preview', () => {
  const text = service(app, 'sidecars: { proxy: { image: "a:1", secrets: { KEY: key } } }').replace(
    'project: shop-project',
    'environments: { staging: { project: shop-project }, preview: { extends: staging } }',
  );
  const preview = deploymentOf(text, { environment: 'pr-7' });
  const [secret] = preview.secrets;
  expect(secret?.name).not.toBe('key');
  expect(preview.services[0]?.sidecars?.[0]?.secrets.KEY?.secret).toBe(secret?.name);
});
