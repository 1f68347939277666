import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthTypes, Connector, IpAddressTypes } from '@google-cloud/cloud-sql-connector';
import { OAuth2Client } from 'google-auth-library';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { owner, project } from '../support/emulator.ts';

async function folder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'emulator-state-'));
}

function options(stateFile: string): EmulatorOptions {
  return {
    stateFile,
    postgres: false,
    projects: [
      {
        ...project,
        enabledApis: ['secretmanager.googleapis.com'],
        bindings: [{ role: 'roles/owner', members: [`user:${owner}`] }],
      },
    ],
  };
}

async function call(origin: string, token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const secrets = `/v1/projects/${project.id}/secrets`;
const payload = Buffer.from('the pass phrase').toString('base64');

/** An emulator with a secret and a bucket, closed again. */
async function savedState(file: string): Promise<void> {
  await using emulator = await startEmulator(options(file));
  const token = emulator.userToken(owner);
  await call(emulator.url, token, 'POST', `${secrets}?secretId=kept`, { replication: { automatic: {} } });
  await call(emulator.url, token, 'POST', `${secrets}/kept:addVersion`, { payload: { data: payload } });
}

test('the state is loaded as it was saved, the values of secrets included', async () => {
  const file = join(await folder(), 'deep', 'state.json');
  await savedState(file);
  await using emulator = await startEmulator(options(file));
  const token = emulator.userToken(owner);
  const access = await call(emulator.url, token, 'GET', `${secrets}/kept/versions/1:access`);
  expect(access.body).toMatchObject({ payload: { data: payload } });
  // Counters go on: the next id is not one that was given before.
  const before = emulator.snapshot().counters;
  expect(before['hex.etag']).toBeGreaterThan(0);
  await call(emulator.url, token, 'POST', `${secrets}?secretId=next`, { replication: { automatic: {} } });
  const listed = await call(emulator.url, token, 'GET', secrets);
  expect(listed.body.totalSize).toBe(2);
});

test('a state that is loaded and saved again is the same', async () => {
  const file = join(await folder(), 'state.json');
  await savedState(file);
  const first = await readFile(file, 'utf8');
  await (await startEmulator(options(file))).close();
  expect(await readFile(file, 'utf8')).toBe(first);
});

test('the state file shows no secret; the file beside it is for its owner alone', async () => {
  const file = join(await folder(), 'state.json');
  await savedState(file);
  const shown = await readFile(file, 'utf8');
  expect(shown).not.toContain('the pass phrase');
  expect(shown).not.toContain(payload);
  expect((await stat(`${file}.secrets`)).mode & 0o777).toBe(0o600);
});

test('without the file of secrets all is loaded but their values', async () => {
  const file = join(await folder(), 'state.json');
  await savedState(file);
  await writeFile(`${file}.secrets`, '{}');
  await using emulator = await startEmulator(options(file));
  const token = emulator.userToken(owner);
  expect((await call(emulator.url, token, 'GET', `${secrets}/kept`)).status).toBe(200);
  const access = await call(emulator.url, token, 'GET', `${secrets}/kept/versions/1:access`);
  expect(access.status).toBe(400);
  expect(JSON.stringify(access.body)).toContain('not in the state file');
});

test.each([
  ['{', 'is not JSON'],
  ['{"version":1}', 'is not a state of this version'],
  ['{"version":2,"seed":"","counters":{},"tables":{},"blobs":{}}', 'is not a state of this version'],
])('the state file %j is refused', async (content, message) => {
  const file = join(await folder(), 'state.json');
  await writeFile(file, content);
  await expect(startEmulator(options(file))).rejects.toThrow(message);
});

const instances = `/v1/projects/${project.id}/instances`;

function withDatabases(stateFile: string): EmulatorOptions {
  const [seeded] = options(stateFile).projects;
  const enabledApis = ['sqladmin.googleapis.com'];
  return {
    stateFile,
    postgres: true,
    projects: seeded === undefined ? [] : [{ ...seeded, enabledApis }],
  };
}

/** Sends the request and waits for the operation as a client does, by reading it. */
async function operated(emulator: Emulator, token: string, path: string, body: unknown): Promise<void> {
  const { body: operation } = await call(emulator.url, token, 'POST', path, body);
  for (;;) {
    const read = await call(
      emulator.url,
      token,
      'GET',
      `/v1/projects/${project.id}/operations/${String(operation.name)}`,
    );
    expect(read.body).not.toHaveProperty('error');
    if (read.body.status === 'DONE') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the user sees in the database, through Google's own connector. */
async function tablesSeenBy(emulator: Emulator, user: string, password: string): Promise<string[]> {
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: emulator.userToken(owner) });
  // The connector has a google-auth-library of its own, whose types are not those of ours.
  const connector = new Connector({
    auth,
    sqlAdminAPIEndpoint: emulator.url,
  } as unknown as ConstructorParameters<typeof Connector>[0]);
  const stream = await connector.getOptions({
    instanceConnectionName: `${project.id}:us-central1:main`,
    ipType: IpAddressTypes.PUBLIC,
    authType: AuthTypes.PASSWORD,
  });
  const client = new pg.Client({ ...stream, user, password, database: 'shop_db' });
  try {
    await client.connect();
    await client.query('CREATE TABLE IF NOT EXISTS seen (id int)');
    const { rows } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    return rows.map((row) => row.name);
  } finally {
    await client.end();
    connector.close();
  }
}

test('Cloud SQL instances come back with their databases and logins, and with empty tables', async () => {
  const file = join(await folder(), 'state.json');
  const former = await startEmulator(withDatabases(file));
  const token = former.userToken(owner);
  await operated(former, token, instances, {
    name: 'main',
    region: 'us-central1',
    databaseVersion: 'POSTGRES_15',
    rootPassword: 'root-pass-1',
    settings: { tier: 'db-custom-1-3840', edition: 'ENTERPRISE' },
  });
  await operated(former, token, `${instances}/main/databases`, { name: 'shop_db' });
  await operated(former, token, `${instances}/main/users`, { name: 'shop', password: 'shop-pass-1' });
  await former.close();
  expect(await readFile(file, 'utf8')).not.toContain('shop-pass-1');

  await using emulator = await startEmulator(withDatabases(file));
  const own = emulator.userToken(owner);
  const stored = await call(emulator.url, own, 'GET', `${instances}/main`);
  expect(stored.body).toMatchObject({ state: 'RUNNABLE', connectionName: `${project.id}:us-central1:main` });
  expect(await tablesSeenBy(emulator, 'shop', 'shop-pass-1')).toEqual(['seen']);
  await expect(tablesSeenBy(emulator, 'shop', 'wrong')).rejects.toThrow('password authentication failed');
});
