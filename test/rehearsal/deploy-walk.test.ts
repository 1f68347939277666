import { describe, expect, test } from 'vitest';
import { walkUpdate } from '../support/deploy-walk.ts';

describe('an update of a service, struck at every one of its requests', () => {
  for (const effect of ['before', 'after'] as const) {
    test(`killed ${effect} it had its effect: traffic stays with what passed, and the next run finishes`, async () => {
      const walked = await walkUpdate({ kind: 'kill', effect });
      expect(walked.broken).toEqual([]);
      expect(walked.requests).toBeGreaterThan(10);
      expect(walked.failed).toBeGreaterThan(walked.requests / 2);
    }, 120_000);

    test(`its answer lost ${effect} it had its effect: all the same`, async () => {
      const walked = await walkUpdate({ kind: 'drop', effect });
      expect(walked.broken).toEqual([]);
      expect(walked.healed).toBeGreaterThan(walked.requests / 2);
    }, 120_000);
  }

  test('refused for want of a right: it fails, and the next run finishes', async () => {
    const walked = await walkUpdate({ kind: 'status', status: 403, reason: 'PERMISSION_DENIED' });
    expect(walked.broken).toEqual([]);
    expect(walked.failed).toBeGreaterThan(walked.requests / 2);
  }, 120_000);

  test('answered with a conflict that is none: it is looked at again', async () => {
    const walked = await walkUpdate({ kind: 'status', status: 409, reason: 'ABORTED' });
    expect(walked.broken).toEqual([]);
  }, 120_000);
});
