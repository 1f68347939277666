import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Judged, judgePreviews, type PullRequests, type Reaped, reap } from '../../src/cleanup/reap.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import {
  call,
  type How,
  Planted,
  plantEnvironment,
  plantPreview,
  projects,
  repository,
  shopDeployment,
  shopOwner,
  siteHere,
} from '../support/cleanup.ts';
import { tracesOf } from '../support/previews.ts';

/** Seconds since the epoch, on the clock that the tests reap by. */
const now = 1_700_000_000;
const past = now - 60;
const future = now + 86_400;

let planted: Planted;

beforeAll(async () => {
  planted = await Planted.by(async (emulator) => {
    await plantEnvironment(emulator, 'staging');
    await plantPreview(emulator, 1, { expiresAt: future, few: true }); // closed
    await plantPreview(emulator, 2, { expiresAt: future, few: true }); // open
    await plantPreview(emulator, 3, { expiresAt: past, few: true }); // open and idle
    await plantPreview(emulator, 4, { expiresAt: past, few: true }); // open, idle, persist
    await plantPreview(emulator, 5, { expiresAt: future, few: true }); // a draft
    await plantPreview(emulator, 6, { claim: false, few: true }); // open, and nothing stands for it
    await plantPreview(emulator, 7, { expiresAt: past, few: true, repositoryId: '99' }); // another repository's
  });
}, 120_000);

afterAll(async () => {
  await planted[Symbol.asyncDispose]();
});

const open = (number: number, ...labels: string[]) => ({ number, open: true, labels });

/** What GitHub knows; the list leaves out those that are `hidden` from it. */
function github(all: readonly ReturnType<typeof open>[], hidden: readonly number[] = []): PullRequests {
  return {
    listOpen: async () => all.filter(({ number }) => !hidden.includes(number)),
    get: async (number) => all.find((one) => one.number === number) ?? { open: false, labels: [] },
  };
}

const usual = [open(2), open(3), open(4, 'persist'), open(5), open(6)];

async function run(
  emulator: Emulator,
  pullRequests: PullRequests,
  how: How = {},
): Promise<{ judged: readonly Judged[]; destroyed: Reaped }> {
  const { site, options } = await siteHere(emulator, await shopDeployment('pr-1'), how);
  const owner = await shopOwner();
  const judged = await judgePreviews(site, owner, pullRequests, () => options.clock.now());
  return { judged, destroyed: await reap(site, owner, judged, options) };
}

/** Environments that anything in the cloud still says it belongs to. */
function environmentsIn(emulator: Emulator): string[] {
  const tables = Object.entries(emulator.snapshot().tables).filter(
    ([name]) => !/deleted|operations|logging/.test(name),
  );
  const text = JSON.stringify(tables);
  const found = [...text.matchAll(/\bpr[-_](\d+)\b/g)].map(([, number]) => `pr-${number}`);
  return [...new Set(found)].sort();
}

