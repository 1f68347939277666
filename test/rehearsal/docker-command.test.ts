import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installDocker } from '../../src/rehearsal/docker/install.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-test-'));
  await installDocker(join(folder, 'tools'));
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'work', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function docker(words: readonly string[], cwd = '.'): Promise<{ code: number; output: string }> {
  const options = {
    cwd: resolve(folder, 'work', cwd),
    env: { PATH: `${join(folder, 'tools')}:${process.env.PATH}` },
  };
  return await new Promise((done) => {
    execFile('docker', [...words], options, (error, out, errors) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, output: out + errors });
    });
  });
}

const dockerfile = 'ARG BASE=python:3.12\nFROM $BASE\nCOPY app.py .\nCMD ["python", "app.py"]\n';

test('builds a context with its Dockerfile, tags and arguments', async () => {
  await write({ 'app/app.py': 'print(1)', 'app/Dockerfile': dockerfile });
  const words = ['build', '-f', 'app/Dockerfile', '-t', 'web:1', '--build-arg', 'BASE=python:3.13', 'app'];
  const built = await docker(words);
  expect(built).toMatchObject({ code: 0, output: expect.stringContaining('Successfully tagged web:1') });
  expect((await docker(['buildx', 'build', '.'], 'app')).code).toBe(0);
});

test('finds a Dockerfile outside of the context', async () => {
  await write({ 'app/app.py': 'print(1)', 'docker/web.Dockerfile': dockerfile });
  expect((await docker(['build', '-f', '../docker/web.Dockerfile', '.'], 'app')).code).toBe(0);
});

test.each([
  ['a file that is not in the context', { Dockerfile: dockerfile }, ['build', '.'], 1, 'app.py'],
  [
    'a file that is ignored',
    { Dockerfile: dockerfile, 'app.py': '', '.dockerignore': 'app.py' },
    ['build', '.'],
    1,
    'app.py',
  ],
  ['an unknown instruction', { Dockerfile: 'FROM x\nCOPPY a b\n' }, ['build', '.'], 1, 'COPPY'],
  ['no Dockerfile', { 'app.py': '' }, ['build', '.'], 1, 'Dockerfile'],
  ['no context', { Dockerfile: dockerfile }, ['build', 'nowhere'], 1, 'nowhere'],
  ['an unknown flag', { Dockerfile: dockerfile }, ['build', '--fast', '.'], 125, 'unknown flag: --fast'],
  ['another verb', { Dockerfile: dockerfile }, ['run', 'web'], 1, 'docker build'],
])('fails like docker on %s', async (_, files, words, code, told) => {
  await write(files as unknown as Record<string, string>);
  const { code: ended, output } = await docker(words);
  expect(output).toContain(told);
  expect(output).not.toContain('    at ');
  expect(ended).toBe(code);
});
