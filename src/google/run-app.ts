/** Requests to the addresses of Cloud Run services themselves, as their callers send them. */

/** What a service answered. */
export interface Visit {
  /** HTTP status. */
  readonly status: number;
  /** The beginning of the body, as text. */
  readonly body: string;
}

export interface VisitOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it is given up. */
  readonly timeout: number;
  /** Sent as a bearer; for services that check who calls. */
  readonly idToken?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof fetch | undefined;
}

const shownCharacters = 300;

/** A GET. Redirects are answers and not followed. Throws what keeps the service from answering at all. */
export async function visit(url: string, options: VisitOptions): Promise<Visit> {
  const timeout = AbortSignal.timeout(options.timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await (options.fetch ?? fetch)(addressOf(url, options.environment), {
      redirect: 'manual',
      headers: headersOf(options),
      signal,
    });
    return { status: response.status, body: (await response.text()).slice(0, shownCharacters) };
  } catch (error) {
    // What an aborted fetch throws does not say that it was the time.
    signal.throwIfAborted();
    throw error;
  }
}

function headersOf({ idToken }: VisitOptions): Record<string, string> {
  return {
    'user-agent': 'aethercast-deploy',
    // The other header is left to the service, which may check it by its own rules.
    // https://cloud.google.com/run/docs/authenticating/service-to-service
    ...(idToken ? { 'x-serverless-authorization': `Bearer ${idToken}` } : {}),
  };
}

/**
 * Where the URL is reached: itself, or below AETHERCAST_RUN_APP_ENDPOINT as `HOST/PATH`, for rehearsals in which no
 * name of Google's leads anywhere.
 */
export function addressOf(url: string, environment: VisitOptions['environment']): string {
  const endpoint = environment.AETHERCAST_RUN_APP_ENDPOINT;
  if (!endpoint) return url;
  const { host, pathname, search } = new URL(url);
  return `${endpoint.replace(/\/$/, '')}/${host}${pathname}${search}`;
}
