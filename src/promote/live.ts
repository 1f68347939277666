/**
 * What serves in an environment at this moment: of each service the revision that gets the requests, and what that
 * revision consists of. Values of variables are not kept; secrets are told by their versions.
 */
import type { Service, Worker } from '../config/deployment.ts';
import type { Google } from '../google/google.ts';
import {
  getRevision,
  type RunContainer,
  type RunRevision,
  type RunService,
  type RunWorkerPool,
  type WorkloadKind,
} from '../google/run.ts';
import type { RunJob } from '../google/run-jobs.ts';
import { listedJobs, listedPools, listedServices, type RunSite } from '../resources/run-listing.ts';
import { resolvedTraffic, sharesOf } from '../resources/traffic.ts';
import { notReady, shortName } from '../resources/workload.ts';

/** A Cloud Run service, worker pool or job. Of a job nothing serves: it is told what its next execution takes. */
export interface LiveWorkload {
  readonly name: string;
  /** Percent of the requests, or of the instances, by revision; empty when nothing serves. */
  readonly shares: Readonly<Record<string, number>>;
  /** The one with the largest share; empty when nothing serves. Of a job, which has none: `generation 3`. */
  readonly revision: string;
  /** The revision that was made last, whether it serves or not. */
  readonly newest: string;
  /** As the revision has it. */
  readonly image: string;
  /** Those of its sidecars, by their names. */
  readonly sidecars: Readonly<Record<string, string>>;
  /** Why it is not ready; empty when it is. */
  readonly notReady: string;
  /** Names of the plain variables, sorted; those of a sidecar are `SIDECAR.NAME`. */
  readonly env: readonly string[];
  /** `NAME` → `SECRET:VERSION`; those of a sidecar are `SIDECAR.NAME`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `0 to 5 instances`, `2 instances` of a worker pool, or `4 tasks` of a job. */
  readonly scaling: string;
  /** Of a service. */
  readonly url?: string;
}

export interface LiveService {
  /** The key under `services:`. */
  readonly key: string;
  /** Absent when the file asks for one and none is there. */
  readonly app?: LiveWorkload;
  readonly worker?: LiveWorkload;
}

/** Reads the workloads of these services: a list of each kind that they have, and one call for each revision that serves. */
export async function readLive(
  site: RunSite,
  services: readonly Pick<Service, 'key' | 'app' | 'worker'>[],
): Promise<readonly LiveService[]> {
  const { google, deployment: at } = site;
  const has = (runtime: Worker['runtime']) => services.some(({ worker }) => worker?.runtime === runtime);
  const [apps, pools, jobs] = await Promise.all([
    services.some(({ app }) => app) || has('service') ? listedServices(site)() : [],
    has('pool') ? listedPools(site)() : [],
    has('job') ? listedJobs(site)() : [],
  ]);
  return await Promise.all(
    services.map(async ({ key, app, worker }): Promise<LiveService> => {
      const service = app && apps.find(({ name }) => shortName(name) === app.name);
      const [liveApp, liveWorker] = await Promise.all([
        service && readApp(google, at, service),
        worker && readWorker(google, at, worker, { apps, pools, jobs }),
      ]);
      return { key, ...(liveApp && { app: liveApp }), ...(liveWorker && { worker: liveWorker }) };
    }),
  );
}

interface At {
  readonly project: string;
  readonly region: string;
}

async function readApp(google: Google, at: At, service: RunService): Promise<LiveWorkload> {
  const shares = sharesOf(resolvedTraffic(service));
  const common = await readRevision(google, at, 'services', service, shares);
  const { revision } = common;
  const scaling = revision?.scaling;
  const url = service.urls?.[0] ?? service.uri;
  return {
    ...common.workload,
    scaling: `${scaling?.minInstanceCount ?? 0} to ${scaling?.maxInstanceCount ?? 'any number of'} instances`,
    ...(url && { url }),
  };
}

interface Listed {
  readonly apps: readonly RunService[];
  readonly pools: readonly RunWorkerPool[];
  readonly jobs: readonly RunJob[];
}

