import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type ActionRunner, actionRunner, admin, asAdmin, secretValue } from '../support/action.ts';
import { connected, type DatabaseAt } from '../support/database.ts';

const project = 'aethercast-staging';

const at = ({ emulator }: ActionRunner): DatabaseAt => ({
  origin: emulator.url,
  token: emulator.userToken(admin),
  instance: `${project}:us-central1:aethercast-postgres-instance`,
});

/** Connects as an application does: Google's own connector, the role and the password that Secret Manager holds. */
async function withDatabase<T>(runner: ActionRunner, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const login = {
    user: (await secretValue(runner, 'aethercast-pg-user')).value,
    password: (await secretValue(runner, 'aethercast-pg-password')).value,
    database: (await secretValue(runner, 'aethercast-pg-db')).value,
  };
  return await connected(at(runner), login, work);
}

async function provisioned(): Promise<ActionRunner> {
  const runner = await actionRunner('examples/aethercast', project, { postgres: true });
  const provision = await runner.run('provision', {
    environment: 'staging',
    secret_env: 'TDA_NEWS_API_KEY=0123456789abcdef',
  });
  expect(provision.log).not.toContain('::error');
  return runner;
}

async function migrated(): Promise<ActionRunner> {
  const runner = await provisioned();
  const migrate = await runner.run('migrate', { environment: 'staging' });
  expect(migrate.log).not.toContain('::error');
  expect(migrate.outputs.applied).toBe('3');
  return runner;
}

describe('the database of Aethercast', () => {
  test('as the application: the idempotency table can be read and written, a table can be created in public', async () => {
    await using runner = await migrated();
    await withDatabase(runner, async (client) => {
      const { rows: who } = await client.query('select current_user as name');
      expect(who).toEqual([{ name: 'aethercastuser' }]);
      await client.query(
        `insert into idempotency_keys (idempotency_key, task_name, status) values ('k1', 'craft_snippet_task', 'processing')`,
      );
      const { rows } = await client.query('select task_name, status from idempotency_keys');
      expect(rows).toEqual([{ task_name: 'craft_snippet_task', status: 'processing' }]);
      await client.query('create table public.made_by_the_application (id integer primary key)');
      await client.query('insert into made_by_the_application values (1)');
    });
  });

  test('migrating again applies nothing and writes nothing', async () => {
    await using runner = await migrated();
    const again = await runner.run('migrate', { environment: 'staging' });
    expect(again.code).toBe(0);
    expect(again.outputs.applied).toBe('0');
    expect(again.writes).toEqual([]);
  });

  test('a role whose password is not that of the secret gets it back', async () => {
    await using runner = await migrated();
    const users = `v1/projects/${project}/instances/aethercast-postgres-instance/users`;
    const name = 'aethercastuser';
    await asAdmin(runner, 'PUT', `${users}?name=${name}`, { name, password: 'somebody-changed-it' });
    const run = await runner.run('migrate', { environment: 'staging' });
    expect(run.log).not.toContain('::error');
    expect(run.code).toBe(0);
    await withDatabase(runner, (client) => client.query('select 1'));
  });

  test('a role made with SQL instead of the Admin API may not create in public: migrate says who has to allow it', async () => {
    await using runner = await provisioned();
    const users = `v1/projects/${project}/instances/aethercast-postgres-instance/users`;
    const name = 'aethercastuser';
    await asAdmin(runner, 'DELETE', `${users}?name=${name}`);
    const dba = { name: 'dba', password: 'of-the-administrator' };
    await asAdmin(runner, 'POST', users, dba);
    const { value: password } = await secretValue(runner, 'aethercast-pg-password');
    const { value: database } = await secretValue(runner, 'aethercast-pg-db');
    const login = { user: dba.name, password: dba.password, database };
    await connected(at(runner), login, (client) =>
      client.query(`create role ${name} login password ${client.escapeLiteral(password)}`),
    );
    const run = await runner.run('migrate', { environment: 'staging' });
    expect(run.code).toBe(1);
    const said = run.log.split('\n').filter((line) => line.startsWith('::error'));
    expect(said.join('\n')).toMatch(
      /SCHEMA_NOT_OWNED: aethercastuser may not create in schema public and cannot give itself the right\. .*GRANT USAGE, CREATE ON SCHEMA public TO "aethercastuser";/,
    );
    expect(
      await connected(at(runner), login, async (client) => {
        const { rows } = await client.query(`select tablename from pg_tables where schemaname = 'public'`);
        return rows;
      }),
    ).toEqual([]);
    await connected(at(runner), login, (client) =>
      client.query(`grant usage, create on schema public to "aethercastuser"`),
    );
    expect((await runner.run('migrate', { environment: 'staging' })).outputs.applied).toBe('3');
  });
});
