/**
 * Which tests call which routes of the emulator: recorded by running the contract tests, kept in
 * `docs/emulator-checks.json`, shown by the ledger.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Routes } from '../src/emulator/routes.ts';
import type { Api } from '../src/emulator/service.ts';
import type { RecordedCall } from '../test/support/ledger.ts';

/** Route (`GET /v1/things/{thing}`) → tests and real clients that call it. */
export type Checks = Readonly<Record<string, readonly string[]>>;

const file = 'docs/emulator-checks.json';

/** How the clients that nobody here wrote name themselves. */
const realClients: readonly (readonly [RegExp, string])[] = [
  [/\bgcloud\//, 'gcloud'],
  [/cloud-sql-(nodejs-)?connector/, "Google's Cloud SQL connector"],
  [/google-api-nodejs-client|google-cloud-sdk-nodejs/, "Google's auth library"],
  [/terraform/i, 'Terraform'],
];

export async function readChecks(): Promise<Checks> {
  return JSON.parse(await readFile(file, 'utf8')) as Checks;
}

/** Runs the contract tests and writes down what they call. Throws when a test fails. */
export async function recordChecks(apis: readonly Api[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-ledger-'));
  const record = join(folder, 'calls.jsonl');
  await writeFile(record, '');
  const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/contract'], {
    stdio: 'inherit',
    env: { ...process.env, EMULATOR_LEDGER: record },
  });
  const [code] = (await once(vitest, 'close')) as [number | null];
  const lines = (await readFile(record, 'utf8')).split('\n').filter((line) => line !== '');
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error('a contract test failed: the ledger is not written');
  const checks = collect(
    lines.map((line) => JSON.parse(line) as RecordedCall),
    apis,
  );
  await writeFile(file, `${JSON.stringify(checks, undefined, 2)}\n`);
}

function collect(calls: readonly RecordedCall[], apis: readonly Api[]): Checks {
  const routes = new Routes(apis);
  const found = new Map<string, Set<string>>();
  for (const call of calls) {
    const match = routes
      .find(call.method, call.path, undefined)
      .find((candidate) => candidate.api.name === call.api);
    if (match === undefined) continue;
    const key = `${match.route.method} ${match.route.path}`;
    const by = found.get(key) ?? new Set();
    by.add(call.test.replace(/^test\/contract\//, ''));
    for (const [pattern, name] of realClients) if (pattern.test(call.client)) by.add(name);
    found.set(key, by);
  }
  return Object.fromEntries(
    [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, by]) => [key, [...by].sort()]),
  );
}
