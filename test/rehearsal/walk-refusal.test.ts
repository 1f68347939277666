import { expect, test } from 'vitest';
import { walk } from '../support/walk.ts';

test.each([
  [503, 'UNAVAILABLE'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
])(
  'a %i at any request: the run heals or fails cleanly, and the next one ends as if undisturbed',
  async (status, reason) => {
    const walked = await walk({ kind: 'status', status, reason });
    expect(walked.broken).toEqual([]);
    expect(walked.missed).toEqual([]);
    expect(walked.healed + walked.failed).toBe(walked.requests);
  },
  600_000,
);
