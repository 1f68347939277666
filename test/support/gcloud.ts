import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, vi } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../src/emulator/emulator.ts';
import { owner, project, type TestCloud, testCloud } from './emulator.ts';

export interface GcloudRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was printed under `--format=json`. Throws with everything that gcloud said when that is not JSON. */
  json<T>(): T;
}

export interface Gcloud extends AsyncDisposable {
  /** A folder of its own for the files that commands name; commands run in it. */
  readonly folder: string;
  /** Runs `gcloud ...words`, with that text as its standard input. */
  run(words: readonly string[], input?: string): Promise<GcloudRun>;
  /** Runs it and gives its standard output. Rejects with what it complained about when it fails. */
  ok(...words: string[]): Promise<string>;
  /** The same with `--format=json`. */
  json<T>(...words: string[]): Promise<T>;
  /** Runs what must fail and gives what it says, exit code first: `1: ERROR: (gcloud.secrets.create) ...`. */
  refused(...words: string[]): Promise<string>;
  /** Runs the lines in bash, as somebody who pastes them from a page. Stops at the first that fails. */
  shell(lines: string): Promise<GcloudRun>;
}

/** A run is most of a second of Python, so more of them at once only make each other slow. */
const turn = turns(2);

/** `test.concurrent`, or a skipped test and a loud line about what was not checked where there is no gcloud on the PATH. */
export function testWithGcloud(unchecked: string): typeof test.concurrent {
  if (gcloudIsHere()) {
    // Tests of a file wait for each other's commands.
    vi.setConfig({ testTimeout: 180_000 });
    return test.concurrent;
  }
  process.stderr.write(`\n*** SKIPPED: no gcloud on the PATH, so it was NOT CHECKED ${unchecked}. ***\n\n`);
  return test.skip as typeof test.concurrent;
}

function gcloudIsHere(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'gcloud'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The real gcloud as that user, with the emulator as its proxy and Google's own host names in the requests. Its home and
 * its configuration are in a temporary folder, so the one of whoever runs the tests is neither read nor changed.
 */
export async function gcloudFor(
  emulator: Emulator,
  options: { project: string; user: string },
): Promise<Gcloud> {
  const folder = await mkdtemp(join(tmpdir(), 'aethercast-gcloud-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, emulator.userToken(options.user), { mode: 0o600 });
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    ...emulator.environment('proxy'),
    CLOUDSDK_CONFIG: join(folder, 'config'),
    CLOUDSDK_CORE_PROJECT: options.project,
    // Otherwise it looks for the metadata server of a virtual machine first.
    CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
  };
  const start = (program: string, words: readonly string[], input = ''): Promise<GcloudRun> =>
    turn(() => execute(program, words, { environment, folder, input }));
  const run = (words: readonly string[], input?: string) => start('gcloud', words, input);
  return {
    folder,
    run,
    ok: async (...words) => succeeded(await run(words), words).stdout,
    json: async <T>(...words: string[]) => succeeded(await run([...words, '--format=json']), words).json<T>(),
    refused: async (...words) => {
      const { code, stderr } = await run(words);
      if (code === 0) throw new Error(`gcloud ${words.join(' ')} was not refused`);
      return `${code}: ${stderr}`;
    },
    // Without --norc it takes the pipe for a login from another machine and reads the machine's own settings.
    shell: (lines) => start('bash', ['--norc', '-euo', 'pipefail', '-c', lines]),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function succeeded(run: GcloudRun, words: readonly string[]): GcloudRun {
  if (run.code === 0) return run;
  throw new Error(`gcloud ${words.join(' ')} ended with ${run.code}:\n${run.stderr}`);
}

/** A test's own cloud with its owner's gcloud. */
export async function cloudWithGcloud(
  options: Partial<EmulatorOptions> = {},
): Promise<AsyncDisposable & { readonly cloud: TestCloud; readonly gcloud: Gcloud }> {
  const cloud = await testCloud(options);
  const gcloud = await gcloudFor(cloud.emulator, { project: project.id, user: owner });
  return {
    cloud,
    gcloud,
    [Symbol.asyncDispose]: async () => {
      await gcloud[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

/** Lets that many tasks run at a time; the others wait in the order in which they came. */
function turns(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function execute(
  program: string,
  words: readonly string[],
  place: { environment: Record<string, string>; folder: string; input: string },
): Promise<GcloudRun> {
  return new Promise((done, failed) => {
    const child = spawn(program, words, { env: place.environment, cwd: place.folder, stdio: 'pipe' });
    const [printed, complained]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
    child.on('error', failed);
    // A command that refuses its words ends before it reads its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(place.input);
    child.on('close', (code) => {
      const stdout = Buffer.concat(printed).toString('utf8');
      const stderr = Buffer.concat(complained).toString('utf8');
      done({ code: code ?? -1, stdout, stderr, json: <T>() => parse<T>(stdout, stderr) });
    });
  });
}

function parse<T>(stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (error) {
    throw new Error(`gcloud did not print JSON:\n${stdout}\n${stderr}`, { cause: error });
  }
}
