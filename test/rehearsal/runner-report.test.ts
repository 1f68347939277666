import { expect, test } from 'vitest';
import type { Estate } from '../../src/rehearsal/report/estate.ts';
import { layOut } from '../../src/rehearsal/report/graph-layout.ts';
import { html, htmlTable } from '../../src/rehearsal/report/html.ts';
import { renderMarkdown } from '../../src/rehearsal/report/markdown.ts';
import { textTable, textTimeline } from '../../src/rehearsal/text-table.ts';

test.each([
  ['## Plan', '<h4>Plan</h4>'],
  ['one **bold** `a<b` *soft*', '<p>one <strong>bold</strong> <code>a&lt;b</code> <em>soft</em></p>'],
  ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
  ['1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
  ['```yaml\na: <b>\n```', '<pre><code>a: &lt;b&gt;</code></pre>'],
  ['> said', '<blockquote><p>said</p></blockquote>'],
  ['[docs](https://x.example/a)', '<p><a href="https://x.example/a">docs</a></p>'],
  ['[bad](javascript:alert(1))', '<p>[bad](javascript:alert(1))</p>'],
  [
    '<details><summary>more</summary>\n\ntext\n\n</details>',
    '<details><summary>more</summary>\n<p>text</p>\n</details>',
  ],
  ['<!-- mark -->\ntext', '<p>text</p>'],
  ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
])('Markdown %j', (markdown, expected) => {
  expect(renderMarkdown(markdown).text).toBe(expected);
});

test('a Markdown table keeps alignment and escaped pipes', () => {
  const { text } = renderMarkdown('| a | n |\n| --- | ---: |\n| x \\| y | 3 |\nafter');
  expect(text).toBe(
    '<div class="scroll"><table><thead><tr><th>a</th><th class="n">n</th></tr></thead><tbody><tr><td>x | y</td><td class="n">3</td></tr></tbody></table></div>\n<p>after</p>',
  );
});

test('values in HTML are escaped, and HTML is not escaped twice', () => {
  expect(html`<b>${'<i>'}</b>${html`<br>`}${[1, '&']}`.text).toBe('<b>&lt;i&gt;</b><br>1&amp;');
  expect(htmlTable(['a'], [['<']]).text).toContain('<td>&lt;</td>');
});

test('services stand in columns by depth of calls, circles included, with data to their right', () => {
  const node = (id: string, kind: 'service' | 'redis' = 'service', open = false) => ({
    id,
    kind,
    title: id,
    lines: ['x'],
    public: open,
  });
  const estate: Estate = {
    nodes: [
      node('feed', 'service', true),
      node('gateway', 'service', true),
      node('a'),
      node('b'),
      node('r', 'redis'),
    ],
    edges: [
      { from: 'gateway', to: 'feed', kind: 'calls' },
      { from: 'feed', to: 'gateway', kind: 'calls' },
      { from: 'gateway', to: 'a', kind: 'calls' },
      { from: 'gateway', to: 'b', kind: 'calls' },
      { from: 'a', to: 'b', kind: 'calls' },
      { from: 'b', to: 'r', kind: 'uses' },
    ],
  };
  const { nodes, width, height } = layOut(estate);
  const x = Object.fromEntries(nodes.map((one) => [one.id, one.x]));
  expect(
    [x.gateway, x.feed, x.a, x.b, x.r].map((one) =>
      [...new Set(Object.values(x))].sort((p, q) => p - q).indexOf(one ?? -1),
    ),
  ).toEqual([0, 1, 1, 2, 3]);
  for (const one of nodes) {
    expect(one.x + one.width).toBeLessThanOrEqual(width);
    expect(one.y + one.height).toBeLessThanOrEqual(height);
    const others = nodes.filter((other) => other !== one && other.x === one.x);
    expect(others.some((other) => other.y < one.y + one.height && one.y < other.y + other.height)).toBe(
      false,
    );
  }
});

test('a text table has columns of one width, with numbers to the right', () => {
  expect(
    textTable(
      ['name', 's'],
      [
        ['long name', '1.5'],
        ['b', '10.0'],
      ],
    ),
  ).toEqual(['name          s', '─────────  ────', 'long name   1.5', 'b          10.0']);
});

test('a text timeline draws each entry where it began and as long as it took', () => {
  expect(
    textTimeline(
      [
        { name: 'a', from: 0, to: 1000 },
        { name: 'bb', from: 1000, to: 2000 },
      ],
      10,
    ),
  ).toEqual(['a   █████ 1.0 s', 'bb       █████ 1.0 s']);
});
