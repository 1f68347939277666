import { Refusal } from '../service.ts';
import { canonicalPath } from './monitoring-filter.ts';
import type { MetricKind, Sample, Series, ValueType } from './monitoring-series.ts';
import { merged, percentileOf, percentileOfNumbers, sum, type Value } from './monitoring-values.ts';

export interface Aggregation {
  /** Milliseconds. */
  readonly period: number;
  readonly aligner: string;
  readonly reducer: string;
  readonly groupBy: readonly string[];
}

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** How often Google samples Cloud Run's metrics. */
const samplePeriod = 60_000;

const percentiles: Readonly<Record<string, number>> = {
  PERCENTILE_99: 0.99,
  PERCENTILE_95: 0.95,
  PERCENTILE_50: 0.5,
  PERCENTILE_05: 0.05,
};

export const aligners = [
  'NONE',
  'DELTA',
  'RATE',
  'MIN',
  'MAX',
  'MEAN',
  'COUNT',
  'SUM',
  ...Object.keys(percentiles),
].map((name) => `ALIGN_${name}`);

export const reducers = ['NONE', 'MEAN', 'MIN', 'MAX', 'SUM', 'COUNT', ...Object.keys(percentiles)].map(
  (name) => `REDUCE_${name}`,
);

/**
 * What a query asks for of the series: each made regular, then joined by group. Periods count back from the end of the
 * interval. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aggregation
 */
export function aggregate(series: readonly Series[], interval: Interval, how: Aggregation): Series[] {
  const aligned = series
    .map((one) => (how.aligner === 'ALIGN_NONE' ? sampled(one, interval) : align(one, interval, how)))
    .filter((one) => one.samples.length > 0);
  return how.reducer === 'REDUCE_NONE' ? aligned : reduce(aligned, how);
}

/** As stored: moments become points of one sample period each. */
function sampled(series: Series, { start, end }: Interval): Series {
  const inside = series.samples.filter((sample) => sample.end > start && sample.end <= end);
  const moments = inside.filter((sample) => series.kind === 'DELTA' && sample.start === sample.end);
  const points = [...Map.groupBy(moments, (sample) => Math.floor(sample.end / samplePeriod))].map(
    ([minute, samples]) => ({
      start: minute * samplePeriod,
      end: (minute + 1) * samplePeriod,
      value: total(samples.map((sample) => sample.value)),
    }),
  );
  const others = inside.filter((sample) => !moments.includes(sample));
  return { ...series, samples: [...points, ...others].sort((a, b) => a.end - b.end) };
}

function align(series: Series, { start, end }: Interval, { period, aligner }: Aggregation): Series {
  const { kind, valueType } = alignedType(series, aligner);
  const deltas = series.kind === 'CUMULATIVE' ? differences(series.samples) : series.samples;
  const inside = deltas.filter((sample) => sample.end > start && sample.end <= end);
  const windows = Map.groupBy(inside, (sample) => Math.floor((end - sample.end) / period));
  const samples = [...windows].map(([back, own]): Sample => {
    const at = end - back * period;
    const values = own.map((sample) => sample.value);
    return {
      start: kind === 'GAUGE' ? at : at - period,
      end: at,
      value: alignedValue(values, aligner, period),
    };
  });
  return { ...series, kind, valueType, samples: samples.sort((a, b) => a.end - b.end) };
}

function alignedType(
  { kind, valueType }: Series,
  aligner: string,
): { kind: MetricKind; valueType: ValueType } {
  const numeric = valueType === 'INT64' || valueType === 'DOUBLE';
  const summable = numeric || valueType === 'DISTRIBUTION';
  switch (aligner) {
    case 'ALIGN_DELTA':
      if (kind !== 'GAUGE' && summable) return { kind: 'DELTA', valueType };
      break;
    case 'ALIGN_RATE':
      if (kind !== 'GAUGE' && numeric) return { kind: 'GAUGE', valueType: 'DOUBLE' };
      break;
    case 'ALIGN_SUM':
      if (kind !== 'CUMULATIVE' && summable) return { kind, valueType };
      break;
    case 'ALIGN_COUNT':
      if (kind !== 'CUMULATIVE' && (summable || valueType === 'BOOL')) return { kind, valueType: 'INT64' };
      break;
    case 'ALIGN_MEAN':
      if (kind !== 'CUMULATIVE' && numeric) return { kind, valueType: 'DOUBLE' };
      break;
    case 'ALIGN_MIN':
    case 'ALIGN_MAX':
      if (kind !== 'CUMULATIVE' && numeric) return { kind, valueType };
      break;
    default:
      if (kind !== 'CUMULATIVE' && valueType === 'DISTRIBUTION')
        return { kind: 'GAUGE', valueType: 'DOUBLE' };
  }
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    `Field aggregation.perSeriesAligner had an invalid value of "${aligner}": The aligner cannot be applied to metrics with kind ${kind} and value type ${valueType}.`,
  );
}

