import { AuthTypes, Connector, IpAddressTypes } from '@google-cloud/cloud-sql-connector';
import { OAuth2Client } from 'google-auth-library';
import pg from 'pg';
import { expect } from 'vitest';
import { owner, project, type TestCloud } from '../../support/emulator.ts';
import { cloudWithGcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud(
  'whether gcloud makes a Cloud SQL database on the emulator that can be used',
);

const instance = 'aethercast-postgres-instance';
const place = `--instance=${instance}`;
const create = [
  ...['sql', 'instances', 'create', instance, '--database-version=POSTGRES_15', '--edition=ENTERPRISE'],
  ...['--cpu=1', '--memory=3840MB', '--region=us-central1', '--storage-size=10GB', '--storage-type=SSD'],
];

/** Who the server says we are, over the real connector. */
async function login(cloud: TestCloud, user: string, password: string): Promise<unknown> {
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: cloud.emulator.userToken(owner) });
  // The connector has a google-auth-library of its own, whose types are not those of ours.
  const connector = new Connector({
    auth,
    sqlAdminAPIEndpoint: cloud.emulator.url,
  } as unknown as ConstructorParameters<typeof Connector>[0]);
  const options = await connector.getOptions({
    instanceConnectionName: `${project.id}:us-central1:${instance}`,
    ipType: IpAddressTypes.PUBLIC,
    authType: AuthTypes.PASSWORD,
  });
  const client = new pg.Client({ ...options, user, password, database: 'aethercast_db' });
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, string>>('SELECT current_user, current_database()');
    return rows[0];
  } finally {
    await client.end();
    connector.close();
  }
}

gcloudTest(
  'sql: an instance, a database and a user made by gcloud are a PostgreSQL that lets the user in',
  async () => {
    await using here = await cloudWithGcloud({ postgres: true });
    const { cloud, gcloud } = here;
    const created = await gcloud.json<unknown>(...create, '--root-password=root-pass-1');
    expect(created).toMatchObject({
      name: instance,
      state: 'RUNNABLE',
      connectionName: `${project.id}:us-central1:${instance}`,
      databaseVersion: 'POSTGRES_15',
      settings: { tier: 'db-custom-1-3840', edition: 'ENTERPRISE', dataDiskSizeGb: '10' },
    });
    await gcloud.ok('sql', 'databases', 'create', 'aethercast_db', place);
    await gcloud.ok('sql', 'users', 'create', 'aethercastuser', place, '--password=first-pass-1');
    const [databases, users] = await Promise.all([
      gcloud.json<{ name: string }[]>('sql', 'databases', 'list', place),
      gcloud.json<{ name: string; type: string; password?: string }[]>('sql', 'users', 'list', place),
    ]);
    expect(databases.map(({ name }) => name).sort()).toEqual(['aethercast_db', 'postgres']);
    expect(users.map(({ name, type }) => [name, type])).toEqual([
      ['postgres', 'BUILT_IN'],
      ['aethercastuser', 'BUILT_IN'],
    ]);
    expect(JSON.stringify(users)).not.toContain('first-pass-1');
    const me = { current_user: 'aethercastuser', current_database: 'aethercast_db' };
    expect(await login(cloud, 'aethercastuser', 'first-pass-1')).toEqual(me);

    await gcloud.ok('sql', 'users', 'set-password', 'aethercastuser', place, '--password=second-pass-2');
    expect(await login(cloud, 'aethercastuser', 'second-pass-2')).toEqual(me);
    await expect(login(cloud, 'aethercastuser', 'first-pass-1')).rejects.toThrow(
      'password authentication failed',
    );
    expect(await login(cloud, 'postgres', 'root-pass-1')).toMatchObject({ current_user: 'postgres' });
  },
);

gcloudTest('sql instances: patch, describe, list, operations, delete, and the name stays taken', async () => {
  await using here = await cloudWithGcloud({ postgres: true });
  const { cloud, gcloud } = here;
  await gcloud.ok(...create);
  const patched = await gcloud.json<{ old: object; new: object }>(
    ...['sql', 'instances', 'patch', instance, '--storage-size=20GB', '--deletion-protection'],
  );
  expect(patched.old).toMatchObject({ settings: { dataDiskSizeGb: '10' } });
  expect(patched.new).toMatchObject({ settings: { dataDiskSizeGb: '20', deletionProtectionEnabled: true } });
  const [described, listed, operations, kept] = await Promise.all([
    gcloud.json<unknown>('sql', 'instances', 'describe', instance),
    gcloud.json<unknown[]>('sql', 'instances', 'list'),
    gcloud.json<{ operationType: string; status: string }[]>('sql', 'operations', 'list', place),
    gcloud.refused('sql', 'instances', 'delete', instance),
  ]);
  expect(described).toEqual(patched.new);
  expect(listed).toEqual([described]);
  expect(operations.map(({ operationType, status }) => `${operationType} ${status}`).sort()).toEqual([
    'CREATE DONE',
    'UPDATE DONE',
  ]);
  expect(kept).toContain('protected');
  // Whatever the guide says, nobody was asked for a password of postgres, so nobody can use the login.
  await expect(login(cloud, 'postgres', '')).rejects.toThrow();
  expect((await cloud.asOwner('GET', `/v1/projects/${project.id}/instances/${instance}`)).body).toMatchObject(
    {
      settings: { dataDiskSizeGb: '20', deletionProtectionEnabled: true },
    },
  );

  await gcloud.ok('sql', 'instances', 'patch', instance, '--no-deletion-protection');
  await gcloud.ok('sql', 'instances', 'delete', instance);
  expect(await gcloud.json('sql', 'instances', 'list')).toEqual([]);
  expect(await gcloud.refused(...create)).toContain(
    'When you delete an instance, you cannot reuse the name of the deleted instance until one week from the deletion date.',
  );
});

gcloudTest(
  'the guide’s own instance is refused: private IP only, in a network without a peering',
  async () => {
    await using here = await cloudWithGcloud({ postgres: true });
    const { cloud, gcloud } = here;
    await gcloud.ok('compute', 'networks', 'create', 'aether-net', '--subnet-mode=custom');
    const said = await gcloud.refused(
      ...create,
      `--network=projects/${project.id}/global/networks/aether-net`,
      '--no-assign-ip',
    );
    expect(said).toContain('[NETWORK_NOT_PEERED] Failed to create subnetwork.');
    expect(said).toContain("network 'aether-net'");
    const left = await cloud.asOwner('GET', `/v1/projects/${project.id}/instances/${instance}`);
    expect(left.body).toMatchObject({ state: 'FAILED' });
  },
);
