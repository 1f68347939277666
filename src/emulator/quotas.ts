import type { Clock } from '../lib/clock.ts';
import { type Api, type Call, type Project, Refusal, type Route } from './service.ts';

export type QuotaMode = 'off' | 'published';

/** One quota as Google's console lists it. */
interface Limit {
  readonly service: string;
  /** `quota_metric` without the service. */
  readonly metric: string;
  /** As the message words the metric. */
  readonly metricTitle: string;
  readonly limit: string;
  readonly limitTitle: string;
  readonly perMinute: number;
}

interface Charge {
  readonly limit: Limit;
  readonly cost: number;
  /** Where a quota counts per region. */
  readonly region?: string;
  /** Where a quota counts per thing instead of per project. */
  readonly thing?: string;
}

interface Asked {
  readonly route: Route;
  readonly call: Call;
  readonly read: boolean;
}

function limit(
  service: string,
  metric: string,
  metricTitle: string,
  name: string,
  limitTitle: string,
  perMinute: number,
): Limit {
  return { service: `${service}.googleapis.com`, metric, metricTitle, limit: name, limitTitle, perMinute };
}

function perProject(service: string, kind: 'Read' | 'Write', perMinute: number): Limit {
  const metric = `${kind.toLowerCase()}_requests`;
  const name = `${kind}RequestsPerMinutePerProject`;
  return limit(service, metric, `${kind} requests`, name, `${kind} requests per minute`, perMinute);
}

/** https://cloud.google.com/service-usage/quotas */
const serviceUsage = {
  read: limit(
    'serviceusage',
    'default_requests',
    'Default requests',
    'DefaultRequestsPerMinutePerProject',
    'Default requests per minute',
    240,
  ),
  write: limit(
    'serviceusage',
    'mutate_requests',
    'Mutate requests',
    'MutateRequestsPerMinutePerProject',
    'Mutate requests per minute',
    60,
  ),
};
const batchEnableCost = 5;

/**
 * https://cloud.google.com/run/quotas: per project and region. The numbers are those of a project that uses little;
 * Google raises them with use.
 */
const run = {
  read: limit(
    'run',
    'read_regional',
    'Read requests',
    'ReadPerMinutePerProjectRegion',
    'Read requests per minute per region',
    600,
  ),
  write: limit(
    'run',
    'write_regional',
    'Write requests',
    'WritePerMinutePerProjectRegion',
    'Write requests per minute per region',
    30,
  ),
};

/** https://cloud.google.com/secret-manager/quotas */
const secretManager = {
  access: limit(
    'secretmanager',
    'access_requests',
    'Access requests',
    'AccessRequestsPerMinutePerProject',
    'Access requests per minute',
    90_000,
  ),
  read: perProject('secretmanager', 'Read', 600),
  write: perProject('secretmanager', 'Write', 600),
  perSecret: limit(
    'secretmanager',
    'secret_write_requests',
    'Write requests per secret',
    'WriteRequestsPerMinutePerSecret',
    'Write requests per minute per secret',
    120,
  ),
};

/** https://cloud.google.com/iam/quotas */
const iam = { read: perProject('iam', 'Read', 6000), write: perProject('iam', 'Write', 600) };

/** https://cloud.google.com/resource-manager/docs/limits */
const resourceManager = {
  read: perProject('cloudresourcemanager', 'Read', 2400),
  write: perProject('cloudresourcemanager', 'Write', 600),
};

/** Google publishes that there is one, and not how much; the number is Service Usage's, of the same family. */
const serviceNetworking = limit(
  'servicenetworking',
  'mutate_requests',
  'Mutate requests',
  'MutateRequestsPerMinutePerProject',
  'Mutate requests per minute',
  60,
);

/** https://cloud.google.com/compute/api-quota */
const compute = limit(
  'compute',
  'default',
  'Queries',
  'defaultPerMinutePerProject',
  'Queries per minute',
  1500,
);

/** All quotas that `--quotas published` enforces, for the page that lists them. */
export const publishedLimits: readonly Limit[] = [
  ...Object.values(serviceUsage),
  ...Object.values(run),
  ...Object.values(secretManager),
  ...Object.values(iam),
  ...Object.values(resourceManager),
  serviceNetworking,
  compute,
];

