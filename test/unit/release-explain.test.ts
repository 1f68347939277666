import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/config/deployment.ts';
import { placeOf } from '../../src/config/place-of.ts';
import { type Evidence, explain } from '../../src/release/explain.ts';
import { reportFailure } from '../../src/release/failure-report.ts';
import type { Context } from '../../src/resources/context.ts';
import { RevisionFailed } from '../../src/resources/revision-failed.ts';
import { templateChanges } from '../../src/resources/workload-changes.ts';
import { deploymentFrom } from '../support/deploy-here.ts';
import { fakeClock } from './fake-clock.ts';

const place = { line: 1, column: 1 };
const service = {
  key: 'tda',
  serviceAccount: 'sa-tda',
  env: {},
  secrets: { API_KEY: { secret: 'tda-key', place } },
  cloudSql: true,
  app: { port: 5000, memory: '512Mi', args: ['--bind', ':5000'] },
  worker: { memory: '1Gi', command: ['celery'], args: ['-A', 'tda.main:celery_app', 'worker'] },
  place,
} as unknown as Service;

/** What Google or a container says, the cause that follows, and the line that is shown. */
const cases: readonly (readonly [string, Partial<Evidence>, string, string])[] = [
  [
    'port',
    {
      reason:
        'The user-provided container failed to start and listen on the port defined provided by the PORT=5000 environment variable within the allocated timeout.',
    },
    'PORT_NOT_LISTENED',
    'services.tda.app.port',
  ],
  [
    'program that ended, of which Google says that nothing listens',
    {
      reason:
        'The user-provided container failed to start and listen on the port defined provided by the PORT=5000 environment variable within the allocated timeout.',
      lines: ['KeyError: KEY', 'Container called exit(3).'],
    },
    'CONTAINER_EXITED',
    'services.tda.app.args',
  ],
  [
    'secret',
    {
      reason:
        'env[0].name: Permission denied on secret: projects/1/secrets/tda-key/versions/3 for Revision service account sa-tda@p.iam.gserviceaccount.com.',
    },
    'SECRET_NOT_READABLE',
    'services.tda.secrets',
  ],
  [
    'secret that is not there',
    { reason: 'env[0]: Secret projects/1/secrets/tda-key/versions/3 was not found' },
    'SECRET_NOT_FOUND',
    'services.tda.secrets',
  ],
  [
    'platform',
    { reason: "Cloud Run does not support image 'x': Container manifest type must support amd64/linux." },
    'IMAGE_WRONG_PLATFORM',
    'services.tda.image',
  ],
  [
    'platform, told by the kernel',
    { reason: 'The container failed to start.', lines: ['exec /bin/sh: exec format error'] },
    'IMAGE_WRONG_PLATFORM',
    'services.tda.image',
  ],
  [
    'module of -A',
    {
      part: 'worker',
      reason: 'The user-provided container failed to start.',
      lines: ['Error: Invalid value for -A', "ModuleNotFoundError: No module named 'tda'"],
    },
    'MODULE_MISSING',
    'services.tda.worker.args',
  ],
  [
    'another module',
    { part: 'worker', reason: 'failed', lines: ["ModuleNotFoundError: No module named 'redis'"] },
    'MODULE_MISSING',
    'services.tda.build',
  ],
  [
    'application of -A',
    { part: 'worker', reason: 'failed', lines: ['Unable to load celery application.'] },
    'APPLICATION_NOT_FOUND',
    'services.tda.worker.args',
  ],
  [
    'database',
    {
      reason:
        'Cloud SQL connection "p:r:i" failed: the service account sa-tda lacks cloudsql.instances.connect (roles/cloudsql.client).',
    },
    'CLOUD_SQL_NOT_REACHABLE',
    'services.tda.env',
  ],
  [
    'memory',
    {
      reason: 'The container failed to start.',
      lines: ['Memory limit of 512 MiB exceeded with 540 MiB used.'],
    },
    'OUT_OF_MEMORY',
    'services.tda.app.memory',
  ],
  [
    'memory of the worker',
    { part: 'worker', reason: 'The container was terminated on signal 9.' },
    'OUT_OF_MEMORY',
    'services.tda.worker.memory',
  ],
  ['image', { reason: "Image 'r/x@sha256:0' not found." }, 'IMAGE_NOT_FOUND', 'services.tda.image'],
  [
    'account',
    { reason: 'The service account sa-tda@p.iam.gserviceaccount.com does not exist.' },
    'SERVICE_ACCOUNT_MISSING',
    'services.tda.service_account',
  ],
  [
    'exit',
    {
      part: 'worker',
      reason: 'The user-provided container failed to start.',
      lines: ['Container called exit(3).'],
    },
    'CONTAINER_EXITED',
    'services.tda.worker.args',
  ],
  [
    'smoke test',
    {
      stage: 'test',
      reason: 'GET https://x/health was to answer with status 200 within 60 s, but it answered 503.',
    },
    'SMOKE_TEST_FAILED',
    'services.tda.app.smoke.path',
  ],
  [
    'caller',
    { stage: 'test', reason: 'GET https://x/ was to answer, but it answered 403.' },
    'CALLER_REFUSED',
    'services.tda.app.smoke',
  ],
];

describe('the cause of a failure', () => {
  test.each(cases)('%s', (_name, evidence, code, path) => {
    const found = explain({ service, part: 'app', stage: 'start', lines: [], reason: '', ...evidence });
    expect(found?.code).toBe(code);
    expect(found?.paths[0]?.join('.')).toBe(path);
    expect(found?.fix).not.toBe('');
  });

  test('is not made up when nothing fits', () => {
    const evidence = { service, part: 'app', stage: 'start', lines: ['hello'], reason: 'odd' } as const;
    expect(explain(evidence)).toBeUndefined();
  });

  test('names what stands in the way and not a number of a port in passing', () => {
    const reason =
      'The user-provided container failed to start and listen on the port defined provided by the PORT=5000 environment variable.';
    const lines = ["ModuleNotFoundError: No module named 'flask'"];
    expect(explain({ service, part: 'app', stage: 'start', lines, reason })?.code).toBe('MODULE_MISSING');
  });
});

