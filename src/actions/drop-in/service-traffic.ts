/** The step that deploy-cloudrun runs after a deployment: `gcloud run services update-traffic`. */
import { GoogleError } from '../../google/error.ts';
import type { Google } from '../../google/google.ts';
import { getWorkload, patchWorkload, type RunService, type WorkloadLocation } from '../../google/run.ts';
import { type TrafficOrder, withOrders } from './traffic.ts';

/** Times that somebody else may change the service between our look and our write. */
const attempts = 5;

/**
 * After the deployment, as deploy-cloudrun does: a revision that did not become ready never gets here. Gives the service
 * as it is then, and nothing when there was nothing to do.
 */
export async function directTraffic(
  google: Google,
  at: WorkloadLocation,
  orders: readonly TrafficOrder[],
): Promise<RunService | undefined> {
  if (orders.length === 0) return undefined;
  for (let attempt = 1; ; attempt++) {
    const have = await getWorkload<RunService>(google, at);
    const traffic = [...withOrders(have.traffic ?? [], orders)];
    try {
      const body = { traffic, ...(have.etag ? { etag: have.etag } : {}) };
      await patchWorkload(google, at, body, ['traffic']);
      return await getWorkload<RunService>(google, at);
    } catch (error) {
      if (!(error instanceof GoogleError) || error.http !== 409 || attempt >= attempts) throw error;
    }
  }
}

/** Of the service; of a tag only when that tag was asked for. */
export function urlOf(service: RunService, tag: string | undefined): string {
  const own = tag ? service.trafficStatuses?.find((status) => status.tag === tag)?.uri : undefined;
  return own ?? service.uri ?? service.urls?.[0] ?? '';
}