const charges: Readonly<Record<string, (asked: Asked) => Charge[]>> = {
  'serviceusage.googleapis.com': ({ route, read }) => {
    if (read) return [{ limit: serviceUsage.read, cost: 1 }];
    return [{ limit: serviceUsage.write, cost: route.id.endsWith('.batchEnable') ? batchEnableCost : 1 }];
  },
  'run.googleapis.com': ({ call, read }) => {
    const region = call.params.location ?? /^(.+)-run\.googleapis\.com$/.exec(call.host)?.[1] ?? 'global';
    return [{ limit: read ? run.read : run.write, cost: 1, region }];
  },
  'secretmanager.googleapis.com': ({ route, call, read }) => {
    if (route.id.endsWith('.access')) return [{ limit: secretManager.access, cost: 1 }];
    if (read) return [{ limit: secretManager.read, cost: 1 }];
    const own = /\.(addVersion|patch)$/.test(route.id) ? call.params.secret : undefined;
    return [
      { limit: secretManager.write, cost: 1 },
      ...(own === undefined ? [] : [{ limit: secretManager.perSecret, cost: 1, thing: own }]),
    ];
  },
  'iam.googleapis.com': ({ read }) => [{ limit: read ? iam.read : iam.write, cost: 1 }],
  'cloudresourcemanager.googleapis.com': ({ read }) => [
    { limit: read ? resourceManager.read : resourceManager.write, cost: 1 },
  ],
  'servicenetworking.googleapis.com': ({ read }) => (read ? [] : [{ limit: serviceNetworking, cost: 1 }]),
  'compute.googleapis.com': () => [{ limit: compute, cost: 1 }],
};

interface Bucket {
  units: number;
  /** When `units` was right, in milliseconds of the cloud's clock. */
  at: number;
}

/** Token buckets on the cloud's clock: each holds a minute's worth and fills evenly. Not part of a snapshot. */
export class Quotas {
  readonly #mode: QuotaMode;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(mode: QuotaMode, clock: Clock) {
    this.#mode = mode;
    this.#clock = clock;
  }

  /** Takes what the call costs. Throws Google's refusal, which costs nothing, when a bucket has too little. */
  charge(api: Pick<Api, 'name' | 'errors'>, route: Route, call: Call, project: Project): void {
    if (this.#mode === 'off') return;
    const asked = charges[api.name]?.({ route, call, read: isRead(route) }) ?? [];
    const due = asked.map((charge) => ({ charge, bucket: this.#bucket(charge, project) }));
    for (const { charge, bucket } of due) {
      if (bucket.units < charge.cost) throw exceeded(api, charge, bucket, project);
    }
    for (const { charge, bucket } of due) bucket.units -= charge.cost;
  }

  #bucket(charge: Charge, project: Project): Bucket {
    const { limit: of, region = '', thing = '' } = charge;
    const key = [of.service, of.limit, project.number, region, thing].join(' ');
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { units: of.perMinute, at: now };
    bucket.units = Math.min(of.perMinute, bucket.units + ((now - bucket.at) * of.perMinute) / 60_000);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function isRead(route: Route): boolean {
  return route.method === 'GET' || /\.(getIamPolicy|testIamPermissions|getAncestry|wait)$/.test(route.id);
}

/** As https://cloud.google.com/docs/quotas/view-manage#viewing_error_messages words it; Compute answers 403. */
function exceeded(
  api: Pick<Api, 'errors'>,
  { limit: of, cost, region }: Charge,
  bucket: Bucket,
  project: Project,
): Refusal {
  const seconds = Math.ceil((cost - bucket.units) / (of.perMinute / 60));
  const legacy = api.errors === 'legacy';
  const metadata = {
    consumer: `projects/${project.number}`,
    quota_limit: of.limit,
    quota_limit_value: String(of.perMinute),
    quota_location: region ?? 'global',
    quota_metric: `${of.service}/${of.metric}`,
    quota_unit: region === undefined ? '1/min/{project}' : '1/min/{project}/{region}',
    service: of.service,
  };
  const help = {
    '@type': 'type.googleapis.com/google.rpc.Help',
    links: [
      {
        description: 'Request a higher quota limit.',
        url: 'https://cloud.google.com/docs/quotas/help/request_increase',
      },
    ],
  };
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'RATE_LIMIT_EXCEEDED',
    domain: 'googleapis.com',
    metadata,
  };
  return new Refusal(
    legacy ? 403 : 429,
    legacy ? 'PERMISSION_DENIED' : 'RESOURCE_EXHAUSTED',
    `Quota exceeded for quota metric '${of.metricTitle}' and limit '${of.limitTitle}' of service '${of.service}' for consumer 'project_number:${project.number}'.`,
    {
      headers: { 'retry-after': String(Math.max(1, seconds)) },
      ...(legacy
        ? { reason: 'rateLimitExceeded', details: [info, help] }
        : { reason: 'RATE_LIMIT_EXCEEDED', metadata, details: [help] }),
    },
  );
}