describe('the line', () => {
  const text =
    'services:\n  tda:\n    app:\n      port: 1\nenvironments:\n  live:\n    services: { tda: { app: { port: 2 } } }\n';

  test('of the environment comes before the common one', () => {
    const paths = [['services', 'tda', 'app', 'port']];
    expect(placeOf(text, 'live', paths)?.line).toBe(7);
    expect(placeOf(text, 'staging', paths)?.line).toBe(4);
  });

  test('of the next path counts when the first is not written', () => {
    expect(
      placeOf(text, 'staging', [
        ['services', 'tda', 'app', 'smoke'],
        ['services', 'tda', 'app'],
      ])?.line,
    ).toBe(3);
  });
});

describe('the very line of what is missing', () => {
  const text = `version: 1
name: shop
region: us-central1
project: shop-lines
database: { name: shop, user: shop }
secrets: { own: { generate: 32 }, shared: { generate: 32 }, beside: { generate: 32 } }
env_groups:
  data:
    env:
      HOST: "\${database.host}"
    secrets:
      SHARED: shared
services:
  web:
    image: us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}
    env_groups: [data]
    env: { LEVEL: info }
    secrets: { OWN: own }
    sidecars:
      proxy:
        image: us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}
        secrets:
          BESIDE: beside
    app: { port: 8080 }
    worker: { runtime: job, command: [work] }
`;
  const lineOf = (part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  const denied = (secret: string): string =>
    `env[0]: Permission denied on secret: projects/1/secrets/${secret}/versions/1 for Revision service account`;

  test.each([
    ['a secret of the service', denied('own'), 'OWN: own'],
    ['one of an env group', denied('shared'), 'SHARED: shared'],
    ['one of a sidecar', denied('beside'), 'BESIDE: beside'],
    ['the database that an env group refers to', 'the caller lacks roles/cloudsql.client', 'HOST:'],
  ])('%s', async (_what, reason, part) => {
    const deployment = deploymentFrom(text);
    const [service] = deployment.services;
    if (!service) throw new Error('the file has a service');
    const failure = new RevisionFailed({
      kind: 'jobs',
      workload: 'shop-web-worker',
      revision: 'shop-web-worker',
      reason,
      serving: undefined,
      stage: 'start',
    });
    const context = { deployment, google: {} } as unknown as Context;
    const report = await reportFailure(context, service, failure, text);
    expect(report.place.line).toBe(lineOf(part));
  });
});

test.each([
  ['services', 'app'],
  ['workerPools', 'worker'],
] as const)(
  'of a workload among the %s it is the line of the %s, also where both have one name',
  async (kind, part) => {
    const text = `version: 1
name: shop
region: us-central1
project: shop-lines
services:
  web:
    image: us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}
    app:
      name: same
      port: 8080
      memory: 512Mi # app
    worker:
      name: same
      command: [work]
      memory: 1Gi # worker
`;
    const deployment = deploymentFrom(text);
    const [service] = deployment.services;
    if (!service) throw new Error('the file has a service');
    const reason = 'The container was terminated on signal 9.';
    const parts = {
      kind,
      workload: 'same',
      revision: 'same-1',
      reason,
      serving: undefined,
      stage: 'start',
    } as const;
    const google = { clock: fakeClock(), transport: { send: async () => ({}) } };
    const context = { deployment, google } as unknown as Context;
    const report = await reportFailure(context, service, new RevisionFailed(parts), text);
    expect(report.explanation?.code).toBe('OUT_OF_MEMORY');
    expect(report.place.line).toBe(text.split('\n').findIndex((line) => line.includes(`# ${part}`)) + 1);
  },
);

describe('what differs between two revisions', () => {
  const secret = (version: string) => ({
    name: 'KEY',
    valueSource: { secretKeyRef: { secret: 'k', version } },
  });
  const template = (env: object[], image = 'r/web@sha256:11') => ({ containers: [{ image, env }] });

  test('variables by name and never by value, secrets by version, the image by digest', () => {
    const before = template([
      { name: 'A', value: 'hidden-1' },
      { name: 'GONE', value: 'hidden-2' },
      secret('1'),
    ]);
    const after = template(
      [{ name: 'A', value: 'hidden-3' }, secret('2'), { name: 'NEW', value: 'hidden-4' }],
      'r/web@sha256:22',
    );
    const changes = templateChanges(after, before);
    expect(changes).toEqual([
      { field: 'image', before: 'web@sha256:11', after: 'web@sha256:22' },
      { field: 'env.A', before: 'a value', after: 'another value' },
      { field: 'env.GONE', before: 'a value' },
      { field: 'env.KEY', before: 'secret k:1', after: 'secret k:2' },
      { field: 'env.NEW', after: 'a value' },
    ]);
    expect(JSON.stringify(changes)).not.toContain('hidden');
  });

  test('another order of variables is no difference; a container too many is one', () => {
    const one = template([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
    const two = template([
      { name: 'B', value: '2' },
      { name: 'A', value: '1' },
    ]);
    expect(templateChanges(one, two)).toEqual([]);
    const more = { containers: [...one.containers, { image: 'r/proxy' }] };
    expect(templateChanges(one, more)).toEqual([{ field: 'containers', before: 2, after: 1 }]);
  });
});
