import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { Planted, plantEnvironment, plantPreview, removePreview } from '../support/cleanup.ts';
import { comparable } from '../support/estate.ts';
import { type Mishap, nthRequest, strikingFetch } from '../support/walk.ts';

let planted: Planted;
let base: Readonly<Record<string, unknown>>;
let requests = 0;

beforeAll(async () => {
  let before: Readonly<Record<string, unknown>> = {};
  planted = await Planted.by(async (emulator) => {
    await plantEnvironment(emulator, 'staging');
    before = comparable(emulator.snapshot());
    await plantPreview(emulator, 7, { few: true });
  });
  base = before;
  await using emulator = await planted.start();
  await removePreview(emulator, 7);
  requests = emulator.journal.length;
}, 120_000);

afterAll(async () => {
  await planted[Symbol.asyncDispose]();
});

/** Tables of what was, which a deletion does not take back. */
const history = /^(run\.deleted|iam\.deleted|sql\.operations|operations)/;

function leftIn(emulator: Emulator): string[] {
  const now = comparable(emulator.snapshot());
  return [...new Set([...Object.keys(base), ...Object.keys(now)])].filter(
    (key) => !history.test(key) && JSON.stringify(base[key]) !== JSON.stringify(now[key]),
  );
}

/** Strikes each request of a removal once, and looks at what the next, undisturbed run makes of it. */
async function walk(mishap: Mishap): Promise<{ readonly broken: string[]; readonly healed: number }> {
  const broken: string[] = [];
  let healed = 0;
  for (let nth = 1; nth <= requests; nth++) {
    await using emulator = await planted.start();
    const killed = new AbortController();
    const first = await removePreview(emulator, 7, {
      fetch: strikingFetch(nthRequest(nth), mishap, killed),
      signal: killed.signal,
    }).catch((error: unknown) => error);
    if (first instanceof Error || !isDestroyed(first)) {
      if (!(first instanceof Error)) broken.push(`request ${nth}: it ended neither well nor with a reason`);
    } else if (first.left.length === 0) healed++;
    const { left } = await removePreview(emulator, 7);
    if (left.length > 0)
      broken.push(`request ${nth}: ${left.map(({ leftover }) => leftover.address).join()}`);
    const differs = leftIn(emulator);
    if (differs.length > 0) broken.push(`request ${nth}: ${differs.slice(0, 3).join('; ')}`);
  }
  return { broken, healed };
}

function isDestroyed(outcome: unknown): outcome is { left: readonly unknown[] } {
  return typeof outcome === 'object' && outcome !== null && 'left' in outcome;
}

test.each(['before', 'after'] as const)(
  'killed at any request, %s its effect, the next run leaves nothing behind',
  async (effect) => {
    expect(requests).toBeGreaterThan(45);
    const { broken, healed } = await walk({ kind: 'kill', effect });
    expect(broken).toEqual([]);
    // A process that is gone has finished nothing.
    expect(healed).toBe(0);
  },
  600_000,
);

test.each<readonly [Mishap, number]>([
  [{ kind: 'status', status: 503, reason: 'UNAVAILABLE' }, 0.9],
  [{ kind: 'status', status: 429, reason: 'RESOURCE_EXHAUSTED' }, 0.9],
  // A read is never answered so by Google, and is not asked again: such a run ends there.
  [{ kind: 'status', status: 409, reason: 'ABORTED' }, 0.4],
  [{ kind: 'drop', effect: 'after' }, 0.9],
])(
  'struck at any request with %j it heals or fails with a reason, and the next run leaves nothing behind',
  async (mishap, share) => {
    const { broken, healed } = await walk(mishap);
    expect(broken).toEqual([]);
    expect(healed).toBeGreaterThan(requests * share);
  },
  600_000,
);
