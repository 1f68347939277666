/** A distribution over buckets: `counts[i]` values below `bounds[i]`, and the last count those above all bounds. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly sumOfSquaredDeviation: number;
  readonly options: BucketOptions;
  readonly counts: readonly number[];
}

export interface BucketOptions {
  readonly explicitBuckets?: { readonly bounds?: readonly number[] };
  readonly exponentialBuckets?: {
    readonly numFiniteBuckets: number;
    readonly growthFactor: number;
    readonly scale: number;
  };
  readonly linearBuckets?: {
    readonly numFiniteBuckets: number;
    readonly width: number;
    readonly offset: number;
  };
}

export type Value =
  | { readonly type: 'INT64'; readonly number: number }
  | { readonly type: 'DOUBLE'; readonly number: number }
  | { readonly type: 'BOOL'; readonly flag: boolean }
  | { readonly type: 'STRING'; readonly text: string }
  | { readonly type: 'DISTRIBUTION'; readonly distribution: Distribution };

/** google.monitoring.v3.TypedValue. */
export interface TypedValue {
  readonly int64Value?: string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly stringValue?: string;
  readonly distributionValue?: {
    readonly count?: string;
    readonly mean?: number;
    readonly sumOfSquaredDeviation?: number;
    readonly bucketOptions?: BucketOptions;
    readonly bucketCounts?: readonly string[];
  };
}

export function boundsOf(options: BucketOptions): number[] {
  const { explicitBuckets, exponentialBuckets, linearBuckets } = options;
  if (exponentialBuckets !== undefined) {
    const { numFiniteBuckets, growthFactor, scale } = exponentialBuckets;
    return Array.from({ length: numFiniteBuckets + 1 }, (_, index) => scale * growthFactor ** index);
  }
  if (linearBuckets !== undefined) {
    const { numFiniteBuckets, width, offset } = linearBuckets;
    return Array.from({ length: numFiniteBuckets + 1 }, (_, index) => offset + width * index);
  }
  return [...(explicitBuckets?.bounds ?? [])];
}

/** The distribution of those numbers over the buckets. */
export function distributionOf(numbers: readonly number[], options: BucketOptions): Distribution {
  const bounds = boundsOf(options);
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const number of numbers) {
    const above = bounds.findIndex((bound) => number < bound);
    const index = above === -1 ? bounds.length : above;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const mean = numbers.length === 0 ? 0 : sum(numbers) / numbers.length;
  return {
    count: numbers.length,
    mean,
    sumOfSquaredDeviation: sum(numbers.map((number) => (number - mean) ** 2)),
    options,
    counts,
  };
}

/** Distributions over the same buckets as one. */
export function merged(distributions: readonly Distribution[]): Distribution {
  const [first, ...others] = distributions;
  if (first === undefined) return distributionOf([], {});
  return others.reduce((one, other) => {
    const count = one.count + other.count;
    const mean = count === 0 ? 0 : (one.mean * one.count + other.mean * other.count) / count;
    const between = count === 0 ? 0 : ((one.mean - other.mean) ** 2 * one.count * other.count) / count;
    return {
      count,
      mean,
      sumOfSquaredDeviation: one.sumOfSquaredDeviation + other.sumOfSquaredDeviation + between,
      options: one.options,
      counts: one.counts.map((own, index) => own + (other.counts[index] ?? 0)),
    };
  }, first);
}

/**
 * The value below which that share (0 to 1) of the values lies, as far as the buckets tell: within a bucket they are
 * taken to be spread evenly, as Monitoring does.
 */
export function percentileOf(distribution: Distribution, share: number): number {
  const bounds = boundsOf(distribution.options);
  const wanted = share * distribution.count;
  let below = 0;
  for (const [index, count] of distribution.counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0);
      const upper = bounds[index] ?? lower;
      return lower + ((upper - lower) * (wanted - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? 0;
}

export function percentileOfNumbers(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const lower = sorted[Math.floor(at)] ?? 0;
  const upper = sorted[Math.ceil(at)] ?? lower;
  return lower + (upper - lower) * (at - Math.floor(at));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Nothing for a value without a type. */
export function readValue(value: TypedValue): Value | undefined {
  if (value.int64Value !== undefined) return { type: 'INT64', number: Number(value.int64Value) };
  if (value.doubleValue !== undefined) return { type: 'DOUBLE', number: value.doubleValue };
  if (value.boolValue !== undefined) return { type: 'BOOL', flag: value.boolValue };
  if (value.stringValue !== undefined) return { type: 'STRING', text: value.stringValue };
  const given = value.distributionValue;
  if (given === undefined) return undefined;
  const options = given.bucketOptions ?? {};
  const counts = (given.bucketCounts ?? []).map(Number);
  return {
    type: 'DISTRIBUTION',
    distribution: {
      count: Number(given.count ?? sum(counts)),
      mean: given.mean ?? 0,
      sumOfSquaredDeviation: given.sumOfSquaredDeviation ?? 0,
      options,
      counts: Array.from({ length: boundsOf(options).length + 1 }, (_, index) => counts[index] ?? 0),
    },
  };
}

export function writeValue(value: Value): TypedValue {
  switch (value.type) {
    case 'INT64':
      return { int64Value: String(value.number) };
    case 'DOUBLE':
      return { doubleValue: value.number };
    case 'BOOL':
      return { boolValue: value.flag };
    case 'STRING':
      return { stringValue: value.text };
    default: {
      const { count, mean, sumOfSquaredDeviation, options, counts } = value.distribution;
      const last = counts.findLastIndex((one) => one > 0);
      return {
        distributionValue: {
          count: String(count),
          mean,
          sumOfSquaredDeviation,
          bucketOptions: options,
          bucketCounts: counts.slice(0, last + 1).map(String),
        },
      };
    }
  }
}