async function readWorker(
  google: Google,
  at: At,
  { name, runtime }: Worker,
  { apps, pools, jobs }: Listed,
): Promise<LiveWorkload | undefined> {
  if (runtime === 'job') {
    const job = jobs.find((one) => shortName(one.name) === name);
    return job && readJob(job);
  }
  if (runtime === 'service') {
    const service = apps.find((one) => shortName(one.name) === name);
    return service && (await readApp(google, at, service));
  }
  const pool = pools.find((one) => shortName(one.name) === name);
  if (!pool) return undefined;
  const { workload } = await readRevision(google, at, 'workerPools', pool, splitsOf(pool));
  return { ...workload, scaling: `${pool.scaling?.manualInstanceCount ?? 0} instances` };
}

/** It has one state and no revisions: what was written last is what the next execution takes. */
function readJob(job: RunJob): LiveWorkload {
  const { taskCount, parallelism, template } = job.template ?? {};
  const revision = `generation ${job.generation ?? 1}`;
  return {
    name: shortName(job.name),
    shares: {},
    revision,
    newest: revision,
    notReady: job.reconciling ? beingChanged : (notReady(job)?.message ?? ''),
    ...contentOf(template?.containers),
    scaling: tasksText(taskCount ?? 1, parallelism ?? undefined),
  };
}

/** How a job's executions go, in words. */
export function tasksText(tasks: number, parallelism: number | undefined): string {
  return `${tasks} tasks${parallelism ? `, ${parallelism} at a time` : ''}`;
}

/** A split without a revision follows the latest one that is ready. */
function splitsOf(pool: RunWorkerPool): ReadonlyMap<string, number> {
  const ready = shortName(pool.latestReadyRevision);
  const shares = new Map<string, number>();
  for (const { revision, percent } of pool.instanceSplits ?? [{ percent: 100 }]) {
    const name = shortName(revision) || ready;
    if (name && percent) shares.set(name, (shares.get(name) ?? 0) + percent);
  }
  return shares;
}

async function readRevision(
  google: Google,
  at: At,
  kind: WorkloadKind,
  workload: RunService & RunWorkerPool,
  shares: ReadonlyMap<string, number>,
): Promise<{ workload: Omit<LiveWorkload, 'scaling'>; revision: RunRevision | undefined }> {
  const name = shortName(workload.name);
  const serving = [...shares].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
  const revision = serving ? await getRevision(google, { ...at, kind, name }, serving) : undefined;
  return {
    revision,
    workload: {
      name,
      shares: Object.fromEntries(shares),
      revision: serving,
      newest: shortName(workload.latestCreatedRevision),
      notReady: notReadyOf(workload, revision),
      ...contentOf(revision?.containers),
    },
  };
}

/** What the containers are: that of the service itself first, as this suite deploys them, its sidecars by their names. */
function contentOf(
  containers: readonly RunContainer[] = [],
): Pick<LiveWorkload, 'image' | 'sidecars' | 'env' | 'secrets'> {
  const [own, ...sidecars] = containers;
  const variables = containers.flatMap((container) => {
    const prefix = container === own ? '' : `${container.name}.`;
    return (container.env ?? []).map(({ name = '', valueSource }) => ({
      name: `${prefix}${name}`,
      secret: valueSource?.secretKeyRef,
      isPlain: !valueSource,
    }));
  });
  return {
    image: own?.image ?? '',
    sidecars: Object.fromEntries(sidecars.map(({ name = '', image = '' }) => [name, image])),
    env: variables.flatMap(({ name, isPlain }) => (isPlain ? [name] : [])).sort(),
    secrets: Object.fromEntries(
      variables.flatMap(({ name, secret }) =>
        secret ? [[name, `${shortName(secret.secret)}:${secret.version ?? 'latest'}`]] : [],
      ),
    ),
  };
}

const beingChanged = 'a change of it is still under way';

function notReadyOf(workload: RunService & RunWorkerPool, revision: RunRevision | undefined): string {
  if (workload.reconciling) return beingChanged;
  if (!revision) return 'no revision of it serves';
  const ready = revision.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.state === 'CONDITION_SUCCEEDED') return '';
  return ready?.message || `its revision ${shortName(revision.name)} is not ready`;
}

/** Both workloads of a service that are there, each with its kind. */
export function workloadsOf({
  app,
  worker,
}: LiveService): readonly (readonly ['app' | 'worker', LiveWorkload])[] {
  return [...(app ? [['app', app] as const] : []), ...(worker ? [['worker', worker] as const] : [])];
}
