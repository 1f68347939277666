/** HTML that is safe to put into a page; everything else is escaped on its way in. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Part[];

/** A template whose values are escaped, except those that are `Html` already. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(
    strings
      .map((text, index) => text + (index < values.length ? partText(values[index] ?? '') : ''))
      .join(''),
  );
}

function partText(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(partText).join('');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A table; the cells are escaped unless they are `Html`. `numeric` columns stand on the right. */
export function htmlTable(
  headers: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  numeric: readonly number[] = [],
): Html {
  const kind = (column: number): Html => (numeric.includes(column) ? html` class="n"` : html``);
  return html`<div class="scroll"><table><thead><tr>${headers.map(
    (header, column) => html`<th${kind(column)}>${header}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td${kind(column)}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
