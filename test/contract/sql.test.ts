import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { AuthTypes, Connector, IpAddressTypes } from '@google-cloud/cloud-sql-connector';
import { OAuth2Client } from 'google-auth-library';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  owner,
  project,
  refusal,
  stranger,
  type TestCloud,
  testCloud,
} from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

type ConnectorOptions = ConstructorParameters<typeof Connector>[0];

const root = `/v1/projects/${project.id}`;
const settings = { tier: 'db-custom-1-3840', edition: 'ENTERPRISE' };
const instance = (name: string, more: object = {}) => ({
  name,
  region: 'us-central1',
  databaseVersion: 'POSTGRES_15',
  settings,
  ...more,
});

/** Waits for the operation as a client does, by reading it. */
async function finished(cloud: TestCloud, answer: Answer): Promise<Answer> {
  expect(answer).toMatchObject({ status: 200 });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const read = await cloud.asOwner('GET', `${root}/operations/${String(answer.body.name)}`);
    if (String(read.body.status) === 'DONE') return read;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the operation did not finish');
}

describe('a running instance', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await testCloud({ postgres: true });
    await finished(
      cloud,
      await cloud.asOwner('POST', `${root}/instances`, instance('main', { rootPassword: 'root-pass-1' })),
    );
    await finished(
      cloud,
      await cloud.asOwner('POST', `${root}/instances/main/databases`, { name: 'shop_db' }),
    );
    await finished(
      cloud,
      await cloud.asOwner('POST', `${root}/instances/main/users`, {
        name: 'shop',
        password: "it's a secret",
      }),
    );
  });
  afterAll(() => cloud.emulator.close());

  async function connected<T>(
    user: string,
    password: string,
    database: string,
    use: (client: pg.Client) => Promise<T>,
  ): Promise<T> {
    const auth = new OAuth2Client();
    auth.setCredentials({ access_token: cloud.emulator.userToken(owner) });
    // The connector has a google-auth-library of its own, whose types are not those of ours.
    const connector = new Connector({
      auth,
      sqlAdminAPIEndpoint: cloud.emulator.url,
    } as unknown as ConnectorOptions);
    const options = await connector.getOptions({
      instanceConnectionName: `${project.id}:us-central1:main`,
      ipType: IpAddressTypes.PUBLIC,
      authType: AuthTypes.PASSWORD,
    });
    const client = new pg.Client({ ...options, user, password, database });
    try {
      await client.connect();
      return await use(client);
    } finally {
      await client.end();
      connector.close();
    }
  }

  test('the real connector reaches it, and a user of the Admin API can create tables in public', async () => {
    const rows = await connected('shop', "it's a secret", 'shop_db', async (client) => {
      await client.query('CREATE TABLE orders (id int PRIMARY KEY)');
      await client.query('INSERT INTO orders VALUES (1), (2)');
      return (await client.query<{ n: number }>('SELECT count(*)::int AS n FROM orders')).rows;
    });
    expect(rows).toEqual([{ n: 2 }]);
  });

  test('a role made by CREATE USER cannot create in public', async () => {
    await connected('postgres', 'root-pass-1', 'shop_db', (client) =>
      client.query("CREATE USER plain PASSWORD 'plain-pass'"),
    );
    await expect(
      connected('plain', 'plain-pass', 'shop_db', (client) => client.query('CREATE TABLE mine (id int)')),
    ).rejects.toThrow('permission denied for schema public');
  });

  test('nobody who comes with the Admin API is a superuser', async () => {
    const roles = await connected('postgres', 'root-pass-1', 'postgres', async (client) => {
      const { rows } = await client.query<{ rolname: string; rolsuper: boolean; member: boolean }>(
        "SELECT rolname, rolsuper, pg_has_role(rolname, 'cloudsqlsuperuser', 'member') AS member FROM pg_roles WHERE rolname IN ('postgres', 'shop')",
      );
      return rows;
    });
    expect(roles).toHaveLength(2);
    for (const role of roles) expect(role).toMatchObject({ rolsuper: false, member: true });
  });

  test('a new password replaces the old one', async () => {
    await finished(
      cloud,
      await cloud.asOwner('POST', `${root}/instances/main/users`, {
        name: 'rotated',
        password: 'first-pass',
      }),
    );
    await finished(
      cloud,
      await cloud.asOwner('PUT', `${root}/instances/main/users?name=rotated`, {
        name: 'rotated',
        password: 'second-pass',
      }),
    );
    await connected('rotated', 'second-pass', 'shop_db', (client) => client.query('SELECT 1'));
    await expect(
      connected('rotated', 'first-pass', 'shop_db', (client) => client.query('SELECT 1')),
    ).rejects.toThrow('password authentication failed');
  });

  test('passwords are in no answer and no snapshot', async () => {
    const read = await cloud.asOwner('GET', `${root}/instances/main`);
    const users = await cloud.asOwner('GET', `${root}/instances/main/users`);
    const everything = JSON.stringify([
      read.body,
      users.body,
      cloud.emulator.snapshot(),
      cloud.emulator.journal,
    ]);
    expect(users.body.items).toMatchObject([
      { name: 'postgres' },
      { name: 'shop', type: 'BUILT_IN' },
      { name: 'rotated' },
    ]);
    for (const secret of ['root-pass-1', "it's a secret", 'first-pass', 'second-pass']) {
      expect(everything).not.toContain(secret);
    }
  });

  test('a user who owns tables cannot be dropped, and the operation says why', async () => {
    const operation = await finished(
      cloud,
      await cloud.asOwner('DELETE', `${root}/instances/main/users?name=shop`),
    );
    expect(JSON.stringify(operation.body.error)).toContain(
      'cannot be dropped because some objects depend on it',
    );
    expect((await cloud.asOwner('GET', `${root}/instances/main/users/shop`)).status).toBe(200);
  });

  test('existing databases and users are refused', async () => {
    const database = await cloud.asOwner('POST', `${root}/instances/main/databases`, { name: 'shop_db' });
    expect(refusal(database)).toMatchObject({
      http: 400,
      message: expect.stringContaining('database "shop_db" already exists'),
    });
    const user = await cloud.asOwner('POST', `${root}/instances/main/users`, {
      name: 'shop',
      password: 'xxxxxxxx',
    });
    expect(refusal(user)).toMatchObject({ http: 409 });
  });

  test('without cloudsql.instances.connect there is no certificate', async () => {
    const answer = await cloud.asUser(stranger)(
      'POST',
      `/sql/v1beta4/projects/${project.id}/instances/main:generateEphemeralCert`,
      {
        public_key: 'x',
      },
    );
    expect(answer.status).toBe(403);
    expect(refusal(answer).message).toContain('cloudsql.instances.connect');
  });
});

