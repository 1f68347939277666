import { expect, test } from 'vitest';
import { aethercast, oneOfEvery, walk } from '../support/walk.ts';

test.each([
  ['an estate with one of every kind', 'before', oneOfEvery],
  ['an estate with one of every kind', 'after', oneOfEvery],
  ['Aethercast', 'before', aethercast],
  ['Aethercast', 'after', aethercast],
] as const)(
  '%s, killed at any request, %s its effect: the next run ends in the state of a run never disturbed',
  async (_name, effect, estate) => {
    const walked = await walk({ kind: 'kill', effect }, estate);
    expect(walked.broken).toEqual([]);
    expect(walked.missed).toEqual([]);
    expect(walked.requests).toBeGreaterThan(80);
    // A process that is gone cannot heal anything: every one of these runs has to have ended early.
    expect(walked.failed).toBe(walked.requests);
  },
  600_000,
);
