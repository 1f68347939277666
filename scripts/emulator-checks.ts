/**
 * Which tests call which routes of the emulator: recorded by running the contract tests, kept in
 * `docs/emulator-checks.json`, shown by the ledger.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Routes } from '../src/emulator/routes.ts';
import type { Api } from '../src/emulator/service.ts';
import type { RecordedCall } from '../test/support/ledger.ts';

/** Route (`GET /v1/things/{thing}`) → what calls it: `iam.test.ts`, or `gcloud in gcloud/deploy.test.ts`. */
export type Checks = Readonly<Record<string, readonly string[]>>;

const execute = promisify(execFile);

const file = 'docs/emulator-checks.json';
const contract = 'test/contract';

/** How the clients that nobody here wrote name themselves. */
const realClients: readonly (readonly [RegExp, string])[] = [
  [/\bgcloud\//, 'gcloud'],
  [/cloud-sql-(nodejs-)?connector/, "Google's Cloud SQL connector"],
  [/google-api-nodejs-client/, "Google's auth library"],
  [/\boctokit-core\.js\//, 'Octokit'],
];

export async function readChecks(): Promise<Checks> {
  return JSON.parse(await readFile(file, 'utf8')) as Checks;
}

/**
 * Runs the contract tests, or those that `filters` name, and writes down what they call; what other tests call stays as
 * it was written. A test file with a failure checks nothing.
 */
export async function recordChecks(apis: readonly Api[], filters: readonly string[]): Promise<void> {
  const { ran, passed, calls } = await runTests(filters.length === 0 ? [contract] : filters);
  const isOf = (name: string, tests: ReadonlySet<string>) => tests.has(name.replace(/^.* in /, ''));
  const checks = new Map<string, Set<string>>();
  for (const [route, names] of Object.entries(await readChecks())) {
    checks.set(route, new Set(names.filter((name) => !isOf(name, ran))));
  }
  for (const [route, name] of collect(calls, apis)) {
    if (isOf(name, passed)) checks.set(route, (checks.get(route) ?? new Set()).add(name));
  }
  const sorted = [...checks]
    .filter(([, names]) => names.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([route, names]) => [route, [...names].sort()] as const);
  await writeFile(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
  // Which short lists stand on one line is the formatter's to say.
  await execute(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file]);
  for (const test of ran) if (!passed.has(test)) console.error(`${test} failed: it checks nothing`);
}

interface TestRun {
  readonly ran: ReadonlySet<string>;
  readonly passed: ReadonlySet<string>;
  readonly calls: readonly RecordedCall[];
}

async function runTests(filters: readonly string[]): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-ledger-'));
  const [record, results] = [join(folder, 'calls.jsonl'), join(folder, 'results.json')];
  await writeFile(record, '');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const vitest = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters],
    {
      stdio: 'inherit',
      env: { ...process.env, EMULATOR_LEDGER: record },
    },
  );
  await once(vitest, 'close');
  const { testResults } = JSON.parse(await readFile(results, 'utf8')) as {
    testResults: { name: string; status: string }[];
  };
  const lines = (await readFile(record, 'utf8')).split('\n').filter((line) => line !== '');
  await rm(folder, { recursive: true });
  const nameOf = (result: { name: string }) => relative(contract, result.name);
  return {
    ran: new Set(testResults.map(nameOf)),
    passed: new Set(testResults.filter((result) => result.status === 'passed').map(nameOf)),
    calls: lines.map((line) => JSON.parse(line) as RecordedCall),
  };
}

function* collect(calls: readonly RecordedCall[], apis: readonly Api[]): Generator<[string, string]> {
  const routes = new Routes(apis);
  for (const call of calls) {
    const match = routes
      .find(call.method, call.path, undefined)
      .find((candidate) => candidate.api.name === call.api);
    if (match === undefined) continue;
    const client = realClients.find(([pattern]) => pattern.test(call.client))?.[1];
    const test = relative(contract, call.test);
    yield [`${match.route.method} ${match.route.path}`, client === undefined ? test : `${client} in ${test}`];
  }
}
