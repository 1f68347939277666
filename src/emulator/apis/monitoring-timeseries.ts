import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { page } from './listing.ts';
import {
  type Aggregation,
  aggregate,
  aligners,
  type Interval,
  labelOf,
  reducers,
} from './monitoring-aggregation.ts';
import {
  findDescriptor,
  invalidField,
  isOwnMetric,
  type MetricDescriptor,
  ownDescriptors,
  unknownMetric,
} from './monitoring-descriptors.ts';
import { badFilter, canonicalPath, monitoringFilter } from './monitoring-filter.ts';
import {
  type MetricKind,
  type Series,
  seriesOf,
  type ValueType,
  type WrittenSeries,
  writtenSeries,
} from './monitoring-series.ts';
import { readValue, type TypedValue, writeValue } from './monitoring-values.ts';

/** Google takes no more in one call. */
const mostSeries = 200;

/** A point may lie so far ahead or behind, in milliseconds. */
const furthestAhead = 5 * 60_000;
const furthestBehind = 25 * 3_600_000;

interface TimeSeriesBody {
  readonly metric?: { readonly type?: string; readonly labels?: Record<string, string> };
  readonly resource?: { readonly type?: string; readonly labels?: Record<string, string> };
  readonly metricKind?: string;
  readonly valueType?: string;
  readonly points?: readonly {
    readonly interval?: { readonly startTime?: string; readonly endTime?: string };
    readonly value?: TypedValue;
  }[];
}

export async function listTimeSeries(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { id } = cloud.project(call.params.project ?? '');
  const source = call.query.get('filter') ?? '';
  const filter = monitoringFilter(source);
  if (!filter.mentions('metric.type')) {
    throw badFilter(
      source,
      'must specify a restriction on "metric.type" in the filter; see "https://cloud.google.com/monitoring/api/resources_and_metrics" for a list of available metric types.',
    );
  }
  const interval = intervalOf(call.query);
  const how = aggregationOf(call.query);
  for (const type of filter.valuesOf('metric.type')) {
    if (findDescriptor(cloud, id, type) === undefined) throw unknownMetric(type);
  }
  const named = filter.valuesOf('metric.type');
  const all = seriesOf(cloud, id, (type) => named.length === 0 || named.includes(type));
  const chosen = all.filter((series) => filter.matches((path) => labelOf(series, path)));
  const result = aggregate(chosen, interval, how);
  const { items, ...rest } = page(result, call.query, { largest: 100_000 });
  const headersOnly = call.query.get('view') === 'HEADERS';
  return {
    status: 200,
    body: {
      ...(items.length > 0 ? { timeSeries: items.map((series) => shown(series, headersOnly)) } : {}),
      ...(items[0] === undefined ? {} : { unit: items[0].unit }),
      ...rest,
    },
  };
}

/** The newest point first, as Monitoring gives them. */
function shown(series: Series, headersOnly: boolean): Record<string, unknown> {
  const points = series.samples
    .map(({ start, end, value }) => ({
      interval: { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() },
      value: writeValue(value),
    }))
    .reverse();
  return {
    metric: series.metric,
    resource: series.resource,
    metricKind: series.kind,
    valueType: series.valueType,
    ...(headersOnly ? {} : { points }),
  };
}

function intervalOf(query: URLSearchParams): Interval {
  const end = timeOf('interval.endTime', query.get('interval.endTime'));
  const start = query.has('interval.startTime')
    ? timeOf('interval.startTime', query.get('interval.startTime'))
    : end;
  if (start > end) {
    throw invalidField(
      'interval.startTime',
      query.get('interval.startTime'),
      'The start time must be before the end time.',
    );
  }
  return { start, end };
}

function timeOf(field: string, text: string | null): number {
  const time = Date.parse(text ?? '');
  if (text === null || text === '' || Number.isNaN(time)) {
    throw invalidField(field, text ?? '', 'A timestamp in RFC 3339 is required.');
  }
  return time;
}

