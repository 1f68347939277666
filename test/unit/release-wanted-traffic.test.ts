import { describe, expect, test } from 'vitest';
import type { RunService, WorkloadLocation } from '../../src/google/run.ts';
import type { Context } from '../../src/resources/context.ts';
import { trafficLine } from '../../src/resources/traffic.ts';
import { type Direction, trialTag, wantedTraffic } from '../../src/resources/wanted-traffic.ts';

const context = { projectNumber: '123456789012' } as Context;

function at(name: string): WorkloadLocation {
  return { kind: 'services', project: 'shop', region: 'us-central1', name };
}

/** `web-1 100, web-2 #next` as what Google gives; the newest is web-2. */
function service(traffic: string): RunService {
  return {
    latestCreatedRevision: 'web-2',
    latestReadyRevision: 'web-2',
    traffic: traffic.split(', ').map((target) => {
      const [revision = '', rest = ''] = target.split(' ');
      return {
        type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
        revision,
        ...(rest.startsWith('#') ? { tag: rest.slice(1) } : { percent: Number(rest) }),
      };
    }),
  };
}

function wanted(traffic: string, asked: Direction): string {
  return trafficLine(wantedTraffic(context, at('web'), service(traffic), asked));
}

const hold = { kind: 'hold' } as const;
const none = { kind: 'none' } as const;
const shift = { kind: 'shift' } as const;
const shares = (given: Record<string, number>) => new Map(Object.entries(given));

describe('the traffic that is wanted once web-2 has passed', () => {
  test.each<[string, string, Direction, string]>([
    ['shift', 'web-1 100, web-2 #next', { shift }, 'web-2 100 %'],
    ['shift, with tags of others', 'web-1 100, web-1 #stable', { shift }, 'web-2 100 %, tag stable on web-1'],
    ['shift, with a tag', 'web-1 100', { shift, tag: 'canary' }, 'web-2 100 %, tag canary on web-2'],
    ['hold', 'web-1 100', { shift: hold }, 'web-1 100 %, tag next on web-2'],
    ['hold of what serves already', 'web-2 100, web-2 #next', { shift: hold }, 'web-2 100 %'],
    [
      'hold of what serves in part',
      'web-1 90, web-2 10',
      { shift: hold },
      'web-1 90 %, web-2 10 %, tag next on web-2',
    ],
    ['no traffic', 'web-1 100, web-2 #next', { shift: none }, 'web-1 100 %'],
    [
      'no traffic, with a tag',
      'web-1 100, web-2 #next',
      { shift: none, tag: 'a' },
      'web-1 100 %, tag a on web-2',
    ],
    [
      'our own tag, asked for',
      'web-1 100, web-2 #next',
      { shift: none, tag: 'next' },
      'web-1 100 %, tag next on web-2',
    ],
    [
      'shares by revision',
      'web-1 60, web-0 40, web-2 #next',
      { shift: { kind: 'revisions', shares: shares({ LATEST: 10 }) } },
      'web-0 36 %, web-1 54 %, web-2 10 %',
    ],
    [
      'the newest by its name and as LATEST',
      'web-1 100',
      { shift: { kind: 'revisions', shares: shares({ LATEST: 10, 'web-2': 5 }) } },
      'web-1 85 %, web-2 15 %',
    ],
    [
      'shares by tags of which two are on one revision',
      'web-1 100, web-2 #a, web-2 #b',
      { shift: { kind: 'tags', shares: shares({ a: 10, b: 5 }) } },
      'web-1 85 %, web-2 15 %, tag a on web-2, tag b on web-2',
    ],
    [
      'a share by the tag of this deployment',
      'web-1 100',
      { shift: { kind: 'tags', shares: shares({ new: 10 }) }, tag: 'new' },
      'web-1 90 %, web-2 10 %, tag new on web-2',
    ],
  ])('%s', (_what, traffic, asked, expected) => {
    expect(wanted(traffic, asked)).toBe(expected);
  });

  test('a share by a tag that is not there is refused, with those that there are', () => {
    const asked = { shift: { kind: 'tags', shares: shares({ gone: 10 }) } } as const;
    expect(() => wanted('web-1 100, web-1 #stable', asked)).toThrow('no tag "gone"');
    const refused = (() => {
      try {
        return wanted('web-1 100, web-1 #stable', asked);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toMatchObject({ code: 'TRAFFIC_INVALID', next: 'It has: stable.' });
  });
});

describe('the tag of the trial', () => {
  // `next---`, the name, a hyphen and twelve digits must fit into 63 characters.
  test.each([
    [43, 'next'],
    [44, undefined],
  ])('of a service whose name has %d characters: %s', (length, tag) => {
    expect(trialTag(context, at('s'.repeat(length)), { shift })).toBe(tag);
  });

  test('is that of the user where there is one', () => {
    expect(trialTag(context, at('s'.repeat(44)), { shift, tag: 'a' })).toBe('a');
  });
});
