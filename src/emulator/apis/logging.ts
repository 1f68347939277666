import { type Api, type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { page, uuid } from './listing.ts';
import { logFilter } from './logging-filter.ts';
import { logMetricRoutes } from './logging-metrics.ts';

/** An entry as the API shows it; the table `logging.entries` keeps them by a running number. */
export interface LogEntry {
  logName: string;
  insertId: string;
  timestamp: string;
  receiveTimestamp: string;
  severity: string;
  resource: { type: string; labels: Record<string, string> };
  labels?: Record<string, string>;
  textPayload?: string;
  jsonPayload?: unknown;
  [field: string]: unknown;
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries */
export const loggingApi: Api = {
  name: 'logging.googleapis.com',
  title: 'Cloud Logging API',
  needsEnabling: true,
  messages: 'logging',
  errors: 'rpc',
  notModelled: [
    'Buckets, sinks, exclusions and retention.',
    'Filters beyond comparisons joined by AND, OR and NOT.',
  ],
  routes: [
    {
      method: 'POST',
      path: '/v2/entries:write',
      id: 'logging.entries.write',
      message: 'WriteLogEntriesRequest',
      handle: write,
    },
    {
      method: 'POST',
      path: '/v2/entries:list',
      id: 'logging.entries.list',
      message: 'ListLogEntriesRequest',
      handle: list,
    },
    ...logMetricRoutes,
  ],
};

/** Adds an entry on behalf of a service of the emulator, for example a container that failed to start. */
export function appendLog(
  cloud: Cloud,
  entry: Omit<LogEntry, 'insertId' | 'timestamp' | 'receiveTimestamp' | 'severity'> & {
    severity?: string;
    timestamp?: string;
    insertId?: string;
  },
): void {
  const now = cloud.timestamp();
  const record = {
    severity: 'DEFAULT',
    timestamp: now,
    ...entry,
    insertId: entry.insertId ?? uuid(cloud, 'logging.insertId'),
    receiveTimestamp: now,
  } as LogEntry;
  cloud.table<LogEntry>('logging.entries').set(String(cloud.next('logging.entry')), record);
}

function write(call: Call, cloud: Cloud): Reply {
  const body = (call.body ?? {}) as {
    logName?: string;
    resource?: LogEntry['resource'];
    labels?: Record<string, string>;
    entries?: Partial<LogEntry>[];
    dryRun?: boolean;
  };
  const entries = (body.entries ?? []).map((entry) => {
    const logName = entry.logName ?? body.logName ?? '';
    const resource = entry.resource ?? body.resource;
    const project = /^projects\/([^/]+)\/logs\/.+$/.exec(logName)?.[1];
    if (project === undefined) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `The log name "${logName}" must look like projects/PROJECT/logs/LOG.`,
      );
    }
    if (resource === undefined) {
      throw new Refusal(400, 'INVALID_ARGUMENT', 'A log entry needs a resource.');
    }
    cloud.require(call.principal, 'logging.logEntries.create', `projects/${project}`);
    return {
      ...entry,
      logName,
      resource: { ...resource, labels: { project_id: project, ...resource.labels } },
      labels: { ...body.labels, ...entry.labels },
    };
  });
  if (entries.length === 0) throw new Refusal(400, 'INVALID_ARGUMENT', 'The request has no log entries.');
  if (body.dryRun !== true) for (const entry of entries) appendLog(cloud, entry);
  return { status: 200, body: {} };
}

async function list(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as {
    resourceNames?: string[];
    projectIds?: string[];
    filter?: string;
    orderBy?: string;
    pageSize?: number;
    pageToken?: string;
  };
  const names = [...(body.resourceNames ?? []), ...(body.projectIds ?? []).map((id) => `projects/${id}`)];
  if (names.length === 0) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'At least one resource name must be given in resource_names.');
  }
  const projects = names.map((name) => {
    const project = /^projects\/([^/]+)(?:\/|$)/.exec(name)?.[1];
    if (project === undefined) throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid resource name: ${name}`);
    cloud.require(call.principal, 'logging.logEntries.list', `projects/${project}`);
    return cloud.project(project).id;
  });
  const matches = logFilter(body.filter ?? '');
  const found = [...cloud.table<LogEntry>('logging.entries').values()]
    .filter((entry) => projects.includes(entry.logName.split('/')[1] ?? '') && matches(entry))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
  if (/^timestamp desc$/i.test(body.orderBy ?? '')) found.reverse();
  const query = new URLSearchParams({
    pageSize: String(body.pageSize ?? 50),
    pageToken: body.pageToken ?? '',
  });
  const { items, nextPageToken } = page(found, query, { largest: 1000 });
  return {
    status: 200,
    body: { ...(items.length === 0 ? {} : { entries: items }), ...(nextPageToken ? { nextPageToken } : {}) },
  };
}
