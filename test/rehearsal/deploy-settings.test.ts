import { expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { admin, seedOf } from '../support/action.ts';
import { call } from '../support/cleanup.ts';
import { deployHere, deploymentFrom } from '../support/deploy-here.ts';
import { noServer, provisionHere } from '../support/estate.ts';

const project = 'deploy-settings';
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;

const file = (app: string): string => `version: 1
name: shop
region: us-central1
project: ${project}
services:
  web:
    image: ${image}
    app:
      port: 8080
      public: true
${app}`;

interface Stored {
  readonly template: Record<string, unknown> & { containers: Record<string, unknown>[] };
  readonly [field: string]: unknown;
}

async function deploy(
  emulator: Emulator,
  app: string,
): Promise<{ stored: Stored; states: readonly string[]; writes: number }> {
  const deployment = deploymentFrom(file(app));
  await provisionHere({ emulator, deployment, values: {} });
  const before = emulator.journal.length;
  const outcomes = await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
  const failed = outcomes.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
  const stored = [...emulator.cloud.table<Stored>('run.services').values()][0];
  if (!stored) throw new Error('there is no service');
  const writes = emulator.journal
    .slice(before)
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith(':wait')).length;
  return { stored, states: outcomes.map(({ state }) => state), writes };
}

test('a GPU without the CPUs and the memory that it needs is found before anything is sent', () => {
  expect(() => deploymentFrom(file('      gpu: nvidia-l4\n'))).toThrow('GPU_SIZE');
});

test('a secret whose newest version was disabled: the line that names it, and nothing is sent', async () => {
  await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const text = `secrets: { signing: { generate: 32 } }\n${file('')}    secrets: { KEY: signing }\n`;
  const deployment = deploymentFrom(text);
  await provisionHere({ emulator, deployment, values: {} });
  await call(emulator, 'POST', `v1/projects/${project}/secrets/signing/versions/1:disable`, {});
  const already = emulator.journal.length;
  const failed = await deployHere({ emulator, deployment, commit: 'c'.repeat(40) }).catch((error) => error);
  const line = text.split('\n').findIndex((written) => written.includes('KEY: signing')) + 1;
  expect(failed).toMatchObject({
    code: 'SECRET_MISSING',
    message: expect.stringContaining(`(deploy.yaml:${line})`),
    next: expect.stringContaining('Run provision'),
  });
  expect(emulator.journal.slice(already).filter(({ write }) => write)).toEqual([]);
  await provisionHere({ emulator, deployment, values: {} });
  const mended = await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
  expect(mended.map(({ state }) => state)).toEqual(['applied']);
});

test('secrets as files: mounted in their folders, pinned to the version, readable for the account', async () => {
  await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const declared = (files: string) => `secrets: { signing: { generate: 32 }, other: { generate: 32 } }
${file('')}    secret_files: ${files}
`;
  const run = async (text: string) => {
    const deployment = deploymentFrom(text);
    await provisionHere({ emulator, deployment, values: {} });
    return await deployHere({ emulator, deployment, commit: 'c'.repeat(40) });
  };
  const text = declared('{ /etc/keys/signing.pem: signing, /etc/other/key: other }');
  expect((await run(text)).map(({ state, error }) => error ?? state)).toEqual(['applied']);
  const [stored] = [...emulator.cloud.table<Stored>('run.services').values()];
  expect(stored?.template).toMatchObject({
    volumes: [
      { name: 'secret-1', secret: { secret: 'signing', items: [{ path: 'signing.pem', version: '1' }] } },
      { name: 'secret-2', secret: { secret: 'other', items: [{ path: 'key', version: '1' }] } },
    ],
    containers: [
      {
        volumeMounts: [
          { name: 'secret-1', mountPath: '/etc/keys' },
          { name: 'secret-2', mountPath: '/etc/other' },
        ],
      },
    ],
  });
  expect((await run(text)).map(({ state }) => state)).toEqual(['unchanged']);
  expect((await run(file(''))).map(({ state }) => state)).toEqual(['applied']);
  const [back] = [...emulator.cloud.table<Stored>('run.services').values()];
  expect(back?.template.volumes ?? []).toEqual([]);
  expect(() => deploymentFrom(declared('{ /etc/keys/a: signing, /etc/keys/b: other }'))).toThrow(
    'SECRET_FOLDER_SHARED',
  );
  expect(() => deploymentFrom(declared('{ /etc/keys/a: nowhere }'))).toThrow('nowhere');
  expect(() => deploymentFrom(declared('{ key: signing }'))).toThrow('write the whole path');
});

