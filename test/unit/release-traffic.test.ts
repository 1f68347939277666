import { describe, expect, test } from 'vitest';
import type { RunService } from '../../src/google/run.ts';
import { revisionName } from '../../src/resources/revision-name.ts';
import {
  assignedShares,
  asTraffic,
  parseShares,
  resolvedTraffic,
  sameTraffic,
  servingRevision,
  type Target,
  withoutTag,
  withShares,
  withTag,
} from '../../src/resources/traffic.ts';

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

test.each([
  [
    'all to the latest is all to the one that is ready',
    [{ type: latest, percent: 100 }],
    [{ revision: 'web-2', percent: 100 }],
  ],
  [
    'names stay, tags stay',
    [
      { revision: 'web-1', percent: 90, tag: 'old' },
      { revision: 'web-2', percent: 10 },
    ],
    [
      { revision: 'web-1', percent: 90, tag: 'old' },
      { revision: 'web-2', percent: 10 },
    ],
  ],
  [
    'a tag that follows the latest goes on doing so',
    [{ type: latest, tag: 'tip' }],
    [{ percent: 0, tag: 'tip' }],
  ],
])('resolved: %s', (_name, traffic, expected) => {
  const have: RunService = {
    latestReadyRevision: 'projects/p/locations/l/services/web/revisions/web-2',
    traffic,
  };
  expect(resolvedTraffic(have)).toEqual(expected);
});

test('a service without any ready revision serves nothing', () => {
  expect(resolvedTraffic({ traffic: [{ type: latest, percent: 100 }] })).toEqual([]);
});

describe('targets', () => {
  const targets: readonly Target[] = [
    { revision: 'web-1', percent: 100 },
    { revision: 'web-0', percent: 0, tag: 'stable' },
  ];

  test('a tag moves to another revision and leaves the share behind', () => {
    const moved = withTag([{ revision: 'web-1', percent: 100, tag: 'next' }], 'next', 'web-2');
    expect(moved).toEqual([
      { revision: 'web-1', percent: 100 },
      { revision: 'web-2', percent: 0, tag: 'next' },
    ]);
    expect(withoutTag(moved, 'next')).toEqual([{ revision: 'web-1', percent: 100 }]);
  });

  test('other shares leave the tags of others alone', () => {
    expect(withShares(targets, new Map([['web-2', 100]]))).toEqual([
      { revision: 'web-2', percent: 100 },
      { revision: 'web-0', percent: 0, tag: 'stable' },
    ]);
  });

  test('are the same in whatever order and however they are split', () => {
    expect(sameTraffic(targets, [...targets].reverse())).toBe(true);
    expect(sameTraffic(targets, withTag(targets, 'next', 'web-2'))).toBe(false);
    expect(
      sameTraffic(
        [{ revision: 'a', percent: 100 }],
        [
          { revision: 'a', percent: 60 },
          { revision: 'a', percent: 40 },
        ],
      ),
    ).toBe(true);
  });

  test('go to the API by name, and without zeros', () => {
    expect(asTraffic(targets)).toEqual([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'web-1', percent: 100 },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'web-0', tag: 'stable' },
    ]);
  });

  test('the serving revision is the one with the largest share', () => {
    expect(
      servingRevision([
        { revision: 'a', percent: 30 },
        { revision: 'b', percent: 70 },
      ]),
    ).toBe('b');
    expect(servingRevision([{ revision: 'a', percent: 0, tag: 'x' }])).toBeUndefined();
  });
});

describe('shares asked for', () => {
  const now = new Map([
    ['a', 50],
    ['b', 30],
    ['c', 20],
  ]);

  test.each([
    [{ d: 100 }, { d: 100 }],
    [{ d: 10 }, { d: 10, a: 45, b: 27, c: 18 }],
    [{ a: 10 }, { a: 10, b: 54, c: 36 }],
    [{ d: 1 }, { d: 1, a: 49, b: 30, c: 20 }],
  ])('%j: the others keep the rest in proportion, in whole percents', (asked, expected) => {
    const shares = Object.fromEntries(assignedShares(now, new Map(Object.entries(asked))));
    expect(shares).toEqual(expected);
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(100);
  });

  test.each([
    [{ d: 60, e: 50 }, 'more than 100'],
    [{ a: 10, b: 10, c: 10 }, 'no other revision serves'],
  ])('%j is refused: %s', (asked, message) => {
    expect(() => assignedShares(now, new Map(Object.entries(asked)))).toThrow(message);
  });

  test.each([
    ['LATEST=10, web-1=90%', { LATEST: 10, 'web-1': 90 }],
    ['a=1\nb=99', { a: 1, b: 99 }],
  ])('%j is read', (text, expected) => {
    expect(Object.fromEntries(parseShares('revision_traffic', text))).toEqual(expected);
  });

  test.each(['web', 'web=', 'web=101', 'web=1.5', 'a=1,a=2', '=5'])(
    '%j is refused and the input named',
    (text) => {
      expect(() => parseShares('revision_traffic', text)).toThrow(/revision_traffic: /);
    },
  );
});

test.each([
  [[], 'web-4f2a9c1-1'],
  [['web-4f2a9c1-1', 'web-4f2a9c1-10', 'web-4f2a9c1-9'], 'web-4f2a9c1-11'],
  [['web-1234567-3', 'web-00001-abc', 'web-4f2a9c1-x'], 'web-4f2a9c1-1'],
])('after %j comes %s', (names, expected) => {
  expect(revisionName('web', '4F2A9C1d00d', names)).toBe(expected);
});

test('the longest name of a service leaves room for the commit and the number', () => {
  expect(revisionName('s'.repeat(49), 'a'.repeat(40), []).length).toBeLessThanOrEqual(63);
});
