import { describe, expect, test } from 'vitest';
import type { StateSnapshot } from '../../src/emulator/emulator.ts';
import { admit } from '../../src/preview/admission.ts';
import { project, type TestCloud, testCloud } from '../support/emulator.ts';
import { comparable, noServer } from '../support/estate.ts';
import { contextOf, failures, provision, type RunSettings, secretOf } from '../support/resources.ts';

const file = (previews = 'secrets: [api-key]') => `version: 1
name: shop
region: us-central1
environments:
  staging: { project: ${project.id} }
  preview: { extends: staging }
previews: { ${previews} }
buckets: { media: { name: "shop-media-\${project}" } }
database: { instance: shop-pg, name: shop_db, user: shopper }
redis: {}
secrets:
  api-key: { from_env: API_KEY }
  session: { generate: 32 }
  broker: { value: "\${redis.url}/3" }
  cache: { value: "\${redis.url}/1" }
  db-url: { value: "\${database.url}" }
services:
  web:
    build: { context: web }
    env: { MEDIA: "\${buckets.media}" }
    secrets: { API_KEY: api-key, SESSION: session, BROKER: broker, CACHE: cache, DB_URL: db-url }
    roles: [storage.objectViewer@media]
    app: {}
`;

const repositoryId = '4711';
const staging: RunSettings = { environment: 'staging', repositoryId, values: { API_KEY: 'from staging' } };
const preview = (number: number): RunSettings => ({ environment: `pr-${number}`, repositoryId });

async function admitHere(cloud: TestCloud, number: number, text = file(), commit = 'c0ffee'.repeat(6)) {
  return await admit(contextOf(cloud.emulator, text, preview(number)), commit, { dryRun: false });
}

async function withStaging(text = file()): Promise<TestCloud> {
  const cloud = await testCloud({ postgres: noServer });
  const run = await provision(cloud.emulator, text, staging);
  expect(failures(run.outcomes)).toEqual([]);
  return cloud;
}

/** What there is, without what belongs to previews: their members in shared policies. */
function withoutPreviews(snapshot: StateSnapshot): Readonly<Record<string, unknown>> {
  const rows = Object.entries(comparable(snapshot)).filter(([key]) => !/pr-\d|_pr_\d/.test(key));
  return Object.fromEntries(rows.map(([key, value]) => [key, withoutMembers(value)]));
}

function withoutMembers(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => typeof item !== 'string' || !item.includes('pr-')).map(withoutMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMembers(inner)]));
}

