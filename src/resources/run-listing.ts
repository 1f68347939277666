/** What Cloud Run has in the region of a deployment: one listing of each collection for all who look into it. */
import { GoogleError } from '../google/error.ts';
import { listWorkloads, type RunService, type RunWorkerPool, type WorkloadKind } from '../google/run.ts';
import { listJobs, type RunJob } from '../google/run-jobs.ts';
import { type Context, once, perContext } from './context.ts';

/** Where is looked. */
export type RunSite = Pick<Context, 'google' | 'deployment'>;

type Listing<T> = (site: RunSite) => () => Promise<readonly T[]>;

export const listedServices: Listing<RunService> = perContext((site: RunSite) =>
  once(() => listed<RunService>(site, 'services')),
);
export const listedPools: Listing<RunWorkerPool> = perContext((site: RunSite) =>
  once(() => listed<RunWorkerPool>(site, 'workerPools')),
);
export const listedJobs: Listing<RunJob> = perContext(({ google, deployment }: RunSite) =>
  once(() => whereEnabled(listJobs(google, deployment))),
);

function listed<T extends RunService | RunWorkerPool>(
  { google, deployment: { project, region } }: RunSite,
  kind: WorkloadKind,
): Promise<T[]> {
  return whereEnabled(listWorkloads<T>(google, { kind, project, region }));
}

/** In a project that nothing was deployed to yet Cloud Run may not even be switched on. */
async function whereEnabled<T>(listing: Promise<T[]>): Promise<T[]> {
  return await listing.catch((error: unknown) => {
    if (error instanceof GoogleError && error.reason === 'SERVICE_DISABLED') return [];
    throw error;
  });
}
