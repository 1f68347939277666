import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { owner, type TestCloud, testCloud } from '../support/emulator.ts';
import { comparable } from '../support/estate.ts';
import { failures, provision, shop } from '../support/resources.ts';

const account = '01AB23-45CD67-89EF01';
const text = shop(
  'network: { internal_calls: dns }',
  'services:',
  '  web:',
  '    image: "nginx:1.29"',
  `    env: { INNER: "\${services.inner.url}" }`,
  '    app: { public: true }',
  '  inner: { image: "nginx:1.29", app: { ingress: internal, authentication: none } }',
  'frontend: { folder: dist, config_json: { NAME: shop } }',
  'alerts: { email: [ops@example.com], uptime: [web] }',
  `budget: { billing_account: ${account}, amount: 100 }`,
);
/** What this file's kinds of resource are written with. */
const ours = /^(dns|monitoring|billingbudgets|storage\.(objects|buckets)\.)/;

let workspace = '';
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'aethercast-lost-'));
  await mkdir(join(workspace, 'dist'));
  await writeFile(join(workspace, 'dist', 'index.html'), '<!doctype html>');
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

async function billedCloud(): Promise<TestCloud> {
  const cloud = await testCloud();
  await cloud.asOwner('POST', `/v1/billingAccounts/${account}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/billing.admin', members: [`user:${owner}`] }] },
  });
  return cloud;
}

/** The estate without what Google makes up: times, and ids that stand within other fields. */
function estateOf(cloud: TestCloud): readonly string[] {
  return Object.values(comparable(cloud.emulator.snapshot()))
    .map((value) => JSON.stringify(value))
    .map((text) => text.replaceAll(/\d{19}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|web-[0-9a-f]{11}/g, '*'))
    .map((text) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '*'))
    .sort();
}

test.each(['before', 'after'] as const)(
  'a connection cut %s the effect of any write leaves nothing twice, and the next run completes the estate',
  async (drop) => {
    await using undisturbed = await billedCloud();
    const whole = await provision(undisturbed.emulator, text, { workspace });
    expect(failures(whole.outcomes)).toEqual([]);
    const writes = whole.writes.map(({ id }) => id ?? '').filter((id) => ours.test(id));
    expect(writes.length).toBeGreaterThan(9);
    const seen = new Map<string, number>();
    for (const id of writes) {
      const nth = (seen.get(id) ?? 0) + 1;
      seen.set(id, nth);
      await using cloud = await billedCloud();
      cloud.emulator.faults.add({ id, nth, drop, times: 1 });
      await provision(cloud.emulator, text, { workspace });
      const repaired = await provision(cloud.emulator, text, { workspace });
      expect(failures(repaired.outcomes), `${id} ${nth}`).toEqual([]);
      expect((await provision(cloud.emulator, text, { workspace })).changes, `${id} ${nth}`).toEqual([]);
      expect(estateOf(cloud), `${id} ${nth}`).toEqual(estateOf(undisturbed));
    }
  },
);
