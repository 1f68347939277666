/** Changes of a service or a worker pool beside its template, which make no revision. */
import { GoogleError } from '../google/error.ts';
import { patchWorkload, type RunService, type RunWorkerPool, type WorkloadLocation } from '../google/run.ts';
import type { Context } from './context.ts';
import { read } from './new-revision.ts';
import { mostConflicts } from './workload.ts';

export interface Amended<Have> {
  /** The top-level fields that differ from what is wanted. */
  readonly touched: (now: Have) => readonly string[];
  /** The whole workload as wanted, of which those fields are sent. */
  readonly body: (now: Have) => Have;
}

/** Sends what differs, and begins anew when somebody else wrote in between. Gives the workload as it is then. */
export async function amend<Have extends RunService | RunWorkerPool>(
  context: Context,
  at: WorkloadLocation,
  have: Have,
  wanted: Amended<Have>,
): Promise<Have> {
  let now = have;
  for (let conflict = 0; ; conflict++) {
    const mask = wanted.touched(now);
    if (mask.length === 0) return now;
    const fields = Object.entries(wanted.body(now)).filter(([field]) => mask.includes(field));
    const body = { ...Object.fromEntries(fields), etag: now.etag } as Have;
    try {
      await patchWorkload(context.google, at, body, mask);
      return (await read<Have>(context, at)) ?? now;
    } catch (error) {
      if (!(error instanceof GoogleError) || error.http !== 409 || conflict >= mostConflicts) throw error;
      now = (await read<Have>(context, at)) ?? now;
    }
  }
}
