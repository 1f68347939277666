/** A range of IPv4 addresses: its first address as a number, and the length of its prefix. */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

/** Undefined when the text is no CIDR or has bits set behind the prefix. */
export function parseRange(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function overlap(one: Range, other: Range): boolean {
  return one.first < other.first + sizeOf(other.prefix) && other.first < one.first + sizeOf(one.prefix);
}

export function addressAt(value: number): string {
  return [value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value]
    .map((part) => Math.floor(part) % 256)
    .join('.');
}

/** The last free range of that size in 10.0.0.0/8: far from where people lay out their subnets by hand. */
export function freeRange(prefix: number, taken: readonly Range[]): Range | undefined {
  const [start, end] = [10 * 2 ** 24, 11 * 2 ** 24];
  for (let first = end - sizeOf(prefix); first >= start; first -= sizeOf(prefix)) {
    const range = { first, prefix };
    if (!taken.some((other) => overlap(range, other))) return range;
  }
  return undefined;
}
