import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectSources } from '../../src/build/findings.ts';
import type { Deployment } from '../../src/config/deployment.ts';
import { parseDeployment } from '../../src/config/load.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { seedOf } from '../support/action.ts';
import { deployHere } from '../support/deploy-here.ts';
import { noServer, provisionHere } from '../support/estate.ts';

/** The faults of docs/guide-faults.md that concern deployment, by their numbers there. */

const file = 'examples/aethercast/deploy.yaml';
const project = 'aethercast-staging';
const commit = 'c'.repeat(40);
/** What runs does not matter here, and Google's sample can be pulled by everybody. */
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueSource?: { readonly secretKeyRef: { readonly secret: string; readonly version: string } };
}

interface Stored {
  readonly name: string;
  readonly urls?: readonly string[];
  readonly ingress?: string;
  readonly invokerIamDisabled?: boolean;
  readonly latestCreatedRevision: string;
  readonly scaling?: { readonly manualInstanceCount?: number };
  readonly template: {
    readonly timeout?: string;
    readonly sessionAffinity?: boolean;
    readonly scaling?: { readonly maxInstanceCount?: number };
    readonly containers: readonly {
      readonly env: readonly Variable[];
      readonly ports?: readonly { readonly containerPort: number }[];
      readonly resources: { readonly limits: Readonly<Record<string, string>> };
      readonly startupProbe?: Readonly<Record<string, unknown>>;
    }[];
  };
}

let emulator: Emulator;
let deployment: Deployment;

beforeAll(async () => {
  emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  deployment = await loaded((text) => text);
  await provisionHere({ emulator, deployment, values: { TDA_NEWS_API_KEY: 'news-key-0123456789' } });
  for (const { build: _build, ...service } of deployment.services) {
    const one = { ...deployment, services: [{ ...service, image }] };
    const outcomes = await deployHere({ emulator, deployment: one, commit, tested: false });
    const failed = outcomes.find(({ state }) => state === 'failed');
    if (failed) throw failed.error;
  }
}, 120_000);
afterAll(() => emulator.close());

function parsed(text: string) {
  return parseDeployment(text, { file, root: 'examples/aethercast', environment: 'staging' });
}

async function loaded(change: (text: string) => string): Promise<Deployment> {
  const { deployment: found, findings } = parsed(change(await readFile(file, 'utf8')));
  if (!found) throw new Error(JSON.stringify(findings));
  return found;
}

/** The codes of the findings after one change to the example. */
async function codesAfter(from: string | RegExp, to: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const other = text.replace(from, to);
  expect(other).not.toBe(text);
  return parsed(other).findings.map(({ code }) => code);
}

/** The same, of the sources: what plan finds before anything is built. */
async function sourceCodesAfter(from: string, to: string): Promise<string[]> {
  const other = await loaded((text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  });
  const { findings } = await inspectSources(other, '.');
  return findings.map(({ code }) => code);
}

