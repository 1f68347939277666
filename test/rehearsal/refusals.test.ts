import { describe, expect, test } from 'vitest';
import { type ActionRunner, actionRunner, asAdmin, edit, seedOf } from '../support/action.ts';

/** What Google refuses, as the person sees it who runs the action. */

const shop = 'test/fixtures/shop';
const project = 'shop-staging';
const location = `projects/${project}/locations/us-central1`;
const secretEnv = { secret_env: 'MAIL_KEY=mail-key-0123456789' };

async function built(service: string): Promise<ActionRunner> {
  const runner = await actionRunner(shop, project);
  expect((await runner.run('provision', secretEnv)).code).toBe(0);
  expect((await runner.run('build', { service })).code).toBe(0);
  return runner;
}

/** The lines that a person reads: annotations, without the debug lines and masks. */
function errors(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.startsWith('::error'))
    .join('\n');
}

describe('what Cloud Run refuses', () => {
  test('an image that is not in the registry', async () => {
    await using runner = await built('web');
    const image = `us-central1-docker.pkg.dev/${project}/shop/web@sha256:${'0'.repeat(64)}`;
    const run = await runner.run('deploy-service', { service: 'web', image });
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('IMAGE_NOT_FOUND');
    expect(errors(run.log)).toMatch(/did not become ready: .*not found/i);
  });

  test('a tag that is not in the registry, before anything is sent to Cloud Run', async () => {
    await using runner = await built('web');
    const image = `us-central1-docker.pkg.dev/${project}/shop/web:v9`;
    const run = await runner.run('deploy-service', { service: 'web', image });
    expect(errors(run.log)).toContain('IMAGE_NOT_FOUND');
    expect(run.writes).toEqual([]);
  });

  test('a secret that the service account cannot read', async () => {
    await using runner = await built('orders');
    const secret = `v1/projects/${project}/secrets/shop-mail-key`;
    const policy = await asAdmin<{ etag: string }>(runner, 'GET', `${secret}:getIamPolicy`);
    await asAdmin(runner, 'POST', `${secret}:setIamPolicy`, { policy: { etag: policy.etag, bindings: [] } });
    const run = await runner.run('deploy-service', { service: 'orders' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('Permission denied on secret');
    expect(run.log).toContain('shop-mail-key');
    const healed = await runner.run('provision', secretEnv);
    expect(healed.writes).toHaveLength(1);
  });

  test('a service account that does not exist', async () => {
    await using runner = await built('web');
    const account = `sa-shop-web@${project}.iam.gserviceaccount.com`;
    await asAdmin(runner, 'DELETE', `v1/projects/${project}/serviceAccounts/${account}`);
    const run = await runner.run('deploy-service', { service: 'web' });
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('sa-shop-web');
  });

  test('a container that does not listen on the port', async () => {
    await using runner = await built('web');
    await edit(runner, 'deploy.yaml', 'app: { port: 8080', 'app: { port: 9090');
    const run = await runner.run('deploy-service', { service: 'web' });
    expect(errors(run.log)).toContain('failed to start and listen on the port');
    expect(errors(run.log)).toContain('PORT=9090');
  });

  test('a first revision without traffic, before anything is sent to Cloud Run', async () => {
    await using runner = await built('web');
    const run = await runner.run('deploy-service', { service: 'web', no_traffic: 'true' });
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('NO_EARLIER_REVISION: shop-web does not exist yet');
    expect(errors(run.log)).toContain('a first revision gets all traffic. Leave out no_traffic');
    expect(run.writes).toEqual([]);
  });

  test('a deployer that may not act as the service account', async () => {
    await using runner = await built('web');
    const account = `v1/projects/${project}/serviceAccounts/sa-shop-web@${project}.iam.gserviceaccount.com`;
    const policy = await asAdmin<{ etag: string }>(runner, 'POST', `${account}:getIamPolicy`, {});
    await asAdmin(runner, 'POST', `${account}:setIamPolicy`, { policy: { etag: policy.etag, bindings: [] } });
    const run = await runner.run('deploy-service', { service: 'web' });
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('PERMISSION_DENIED');
    expect(errors(run.log)).toContain('roles/iam.serviceAccountUser');
  });
});

describe('what others refuse', () => {
  test('a bucket whose name belongs to somebody else', async () => {
    const other = { id: 'other-company', number: '987654321098' };
    const owner = [{ role: 'roles/owner', members: ['user:stranger@example.com'] }];
    await using runner = await actionRunner(shop, project, {
      projects: [...seedOf(project), { ...other, bindings: owner }],
    });
    const answer = await fetch(`${runner.emulator.url}/storage/v1/b?project=${other.id}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${runner.emulator.userToken('stranger@example.com')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: `shop-media-${project}` }),
    });
    expect(answer.status).toBe(200);
    const run = await runner.run('provision', secretEnv);
    expect(run.code).toBe(1);
    expect(run.log).toContain('BUCKET_NAME_TAKEN');
  });

  test('a policy that somebody else changes at the same moment is read again and keeps both changes', async () => {
    await using runner = await actionRunner(shop, project);
    runner.emulator.faults.add({
      method: 'POST',
      path: /secrets\/shop-mail-key:setIamPolicy$/,
      status: 409,
      message:
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      times: 2,
    });
    const run = await runner.run('provision', secretEnv);
    expect(run.code).toBe(0);
    const policy = await asAdmin<{ bindings: { role: string }[] }>(
      runner,
      'GET',
      `v1/projects/${project}/secrets/shop-mail-key:getIamPolicy`,
    );
    expect(policy.bindings.map(({ role }) => role)).toEqual(['roles/secretmanager.secretAccessor']);
  });

  test('a build whose service account may not push', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const repository = `v1/${location}/repositories/shop`;
    const policy = await asAdmin<{ etag: string }>(runner, 'GET', `${repository}:getIamPolicy`);
    await asAdmin(runner, 'POST', `${repository}:setIamPolicy`, {
      policy: { etag: policy.etag, bindings: [] },
    });
    const run = await runner.run('build', { service: 'web' });
    expect(run.code).toBe(1);
    expect(errors(run.log)).toContain('BUILD_FAILED');
    expect(run.log).toMatch(/artifactregistry\.repositories\.uploadArtifacts|PUSH/);
  });
});
