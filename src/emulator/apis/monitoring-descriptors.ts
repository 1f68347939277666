import { type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import { page } from './listing.ts';
import { logMetrics } from './logging-metrics.ts';
import { monitoringFilter } from './monitoring-filter.ts';
import { type MetricKind, requestCount, requestLatencies, type ValueType } from './monitoring-series.ts';

export interface MetricDescriptor {
  readonly name: string;
  readonly type: string;
  readonly metricKind: MetricKind;
  readonly valueType: ValueType;
  readonly unit?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly labels?: readonly {
    readonly key?: string;
    readonly valueType?: string;
    readonly description?: string;
  }[];
  readonly [field: string]: unknown;
}

/** Metrics of a user's own have one of these before their name. */
const ownPrefixes = [
  'custom.googleapis.com/',
  'external.googleapis.com/',
  'prometheus.googleapis.com/',
  'workload.googleapis.com/',
];

export function isOwnMetric(type: string): boolean {
  return ownPrefixes.some((prefix) => type.startsWith(prefix) && type.length > prefix.length);
}

/** The descriptors of a project's own metrics, by `PROJECT/TYPE`. */
export function ownDescriptors(cloud: Cloud): Table<MetricDescriptor> {
  return cloud.table<MetricDescriptor>('monitoring.metricDescriptors');
}

const responseLabels = [
  { key: 'response_code', description: 'Response code of the request.' },
  { key: 'response_code_class', description: 'Response code class of the request.' },
];

/** https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
function builtIn(project: string): MetricDescriptor[] {
  const common = {
    labels: responseLabels,
    metricKind: 'DELTA',
    launchStage: 'GA',
    metadata: { launchStage: 'GA', samplePeriod: '60s', ingestDelay: '120s' },
    monitoredResourceTypes: ['cloud_run_revision'],
  } as const;
  const named = (type: string) => ({ name: `projects/${project}/metricDescriptors/${type}`, type });
  return [
    {
      ...common,
      ...named(requestCount),
      valueType: 'INT64',
      unit: '1',
      displayName: 'Request Count',
      description: 'Number of requests reaching the revision.',
    },
    {
      ...common,
      ...named(requestLatencies),
      valueType: 'DISTRIBUTION',
      unit: 'ms',
      displayName: 'Request Latency',
      description: 'Distribution of request latency in milliseconds reaching the revision.',
    },
  ];
}

/** All metrics that the project has, those of its log-based metrics included. */
export function descriptorsOf(cloud: Cloud, project: string): MetricDescriptor[] {
  const own = [...ownDescriptors(cloud).entries()]
    .filter(([key]) => key.startsWith(`${project}/`))
    .map(([, descriptor]) => descriptor);
  const logBased = [...logMetrics(cloud).entries()]
    .filter(([key]) => key.startsWith(`${project}/`))
    .map(([, metric]): MetricDescriptor => {
      const type = `logging.googleapis.com/user/${metric.name}`;
      return {
        name: `projects/${project}/metricDescriptors/${type}`,
        type,
        metricKind: 'DELTA',
        valueType: metric.metricDescriptor?.valueType === 'DISTRIBUTION' ? 'DISTRIBUTION' : 'INT64',
        unit: '1',
        description: metric.description ?? '',
        displayName: `logging/user/${metric.name}`,
      };
    });
  return [...builtIn(project), ...logBased, ...own];
}

export function findDescriptor(cloud: Cloud, project: string, type: string): MetricDescriptor | undefined {
  return descriptorsOf(cloud, project).find((descriptor) => descriptor.type === type);
}

/** https://cloud.google.com/monitoring/api/v3/filters: what Google says for a metric that nobody has written yet. */
export function unknownMetric(type: string): Refusal {
  return new Refusal(
    404,
    'NOT_FOUND',
    `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
  );
}

export function listDescriptors(call: Call, cloud: Cloud): Reply {
  const { id } = cloud.project(call.params.project ?? '');
  const filter = monitoringFilter(call.query.get('filter') ?? '');
  const found = descriptorsOf(cloud, id).filter((descriptor) =>
    filter.matches((path) =>
      path === 'metric.type' ? descriptor.type : path === 'project' ? id : undefined,
    ),
  );
  const { items, ...rest } = page(found, call.query, { largest: 10_000 });
  return { status: 200, body: { ...(items.length > 0 ? { metricDescriptors: items } : {}), ...rest } };
}

export function getDescriptor(call: Call, cloud: Cloud): Reply {
  const type = call.params.metric ?? '';
  const found = findDescriptor(cloud, cloud.project(call.params.project ?? '').id, type);
  if (found === undefined) throw unknownMetric(type);
  return { status: 200, body: found };
}

export function createDescriptor(call: Call, cloud: Cloud): Reply {
  const { id } = cloud.project(call.params.project ?? '');
  const body = (call.body ?? {}) as Partial<MetricDescriptor>;
  const { type = '', metricKind, valueType } = body;
  if (!isOwnMetric(type))
    throw invalidField(
      'metricDescriptor.type',
      type,
      'The metric type must be a URL-formatted string with a domain and non-empty path.',
    );
  if (metricKind !== 'GAUGE' && metricKind !== 'CUMULATIVE') {
    throw invalidField(
      'metricDescriptor.metricKind',
      metricKind ?? '',
      'The metric kind must be GAUGE or CUMULATIVE.',
    );
  }
  if (valueType === undefined)
    throw invalidField('metricDescriptor.valueType', '', 'The value type is required.');
  const before = ownDescriptors(cloud).get(`${id}/${type}`);
  if (before !== undefined && (before.metricKind !== metricKind || before.valueType !== valueType)) {
    throw invalidField(
      'metricDescriptor',
      type,
      'When creating metric descriptors, the kind and the type of an existing metric cannot change.',
    );
  }
  const descriptor: MetricDescriptor = {
    ...body,
    type,
    metricKind,
    valueType,
    name: `projects/${id}/metricDescriptors/${type}`,
  };
  ownDescriptors(cloud).set(`${id}/${type}`, descriptor);
  return { status: 200, body: descriptor };
}

export function deleteDescriptor(call: Call, cloud: Cloud): Reply {
  const type = call.params.metric ?? '';
  const key = `${cloud.project(call.params.project ?? '').id}/${type}`;
  if (!ownDescriptors(cloud).delete(key)) throw unknownMetric(type);
  return { status: 200, body: {} };
}

export function invalidField(field: string, value: unknown, why: string): Refusal {
  return new Refusal(
    400,
    'INVALID_ARGUMENT',
    `Field ${field} had an invalid value of "${String(value)}": ${why}`,
  );
}
