/**
 * What serves in an environment at this moment: of each service the revision that gets the requests, and what that
 * revision consists of. Values of variables are not kept; secrets are told by their versions.
 */
import type { Deployment, Service, Worker } from '../config/deployment.ts';
import { GoogleError } from '../google/error.ts';
import type { Google } from '../google/google.ts';
import {
  getRevision,
  listWorkloads,
  type RunRevision,
  type RunService,
  type RunWorkerPool,
  type WorkloadKind,
} from '../google/run.ts';
import { resolvedTraffic, sharesOf } from '../resources/traffic.ts';
import { shortName } from '../resources/workload.ts';

/** A Cloud Run service or worker pool. */
export interface LiveWorkload {
  readonly name: string;
  /** Percent of the requests, or of the instances, by revision; empty when nothing serves. */
  readonly shares: Readonly<Record<string, number>>;
  /** The one with the largest share; empty when nothing serves. */
  readonly revision: string;
  /** The revision that was made last, whether it serves or not. */
  readonly newest: string;
  /** As the revision has it. */
  readonly image: string;
  /** Why it is not ready; empty when it is. */
  readonly notReady: string;
  /** Names of the plain variables, sorted. */
  readonly env: readonly string[];
  /** `NAME` → `SECRET:VERSION`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `0 to 5 instances`, or `2 instances` of a worker. */
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

/** Reads the workloads of these services, but for jobs, of which nothing serves; two lists and one call for each revision that serves. */
export async function readLive(
  google: Google,
  { project, region }: Pick<Deployment, 'project' | 'region'>,
  services: readonly Pick<Service, 'key' | 'app' | 'worker'>[],
): Promise<readonly LiveService[]> {
  const at = { project, region };
  const [apps, pools] = await Promise.all([
    services.some(({ app, worker }) => app ?? worker?.runtime === 'service')
      ? list<RunService>(google, at, 'services')
      : [],
    services.some(({ worker }) => worker?.runtime === 'pool')
      ? list<RunWorkerPool>(google, at, 'workerPools')
      : [],
  ]);
  return await Promise.all(
    services.map(async ({ key, app, worker }): Promise<LiveService> => {
      const service = app && apps.find(({ name }) => shortName(name) === app.name);
      const [liveApp, liveWorker] = await Promise.all([
        service && readApp(google, at, service),
        worker && readWorker(google, at, worker, { apps, pools }),
      ]);
      return { key, ...(liveApp && { app: liveApp }), ...(liveWorker && { worker: liveWorker }) };
    }),
  );
}

interface At {
  readonly project: string;
  readonly region: string;
}

/** In a project that nothing was deployed to yet Cloud Run may not even be switched on. */
async function list<T extends RunService | RunWorkerPool>(
  google: Google,
  at: At,
  kind: WorkloadKind,
): Promise<T[]> {
  return await listWorkloads<T>(google, { ...at, kind }).catch((error: unknown) => {
    if (error instanceof GoogleError && error.reason === 'SERVICE_DISABLED') return [];
    throw error;
  });
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

async function readWorker(
  google: Google,
  at: At,
  { name, runtime }: Worker,
  { apps, pools }: { readonly apps: readonly RunService[]; readonly pools: readonly RunWorkerPool[] },
): Promise<LiveWorkload | undefined> {
  if (runtime === 'service') {
    const service = apps.find((one) => shortName(one.name) === name);
    return service && (await readApp(google, at, service));
  }
  const pool = runtime === 'pool' && pools.find((one) => shortName(one.name) === name);
  if (!pool) return undefined;
  const { workload } = await readRevision(google, at, 'workerPools', pool, splitsOf(pool));
  return { ...workload, scaling: `${pool.scaling?.manualInstanceCount ?? 0} instances` };
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
  const [container] = revision?.containers ?? [];
  const variables = container?.env ?? [];
  const secrets = variables.flatMap(({ name: variable = '', valueSource }) => {
    const reference = valueSource?.secretKeyRef;
    return reference
      ? [[variable, `${shortName(reference.secret)}:${reference.version ?? 'latest'}`] as const]
      : [];
  });
  return {
    revision,
    workload: {
      name,
      shares: Object.fromEntries(shares),
      revision: serving,
      newest: shortName(workload.latestCreatedRevision),
      image: container?.image ?? '',
      notReady: notReadyOf(workload, revision),
      env: variables
        .flatMap(({ name: variable, valueSource }) => (variable && !valueSource ? [variable] : []))
        .sort(),
      secrets: Object.fromEntries(secrets),
    },
  };
}

function notReadyOf(workload: RunService & RunWorkerPool, revision: RunRevision | undefined): string {
  if (workload.reconciling) return 'a change of it is still under way';
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
