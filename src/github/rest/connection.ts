import { getOctokit } from '@actions/github';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { Failure } from '../../lib/failure.ts';
import type { Host } from '../host.ts';

/** One repository of GitHub's REST API, as the job's token sees it. https://docs.github.com/rest */
export interface GitHub {
  readonly octokit: ReturnType<typeof getOctokit>;
  /** What every path of a repository begins with. */
  readonly repository: { readonly owner: string; readonly repo: string };
}

export interface GitHubOptions {
  readonly token: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** For example `https://api.github.com`, as GITHUB_API_URL has it. */
  readonly apiUrl: string;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
}

const attempts = 6;
/** Milliseconds: a limit that lasts longer is not waited for in a job that costs money by the minute. */
const longestPause = 120_000;

/** Nothing is sent yet. Calls throw Failure GITHUB_REFUSED or GITHUB_UNREACHABLE. */
export function connectGitHub(options: GitHubOptions): GitHub {
  const [owner = '', repo = ''] = options.repository.split('/');
  const octokit = getOctokit(options.token, {
    baseUrl: options.apiUrl,
    request: {
      fetch: options.fetch ?? fetch,
      ...(options.signal ? { signal: options.signal } : {}),
    },
    // Octokit says on its own what a retry heals.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const clock = options.clock ?? systemClock;
  octokit.hook.wrap('request', async (send, request) => {
    const path = `${request.method} ${request.url}`;
    for (let number = 1; ; number++) {
      try {
        return await send(request);
      } catch (error) {
        options.signal?.throwIfAborted();
        const refusal = readRefusal(error);
        const pause = pauseBefore(refusal, request.method, number, clock.now());
        if (pause === undefined || number >= attempts) throw asFailure(path, refusal, error);
        await clock.sleep(pause, options.signal);
      }
    }
  });
  return { octokit, repository: { owner, repo } };
}

/** The repository whose job this is. Throws Failure GITHUB_UNKNOWN outside of GitHub Actions. */
export function connectJob(token: string, host: Host, clock?: Clock): GitHub {
  const { GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl } = host.environment;
  if (!repository) {
    throw new Failure('GITHUB_UNKNOWN', 'GITHUB_REPOSITORY is not set: this is no job of GitHub Actions.', {
      next: 'Leave out what asks GitHub, or set GITHUB_REPOSITORY to OWNER/NAME.',
    });
  }
  return connectGitHub({
    token,
    repository,
    apiUrl: apiUrl || 'https://api.github.com',
    signal: host.signal,
    ...(clock ? { clock } : {}),
  });
}

/** What GitHub said no with; without a status there was no answer. */
interface Refusal {
  readonly status: number | undefined;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Of GitHub's answer, `undefined` when the thing is not there. Other refusals are thrown on. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  return await call.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
}

/** The HTTP status that a call of this client failed with. */
export function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  return readRefusal(cause).status;
}

function readRefusal(error: unknown): Refusal {
  const given = (error ?? {}) as {
    readonly status?: unknown;
    readonly message?: unknown;
    readonly response?: {
      readonly headers?: Readonly<Record<string, string | undefined>>;
      readonly data?: unknown;
    };
  };
  const headers = given.response?.headers ?? {};
  // Octokit gives connection errors the status 500, but no response.
  const status = given.response !== undefined && typeof given.status === 'number' ? given.status : undefined;
  return { status, message: messageOf(given.response?.data) ?? String(given.message ?? error), headers };
}

function messageOf(data: unknown): string | undefined {
  const { message, errors } = (data ?? {}) as { readonly message?: unknown; readonly errors?: unknown };
  if (typeof message !== 'string') return undefined;
  return Array.isArray(errors) && errors.length > 0 ? `${message} ${JSON.stringify(errors)}` : message;
}

/**
 * Milliseconds until the request may be sent again, `undefined` when it may not. What creates something is sent again
 * only when GitHub says that it was not looked at: both rate limits answer before anything happens.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function pauseBefore(refusal: Refusal, method: string, number: number, now: number): number | undefined {
  const limit = limitPause(refusal, number, now);
  if (limit !== undefined) return limit <= longestPause ? limit : undefined;
  const repeatable = method !== 'POST';
  const passing = refusal.status === undefined || refusal.status >= 500;
  return repeatable && passing ? backoff(number) : undefined;
}

function limitPause({ status, message, headers }: Refusal, number: number, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds * 1000;
  if (headers['x-ratelimit-remaining'] === '0') {
    return Math.max(0, Number(headers['x-ratelimit-reset'] ?? 0) * 1000 - now);
  }
  // A secondary limit without a time: GitHub asks for at least a minute.
  return status === 429 || /secondary rate limit/i.test(message) ? 60_000 * number : undefined;
}

/** Exponential with jitter, from half a second on. */
function backoff(number: number): number {
  const ceiling = Math.min(20_000, 500 * 2 ** number);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

function asFailure(path: string, refusal: Refusal, cause: unknown): Failure {
  const { status, message, headers } = refusal;
  if (status === undefined) {
    return new Failure('GITHUB_UNREACHABLE', `GitHub did not answer ${path}: ${message}`, {
      next: 'Run again; https://www.githubstatus.com says whether GitHub has a problem.',
      cause,
    });
  }
  const next = nextStep(status, headers['x-accepted-github-permissions']);
  return new Failure('GITHUB_REFUSED', `GitHub refused ${path} with ${status}: ${message}`, { next, cause });
}

/** GitHub names the permissions that would have done. https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
function nextStep(status: number, accepted: string | undefined): string {
  if (status === 401) return 'Leave the input `github_token` out: the token of the job is its default.';
  if (status === 403 || status === 404) {
    const needed = accepted
      ? `\`${accepted.replaceAll('=', ': ').replaceAll(/[,;]\s*/g, '`, `')}\``
      : 'what is missing';
    return `Add ${needed} under \`permissions:\` of the job, and of the job that calls a reusable workflow. Runs for pull requests from forks can only read.`;
  }
  return 'Run again; if it stays, the message above says what GitHub does not take.';
}
