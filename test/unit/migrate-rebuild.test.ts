import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { sha256 } from '../../src/migrate/checksum.ts';
import type { MigrationFile } from '../../src/migrate/files.ts';
import { type MigrateOptions, migrate } from '../../src/migrate/migrate.ts';
import { failureOf } from './google-case.ts';
import { type Database, type Databases, databases, role } from './migrate-database.ts';

/** The life of a preview's database, on a real server. */

let server: Databases;
beforeAll(async () => {
  server = await databases();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const fileOf = (name: string, sql: string): MigrationFile => ({
  version: name === 'seed.sql' ? 'seed' : (/^\d+/.exec(name)?.[0] ?? ''),
  name,
  path: `migrations/${name}`,
  sql,
  rawChecksum: sha256(sql),
});

async function run(
  client: pg.Client,
  sqls: Readonly<Record<string, string>>,
  more: Partial<MigrateOptions> = {},
) {
  const said: string[] = [];
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  const result = await migrate(client, {
    files: Object.entries(sqls).map(([name, sql]) => fileOf(name, sql)),
    role,
    origin: { commit: 'abc', actor: 'ann', run: 'https://run/1' },
    clock: systemClock,
    signal: new AbortController().signal,
    dryRun: false,
    say: (line) => said.push(line),
    warn: (message) => said.push(message),
    rebuild: rows[0]?.name ?? '',
    ...more,
  });
  return { applied: result.applied.map(({ name }) => name), pending: result.pending, said };
}

const columns = async (database: Database) =>
  (
    await database.query(
      "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and table_name not like 'aethercast%' order by 1",
    )
  ).map(({ name }) => name);

const users = { '001_users.sql': 'create table users (id int primary key);' };
const orders = { '002_orders.sql': 'create table orders (id int);' };
const seed = fileOf('seed.sql', 'insert into users values (1), (2);');

describe('what a preview applied and its pull request then changed', () => {
  test.each([
    [
      'a changed file',
      { '001_users.sql': 'create table users (id int primary key, name text);', ...orders },
      ['orders.id', 'users.id', 'users.name'],
      '001_users.sql was changed since it was applied',
    ],
    ['a file that is gone', users, ['users.id'], '002_orders.sql, which was applied, is gone'],
    [
      'a file that another branch brought in between',
      {
        '0015_tags.sql': 'create table tags (id int);',
        ...users,
        '0020_orders.sql': 'create table orders (id int);',
      },
      ['orders.id', 'tags.id', 'users.id'],
      '002_orders.sql, which was applied, is gone',
    ],
  ])('%s: the database is begun anew', async (_, changed, expected, reason) => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, { ...users, ...orders });
    await client.query('create table left_over (id int); create view seen as select * from users');
    const again = await run(client, changed);
    expect(again.applied).toHaveLength(Object.keys(changed).length);
    expect(again.said[0]).toContain(reason);
    expect(await columns(database)).toEqual(expected);
    expect((await run(client, changed)).applied).toEqual([]);
  });

  test('a lower number that came in later', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, {
      '001_users.sql': users['001_users.sql'],
      '003_tags.sql': 'create table tags (id int);',
    });
    const changed = { ...users, ...orders, '003_tags.sql': 'create table tags (id int);' };
    const again = await run(client, changed);
    expect(again.said[0]).toContain('002_orders.sql came in before number 3');
    expect(again.applied).toEqual(['001_users.sql', '002_orders.sql', '003_tags.sql']);
  });

  test('is applied on top where nothing of the old was changed: what people tried out stays', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    await client.query('insert into users values (7)');
    const layout = { '001_users.sql': '-- who\ncreate  table users (id INT primary key);\n' };
    expect((await run(client, { ...layout, ...orders })).applied).toEqual(['002_orders.sql']);
    expect(await database.query('select id from users')).toEqual([{ id: 7 }]);
  });

  test('does not empty the database when the new files are no SQL', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    const broken = { '001_users.sql': 'create table users (id int' };
    expect(await failureOf(run(client, broken))).toMatchObject({ code: 'MIGRATION_SYNTAX' });
    expect(await columns(database)).toEqual(['users.id']);
  });

  test('is only said with dryRun', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users, { seed });
    const changed = { '001_users.sql': 'create table users (id bigint primary key);' };
    const planned = await run(client, changed, { dryRun: true, seed });
    expect(planned.pending).toEqual(['001_users.sql', 'seed.sql']);
    expect(await database.query('select count(*)::int from users')).toEqual([{ count: 2 }]);
  });

  test('empties no other database than the one that is meant', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    const changed = { '001_users.sql': 'create table users (id bigint primary key);' };
    await expect(run(client, changed, { rebuild: 'shop_db_pr_7' })).rejects.toThrow('not to shop_db_pr_7');
    expect(await columns(database)).toEqual(['users.id']);
  });

  test('is refused as ever in a database that is nobody’s preview', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    const changed = { '001_users.sql': 'create table users (id bigint primary key);' };
    const failure = await failureOf(
      migrate(client, {
        files: [fileOf('001_users.sql', changed['001_users.sql'])],
        role,
        origin: { commit: '', actor: '', run: '' },
        clock: systemClock,
        signal: new AbortController().signal,
        dryRun: false,
        say: () => undefined,
        warn: () => undefined,
      }),
    );
    expect(failure).toMatchObject({ code: 'MIGRATION_CHANGED' });
    expect(await columns(database)).toEqual(['users.id']);
  });
});

describe('the seed', () => {
  test('is sown once, after the migrations, and again only in a new life', async () => {
    await using database = await server.create();
    const client = await database.connect();
    expect((await run(client, users, { seed })).applied).toEqual(['001_users.sql', 'seed.sql']);
    await client.query('delete from users where id = 2');
    expect((await run(client, { ...users, ...orders }, { seed })).applied).toEqual(['002_orders.sql']);
    expect(await database.query('select id from users')).toEqual([{ id: 1 }]);
    const changed = { '001_users.sql': 'create table users (id bigint primary key);' };
    expect((await run(client, changed, { seed })).applied).toEqual(['001_users.sql', 'seed.sql']);
    expect(await database.query('select count(*)::int from users')).toEqual([{ count: 2 }]);
  });

  test('that fails is not taken for sown', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const bad = fileOf('seed.sql', 'insert into users values (1);\ninsert into nowhere values (1);');
    expect(await failureOf(run(client, users, { seed: bad }))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('migrations/seed.sql:2'),
    });
    expect(await database.query('select * from users')).toEqual([]);
    expect((await run(client, users, { seed })).applied).toEqual(['seed.sql']);
  });
});
