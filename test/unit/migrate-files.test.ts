import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMigrations } from '../../src/migrate/files.ts';
import { checkout } from './build-case.ts';
import { failureOf } from './google-case.ts';

const namesOf = async (...names: string[]) => {
  await using files = await checkout(Object.fromEntries(names.map((name) => [`m/${name}`, `-- ${name}`])));
  await mkdir(join(files.root, 'm'), { recursive: true });
  return (await readMigrations(join(files.root, 'm'), 'shop/m')).map(({ name }) => name);
};

test.each([
  [['010_c.sql', '9_b.sql', '001_a.sql']],
  [['20261122150000_c.sql', '20261122145959_b.sql', '3-a.sql']],
])('files come in the order of their numbers: %j', async (names) => {
  expect(await namesOf(...names)).toEqual([...names].reverse());
});

test('what is no SQL is left alone', async () => {
  expect(await namesOf('001_a.sql', 'README.md', '002_seed.csv', '.gitkeep')).toEqual(['001_a.sql']);
});

test('an empty folder has no migrations', async () => {
  expect(await namesOf()).toEqual([]);
});

test('a file carries its number, its path for messages, its text and the checksum of it', async () => {
  await using files = await checkout({ 'm/007_b.sql': 'select 1;\n' });
  expect(await readMigrations(join(files.root, 'm'), 'shop/m')).toEqual([
    {
      version: '007',
      name: '007_b.sql',
      path: 'shop/m/007_b.sql',
      sql: 'select 1;\n',
      rawChecksum: '4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c',
    },
  ]);
});

test('every name without a number and every number used twice is named at once', async () => {
  expect(
    await failureOf(namesOf('001_a.sql', '1_b.sql', 'init.sql', '002_c.sql', 'V3__d.sql', '004.sql')),
  ).toMatchObject({
    code: 'MIGRATIONS_INVALID',
    details: [
      'shop/m/004.sql: has no leading number',
      'shop/m/V3__d.sql: has no leading number',
      'shop/m/init.sql: has no leading number',
      'shop/m/001_a.sql and 1_b.sql: the same number',
    ],
  });
});

test('a folder that is not there is named as the user wrote it', async () => {
  expect(await failureOf(readMigrations('/nowhere/at/all', 'shop/m'))).toMatchObject({
    code: 'MIGRATIONS_INVALID',
    message: 'There is no folder shop/m.',
  });
});
