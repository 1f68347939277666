import { describe, expect, test } from 'vitest';
import { type ActionRunner, actionRunner, asAdmin, edit, secretValue } from '../support/action.ts';

const shop = 'test/fixtures/shop';
const project = 'shop-staging';
const secretEnv = { secret_env: 'MAIL_KEY=mail-key-0123456789' };

async function members(runner: ActionRunner, path: string, role: string): Promise<string[]> {
  const policy = (await asAdmin(runner, 'GET', path)) as { bindings?: { role: string; members: string[] }[] };
  return policy.bindings?.find((binding) => binding.role === role)?.members ?? [];
}

/** Bootstrap is run by a person who may administer the project; here the caller of the bundle is that person. */
async function makeOwner(runner: ActionRunner): Promise<void> {
  const deployer = `serviceAccount:deployer@${project}.iam.gserviceaccount.com`;
  const path = `v1/projects/${project}`;
  const { etag, bindings } = await asAdmin<{ etag: string; bindings: object[] }>(
    runner,
    'POST',
    `${path}:getIamPolicy`,
    {},
  );
  const policy = { etag, bindings: [...bindings, { role: 'roles/owner', members: [deployer] }] };
  await asAdmin(runner, 'POST', `${path}:setIamPolicy`, { policy });
}

describe('provision', () => {
  test('a dry run shows the plan and writes nothing', async () => {
    await using runner = await actionRunner(shop, project);
    const run = await runner.run('provision', { ...secretEnv, dry_run: 'true' });
    expect(run.code).toBe(0);
    expect(run.writes).toEqual([]);
    expect(Number(run.outputs.changes)).toBeGreaterThan(20);
    expect(run.summary).toContain('create redis shop-redis');
    expect(run.summary).toContain('deploy.yaml:');
  });

  test('what the plan showed is what the apply does, and the second run does nothing', async () => {
    await using runner = await actionRunner(shop, project);
    const planned = await runner.run('provision', { ...secretEnv, dry_run: 'true' });
    const applied = await runner.run('provision', secretEnv);
    const again = await runner.run('provision', secretEnv);
    const addresses = (json: string | undefined) =>
      (JSON.parse(json ?? '[]') as { address: string }[]).map(({ address }) => address).sort();
    expect(applied.code).toBe(0);
    expect(addresses(applied.outputs.plan)).toEqual(addresses(planned.outputs.plan));
    expect(again.code).toBe(0);
    expect(again.writes).toEqual([]);
    expect(again.outputs.changes).toBe('0');
  });

  test('secrets hold exact bytes: generated once, from the environment without a newline, from Redis', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const generated = await secretValue(runner, 'shop-session-key');
    const broker = await secretValue(runner, 'shop-broker-url');
    expect(generated.value).toMatch(/^[A-Za-z0-9]{48}$/);
    expect((await secretValue(runner, 'shop-mail-key')).value).toBe('mail-key-0123456789');
    expect(broker.value).toMatch(/^redis:\/\/:[^@]+@10\.\d+\.\d+\.\d+:6379\/3$/);
    await runner.run('provision', secretEnv);
    expect(await secretValue(runner, 'shop-session-key')).toEqual(generated);
  });

  test('a changed value makes one new version, an unchanged or missing one makes none', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const changed = await runner.run('provision', { secret_env: 'MAIL_KEY=another-key-987' });
    expect(changed.writes).toHaveLength(1);
    expect(await secretValue(runner, 'shop-mail-key')).toEqual({ number: '2', value: 'another-key-987' });
    const without = await runner.run('provision', {});
    expect(without.code).toBe(0);
    expect(without.writes).toEqual([]);
  });

  test('a secret without a value is named, with its line, before the first write', async () => {
    await using runner = await actionRunner(shop, project);
    const run = await runner.run('provision', {});
    expect(run.code).toBe(1);
    expect(run.log).toContain('SECRET_VALUE_MISSING');
    expect(run.log).toMatch(/deploy\.yaml:\d+ secret shop-mail-key: GitHub secret MAIL_KEY/);
    expect(run.writes).toEqual([]);
  });

  test('each service account gets what its service uses, and no other secret', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const accessors = (secret: string) =>
      members(
        runner,
        `v1/projects/${project}/secrets/${secret}:getIamPolicy`,
        'roles/secretmanager.secretAccessor',
      );
    expect(await accessors('shop-session-key')).toEqual([
      `serviceAccount:sa-shop-web@${project}.iam.gserviceaccount.com`,
    ]);
    expect(await accessors('shop-broker-url')).toEqual([
      `serviceAccount:sa-shop-orders@${project}.iam.gserviceaccount.com`,
    ]);
    const viewers = await members(
      runner,
      `storage/v1/b/shop-media-${project}/iam`,
      'roles/storage.objectViewer',
    );
    expect(viewers).toEqual([`serviceAccount:sa-shop-web@${project}.iam.gserviceaccount.com`]);
  });

  test('bindings of others stay, and a right that was taken away is given again', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const path = `v1/projects/${project}/secrets/shop-mail-key`;
    const policy = await asAdmin<{ etag: string }>(runner, 'GET', `${path}:getIamPolicy`);
    const foreign = { role: 'roles/secretmanager.viewer', members: ['user:auditor@example.com'] };
    await asAdmin(runner, 'POST', `${path}:setIamPolicy`, {
      policy: { etag: policy.etag, bindings: [foreign] },
    });
    const run = await runner.run('provision', secretEnv);
    expect(run.writes).toHaveLength(1);
    expect(await members(runner, `${path}:getIamPolicy`, foreign.role)).toEqual(foreign.members);
    expect(await members(runner, `${path}:getIamPolicy`, 'roles/secretmanager.secretAccessor')).toHaveLength(
      1,
    );
  });

  test('drift of a field is one change, back to what the file says', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    const bucket = `storage/v1/b/shop-media-${project}`;
    await asAdmin(runner, 'PATCH', bucket, { iamConfiguration: { publicAccessPrevention: 'inherited' } });
    const run = await runner.run('provision', secretEnv);
    expect(run.writes).toHaveLength(1);
    expect(run.log).toContain(`change bucket shop-media-${project} (changed outside)`);
    expect(run.log).toContain('iamConfiguration.publicAccessPrevention: inherited → enforced');
    const after = (await asAdmin(runner, 'GET', bucket)) as unknown as {
      iamConfiguration: { publicAccessPrevention: string };
    };
    expect(after.iamConfiguration.publicAccessPrevention).toBe('enforced');
  });

  test('a field that deploy.yaml changed is not called changed outside', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    await edit(runner, 'deploy.yaml', 'media: {}', 'media: { versioning: true }');
    const run = await runner.run('provision', secretEnv);
    expect(run.writes).toHaveLength(1);
    expect(run.log).toContain('versioning.enabled: false → true');
    expect(run.log).not.toContain('changed outside');
  });

  test('a change that needs a replacement is refused and nothing is written', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    await edit(runner, 'deploy.yaml', 'media: {}', 'media: { location: europe-west1 }');
    const run = await runner.run('provision', secretEnv);
    expect(run.code).toBe(1);
    expect(run.log).toContain('DESTRUCTIVE_CHANGE');
    expect(run.writes).toEqual([]);
  });

  test('missing rights are all named with the command that grants them, before the first write', async () => {
    await using runner = await actionRunner(shop, project);
    const policy = await asAdmin<{ etag: string; bindings: { role: string }[] }>(
      runner,
      'POST',
      `v1/projects/${project}:getIamPolicy`,
      {},
    );
    const taken = ['roles/redis.admin', 'roles/storage.admin'];
    const bindings = policy.bindings.filter(({ role }) => !taken.includes(role));
    await asAdmin(runner, 'POST', `v1/projects/${project}:setIamPolicy`, {
      policy: { etag: policy.etag, bindings },
    });
    // Whoever may not list buckets cannot be told what is missing there.
    const run = await runner.run('provision', secretEnv);
    expect(run.code).toBe(1);
    for (const role of taken) {
      expect(run.log).toContain(
        `gcloud projects add-iam-policy-binding ${project} --member=serviceAccount:deployer@${project}.iam.gserviceaccount.com --role=${role}`,
      );
    }
    expect(run.log).toContain('RIGHTS_MISSING');
    expect(run.writes).toEqual([]);
  });

  test('with prune, a right of ours that nothing asks for is taken away; without, it stays', async () => {
    await using runner = await actionRunner(shop, project);
    await runner.run('provision', secretEnv);
    await edit(runner, 'deploy.yaml', 'MAIL_KEY: shop-mail-key', 'MAIL: shop-mail-key');
    await edit(runner, 'deploy.yaml', 'roles: [storage.objectViewer@media, iam', 'roles: [iam');
    const viewers = () =>
      members(runner, `storage/v1/b/shop-media-${project}/iam`, 'roles/storage.objectViewer');
    const before = await viewers();
    expect(before).toHaveLength(1);
    const without = await runner.run('provision', secretEnv);
    expect(without.writes).toEqual([]);
    expect(await viewers()).toEqual(before);
    const pruned = await runner.run('provision', { ...secretEnv, prune: 'true' });
    expect(pruned.code).toBe(0);
    expect(pruned.writes).toHaveLength(1);
    expect(await viewers()).toEqual([]);
    const again = await runner.run('provision', { ...secretEnv, prune: 'true' });
    expect(again.writes).toEqual([]);
  });

  test('of the versions of a secret, the newest `keep` stay enabled', async () => {
    await using runner = await actionRunner(shop, project);
    await edit(runner, 'deploy.yaml', '{ from_env: MAIL_KEY }', '{ from_env: MAIL_KEY, keep: 2 }');
    for (const value of ['first-key-1', 'second-key-2', 'third-key-3']) {
      await runner.run('provision', { secret_env: `MAIL_KEY=${value}` });
    }
    const { versions } = await asAdmin<{ versions: { name: string; state: string }[] }>(
      runner,
      'GET',
      `v1/projects/${project}/secrets/shop-mail-key/versions`,
    );
    const states = versions.map(({ name, state }) => [name.split('/').at(-1), state]);
    expect(Object.fromEntries(states)).toEqual({ 1: 'DISABLED', 2: 'ENABLED', 3: 'ENABLED' });
  });

  test('bootstrap sets up the trust once and prints what the workflows need, with which a job then deploys', async () => {
    await using runner = await actionRunner(shop, project);
    await makeOwner(runner);
    const environment = { GITHUB_REPOSITORY_ID: '43', GITHUB_REPOSITORY_OWNER_ID: '7' };
    const refused = await runner.run('provision', { dry_run: 'true' }, { repositoryId: '43' });
    expect(refused.log).toContain('FEDERATION_REFUSED');
    const run = await runner.run('provision', { bootstrap: 'true' }, { environment });
    expect(run.log).not.toContain('::error');
    const provider = /workload_identity_provider: (\S+)/.exec(run.log)?.[1] ?? '';
    const account = /service_account: (\S+)/.exec(run.log)?.[1] ?? '';
    expect(provider).toMatch(
      /^projects\/\d+\/locations\/global\/workloadIdentityPools\/github\/providers\/staging$/,
    );
    expect(run.log).toContain('Jobs of any workflow of the repository are let in');
    const again = await runner.run('provision', { bootstrap: 'true' }, { environment });
    expect(again.writes).toEqual([]);
    const job = await runner.run(
      'provision',
      { ...secretEnv, dry_run: 'true', workload_identity_provider: provider, service_account: account },
      { repositoryId: '43' },
    );
    expect(job.code).toBe(0);
    expect(job.log).toContain('plan:');
  });

  test('bootstrap lets in the workflows of the suite that it comes from, and takes no path that is none', async () => {
    await using runner = await actionRunner(shop, project);
    await makeOwner(runner);
    const providers = `v1/projects/${project}/locations/global/workloadIdentityPools/github/providers`;
    const inputs = { bootstrap: 'true', repository_id: '43', repository_owner_id: '7' };
    const injected = await runner.run('provision', { ...inputs, trusted_workflows: 'a") || ("" == "' });
    expect(injected.log).toContain('INPUT_INVALID');
    expect([injected.code, injected.writes]).toEqual([1, []]);
    const planned = await runner.run(
      'provision',
      { ...inputs, dry_run: 'true' },
      { environment: { GITHUB_ACTION_REPOSITORY: 'org/aethercast-deploy' } },
    );
    expect(planned.writes).toEqual([]);
    const condition = 'assertion.job_workflow_ref.startsWith(\\"org/aethercast-deploy/.github/workflows/\\")';
    expect(planned.outputs.plan).toContain(condition);
    expect(await asAdmin(runner, 'GET', `${providers}/staging`)).toMatchObject({ error: { code: 404 } });
  });

  test('no value of a secret is printed, put out or written down', async () => {
    await using runner = await actionRunner(shop, project);
    const run = await runner.run('provision', secretEnv);
    const shown = run.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const everything = [
      shown.join('\n'),
      run.summary,
      JSON.stringify(run.outputs),
      JSON.stringify(run.requests),
    ].join('\n');
    const values = runner.emulator.secretValues();
    expect(values.length).toBeGreaterThan(4);
    expect(values.filter((value) => everything.includes(value))).toEqual([]);
  });
});
