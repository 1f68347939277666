import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import {
  call,
  Planted,
  plantEnvironment,
  plantPreview,
  projectPolicy,
  projects,
  removePreview,
} from '../support/cleanup.ts';
import { comparable } from '../support/estate.ts';

let planted: Planted;
let base: Readonly<Record<string, unknown>>;

/** The base, the previews of two of our pull requests, and one that another repository has under the same name. */
beforeAll(async () => {
  let before: Readonly<Record<string, unknown>> = {};
  planted = await Planted.by(async (emulator) => {
    await plantEnvironment(emulator, 'staging');
    await plantPreview(emulator, 8);
    await plantPreview(emulator, 9, { repositoryId: '99' });
    before = comparable(emulator.snapshot());
    await plantPreview(emulator, 7);
  });
  base = before;
}, 120_000);

afterAll(async () => {
  await planted[Symbol.asyncDispose]();
});

/** What differs from the estate without the preview that was to go; policies are compared as sets of members. */
function differences(emulator: Emulator): string[] {
  const now = comparable(emulator.snapshot());
  const keys = new Set([...Object.keys(base), ...Object.keys(now)]);
  return [...keys].filter(
    (key) =>
      !/^(run\.deleted|iam\.deleted|sql\.operations|operations)/.test(key) &&
      JSON.stringify(base[key]) !== JSON.stringify(now[key]),
  );
}

const writesOf = (emulator: Emulator, from: number) =>
  emulator.journal.slice(from).filter(({ write }) => write);

describe('a preview that is closed', () => {
  test('goes with everything it has, and nothing of the base or of another preview is touched', async () => {
    await using emulator = await planted.start();
    const destroyed = await removePreview(emulator, 7);
    expect(destroyed.left).toEqual([]);
    expect(differences(emulator)).toEqual([]);
    expect(JSON.stringify(await projectPolicy(emulator, projects.staging))).not.toContain('pr-7');
    const gone = destroyed.outcomes.filter(({ state }) => state === 'applied').map(({ address }) => address);
    expect(gone.at(-1)).toBe('claim/shop-pr-7-claim');
    expect([...new Set(gone.map((address) => address.split('/')[0] ?? ''))].sort()).toEqual([
      'bucket',
      'claim',
      'job',
      'policy',
      'run_service',
      'secret',
      'service_account',
      'sql_database',
      'sql_user',
      'worker_pool',
    ]);
  });

  test('a second time is nothing to write', async () => {
    await using emulator = await planted.start();
    await removePreview(emulator, 7);
    const before = emulator.journal.length;
    const again = await removePreview(emulator, 7);
    expect(again).toEqual({ outcomes: [], left: [] });
    expect(writesOf(emulator, before)).toEqual([]);
  });

  test('of another repository with the same number is not ours, nor is its unmarked database', async () => {
    await using emulator = await planted.start();
    const before = emulator.journal.length;
    expect(await removePreview(emulator, 9)).toEqual({ outcomes: [], left: [] });
    expect(writesOf(emulator, before)).toEqual([]);
  });

  test('that another deployment of the same project has is not ours', async () => {
    await using emulator = await planted.start();
    const labels = {
      'managed-by': 'aethercast-deploy',
      deployment: 'blog',
      environment: 'pr-7',
      repository: '42',
    };
    await call(emulator, 'POST', `v1/projects/${projects.staging}/secrets?secretId=pr-7-blog-key`, {
      replication: { automatic: {} },
      labels,
    });
    expect((await removePreview(emulator, 7)).left).toEqual([]);
    await call(emulator, 'GET', `v1/projects/${projects.staging}/secrets/pr-7-blog-key`);
  });

  test('what appears while it goes is found by the next listing', async () => {
    await using emulator = await planted.start();
    const path = `v1/projects/${projects.staging}/secrets`;
    let late = 0;
    const busy: typeof fetch = async (input, init) => {
      // A deployment that is still running makes something new after the first deletions.
      if (init?.method === 'DELETE' && late < 2) {
        late++;
        const { labels } = await call<{ labels: object }>(emulator, 'GET', `${path}/shop-pr-7-claim`);
        const { 'expires-at': _, commit: __, ...marks } = labels as Record<string, string>;
        const body = { replication: { automatic: {} }, labels: marks };
        await call(emulator, 'POST', `${path}?secretId=pr-7-late-${late}`, body);
      }
      return await fetch(input, init);
    };
    expect((await removePreview(emulator, 7, { fetch: busy })).left).toEqual([]);
    expect(late).toBe(2);
    expect(differences(emulator)).toEqual([]);
  });

  test('that may not be deleted stays with its claim, and each thing is told with its reason', async () => {
    await using emulator = await planted.start();
    emulator.faults.add({ id: 'sql.databases.delete', status: 403, times: Number.POSITIVE_INFINITY });
    const { left } = await removePreview(emulator, 7);
    expect(left.map(({ leftover }) => leftover.address).sort()).toEqual([
      'claim/shop-pr-7-claim',
      'sql_database/shop_pr_7',
      'sql_user/shop_pr_7',
    ]);
  });
});
