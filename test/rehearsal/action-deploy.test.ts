import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ActionRun, type ActionRunner, actionRunner, asAdmin, edit } from '../support/action.ts';

const shop = 'test/fixtures/shop';
const project = 'shop-staging';

interface Metadata {
  readonly service: string;
  readonly workloads: readonly {
    name: string;
    kind: string;
    revision: string;
    url?: string;
    changed: boolean;
  }[];
}

async function provisioned(): Promise<ActionRunner> {
  const runner = await actionRunner(shop, project);
  const run = await runner.run('provision', { secret_env: 'MAIL_KEY=mail-key-0123456789' });
  expect(run.code).toBe(0);
  return runner;
}

async function buildAndDeploy(runner: ActionRunner, service: string): Promise<ActionRun> {
  const built = await runner.run('build', { service });
  expect(built.code).toBe(0);
  return await runner.run('deploy-service', { service });
}

function metadata(run: ActionRun): Metadata {
  return JSON.parse(run.outputs.metadata ?? '{}') as Metadata;
}

interface Stored {
  readonly latestReadyRevision?: string;
  readonly invokerIamDisabled?: boolean;
  readonly ingress?: string;
  readonly template?: {
    readonly vpcAccess?: { readonly egress?: string };
    readonly containers?: readonly {
      readonly image?: string;
      readonly env?: readonly {
        name: string;
        value?: string;
        valueSource?: { secretKeyRef?: { secret: string; version: string } };
      }[];
    }[];
  };
}

function read(runner: ActionRunner, path: string): Promise<Stored> {
  return asAdmin(runner, 'GET', `v2/projects/${project}/locations/us-central1/${path}`);
}

