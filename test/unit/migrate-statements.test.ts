import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/migrate/checksum.ts';
import { type ParsedMigration, parseMigration } from '../../src/migrate/statements.ts';
import { failureOf } from './google-case.ts';

const parse = (sql: string): Promise<ParsedMigration> =>
  parseMigration({
    version: '001',
    name: '001_x.sql',
    path: 'migrations/001_x.sql',
    sql,
    rawChecksum: sha256(sql),
  });

const split = async (sql: string) =>
  (await parse(sql)).statements.map((statement) => [statement.line, statement.sql.trim()]);

describe('statements', () => {
  test.each<[string, string, (string | number)[][]]>([
    ['one without a semicolon', 'select 1', [[1, 'select 1']]],
    [
      'several, each at its line',
      'select 1;\n\nselect\n 2;\nselect 3',
      [
        [1, 'select 1'],
        [3, 'select\n 2'],
        [5, 'select 3'],
      ],
    ],
    [
      'two in a line',
      'select 1; select 2;',
      [
        [1, 'select 1'],
        [1, 'select 2'],
      ],
    ],
    ['none in comments alone', '-- nothing\n/* at all */\n', []],
    ['none in nothing', '  \n', []],
    [
      'at the line behind the comments before it',
      '-- first\nselect 1;\n-- second\n/* and\n more */\nselect 2;',
      [
        [2, 'select 1'],
        [6, 'select 2'],
      ],
    ],
    [
      'behind letters of more than one byte',
      "select 'äöü €';\n-- größer 😀\nselect 'zwei 😀', 'ß';\nselect 3;",
      [
        [1, "select 'äöü €'"],
        [3, "select 'zwei 😀', 'ß'"],
        [4, 'select 3'],
      ],
    ],
    [
      'a semicolon in a text',
      "select 'a;b';select ';'",
      [
        [1, "select 'a;b'"],
        [1, "select ';'"],
      ],
    ],
    [
      'a function in dollars, with statements in it',
      'create function f() returns int language plpgsql as $body$\nbegin\n  return 1; -- $$\nend $body$;\nselect 1;',
      [
        [
          1,
          'create function f() returns int language plpgsql as $body$\nbegin\n  return 1; -- $$\nend $body$',
        ],
        [5, 'select 1'],
      ],
    ],
    [
      'Windows line ends',
      'select 1;\r\n\r\nselect 2;\r\n',
      [
        [1, 'select 1'],
        [3, 'select 2'],
      ],
    ],
  ])('%s', async (_, sql, expected) => {
    expect(await split(sql)).toEqual(expected);
  });
});

describe('what runs outside of a transaction', () => {
  test.each([
    ['create index concurrently a on t (x)', 'CREATE INDEX CONCURRENTLY'],
    ['create unique index concurrently if not exists a on t (x)', 'CREATE INDEX CONCURRENTLY'],
    ['drop index concurrently a', 'DROP INDEX CONCURRENTLY'],
    ['vacuum t', 'VACUUM'],
    ['vacuum (analyze) t', 'VACUUM'],
    ['reindex database d', 'REINDEX'],
    ['reindex index concurrently a', 'REINDEX'],
    ['create database d', 'Createdb'],
    ['alter system set work_mem = 1', 'AlterSystem'],
  ])('%s', async (sql, outside) => {
    expect((await parse(`-- alone\n${sql};\n`)).statements).toMatchObject([{ outside, line: 2 }]);
  });

  test.each([
    'create index a on t (x)',
    'drop index a',
    'analyze t',
    'reindex index a',
    "alter type e add value 'x'",
    'create table t (x int)',
  ])('not %s', async (sql) => {
    expect((await parse(sql)).statements[0]).not.toHaveProperty('outside');
  });

  test.each([
    ['create index concurrently by_x on t (x)', { name: 'by_x' }],
    ['create index concurrently "By X" on "Other".t (x)', { schema: 'Other', name: 'By X' }],
    ['create index concurrently on t (x)', undefined],
  ])('the index of: %s', async (sql, index) => {
    expect((await parse(sql)).statements[0]?.concurrentIndex).toEqual(index);
  });

  test('is refused beside other statements, at its line', async () => {
    const mixed = parse('create table t (x int);\n\ncreate index concurrently a on t (x);\n');
    expect(await failureOf(mixed)).toMatchObject({
      code: 'MIGRATION_MIXED',
      message: expect.stringMatching(/^migrations\/001_x\.sql:3 CREATE INDEX CONCURRENTLY cannot/),
      next: expect.stringContaining('a file of its own'),
    });
  });
});

