import { describe, expect, test } from 'vitest';
import { create, replace, update } from '../../src/engine/change.ts';
import { compare, maskOf, touchedFields, touchedParts } from '../../src/engine/compare.ts';

describe('fields that are as wanted', () => {
  test.each<[string, object, object | undefined]>([
    ['equal text', { tier: 'BASIC' }, { tier: 'BASIC' }],
    ['a field that nobody asked for', { tier: 'BASIC' }, { tier: 'BASIC', host: '10.0.0.3', state: 'READY' }],
    ['a nested field that nobody asked for', { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }],
    ['a label of somebody else', { labels: { app: 'x' } }, { labels: { app: 'x', team: 'y' } }],
    ['a 64-bit integer as text', { size: 20 }, { size: '20' }],
    ['a 64-bit integer as number', { size: '20' }, { size: 20 }],
    ['an empty text that is left out', { name: '' }, {}],
    ['a zero that is left out', { count: 0 }, {}],
    ['a false that is left out', { enabled: false }, {}],
    ['an empty list that is left out', { rules: [] }, {}],
    ['an empty list that is null', { rules: [] }, { rules: null }],
    ['zeros within an object that is left out', { scaling: { min: 0, on: false } }, {}],
    ['wanted absent and absent', { probe: undefined }, {}],
    ['wanted absent and null', { probe: undefined }, { probe: null }],
    ['wanted absent and empty', { probe: undefined }, { probe: false }],
    ['equal lists', { args: ['-l', 'info'] }, { args: ['-l', 'info'] }],
    ['a server default within an item', { env: [{ name: 'A' }] }, { env: [{ name: 'A', value: '' }] }],
    ['lists in lists', { a: [['x'], ['y']] }, { a: [['x'], ['y']] }],
    ['an item wanted without a field', { a: [{ b: 1, c: undefined }] }, { a: [{ b: 1 }] }],
  ])('%s', (_, want, have) => {
    expect(compare(want, have)).toEqual([]);
  });
});

describe('fields that differ', () => {
  test.each<[string, object, object | undefined, ReturnType<typeof compare>]>([
    [
      'everything of what is absent, with no before',
      { tier: 'BASIC', settings: { disk: 10 } },
      undefined,
      [
        { field: 'tier', after: 'BASIC' },
        { field: 'settings.disk', after: 10 },
      ],
    ],
    [
      'only what differs, by its path',
      { a: { b: { c: 1, d: 2 } }, e: 3 },
      { a: { b: { c: 1, d: 5 } }, e: 3 },
      [{ field: 'a.b.d', before: 5, after: 2 }],
    ],
    ['another text', { tier: 'HA' }, { tier: 'BASIC' }, [{ field: 'tier', before: 'BASIC', after: 'HA' }]],
    ['true that is left out', { on: true }, {}, [{ field: 'on', after: true }]],
    ['false where true is', { on: false }, { on: true }, [{ field: 'on', before: true, after: false }]],
    ['zero where some are', { n: 0 }, { n: '3' }, [{ field: 'n', before: '3', after: 0 }]],
    [
      'wanted absent and there',
      { probe: undefined, x: 1 },
      { probe: { path: '/' }, x: 1 },
      [{ field: 'probe', before: { path: '/' } }],
    ],
    [
      'a label of ours that is missing',
      { labels: { app: 'x' } },
      { labels: { team: 'y' } },
      [{ field: 'labels.app', after: 'x' }],
    ],
    ['an object where text is', { a: { b: 1 } }, { a: 'text' }, [{ field: 'a.b', after: 1 }]],
    [
      'a list in another order',
      { a: [1, 2] },
      { a: [2, 1] },
      [{ field: 'a', before: [2, 1], after: [1, 2] }],
    ],
    ['a shorter list', { a: [1] }, { a: [1, 2] }, [{ field: 'a', before: [1, 2], after: [1] }]],
    ['an emptied list', { a: [] }, { a: [1] }, [{ field: 'a', before: [1], after: [] }]],
    [
      'an item of a list',
      { env: [{ name: 'A', value: '1' }] },
      { env: [{ name: 'A', value: '2' }] },
      [{ field: 'env', before: [{ name: 'A', value: '2' }], after: [{ name: 'A', value: '1' }] }],
    ],
    [
      'an object where an item is text',
      { a: [{ b: 1 }] },
      { a: ['b'] },
      [{ field: 'a', before: ['b'], after: [{ b: 1 }] }],
    ],
  ])('%s', (_, want, have, changes) => {
    expect(compare(want, have)).toEqual(changes);
  });

  test('what is wanted absent has no after in the plan', () => {
    expect(compare({ probe: undefined }, { probe: 'x' })[0]).not.toHaveProperty('after');
  });
});

describe('what a PATCH is made from', () => {
  const fields = compare({ a: { b: 1, c: 2 }, d: 3, e: 4 }, { a: { b: 0 }, d: 3 });
  const changes = update('x', 'because', fields);

  test('the mask names each field by its path', () => {
    expect(maskOf(fields)).toBe('a.b,a.c,e');
  });

  test('the touched top-level fields come once each', () => {
    expect(touchedFields(changes)).toEqual(['a', 'e']);
  });

  test('the touched parts are whole, the others are left out', () => {
    expect(touchedParts({ a: { b: 1, c: 2 }, d: 3, e: 4 }, changes)).toEqual({ a: { b: 1, c: 2 }, e: 4 });
  });
});

describe('changes', () => {
  const fields = [{ field: 'a', before: 1, after: 2 }];

  test('nothing that differs is no change', () => {
    expect(update('x', 'because', [])).toEqual([]);
    expect(replace('x', 'because', [])).toEqual([]);
  });

  test('a replacement is destructive, an update and a creation are not', () => {
    expect([...replace('x', '', fields), ...update('x', '', fields), create('x', '')]).toMatchObject([
      { action: 'replace', destructive: true },
      { action: 'update', destructive: false },
      { action: 'create', destructive: false },
    ]);
  });
});
