import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { sha256 } from '../../src/migrate/checksum.ts';
import type { MigrationFile } from '../../src/migrate/files.ts';
import { type MigrateOptions, migrate } from '../../src/migrate/migrate.ts';
import { fakeClock } from './fake-clock.ts';
import { failureOf } from './google-case.ts';
import { type Database, type Databases, databases, role } from './migrate-database.ts';

let server: Databases;
beforeAll(async () => {
  server = await databases();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function files(sqls: Readonly<Record<string, string>>): MigrationFile[] {
  return Object.entries(sqls).map(([name, sql]) => ({
    version: /^\d+/.exec(name)?.[0] ?? '',
    name,
    path: `migrations/${name}`,
    sql,
    rawChecksum: sha256(sql),
  }));
}

async function run(
  client: pg.Client,
  sqls: Readonly<Record<string, string>>,
  more: Partial<MigrateOptions> = {},
) {
  const said: string[] = [];
  const warned: string[] = [];
  const result = await migrate(client, {
    files: files(sqls),
    role,
    origin: { commit: 'abc', actor: 'ann', run: 'https://run/1' },
    clock: systemClock,
    signal: new AbortController().signal,
    dryRun: false,
    say: (line) => said.push(line),
    warn: (message) => warned.push(message),
    ...more,
  });
  return { applied: result.applied.map(({ name }) => name), pending: result.pending, said, warned };
}

const history = async (database: Database) =>
  (await database.query('select name from public.aethercast_deploy_migrations order by version::bigint')).map(
    ({ name }) => name,
  );

const tables = async (database: Database) =>
  (
    await database.query(
      "select tablename from pg_tables where schemaname = 'public' and tablename not like 'aethercast%' order by 1",
    )
  ).map(({ tablename }) => tablename);

const users = { '001_users.sql': 'create table users (id int primary key, name text);' };
const orders = { '002_orders.sql': 'create table orders (id int);\ninsert into users values (1, $$Ann$$);' };

describe('a run', () => {
  test('applies each file once, in order, with where it came from', async () => {
    await using database = await server.create();
    const client = await database.connect();
    expect((await run(client, { ...users, ...orders })).applied).toEqual(['001_users.sql', '002_orders.sql']);
    expect(await tables(database)).toEqual(['orders', 'users']);
    expect(await database.query('select * from users')).toEqual([{ id: 1, name: 'Ann' }]);
    expect(await database.query('select * from public.aethercast_deploy_migrations limit 1')).toMatchObject([
      { version: '001', applied_by: role, commit: 'abc', actor: 'ann', run: 'https://run/1' },
    ]);
    const again = await run(client, { ...users, ...orders });
    expect(again).toEqual({ applied: [], pending: [], said: [], warned: [] });
    expect(await database.query('select count(*)::int from users')).toEqual([{ count: 1 }]);
  });

  test('applies what was added since, and only that', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    expect((await run(client, { ...users, ...orders })).applied).toEqual(['002_orders.sql']);
  });

  test('gives the role what it needs in public where it has not got it, and says so', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await database.query(
      'alter schema public owner to owners; revoke all on schema public from public, owners',
    );
    expect((await run(client, users)).said[0]).toContain('granted shop_user');
    expect(await tables(database)).toEqual(['users']);
  });

  test('that can have no right in public says who has to give it, and changes nothing', async () => {
    await using database = await server.create({ owned: false });
    const client = await database.connect();
    expect(await failureOf(run(client, users))).toMatchObject({
      code: 'SCHEMA_NOT_OWNED',
      next: expect.stringContaining(`TO "${role}"`),
    });
    expect(await tables(database)).toEqual([]);
  });

  test('that only looks says what is pending and writes nothing, not even its table', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const dry = await run(client, { ...users, ...orders }, { dryRun: true });
    expect(dry).toMatchObject({ applied: [], pending: ['001_users.sql', '002_orders.sql'] });
    expect(await database.query("select to_regclass('public.aethercast_deploy_migrations') as it")).toEqual([
      { it: null },
    ]);
  });

  test('lets go of its lock, whether it succeeds or fails', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    await failureOf(run(client, { ...users, '002_x.sql': 'select nothing_there;' }));
    expect(await database.query("select 1 from pg_locks where locktype = 'advisory'")).toEqual([]);
  });
});

