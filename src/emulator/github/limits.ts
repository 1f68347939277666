import type { Cloud } from '../service.ts';
import { Refusal } from '../service.ts';

const hour = 3_600_000;
const minute = 60_000;

/** Requests of GITHUB_TOKEN an hour for each repository; of a person, an hour. */
const primary = { job: 1000, person: 5000 } as const;

/** Points a minute: a read costs 1, anything else 5. */
const pointsPerMinute = 900;

/** Requests that make content, a minute. */
const contentPerMinute = 80;

interface Window {
  startedAt: number;
  used: number;
}

/** What the headers of every answer say. */
export interface Allowance {
  readonly limit: number;
  readonly used: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

/**
 * The rate limits of the REST API, refused only with `published` quotas. The levels end with the process.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export class GitHubLimits {
  readonly #refuses: boolean;
  readonly #windows = new Map<string, Window>();

  constructor(mode: 'off' | 'published') {
    this.#refuses = mode === 'published';
  }

  /** Counts a request of that holder. Throws GitHub's refusal when it is one too many. */
  charge(cloud: Cloud, holder: string, kind: keyof typeof primary, method: string): Allowance {
    const now = cloud.clock.now();
    const requests = this.#window(`${holder}/requests`, hour, now);
    const points = this.#window(`${holder}/points`, minute, now);
    const content = this.#window(`${holder}/content`, minute, now);
    requests.used += 1;
    points.used += method === 'GET' ? 1 : 5;
    if (method !== 'GET') content.used += 1;
    const allowance = {
      limit: primary[kind],
      used: Math.min(requests.used, primary[kind]),
      reset: Math.ceil((requests.startedAt + hour) / 1000),
    };
    if (!this.#refuses) return allowance;
    if (requests.used > allowance.limit) throw exceeded(allowance);
    if (points.used > pointsPerMinute) throw secondary(points.startedAt + minute - now);
    if (content.used > contentPerMinute) throw secondary(content.startedAt + minute - now);
    return allowance;
  }

  #window(key: string, length: number, now: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && now < known.startedAt + length) return known;
    const fresh = { startedAt: now, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

export function allowanceHeaders({ limit, used, reset }: Allowance): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(limit - used),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  };
}

function exceeded(allowance: Allowance): Refusal {
  return new Refusal(403, 'PERMISSION_DENIED', 'API rate limit exceeded for installation.', {
    headers: allowanceHeaders(allowance),
  });
}

function secondary(wait: number): Refusal {
  return new Refusal(
    403,
    'PERMISSION_DENIED',
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    { headers: { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) } },
  );
}
