import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { actionNames } from '../scripts/action-names.ts';
import { median } from './measure.ts';
import type { Report } from './report.ts';

const execute = promisify(execFile);
const runs = 15;
const ncc = join('node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');

/** From the start of a process to its first line, for each bundle and for one of `@actions/core` alone. */
export async function benchStart(): Promise<Report> {
  // Within the project, so that the bundler finds the package.
  const folder = await mkdtemp('.bench-');
  try {
    const source = join(folder, 'core.mjs');
    await writeFile(source, "import { info } from '@actions/core';\ninfo('ready');\n");
    await execute(process.execPath, [ncc, 'build', source, '-o', join(folder, 'dist'), '-m', '--no-cache']);
    const files = [
      ['@actions/core alone', join(folder, 'dist', 'index.mjs')] as const,
      ...actionNames.map((name) => [name, join('actions', name, 'dist', 'index.js')] as const),
    ];
    const times = new Map<string, number[]>(files.map(([name]) => [name, []]));
    // In turns, so that a machine that slows down slows all of them down.
    for (let round = 0; round < runs; round++) {
      for (const [name, file] of files) times.get(name)?.push(await firstLine(file));
    }
    const base = median(times.get('@actions/core alone') ?? []);
    return {
      title: 'Start: from process start to first line',
      head: ['bundle', 'median ms', 'times core alone'],
      rows: files.map(([name]) => {
        const middle = median(times.get(name) ?? []);
        return [name, middle.toFixed(1), (middle / base).toFixed(2)];
      }),
      notes: [`Median of ${runs} runs, in turns. The bar is 1.6 times.`],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function firstLine(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [file], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let first: number | undefined;
    child.stdout.once('data', () => {
      first = performance.now() - started;
      child.kill();
    });
    child.on('error', reject);
    child.on('close', () =>
      first === undefined
        ? reject(new Error(`${file} printed nothing; npm run bundle makes the bundles`))
        : resolve(first),
    );
  });
}
