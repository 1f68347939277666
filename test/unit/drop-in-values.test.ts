import { parseKVString } from '@google-github-actions/actions-utils';
import { describe, expect, test } from 'vitest';
import { parseKeyValues, type Syntax } from '../../src/actions/drop-in/key-values.ts';
import { below, numbers } from '../support/random.ts';

function entries(text: string, syntax: Syntax = 'plain') {
  const parsed = parseKeyValues(text, syntax);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return [...parsed.value.entries];
}

function problem(text: string, syntax: Syntax = 'plain'): string | undefined {
  const parsed = parseKeyValues(text, syntax);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** Nothing where it refuses the text, or finds a name of nothing, which gcloud refuses. */
function theirs(text: string): readonly (readonly [string, string])[] | undefined {
  try {
    const found = Object.entries(parseKVString(text) ?? {});
    return found.some(([name]) => name === '') && text.includes('=')
      ? undefined
      : byName(found.filter(([name]) => name));
  } catch {
    return undefined;
  }
}

function byName(pairs: readonly (readonly [string, string])[]) {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('plain: what deploy-cloudrun makes of it', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'commas',
      'A=1,B=2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    [
      'newlines',
      'A=1\nB=2\r\nC=3',
      [
        ['A', '1'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    [
      'line separators of Unicode',
      'A=1\u2028B=2\u2029C=3',
      [
        ['A', '1'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    ['an escaped comma', 'ZIP=zap\\,with', [['ZIP', 'zap,with']]],
    ['a backslash before a letter', 'PEM=a\\nb', [['PEM', 'anb']]],
    ['a Windows path', 'P=C:\\Users\\x', [['P', 'C:Usersx']]],
    [
      'quotes around a comma',
      'A="x,y"',
      [
        ['A', '"x'],
        ['y"', ''],
      ],
    ],
    ['quotes around blanks', 'S=" a "', [['S', '" a "']]],
    [
      'JSON',
      'CFG={"a":1,"b":2}',
      [
        ['CFG', '{"a":1'],
        ['"b":2}', ''],
      ],
    ],
    ['no value', 'FOO', [['FOO', '']]],
    ['an empty value', 'FOO=', [['FOO', '']]],
    ['equals signs in the value', 'URL=p://h/db?x=1&y=2', [['URL', 'p://h/db?x=1&y=2']]],
    ['a key twice', 'A=1,A=2', [['A', '2']]],
    ['a key that objects have', '__proto__=1', [['__proto__', '1']]],
    [
      'blanks around keys and values',
      '  A = 1 ,  B = 2 ',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    [
      'empty lines and a comma at the end',
      'A=1,\n\nB=2,',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['an escaped line break', 'A=1\\\n2', [['A', '1\n2']]],
    [
      'comment lines',
      '# one, two\nA=1\n  # three=4\nB=#5',
      [
        ['A', '1'],
        ['B', '#5'],
      ],
    ],
    ['nothing', '', []],
    ['braces', '{}', []],
  ])('%s', (_name, text, expected) => {
    expect(entries(text)).toEqual(expected);
  });

  test('texts at random are read as its own parser reads them', () => {
    const random = numbers(1);
    const pieces = [
      'A',
      'b',
      '1',
      '=',
      '=',
      ',',
      '\n',
      '\r',
      '\u2028',
      ' ',
      '\t',
      '\\',
      '"',
      "'",
      '{',
      '}',
      ';',
      'é😀',
    ];
    const texts = Array.from({ length: 5000 }, () =>
      Array.from({ length: below(random, 12) }, () => pieces[below(random, pieces.length)]).join(''),
    );
    const read = texts.filter((text) => theirs(text) !== undefined);
    expect(read.length).toBeGreaterThan(texts.length / 2);
    for (const text of read) expect(byName(entries(text)), JSON.stringify(text)).toEqual(theirs(text));
  });

  test('what the documentation promises and does not happen is said, without a value', () => {
    const parsed = parseKeyValues('A="hunter2,hunter2",B=1', 'plain');
    const remarks = 'value' in parsed ? parsed.value.remarks.join('\n') : '';
    expect(remarks).toContain('the value of A begins with a quote');
    expect(remarks).toContain('character 12 looks like the rest of a value');
    expect(remarks).not.toContain('hunter2');
    expect(parseKeyValues('{}', 'plain')).toMatchObject({
      value: { clears: false, remarks: [expect.stringContaining('removes nothing')] },
    });
  });

  test.each([
    ['=x', 'has "=" without a name before it at character 1'],
    ['A=1,=secret', 'has "=" without a name before it at character 5'],
    ['A=1\\', 'ends in a backslash, at character 4'],
  ])('%j is a problem', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });
});

describe('quoted: what its documentation says', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'a comma',
      'A="x,y",B=1',
      [
        ['A', 'x,y'],
        ['B', '1'],
      ],
    ],
    [
      'a line break',
      'PEM="one\ntwo"\nB=1',
      [
        ['PEM', 'one\ntwo'],
        ['B', '1'],
      ],
    ],
    ['JSON between single quotes', `CFG='{"a":1,"b":"c\\\\d"}'`, [['CFG', '{"a":1,"b":"c\\\\d"}']]],
    ['an escaped quote', 'A="say \\"hi\\""', [['A', 'say "hi"']]],
    [
      'blanks between quotes',
      'A = " a " , B=1',
      [
        ['A', ' a '],
        ['B', '1'],
      ],
    ],
    [
      'a quote within a value',
      `A=it's,B=2`,
      [
        ['A', "it's"],
        ['B', '2'],
      ],
    ],
    ['no quotes', 'ZIP=zap\\,with', [['ZIP', 'zap,with']]],
  ])('%s', (_name, text, expected) => {
    expect(entries(text, 'quoted')).toEqual(expected);
  });

  test('braces remove all', () => {
    expect(parseKeyValues(' {} ', 'quoted')).toMatchObject({ value: { clears: true } });
  });

  test.each([
    ['A="x', 'has a quote at character 3 that is not closed'],
    ['A="x"y', 'goes on after the closing quote of the value that begins at character 3'],
  ])('%j is a problem', (text, expected) => {
    expect(problem(text, 'quoted')).toBe(expected);
  });
});
