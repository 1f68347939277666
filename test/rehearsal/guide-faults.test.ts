import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDeployment } from '../../src/config/load.ts';
import { type Emulator, type JournalEntry, startEmulator } from '../../src/emulator/emulator.ts';
import { admin, seedOf } from '../support/action.ts';
import { deploymentOf, noServer, provisionHere } from '../support/estate.ts';

/** The faults of docs/guide-faults.md that concern provisioning, by their numbers there. */

const file = 'examples/aethercast/deploy.yaml';
const project = 'aethercast-staging';
let emulator: Emulator;
let requests: readonly JournalEntry[];

beforeAll(async () => {
  emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = await deploymentOf(file, 'staging');
  await provisionHere({ emulator, deployment, values: { TDA_NEWS_API_KEY: 'news-key-0123456789' } });
  requests = [...emulator.journal];
});
afterAll(() => emulator.close());

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${emulator.url}/${path}`, {
    headers: { authorization: `Bearer ${emulator.userToken(admin)}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

/** The codes of the findings after one change to the example. */
async function codesAfter(from: string | RegExp, to: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  const { findings } = parseDeployment(changed, {
    file,
    root: 'examples/aethercast',
    environment: 'staging',
  });
  return findings.map(({ code }) => code);
}

interface Instance {
  readonly ipAddresses: readonly { type: string }[];
  readonly settings: {
    readonly edition: string;
    readonly connectorEnforcement: string;
    readonly ipConfiguration: {
      readonly ipv4Enabled: boolean;
      readonly authorizedNetworks?: readonly unknown[];
    };
  };
}

const instance = (): Promise<Instance> =>
  get(`v1/projects/${project}/instances/aethercast-postgres-instance`);
const first = (id: string): number => requests.findIndex((entry) => entry.id === id && entry.write);

describe('faults on the command line', () => {
  test('C8: the role of the application has a password of its own, generated and kept as a secret', async () => {
    const { items } = await get<{ items: { name: string }[] }>(
      `v1/projects/${project}/instances/aethercast-postgres-instance/users`,
    );
    expect(items.map(({ name }) => name)).toContain('aethercastuser');
    const { payload } = await get<{ payload: { data: string } }>(
      `v1/projects/${project}/secrets/aethercast-pg-password/versions/latest:access`,
    );
    expect(Buffer.from(payload.data, 'base64').toString('utf8')).toMatch(/^[A-Za-z0-9]{32}$/);
  });

  test('C9: the instance can be reached, by connectors alone', async () => {
    const { ipAddresses, settings } = await instance();
    expect(ipAddresses.map(({ type }) => type)).toContain('PRIMARY');
    expect(settings.connectorEnforcement).toBe('REQUIRED');
    expect(settings.ipConfiguration.authorizedNetworks ?? []).toEqual([]);
  });

  test('C10: every API that the application uses is on, the ones that the guide forgot included', async () => {
    const names = [
      'artifactregistry',
      'cloudbuild',
      'cloudresourcemanager',
      'compute',
      'iam',
      'iamcredentials',
      'redis',
      'run',
      'secretmanager',
      'servicenetworking',
      'sqladmin',
      'sql-component',
      'storage',
      'aiplatform',
      'texttospeech',
    ].map((name) => `${name}.googleapis.com`);
    const query = names.map((name) => `names=projects/${project}/services/${name}`).join('&');
    const { services } = await get<{ services: { name: string; state: string }[] }>(
      `v1/projects/${project}/services:batchGet?${query}`,
    );
    expect(services.filter(({ state }) => state !== 'ENABLED').map(({ name }) => name)).toEqual([]);
  });
});