describe('transactions within a file', () => {
  test.each(['begin;', 'BEGIN TRANSACTION;', 'start transaction;'])(
    '%s ... commit around all of it is dropped',
    async (begin) => {
      expect(await split(`-- head\n${begin}\nselect 1;\nselect 2;\ncommit;\n`)).toEqual([
        [3, 'select 1'],
        [4, 'select 2'],
      ]);
    },
  );

  test.each<[string, number]>([
    ['select 1;\ncommit;\nselect 2;', 2],
    ['begin;\nselect 1;', 1],
    ['select 1;\nrollback;', 2],
    ['begin;\nselect 1;\ncommit;\nbegin;\nselect 2;\ncommit;', 3],
    ["select 1;\nprepare transaction 'x';", 2],
  ])('any other is refused at its line: %j', async (sql, line) => {
    expect(await failureOf(parse(sql))).toMatchObject({
      code: 'MIGRATION_TRANSACTION',
      message: expect.stringContaining(`migrations/001_x.sql:${line} `),
    });
  });

  test('savepoints may stay', async () => {
    const sql = 'savepoint a;\nselect 1;\nrollback to savepoint a;\nrelease savepoint a;';
    expect((await parse(sql)).statements).toHaveLength(4);
  });
});

describe('a mistake in the SQL', () => {
  test.each<[string, number, RegExp]>([
    ['select 1;\nselct 2;\n', 2, /syntax error at or near "selct"/],
    ["-- größer 😀😀😀\nselect 'äöü';\n\n  creat table t ();", 4, /"creat"/],
    ["select 'open", 1, /unterminated/],
    ['\\connect other\n', 1, /syntax error/],
    ['copy t from stdin;\n1\t2\n\\.\n', 2, /syntax error/],
  ])('%j is at line %i', async (sql, line, message) => {
    const failure = await failureOf(parse(sql));
    expect(failure).toMatchObject({
      code: 'MIGRATION_SYNTAX',
      message: expect.stringMatching(new RegExp(`^migrations/001_x\\.sql:${line} `)),
    });
    expect(String(failure)).toMatch(message);
  });
});

describe('the checksum of what the SQL means', () => {
  const plain = "create table t (x int, y text default 'a');\nselect 1;";

  test.each([
    ['comments', `-- why\n${plain}\n/* end */`],
    ['case of keywords', plain.replace('create table', 'CREATE Table')],
    ['white space', plain.replaceAll(' ', '\n   ')],
    ['line ends', plain.replaceAll('\n', '\r\n')],
    ['the name of a type', plain.replace('x int', 'x integer')],
    ['the last semicolon', plain.slice(0, -1)],
    ['letters of more than one byte in comments', `/* größer 😀 */${plain}`],
  ])('does not depend on %s', async (_, sql) => {
    expect(sql).not.toBe(plain);
    expect((await parse(sql)).checksum).toBe((await parse(plain)).checksum);
  });

  test.each([
    ['a number', plain.replace('select 1', 'select 2')],
    ['a text', plain.replace("'a'", "'b'")],
    ['a name', plain.replace('table t', 'table u')],
    ['a type', plain.replace('x int', 'x bigint')],
    ['the order', "select 1;\ncreate table t (x int, y text default 'a');"],
    ['a further statement', `${plain}select 1;`],
  ])('depends on %s', async (_, sql) => {
    expect((await parse(sql)).checksum).not.toBe((await parse(plain)).checksum);
  });
});