function aggregationOf(query: URLSearchParams): Aggregation {
  const secondary = [...query.keys()].find((name) => name.startsWith('secondaryAggregation.'));
  if (secondary !== undefined) {
    throw new Refusal(
      501,
      'UNIMPLEMENTED',
      `not implemented by the emulator: ${secondary} of timeSeries.list`,
    );
  }
  const aligner = known(query, 'perSeriesAligner', 'ALIGN_NONE', aligners);
  const reducer = known(query, 'crossSeriesReducer', 'REDUCE_NONE', reducers);
  const asked = query.get('aggregation.alignmentPeriod');
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(asked ?? '0s')?.[1]);
  if (aligner !== 'ALIGN_NONE' && !(seconds >= 60)) {
    throw invalidField(
      'aggregation.alignmentPeriod',
      asked ?? '',
      'The alignment period must be at least 60 seconds.',
    );
  }
  if (aligner === 'ALIGN_NONE' && reducer !== 'REDUCE_NONE') {
    throw invalidField(
      'aggregation.crossSeriesReducer',
      reducer,
      'A reducer needs a per-series aligner other than ALIGN_NONE.',
    );
  }
  const groupBy = query.getAll('aggregation.groupByFields');
  for (const field of groupBy) {
    if (
      /^(?:(?:metric|resource)\.labels\.\w+|metric\.type|resource\.type|project)$/.test(canonicalPath(field))
    )
      continue;
    throw invalidField('aggregation.groupByFields', field, 'It is no label of a metric or of a resource.');
  }
  return { period: seconds * 1000, aligner, reducer, groupBy };
}

function known(query: URLSearchParams, name: string, ifMissing: string, values: readonly string[]): string {
  const value = query.get(`aggregation.${name}`) ?? ifMissing;
  if (values.includes(value)) return value;
  throw invalidField(`aggregation.${name}`, value, 'It is not known, or the emulator does not implement it.');
}

/** A user's own metrics. https://cloud.google.com/monitoring/custom-metrics/creating-metrics */
export function createTimeSeries(call: Call, cloud: Cloud): Reply {
  return write(call, cloud, (body, field) => {
    const type = body.metric?.type ?? '';
    if (!isOwnMetric(type)) {
      throw invalidField(
        `${field}.metric.type`,
        type,
        'The metric type must be a URL-formatted string with a domain and non-empty path.',
      );
    }
    if ((body.points ?? []).length !== 1) {
      throw invalidField(
        `${field}.points`,
        (body.points ?? []).length,
        'Each time series must have exactly one point.',
      );
    }
  });
}

/** Metrics of Google's services; for a test that wants to say what Cloud Run measured. */
export function createServiceTimeSeries(call: Call, cloud: Cloud): Reply {
  return write(call, cloud, (body, field) => {
    const type = body.metric?.type ?? '';
    if (
      isOwnMetric(type) ||
      findDescriptor(cloud, cloud.project(call.params.project ?? '').id, type) === undefined
    ) {
      throw invalidField(
        `${field}.metric.type`,
        type,
        'It is no metric of a Google Cloud service that the emulator knows.',
      );
    }
  });
}

function write(call: Call, cloud: Cloud, check: (body: TimeSeriesBody, field: string) => void): Reply {
  const { id } = cloud.project(call.params.project ?? '');
  const bodies = (call.body as { timeSeries?: TimeSeriesBody[] } | undefined)?.timeSeries ?? [];
  if (bodies.length === 0 || bodies.length > mostSeries) {
    throw invalidField('timeSeries', bodies.length, `There must be 1 to ${mostSeries} time series.`);
  }
  const checked = bodies.map((body, index) => {
    check(body, `timeSeries[${index}]`);
    return readSeries(cloud, id, body, `timeSeries[${index}]`);
  });
  for (const { key, series, descriptor } of checked) {
    const before = writtenSeries(cloud).get(key);
    writtenSeries(cloud).set(key, { ...series, points: [...(before?.points ?? []), ...series.points] });
    if (descriptor !== undefined) ownDescriptors(cloud).set(`${id}/${descriptor.type}`, descriptor);
  }
  return { status: 200, body: {} };
}