describe('a preview beside the environment that it copies', () => {
  test('has everything of its own, leaves that one as it was, and is done the second time', async () => {
    await using cloud = await withStaging();
    const before = withoutPreviews(cloud.emulator.snapshot());
    await admitHere(cloud, 7);
    const run = await provision(cloud.emulator, file(), preview(7));
    expect(failures(run.outcomes)).toEqual([]);
    expect(withoutPreviews(cloud.emulator.snapshot())).toEqual(before);

    expect(await secretOf(cloud, 'pr-7-api-key')).toBe('from staging');
    expect(await secretOf(cloud, 'pr-7-session')).not.toBe(await secretOf(cloud, 'session'));
    expect(await secretOf(cloud, 'pr-7-broker')).toMatch(/:6379\/2$/);
    expect(await secretOf(cloud, 'pr-7-cache')).toMatch(/:6379\/0$/);
    expect(await secretOf(cloud, 'pr-7-db-url')).toContain('shopper_pr_7');
    expect(await secretOf(cloud, 'pr-7-db-url')).toContain('/shop_db_pr_7?');
    const databases = await cloud.asOwner('GET', `/v1/projects/${project.id}/instances/shop-pg/databases`);
    expect(JSON.stringify(databases.body)).toContain('shop_db_pr_7');

    const again = await provision(cloud.emulator, file(), preview(7));
    expect([again.changes, again.writes]).toEqual([[], []]);
    const base = await provision(cloud.emulator, file(), staging);
    expect([base.changes, base.writes]).toEqual([[], []]);
  });

  test('carries its labels, and its accounts say the same in words', async () => {
    await using cloud = await withStaging();
    await admitHere(cloud, 7);
    await provision(cloud.emulator, file(), preview(7));
    const labels = {
      'managed-by': 'aethercast-deploy',
      deployment: 'shop',
      environment: 'pr-7',
      'pull-request': '7',
      repository: repositoryId,
    };
    const bucket = await cloud.asOwner('GET', `/storage/v1/b/pr-7-shop-media-${project.id}`);
    expect(bucket.body.labels).toMatchObject(labels);
    const secret = await cloud.asOwner('GET', `/v1/projects/${project.id}/secrets/pr-7-session`);
    expect(secret.body.labels).toMatchObject(labels);
    const email = `pr-7-sa-shop-web@${project.id}.iam.gserviceaccount.com`;
    const account = await cloud.asOwner('GET', `/v1/projects/${project.id}/serviceAccounts/${email}`);
    expect(account.body.description).toContain(
      `aethercast-deploy deployment=shop environment=pr-7 repository=${repositoryId}`,
    );
  });

  test('follows a new value of the secret that it has a copy of, and a value given for it wins', async () => {
    await using cloud = await withStaging();
    await admitHere(cloud, 7);
    await provision(cloud.emulator, file(), preview(7));
    await provision(cloud.emulator, file(), { ...staging, values: { API_KEY: 'a new one' } });
    await provision(cloud.emulator, file(), preview(7));
    expect(await secretOf(cloud, 'pr-7-api-key')).toBe('a new one');
    await provision(cloud.emulator, file(), { ...preview(7), values: { API_KEY: 'for previews' } });
    expect(await secretOf(cloud, 'pr-7-api-key')).toBe('for previews');
    expect(await secretOf(cloud, 'api-key')).toBe('a new one');
  });

  test('is not alone: two at once share nothing but what both share', async () => {
    await using cloud = await withStaging();
    const before = withoutPreviews(cloud.emulator.snapshot());
    await admitHere(cloud, 7);
    await admitHere(cloud, 8);
    const runs = await Promise.all(
      [7, 8].map((number) => provision(cloud.emulator, file(), preview(number))),
    );
    expect(runs.flatMap(({ outcomes }) => failures(outcomes))).toEqual([]);
    expect(withoutPreviews(cloud.emulator.snapshot())).toEqual(before);
    const urls = await Promise.all(
      ['pr-7-broker', 'pr-7-cache', 'pr-8-broker', 'pr-8-cache', 'broker', 'cache'].map((name) =>
        secretOf(cloud, name),
      ),
    );
    expect(urls.map((url) => Number(url.split('/').at(-1)))).toEqual([2, 0, 5, 4, 3, 1]);
    const passwords = ['pr-7-', 'pr-8-', ''].map((front) => secretOf(cloud, `${front}shop-pg-password`));
    expect(new Set(await Promise.all(passwords)).size).toBe(3);
  });

  test('may have a Redis of its own', async () => {
    const text = file('secrets: [api-key], redis: instance');
    await using cloud = await withStaging(text);
    await admitHere(cloud, 7, text);
    const run = await provision(cloud.emulator, text, preview(7));
    expect(failures(run.outcomes)).toEqual([]);
    const [own, base] = await Promise.all([secretOf(cloud, 'pr-7-broker'), secretOf(cloud, 'broker')]);
    expect(own).toMatch(/\/3$/);
    expect(own).not.toBe(base);
    expect((await provision(cloud.emulator, text, preview(7))).writes).toEqual([]);
  });
});

describe('a preview that has nothing to stand on', () => {
  test('of an environment that was never deployed is refused in one sentence, and makes nothing', async () => {
    await using cloud = await testCloud({ postgres: noServer });
    await admitHere(cloud, 7);
    const before = comparable(cloud.emulator.snapshot());
    await expect(provision(cloud.emulator, file(), preview(7))).rejects.toMatchObject({
      code: 'BASE_NOT_DEPLOYED',
      next: expect.stringMatching(/^Deploy staging first\./),
    });
    expect(comparable(cloud.emulator.snapshot())).toEqual(before);
  });

  test('needs what its pull request adds to the environment to be deployed there first', async () => {
    const text = file();
    await using cloud = await withStaging(
      text
        .replace('redis: {}\n', '')
        .replace(/ {2}(broker|cache): .*\n/g, '')
        .replace(', BROKER: broker, CACHE: cache', ''),
    );
    await admitHere(cloud, 7);
    await expect(provision(cloud.emulator, text, preview(7))).rejects.toMatchObject({
      code: 'BASE_NOT_DEPLOYED',
      details: expect.arrayContaining(['redis/shop-redis']),
    });
  });

  test('must have been admitted', async () => {
    await using cloud = await withStaging();
    await expect(provision(cloud.emulator, file(), preview(7))).rejects.toMatchObject({
      code: 'PREVIEW_NOT_ADMITTED',
    });
  });

  test('changes no setting of what it shares', async () => {
    await using cloud = await withStaging();
    await admitHere(cloud, 7);
    const changed = file().replace('database: {', 'database: { tier: db-custom-8-30720,');
    const before = withoutPreviews(cloud.emulator.snapshot());
    const run = await provision(cloud.emulator, changed, preview(7));
    expect(failures(run.outcomes)).toEqual([]);
    expect(withoutPreviews(cloud.emulator.snapshot())).toEqual(before);
  });
});

