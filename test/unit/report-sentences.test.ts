import { describe, expect, test } from 'vitest';
import { type Change, create, type Leftover, replace, update } from '../../src/engine/change.ts';
import type { EngineEvent, Outcome } from '../../src/engine/events.ts';
import { logLines } from '../../src/report/log.ts';
import { outcomeSummary, planTable } from '../../src/report/plan-summary.ts';
import { counted, duration, fieldLine, lineOf, nameOf, totals } from '../../src/report/sentences.ts';

const bigger = [{ field: 'memorySizeGb', before: 1, after: 2 }];
const changes: Change[] = [
  create('secret/db-password', 'deploy.yaml:30', [{ field: 'value', after: 'a new version' }]),
  ...update('redis/cache', 'deploy.yaml:12', bigger),
  ...replace('bucket/media', 'deploy.yaml:9', [{ field: 'location', before: 'EU', after: 'US' }]),
];

test.each([
  ['secret/db-password', 'secret db-password'],
  ['sql_instance/main', 'sql instance main'],
  ['policy/service_account/sa-web', 'IAM policy of service account sa-web'],
  ['policy/project', 'IAM policy of the project'],
  ['apis', 'APIs'],
])('%s is called "%s"', (address, name) => {
  expect(nameOf(address)).toBe(name);
});

test('a change is one line, loud when it loses something', () => {
  expect(changes.map(lineOf)).toEqual([
    '+ create secret db-password',
    '~ change redis cache',
    '! REPLACE bucket media',
  ]);
});

test.each<[Parameters<typeof fieldLine>[0], string]>([
  [{ field: 'tier', after: 'BASIC' }, 'tier: BASIC'],
  [{ field: 'tier', before: 'BASIC', after: 'HA' }, 'tier: BASIC → HA'],
  [{ field: 'probe', before: { path: '/' } }, 'probe: {"path":"/"} → (none)'],
  [{ field: 'on', before: true, after: false }, 'on: true → false'],
  [{ field: 'n', before: 0, after: 1 }, 'n: 0 → 1'],
])('%j reads "%s"', (field, line) => {
  expect(fieldLine(field)).toBe(line);
});

test('a long value is cut', () => {
  expect(fieldLine({ field: 'a', after: 'x'.repeat(500) })).toHaveLength('a: '.length + 120);
  expect(fieldLine({ field: 'a', after: 'x'.repeat(120) })).toBe(`a: ${'x'.repeat(120)}`);
});

test.each([
  [0, '0.0 s'],
  [1_234, '1.2 s'],
  [59_900, '59.9 s'],
  [60_000, '1 min 0 s'],
  [119_700, '2 min 0 s'],
  [185_000, '3 min 5 s'],
])('%i ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test.each([
  [0, '0 resources'],
  [1, '1 resource'],
  [2, '2 resources'],
])('%i: %s', (number, text) => {
  expect(counted(number, 'resource')).toBe(text);
});

test('totals name only what there is', () => {
  expect(totals(changes)).toBe('1 to create, 1 to change, 1 to replace');
  expect(totals(changes.slice(0, 1))).toBe('1 to create');
  expect(totals([])).toBe('nothing to do');
});

const leftRouter: Leftover = {
  address: 'router/shop-router',
  whose: 'ours',
  because: 'nothing asks for it',
  next: 'prune',
};

describe('the log', () => {
  const at = 0;

  test.each<[EngineEvent, string[]]>([
    [{ kind: 'observed', at, resources: 41 }, ['looked at 41 resources']],
    [{ kind: 'planned', at, changes: [], left: [] }, ['plan: nothing to do']],
    [
      { kind: 'planned', at, changes: [], left: [leftRouter] },
      ['plan: nothing to do', '  = leave router shop-router (ours): nothing asks for it'],
    ],
    [
      { kind: 'planned', at, changes, left: [] },
      [
        'plan: 1 to create, 1 to change, 1 to replace',
        '  + create secret db-password',
        '  ~ change redis cache',
        '      memorySizeGb: 1 → 2',
        '  ! REPLACE bucket media',
        '      location: EU → US',
      ],
    ],
    [{ kind: 'started', at, address: 'redis/cache', changes }, []],
    [{ kind: 'applied', at, address: 'redis/cache', milliseconds: 2_000 }, ['  ✓ redis cache (2.0 s)']],
    [
      { kind: 'failed', at, address: 'redis/cache', error: new Error('no capacity') },
      ['  ✗ redis cache: no capacity'],
    ],
    [{ kind: 'failed', at, address: 'redis/cache', error: 'text' }, ['  ✗ redis cache: text']],
  ])('of %j', (event, lines) => {
    expect(logLines(event)).toEqual(lines);
  });
});

describe('the plan in the summary', () => {
  test('lists below the changes what is left alone, and what can be done about it', () => {
    expect(planTable([], [leftRouter]).split('\n')).toEqual([
      'Everything is as deploy.yaml asks for: nothing to do.',
      '',
      '| left alone | why | what you can do |',
      '| --- | --- | --- |',
      '| = leave router shop-router (ours) | nothing asks for it | prune |',
    ]);
  });

  test('has a row for each change, with what and why', () => {
    expect(planTable(changes).split('\n')).toEqual([
      '| change | what | why |',
      '| --- | --- | --- |',
      '| + create secret db-password | value: a new version | deploy.yaml:30 |',
      '| ~ change redis cache | memorySizeGb: 1 → 2 | deploy.yaml:12 |',
      '| ! REPLACE bucket media | location: EU → US | deploy.yaml:9 |',
    ]);
  });

  test('without changes says so', () => {
    expect(planTable([])).toContain('nothing to do');
  });

  test('is counted where it is too long to be read', () => {
    const many = Array.from({ length: 203 }, (_, number) => create(`secret/s${number}`, ''));
    expect(planTable(many)).toMatch(/… and 3 more\.$/);
    expect(planTable(many.slice(0, 200))).not.toContain('more.');
  });
});

describe('the outcome in the summary', () => {
  const outcome = (address: string, state: Outcome['state'], more: Partial<Outcome> = {}): Outcome => ({
    address,
    state,
    changes: [create(address, '')],
    startedAt: 1_000,
    endedAt: 3_500,
    ...more,
  });

  test('says what was done, what was not, and what was not tried', () => {
    const summary = outcomeSummary([
      outcome('secret/a', 'applied'),
      outcome('secret/b', 'unchanged'),
      outcome('redis/c', 'failed', { error: new Error('quota | exceeded\nin eu') }),
      outcome('secret/d', 'not tried'),
    ]);
    expect(summary).toContain('1 resource changed, 1 as they were, 1 failed, 1 not tried.');
    expect(summary).toContain('| secret a | 1 to create | 2.5 s |');
    expect(summary).toContain('| redis c | quota \\| exceeded<br>in eu |');
    expect(summary).toContain('`secret/d`');
  });

  test('of a run that changed nothing is one line', () => {
    expect(outcomeSummary([outcome('secret/b', 'unchanged', { changes: [] })])).toBe(
      '0 resources changed, 1 as they were, 0 failed, 0 not tried.',
    );
  });
});
