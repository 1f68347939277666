import type { Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { type ApiName, endpointOf } from './endpoints.ts';
import { errorFromBody, GoogleError, NoAnswer } from './error.ts';
import { RateLimiter } from './rate.ts';

export interface Request {
  readonly api: ApiName;
  /** For paths that only the host of a region serves, such as those of Run's Knative view. */
  readonly region?: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Below the API's root, without a leading slash, for example `v1/projects/p/secrets`; or a whole address that the API
   * itself gave, which gets the token only when it is of the same host.
   */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly bytes?: { readonly data: Uint8Array; readonly type: string };
  /** Sent as it comes in, instead of `body`. It can be read once only, so that the request is not repeated. */
  readonly stream?: Readable;
  /** Media types to ask for. */
  readonly accept?: string;
  /**
   * Whether sending it twice does no harm. GET, PUT, PATCH and DELETE are taken to be; a POST is only when it says so:
   * a read in POST's clothes, or a create under a name of ours, whose second sending is refused as a conflict.
   */
  readonly repeatable?: boolean;
  /** What the call counts for in its API's quota; 1 unless told. */
  readonly cost?: number;
  /** Sent even after the run was interrupted: the call that cleans up. */
  readonly unstoppable?: true;
  /** Milliseconds for one attempt; 60 s unless told. */
  readonly timeout?: number;
}

export interface Transport {
  /** Sends and parses; retries what is worth retrying. Throws GoogleError or NoAnswer. */
  send<T>(request: Request): Promise<T>;
  /** As `send`, for an answer that is not JSON. */
  text(request: Request): Promise<string>;
  /** As `send`, for an answer whose headers count or whose body is read as it comes in. */
  response(request: Request): Promise<Response>;
}

export interface TransportOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called for every attempt, never cached by us: the library behind it knows when to renew. */
  readonly accessToken: () => Promise<string>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Attempts in all; 6 unless told, about 30 s of waiting. */
  readonly attempts?: number;
  readonly onAttempt?: (attempt: Attempt) => void;
  /**
   * APIs (`redis.googleapis.com`) that this process enabled. Google goes on refusing calls to them for up to some
   * minutes, and only for these is SERVICE_DISABLED something to wait out.
   */
  readonly justEnabled?: ReadonlySet<string>;
}

/** For the log at debug level; never holds a body. */
export interface Attempt {
  readonly request: Request;
  readonly number: number;
  readonly http: number | undefined;
  readonly milliseconds: number;
  readonly requestId: string | undefined;
}

const defaultAttempts = 6;
const attemptTimeout = 60_000;
/** Attempts against an exhausted quota: they are refilled every minute, and a minute may be long. */
const quotaAttempts = 15;
/** Seconds: a server that asks for more is not waited for in a job that costs money by the minute. */
const longestRetryAfter = 120;
/** Attempts while a just enabled API becomes usable: about five minutes. */
const enablingAttempts = 20;
const userAgent = 'aethercast-deploy (gzip)';

export function createTransport(options: TransportOptions): Transport {
  const rate = new RateLimiter(options.clock);
  const { signal: _interruption, ...unstoppable } = options;
  const answer = <T>(request: Request, read: (response: Response) => Promise<T>): Promise<T> =>
    withRetries(request, request.unstoppable ? unstoppable : options, rate, read);
  const textOf = (request: Request): Promise<string> => answer(request, (response) => response.text());
  return {
    text: textOf,
    response: (request) => answer(request, (response) => Promise.resolve(response)),
    send: async <T>(request: Request): Promise<T> => {
      const text = await textOf(request);
      return (text === '' ? {} : parsed(request, text)) as T;
    },
  };
}

function parsed(request: Request, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A proxy's page, most likely: Google answers in JSON.
    throw new NoAnswer(request, new Error(`the answer is not JSON: ${text.slice(0, 120)}`, { cause }));
  }
}

async function withRetries<T>(
  request: Request,
  options: TransportOptions,
  rate: RateLimiter,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    const kind = kindOf(request);
    if (kind) await rate.admit(request.api, kind, options.signal, request.cost);
    try {
      return await attemptOnce(request, number, options, read);
    } catch (error) {
      if (number >= attemptsFor(error, request, options)) throw error;
      await options.clock.sleep(pause(number, error), options.signal);
    }
  }
}

