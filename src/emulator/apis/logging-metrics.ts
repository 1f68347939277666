import { type Call, type Cloud, Refusal, type Reply, type Route, type Table } from '../service.ts';
import { page } from './listing.ts';
import type { LogEntry } from './logging.ts';
import { logFilter } from './logging-filter.ts';

/** A log-based metric as the API shows it. */
export interface LogMetric {
  readonly name: string;
  readonly description?: string;
  readonly filter: string;
  readonly disabled?: boolean;
  readonly metricDescriptor?: Readonly<Record<string, unknown>>;
  readonly createTime: string;
  readonly updateTime: string;
  readonly [field: string]: unknown;
}

/** Log-based metrics by `PROJECT/NAME`. */
export function logMetrics(cloud: Cloud): Table<LogMetric> {
  return cloud.table<LogMetric>('logging.metrics');
}

/**
 * The entries that each of a project's counters has counted; `wanted` is asked with the type that Monitoring knows the
 * counter by. Only entries that came after the metric count, as on Google.
 */
export function countedEntries(
  cloud: Cloud,
  project: string,
  wanted: (type: string) => boolean,
): { type: string; entries: LogEntry[] }[] {
  return [...logMetrics(cloud).entries()].flatMap(([key, metric]) => {
    const type = `logging.googleapis.com/user/${metric.name}`;
    if (!key.startsWith(`${project}/`) || metric.disabled === true || !wanted(type)) return [];
    const matches = logFilter(metric.filter);
    const entries = [...cloud.table<LogEntry>('logging.entries').values()].filter(
      (entry) =>
        entry.logName.startsWith(`projects/${project}/`) &&
        entry.receiveTimestamp >= metric.createTime &&
        matches(entry),
    );
    return [{ type, entries }];
  });
}

function keyOf(call: Call, cloud: Cloud, name = call.params.metric ?? ''): string {
  return `${cloud.project(call.params.project ?? '').id}/${name}`;
}

function metricOf(call: Call, cloud: Cloud): LogMetric {
  const found = logMetrics(cloud).get(keyOf(call, cloud));
  if (found === undefined) {
    throw new Refusal(404, 'NOT_FOUND', `Metric ${call.params.metric} does not exist.`);
  }
  return found;
}

/** The metric that the body asks for. Throws for what Google refuses. */
function checked(call: Call, cloud: Cloud, before: LogMetric | undefined): LogMetric {
  const body = (call.body ?? {}) as Partial<LogMetric>;
  const name = body.name ?? '';
  if (!/^[A-Za-z0-9_\-.,+!*',()%/]{1,100}$/.test(name) || name.startsWith('/')) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Metric name "${name}" is invalid: it must have 1 to 100 characters of [A-Za-z0-9], _-.,+!*',()%/ and not start with a slash.`,
    );
  }
  if (!body.filter) throw new Refusal(400, 'INVALID_ARGUMENT', 'A metric filter must be specified.');
  logFilter(body.filter);
  const { metricKind = 'DELTA', valueType = 'INT64' } = body.metricDescriptor ?? {};
  if (metricKind !== 'DELTA' || (valueType !== 'INT64' && valueType !== 'DISTRIBUTION')) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `A log-based metric must be DELTA and INT64 or DISTRIBUTION, not ${String(metricKind)} and ${String(valueType)}.`,
    );
  }
  if (valueType === 'DISTRIBUTION' && !body.valueExtractor) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'A distribution metric needs a value_extractor.');
  }
  const now = cloud.timestamp();
  const { id } = cloud.project(call.params.project ?? '');
  return {
    ...body,
    name,
    filter: body.filter,
    metricDescriptor: {
      name: `projects/${id}/metricDescriptors/logging.googleapis.com/user/${name}`,
      type: `logging.googleapis.com/user/${name}`,
      unit: '1',
      ...body.metricDescriptor,
      metricKind,
      valueType,
    },
    resourceName: `projects/${id}/metrics/${name}`,
    createTime: before?.createTime ?? now,
    updateTime: now,
  };
}

function create(call: Call, cloud: Cloud): Reply {
  const metric = checked(call, cloud, undefined);
  const key = keyOf(call, cloud, metric.name);
  if (logMetrics(cloud).has(key)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `Metric ${metric.name} already exists.`);
  }
  logMetrics(cloud).set(key, metric);
  return { status: 200, body: metric };
}

/** Creates the metric if it is not there. */
function update(call: Call, cloud: Cloud): Reply {
  const before = logMetrics(cloud).get(keyOf(call, cloud));
  if (before === undefined) {
    cloud.require(call.principal, 'logging.logMetrics.create', `projects/${call.params.project}`);
  }
  const metric = checked(call, cloud, before);
  if (metric.name !== call.params.metric) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Metric name "${metric.name}" does not match the name in the URL, "${call.params.metric}".`,
    );
  }
  logMetrics(cloud).set(keyOf(call, cloud), metric);
  return { status: 200, body: metric };
}

function list(call: Call, cloud: Cloud): Reply {
  const prefix = keyOf(call, cloud, '');
  const own = [...logMetrics(cloud).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, metric]) => metric);
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { metrics: items } : {}), ...rest } };
}

const collection = '/v2/projects/{project}/metrics';
const one = `${collection}/{metric}`;

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics */
export const logMetricRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: collection,
    id: 'logging.projects.metrics.create',
    permission: 'logging.logMetrics.create',
    message: 'LogMetric',
    handle: create,
  },
  {
    method: 'GET',
    path: collection,
    id: 'logging.projects.metrics.list',
    permission: 'logging.logMetrics.list',
    handle: list,
  },
  {
    method: 'GET',
    path: one,
    id: 'logging.projects.metrics.get',
    permission: 'logging.logMetrics.get',
    handle: (call, cloud) => ({ status: 200, body: metricOf(call, cloud) }),
  },
  {
    method: 'PUT',
    path: one,
    id: 'logging.projects.metrics.update',
    permission: 'logging.logMetrics.update',
    message: 'LogMetric',
    handle: update,
  },
  {
    method: 'DELETE',
    path: one,
    id: 'logging.projects.metrics.delete',
    permission: 'logging.logMetrics.delete',
    handle: (call, cloud) => {
      metricOf(call, cloud);
      logMetrics(cloud).delete(keyOf(call, cloud));
      return { status: 200, body: {} };
    },
  },
];