describe('admission', () => {
  test('waits while what the preview had is being removed, and then makes its claim anew', async () => {
    await using cloud = await withStaging();
    await admitHere(cloud, 7);
    const secret = `/v1/projects/${project.id}/secrets/shop-pr-7-claim`;
    const context = contextOf(cloud.emulator, file(), preview(7));
    const { clock } = context.google;
    const { labels } = (await cloud.asOwner('GET', secret)).body;
    const until = Math.ceil(clock.now() / 1000) + 60;
    const marked = { ...(labels as object), 'removed-until': String(until) };
    await cloud.asOwner('PATCH', `${secret}?updateMask=labels`, { labels: marked });
    let waits = 0;
    const onWait = (): void => {
      waits++;
    };
    const admission = await admit(context, 'c0ffee'.repeat(6), { dryRun: false, onWait });
    expect(admission.kind).toBe('admitted');
    expect(waits).toBe(1);
    expect(clock.now() / 1000).toBeGreaterThanOrEqual(until);
    const after = (await cloud.asOwner('GET', secret)).body;
    expect(after.labels).not.toHaveProperty('removed-until');
  });

  test('renews the claim with every push, and keeps its Redis databases', async () => {
    await using cloud = await withStaging();
    const first = await admitHere(cloud, 7, file(), 'a'.repeat(40));
    await admitHere(cloud, 8);
    const second = await admitHere(cloud, 7, file(), 'b'.repeat(40));
    expect([first, second]).toMatchObject([
      { kind: 'admitted', renewed: false, claim: { commit: 'a'.repeat(12), redisDatabases: [0, 2] } },
      { kind: 'admitted', renewed: true, claim: { commit: 'b'.repeat(12), redisDatabases: [0, 2] } },
    ]);
    const path = `/v1/projects/${project.id}/secrets/shop-pr-7-claim`;
    const claim = await cloud.asOwner('GET', path);
    expect(claim.body.labels).toEqual({
      'managed-by': 'aethercast-deploy',
      deployment: 'shop',
      environment: 'pr-7',
      'pull-request': '7',
      repository: repositoryId,
      commit: 'b'.repeat(12),
      redis: '0_2',
      'expires-at': expect.stringMatching(/^\d{10}$/),
    });
    expect((await cloud.asOwner('GET', `${path}/versions`)).body.versions ?? []).toEqual([]);
  });

  test('gives no more databases than there are, and says who has them', async () => {
    const five = Array.from({ length: 5 }, (_, number) => `\${redis.url}/${number + 1}`).join(' ');
    const text = file('secrets: [api-key], max: 50').replace(`\${redis.url}/3`, () => five);
    await using cloud = await withStaging(text);
    const kinds = [];
    for (const number of [1, 2, 3]) kinds.push(await admitHere(cloud, number, text));
    expect(kinds).toMatchObject([
      { kind: 'admitted', claim: { redisDatabases: [0, 6, 7, 8, 9] } },
      { kind: 'admitted', claim: { redisDatabases: [10, 11, 12, 13, 14] } },
      { kind: 'refused', why: 'no_redis_databases', holders: [{ pullRequest: 1 }, { pullRequest: 2 }] },
    ]);
  });

  test('is refused above the cap, names the holders, and leaves no claim', async () => {
    const text = file('secrets: [api-key], max: 2');
    await using cloud = await withStaging(text);
    await admitHere(cloud, 12, text);
    await admitHere(cloud, 9, text);
    expect(await admitHere(cloud, 7, text)).toMatchObject({
      kind: 'refused',
      why: 'full',
      holders: [{ pullRequest: 9 }, { pullRequest: 12 }],
    });
    const { status } = await cloud.asOwner('GET', `/v1/projects/${project.id}/secrets/shop-pr-7-claim`);
    expect(status).toBe(404);
    expect(await admitHere(cloud, 9, text)).toMatchObject({ kind: 'admitted', renewed: true });
  });

  test('does not count claims of another deployment in the project', async () => {
    const text = file('secrets: [api-key], max: 1');
    await using cloud = await withStaging(text);
    await admitHere(cloud, 9, text.replace('name: shop', 'name: other'));
    expect(await admitHere(cloud, 7, text)).toMatchObject({ kind: 'admitted' });
  });
});
