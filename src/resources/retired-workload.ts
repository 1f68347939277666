/**
 * A workload on Cloud Run that deploy.yaml does not ask for, as a resource: what becomes of it is said by whoever found
 * it. Ours is what carries our labels; nothing else is ever deleted. A job goes when no execution of it is running.
 */
import type { Worker } from '../config/deployment.ts';
import type { Change, Leftover } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { isConflict, isNotFound } from '../google/error.ts';
import { deleteWorkload, getWorkload, type WorkloadKind } from '../google/run.ts';
import { deleteJob, getJob, listExecutions } from '../google/run-jobs.ts';
import { Failure } from '../lib/failure.ts';
import { find } from './context.ts';
import { isOurs, markOfLabels } from './mark.ts';
import { isWorkerService } from './marks.ts';
import { listedJobs, listedPools, listedServices, type RunSite } from './run-listing.ts';
import { runServiceAddress } from './run-service.ts';
import { workerAddress } from './worker.ts';
import { shortName } from './workload.ts';

export type Runtime = Worker['runtime'];

export const kinds = { pool: 'worker pool', service: 'service', job: 'job' } as const;

/** What is read of any of them. */
interface Have {
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string | undefined>> | undefined;
  readonly annotations?: Readonly<Record<string, string | undefined>> | undefined;
  readonly etag?: string | undefined;
  readonly updateTime?: string | undefined;
  readonly deleteTime?: string | undefined;
  readonly template?:
    | { readonly labels?: Readonly<Record<string, string | undefined>> | undefined }
    | undefined;
  /** Of a job: whether an execution of it goes on. */
  readonly running?: boolean;
}

/** One of them as a listing shows it. */
export interface Unasked {
  readonly runtime: Runtime;
  readonly name: string;
  readonly address: string;
  readonly isOurs: boolean;
  /** Of ours, the key under `services:` that it was deployed for. */
  readonly service: string | undefined;
  readonly isWorker: boolean;
  /** When it was last changed, and from which commit, in words. */
  readonly since: string;
}

/** What becomes of one. */
export interface Fate {
  readonly because: string;
  /** Addresses of what has to be as wanted before it goes. */
  readonly after: readonly string[];
  /** What a person can do about it when it stays; nothing when it goes. */
  readonly stays: string | undefined;
  /** The same while an execution of it is running. */
  readonly running: string;
  /** Whether more is needed than the file for it to go. */
  readonly destructive: boolean;
}

/** All workloads of the region that the file does not ask for, whoever made them. */
export async function unaskedWorkloads(site: RunSite): Promise<readonly Unasked[]> {
  const [pools, services, jobs] = await Promise.all([
    listedPools(site)(),
    listedServices(site)(),
    listedJobs(site)(),
  ]);
  const asked = askedAddresses(site);
  return [
    ...pools.map((have) => unasked(site, 'pool', have)),
    ...services.map((have) => unasked(site, 'service', have)),
    ...jobs.map((have) => unasked(site, 'job', have)),
  ].filter(({ address }) => !asked.has(address));
}

function askedAddresses({ deployment }: RunSite): ReadonlySet<string> {
  return new Set(
    deployment.services.flatMap(({ app, worker }) => [
      ...(app ? [runServiceAddress(app.name)] : []),
      ...(worker ? [workerAddress(worker)] : []),
    ]),
  );
}

function unasked({ deployment }: RunSite, runtime: Runtime, have: Have): Unasked {
  const name = shortName(have.name);
  const ours = isOurs(deployment, markOfLabels(have.labels));
  return {
    runtime,
    name,
    address: workerAddress({ runtime, name }),
    isOurs: ours,
    service: ours ? have.labels?.service : undefined,
    isWorker: runtime !== 'service' || isWorkerService(have),
    since: sinceOf(have),
  };
}

function sinceOf({ updateTime, template }: Have): string {
  const commit = template?.labels?.commit;
  const from = commit ? `, from commit ${commit.slice(0, 7)}` : '';
  return updateTime ? `last changed on ${updateTime.slice(0, 10)}${from}` : '';
}

export function retiredWorkload(site: RunSite, found: Unasked, fate: Fate): Resource<Have> {
  const { runtime, name, address } = found;
  const { list, read, remove } = accessOf(site, found);
  const isGoing = (have: Have): boolean => found.isOurs && fate.stays === undefined && !have.running;
  return {
    address,
    dependsOn: fate.after,
    observe: async (fresh) => {
      const have = await find(fresh, list, (one) => shortName(one.name) === name, read, isNotFound);
      if (!have || runtime !== 'job' || !found.isOurs) return have;
      const executions = await listExecutions(site.google, locationOf(site, found));
      return { ...have, running: executions.some(({ completionTime }) => !completionTime) };
    },
    diff: (have) => (have && isGoing(have) ? [removal(address, fate)] : []),
    stays: (have) => (have && !isGoing(have) ? [staying(site, found, fate)] : []),
    apply: async (_changes, have) => {
      await remove(have?.etag).catch(async (error: unknown) => {
        if (!isConflict(error)) throw error;
        const now = await read().catch(unlessAbsent);
        // It is gone, or going: an earlier sending of the same had its effect.
        if (now && !now.deleteTime) throw changedMeanwhile(name, error);
      });
    },
  };
}

function removal(address: string, { because, destructive }: Fate): Change {
  return { address, action: 'delete', fields: [], because, destructive };
}

function staying(site: RunSite, found: Unasked, { because, stays, running }: Fate): Leftover {
  const { address } = found;
  if (!found.isOurs) {
    return {
      address,
      whose: 'foreign',
      because:
        'it is called like the worker and was not made by this deployment; it may take the same messages',
      next: `If the worker of this file replaces it: \`${commandOf(site, found)}\`.`,
    };
  }
  if (stays !== undefined) {
    return { address, whose: 'ours', because, next: `${stays} By hand: \`${commandOf(site, found)}\`.` };
  }
  return {
    address,
    whose: 'ours',
    because: `${because}, and an execution of it is still running`,
    next: running,
  };
}

function commandOf({ deployment: { project, region } }: RunSite, { runtime, name }: Unasked): string {
  const collection = { pool: 'worker-pools', service: 'services', job: 'jobs' }[runtime];
  return `gcloud run ${collection} delete ${name} --project=${project} --region=${region}`;
}

function changedMeanwhile(name: string, cause: unknown): Failure {
  return new Failure('CONCURRENT_CHANGE', `${name} was to be deleted, and somebody has just changed it.`, {
    next: 'It was left as it is. Run again: what deploy.yaml asks for then decides.',
    cause,
  });
}

function unlessAbsent(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

interface Access {
  readonly list: () => Promise<readonly Have[]>;
  readonly read: () => Promise<Have>;
  /** Refused when the etag is no longer that of the workload: somebody has deployed it in the meantime. */
  readonly remove: (etag: string | undefined) => Promise<void>;
}

function locationOf({ deployment: { project, region } }: RunSite, { name }: Unasked) {
  return { project, region, name };
}

function accessOf(site: RunSite, found: Unasked): Access {
  const { google } = site;
  const where = locationOf(site, found);
  if (found.runtime === 'job') {
    return {
      list: listedJobs(site),
      read: () => getJob(google, where),
      remove: (etag) => deleteJob(google, where, etag),
    };
  }
  const kind: WorkloadKind = found.runtime === 'pool' ? 'workerPools' : 'services';
  return {
    list: found.runtime === 'pool' ? listedPools(site) : listedServices(site),
    read: () => getWorkload(google, { kind, ...where }),
    remove: (etag) => deleteWorkload(google, { kind, ...where }, etag),
  };
}
