import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { archiveOf } from '../../src/build/archive.ts';
import { readSourceTree } from '../../src/build/source-tree.ts';
import { checkout, type Tree, touch } from './build-case.ts';

const run = promisify(execFile);
const long = `${'folder/'.repeat(30)}file.txt`;
const tree: Tree = {
  'main.py': 'print("hello")\n',
  'run.sh': { run: '#!/bin/sh\n' },
  'bin/current': { link: '../main.py' },
  'größe/名前.txt': 'ümlaut',
  empty: '',
  [long]: 'deep',
};

const archive = async (root: string, extra: Record<string, string> = {}) =>
  archiveOf(await readSourceTree(root, join(root, 'Dockerfile')), extra);

test('two checkouts of the same sources give the same bytes, whenever they were made', async () => {
  await using here = await checkout(tree);
  await using there = await checkout(Object.fromEntries(Object.entries(tree).reverse()));
  await touch(there.root, 'main.py', 1_000_000);
  const [one, two] = await Promise.all([archive(here.root), archive(there.root)]);
  expect(one.equals(two)).toBe(true);
});

test('tar takes it apart into the same files, links and modes, and finds no time and no owner in it', async () => {
  await using files = await checkout(tree);
  await using out = await checkout({});
  const packed = join(out.root, 'sources.tgz');
  await writeFile(packed, await archive(files.root, { '.Dockerfile': 'FROM scratch\n' }));
  const target = join(out.root, 'in');
  await mkdir(target);
  await run('tar', ['-xzf', packed, '-C', target, '--no-same-owner']);
  const found = (await readdir(target, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1));
  expect(found.sort()).toEqual([...Object.keys(tree), '.Dockerfile'].sort());
  expect(await readFile(join(target, 'main.py'), 'utf8')).toBe('print("hello")\n');
  expect(await readFile(join(target, 'größe/名前.txt'), 'utf8')).toBe('ümlaut');
  expect(await readFile(join(target, long), 'utf8')).toBe('deep');
  expect(await readFile(join(target, '.Dockerfile'), 'utf8')).toBe('FROM scratch\n');
  expect(await readlink(join(target, 'bin/current'))).toBe('../main.py');
  expect((await lstat(join(target, 'run.sh'))).mode & 0o777).toBe(0o755);
  expect((await lstat(join(target, 'main.py'))).mode & 0o777).toBe(0o644);
  const { stdout } = await run('tar', ['-tvzf', packed, '--numeric-owner', '--utc']);
  for (const line of stdout.trim().split('\n')) expect(line).toMatch(/ 0\/0 .*1970-01-01/);
});

test('the gzip header holds no time', async () => {
  await using files = await checkout({ a: '' });
  expect((await archive(files.root)).readUInt32LE(4)).toBe(0);
});

test('an archive of nothing is a valid one', async () => {
  expect(gunzipSync(await archiveOf([], {})).equals(Buffer.alloc(1024))).toBe(true);
});