/** A POST that says it may be repeated and ends in a verb of reading is a read in POST's clothes. */
function kindOf(request: Request): 'reads' | 'writes' | undefined {
  // Access to secret values has a quota of its own, 150 times that of other reads.
  if (request.path.endsWith(':access')) return undefined;
  if (request.method === 'GET' || request.method === 'HEAD') return 'reads';
  return /:(getIamPolicy|testIamPermissions|wait)$|entries:list$|\/wait$/.test(request.path)
    ? 'reads'
    : 'writes';
}

async function attemptOnce<T>(
  request: Request,
  number: number,
  options: TransportOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const token = await options.accessToken();
  const started = options.clock.now();
  const done = (http: number | undefined, requestId?: string): void =>
    options.onAttempt?.({ request, number, http, milliseconds: options.clock.now() - started, requestId });
  const signal = attemptSignal(request, options.signal);
  let response: Response;
  let answer: T | string;
  try {
    const doFetch = options.fetch ?? fetch;
    response = await doFetch(urlOf(request, options.environment), {
      method: request.method,
      headers: headersOf(request, token),
      signal,
      ...bodyOf(request),
    });
    answer = response.ok ? await read(response) : await response.text();
  } catch (error) {
    options.signal?.throwIfAborted();
    done(undefined);
    // What an aborted fetch throws does not say that it was the time.
    throw new NoAnswer(request, signal.aborted ? signal.reason : error);
  }
  done(response.status, response.headers.get('x-goog-request-id') ?? undefined);
  if (!response.ok) throw errorFromBody(request, response.status, String(answer), retryAfter(response));
  return answer as T;
}

function attemptSignal(request: Request, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(request.timeout ?? attemptTimeout);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function urlOf(request: Request, environment: TransportOptions['environment']): string {
  const root = endpointOf(request.api, environment, request.region);
  const url = new URL(request.path, root);
  // The access token must not follow an address that an answer made up.
  if (url.origin !== new URL(root).origin) throw new Error(`${url.origin} is not ${request.api} of Google`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url.href;
}

function headersOf(request: Request, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'user-agent': userAgent,
    ...(request.accept ? { accept: request.accept } : {}),
    ...(request.stream ? { 'content-type': 'application/octet-stream' } : {}),
    ...(request.bytes ? { 'content-type': request.bytes.type } : {}),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function bodyOf(request: Request): Pick<RequestInit, 'body' | 'duplex'> {
  if (request.stream) return { body: request.stream, duplex: 'half' };
  if (request.bytes) return { body: Buffer.from(request.bytes.data) };
  return request.body === undefined ? {} : { body: JSON.stringify(request.body) };
}

function attemptsFor(error: unknown, request: Request, options: TransportOptions): number {
  if (request.stream) return 1;
  if (error instanceof GoogleError && error.reason === 'SERVICE_DISABLED') {
    return options.justEnabled?.has(error.metadata.service ?? '') ? enablingAttempts : 1;
  }
  if (error instanceof GoogleError && (error.http === 429 || isQuota(error)))
    return options.attempts ?? quotaAttempts;
  return worthRepeating(error, request) ? (options.attempts ?? defaultAttempts) : 1;
}

function worthRepeating(error: unknown, request: Request): boolean {
  const repeatable = request.repeatable ?? request.method !== 'POST';
  if (error instanceof NoAnswer) return repeatable;
  if (!(error instanceof GoogleError)) return false;
  return repeatable && (error.http === 408 || error.http >= 500) && error.http !== 501;
}

/** Compute and Service Usage word an exhausted quota as 403. https://cloud.google.com/compute/docs/api/best-practices */
function isQuota(error: GoogleError): boolean {
  return (
    error.http === 403 &&
    (error.reason === 'rateLimitExceeded' || error.reason === 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED')
  );
}

/** Exponential with full jitter, from 0.5 s to 20 s, unless the server says how long to wait. */
function pause(number: number, error: unknown): number {
  if (error instanceof GoogleError && error.retryAfterSeconds !== undefined)
    return Math.min(error.retryAfterSeconds, longestRetryAfter) * 1000;
  const ceiling = Math.min(20_000, 500 * 2 ** number);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
