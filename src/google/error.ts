/** What an API answered when it refused: the parts that decisions are made on, and those that a person needs. */
export class GoogleError extends Error {
  readonly api: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status, for example 409. */
  readonly http: number;
  /** `error.status`, for example `ALREADY_EXISTS`; empty in the older dialect. */
  readonly status: string;
  /** `details[].reason` or `errors[].reason`, for example `SERVICE_DISABLED`. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    call: { api: string; method: string; path: string },
    answer: {
      http: number;
      status: string;
      reason: string;
      message: string;
      metadata: Record<string, string>;
      retryAfterSeconds?: number | undefined;
    },
  ) {
    super(answer.message);
    this.name = 'GoogleError';
    this.api = call.api;
    this.method = call.method;
    this.path = call.path;
    this.http = answer.http;
    this.status = answer.status;
    this.reason = answer.reason;
    this.metadata = answer.metadata;
    this.retryAfterSeconds = answer.retryAfterSeconds;
  }
}

/** No answer came: whether the call had its effect is unknown. */
export class NoAnswer extends Error {
  readonly api: string;
  readonly method: string;
  readonly path: string;

  constructor(call: { api: string; method: string; path: string }, cause: unknown) {
    super(`${call.method} ${call.api} ${call.path}: no answer (${reasonOf(cause)})`, { cause });
    this.name = 'NoAnswer';
    this.api = call.api;
    this.method = call.method;
    this.path = call.path;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GoogleError && error.http === 404;
}

/** Whether somebody else wrote since the `etag` of the write was read, or made first what was to be made. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof GoogleError)) return false;
  return error.http === 409 || error.http === 412 || error.status === 'FAILED_PRECONDITION';
}

/** Makes a create repeatable: that it is there already is not a failure, the next observation says whether it is as wanted. */
export async function unlessExists(create: Promise<unknown>): Promise<void> {
  await create.catch((error: unknown) => {
    if (!(error instanceof GoogleError && error.http === 409)) throw error;
  });
}

/** Makes a delete repeatable: that it is gone already is as good. */
export async function unlessGone(remove: Promise<unknown>): Promise<void> {
  await remove.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

/**
 * Reads Google's two error dialects, https://cloud.google.com/apis/design/errors#http_mapping, and that of Docker
 * registries, https://distribution.github.io/distribution/spec/api/#errors
 */
export function errorFromBody(
  call: { api: string; method: string; path: string },
  http: number,
  text: string,
  retryAfterSeconds: number | undefined,
): GoogleError {
  const error = bodyError(text);
  const info = error.details?.find((detail) => detail['@type']?.endsWith('google.rpc.ErrorInfo'));
  return new GoogleError(call, {
    http,
    status: error.status ?? '',
    reason: info?.reason ?? error.errors?.[0]?.reason ?? '',
    message: withViolations(error) ?? (text.slice(0, 500) || `HTTP ${http}`),
    metadata: info?.metadata ?? {},
    retryAfterSeconds,
  });
}

/** Some messages say no more than that there are errors, and google.rpc.BadRequest beside them says which. */
function withViolations({ message, details = [] }: ErrorBody): string | undefined {
  const violations = details.flatMap((detail) => detail.fieldViolations ?? []);
  const unsaid = violations.filter(({ description = '' }) => !message?.includes(description));
  if (message === undefined || unsaid.length === 0) return message;
  return `${message}: ${unsaid.map(({ field, description }) => (field ? `${field}: ${description}` : description)).join('; ')}`;
}

interface ErrorBody {
  status?: string;
  message?: string;
  details?: {
    '@type'?: string;
    reason?: string;
    metadata?: Record<string, string>;
    fieldViolations?: { field?: string; description?: string }[];
  }[];
  errors?: { reason?: string }[];
}

function bodyError(text: string): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return {};
    if (!('error' in parsed)) return 'errors' in parsed ? registryError(parsed.errors) : {};
    // Token endpoints answer `{error: "invalid_grant", error_description}`, RFC 6749 section 5.2.
    if (typeof parsed.error === 'string') {
      const description = 'error_description' in parsed ? String(parsed.error_description) : parsed.error;
      return { status: parsed.error, message: description };
    }
    return parsed.error as ErrorBody;
  } catch {
    return {};
  }
}

function registryError(errors: unknown): ErrorBody {
  const [first] = Array.isArray(errors) ? (errors as { code?: string; message?: string }[]) : [];
  return { ...(first?.code && { status: first.code }), ...(first?.message && { message: first.message }) };
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  return inner instanceof Error ? `${cause.message}: ${inner.message}` : cause.message;
}