const table = (name: string): readonly Stored[] => [...emulator.cloud.table<Stored>(name).values()];
const apps = (): readonly Stored[] => table('run.services');
const pools = (): readonly Stored[] => table('run.workerPools');
const named = (name: string): Stored => {
  const found = [...apps(), ...pools()].find((one) => one.name.endsWith(`/${name}`));
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const variables = (stored: Stored): readonly Variable[] => stored.template.containers[0]?.env ?? [];
const plainOf = (stored: Stored, name: string): string | undefined =>
  variables(stored).find((variable) => variable.name === name)?.value;

describe('on the command line', () => {
  test('C1, C2, C6: a path, a number and a name with a version are no names of secrets', async () => {
    const user = 'POSTGRES_USER: aethercast-pg-user';
    for (const value of ['/cloudsql/p:r:i', '"5432"', '"aethercast-pg-user:latest"'])
      expect(await codesAfter(user, `POSTGRES_USER: ${value}`)).toEqual(['NOT_A_SECRET_NAME']);
    for (const stored of [...apps(), ...pools()]) {
      const host = plainOf(stored, 'POSTGRES_HOST');
      if (host) expect(host).toBe(`/cloudsql/${project}:us-central1:aethercast-postgres-instance`);
    }
  });

  test('C3: an unknown key is a finding', async () => {
    expect(await codesAfter('      port: 9000', '      port: 9000\n      no_traffics: true')).toEqual([
      'UNKNOWN_KEY',
    ]);
  });

  test('C4, R5: seven workers are pools that always run, without traffic and without a port', async () => {
    expect(pools()).toHaveLength(7);
    for (const pool of pools()) {
      expect(pool.scaling?.manualInstanceCount).toBeGreaterThanOrEqual(1);
      expect(pool).not.toHaveProperty('traffic');
      expect(pool.template.containers[0]).not.toHaveProperty('ports');
    }
    expect(await codesAfter('      name: aethercast-tda-worker', '      port: 5000')).toContain(
      'WORKER_HAS_PORT',
    );
  });

  test('C5: what stands behind a comment counts', async () => {
    const commented = await loaded((text) =>
      text.replace('port: 9000', 'port: 9000 # as its Dockerfile has it'),
    );
    const service = commented.services.find(({ key }) => key === 'aims-tts-service');
    expect(service?.app).toMatchObject({ port: 9000, maxInstances: 3 });
    expect(named('aethercast-aims-tts-service').template.scaling?.maxInstanceCount).toBe(3);
    expect(named('aethercast-aims-tts-worker').template.containers[0]?.resources.limits.memory).toBe('1Gi');
  });
});

describe('what would deploy and never work', () => {
  test('R4: internal services let each other in; with iam the callers are given the right', async () => {
    const internal = apps().filter(({ ingress }) => ingress === 'INGRESS_TRAFFIC_INTERNAL_ONLY');
    expect(internal).toHaveLength(7);
    for (const { invokerIamDisabled } of internal) expect(invokerIamDisabled).toBe(true);
    const checked = await loaded((text) => text.replaceAll('authentication: none', 'authentication: iam'));
    const callers = checked.grants.filter(
      ({ role, on }) =>
        role === 'roles/run.invoker' && on.kind === 'run_service' && on.service === 'aethercast-aims-service',
    );
    expect(callers.map(({ member }) => member.split('@')[0]).sort()).toEqual([
      'serviceAccount:sa-aethercast-pswa',
      'serviceAccount:sa-aethercast-sca',
    ]);
  });

  test('R7: a broker for two Celery applications is a finding; the example has one for each', async () => {
    expect(
      await codesAfter(
        'CELERY_BROKER_URL: aethercast-tda-broker-url',
        'CELERY_BROKER_URL: aethercast-sca-broker-url',
      ),
    ).toEqual(['SHARED_BROKER']);
    const brokers = pools().map(
      (pool) =>
        variables(pool).find(({ name }) => name === 'CELERY_BROKER_URL')?.valueSource?.secretKeyRef.secret,
    );
    expect(new Set(brokers).size).toBe(7);
  });

  test('R8: a module after -A that the image will not hold is found in the sources', async () => {
    expect(
      await sourceCodesAfter('aethercast.tda.main:celery_app', 'aethercast.tda.mian:celery_app'),
    ).toEqual(['CELERY_MODULE_MISSING']);
  });

  test('R9: aims, which works in the background, has a worker; without it that is a finding', async () => {
    expect(named('aethercast-aims-worker').scaling?.manualInstanceCount).toBe(1);
    const worker = / {4}worker:\n {6}name: aethercast-aims-worker\n( {6}.*\n)+/;
    expect(await codesAfter(worker, '')).toEqual(['BROKER_WITHOUT_WORKER']);
  });

  test('R10: the port is that of the Dockerfile, and PORT is not to be set', async () => {
    expect(await sourceCodesAfter('port: 5004', 'port: 8080')).toEqual(['PORT_NOT_EXPOSED']);
    expect(named('aethercast-pswa-service').template.containers[0]?.ports?.[0]?.containerPort).toBe(5004);
    expect(await codesAfter('      USE_REAL_NEWS_API: "True"', '      PORT: "5000"')).toEqual([
      'RESERVED_VARIABLE',
    ]);
  });

  test('R11: a context without what the Dockerfile copies is found in the sources', async () => {
    const codes = await sourceCodesAfter(
      '{ context: app, dockerfile: app/aethercast/api_gateway/Dockerfile }',
      '{ context: app/aethercast/api_gateway }',
    );
    expect(codes).toContain('COPY_SOURCE_MISSING');
  });

  test('R12: every address of a service that is called has the path that the program wants', async () => {
    expect(await sourceCodesAfter('aims-service.url}/v1/generate"', 'aims-service.url}"')).toEqual([
      'URL_WITHOUT_PATH',
    ]);
    const urls = [...apps(), ...pools()].flatMap((stored) =>
      variables(stored).filter(({ name }) => /^(AIMS|AIMS_TTS|TDA|SCA|PSWA|VFA)_SERVICE_URL$/.test(name)),
    );
    expect(urls.length).toBeGreaterThan(5);
    for (const { value = '' } of urls) expect(new URL(value).pathname).toMatch(/^\/\w/);
  });

  test('R13: asf and the gateway know each other by the addresses that they have, after one deployment', () => {
    const [gateway, asf] = [named('aethercast-api-gateway'), named('aethercast-asf-service')];
    expect(gateway.urls).toContain(plainOf(asf, 'INTERNAL_API_GW_BASE_URL'));
    const notified = new URL(plainOf(gateway, 'ASF_NOTIFICATION_URL') ?? '').origin;
    expect(asf.urls).toContain(notified);
    for (const { latestCreatedRevision } of [gateway, asf])
      expect(latestCreatedRevision).toMatch(/-ccccccc-1$/);
  });

  test('R14: browsers reach asf for an hour at a time, on its one instance', () => {
    expect(named('aethercast-asf-service')).toMatchObject({
      ingress: 'INGRESS_TRAFFIC_ALL',
      invokerIamDisabled: true,
      template: { timeout: '3600s', sessionAffinity: true, scaling: { maxInstanceCount: 1 } },
    });
  });

  test('R16, S16: a variable under another name, and one that is not set, are found in the sources', async () => {
    expect(await sourceCodesAfter('AIMS_GOOGLE_LLM_MODEL_ID:', 'GOOGLE_LLM_MODEL_ID:')).toEqual([
      'VARIABLE_MISNAMED',
    ]);
    expect(await sourceCodesAfter('      AIMS_GOOGLE_LLM_MODEL_ID: gemini-3.5-flash\n', '')).toEqual([
      'VARIABLE_NOT_SET',
    ]);
  });

  test('R15, R16, S15, S16: variables are those that the programs read', () => {
    for (const stored of [...apps(), ...pools()]) {
      const names = variables(stored).map(({ name }) => name);
      expect(names).not.toContain('GOOGLE_APPLICATION_CREDENTIALS');
      expect(names).not.toContain('FLASK_SECRET_KEY');
      expect(names).not.toContain('IS_CELERY_WORKER');
      expect(plainOf(stored, 'FLASK_DEBUG')).toBe('False');
    }
    const keys = (name: string) =>
      variables(named(name)).flatMap((one) => (one.valueSource ? [one.name] : []));
    expect(keys('aethercast-api-gateway')).toContain('API_GATEWAY_FLASK_SECRET_KEY');
    expect(keys('aethercast-asf-service')).toContain('ASF_SECRET_KEY');
  });

  test('R17: a model that was shut down is a finding', async () => {
    expect(
      await codesAfter('SCA_LLM_MODEL_ID: gemini-3.5-flash', 'SCA_LLM_MODEL_ID: gemini-1.0-pro'),
    ).toEqual(['RETIRED_MODEL']);
  });
});

describe('security, drift, and what nobody notices', () => {
  test('S2, S7: images are taken by digest, from Artifact Registry', async () => {
    for (const { build } of deployment.services)
      expect(build?.image).toMatch(
        /^us-central1-docker\.pkg\.dev\/aethercast-staging\/aethercast-services\//,
      );
    const build = '    build: { context: app, dockerfile: app/aethercast/asf/Dockerfile }';
    expect(await codesAfter(build, '    image: gcr.io/aethercast/asf:latest')).toEqual(['UNPINNED_IMAGE']);
  });

  test('S3: every secret is pinned to a version by its number', () => {
    const versions = [...apps(), ...pools()].flatMap((stored) =>
      variables(stored).flatMap(({ valueSource }) => valueSource?.secretKeyRef.version ?? []),
    );
    expect(versions.length).toBeGreaterThan(50);
    for (const version of versions) expect(version).toMatch(/^\d+$/);
  });

  test('S4: nobody is given a translation role', () => {
    expect(deployment.grants.filter(({ role }) => role.includes('translate'))).toEqual([]);
  });

  test('S6: names that Cloud Run refuses, and those that leave no room for a trial, are findings', async () => {
    const name = 'name: aethercast-tda-worker';
    expect(await codesAfter(name, `name: ${'w'.repeat(50)}`)).toEqual(['RUN_NAME_TOO_LONG']);
    expect(await codesAfter('      port: 5001', `      name: ${'g'.repeat(44)}\n      port: 5001`)).toEqual([
      'RUN_NAME_NOT_TRIED',
    ]);
  });

  test('S11: project, location and bucket are plain variables', () => {
    expect(plainOf(named('aethercast-iga-worker'), 'GCP_PROJECT_ID')).toBe(project);
    expect(plainOf(named('aethercast-iga-worker'), 'GCP_LOCATION')).toBe('global');
    expect(plainOf(named('aethercast-iga-worker'), 'GCS_BUCKET_NAME')).toBe(`aethercast-media-${project}`);
  });

  test('S12: every service is given four minutes to start, and its port or its path is looked at', () => {
    expect(apps()).toHaveLength(9);
    for (const { template } of apps()) {
      const [container] = template.containers;
      expect(container?.startupProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 24 });
      const looked = container?.startupProbe?.httpGet ?? container?.startupProbe?.tcpSocket;
      expect(looked).toMatchObject({ port: container?.ports?.[0]?.containerPort });
    }
  });
});
