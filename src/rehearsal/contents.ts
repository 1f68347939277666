import type { StateSnapshot } from '../emulator/emulator.ts';

/** A Cloud Run service, worker pool or job, as it is there. */
export interface StandingWorkload {
  /** `projects/.../services/...`. */
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  /** Of deploy.yaml, as its label says; empty without one. */
  readonly environment: string;
  /** The latest that can serve. */
  readonly revision: string;
  /** `sha256:...`; empty when the image is not named by digest. */
  readonly digest: string;
  readonly url: string;
}

/** What there is in the cloud at one moment. */
export interface Contents {
  readonly workloads: readonly StandingWorkload[];
  /** How many there are of each kind, in words of the plural; those with none are left out. */
  readonly counts: ReadonlyMap<string, number>;
}

const workloadKinds: readonly (readonly [table: string, kind: string])[] = [
  ['run.services', 'service'],
  ['run.workerPools', 'worker pool'],
  ['run.jobs', 'job'],
];

const countedKinds: readonly (readonly [table: string, kind: string])[] = [
  ...workloadKinds.map(([table, kind]) => [table, `${kind}s`] as const),
  ['artifactregistry.images', 'images'],
  ['sql.instances', 'Cloud SQL instances'],
  ['sql.databases', 'databases'],
  ['redis.instances', 'Redis instances'],
  ['storage.buckets', 'buckets'],
  ['secretmanager.secrets', 'secrets'],
  ['iam.serviceAccounts', 'service accounts'],
  ['compute.networks', 'networks'],
];

/** Reads from the emulator's state (without the database that every instance has) what a person would look for in the console. */
export function contentsOf({ tables }: StateSnapshot): Contents {
  const rows = (table: string): readonly (readonly [string, unknown])[] => tables[table] ?? [];
  const workloads = workloadKinds.flatMap(([table, kind]) =>
    rows(table).map(([path, row]) => workloadOf(path, kind, row)),
  );
  const counts = countedKinds.map(([table, kind]) => {
    const made = rows(table).filter(([path]) => !(table === 'sql.databases' && path.endsWith('/postgres')));
    return [kind, made.length] as const;
  });
  return {
    workloads: workloads.toSorted((one, other) => one.name.localeCompare(other.name)),
    counts: new Map(counts.filter(([, count]) => count > 0)),
  };
}

function workloadOf(path: string, kind: string, row: unknown): StandingWorkload {
  const { labels, template, latestReadyRevision, urls } = fields(row);
  const containers = list(fields(template).containers ?? fields(fields(template).template).containers);
  const image = words(fields(containers[0]).image);
  return {
    path,
    name: path.split('/').at(-1) ?? path,
    kind,
    environment: words(fields(labels).environment),
    revision: words(latestReadyRevision).split('/').at(-1) ?? '',
    digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? '',
    url: words(list(urls)[0]),
  };
}

/** What a run has done to the workloads. */
export interface WorkloadChanges {
  readonly changed: readonly StandingWorkload[];
  readonly same: readonly StandingWorkload[];
  readonly removed: readonly StandingWorkload[];
}

export function workloadChanges(before: Contents, after: Contents): WorkloadChanges {
  const earlier = new Map(before.workloads.map((workload) => [workload.path, workload]));
  const isSame = ({ path, revision }: StandingWorkload): boolean => earlier.get(path)?.revision === revision;
  const left = new Set(after.workloads.map(({ path }) => path));
  return {
    changed: after.workloads.filter((workload) => !isSame(workload)),
    same: after.workloads.filter(isSame),
    removed: before.workloads.filter(({ path }) => !left.has(path)),
  };
}

/** `16 workloads of staging, 2 of pr-7`. */
export function byEnvironment(workloads: readonly StandingWorkload[]): string {
  const groups = [...Map.groupBy(workloads, ({ environment }) => environment || 'no environment')];
  return groups
    .map(([environment, { length }], index) => {
      const what = index > 0 ? '' : length === 1 ? ' workload' : ' workloads';
      return `${length}${what} of ${environment}`;
    })
    .join(', ');
}

/** How many of each kind there were and are: `[kind, before, after]`. */
export function countChanges(
  before: Contents,
  after: Contents,
): readonly (readonly [kind: string, before: number, after: number])[] {
  return countedKinds
    .map(([, kind]) => [kind, before.counts.get(kind) ?? 0, after.counts.get(kind) ?? 0] as const)
    .filter(([, earlier, later]) => earlier + later > 0);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
