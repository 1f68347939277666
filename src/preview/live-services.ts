import type { App, Service, Worker } from '../config/deployment.ts';
import { listWorkloads, type RunService, type RunWorkerPool } from '../google/run.ts';
import type { Context } from '../resources/context.ts';
import { notReady, shortName } from '../resources/workload.ts';

/** One service of a deployment as it runs now. */
export interface LiveService {
  readonly key: string;
  readonly url?: string;
  readonly state: 'ready' | 'not ready' | 'not deployed';
  /** The release that its newest revision says it came from. */
  readonly commit?: string;
  readonly reach?: 'everybody' | 'with a token' | 'inside the VPC';
}

/** All services of the deployment, in its order: two listings, whatever their number. */
export async function liveServices(context: Context): Promise<readonly LiveService[]> {
  const { google, deployment } = context;
  const { project, region, services } = deployment;
  if (!(await context.enabled()).has('run.googleapis.com'))
    return services.map(({ key }) => ({ key, state: 'not deployed' }));
  const [apps, pools] = await Promise.all([
    listWorkloads<RunService>(google, { kind: 'services', project, region }),
    listWorkloads<RunWorkerPool>(google, { kind: 'workerPools', project, region }),
  ]);
  return services.map((service) => live(service, apps, pools));
}

function live(
  { key, app, worker }: Service,
  apps: readonly RunService[],
  pools: readonly RunWorkerPool[],
): LiveService {
  const service = app && apps.find(({ name }) => shortName(name) === app.name);
  const works = worker && workerAmong(worker, apps, pools);
  const there = [service, works].filter((one) => one !== undefined);
  // A job does not run until somebody starts it.
  const wanted = [app, worker?.runtime === 'job' ? undefined : worker].filter(Boolean);
  const complete = there.length === wanted.length;
  const commit = there[0]?.template?.labels?.release;
  const url = service?.urls?.[0] ?? service?.uri;
  return {
    key,
    state: !complete ? 'not deployed' : there.every(isReady) ? 'ready' : 'not ready',
    ...(url && app ? { url, reach: reachOf(app) } : {}),
    ...(commit ? { commit } : {}),
  };
}

function workerAmong(
  { name, runtime }: Worker,
  apps: readonly RunService[],
  pools: readonly RunWorkerPool[],
): RunService | RunWorkerPool | undefined {
  if (runtime === 'job') return undefined;
  const among: readonly (RunService | RunWorkerPool)[] = runtime === 'pool' ? pools : apps;
  return among.find((one) => shortName(one.name) === name);
}

function isReady(workload: RunService | RunWorkerPool): boolean {
  return workload.reconciling !== true && notReady(workload) === undefined;
}

function reachOf({ ingress, authentication }: App): NonNullable<LiveService['reach']> {
  if (ingress !== 'all') return 'inside the VPC';
  return authentication === 'none' ? 'everybody' : 'with a token';
}

/** Where a person would look first: the first address that answers everybody, or else the first one. */
export function entrance(services: readonly LiveService[]): string | undefined {
  const open = services.find(({ reach }) => reach === 'everybody');
  return (open ?? services.find(({ url }) => url))?.url;
}
