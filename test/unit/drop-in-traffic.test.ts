import { describe, expect, test } from 'vitest';
import {
  pinned,
  shareOf,
  type Target,
  type TrafficOrder,
  withOrders,
  withTag,
} from '../../src/actions/drop-in/traffic.ts';

function target(words: string): Target {
  const [revision = '', percent = '', tag = ''] = words.split(' ');
  return {
    type: `TRAFFIC_TARGET_ALLOCATION_TYPE_${revision === 'LATEST' ? 'LATEST' : 'REVISION'}`,
    ...(revision === 'LATEST' ? {} : { revision }),
    ...(Number(percent) > 0 ? { percent: Number(percent) } : {}),
    ...(tag ? { tag } : {}),
  };
}

function words({ revision = 'LATEST', percent = 0, tag = '' }: Target): string {
  return `${revision} ${percent} ${tag}`.trim();
}

function ordered(have: readonly string[], ...orders: TrafficOrder[]): readonly string[] {
  return withOrders(have.map(target), orders).map(words);
}

const revisions = (given: Record<string, number>): TrafficOrder => ({
  kind: 'to revisions',
  percentages: new Map(Object.entries(given)),
});

describe('traffic by revision', () => {
  test.each<[string, string[], Record<string, number>, string[]]>([
    ['all to the latest', ['a 100'], { LATEST: 100 }, ['LATEST 100']],
    ['the others share what is left as they did', ['a 40', 'b 60'], { a: 45 }, ['a 45', 'b 55']],
    ['in proportion', ['a 60', 'b 40'], { c: 50 }, ['c 50', 'a 30', 'b 20']],
    ['whole numbers', ['a 34', 'b 33', 'c 33'], { d: 1 }, ['d 1', 'a 33', 'b 33', 'c 33']],
    ['tags stay', ['a 100', 'a 0 pr-1', 'b 0 pr-2'], { b: 100 }, ['b 100', 'a 0 pr-1', 'b 0 pr-2']],
    ['a share of 0 is none', ['a 100'], { a: 0, b: 100 }, ['b 100']],
    ['nothing yet is all to the latest', [], { b: 10 }, ['b 10', 'LATEST 90']],
  ])('%s', (_name, have, given, expected) => {
    const now = ordered(have, revisions(given));
    expect(now).toEqual(expected);
    expect(now.reduce((sum, one) => sum + Number(one.split(' ')[1]), 0)).toBe(100);
  });

  test('less than 100 with nobody for the rest is refused', () => {
    expect(() => ordered(['a 100'], revisions({ a: 50 }))).toThrow('add up to 50');
  });
});

test('traffic by tag goes to the revision that has it', () => {
  const order: TrafficOrder = { kind: 'to tags', percentages: new Map([['new', 25]]) };
  expect(ordered(['a 100', 'b 0 new'], order)).toEqual(['b 25', 'a 75', 'b 0 new']);
  expect(() => ordered(['a 100'], order)).toThrow('No revision has the tag new');
});

test('tags are set, added and taken away; a share stays where it is', () => {
  const tags = new Map([['x', 'b']]);
  expect(ordered(['a 100 old'], { kind: 'set tags', tags })).toEqual(['a 100', 'b 0 x']);
  expect(ordered(['a 100 old'], { kind: 'update tags', tags })).toEqual(['a 100', 'a 0 old', 'b 0 x']);
  expect(ordered(['a 100 old'], { kind: 'remove tags', names: ['old'] })).toEqual(['a 100']);
});

test('without traffic for what comes, LATEST is the revision that it was', () => {
  expect(pinned([target('LATEST 100')], 'a').map(words)).toEqual(['a 100']);
  expect(pinned([], 'a').map(words)).toEqual(['a 100']);
  expect(pinned([target('LATEST 30'), target('a 70'), target('b 0 pr-1')], 'a').map(words)).toEqual([
    'a 100',
    'b 0 pr-1',
  ]);
});

test('a tag is on one revision alone', () => {
  expect(withTag([target('a 100'), target('a 0 x')], 'x', 'b').map(words)).toEqual(['a 100', 'b 0 x']);
});

test('the share of a revision', () => {
  expect(shareOf([target('LATEST 30'), target('a 70')], 'b', true)).toBe(30);
  expect(shareOf([target('a 100'), target('b 0 x')], 'b', true)).toBe(0);
});
