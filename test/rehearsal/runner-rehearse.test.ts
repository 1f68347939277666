import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Rehearses the smallest example in a folder of its own. `onOutput` may interrupt it. */
async function rehearseMinimal(
  words: readonly string[],
  onOutput: (text: string, interrupt: () => void) => void = () => undefined,
): Promise<{ code: number | null; out: string }> {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const child = spawn(
    process.execPath,
    [join(root, 'src/cli.ts'), 'rehearse', join(root, 'examples/minimal'), ...words],
    { cwd: folder, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      onOutput(out, () => child.kill('SIGINT'));
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

test('a deployment is rehearsed twice, leaves nothing to do, and is reported in files that need no network', async () => {
  const { code, out } = await rehearseMinimal([]);
  expect(out).toMatch(/First run: {3}success, [1-9]\d* writes/);
  expect(out).toMatch(/Second run: {2}success, 0 writes/);
  expect(out).toMatch(/hello-web +service +hello-web-[0-9a-f]{7}-1 +sha256:[0-9a-f]{12}/);
  expect(code).toBe(0);
  const files = await readdir(join(folder, '.rehearsal'));
  expect(files).toEqual(expect.arrayContaining(['journal.jsonl', 'report.html', 'state.json', 'summary.md']));
  const report = await readFile(join(folder, '.rehearsal', 'report.html'), 'utf8');
  expect(report).not.toMatch(/<link|<img|<iframe|\ssrc=|url\(|@import/i);
  expect(report).toContain('ready to deploy');
  // The workspaces are removed.
  expect((await readdir(join(folder, 'tmp'))).filter((name) => name.startsWith('rehearsal-'))).toEqual([]);
});

test('an interrupted rehearsal ends with 130, runs nothing more and leaves no workspace behind', async () => {
  let sent = false;
  const { code, out } = await rehearseMinimal(['--plain'], (text, interrupt) => {
    if (sent || !text.includes('started   deploy')) return;
    sent = true;
    interrupt();
  });
  expect(code).toBe(130);
  expect(out).not.toContain('The same again');
  expect((await readdir(join(folder, 'tmp'))).filter((name) => name.startsWith('rehearsal-'))).toEqual([]);
});

test('an input that the workflow does not have is refused before anything is started', async () => {
  const { code, out } = await rehearseMinimal(['--input', 'bogus=1']);
  expect(out).toContain('no such input: bogus');
  expect(out).not.toContain('Rehearsing');
  expect(code).toBe(1);
});
