import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';
import { noServer } from '../support/estate.ts';

const shop = 'test/fixtures/shop';
const project = 'shop-staging';

async function built(service: string): Promise<ActionRunner> {
  const runner = await actionRunner(shop, project);
  const provisioned = await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
  expect(provisioned.code).toBe(0);
  expect((await runner.run('build', { service })).code).toBe(0);
  return runner;
}

function deploy(
  runner: ActionRunner,
  service: string,
  inputs: Record<string, string> = {},
): Promise<ActionRun> {
  return runner.run('deploy-service', { service, ...inputs });
}

async function lineOf(runner: ActionRunner, text: string): Promise<number> {
  const lines = (await readFile(join(runner.workspace, 'deploy.yaml'), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** The annotation of that code, by the line that it stands at. */
function annotation(run: ActionRun, code: string): { line: number; text: string } | undefined {
  const found = new RegExp(`::error title=${code},file=deploy\\.yaml,line=(\\d+)[^:]*::(.*)`).exec(run.log);
  return found ? { line: Number(found[1]), text: found[2] ?? '' } : undefined;
}

describe('a revision that does not become ready', () => {
  test('nothing listens on its port: the line of the port, and the old revision serves on', async () => {
    await using runner = await built('web');
    const first = await deploy(runner, 'web');
    await edit(runner, 'deploy.yaml', 'port: 8080', 'port: 9090');
    const run = await deploy(runner, 'web');
    expect(run.code).toBe(1);
    expect(annotation(run, 'PORT_NOT_LISTENED')).toMatchObject({ line: await lineOf(runner, 'port: 9090') });
    expect(run.summary).toContain('PORT_NOT_LISTENED');
    expect(run.summary).toContain(`\`${first.outputs.revision}\` goes on serving`);
  });

  test('a module that the image does not have: the line of the -A of the worker, and what it wrote', async () => {
    await using runner = await built('orders');
    await asAdmin(runner, 'POST', '_emulator/answers', {
      workerPool: 'shop-orders-worker',
      start: { exitCode: 1, log: ["ModuleNotFoundError: No module named 'main'"] },
    });
    const run = await deploy(runner, 'orders');
    expect(run.code).toBe(1);
    expect(annotation(run, 'MODULE_MISSING')).toMatchObject({ line: await lineOf(runner, 'main:app') });
    expect(run.log).toContain("  | ModuleNotFoundError: No module named 'main'");
    expect(run.summary).toContain("No module named 'main'");
  });

  test('a secret that its account may not read: the line of the variable', async () => {
    await using runner = await built('web');
    const secret = `v1/projects/${project}/secrets/shop-session-key`;
    const policy = await asAdmin<{ etag: string }>(runner, 'GET', `${secret}:getIamPolicy`);
    await asAdmin(runner, 'POST', `${secret}:setIamPolicy`, { policy: { etag: policy.etag, bindings: [] } });
    const run = await deploy(runner, 'web');
    expect(run.code).toBe(1);
    expect(annotation(run, 'SECRET_NOT_READABLE')).toMatchObject({
      line: await lineOf(runner, 'SESSION_KEY'),
    });
    expect(run.log).toContain('shop-web has no earlier revision');
  });

  test('words of the container are text on the page of the run, and no command in the log', async () => {
    await using runner = await built('web');
    const start = { exitCode: 1, log: ['<img src=x> & more', '::error::made up'] };
    await asAdmin(runner, 'POST', '_emulator/answers', { service: 'shop-web', start });
    const run = await deploy(runner, 'web');
    expect(run.summary).toContain('&lt;img src=x&gt; &amp; more');
    expect(run.summary).not.toContain('<img');
    expect(run.log).not.toMatch(/^\s*::error::made up/m);
    const withoutFile = {
      config: '',
      service: 'shop-web',
      project_id: project,
      image: 'us-docker.pkg.dev/cloudrun/container/hello',
    };
    const dropIn = await runner.run('deploy-service', withoutFile);
    expect(dropIn.log).toContain('made up');
    expect(dropIn.log).not.toMatch(/^\s*::error::made up/m);
  });

  test('a log that may not be read does not hide what failed', async () => {
    await using runner = await built('web');
    await asAdmin(runner, 'POST', '_emulator/answers', { service: 'shop-web', start: { exitCode: 1 } });
    runner.emulator.faults.add({ path: '/entries:list', status: 403, times: Number.POSITIVE_INFINITY });
    const run = await deploy(runner, 'web');
    expect(run.code).toBe(1);
    expect(run.log).toContain('did not become ready');
    expect(run.summary).toContain('Its log cannot be read');
  });

  test('what Cloud Run would not even take: the line of the workload, and nothing has changed', async () => {
    await using runner = await built('web');
    const first = await deploy(runner, 'web');
    await edit(runner, 'deploy.yaml', 'app: { port: 8080', 'app: { concurrency: 7, port: 8080');
    const message = 'template.containers[0].ports: not these';
    runner.emulator.faults.add({ method: 'PATCH', path: '/services/shop-web', status: 400, message });
    const run = await deploy(runner, 'web');
    expect(run.code).toBe(1);
    expect(annotation(run, 'REFUSED')).toMatchObject({
      line: await lineOf(runner, 'app: { concurrency: 7'),
      text: expect.stringContaining(message),
    });
    expect(run.log).toContain(`${message}. Mend what the message names`);
    expect((await deploy(runner, 'web', { dry_run: 'true' })).outputs.changed).toBe('true');
    expect(first.outputs.revision).toBe('shop-web-aaaaaaa-1');
  });

  test('an image that is gone: the message of Google, and the next run mends it', async () => {
    await using runner = await built('web');
    const first = await deploy(runner, 'web');
    const broken = `${first.outputs.image?.split('@')[0]}@sha256:${'f'.repeat(64)}`;
    const run = await deploy(runner, 'web', { image: broken });
    expect(run.code).toBe(1);
    expect(annotation(run, 'IMAGE_NOT_FOUND')?.text).toContain('f'.repeat(64));
    const next = await deploy(runner, 'web');
    expect(next.code).toBe(0);
    expect(next.outputs.url).toBe(first.outputs.url);
  });
});

describe('likely causes beside the line that they come from', () => {
  test('an image for another kind of processor: the line of the build', async () => {
    await using runner = await built('web');
    await edit(runner, 'web/Dockerfile', 'FROM node:24-slim', 'FROM --platform=linux/arm64 node:24-slim');
    expect((await runner.run('build', { service: 'web' })).code).toBe(0);
    const run = await deploy(runner, 'web');
    expect(run.code).toBe(1);
    expect(annotation(run, 'IMAGE_WRONG_PLATFORM')).toMatchObject({
      line: await lineOf(runner, 'web/Dockerfile'),
      text: expect.stringContaining('linux/amd64'),
    });
    expect(run.summary).toContain('IMAGE_WRONG_PLATFORM');
  });

  test('more memory than there is: the line of memory, and the words of the system', async () => {
    await using runner = await built('orders');
    const first = await deploy(runner, 'orders');
    expect(first.code).toBe(0);
    await edit(runner, 'deploy.yaml', 'memory: 1Gi', 'memory: 600Mi');
    await asAdmin(runner, 'POST', '_emulator/answers', {
      workerPool: 'shop-orders-worker',
      start: { exitCode: 137, log: ['Memory limit of 600 MiB exceeded with 612 MiB used.'] },
    });
    const run = await deploy(runner, 'orders');
    expect(run.code).toBe(1);
    expect(annotation(run, 'OUT_OF_MEMORY')).toMatchObject({
      line: await lineOf(runner, 'memory: 600Mi'),
      text: expect.stringContaining('600Mi'),
    });
    expect(run.summary).toContain('OUT_OF_MEMORY');
    expect(run.summary).toContain('Memory limit of 600 MiB exceeded');
  });

  test('Cloud SQL without the role: the line that refers to the database', async () => {
    await using runner = await actionRunner('test/fixtures/walk', 'walk-staging', { postgres: noServer });
    const secret_env = 'MAIL_KEY=mail-key-0123456789';
    const provisioned = await runner.run('provision', { secret_env });
    expect(provisioned, provisioned.log).toMatchObject({ code: 0 });
    const policy = await asAdmin<{ bindings: { role: string }[] }>(
      runner,
      'POST',
      'v1/projects/walk-staging:getIamPolicy',
      {},
    );
    const bindings = policy.bindings.filter(({ role }) => role !== 'roles/cloudsql.client');
    expect(bindings.length).toBeLessThan(policy.bindings.length);
    await asAdmin(runner, 'POST', 'v1/projects/walk-staging:setIamPolicy', {
      policy: { ...policy, bindings },
    });
    const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
    const run = await deploy(runner, 'worker-side', { image });
    expect(run.code).toBe(1);
    expect(annotation(run, 'CLOUD_SQL_NOT_REACHABLE')).toMatchObject({
      line: await lineOf(runner, 'database.host'),
      text: expect.stringContaining('roles/cloudsql.client'),
    });
    expect(run.summary).toContain('CLOUD_SQL_NOT_REACHABLE');
  });
});

describe('a secret that Cloud Run refuses though the right is there', () => {
  const refuseOnce = (runner: ActionRunner, secret: string): void => {
    const account = `sa-shop-web@${project}.iam.gserviceaccount.com`;
    const message = `spec.template.spec.containers[0].env[0]: Permission denied on secret: projects/1/secrets/${secret}/versions/1 for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role`;
    const operation = {
      api: 'run.googleapis.com',
      action: 'reconcile',
      code: 'FAILED_PRECONDITION',
      message,
    };
    runner.emulator.faults.add({ operation });
  };
  const environment = { AETHERCAST_TIME_SCALE: '50' };

  test('is waited for: the right counts a moment later, and another revision is made', async () => {
    await using runner = await built('web');
    refuseOnce(runner, 'shop-session-key');
    const run = await runner.run('deploy-service', { service: 'web' }, { environment });
    expect(run.code).toBe(0);
    expect(run.outputs.revision).toBe('shop-web-aaaaaaa-2');
  });

  test('of which the policy knows nothing: it is not waited for', async () => {
    await using runner = await built('web');
    refuseOnce(runner, 'shop-mail-key');
    const run = await runner.run('deploy-service', { service: 'web' }, { environment });
    expect(run.code).toBe(1);
    expect(run.log).toContain('SECRET_NOT_READABLE');
  });
});
