/** A Markdown table. Cells are escaped: a name or a message of somebody else must not break out of its cell. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join(
    '\n',
  );
}

function cell(text: string): string {
  return (
    text
      // Backslashes before a pipe would escape each other and set the pipe free.
      .replaceAll(/(\\*)\|/g, '$1$1\\|')
      .replaceAll(/\r\n?|\n/g, '<br>')
      .replaceAll(/<(?!br>)/g, '&lt;')
  );
}

export function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
