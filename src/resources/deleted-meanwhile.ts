import { GoogleError } from '../google/error.ts';
import type { WorkloadLocation } from '../google/run.ts';
import { Failure } from '../lib/failure.ts';

/**
 * Waits for a deployment of that workload. Throws CONCURRENT_CHANGE when somebody deletes it meanwhile: what Cloud Run
 * answers then says neither who it was nor what to do. It is not made anew at once, since whoever deleted it may want
 * it gone.
 */
export async function unlessDeleted<T>({ kind, name }: WorkloadLocation, deployment: Promise<T>): Promise<T> {
  return await deployment.catch((error: unknown) => {
    const isGone =
      error instanceof GoogleError && error.http === 404 && error.path.endsWith(`/${kind}/${name}`);
    if (!isGone) throw error;
    throw new Failure('CONCURRENT_CHANGE', `Somebody deleted ${name} while it was deployed.`, {
      next: `If ${name} is to be there, run again: it is made anew.`,
      cause: error,
    });
  });
}