describe('the reaper', () => {
  test('removes what is closed, idle or left over, and keeps what is open, a draft, or marked persist', async () => {
    await using emulator = await planted.start();
    const { judged, destroyed } = await run(emulator, github(usual));
    expect(
      judged.map(({ preview, verdict }) => `${preview.environment} ${verdict.goes}: ${verdict.why}`),
    ).toEqual([
      'pr-1 true: pull request #1 is closed',
      'pr-2 false: pull request #2 is open; expires on 2023-11-15 22:13 UTC',
      'pr-3 true: nothing was pushed to pull request #3 for long: it expired on 2023-11-14 22:12 UTC',
      'pr-4 false: pull request #4 is open and has the label persist',
      'pr-5 false: pull request #5 is open; expires on 2023-11-15 22:13 UTC',
      'pr-6 true: left over: it has no claim, although pull request #6 is open',
    ]);
    expect(destroyed.left).toEqual([]);
    expect(environmentsIn(emulator)).toEqual(['pr-2', 'pr-4', 'pr-5', 'pr-7']);
  });

  test('a second time writes nothing', async () => {
    await using emulator = await planted.start();
    await run(emulator, github(usual));
    const before = emulator.journal.length;
    const { destroyed } = await run(emulator, github(usual));
    expect(destroyed.outcomes).toEqual([]);
    expect(emulator.journal.slice(before).filter(({ write }) => write)).toEqual([]);
  });

  test('asks for a pull request itself before it takes its absence from a list for an end', async () => {
    await using emulator = await planted.start();
    await run(emulator, github(usual, [2]));
    expect(environmentsIn(emulator)).toContain('pr-2');
  });

  test('spares a preview that is pushed to meanwhile', async () => {
    await using emulator = await planted.start();
    const secret = `v1/projects/${projects.staging}/secrets/shop-pr-3-claim`;
    const pushing: PullRequests = {
      ...github(usual),
      listOpen: async () => {
        const { labels } = await call<{ labels: Record<string, string> }>(emulator, 'GET', secret);
        const renewed = { ...labels, 'expires-at': String(future) };
        await call(emulator, 'PATCH', `${secret}?updateMask=labels`, { labels: renewed });
        return usual;
      },
    };
    const before = tracesOf(emulator, 3);
    const { destroyed } = await run(emulator, pushing);
    expect(destroyed.left).toEqual([]);
    expect([...destroyed.spared]).toEqual(['pr-3']);
    expect(tracesOf(emulator, 3)).toEqual(before);
  });

  test.each([
    ['an idle preview', 3],
    ['leftovers without a claim', 6],
  ])('speaks for %s before it removes anything', async (_, number) => {
    await using emulator = await planted.start();
    emulator.faults.add({
      method: 'DELETE',
      path: `pr-${number}-`,
      status: 403,
      times: Number.POSITIVE_INFINITY,
    });
    await run(emulator, github(usual));
    const secret = `v1/projects/${projects.staging}/secrets/shop-pr-${number}-claim`;
    const { labels } = await call<{ labels: Record<string, string> }>(emulator, 'GET', secret);
    expect(labels).toMatchObject({ environment: `pr-${number}`, repository });
    expect(Number(labels['removed-until'])).toBeGreaterThan(now);
    emulator.faults.clear();
    await run(emulator, github(usual));
    expect(tracesOf(emulator, number)).toEqual([]);
  });

  test('leaves a preview alone that was admitted anew when its time was over', async () => {
    await using emulator = await planted.start();
    emulator.faults.add({ method: 'DELETE', path: 'services/pr-3-', status: 409, times: 8 });
    const secret = `v1/projects/${projects.staging}/secrets/shop-pr-3-claim`;
    let admitted = false;
    const admitting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!admitted && init?.method === 'DELETE' && String(input).includes('services/pr-3-')) {
        admitted = true;
        const { labels } = await call<{ labels: Record<string, string> }>(emulator, 'GET', secret);
        const { 'removed-until': _, ...rest } = labels;
        await call(emulator, 'PATCH', `${secret}?updateMask=labels`, { labels: rest });
      }
      return response;
    };
    const { destroyed } = await run(emulator, github(usual), { fetch: admitting });
    expect(admitted).toBe(true);
    expect([...destroyed.spared]).toEqual(['pr-3']);
    expect(tracesOf(emulator, 3)).toContain(
      'secretmanager.secrets projects/shop-staging/secrets/shop-pr-3-claim',
    );
    expect(destroyed.left).toEqual([]);
  });

  test('tells of a leak that it may not remove, and removes all the rest', async () => {
    await using emulator = await planted.start();
    emulator.faults.add({
      id: 'storage.buckets.delete',
      path: 'pr-1-',
      status: 403,
      message: 'deployer does not have storage.buckets.delete access',
      times: Number.POSITIVE_INFINITY,
    });
    const { destroyed } = await run(emulator, github(usual));
    expect(destroyed.left.map(({ leftover }) => leftover.address).sort()).toEqual([
      'bucket/pr-1-shop-media-shop-staging',
      'claim/shop-pr-1-claim',
    ]);
    const bucket = destroyed.left.find(({ leftover }) => leftover.kind === 'bucket');
    expect(String(bucket?.error)).toContain('storage.buckets.delete');
    expect(environmentsIn(emulator)).toEqual(['pr-1', 'pr-2', 'pr-4', 'pr-5', 'pr-7']);
  });

  test('asks GitHub nothing where there are no previews', async () => {
    await using emulator = await planted.start();
    await run(emulator, github([]));
    const asked: string[] = [];
    const silent: PullRequests = {
      listOpen: async () => {
        asked.push('list');
        return [];
      },
      get: async () => undefined,
    };
    expect((await run(emulator, silent)).judged).toEqual([]);
    expect(asked).toEqual([]);
  });
});
