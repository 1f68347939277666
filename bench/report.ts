/** One measurement with everything that is worth a line. */
export interface Report {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the numbers mean, one sentence each. */
  readonly notes: readonly string[];
}

/** The report as text, with columns of equal width. */
export function shown(report: Report): string {
  const lines = [report.head, ...report.rows];
  const widths = report.head.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [
    report.title,
    '-'.repeat(report.title.length),
    ...text,
    ...report.notes.map((note) => `· ${note}`),
  ].join('\n');
}