describe('history', () => {
  test('a file that was changed after it was applied is refused, and nothing behind it is applied', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    const changed = { '001_users.sql': 'create table users (id bigint primary key);', ...orders };
    expect(await failureOf(run(client, changed))).toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('migrations/001_users.sql'),
    });
    expect(await tables(database)).toEqual(['users']);
  });

  test('a file whose layout alone was changed is warned of', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, users);
    const prettier = { '001_users.sql': `-- People.\n${users['001_users.sql'].replace('(', '(\n')}` };
    const again = await run(client, { ...prettier, ...orders });
    expect(again.applied).toEqual(['002_orders.sql']);
    expect(again.warned).toEqual([expect.stringContaining('001_users.sql')]);
  });

  test('a file with a number below the newest one is refused', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, { ...users, '003_more.sql': 'select 1;' });
    expect(await failureOf(run(client, { ...users, ...orders, '003_more.sql': 'select 1;' }))).toMatchObject({
      code: 'MIGRATION_OUT_OF_ORDER',
      message: 'migrations/002_orders.sql comes before number 3, which is applied already.',
    });
  });

  test('a number is the same with and without zeros before it', async () => {
    await using database = await server.create();
    const client = await database.connect();
    await run(client, { '1_a.sql': 'select 1;', '10_b.sql': 'select 2;' });
    const again = await run(client, { '0001_a.sql': 'select 1;', '0010_b.sql': 'select 2;' });
    expect(again.applied).toEqual([]);
  });
});

describe('a file that fails', () => {
  test('leaves nothing behind, keeps the files before it, and says file, line and SQLSTATE', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const broken = {
      '002_broken.sql': 'create table half (x int);\n\n-- Typo.\ninsert into nowhere values (1);',
    };
    expect(await failureOf(run(client, { ...users, ...broken }))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'migrations/002_broken.sql:4 relation "nowhere" does not exist [42P01]',
    });
    expect(await tables(database)).toEqual(['users']);
    expect(await history(database)).toEqual(['001_users.sql']);
    const mended = { '002_broken.sql': 'create table half (x int);' };
    expect((await run(client, { ...users, ...mended })).applied).toEqual(['002_broken.sql']);
  });

  test('to parse keeps even the first one from being applied', async () => {
    await using database = await server.create();
    const client = await database.connect();
    expect(await failureOf(run(client, { ...users, '002_x.sql': 'creat table;' }))).toMatchObject({
      code: 'MIGRATION_SYNTAX',
    });
    expect(await tables(database)).toEqual([]);
  });

  test('at commit is undone', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const deferred =
      'create table child (id int references users deferrable initially deferred);\ninsert into child values (9);';
    await failureOf(run(client, { ...users, '002_child.sql': deferred }));
    expect(await tables(database)).toEqual(['users']);
    expect(await history(database)).toEqual(['001_users.sql']);
  });

  test('because the connection broke says that, and not what failed on the broken one', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const suicide = { '001_x.sql': 'select pg_terminate_backend(pg_backend_pid());' };
    expect(String(await failureOf(run(client, suicide)))).toContain('terminating connection');
  });

  test('for a lock that passes is tried again', async () => {
    await using database = await server.create();
    const [client, other] = [await database.connect(), await database.connect()];
    await run(client, users);
    await client.query("set lock_timeout = '50ms'");
    await other.query('begin; lock table users in access exclusive mode');
    const clock = { ...systemClock, sleep: async () => void (await other.query('rollback')) };
    const result = await run(client, { ...users, '002_x.sql': 'alter table users add age int;' }, { clock });
    expect(result.applied).toEqual(['002_x.sql']);
    expect(result.said[0]).toMatch(/^002_x\.sql:1 waits for a lock/);
  });

  test('for a lock that stays fails in the end', async () => {
    await using database = await server.create();
    const [client, other] = [await database.connect(), await database.connect()];
    await run(client, users);
    await client.query("set lock_timeout = '20ms'");
    await other.query('begin; lock table users in access exclusive mode');
    const clock = fakeClock();
    const blocked = run(client, { ...users, '002_x.sql': 'alter table users add age int;' }, { clock });
    expect(await failureOf(blocked)).toMatchObject({ message: expect.stringContaining('[55P03]') });
    expect(clock.slept).toEqual([1_000, 2_000, 3_000, 4_000]);
  });
});

