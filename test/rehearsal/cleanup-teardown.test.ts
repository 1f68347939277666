import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin } from '../support/action.ts';
import {
  folder,
  Planted,
  plantEnvironment,
  plantPreview,
  projectPolicy,
  projects,
  putObject,
  repository,
  seeds,
  shopDeployment,
} from '../support/cleanup.ts';
import { comparable, noServer } from '../support/estate.ts';

let planted: Planted;

/** Two environments that share a project, a third in its own, and a preview. */
beforeAll(async () => {
  planted = await Planted.by(async (emulator) => {
    await plantEnvironment(emulator, 'staging');
    await plantEnvironment(emulator, 'demo');
    await plantEnvironment(emulator, 'production');
    await plantPreview(emulator, 7, { few: true });
    for (const project of Object.values(projects)) {
      await putObject(emulator, `shop-media-${project}`, 'cat.png');
      await putObject(emulator, `shop-build-${project}`, 'sources.tgz');
    }
  });
}, 180_000);

afterAll(async () => {
  await planted[Symbol.asyncDispose]();
});

async function opened(project: string): Promise<ActionRunner> {
  return await actionRunner(folder, project, {
    projects: seeds(),
    postgres: noServer,
    stateFile: await planted.copy(),
  });
}

const teardown = (runner: ActionRunner, inputs: Record<string, string>): Promise<ActionRun> =>
  runner.run(
    'cleanup',
    { teardown: 'true', ...inputs },
    { environment: { GITHUB_REPOSITORY_ID: repository, AETHERCAST_TIME_SCALE: '60' } },
  );

const production = { environment: 'production', confirm: 'production' };
const staging = { environment: 'staging', confirm: 'staging' };

/** What the emulator holds of a project, without history. */
function estateOf(emulator: Emulator, project: string): string[] {
  return Object.keys(comparable(emulator.snapshot())).filter(
    (key) =>
      key.includes(project) &&
      !/^(\S*deleted|\S*operations|logging|iam\.policies|serviceusage|projects|sql\.reserved)/i.test(key),
  );
}

