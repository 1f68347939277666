/**
 * A worker under a runtime that it had before: a worker pool, a service and a job of one name are three things to Cloud
 * Run, and the old one would go on taking messages beside the new one. It goes once the new one is as wanted. Ours: what
 * carries our labels, that of the service included; whatever else has the name stays, and is told.
 */
import type { Deployment, Service, Worker } from '../config/deployment.ts';
import type { Change, Leftover } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import { deleteWorkload, getWorkload, listWorkloads, type WorkloadKind } from '../google/run.ts';
import { deleteJob, getJob, listExecutions, listJobs } from '../google/run-jobs.ts';
import { type Context, find, once, perContext } from './context.ts';
import { isOurs, markOfLabels } from './mark.ts';
import { workerAddress } from './worker.ts';
import { shortName } from './workload.ts';

type Runtime = Worker['runtime'];

/** What is read of any of them. */
interface Have {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a job: whether an execution of it goes on. */
  readonly running?: boolean;
}

const kinds = { pool: 'worker pool', service: 'service', job: 'job' } as const;

/** One for each runtime that the worker does not have. */
export function retiredWorkers(context: Context, service: Service, worker: Worker): Resource<Have>[] {
  return (['pool', 'service', 'job'] as const)
    .filter((runtime) => runtime !== worker.runtime && !isAsked(context.deployment, runtime, worker.name))
    .map((runtime) => retiredWorker(context, service, worker, runtime));
}

/** Something else of the file may have the name: an app and a worker pool can share one. */
function isAsked({ services }: Deployment, runtime: Runtime, name: string): boolean {
  return services.some(
    ({ app, worker }) =>
      (runtime === 'service' && app?.name === name) || (worker?.runtime === runtime && worker.name === name),
  );
}

function retiredWorker(context: Context, service: Service, worker: Worker, runtime: Runtime): Resource<Have> {
  const { deployment } = context;
  const { name } = worker;
  const address = workerAddress({ ...worker, runtime });
  const because = `${name} is a ${kinds[worker.runtime]} now (services.${service.key}.worker.runtime)`;
  const isOwn = ({ labels }: Have): boolean =>
    isOurs(deployment, markOfLabels(labels)) && labels?.service === service.key;
  return {
    address,
    dependsOn: [workerAddress(worker)],
    observe: async (fresh) => {
      const { list, read } = accessOf(context, runtime, name);
      const have = await find(fresh, list, (one) => shortName(one.name) === name, read, isNotFound);
      if (!have || runtime !== 'job' || !isOwn(have)) return have;
      const executions = await listExecutions(context.google, at(deployment, name));
      return { ...have, running: executions.some(({ completionTime }) => !completionTime) };
    },
    diff: (have) => (have && isOwn(have) && !have.running ? [removal(address, because)] : []),
    stays: (have) => (have ? staying(context, address, runtime, have, isOwn(have)) : []),
    apply: () => accessOf(context, runtime, name).remove(),
  };
}

/** The file asked for it with the new runtime, and a worker keeps nothing: its records of revisions or executions go. */
function removal(address: string, because: string): Change {
  return { address, action: 'delete', fields: [], because, destructive: false };
}

function staying(
  { deployment: { project, region } }: Context,
  address: string,
  runtime: Runtime,
  have: Have,
  isOwn: boolean,
): Leftover[] {
  const name = shortName(have.name);
  const command = { pool: 'worker-pools', service: 'services', job: 'jobs' }[runtime];
  const byHand = `gcloud run ${command} delete ${name} --project=${project} --region=${region}`;
  if (!isOwn) {
    return [
      {
        address,
        whose: 'foreign',
        because: `it is called like the worker and was not made by this deployment; it may take the same messages`,
        next: `If the worker of this file replaces it: \`${byHand}\`.`,
      },
    ];
  }
  if (!have.running) return [];
  return [
    {
      address,
      whose: 'ours',
      because: 'the worker is no job any more, and an execution of it is still running',
      next: 'The first deployment after its end deletes it.',
    },
  ];
}

interface Access {
  readonly list: () => Promise<readonly Have[]>;
  readonly read: () => Promise<Have>;
  readonly remove: () => Promise<void>;
}

const at = ({ project, region }: Deployment, name: string) => ({ project, region, name });

function accessOf(context: Context, runtime: Runtime, name: string): Access {
  const { google, deployment } = context;
  const where = at(deployment, name);
  if (runtime === 'job') {
    return {
      list: jobs(context),
      read: () => getJob(google, where) as Promise<Have>,
      remove: () => deleteJob(google, where),
    };
  }
  const kind: WorkloadKind = runtime === 'pool' ? 'workerPools' : 'services';
  return {
    list: runtime === 'pool' ? pools(context) : services(context),
    read: () => getWorkload(google, { kind, ...where }) as Promise<Have>,
    remove: () => deleteWorkload(google, { kind, ...where }),
  };
}

/** One listing for all workers of a plan. */
const jobs = perContext(({ google, deployment: { project, region } }) =>
  once(async () => (await listJobs(google, { project, region })) as readonly Have[]),
);
const pools = perContext((context) => once(() => listOf(context, 'workerPools')));
const services = perContext((context) => once(() => listOf(context, 'services')));

async function listOf(
  { google, deployment: { project, region } }: Context,
  kind: WorkloadKind,
): Promise<readonly Have[]> {
  return (await listWorkloads(google, { project, region, kind })) as readonly Have[];
}
