import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSourceTree } from '../../src/build/source-tree.ts';
import { checkout, type Tree } from './build-case.ts';

async function pathsOf(tree: Tree, dockerfile = 'Dockerfile'): Promise<string[]> {
  await using files = await checkout(tree);
  return (await readSourceTree(files.root, join(files.root, dockerfile))).map(({ path }) => path);
}

describe('what the ignore file leaves in', () => {
  test.each<[string, Tree, string[]]>([
    ['all without one', { Dockerfile: '', 'a/b/c': '', z: '' }, ['Dockerfile', 'a/b/c', 'z']],
    [
      'a folder is taken out with all that is in it',
      { '.dockerignore': 'node_modules\n.dockerignore', 'node_modules/x/y.js': '', 'index.js': '' },
      ['index.js'],
    ],
    [
      'a name counts from the root and not in every folder',
      { '.dockerignore': '.dockerignore\ntests', 'tests/a': '', 'app/tests/a': '' },
      ['app/tests/a'],
    ],
    [
      'two stars count in every folder',
      { '.dockerignore': '.dockerignore\n**/*.pyc', 'a.pyc': '', 'x/y/b.pyc': '', 'x/y/b.py': '' },
      ['x/y/b.py'],
    ],
    [
      'a file under a folder that is out is taken back in',
      {
        '.dockerignore': '.dockerignore\nvendor\n!vendor/keep/me.txt',
        'vendor/a': '',
        'vendor/keep/me.txt': '',
      },
      ['vendor/keep/me.txt'],
    ],
    [
      'the last line that matches counts',
      { '.dockerignore': '*\n!src\nsrc/secret', 'src/a': '', 'src/secret/b': '', c: '' },
      ['src/a'],
    ],
    [
      'comments, blank lines and Windows line ends',
      { '.dockerignore': '# a comment\r\n\r\nout\r\n.dockerignore\r\n', out: '', '# a comment': '', in: '' },
      ['# a comment', 'in'],
    ],
    [
      'the ignore file of the Dockerfile wins over the one of the context',
      {
        '.dockerignore': '*',
        'web.Dockerfile.dockerignore': 'out\n*ignore',
        'web.Dockerfile': '',
        out: '',
        in: '',
      },
      ['in', 'web.Dockerfile'],
    ],
  ])('%s', async (_, tree, expected) => {
    const dockerfile = 'web.Dockerfile' in tree ? 'web.Dockerfile' : 'Dockerfile';
    expect(await pathsOf(tree, dockerfile)).toEqual(expected);
  });

  test('the ignore file of a Dockerfile outside of the context counts too', async () => {
    await using files = await checkout({
      'docker/web.Dockerfile': '',
      'docker/web.Dockerfile.dockerignore': 'out',
      'app/in': '',
      'app/out': '',
      'app/.dockerignore': 'in',
    });
    const tree = await readSourceTree(join(files.root, 'app'), join(files.root, 'docker/web.Dockerfile'));
    expect(tree.map(({ path }) => path)).toEqual(['.dockerignore', 'in']);
  });
});

test.each(['', '!gha-creds-1.json\n!**/gha-creds-*.json', '!**'])(
  'credentials of google-github-actions/auth are never taken, whatever the ignore file says (%o)',
  async (ignore) => {
    const tree = {
      '.dockerignore': ignore,
      'gha-creds-1.json': '{}',
      'deep/er/gha-creds-0a1b.json': '{}',
      'gha-creds.json': 'not theirs',
    };
    expect(await pathsOf(tree)).toEqual(['.dockerignore', 'gha-creds.json']);
  },
);

test('the repository itself is never taken, neither its folder nor the file of a submodule', async () => {
  const tree = { '.git/config': 'token', 'sub/.git': 'gitdir: ..', '.gitignore': 'x', 'sub/a': '' };
  expect(await pathsOf(tree)).toEqual(['.gitignore', 'sub/a']);
});

test('files come in the order of their bytes, on every machine', async () => {
  const tree = { b: '', 'a/z': '', 'a-b': '', 'a.b': '', B: '', ä: '', 'a/B': '' };
  expect(await pathsOf(tree)).toEqual(['B', 'a-b', 'a.b', 'a/B', 'a/z', 'b', 'ä']);
});

test('an executable is told from a file, and a link from what it points to', async () => {
  await using files = await checkout({
    'run.sh': { run: 'same' },
    'text.sh': 'same',
    'real/inside': 'x',
    folder: { link: 'real' },
    dangling: { link: '../nowhere' },
  });
  const tree = await readSourceTree(files.root, join(files.root, 'Dockerfile'));
  expect(tree).toMatchObject([
    { path: 'dangling', kind: 'link', target: '../nowhere', executable: false },
    { path: 'folder', kind: 'link', target: 'real' },
    { path: 'real/inside', kind: 'file', size: 1 },
    { path: 'run.sh', kind: 'file', executable: true },
    { path: 'text.sh', kind: 'file', executable: false },
  ]);
  expect(tree[3]?.sha256).toBe(tree[4]?.sha256);
});

describe('what a !pattern names', () => {
  test.each<[string, string, boolean]>([
    ['the file itself', '!certs/ca.pem', true],
    ['the file from the root', '!/certs/ca.pem', true],
    ['its kind', '!**/*.pem', true],
    ['its kind in its folder', '!certs/*.pem', true],
    ['its folder', '!certs', false],
    ['all of its folder', '!certs/**', false],
    ['all of its folder, with one star', '!certs/*', false],
    ['another file', '!certs/other.pem', false],
    ['the file, to be left out', 'certs/other.pem', false],
  ])('%s: %s', async (_, line, takenBack) => {
    await using files = await checkout({ '.dockerignore': `*.md\n${line}\n`, 'certs/ca.pem': '' });
    const tree = await readSourceTree(files.root, join(files.root, 'Dockerfile'));
    expect(tree.find(({ path }) => path === 'certs/ca.pem')?.takenBack).toBe(takenBack);
  });
});

test('an empty folder has no files, and one that is not there fails', async () => {
  await using files = await checkout({});
  await mkdir(join(files.root, 'empty'));
  expect(await readSourceTree(join(files.root, 'empty'), '')).toEqual([]);
  await expect(readSourceTree(join(files.root, 'nowhere'), '')).rejects.toMatchObject({ code: 'ENOENT' });
});
