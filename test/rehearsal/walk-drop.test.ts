import { expect, test } from 'vitest';
import { walk } from '../support/walk.ts';

test.each(['before', 'after'] as const)(
  'a connection lost at any request, %s its effect: the run heals or fails cleanly, and the next one ends as if undisturbed',
  async (effect) => {
    const walked = await walk({ kind: 'drop', effect });
    expect(walked.broken).toEqual([]);
    expect(walked.missed).toEqual([]);
    // Reads and writes under names of ours are sent again; only the few that cannot be are left to the next run.
    expect(walked.healed).toBeGreaterThan(walked.requests * 0.8);
  },
  600_000,
);
