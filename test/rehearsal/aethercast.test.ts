import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const example = resolve('examples/aethercast');
let folder: string;
let code: number | null;
let out = '';

interface Entry {
  readonly id: string;
  readonly path: string;
  readonly principal?: string;
  readonly status: number;
  readonly write: boolean;
  readonly ignored?: readonly string[];
}

interface Service {
  readonly app?: { readonly name?: string };
  readonly worker?: { readonly name?: string };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-aethercast-'));
  const words = [resolve('src/cli.ts'), 'rehearse', example, '--plain'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  [code] = (await once(child, 'close')) as [number | null];
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (file: string) => readFile(join(folder, '.rehearsal', file), 'utf8');

async function journal(): Promise<Entry[]> {
  const lines = (await read('journal.jsonl')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Entry);
}

describe('the whole Aethercast deployment, rehearsed', () => {
  test('ends well, and the second run writes nothing', () => {
    expect(out).toMatch(/First run: {3}success/);
    expect(out).toMatch(/Second run: {2}success, 0 writes/);
    expect(code).toBe(0);
  });

  test('shows every service and worker of deploy.yaml with revision and digest', async () => {
    const { name, services } = parse(await readFile(join(example, 'deploy.yaml'), 'utf8')) as {
      name: string;
      services: Record<string, Service>;
    };
    const expected = Object.entries(services).flatMap(([key, { app, worker }]) => [
      ...(app ? [app.name ?? `${name}-${key}`] : []),
      ...(worker ? [worker.name ?? `${name}-${key}-worker`] : []),
    ]);
    expect(expected).toHaveLength(16);
    for (const workload of expected) {
      expect(out).toMatch(
        new RegExp(
          `^${workload} +(service|worker pool) +${workload}-[0-9a-f]{7}-1 +sha256:[0-9a-f]{12}`,
          'm',
        ),
      );
    }
  });

  test('no request got in unauthenticated, and none was refused for want of a right', async () => {
    const entries = await journal();
    const open = new Set(['sts.token', 'github.oidc.token', 'run.invoke']);
    // The smoke test of a public service comes as a stranger would.
    const anonymous = entries.filter(({ id, principal }) => !principal && !open.has(id));
    expect(entries.length).toBeGreaterThan(400);
    expect(anonymous.map(({ id, path }) => `${id} ${path}`)).toEqual([]);
    expect(entries.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  });

  test('no request carries what only Google writes', async () => {
    const entries = await journal();
    const bodies = entries.filter(({ write }) => write);
    expect(bodies.length).toBeGreaterThan(100);
    expect(entries.flatMap(({ id, ignored = [] }) => ignored.map((path) => `${id} ${path}`))).toEqual([]);
  });

  test('leaves the report, the summary, the journal and the state', async () => {
    const files = await readdir(join(folder, '.rehearsal'));
    expect(files).toEqual(
      expect.arrayContaining(['report.html', 'summary.md', 'journal.jsonl', 'state.json']),
    );
    expect(await read('summary.md')).toContain('aethercast-api-gateway');
  });
});