function alignedValue(values: readonly Value[], aligner: string, period: number): Value {
  switch (aligner) {
    case 'ALIGN_DELTA':
    case 'ALIGN_SUM':
      return total(values);
    case 'ALIGN_RATE':
      return { type: 'DOUBLE', number: sum(numbersOf(values)) / (period / 1000) };
    case 'ALIGN_COUNT':
      return { type: 'INT64', number: values.length };
    default:
      return statistic(values, aligner.slice('ALIGN_'.length));
  }
}

/** A cumulative metric's growth from point to point; it starts anew when its start time moves. */
function differences(samples: readonly Sample[]): Sample[] {
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    if (before?.start !== sample.start || !('number' in sample.value) || !('number' in before.value)) {
      return sample;
    }
    return {
      start: before.end,
      end: sample.end,
      value: { type: sample.value.type, number: sample.value.number - before.value.number },
    };
  });
}

function reduce(series: readonly Series[], { reducer, groupBy }: Aggregation): Series[] {
  const fields = groupBy.map(canonicalPath);
  const groups = Map.groupBy(series, (one) => JSON.stringify(fields.map((field) => labelOf(one, field))));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const kept = (own: Readonly<Record<string, string>>, prefix: string) =>
      Object.fromEntries(Object.entries(own).filter(([name]) => fields.includes(`${prefix}.labels.${name}`)));
    const { project_id } = first.resource.labels;
    const ends = Map.groupBy(
      members.flatMap((one) => one.samples),
      (sample) => sample.end,
    );
    const samples = [...ends.values()].flatMap((same): Sample[] => {
      const [one] = same;
      return one === undefined ? [] : [{ ...one, value: reducedValue(same, reducer) }];
    });
    return [
      {
        ...first,
        metric: { type: first.metric.type, labels: kept(first.metric.labels, 'metric') },
        resource: {
          type: first.resource.type,
          labels: {
            ...(project_id === undefined ? {} : { project_id }),
            ...kept(first.resource.labels, 'resource'),
          },
        },
        valueType: samples[0]?.value.type ?? first.valueType,
        samples: samples.sort((a, b) => a.end - b.end),
      },
    ];
  });
}

function reducedValue(samples: readonly Sample[], reducer: string): Value {
  const values = samples.map((sample) => sample.value);
  if (reducer === 'REDUCE_SUM') return total(values);
  if (reducer === 'REDUCE_COUNT') return { type: 'INT64', number: values.length };
  return statistic(values, reducer.slice('REDUCE_'.length));
}

/** Minimum, maximum, mean or percentile. */
function statistic(values: readonly Value[], name: string): Value {
  const distributions = values.flatMap((value) => ('distribution' in value ? [value.distribution] : []));
  const share = percentiles[name];
  if (distributions.length > 0) {
    const all = merged(distributions);
    return { type: 'DOUBLE', number: share === undefined ? all.mean : percentileOf(all, share) };
  }
  const numbers = numbersOf(values);
  if (share !== undefined) return { type: 'DOUBLE', number: percentileOfNumbers(numbers, share) };
  if (name === 'MEAN') return { type: 'DOUBLE', number: sum(numbers) / numbers.length };
  const whole = values.every((value) => value.type === 'INT64');
  return {
    type: whole ? 'INT64' : 'DOUBLE',
    number: name === 'MIN' ? Math.min(...numbers) : Math.max(...numbers),
  };
}

function total(values: readonly Value[]): Value {
  const distributions = values.flatMap((value) => ('distribution' in value ? [value.distribution] : []));
  if (distributions.length > 0) return { type: 'DISTRIBUTION', distribution: merged(distributions) };
  const whole = values.every((value) => value.type === 'INT64');
  return { type: whole ? 'INT64' : 'DOUBLE', number: sum(numbersOf(values)) };
}

function numbersOf(values: readonly Value[]): number[] {
  return values.flatMap((value) =>
    'number' in value ? [value.number] : 'flag' in value ? [Number(value.flag)] : [],
  );
}

/** What a path of a filter or of `groupByFields` leads to in a series. */
export function labelOf(series: Series, path: string): string | undefined {
  const [, owner, label] = /^(metric|resource)\.labels\.(.+)$/.exec(path) ?? [];
  if (label !== undefined) return (owner === 'metric' ? series.metric : series.resource).labels[label];
  if (path === 'metric.type') return series.metric.type;
  if (path === 'resource.type') return series.resource.type;
  if (path === 'project' || path === 'resource.project_id') return series.resource.labels.project_id;
  return undefined;
}
