/** A table for a terminal: columns as wide as their longest cell, numbers to the right. */
export function textTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const numeric = headers.map((_, column) => rows.every((row) => /^[\d.]*$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headers), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)];
}

/** Bars over time, one line per entry. `width` is that of the bars. */
export function textTimeline(
  entries: readonly { readonly name: string; readonly from: number; readonly to: number }[],
  width: number,
): readonly string[] {
  if (entries.length === 0) return [];
  const start = Math.min(...entries.map(({ from }) => from));
  const end = Math.max(...entries.map(({ to }) => to), start + 1);
  const names = Math.max(...entries.map(({ name }) => name.length));
  const column = (at: number): number => Math.round(((at - start) / (end - start)) * width);
  return entries.map(({ name, from, to }) => {
    const left = Math.min(column(from), width - 1);
    const bar = '█'.repeat(Math.max(column(to) - left, 1));
    const seconds = `${((to - from) / 1000).toFixed(1)} s`;
    return `${name.padEnd(names)}  ${' '.repeat(left)}${bar} ${seconds}`;
  });
}
