import { describe, expect, test } from 'vitest';
import { code, details, table } from '../../src/report/markdown.ts';

/** The cells of a row as GitHub takes them apart: at pipes that no backslash escapes. */
function cells(row: string): string[] {
  const found = [''];
  for (const [token] of row.slice(2, -2).matchAll(/\\.|[\s\S]/g)) {
    if (token === '|') found.push('');
    else found[found.length - 1] += token;
  }
  return found.map((cell) => cell.trim());
}

test('a table has a head, a line, and a row for each', () => {
  expect(
    table(
      ['name', 'value'],
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ),
  ).toBe('| name | value |\n| --- | --- |\n| a | 1 |\n| b | 2 |');
});

test('a table without rows is a head', () => {
  expect(table(['name'], [])).toBe('| name |\n| --- |');
});

describe('what stands in a cell stays in it', () => {
  test.each([
    'a|b',
    '||',
    'a\\|b',
    'a\\\\|b',
    '\\',
    'one\ntwo',
    'one\r\ntwo',
    'one\rtwo',
    '<script>alert(1)</script>',
    '<!-- hides',
    'a | b \n | c',
  ])('%j', (text) => {
    const rows = table(['a', 'b'], [[text, 'next']]).split(/\r\n|\r|\n/);
    expect(rows).toHaveLength(3);
    const [first = '', second] = cells(rows[2] ?? '');
    expect(cells(rows[2] ?? '')).toHaveLength(2);
    expect(second).toBe('next');
    expect(first.replaceAll('<br>', '')).not.toContain('<');
    // As GitHub shows it: escapes undone, breaks as breaks.
    const shown = first
      .replaceAll('<br>', '\n')
      .replaceAll('&lt;', '<')
      .replaceAll(/\\([\\|])/g, '$1');
    expect(shown).toBe(text.replaceAll(/\r\n?/g, '\n'));
  });
});

test('code cannot be ended from within', () => {
  expect(code('a`b`c')).toBe("`a'b'c`");
});

test('details fold', () => {
  expect(details('More', 'text')).toBe('<details><summary>More</summary>\n\ntext\n\n</details>');
});
