import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The workflows around a deployment, from the command line, as examples/aethercast has them, on a smaller application. */

// Real processes and a real PostgreSQL on a machine that may be busy: the limits are no measurements.
const patience = 5 * 60_000;
const cli = resolve('src/cli.ts');
const opened = { action: 'opened', number: 7, pull_request: {} };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-workflows-'));
  const app = join(folder, 'app');
  await cp('test/fixtures/previewed', app, { recursive: true });
  for (const name of ['plan', 'promote', 'cleanup']) {
    const text = await readFile(`examples/aethercast/.github/workflows/${name}.yml`, 'utf8');
    const own = text.replaceAll('TDA_NEWS_API_KEY', 'MAIL_KEY');
    await writeFile(join(app, `.github/workflows/${name}.yml`), own);
  }
  const text = await readFile(join(app, 'deploy.yaml'), 'utf8');
  const staging = '  staging: { project: shop-staging, database: { deletion_protection: false } }\n';
  const production = '  production: { project: shop-prod }\n';
  const both = text.replace('  staging: { project: shop-staging }\n', staging + production);
  await writeFile(join(app, 'deploy.yaml'), both);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

interface Rehearsal {
  readonly code: number;
  readonly out: string;
  /** A file of `.rehearsal`; empty when it is not there. */
  read(file: string): Promise<string>;
}

/** Each in a folder of its own. */
async function rehearse(
  event: Record<string, unknown> | undefined,
  ...words: readonly string[]
): Promise<Rehearsal> {
  const cwd = await mkdtemp(join(folder, 'run-'));
  const file = join(cwd, 'event.json');
  await writeFile(file, JSON.stringify(event ?? {}));
  const given = event === undefined ? [] : ['--event', file];
  const all = [cli, 'rehearse', join(folder, 'app'), '--plain', ...given, ...words];
  const { code, out } = await new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, all, { cwd, maxBuffer: 2 ** 26 }, (error, printed, errors) =>
      done({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        out: printed + errors,
      }),
    );
  });
  return { code, out, read: (name) => readFile(join(cwd, '.rehearsal', name), 'utf8').catch(() => '') };
}

const rows = (state: string, table: string): readonly string[] => {
  const { tables } = JSON.parse(state) as { tables: Record<string, readonly (readonly [string, unknown])[]> };
  return (tables[table] ?? []).map(([path]) => path.split('/').at(-1) ?? '').sort();
};

