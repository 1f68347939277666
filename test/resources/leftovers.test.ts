import { describe, expect, test } from 'vitest';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, shop } from '../support/resources.ts';

const media = 'buckets: { media: { name: "acme-media-1" } }';
const web = '  web: { image: "nginx:1.29", roles: [aiplatform.user], app: {} }';
const jobs =
  '  jobs: { image: "nginx:1.29", roles: [aiplatform.user, storage.objectViewer@media], secrets: { KEY: shop-key, OWN: shop-own }, app: {} }';
const withJobs = shop(
  media,
  'secrets: { shop-key: { generate: 20 }, shop-own: { generate: 20 } }',
  'services:',
  web,
  jobs,
);
const withoutJobs = shop(media, 'secrets: { shop-key: { generate: 20 } }', 'services:', web);
const retired = `serviceAccount:sa-shop-jobs@${project.id}.iam.gserviceaccount.com`;

/** Where a member holds a role: the paths of the policies that name it. */
async function holdings(cloud: TestCloud, member: string): Promise<string[]> {
  const p = project.id;
  const policies = [
    ['project', 'POST', `/v1/projects/${p}:getIamPolicy`],
    ['bucket', 'GET', '/storage/v1/b/acme-media-1/iam'],
    ['shop-key', 'GET', `/v1/projects/${p}/secrets/shop-key:getIamPolicy`],
    ['shop-own', 'GET', `/v1/projects/${p}/secrets/shop-own:getIamPolicy`],
  ] as const;
  const found: string[] = [];
  for (const [name, method, path] of policies) {
    const { body } = await cloud.asOwner(method, path, method === 'POST' ? {} : undefined);
    if (JSON.stringify(body).includes(member)) found.push(name);
  }
  return found;
}

describe('the account of a service that went out of deploy.yaml', () => {
  test('is listed and keeps its rights until prune takes them away, and stays itself', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, withJobs);
    const everywhere = ['project', 'bucket', 'shop-key', 'shop-own'];
    expect(await holdings(cloud, retired)).toEqual(everywhere);

    const without = await provision(cloud.emulator, withoutJobs);
    expect([without.changes, without.writes]).toEqual([[], []]);
    expect(without.left).toMatchObject([{ address: 'service_account/sa-shop-jobs', whose: 'ours' }]);
    expect(without.left[0]?.next).toContain('`prune: true`');
    expect(await holdings(cloud, retired)).toEqual(everywhere);

    const pruned = await provision(cloud.emulator, withoutJobs, { prune: true });
    expect(failures(pruned.outcomes)).toEqual([]);
    expect(brief(pruned.changes)).toEqual([
      'policy/project update roles/aiplatform.user',
      'policy/bucket/acme-media-1 update roles/storage.objectViewer',
      'policy/secret/shop-key update roles/secretmanager.secretAccessor',
      'retired_accounts update secret/shop-own roles/secretmanager.secretAccessor',
    ]);
    expect(await holdings(cloud, retired)).toEqual([]);
    // What the other service holds is as it was.
    expect(await holdings(cloud, 'sa-shop-web')).toEqual(['project']);

    const again = await provision(cloud.emulator, withoutJobs, { prune: true });
    expect([again.changes, again.writes]).toEqual([[], []]);
    expect(again.left).toHaveLength(1);
  });

  test('is told by its mark alone: an account of somebody else keeps what it has', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, withJobs);
    const account = `/v1/projects/${project.id}/serviceAccounts/sa-shop-jobs@${project.id}.iam.gserviceaccount.com`;
    await cloud.asOwner('PATCH', account, {
      serviceAccount: { description: 'taken over by the data team' },
      updateMask: 'description',
    });
    const pruned = await provision(cloud.emulator, withoutJobs, { prune: true });
    expect([pruned.left, pruned.writes]).toEqual([[], []]);
    expect(await holdings(cloud, retired)).toEqual(['project', 'bucket', 'shop-key', 'shop-own']);
  });
});

const calling = (way: 'nat' | 'dns'): string =>
  shop(
    `network: { internal_calls: ${way} }`,
    'services:',
    '  inner: { image: "nginx:1.29", app: { ingress: internal } }',
    `  outer: { image: "nginx:1.29", env: { INNER: "\${services.inner.url}" }, app: {} }`,
  );
const router = `/compute/v1/projects/${project.id}/regions/us-central1/routers/shop-network-router`;
const zone = `/dns/v1/projects/${project.id}/managedZones/shop-network-run-app`;

describe('what the other way of internal calls left', () => {
  test.each([
    ['nat', 'dns', router, 'router/shop-network-router'],
    ['dns', 'nat', zone, 'dns_zone/shop-network-run-app'],
  ] as const)(
    'from %s to %s: stays and is listed, and goes with prune',
    async (before, after, path, address) => {
      await using cloud = await testCloud();
      await provision(cloud.emulator, calling(before));
      const switched = await provision(cloud.emulator, calling(after));
      expect(failures(switched.outcomes)).toEqual([]);
      expect(switched.left).toMatchObject([{ address, whose: 'ours' }]);
      expect((await cloud.asOwner('GET', path)).status).toBe(200);

      const pruned = await provision(cloud.emulator, calling(after), { prune: true });
      expect(failures(pruned.outcomes)).toEqual([]);
      expect(brief(pruned.changes)).toEqual([`${address} delete`]);
      expect(pruned.left).toEqual([]);
      expect((await cloud.asOwner('GET', path)).status).toBe(404);

      const again = await provision(cloud.emulator, calling(after), { prune: true });
      expect([again.changes, again.writes, again.left]).toEqual([[], [], []]);
    },
  );

  test('a router of that name that somebody else made is foreign, and stays with prune as well', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, calling('dns'));
    await cloud.asOwner('POST', router.slice(0, router.lastIndexOf('/')), {
      name: 'shop-network-router',
      network: `projects/${project.id}/global/networks/shop-network`,
    });
    const pruned = await provision(cloud.emulator, calling('dns'), { prune: true });
    expect(pruned.left).toMatchObject([{ address: 'router/shop-network-router', whose: 'foreign' }]);
    expect(pruned.writes).toEqual([]);
    expect((await cloud.asOwner('GET', router)).status).toBe(200);
  });

  test('a zone into which somebody put a record stays, with what to do', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, calling('dns'));
    const record = { name: 'mine.run.app.', type: 'A', ttl: 60, rrdatas: ['10.0.0.9'] };
    await cloud.asOwner('POST', `${zone}/changes`, { additions: [record] });
    await provision(cloud.emulator, calling('nat'));
    const pruned = await provision(cloud.emulator, calling('nat'), { prune: true });
    expect(pruned.left[0]?.next).toContain('mine.run.app. A');
    expect(pruned.writes).toEqual([]);
    expect((await cloud.asOwner('GET', zone)).status).toBe(200);
  });
});