/** Each setting as the file says it, and as Cloud Run keeps it. */
const settings: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['description', '      description: The shop window\n', { description: 'The shop window' }],
  [
    'custom_audiences',
    '      custom_audiences: [https://shop.example.com]\n',
    { customAudiences: ['https://shop.example.com'] },
  ],
  ['default_url', '      default_url: false\n', { defaultUriDisabled: true }],
  [
    'execution_environment',
    '      execution_environment: gen2\n',
    { template: { executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2' } },
  ],
  [
    'startup_cpu_boost',
    '      startup_cpu_boost: false\n',
    { template: { containers: [{ resources: { limits: { cpu: '1' } } }] } },
  ],
  [
    'gpu',
    '      gpu: nvidia-l4\n      cpu: 4\n      memory: 16Gi\n',
    {
      template: {
        nodeSelector: { accelerator: 'nvidia-l4' },
        gpuZonalRedundancyDisabled: true,
        containers: [{ resources: { limits: { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' } } }],
      },
    },
  ],
  ['concurrency', '      concurrency: 20\n', { template: { maxInstanceRequestConcurrency: 20 } }],
  ['timeout', '      timeout: 20m\n', { template: { timeout: '1200s' } }],
  [
    'min_instances and max_instances',
    '      min_instances: 2\n      max_instances: 7\n',
    { template: { scaling: { minInstanceCount: 2, maxInstanceCount: 7 } } },
  ],
  ['session_affinity', '      session_affinity: true\n', { template: { sessionAffinity: true } }],
  [
    'startup_path and liveness_path',
    '      startup_path: /ready\n      liveness_path: /alive\n',
    {
      template: {
        containers: [
          {
            startupProbe: { httpGet: { path: '/ready', port: 8080 }, failureThreshold: 24 },
            livenessProbe: { httpGet: { path: '/alive', port: 8080 }, timeoutSeconds: 5 },
          },
        ],
      },
    },
  ],
  [
    'startup_probe over HTTP',
    '      startup_probe: { path: /ready, period: 5, timeout: 2, failure_threshold: 10, initial_delay: 3 }\n',
    {
      template: {
        containers: [
          {
            startupProbe: {
              httpGet: { path: '/ready', port: 8080 },
              periodSeconds: 5,
              timeoutSeconds: 2,
              failureThreshold: 10,
              initialDelaySeconds: 3,
            },
          },
        ],
      },
    },
  ],
  [
    'startup_probe by gRPC',
    '      startup_probe: { grpc: shop.Health }\n',
    { template: { containers: [{ startupProbe: { grpc: { service: 'shop.Health', port: 8080 } } }] } },
  ],
  [
    'startup_probe of another port',
    '      startup_probe: { port: 9000, period: 3, timeout: 3, failure_threshold: 80 }\n',
    { template: { containers: [{ startupProbe: { tcpSocket: { port: 9000 }, failureThreshold: 80 } }] } },
  ],
  [
    'liveness_probe',
    '      liveness_probe: { path: /alive, period: 30, failure_threshold: 2 }\n',
    {
      template: {
        containers: [
          {
            livenessProbe: {
              httpGet: { path: '/alive', port: 8080 },
              periodSeconds: 30,
              failureThreshold: 2,
            },
          },
        ],
      },
    },
  ],
];

test.each(settings)(
  '%s: set when asked for, left alone when unchanged, taken back when no longer asked for',
  async (name, app, expected) => {
    await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
    const plain = await deploy(emulator, '');
    const set = await deploy(emulator, app);
    expect(set.states).toEqual(['applied']);
    expect(set.stored).toMatchObject(expected);
    const again = await deploy(emulator, app);
    expect(again.states).toEqual(['unchanged']);
    expect(again.writes).toBe(0);
    // What Cloud Run chooses by itself goes back to its choice with the next revision, and makes none of its own.
    const isChosen = name === 'execution_environment' || name === 'concurrency';
    if (isChosen) expect((await deploy(emulator, '')).states).toEqual(['unchanged']);
    if (isChosen) await deploy(emulator, '      cpu: 2\n');
    const back = await deploy(emulator, '');
    expect(back.stored.description).toEqual(plain.stored.description);
    expect(back.stored.customAudiences ?? []).toEqual(plain.stored.customAudiences ?? []);
    expect(back.stored.defaultUriDisabled ?? false).toEqual(false);
    expect(comparableTemplate(back.stored)).toEqual(comparableTemplate(plain.stored));
  },
);

function comparableTemplate({ template }: Stored): unknown {
  const { revision: _name, labels: _labels, ...rest } = template;
  return rest;
}

/** Leaves of what Cloud Run keeps, by their paths; absent, false and 0 are one and the same. */
function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return value ? [[path, value]] : [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

test('a service of which the file says nothing differs from one that Cloud Run fills in as the table of the docs says', async () => {
  await using emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = deploymentFrom(file('').replace('      public: true\n', ''));
  await provisionHere({ emulator, deployment, values: {} });
  await deployHere({ emulator, deployment, commit: 'c'.repeat(40), tested: false });
  const container = { image, resources: { limits: { cpu: '1', memory: '512Mi' } } };
  const answer = await fetch(
    `${emulator.url}/v2/projects/${project}/locations/us-central1/services?serviceId=bare`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${emulator.userToken(admin)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ template: { containers: [container] } }),
    },
  );
  expect(answer.status).toBe(200);
  const [ours, bare] = ['shop-web', 'bare'].map((id) => {
    const found = [...emulator.cloud.table<Stored & { name: string }>('run.services').values()].find(
      ({ name }) => name.endsWith(`/${id}`),
    );
    if (!found) throw new Error(`there is no ${id}`);
    const { template, ingress, invokerIamDisabled, defaultUriDisabled } = found;
    const { revision: _revision, labels: _labels, serviceAccount: _account, ...rest } = template;
    return new Map(leaves({ template: rest, ingress, invokerIamDisabled, defaultUriDisabled }));
  });
  const paths = [...new Set([...(ours?.keys() ?? []), ...(bare?.keys() ?? [])])].sort();
  const own = 'template.containers.0';
  expect(
    paths.flatMap((path) =>
      ours?.get(path) === bare?.get(path) ? [] : [[path, ours?.get(path), bare?.get(path)]],
    ),
  ).toEqual([
    [`${own}.resources.cpuIdle`, true, undefined],
    [`${own}.resources.startupCpuBoost`, true, undefined],
    [`${own}.startupProbe.failureThreshold`, 24, 1],
    [`${own}.startupProbe.periodSeconds`, 10, 240],
    [`${own}.startupProbe.timeoutSeconds`, 5, 240],
  ]);
});