describe('two runs at once', () => {
  test('are one after the other, and each file is applied once', async () => {
    await using database = await server.create();
    const [one, two] = [await database.connect(), await database.connect()];
    const slow = {
      '001_slow.sql': 'create table slow (x int); select pg_sleep(0.2);',
      '002_x.sql': 'create table x (a int);',
    };
    const results = await Promise.all([run(one, slow), run(two, slow)]);
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 2]);
    expect(await tables(database)).toEqual(['slow', 'x']);
  });

  test('do not block the one that builds an index concurrently', async () => {
    await using database = await server.create();
    const [one, two] = [await database.connect(), await database.connect()];
    const sqls = { ...users, '002_index.sql': 'create index concurrently by_name on users (name);' };
    const results = await Promise.all([run(one, sqls), run(two, sqls)]);
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 2]);
  });

  test('the one that waits too long is told who holds the lock', async () => {
    await using database = await server.create();
    const [one, two] = [await database.connect(), await database.connect()];
    await one.query("set application_name = 'shop run 7'");
    const held = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    // Holds the lock in its own clock's sleep: it waits for a table that the test locked.
    const third = await database.connect();
    await run(one, users);
    await third.query('begin; lock table users in access exclusive mode');
    await one.query("set lock_timeout = '20ms'");
    const holder = run(
      one,
      { ...users, '002_x.sql': 'alter table users add age int;' },
      {
        clock: {
          ...systemClock,
          sleep: async () => {
            held.resolve();
            await waiting.promise;
          },
        },
      },
    );
    await held.promise;
    const failure = await failureOf(run(two, users, { clock: fakeClock() }));
    await third.query('rollback');
    waiting.resolve();
    await holder;
    expect(failure).toMatchObject({
      code: 'MIGRATION_LOCKED',
      message: expect.stringMatching(/shop run 7 \(pid \d+/),
    });
  });

  test('an interruption ends the waiting', async () => {
    await using database = await server.create();
    const [one, two] = [await database.connect(), await database.connect()];
    await one.query('select pg_advisory_lock($1, $2)', [0x61657468, 0x6d696772]);
    const interruption = new AbortController();
    const reason = new Error('SIGTERM');
    const clock = { ...fakeClock(), sleep: async () => Promise.reject(reason) };
    interruption.abort(reason);
    expect(await failureOf(run(two, users, { clock, signal: interruption.signal }))).toBe(reason);
    expect(await tables(database)).toEqual([]);
  });
});

test('an interruption ends the run after the file that is being applied', async () => {
  await using database = await server.create();
  const client = await database.connect();
  const interruption = new AbortController();
  const reason = new Error('SIGTERM');
  const stopped = run(
    client,
    { ...users, ...orders },
    {
      signal: interruption.signal,
      say: () => interruption.abort(reason),
    },
  );
  expect(await failureOf(stopped)).toBe(reason);
  expect(await history(database)).toEqual(['001_users.sql']);
});

describe('an index that is built concurrently', () => {
  const double = {
    '001_t.sql': 'create schema if not exists other; create table t (x int); create table other.t (x int);',
    '002_data.sql': 'insert into t values (1), (1); insert into other.t values (1), (1);',
  };
  const valid = (database: Database, name: string) =>
    database.query(`select indisvalid from pg_index where indexrelid = to_regclass('${name}')`);

  test.each([
    ['by_x', 't'],
    ['other.by_x', 'other.t'],
  ])('%s fails on double values, is left invalid, and is healed by the next run', async (index, table) => {
    await using database = await server.create();
    await database.query(`grant create on database ${await nameOf(database)} to ${role}`);
    const client = await database.connect();
    // IF NOT EXISTS would take the invalid one for done.
    const sqls = {
      ...double,
      '003_index.sql': `create unique index concurrently if not exists by_x on ${table} (x);`,
    };
    expect(await failureOf(run(client, sqls))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('[23505]'),
    });
    expect(await valid(database, index)).toEqual([{ indisvalid: false }]);
    await database.query(`delete from ${table} where ctid = (select min(ctid) from ${table})`);
    expect((await run(client, sqls)).applied).toEqual(['003_index.sql']);
    expect(await valid(database, index)).toEqual([{ indisvalid: true }]);
  });

  test('is recorded like any other', async () => {
    await using database = await server.create();
    const client = await database.connect();
    const sqls = { ...users, '002_index.sql': 'create index concurrently by_name on users (name);' };
    expect((await run(client, sqls)).applied).toEqual(['001_users.sql', '002_index.sql']);
    expect((await run(client, sqls)).applied).toEqual([]);
  });
});

async function nameOf(database: Database): Promise<string> {
  const [row] = await database.query('select current_database() as name');
  return String(row?.name);
}
