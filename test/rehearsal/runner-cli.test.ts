import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

function run(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test.each([
  [['rehearse', '--bogus'], "Unknown option '--bogus'"],
  [['rehearse', 'a', 'b'], 'unexpected: b'],
  [['rehearse', '--input', 'novalue'], '--input novalue: expected KEY=VALUE'],
  [['rehearse', '--latency', 'fast'], '--latency fast: expected zero or typical'],
  [['rehearse', '--time-scale', '0'], '--time-scale 0: expected a number above 0'],
  [['validate'], 'validate needs the file to check'],
  [['explode'], 'there is no command "explode"'],
  [[], 'a command is missing'],
])('%j is refused with exit code 2', (words, message) => {
  const { status, err } = run(...words);
  expect(err).toContain(message);
  expect(err).not.toContain('    at ');
  expect(status).toBe(2);
});

test('a folder without an application is refused without a stack trace', () => {
  const { status, err } = run('rehearse', tmpdir());
  expect(err).toContain('There is no deploy.yaml in');
  expect(err).not.toContain('    at ');
  expect(status).toBe(1);
});

test('validate lists findings as file:line:column with code, message and fix', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  try {
    const file = join(folder, 'deploy.yaml');
    await writeFile(
      file,
      'version: 1\nname: shop\nproject: shop-project\nregion: us-central1\nservices:\n  web:\n    image: us-docker.pkg.dev/cloudrun/container/hello@sha256:' +
        `${'0'.repeat(64)}\n    app: { prot: 8080 }\n`,
    );
    const { status, out } = run('validate', file);
    expect(out).toMatch(/deploy\.yaml:8:\d+ {2}error {2}[A-Z_]+ {2}.*prot/);
    expect(out).toMatch(/fix: .*port/);
    expect(status).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('--help tells the commands', () => {
  const { status, out } = run('--help');
  expect(out).toContain('aethercast-deploy rehearse [folder]');
  expect(status).toBe(0);
});