describe('a teardown', () => {
  test.each([undefined, 'staging', 'Production'])(
    'confirmed as %s is refused before any request',
    async (confirm) => {
      await using runner = await opened(projects.production);
      const before = runner.emulator.journal.length;
      const run = await teardown(runner, { ...production, ...(confirm ? { confirm } : { confirm: '' }) });
      expect(run.code).toBe(1);
      expect(run.log).toContain('NOT_CONFIRMED: The teardown of production is not confirmed');
      expect(run.log).toContain('Type the name into `confirm`: production');
      expect(runner.emulator.journal.length).toBe(before);
    },
  );

  test('of a protected database names it, and needs leave of its own', async () => {
    await using runner = await opened(projects.production);
    const run = await teardown(runner, production);
    expect(run.code).toBe(1);
    expect(run.log).toContain('DELETION_PROTECTED: Cloud SQL instance shop-postgres has deletion protection');
    expect(run.log).toContain('lift_protection: true');
    expect(run.writes).toEqual([]);
  });

  test('as a dry run shows all steps in their order, with what goes and what stays, and changes nothing', async () => {
    await using runner = await opened(projects.production);
    const run = await teardown(runner, { ...production, lift_protection: 'true', dry_run: 'true' });
    expect(run.code).toBe(0);
    expect(run.writes).toEqual([]);
    const steps = JSON.parse(run.outputs.plan ?? '[]') as { address: string }[][];
    const stepOf = (address: string): number =>
      steps.findIndex((changes) => changes.some((change) => change.address === address));
    const order = [
      'run_service/shop-web',
      'sql_instance/shop-postgres',
      'peering/shop-network',
      'address_range/shop-network-services',
      'network/shop-network',
    ].map(stepOf);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(new Set(order).size).toBe(order.length);
    expect(run.log).toMatch(/DELETE sql instance shop-postgres/);
    expect(run.log).toContain('deletion protection: on → off');
    expect(run.log).toContain('all, after a final backup (kept for 30 days)');
    expect(run.log).toContain('stays: bucket/shop-media-shop-production: it holds data');
    expect(run.summary).toContain('| 1 |');
  });

  test('takes everything but data, leaves a final backup, and touches no other project', async () => {
    await using runner = await opened(projects.production);
    const other = () =>
      Object.entries(comparable(runner.emulator.snapshot())).filter(([key]) =>
        key.includes(projects.staging),
      );
    const before = other();
    const run = await teardown(runner, { ...production, lift_protection: 'true', final_backup_days: '90' });
    expect(run.log).not.toContain('CLEANUP_INCOMPLETE');
    expect(run.code).toBe(0);
    expect(run.outputs.remaining).toBe('[]');
    expect(other()).toEqual(before);
    expect(estateOf(runner.emulator, projects.production)).toEqual([
      'iam.serviceAccounts deployer@shop-production.iam.gserviceaccount.com',
      'storage.buckets shop-media-shop-production',
      'storage.objects shop-media-shop-production/cat.png',
      expect.stringContaining('sql.backups projects/shop-production/backups/'),
    ]);
    const policy = JSON.stringify(await projectPolicy(runner.emulator, projects.production));
    expect(policy).toContain('deployer@');
    expect(policy).not.toContain('sa-shop-');
    const { backups } = await asAdmin<{ backups: { name: string; description: string }[] }>(
      runner,
      'GET',
      `v1/projects/${projects.production}/backups`,
    );
    expect(backups).toMatchObject([{ description: 'aethercast-deploy: last of shop production' }]);
    expect(run.log).toContain(`remains: final backup ${backups[0]?.name}`);
    expect(run.log).toContain('remains: bucket/shop-media-shop-production');
    expect(JSON.parse(run.outputs.kept ?? '[]')).toContainEqual({
      what: 'bucket/shop-media-shop-production',
      why: expect.stringContaining('delete_data'),
    });

    const again = await teardown(runner, { ...production, lift_protection: 'true' });
    expect(again.code).toBe(0);
    expect(again.writes).toEqual([]);
  });

  test('with delete_data and without a backup leaves nothing of the data', async () => {
    await using runner = await opened(projects.production);
    const run = await teardown(runner, {
      ...production,
      lift_protection: 'true',
      final_backup: 'false',
      delete_data: 'true',
    });
    expect(run.code).toBe(0);
    expect(run.log).toContain('data: all, without a backup');
    expect(estateOf(runner.emulator, projects.production).filter((key) => /media|backups/.test(key))).toEqual(
      [],
    );
  });

  test('of the environment that previews live off is refused, and names them', async () => {
    await using runner = await opened(projects.staging);
    const run = await teardown(runner, { ...staging, lift_protection: 'true' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('PREVIEWS_ALIVE: 1 previews live off staging: pr-7');
    expect(run.writes).toEqual([]);
  });

  test('lacking a right says so before the first write', async () => {
    await using runner = await opened(projects.production);
    const path = `v1/projects/${projects.production}`;
    const policy = await asAdmin<{ bindings: { role: string }[] }>(
      runner,
      'POST',
      `${path}:getIamPolicy`,
      {},
    );
    const bindings = policy.bindings.map((binding) =>
      binding.role === 'roles/redis.admin' ? { ...binding, role: 'roles/redis.viewer' } : binding,
    );
    await asAdmin(runner, 'POST', `${path}:setIamPolicy`, { policy: { ...policy, bindings } });
    const run = await teardown(runner, { ...production, lift_protection: 'true' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('RIGHTS_MISSING');
    expect(run.log).toContain('roles/redis.admin: redis.instances.delete for redis/shop-redis');
    expect(run.writes).toEqual([]);
  });
});

describe('where two environments share a project', () => {
  test('the other keeps everything that it names, and the plan says for whom', async () => {
    await using runner = await opened(projects.staging);
    const closed = await runner.run(
      'cleanup',
      { environment: 'pr-7', github_token: githubToken(runner) },
      jobOf(runner),
    );
    expect(closed.code).toBe(0);
    const demo = await shopDeployment('demo');
    const run = await teardown(runner, { ...staging, lift_protection: 'true' });
    expect(run.code).toBe(0);
    expect(run.log).toContain('stays: secret/shop-key: the environment demo of deploy.yaml names it as well');
    const left = estateOf(runner.emulator, projects.staging).join('\n');
    for (const { name } of demo.secrets) expect(left).toContain(`/secrets/${name}`);
    for (const { email } of demo.serviceAccounts) expect(left).toContain(email);
    for (const name of [
      'demo-network',
      'demo-postgres',
      'demo-redis',
      'demo-web',
      'demo-jobs',
      'repositories/shop',
    ])
      expect(left).toContain(name);
    for (const name of ['shop-network', 'shop-postgres', 'shop-redis', 'services/shop-web'])
      expect(left).not.toContain(name);
  });
});

/** A job of the repository, as GitHub's REST API of the emulator knows it. */
function githubToken({ emulator }: ActionRunner): string {
  emulator.github.plant({ fullName: 'acme/shop', id: 42, ownerId: 7, visibility: 'private' });
  return emulator.github.issueToken({
    kind: 'job',
    repository: 'acme/shop',
    permissions: { 'pull-requests': 'read', deployments: 'write' },
  });
}

function jobOf({ emulator }: ActionRunner) {
  return {
    environment: {
      GITHUB_REPOSITORY_ID: repository,
      GITHUB_API_URL: emulator.github.apiUrl,
      AETHERCAST_TIME_SCALE: '60',
    },
  };
}
