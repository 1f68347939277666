import { revisionResource } from '../endpoints/container-log.ts';
import { type RequestRecord, requestRecords } from '../endpoints/requests.ts';
import type { Cloud, Table } from '../service.ts';
import { countedEntries } from './logging-metrics.ts';
import {
  type BucketOptions,
  distributionOf,
  readValue,
  type TypedValue,
  type Value,
} from './monitoring-values.ts';
import { partsOf } from './run-resource.ts';

export type MetricKind = 'GAUGE' | 'DELTA' | 'CUMULATIVE';
export type ValueType = 'BOOL' | 'INT64' | 'DOUBLE' | 'STRING' | 'DISTRIBUTION';

/** What was measured over a stretch of time; both ends in milliseconds since the epoch, equal for a moment. */
export interface Sample {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

export interface Series {
  readonly metric: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly kind: MetricKind;
  readonly valueType: ValueType;
  readonly unit: string;
  /** The oldest first. */
  readonly samples: readonly Sample[];
}

/** A series that was written through the API, by project, metric and resource. */
export interface WrittenSeries {
  readonly project: string;
  readonly metric: Series['metric'];
  readonly resource: Series['resource'];
  readonly kind: MetricKind;
  readonly valueType: ValueType;
  readonly points: { readonly start: number; readonly end: number; readonly value: TypedValue }[];
}

export function writtenSeries(cloud: Cloud): Table<WrittenSeries> {
  return cloud.table<WrittenSeries>('monitoring.timeSeries');
}

export const requestCount = 'run.googleapis.com/request_count';
export const requestLatencies = 'run.googleapis.com/request_latencies';

/** Milliseconds; Cloud Run's own buckets are not documented, these have the form that Google's front ends use. */
const latencyBuckets: BucketOptions = {
  exponentialBuckets: { numFiniteBuckets: 66, growthFactor: 1.4, scale: 1 },
};

/** Every series of the project whose metric the test takes. */
export function seriesOf(cloud: Cloud, project: string, wanted: (type: string) => boolean): Series[] {
  const found = new Map<string, Series>();
  const add = (series: Series) => {
    const key = JSON.stringify([series.metric, series.resource]);
    const before = found.get(key);
    const samples = [...(before?.samples ?? []), ...series.samples].sort((a, b) => a.end - b.end);
    found.set(key, { ...series, samples });
  };
  if (wanted(requestCount) || wanted(requestLatencies)) {
    for (const series of ofRequests(cloud, project)) if (wanted(series.metric.type)) add(series);
  }
  for (const { type, entries } of countedEntries(cloud, project, wanted)) {
    for (const entry of entries) {
      const end = Date.parse(entry.timestamp);
      add({
        metric: { type, labels: {} },
        resource: entry.resource,
        kind: 'DELTA',
        valueType: 'INT64',
        unit: '1',
        samples: [{ start: end, end, value: { type: 'INT64', number: 1 } }],
      });
    }
  }
  for (const written of writtenSeries(cloud).values()) {
    if (written.project !== project || !wanted(written.metric.type)) continue;
    const unit = written.metric.type === requestLatencies ? 'ms' : '1';
    const samples = written.points.flatMap(({ value, ...times }) => {
      const read = readValue(value);
      return read === undefined ? [] : [{ ...times, value: read }];
    });
    add({ ...written, unit, samples });
  }
  return [...found.values()];
}

/** What Cloud Run measures of the requests that reached a container. */
function ofRequests(cloud: Cloud, project: string): Series[] {
  const groups = Map.groupBy(
    [...requestRecords(cloud).values()].filter((record) => partsOf(record.revision).project === project),
    (record) => `${record.revision} ${record.status}`,
  );
  return [...groups.values()].flatMap((records) => {
    const [first] = records;
    if (first === undefined) return [];
    const labels = {
      response_code: String(first.status),
      response_code_class: `${Math.floor(first.status / 100)}xx`,
    };
    const resource = revisionResource(first.revision);
    return [
      {
        metric: { type: requestCount, labels },
        resource,
        kind: 'DELTA',
        valueType: 'INT64',
        unit: '1',
        samples: records.map((record) => momentOf(record, { type: 'INT64', number: 1 })),
      },
      {
        metric: { type: requestLatencies, labels },
        resource,
        kind: 'DELTA',
        valueType: 'DISTRIBUTION',
        unit: 'ms',
        samples: records.map((record) =>
          momentOf(record, {
            type: 'DISTRIBUTION',
            distribution: distributionOf([record.latency], latencyBuckets),
          }),
        ),
      },
    ];
  });
}

function momentOf(record: RequestRecord, value: Value): Sample {
  return { start: record.at, end: record.at, value };
}
