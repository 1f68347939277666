import type { Clock } from '../lib/clock.ts';
import type { ApiName } from './endpoints.ts';

/** Calls a minute that Google grants a project, by API and by whether they write. */
interface Quota {
  readonly reads?: number;
  readonly writes?: number;
}

/**
 * The published defaults, and for Cloud Run those of a project that has hardly been used yet, which has the least.
 * https://cloud.google.com/secret-manager/quotas https://cloud.google.com/iam/quotas
 * https://cloud.google.com/service-usage/quotas https://cloud.google.com/run/quotas
 */
const quotas: Partial<Record<ApiName, Quota>> = {
  iam: { reads: 6_000, writes: 600 },
  cloudresourcemanager: { reads: 2_400 },
  secretmanager: { reads: 600, writes: 600 },
  serviceusage: { reads: 240, writes: 60 },
  run: { reads: 600, writes: 30 },
};

const minute = 60_000;
/** Left to the other jobs of the same project, which draw on the same quota. */
const share = 0.9;

/** Spreads this process's calls so that the quota of a minute is not used up by them alone. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until the API grants another call of this kind. `cost` is what the call counts for. */
  async admit(api: ApiName, kind: 'reads' | 'writes', signal?: AbortSignal, cost = 1): Promise<void> {
    const perMinute = quotas[api]?.[kind];
    if (perMinute === undefined) return;
    const key = `${api} ${kind}`;
    const bucket = this.#buckets.get(key) ?? { left: perMinute * share, at: this.#clock.now() };
    this.#buckets.set(key, bucket);
    const now = this.#clock.now();
    const rate = (perMinute * share) / minute;
    bucket.left = Math.min(perMinute * share, bucket.left + (now - bucket.at) * rate) - cost;
    bucket.at = now;
    if (bucket.left < 0) await this.#clock.sleep(-bucket.left / rate, signal);
  }
}

interface Bucket {
  /** Below zero when calls wait for their turn. */
  left: number;
  at: number;
}