test('what an instance may not be', async () => {
  await using cloud = await testCloud({ postgres: true });
  const refused = async (body: object) => refusal(await cloud.asOwner('POST', `${root}/instances`, body));
  expect(await refused(instance('Main'))).toMatchObject({ http: 400, reason: 'invalid' });
  expect(
    (await refused(instance('main', { settings: { tier: 'db-f1-micro', edition: 'ENTERPRISE_PLUS' } })))
      .message,
  ).toContain('Invalid Tier (db-f1-micro) for (ENTERPRISE_PLUS) Edition');
  expect(
    (
      await refused(
        instance('main', { databaseVersion: 'POSTGRES_16', settings: { tier: 'db-custom-1-3840' } }),
      )
    ).message,
  ).toContain('(ENTERPRISE_PLUS) Edition');
  expect((await refused(instance('main', { databaseVersion: 'MYSQL_8_0' }))).message).toContain(
    'PostgreSQL instances only',
  );
  expect((await refused(instance('main', { settings: { ...settings, teir: 'x' } }))).message).toContain(
    'Unknown name "teir"',
  );
  expect(
    (await refused(instance('main', { settings: { ...settings, ipConfiguration: { ipv4Enabled: false } } })))
      .message,
  ).toContain('At least one of Public IP or Private IP');
  expect(await cloud.asOwner('GET', `${root}/instances`)).toMatchObject({
    body: { kind: 'sql#instancesList' },
  });
});

