import { escapeHtml, Html } from './html.ts';

/**
 * Renders the Markdown of step summaries: headings, paragraphs, lists, tables, code, quotes, emphasis, links, and
 * `<details>`. Anything else stands as it is written. No HTML of the text gets through but the few tags below.
 */
export function renderMarkdown(markdown: string): Html {
  const lines = markdown
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => !comment.test(line));
  const blocks: string[] = [];
  let index = 0;
  while (index < lines.length) {
    const block = readBlock(lines, index);
    blocks.push(block.html);
    index = block.next;
  }
  return new Html(blocks.filter((block) => block !== '').join('\n'));
}

interface Block {
  readonly html: string;
  readonly next: number;
}

const fence = /^\s*(```+|~~~+)/;
const listItem = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/;
/** A line of its own, as tools mark what they wrote; GitHub does not show it. */
const comment = /^\s*<!--.*-->\s*$/;
const passedTags = /^\s*<\/?(?:details|summary)\b[^>]*>/i;

function readBlock(lines: readonly string[], start: number): Block {
  const line = lines[start] ?? '';
  if (line.trim() === '') return { html: '', next: start + 1 };
  if (fence.test(line)) return readFence(lines, start);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading !== null) {
    // The page has its own first and second level.
    const level = Math.min((heading[1]?.length ?? 1) + 2, 6);
    return { html: `<h${level}>${inline(heading[2] ?? '')}</h${level}>`, next: start + 1 };
  }
  if (/^\s*(?:---+|\*\*\*+)\s*$/.test(line)) return { html: '<hr>', next: start + 1 };
  if (isTable(lines, start)) return readTable(lines, start);
  if (listItem.test(line)) return readList(lines, start);
  if (line.startsWith('>')) {
    const end = runOf(lines, start, (one) => one.startsWith('>'));
    const inner = lines.slice(start, end).map((one) => one.replace(/^>\s?/, ''));
    return { html: `<blockquote>${renderMarkdown(inner.join('\n')).text}</blockquote>`, next: end };
  }
  if (passedTags.test(line)) return { html: passTags(line), next: start + 1 };
  const end = runOf(lines, start, (one, at) => at === start || continuesParagraph(lines, at, one));
  return { html: `<p>${lines.slice(start, end).map(inline).join('<br>')}</p>`, next: end };
}

function continuesParagraph(lines: readonly string[], at: number, line: string): boolean {
  return !(
    line.trim() === '' ||
    fence.test(line) ||
    /^#{1,6}\s/.test(line) ||
    listItem.test(line) ||
    line.startsWith('>') ||
    passedTags.test(line) ||
    isTable(lines, at)
  );
}

function runOf(
  lines: readonly string[],
  start: number,
  belongs: (line: string, at: number) => boolean,
): number {
  let end = start;
  while (end < lines.length && belongs(lines[end] ?? '', end)) end += 1;
  return end;
}

function readFence(lines: readonly string[], start: number): Block {
  const mark = fence.exec(lines[start] ?? '')?.[1] ?? '```';
  const end = runOf(lines, start + 1, (line) => !line.trim().startsWith(mark));
  return {
    html: `<pre><code>${escapeHtml(lines.slice(start + 1, end).join('\n'))}</code></pre>`,
    next: end + 1,
  };
}

function isTable(lines: readonly string[], start: number): boolean {
  const [header = '', rule = ''] = [lines[start], lines[start + 1]];
  return header.includes('|') && /^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*$/.test(rule);
}

function readTable(lines: readonly string[], start: number): Block {
  const alignments = cells(lines[start + 1] ?? '').map((cell) => (/^-+:$/.test(cell) ? ' class="n"' : ''));
  const row = (line: string, tag: 'th' | 'td'): string =>
    `<tr>${cells(line)
      .map((cell, column) => `<${tag}${alignments[column] ?? ''}>${inline(cell)}</${tag}>`)
      .join('')}</tr>`;
  const end = runOf(lines, start + 2, (line) => line.includes('|'));
  const body = lines.slice(start + 2, end).map((line) => row(line, 'td'));
  const head = row(lines[start] ?? '', 'th');
  return {
    html: `<div class="scroll"><table><thead>${head}</thead><tbody>${body.join('')}</tbody></table></div>`,
    next: end,
  };
}

function cells(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function readList(lines: readonly string[], start: number): Block {
  const tag = /^\s*\d/.test(lines[start] ?? '') ? 'ol' : 'ul';
  const end = runOf(lines, start, (line) => listItem.test(line) || /^\s{2,}\S/.test(line));
  const items: string[] = [];
  for (const line of lines.slice(start, end)) {
    const item = listItem.exec(line);
    if (item !== null) items.push(item[1] ?? '');
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return { html: `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`, next: end };
}

/** Code first, so that nothing inside it is taken for emphasis. */
function inline(text: string): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part, index) =>
      index % 2 === 1 ? `<code>${escapeHtml(part.replaceAll(/^`+|`+$/g, '').trim())}</code>` : emphasis(part),
    )
    .join('');
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replaceAll(/(?<![">\w/=])(https?:\/\/[^\s<)&]+)/g, '<a href="$1">$1</a>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, '<em>$1</em>')
    .replaceAll(/&lt;(\/?)(br|sub|sup|b|i)\s*\/?&gt;/g, '<$1$2>');
}

/** A line of `<details>` and `<summary>`; their attributes and other tags do not get through. */
function passTags(line: string): string {
  return escapeHtml(line)
    .replaceAll(/&lt;details(?: open)?&gt;/gi, '<details>')
    .replaceAll(/&lt;(\/?)(details|summary)&gt;/gi, '<$1$2>');
}
