/**
 * What the worker of a service was before, under another name or another runtime. To Cloud Run it is a thing of its own,
 * and would go on taking messages beside the new one, with the code of its last deployment. It goes once the new one is
 * as wanted: see docs/decisions/0037-what-went-out-of-the-file.md.
 */
import type { Service, Worker } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import { type Fate, kinds, retiredWorkload, type Unasked, unaskedWorkloads } from './retired-workload.ts';
import type { RunSite } from './run-listing.ts';
import { workerAddress } from './worker.ts';

/** `hold`: what runs now is to stay as it is until the release of the whole set. */
export async function formerWorkers(
  site: RunSite,
  service: Service,
  hold: boolean,
): Promise<readonly Resource[]> {
  const { worker } = service;
  if (!worker) return [];
  const found = await unaskedWorkloads(site);
  return found
    .filter((one) => isFormerOf(service, one) || (!one.isOurs && one.name === worker.name))
    .map((one) => retiredWorkload(site, one, fateOf(service.key, worker, one, hold)) as Resource);
}

/** Whether a deployment of the service replaces it. */
export function isFormerOf({ key, worker }: Service, found: Unasked): boolean {
  return worker !== undefined && found.isOurs && found.isWorker && found.service === key;
}

function fateOf(key: string, worker: Worker, found: Unasked, hold: boolean): Fate {
  const { name, runtime } = worker;
  // A job that is new runs nothing by itself: what is there can go on until nothing is held back any more.
  const isHeld = hold && runtime === 'job';
  return {
    because:
      found.name === name
        ? `${name} is a ${kinds[runtime]} now (services.${key}.worker.runtime)`
        : `the worker of services.${key} is ${kinds[runtime]} ${name} now`,
    after: [workerAddress(worker)],
    stays: isHeld ? 'The next deployment that is not held back deletes it.' : undefined,
    running: 'The first deployment after its end deletes it.',
    // The file asked for the other one, and a worker keeps nothing: its records of revisions or executions go.
    destructive: false,
  };
}