describe('build', () => {
  test('unchanged sources are not built again, whatever their times; a changed file is', async () => {
    await using runner = await provisioned();
    const first = await runner.run('build', { service: 'web' });
    await writeFile(
      join(runner.workspace, 'web/server.js'),
      await readFile(join(runner.workspace, 'web/server.js')),
    );
    const second = await runner.run('build', { service: 'web' });
    await writeFile(join(runner.workspace, 'web/server.js'), 'console.log("changed");\n');
    const third = await runner.run('build', { service: 'web' });
    expect(first.outputs).toMatchObject({ skipped: 'false' });
    expect(second.outputs).toMatchObject({
      skipped: 'true',
      image: first.outputs.image,
      digest: first.outputs.digest,
    });
    expect(second.writes).toEqual([]);
    expect(third.outputs.skipped).toBe('false');
    expect(third.outputs.digest).not.toBe(first.outputs.digest);
  });

  test('a failing step ends the action with its log and nothing is deployed from it', async () => {
    await using runner = await provisioned();
    await edit(runner, 'web/Dockerfile', 'COPY server.js ./', 'COPY nowhere.js ./');
    const run = await runner.run('build', { service: 'web' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('BUILD_FAILED');
    expect(run.log).toContain('nowhere.js');
    const deployed = await runner.run('deploy-service', { service: 'web' });
    expect(deployed.log).toContain('IMAGE_NOT_BUILT');
    expect(deployed.writes).toEqual([]);
  });

  test('a credential in the context is refused before anything is uploaded', async () => {
    await using runner = await provisioned();
    await writeFile(join(runner.workspace, 'web/.env'), 'PASSWORD=x\n');
    const run = await runner.run('build', { service: 'web' });
    expect(run.code).toBe(1);
    expect(run.log).toContain('SECRET_IN_CONTEXT');
    expect(run.log).toContain('.env');
    expect(run.requests).toEqual([]);
  });

  test('plan finds what building would find', async () => {
    await using runner = await actionRunner(shop, project);
    await edit(runner, 'web/Dockerfile', 'COPY server.js ./', 'COPY nowhere.js ./');
    await edit(runner, 'orders/Dockerfile', 'EXPOSE 5000', 'EXPOSE 5001');
    const run = await runner.run('plan');
    expect(run.code).toBe(1);
    expect(run.log).toMatch(/title=COPY_SOURCE_MISSING,file=web\/Dockerfile,line=3/);
    expect(run.log).toMatch(/title=PORT_NOT_EXPOSED,file=deploy\.yaml,line=\d+/);
    expect(run.requests).toEqual([]);
  });
});

describe('deploy-service', () => {
  test('from nothing: the app and its worker run the image by digest, with secrets pinned to versions', async () => {
    await using runner = await provisioned();
    const run = await buildAndDeploy(runner, 'orders');
    expect(run.code).toBe(0);
    expect(run.outputs.url).toMatch(/^https:\/\/shop-orders-\d{12}\.us-central1\.run\.app$/);
    expect(metadata(run).workloads.map(({ name, kind }) => [name, kind])).toEqual([
      ['shop-orders', 'service'],
      ['shop-orders-worker', 'worker pool'],
    ]);
    for (const path of ['services/shop-orders', 'workerPools/shop-orders-worker']) {
      const have = await read(runner, path);
      const container = have.template?.containers?.[0];
      expect(container?.image).toBe(run.outputs.image);
      expect(container?.image).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(container?.env?.find(({ name }) => name === 'MAIL_KEY')?.valueSource?.secretKeyRef).toEqual({
        secret: 'shop-mail-key',
        version: '1',
      });
      expect(have.template?.vpcAccess?.egress).toBe('PRIVATE_RANGES_ONLY');
    }
  });

  test('unchanged: no write and no new revision', async () => {
    await using runner = await provisioned();
    const first = await buildAndDeploy(runner, 'orders');
    const second = await runner.run('deploy-service', { service: 'orders' });
    expect(second.code).toBe(0);
    expect(second.writes).toEqual([]);
    expect(second.outputs).toMatchObject({
      changed: 'false',
      revision: first.outputs.revision,
      worker_revision: first.outputs.worker_revision,
    });
  });

  test('one changed variable: one new revision of the service and of its worker', async () => {
    await using runner = await provisioned();
    const first = await buildAndDeploy(runner, 'orders');
    await edit(runner, 'deploy.yaml', 'app: { port: 5000', 'env: { LEVEL: debug }\n    app: { port: 5000');
    const second = await runner.run('deploy-service', { service: 'orders' });
    expect(second.code).toBe(0);
    expect(second.outputs.changed).toBe('true');
    expect(second.outputs.revision).not.toBe(first.outputs.revision);
    expect(second.outputs.worker_revision).not.toBe(first.outputs.worker_revision);
    expect(second.outputs.image).toBe(first.outputs.image);
  });

  test('another number of worker instances makes no revision', async () => {
    await using runner = await provisioned();
    const first = await buildAndDeploy(runner, 'orders');
    await edit(runner, 'deploy.yaml', 'memory: 1Gi }', 'memory: 1Gi, instances: 3 }');
    const second = await runner.run('deploy-service', { service: 'orders' });
    expect(second.writes).toHaveLength(1);
    expect(second.outputs.worker_revision).toBe(first.outputs.worker_revision);
  });

  test('a revision that does not become ready fails the step with the message, and the old one serves on', async () => {
    await using runner = await provisioned();
    const first = await buildAndDeploy(runner, 'web');
    await edit(runner, 'deploy.yaml', 'app: { port: 8080', 'app: { port: 9090');
    const second = await runner.run('deploy-service', { service: 'web' });
    expect(second.code).toBe(1);
    expect(second.log).toContain('PORT=9090');
    expect(second.summary).toContain('PORT=9090');
    const have = await read(runner, 'services/shop-web');
    expect(have.latestReadyRevision?.endsWith(`/${first.outputs.revision}`)).toBe(true);
    await edit(runner, 'deploy.yaml', 'app: { port: 9090', 'app: { port: 8080');
    const third = await runner.run('deploy-service', { service: 'web' });
    expect(third.code).toBe(0);
  });

  test('the caller of an internal service may invoke it and goes through the VPC', async () => {
    await using runner = await provisioned();
    await buildAndDeploy(runner, 'orders');
    await buildAndDeploy(runner, 'web');
    const policy = (await read(runner, 'services/shop-orders:getIamPolicy')) as { bindings?: unknown };
    expect(policy.bindings).toEqual([
      {
        role: 'roles/run.invoker',
        members: [`serviceAccount:sa-shop-web@${project}.iam.gserviceaccount.com`],
      },
    ]);
    const web = await read(runner, 'services/shop-web');
    expect(web).toMatchObject({ ingress: 'INGRESS_TRAFFIC_ALL', invokerIamDisabled: true });
    expect(web.template?.vpcAccess?.egress).toBe('ALL_TRAFFIC');
    const url = web.template?.containers?.[0]?.env?.find(({ name }) => name === 'ORDERS_URL')?.value;
    expect(url).toMatch(/^https:\/\/shop-orders-\d{12}\.us-central1\.run\.app\/v1$/);
  });

  test('a dry run says what would change and changes nothing', async () => {
    await using runner = await provisioned();
    await runner.run('build', { service: 'web' });
    const run = await runner.run('deploy-service', { service: 'web', dry_run: 'true' });
    expect(run.code).toBe(0);
    expect(run.outputs.changed).toBe('true');
    expect(run.writes).toEqual([]);
  });
});
