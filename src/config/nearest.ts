/** Number of single-character insertions, deletions, replacements and swaps of neighbours between two texts. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The candidate that a typing mistake most likely meant, or undefined when none is close. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  // A third of the letters wrong is about where a suggestion stops helping and starts to mislead.
  let limit = Math.max(1, Math.floor(Math.max(written.length, 3) / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > limit || (best !== undefined && distance === limit)) continue;
    best = candidate;
    limit = distance;
  }
  return best;
}

/** `did you mean "x"?`, or the known ones when none is near, or what `otherwise` says when there are none. */
export function suggestion(written: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(written, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (candidates.length === 0) return otherwise;
  const shown = candidates.slice(0, 12).join(', ');
  return `known here: ${shown}${candidates.length > 12 ? ', …' : ''}`;
}
