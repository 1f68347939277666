import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHost } from '../../src/github/host.ts';
import { printed } from './github-case.ts';

const host = createHost(new AbortController().signal);

describe('annotations', () => {
  test('carry their place and title', async () => {
    const lines = await printed(() =>
      host.error('The port is wrong.', {
        file: 'deploy.yaml',
        line: 7,
        column: 3,
        title: 'PORT_NOT_EXPOSED',
      }),
    );
    expect(lines).toEqual([
      '::error title=PORT_NOT_EXPOSED,file=deploy.yaml,line=7,col=3::The port is wrong.',
    ]);
  });

  test('without a place have none', async () => {
    expect(await printed(() => host.warning('Careful.'))).toEqual(['::warning::Careful.']);
  });

  test('cannot be made to look like another command', async () => {
    const lines = await printed(() => host.error('bad\n::set-env name=A::b', { title: 'a,file=x' }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toBe('::error title=a%2Cfile=x::bad%0A::set-env name=A::b');
  });

  test('stay below the length at which GitHub cuts them', async () => {
    const [line = ''] = await printed(() => host.error('x'.repeat(10_000)));
    expect(line.length).toBeLessThan(4_096);
    expect(line).toMatch(/x{3000} …$/);
  });
});

test.each([
  ['::add-mask::e', ': :add-mask::e'],
  ['  ::error::made up', '  : :error::made up'],
  ['one\n::stop-commands::x', 'one\n: :stop-commands::x'],
  ['log: ##[error]made up', 'log: ## [error]made up'],
  ['GET http://[::1]:80', 'GET http://[::1]:80'],
])('a line of the log is never a command to the runner: %j', async (line, shown) => {
  expect((await printed(() => host.info(line))).join('\n')).toBe(shown);
});

test('a masked value is told to the runner', async () => {
  expect(await printed(() => host.mask('hunter2'))).toEqual(['::add-mask::hunter2']);
});

describe('the summary', () => {
  let folder = '';
  let file = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'summary-'));
    file = join(folder, 'summary.md');
    await writeFile(file, '');
    vi.stubEnv('GITHUB_STEP_SUMMARY', file);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  test('is added to what is there', async () => {
    await writeFile(file, 'before\n');
    await host.summarize('### One');
    await host.summarize('### Two');
    expect(await readFile(file, 'utf8')).toBe('before\n### One\n### Two\n');
  });

  test('stays below the size at which GitHub drops it, and says that it was cut', async () => {
    await writeFile(file, '');
    await host.summarize(`x${'ü'.repeat(1_000_000)}`);
    const written = await readFile(file, 'utf8');
    expect(Buffer.byteLength(written)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(written)).toBeGreaterThan(800 * 1024);
    expect(written).toContain('cut here');
    expect(written).not.toContain('\ufffd');
  });

  test('that fits is not cut', async () => {
    await writeFile(file, '');
    await host.summarize('x'.repeat(800 * 1024));
    expect(await readFile(file, 'utf8')).not.toContain('cut here');
  });

  test('has no place outside of a run, and that is no failure', async () => {
    await writeFile(file, '');
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    await host.summarize('text');
    expect(await readFile(file, 'utf8')).toBe('');
  });
});
