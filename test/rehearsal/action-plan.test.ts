import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';

const shop = 'test/fixtures/shop';
const project = 'shop-staging';
const mailKey = 'MAIL_KEY=mail-key-0123456789';

async function deployed(): Promise<ActionRunner> {
  const runner = await actionRunner(shop, project);
  await good(runner.run('provision', { secret_env: mailKey }));
  for (const service of ['orders', 'web']) {
    await good(runner.run('build', { service }));
    await good(runner.run('deploy-service', { service, smoke_test: 'never' }));
  }
  return runner;
}

async function good(run: Promise<ActionRun>): Promise<ActionRun> {
  const done = await run;
  expect(done.code, done.log).toBe(0);
  return done;
}

const matrices = ({ outputs }: ActionRun) => ({
  build: JSON.parse(outputs.build_matrix ?? ''),
  deploy: JSON.parse(outputs.deploy_matrix ?? ''),
});

describe('a plan of a project', () => {
  test('with nothing in it: all is to be made, built and deployed, and nothing is written', async () => {
    await using runner = await actionRunner(shop, project);
    const run = await good(runner.run('plan'));
    expect(run.writes.filter(({ host }) => !/^(sts|iamcredentials)\./.test(host))).toEqual([]);
    expect(matrices(run)).toEqual({ build: ['orders', 'web'], deploy: ['orders', 'web'] });
    expect(Number(run.outputs.changes)).toBeGreaterThan(10);
    expect(run.summary).toContain('its first image');
    const findings = JSON.parse(run.outputs.findings ?? '[]') as { code: string; fix: string }[];
    expect(findings.map(({ code }) => code)).toEqual(['SECRET_VALUE_MISSING']);
    expect(findings[0]?.fix).toContain('GitHub secret MAIL_KEY');
  });

  test('that is as asked for has nothing to do; a changed file builds one image and deploys one service', async () => {
    await using runner = await deployed();
    const idle = await good(runner.run('plan'));
    expect(matrices(idle)).toEqual({ build: [], deploy: [] });
    expect(idle.outputs).toMatchObject({ changes: '0', has_builds: 'false', has_deploys: 'false' });
    expect(idle.summary).toContain('nothing to do');

    await writeFile(join(runner.workspace, 'web/server.js'), 'console.log("changed");\n');
    const source = await good(runner.run('plan'));
    expect(matrices(source)).toEqual({ build: ['web'], deploy: ['web'] });
    expect(source.summary).toMatch(/\| web \| to build: other sources than web@sha256:[0-9a-f]{12}/);
    expect(source.summary).toContain('Unchanged: `orders`');

    await edit(runner, 'deploy.yaml', 'orders.url}/v1', 'orders.url}/v2');
    await edit(runner, 'deploy.yaml', 'port: 5000', 'port: 5000, max_instances: 3');
    const config = await good(runner.run('plan'));
    expect(matrices(config)).toEqual({ build: ['web'], deploy: ['orders', 'web'] });
    expect(config.summary).toContain('env.ORDERS_URL: a value → another value');
    expect(config.summary).toContain('maxInstanceCount');
    expect(config.log + config.summary).not.toContain('mail-key-0123456789');
  });

  test('is what the deployment then does', async () => {
    await using runner = await deployed();
    await edit(runner, 'deploy.yaml', 'port: 8080', 'port: 8080, concurrency: 7');
    const plan = await good(runner.run('plan'));
    expect(matrices(plan)).toEqual({ build: [], deploy: ['web'] });
    const orders = await good(runner.run('deploy-service', { service: 'orders', smoke_test: 'never' }));
    expect(orders.outputs.changed).toBe('false');
    const web = await good(runner.run('deploy-service', { service: 'web', smoke_test: 'never' }));
    expect(web.outputs.changed).toBe('true');
    expect(matrices(await good(runner.run('plan')))).toEqual({ build: [], deploy: [] });
  });

  test('a secret that gets a new version deploys who uses it', async () => {
    await using runner = await deployed();
    const run = await good(runner.run('plan', {}, { environment: { MAIL_KEY: 'another-key-0123456789' } }));
    expect(matrices(run)).toEqual({ build: [], deploy: ['orders'] });
    expect(run.summary).toContain('secret shop-mail-key:1 → secret shop-mail-key:(known after apply)');
    expect(run.log + run.summary).not.toContain('another-key-0123456789');
  });

  test('names the rights that the deployer lacks', async () => {
    await using runner = await actionRunner(shop, project);
    const policy = await asAdmin<{ bindings: { role: string }[] }>(
      runner,
      'POST',
      `v3/projects/${project}:getIamPolicy`,
    );
    const bindings = policy.bindings.filter(({ role }) => role !== 'roles/redis.admin');
    await asAdmin(runner, 'POST', `v3/projects/${project}:setIamPolicy`, { policy: { ...policy, bindings } });
    const run = await good(runner.run('plan'));
    expect(run.outputs.findings).toContain('RIGHTS_MISSING');
    expect(run.summary).toContain('roles/redis.admin');
  });
});

describe('a plan without credentials', () => {
  test('checks the file and the sources, says so, and sends nothing', async () => {
    await using runner = await actionRunner(shop, project);
    const run = await good(runner.run('plan', {}, { credentials: 'none' }));
    expect(run.requests).toEqual([]);
    expect(matrices(run)).toEqual({ build: ['orders', 'web'], deploy: ['orders', 'web'] });
    expect(run.outputs.changes).toBeUndefined();
    expect(run.summary).toContain('this job has no credentials');
  });

  test('also where the job may not ask for a token, as for a fork', async () => {
    await using runner = await actionRunner(shop, project);
    const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };
    const run = await good(runner.run('plan', {}, { environment }));
    expect(run.requests).toEqual([]);
    expect(run.summary).toContain('pull requests from forks');
  });

  test('fails with every finding on the page', async () => {
    await using runner = await actionRunner(shop, project);
    await edit(runner, 'deploy.yaml', 'dockerfile: web/Dockerfile', 'dockerfile: web/Dockrfile');
    const run = await runner.run('plan');
    expect(run.code).toBe(1);
    expect(run.requests).toEqual([]);
    expect(run.summary).toContain('BUILD_SOURCE_MISSING');
    expect(run.summary).toContain('Nothing is deployed until the errors are mended.');
  });
});
