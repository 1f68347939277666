import { expect, test } from 'vitest';
import { walk } from '../support/walk.ts';

test.each(['before', 'after'] as const)(
  'killed at any request, %s its effect, the next run ends in the state of a run never disturbed',
  async (effect) => {
    const walked = await walk({ kind: 'kill', effect });
    expect(walked.broken).toEqual([]);
    expect(walked.requests).toBeGreaterThan(80);
    // A process that is gone cannot heal anything: every one of these runs has to have ended early.
    expect(walked.failed).toBe(walked.requests);
  },
  600_000,
);
