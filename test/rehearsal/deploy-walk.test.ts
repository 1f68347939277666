import { describe, expect, test } from 'vitest';
import { type Story, walkDeployment } from '../support/deploy-walk.ts';
import type { Mishap } from '../support/walk.ts';

/** Walks start an emulator for each request; the machine may be busy with others. */
const patience = 300_000;

const stories: readonly (readonly [string, Story])[] = [
  ['the first deployment of a service with its worker', { update: false }],
  ['an update of a service and its worker', { update: true }],
];

const kills: readonly Mishap[] = [
  { kind: 'kill', effect: 'before' },
  { kind: 'kill', effect: 'after' },
];
const drops: readonly Mishap[] = [
  { kind: 'drop', effect: 'before' },
  { kind: 'drop', effect: 'after' },
];
const refused: Mishap = { kind: 'status', status: 403, reason: 'PERMISSION_DENIED' };
const conflict: Mishap = { kind: 'status', status: 409, reason: 'ABORTED' };

describe.each(stories)('%s, struck at every one of its requests', (_name, story) => {
  test.each(kills)(
    'killed $effect it had its effect: traffic stays with what passed, and the next run finishes',
    async (mishap) => {
      const walked = await walkDeployment(story, mishap);
      expect(walked.broken).toEqual([]);
      expect(walked.requests).toBeGreaterThan(10);
      expect(walked.failed).toBeGreaterThan(walked.requests / 2);
      // The struck run and the one after it were both looked at, request by request.
      expect(walked.looks).toBeGreaterThan(walked.requests * walked.requests * 0.5);
    },
    patience,
  );

  test.each(drops)(
    'its answer lost $effect it had its effect: all the same',
    async (mishap) => {
      const walked = await walkDeployment(story, mishap);
      expect(walked.broken).toEqual([]);
      expect(walked.healed).toBeGreaterThan(walked.requests / 2);
    },
    patience,
  );

  test(
    'refused for want of a right: it fails, and the next run finishes',
    async () => {
      const walked = await walkDeployment(story, refused);
      expect(walked.broken).toEqual([]);
      expect(walked.failed).toBeGreaterThan(walked.requests / 2);
    },
    patience,
  );

  test(
    'answered with a conflict that is none: it is looked at again',
    async () => {
      expect((await walkDeployment(story, conflict)).broken).toEqual([]);
    },
    patience,
  );
});

describe('an update whose app fails its test, struck at every one of its requests', () => {
  test.each([...kills, ...drops, refused])(
    '%o: the old revision serves, and the worker is left alone',
    async (mishap) => {
      const walked = await walkDeployment({ update: true, sick: true }, mishap);
      expect(walked.broken).toEqual([]);
      expect(walked.requests).toBeGreaterThan(10);
    },
    patience,
  );
});