test('an instance is made in its own time, one operation at once, and its name stays taken', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ postgres: true, latency: 'typical', clock });
  const created = await cloud.asOwner('POST', `${root}/instances`, instance('main'));
  expect(created.body).toMatchObject({
    kind: 'sql#operation',
    status: 'PENDING',
    operationType: 'CREATE',
    targetId: 'main',
  });
  expect((await cloud.asOwner('GET', `${root}/instances/main`)).body).toMatchObject({
    state: 'PENDING_CREATE',
    connectionName: `${project.id}:us-central1:main`,
  });
  expect(refusal(await cloud.asOwner('POST', `${root}/instances`, instance('main')))).toMatchObject({
    http: 409,
    reason: 'instanceAlreadyExists',
  });
  expect(
    refusal(await cloud.asOwner('POST', `${root}/instances/main/databases`, { name: 'x' })),
  ).toMatchObject({ http: 400 });

  clock.advance(401_000);
  await finished(cloud, created);
  const ready = await cloud.asOwner('GET', `${root}/instances/main`);
  expect(ready.body).toMatchObject({
    state: 'RUNNABLE',
    settings: { settingsVersion: '1', edition: 'ENTERPRISE', dataDiskSizeGb: '10' },
    ipAddresses: [{ type: 'PRIMARY', ipAddress: expect.stringMatching(/^127\./) }],
  });

  const patch = await cloud.asOwner('PATCH', `${root}/instances/main`, {
    settings: { deletionProtectionEnabled: true },
  });
  expect(
    refusal(await cloud.asOwner('POST', `${root}/instances/main/databases`, { name: 'x' })),
  ).toMatchObject({
    http: 409,
    reason: 'operationInProgress',
  });
  clock.advance(60_000);
  await finished(cloud, patch);
  expect((await cloud.asOwner('GET', `${root}/instances/main`)).body.settings).toMatchObject({
    settingsVersion: '2',
    tier: 'db-custom-1-3840',
    deletionProtectionEnabled: true,
  });
  const stale = await cloud.asOwner('PATCH', `${root}/instances/main`, {
    settings: { settingsVersion: '1' },
  });
  expect(refusal(stale)).toMatchObject({ http: 412 });

  expect(refusal(await cloud.asOwner('DELETE', `${root}/instances/main`))).toMatchObject({ http: 400 });
  const unprotect = await cloud.asOwner('PATCH', `${root}/instances/main`, {
    settings: { deletionProtectionEnabled: false },
  });
  clock.advance(60_000);
  await finished(cloud, unprotect);
  const gone = await cloud.asOwner('DELETE', `${root}/instances/main`);
  clock.advance(600_000);
  await finished(cloud, gone);
  expect(refusal(await cloud.asOwner('GET', `${root}/instances/main`))).toMatchObject({
    http: 404,
    reason: 'instanceDoesNotExist',
  });
  expect(refusal(await cloud.asOwner('POST', `${root}/instances`, instance('main'))).message).toContain(
    'one week from the deletion date',
  );
  const operations = await cloud.asOwner(
    'GET',
    `${root}/operations?instance=&maxResults=2`.replace('instance=&', ''),
  );
  expect(operations.body.items).toHaveLength(2);
  expect(operations.body.nextPageToken).toBeTruthy();
});

test('the database and its folder go with the emulator, even when that is killed', async () => {
  const folder = mkdtempSync('/tmp/sql-');
  // As the system's own: whoever made a folder in it may remove it.
  chmodSync(folder, 0o1777);
  const host = new URL('../../src/emulator/sql/postgres-host.ts', import.meta.url).href;
  const program = `
    import { createPostgresHost } from '${host}';
    await createPostgresHost().create({ project: 'p', region: 'r', name: 'doomed', version: 'POSTGRES_15' });
    console.log('ready');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    // Beside it there may be a copy of the server's programs, which is kept: for a checkout that only root can read.
    const data = readdirSync(folder).find((name) => existsSync(`${folder}/${name}/data/postmaster.pid`));
    const server = Number(readFileSync(`${folder}/${data}/data/postmaster.pid`, 'utf8').split('\n')[0]);
    expect(isAlive(server)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => existsSync(`${folder}/${data}`), { timeout: 10_000 }).toBe(false);
    expect(isAlive(server)).toBe(false);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