function readSeries(
  cloud: Cloud,
  project: string,
  body: TimeSeriesBody,
  field: string,
): { key: string; series: WrittenSeries; descriptor?: MetricDescriptor } {
  const type = body.metric?.type ?? '';
  const metric = { type, labels: body.metric?.labels ?? {} };
  if (!body.resource?.type)
    throw invalidField(`${field}.resource.type`, '', 'The resource type is required.');
  const resource = {
    type: body.resource.type,
    labels: { project_id: project, ...body.resource.labels },
  };
  const points = (body.points ?? []).map((point, index) =>
    readPoint(cloud, point, `${field}.points[${index}]`),
  );
  const [first] = points;
  if (first === undefined) throw invalidField(`${field}.points`, '', 'At least one point is required.');
  const valueType = readValue(first.value)?.type ?? 'INT64';
  const known = findDescriptor(cloud, project, type);
  const kind = (specified(body.metricKind) ?? known?.metricKind ?? 'GAUGE') as MetricKind;
  checkKind(known, kind, valueType, body, field);
  const key = JSON.stringify([project, metric, resource]);
  const newest = writtenSeries(cloud).get(key)?.points.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
  if (points.some((point, index) => point.end <= (points[index - 1]?.end ?? newest))) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `One or more TimeSeries could not be written: ${field}: Points must be written in order. One or more of the points specified had an older end time than the most recent point.`,
    );
  }
  const series: WrittenSeries = { project, metric, resource, kind, valueType, points };
  if (known !== undefined) return { key, series };
  const descriptor: MetricDescriptor = {
    name: `projects/${project}/metricDescriptors/${type}`,
    type,
    metricKind: kind,
    valueType,
    labels: Object.keys(metric.labels).map((label) => ({ key: label })),
  };
  return { key, series, descriptor };
}

function checkKind(
  known: MetricDescriptor | undefined,
  kind: string,
  valueType: ValueType,
  body: TimeSeriesBody,
  field: string,
): void {
  if (isOwnMetric(body.metric?.type ?? '') && kind === 'DELTA') {
    throw invalidField(`${field}.metricKind`, kind, 'The metric kind must be GAUGE or CUMULATIVE.');
  }
  if (known !== undefined && known.metricKind !== kind) {
    throw invalidField(
      `${field}.metricKind`,
      kind,
      `The metric kind for metric ${known.type} must be ${known.metricKind}, but is ${kind}.`,
    );
  }
  const wanted = specified(body.valueType) ?? known?.valueType ?? valueType;
  if (wanted !== valueType || (known !== undefined && known.valueType !== valueType)) {
    throw invalidField(
      `${field}.points[0].value`,
      valueType,
      `The value type for metric ${body.metric?.type} must be ${known?.valueType ?? wanted}, but is ${valueType}.`,
    );
  }
}

function readPoint(
  cloud: Cloud,
  point: NonNullable<TimeSeriesBody['points']>[number],
  field: string,
): WrittenSeries['points'][number] {
  const end = timeOf(`${field}.interval.endTime`, point.interval?.endTime ?? null);
  const start =
    point.interval?.startTime === undefined
      ? end
      : timeOf(`${field}.interval.startTime`, point.interval.startTime);
  const ago = cloud.clock.now() - end;
  if (ago < -furthestAhead || ago > furthestBehind) {
    throw invalidField(
      `${field}.interval.endTime`,
      point.interval?.endTime,
      'Data points cannot be written more than 25h in the past or more than 5m in the future.',
    );
  }
  if (start > end) {
    throw invalidField(
      `${field}.interval.startTime`,
      point.interval?.startTime,
      'The start time must be before the end time.',
    );
  }
  if (point.value === undefined || readValue(point.value) === undefined) {
    throw invalidField(`${field}.value`, '', 'A typed value is required.');
  }
  return { start, end, value: point.value };
}

function specified(value: string | undefined): string | undefined {
  return value === undefined || value.endsWith('_UNSPECIFIED') ? undefined : value;
}