describe('what would deploy and never work', () => {
  test('R1: a private database brings the network, and its clients go through it', async () => {
    const text = (await readFile(file, 'utf8')).replace(
      '\ndatabase:\n',
      '\ndatabase:\n  connectivity: private\n',
    );
    const options = { file, root: 'examples/aethercast', environment: 'staging' };
    const { deployment } = parseDeployment(text, options);
    expect(deployment?.network?.privateServices).toBeDefined();
    const users = deployment?.services.filter(({ secrets }) => 'POSTGRES_PASSWORD' in secrets) ?? [];
    expect(users.length).toBeGreaterThan(5);
    expect(users.filter(({ vpc, cloudSql }) => !vpc || cloudSql)).toEqual([]);
  });

  test('R2: the range and the peering are there before Redis is asked for', () => {
    const peering = first('servicenetworking.services.connections.create');
    expect(peering).toBeGreaterThan(first('compute.globalAddresses.insert'));
    expect(first('redis.projects.locations.instances.create')).toBeGreaterThan(peering);
  });

  test('R3: the subnet has Private Google Access, and a NAT lets its workloads out', async () => {
    const subnet = await get<{ privateIpGoogleAccess: boolean; ipCidrRange: string }>(
      `compute/v1/projects/${project}/regions/us-central1/subnetworks/aethercast-network-us-central1`,
    );
    expect(subnet.privateIpGoogleAccess).toBe(true);
    expect(Number(subnet.ipCidrRange.split('/')[1])).toBeLessThanOrEqual(26);
    const router = await get<{ nats: unknown[] }>(
      `compute/v1/projects/${project}/regions/us-central1/routers/aethercast-network-router`,
    );
    expect(router.nats).toHaveLength(1);
  });

  test('R6: Redis is made with AUTH, and without `redis:` a reference to it is a finding', async () => {
    const { instances } = await get<{ instances: { authEnabled: boolean; state: string }[] }>(
      `v1/projects/${project}/locations/us-central1/instances`,
    );
    expect(instances).toMatchObject([{ authEnabled: true, state: 'READY' }]);
    expect(await codesAfter(/^redis:\n( .*\n)+/m, '')).toContain('UNKNOWN_REFERENCE');
  });

  test('R18: the gateway may sign as itself, and nobody may sign as everybody', async () => {
    const gateway = `sa-aethercast-api-gateway@${project}.iam.gserviceaccount.com`;
    const role = 'roles/iam.serviceAccountTokenCreator';
    const policies = emulator.cloud.table<{ bindings: { role: string; members: string[] }[] }>(
      'iam.policies',
    );
    const holders = [...policies.entries()].filter(([, { bindings }]) =>
      bindings.some((binding) => binding.role === role),
    );
    expect(holders.map(([name]) => name)).toEqual([`projects/${project}/serviceAccounts/${gateway}`]);
  });

  test('R20: no value ends in a newline', async () => {
    const names = ['aethercast-tda-news-api-key', 'aethercast-flask-secret-key', 'aethercast-pg-user'];
    for (const name of names) {
      const { payload } = await get<{ payload: { data: string } }>(
        `v1/projects/${project}/secrets/${name}/versions/latest:access`,
      );
      expect(Buffer.from(payload.data, 'base64').toString('utf8')).not.toMatch(/\n$/);
    }
  });
});

describe('security and drift', () => {
  test('S1: a secret under a name that nobody declared is a finding', async () => {
    expect(
      await codesAfter(
        'POSTGRES_PASSWORD: aethercast-pg-password',
        'POSTGRES_PASSWORD: aethercast-db-password',
      ),
    ).toContain('UNDECLARED_SECRET');
  });

  test('S5: a service account id over 30 characters is a finding', async () => {
    expect(
      await codesAfter(
        'service_account: sa-aethercast-api-gateway',
        'service_account: sa-aethercast-api-gateway-staging',
      ),
    ).toContain('SERVICE_ACCOUNT_ID');
  });

  test('S8: builds run as an account with three roles, each no wider than it needs', async () => {
    const member = `serviceAccount:sa-aethercast-builder@${project}.iam.gserviceaccount.com`;
    const policies = emulator.cloud.table<{ bindings: { role: string; members: string[] }[] }>(
      'iam.policies',
    );
    const held = [...policies.entries()].flatMap(([name, { bindings }]) =>
      bindings
        .filter(({ members }) => members.includes(member))
        .map(({ role }) => `${role} on ${name.split('/')[0]}`),
    );
    expect(held).toHaveLength(3);
    expect(held.map((one) => one.split(' ')[0]).sort()).toEqual([
      'roles/artifactregistry.writer',
      'roles/logging.logWriter',
      'roles/storage.objectViewer',
    ]);
  });

  test('S9: the network that workloads name is made', () => {
    expect(first('compute.networks.insert')).toBeGreaterThan(0);
    expect(first('compute.subnetworks.insert')).toBeGreaterThan(first('compute.networks.insert'));
  });

  test('S10: the edition is sent', () => {
    // In the request: the answer would show the server's default all the same.
    const insert = requests.find(({ id }) => id === 'sql.instances.insert');
    expect(insert?.body).toMatchObject({ settings: { edition: 'ENTERPRISE' } });
  });

  test('S13: each policy is written once, with all of its bindings', () => {
    const writes = requests
      .filter(({ id, write }) => write && id.endsWith('etIamPolicy'))
      .map(({ path }) => path);
    expect(writes.length).toBeGreaterThan(15);
    expect(new Set(writes).size).toBe(writes.length);
  });
});