test('a preview stands on the deployment of its base, and a second run only renews its claim', {
  timeout: patience,
}, async () => {
  const { code, out, read } = await rehearse(opened, '--workflow', 'preview');
  expect(code, out).toBe(0);
  expect(out).toMatch(/^Before: {6}deploy of staging: success, [1-9]\d* writes/m);
  expect(out).toMatch(/^First run: {3}success, [1-9]\d* writes/m);
  expect(out).toMatch(/^Second run: {2}success, 1 writes.*nothing but the claim of the preview/m);
  expect(out).toMatch(/^pr-7-shop-web +service .*https:\/\/pr-7-shop-web-/m);
  expect(out).not.toMatch(/^shop-web /m);
  expect(out).toContain('As before:   3 workloads of staging');
  expect(rows(await read('state.json'), 'run.services')).toEqual([
    'pr-7-shop-orders',
    'pr-7-shop-web',
    'shop-orders',
    'shop-web',
  ]);
  const comment = await read('comment.md');
  expect(comment).toContain('Preview of shop for #7 is ready');
  expect(comment).toContain('https://pr-7-shop-web-');
  expect(out).toContain('.rehearsal/comment.md');
  const report = await read('report.html');
  expect(report).toMatch(/Comment on pull request 7<\/h2><div><h5>✅ Preview of shop for #7 is ready</);
  expect(await read('summary.md')).toMatch(/^# Before: deploy of staging: success$/m);
});

test('the end of a pull request removes the preview that was made for it before', {
  timeout: patience,
}, async () => {
  const closed = { action: 'closed', number: 7, pull_request: { merged: true } };
  const { code, out, read } = await rehearse(closed, '--workflow', 'preview', '--once');
  expect(code, out).toBe(0);
  expect(out).toMatch(/^Before: {6}preview of pr-7: success/m);
  expect(out).toContain('Removed:     3 workloads of pr-7');
  expect(rows(await read('state.json'), 'run.services')).toEqual(['shop-orders', 'shop-web']);
});

test('a promotion takes what was deployed to staging before, with its digests', {
  timeout: patience,
}, async () => {
  const { code, out, read } = await rehearse(
    undefined,
    ...['--workflow', 'promote', '--input', 'reason=because', '--once'],
  );
  expect(code, out).toBe(0);
  expect(out).toContain('environment production, project shop-prod');
  expect(out).toMatch(/^Before: {6}deploy of staging: success/m);
  expect(out).toMatch(/^shop-web +service +shop-web-\S+ +sha256:/m);
  expect(out).toContain('As before:   3 workloads of staging');
  const state = JSON.parse(await read('state.json')) as {
    tables: Record<string, readonly (readonly [string, { template: { containers: { image: string }[] } }])[]>;
  };
  const digests = (project: string) =>
    (state.tables['run.services'] ?? [])
      .filter(([path]) => path.startsWith(`projects/${project}/`))
      .map(([, { template }]) => template.containers[0]?.image.replace(/^.*@/, ''))
      .sort();
  expect(digests('shop-prod')).toHaveLength(2);
  expect(digests('shop-prod')).toEqual(digests('shop-staging'));
});

test('a plan changes nothing and says on the pull request what there would be to do', {
  timeout: patience,
}, async () => {
  const planned = await rehearse(opened, '--workflow', 'plan');
  expect(planned.code, planned.out).toBe(0);
  expect(planned.out).toMatch(/^Before: {6}deploy of staging: success/m);
  expect(planned.out).toMatch(/^First run: {3}success, 0 writes/m);
  expect(planned.out).toMatch(/^Second run: {2}success, 0 writes/m);
  expect(await planned.read('comment.md')).toContain('nothing to do');
  const empty = await rehearse(opened, '--workflow', 'plan', '--after', 'none', '--once');
  expect(empty.code, empty.out).toBe(0);
  expect(empty.out).not.toContain('Before:');
  expect(await empty.read('comment.md')).not.toContain('nothing to do');
});

test('the scheduled cleanup finds the preview of a pull request that has been closed meanwhile', {
  timeout: patience,
}, async () => {
  const { code, out, read } = await rehearse({ schedule: '17 3 * * *' }, '--workflow', 'cleanup');
  expect(code, out).toBe(0);
  expect(out).toContain('Pull request 1 is closed by now');
  expect(out).toContain('Removed:     3 workloads of pr-1');
  expect(out).toMatch(/^Second run: {2}success, 0 writes/m);
  expect(rows(await read('state.json'), 'run.services')).toEqual(['shop-orders', 'shop-web']);
});

test('a teardown leaves no workload of the environment', { timeout: patience }, async () => {
  const words = [
    '--workflow',
    'cleanup',
    '--input',
    'remove=staging',
    '--input',
    'confirm=staging',
    '--once',
  ];
  const { code, out, read } = await rehearse(undefined, ...words);
  expect(code, out).toBe(0);
  expect(out).toContain('Removed:     3 workloads of staging');
  const state = await read('state.json');
  expect(rows(state, 'run.services')).toEqual([]);
  expect(rows(state, 'run.workerPools')).toEqual([]);
  expect(rows(state, 'sql.instances')).toEqual([]);
});

test('a failure of what stands before ends the rehearsal with its reason', {
  timeout: patience,
}, async () => {
  const broken = 'name: Broken\non: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n';
  const step = '      - run: echo "::error::out of luck" && exit 3\n';
  await writeFile(join(folder, 'app/.github/workflows/broken.yml'), broken + step);
  const { code, out, read } = await rehearse(opened, '--workflow', 'plan', '--after', 'broken');
  expect(code).toBe(1);
  expect(out).toContain('FAILED: a: out of luck');
  expect(out).toContain('FAILED: the workflow was not run');
  expect(out).not.toContain('First run:');
  expect(await read('report.html')).toContain('not ready');
});

test('a commit that nobody knows is named, and so is a workflow that is not there', {
  timeout: patience,
}, async () => {
  const head =
    'name: Other\non: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    permissions: { contents: read }\n';
  const steps = (ref: string) =>
    `    steps:\n      - uses: actions/checkout@v5\n        with: { ref: ${ref} }\n`;
  const file = join(folder, 'app/.github/workflows/other.yml');
  const words = ['--workflow', 'other', '--once'];
  await writeFile(file, head + steps('d'.repeat(40)));
  const unknown = await rehearse(opened, ...words, '--after', 'none');
  expect(unknown.code).toBe(1);
  expect(unknown.out).toContain(`'${'d'.repeat(40)}' could not be found in org/app`);
  for (const ref of [`\${{ github.event.pull_request.base.sha }}`, 'refs/pull/7/head', 'main']) {
    await writeFile(file, head + steps(`'${ref}'`));
    const known = await rehearse(opened, ...words, '--after', 'none');
    expect(known.code, known.out).toBe(0);
  }
  const missing = await rehearse(opened, ...words, '--after', 'nothing-like-it');
  expect(missing.out).toContain('there is no workflow nothing-like-it to run before');
  expect(missing.code).toBe(1);
});
