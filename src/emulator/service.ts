import type { Clock } from '../lib/clock.ts';
import type { AccessToken } from './tokens.ts';

/**
 * The contract between the emulator's core and the files of its APIs. A handler is a function of the call and the
 * cloud's state; the server (`server.ts`) does what every API has in common, in this order: find the route, check
 * the token, check that the API is enabled, check the permission, parse the body and check it against the API's
 * message, run the handler, keep the journal.
 */
export interface Call {
  readonly method: string;
  /** The API's real host name, for example `run.googleapis.com`, however the request reached the emulator. */
  readonly host: string;
  readonly path: string;
  /** Values of the `{name}` parts of the route's path, URL-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The parsed JSON body; `undefined` when there is none. */
  readonly body: unknown;
  readonly bytes: Uint8Array;
  /** Who calls: `serviceAccount:EMAIL`, `user:EMAIL` or `principal://iam.googleapis.com/...`; absent on open routes. */
  readonly principal: string | undefined;
  /** Where the emulator itself listens, for example `http://127.0.0.1:8123`. */
  readonly origin: string;
  /** How this client reaches the root of the API's host: what addresses in answers begin with. */
  readonly base: string;
  /** Notes in the journal a field that only Google writes and that was sent all the same. */
  readonly ignore: (path: string) => void;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/secrets/{secret}:addVersion`; `{x}` is one segment, `{x=**}` all that follows. */
  readonly path: string;
  /** Google's method id, for example `secretmanager.projects.secrets.addVersion`. */
  readonly id: string;
  /** The permission that the caller must hold on `resource`; absent when the handler decides or none is needed. */
  readonly permission?: string;
  /** Full name of the resource that is asked about; the project by default. Policies are inherited from the project. */
  readonly resource?: (call: Call) => string;
  /** Name of the request message in `messages/<api>.json`; unknown fields and wrong types are refused against it. */
  readonly message?: string;
  /** No token is needed (token exchange, OIDC). */
  readonly open?: true;
  /** Scopes of GitHub's token, for the ledger; the handler checks them. */
  readonly scope?: string;
  /** Query parameters beyond those that Google's clients know (`methods/`). */
  readonly query?: readonly string[];
  /** The call itself takes as long as the latency profile says for this step (`secret.create`, `bucket.create`, ...). */
  readonly step?: string;
  readonly handle: (call: Call, cloud: Cloud) => Reply | Promise<Reply>;
}

export type ErrorDialect = 'rpc' | 'legacy' | 'registry' | 'github';

export interface Api {
  /** As in Service Usage, for example `secretmanager.googleapis.com`: a call is refused while it is not enabled. */
  readonly name: string;
  readonly title: string;
  /** False for what works without being enabled (STS, Service Usage itself, GitHub). */
  readonly needsEnabling: boolean;
  /** Extra host names beside `name`; `*-run.googleapis.com` style patterns are allowed. */
  readonly hosts?: readonly string[];
  /** File `messages/<messages>.json` with the request messages, if bodies are checked. */
  readonly messages?: string;
  /**
   * Storage, SQL Admin and Compute (`legacy`) put `errors: [{message, domain, reason}]` into the error body; the Docker
   * registry answers `{errors: [{code, message}]}`, GitHub `{message, errors, documentation_url}`.
   */
  readonly errors: ErrorDialect;
  /** Finds the caller where the API takes other credentials than Google's bearer tokens. Throws the API's own 401. */
  readonly authenticate?: (call: Pick<Call, 'headers' | 'host' | 'base' | 'path' | 'params'>) => AccessToken;
  /** On every answer, refusals included. */
  readonly headers?: (cloud: Cloud) => Readonly<Record<string, string>>;
  /** Words the 403 of a missing permission, where the API does not use the common sentence. */
  readonly denied?: (principal: string | undefined, permission: string, resource: string) => Refusal;
  /** What of the real API is left out, one sentence each; printed in docs/emulator.md. */
  readonly notModelled: readonly string[];
  readonly routes: readonly Route[];
  /** Called when an operation of this API is due, by the `action` it was started with. */
  readonly settle?: Readonly<Record<string, (operation: Operation, cloud: Cloud) => void | Promise<void>>>;
  /** Called instead of `settle` when a fault script ends the operation in an error: what such a failure leaves behind. */
  readonly fail?: Readonly<Record<string, (operation: Operation, cloud: Cloud) => void | Promise<void>>>;
}

/**
 * What others see late under eventual consistency: a new service account by GET and as a member or identity, a grant or
 * its withdrawal, a policy that is read back, an API that was enabled, a new item in a list, a new version as `latest`.
 */
export type Spread =
  | 'serviceAccount.read'
  | 'serviceAccount.use'
  | 'grant'
  | 'policy'
  | 'api'
  | 'list'
  | 'latest';

/** Refuses a call; the server words the body in the API's dialect. */
export class Refusal extends Error {
  readonly http: number;
  /** For example `ALREADY_EXISTS`. */
  readonly status: string;
  /** `details[].reason` of google.rpc.ErrorInfo, or `errors[].reason` of the legacy dialect. */
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Further entries of `error.details`, beside the ErrorInfo made from `reason` and `metadata`. */
  readonly details: readonly unknown[];

  constructor(
    http: number,
    status: string,
    message: string,
    options: {
      reason?: string;
      metadata?: Record<string, string>;
      headers?: Record<string, string>;
      details?: readonly unknown[];
    } = {},
  ) {
    super(message);
    this.http = http;
    this.status = status;
    this.reason = options.reason;
    this.metadata = options.metadata ?? {};
    this.headers = options.headers ?? {};
    this.details = options.details ?? [];
  }
}

/** A keyed collection of plain JSON values, part of the snapshot. Iterates in order of insertion. */
export interface Table<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): boolean;
  has(key: string): boolean;
  entries(): IterableIterator<[string, T]>;
  values(): IterableIterator<T>;
  readonly size: number;
}

/** Work that Google finishes later. It lives in the state and is settled when it is due and somebody looks. */
export interface Operation {
  readonly id: string;
  /** The API's name. */
  readonly api: string;
  /** Key into the API's `settle`. */
  readonly action: string;
  /** Whatever `settle` needs; plain JSON. */
  readonly input: Record<string, unknown>;
  readonly project: string;
  readonly createdAt: number;
  dueAt: number;
  done: boolean;
  /** The error that a fault script has in store for it. */
  fault?: { code: number; message: string; details?: readonly unknown[] };
  /** Set by `settle`: the operation's result as the API shows it. */
  response?: unknown;
  error?: { code: number; message: string; details?: readonly unknown[] };
  metadata?: unknown;
}

export interface Cloud {
  readonly clock: Clock;
  /** The table of that name; made when it is first asked for. Names are `<api short name>.<collection>`. */
  table<T>(name: string): Table<T>;
  /** A number that no earlier call has had; part of the state, so that the same run gives the same ids. */
  next(counter: string): number;
  /** Bytes that depend on the seed and the counter alone, as lower-case hex of that length. */
  hex(length: number, counter: string): string;
  /** A base64 etag that changes with every call. */
  etag(): string;
  /** The current time as RFC 3339. */
  timestamp(): string;
  /** The project by id or by number. Throws a 403 as Google does for a project that is not there. */
  project(idOrNumber: string): Project;
  /** Whether the principal holds the permission on the resource or on its project. */
  allows(principal: string | undefined, permission: string, resource: string): boolean;
  /** Throws Google's 403 when the principal lacks it. */
  require(principal: string | undefined, permission: string, resource: string): void;
  /** Milliseconds until a change of that kind to that thing is seen; 0 under strong consistency. */
  lag(kind: Spread, key: string): number;
  /** Notes such a change, so that `arrived` is false until its lag has passed. */
  spread(kind: Spread, key: string): void;
  /** Whether the last change noted of that thing can be seen by now; always, if none was. */
  arrived(kind: Spread, key: string): boolean;
  /**
   * Starts an operation that takes as long as the latency profile says for `step` (`sql.create`, `run.deploy`, ...;
   * see `latency.ts`). With a duration of zero it is settled before this returns. A `Refusal` thrown by `settle` becomes
   * the operation's error.
   */
  start(operation: {
    api: string;
    action: string;
    input: Record<string, unknown>;
    project: string;
    step: string;
    id?: string;
    metadata?: unknown;
  }): Promise<Operation>;
  /** Settles all operations that are due and returns the one asked for. */
  operation(id: string): Promise<Operation | undefined>;
  /** Settles what is due; handlers of reads call it first. */
  settleDue(): Promise<void>;
  /** Notes a password, key or token, so that journal and snapshot never show it and tests can search for leaks. */
  keepSecret(value: string): void;
  /** Files of Cloud Storage and image manifests: content by key. Kept apart from the tables. */
  readonly blobs: Map<string, Uint8Array>;
  /** The part of the outside world that is real. */
  readonly postgres: PostgresHost | undefined;
}

export interface Project {
  readonly id: string;
  readonly number: string;
}

/** The real PostgreSQL behind Cloud SQL instances; see sql/. */
export interface PostgresHost {
  /** Starts an empty cluster for the instance, with a TLS listener on port 3307 of an address of its own. */
  create(instance: {
    project: string;
    region: string;
    name: string;
    version: string;
    rootPassword: string | undefined;
  }): Promise<{
    /** The address on which the TLS data plane listens (port 3307). */
    address: string;
    /** PEM of the CA that signed the server's certificate. */
    serverCa: string;
  }>;
  drop(project: string, name: string): Promise<void>;
  createDatabase(project: string, name: string, database: string): Promise<void>;
  dropDatabase(project: string, name: string, database: string): Promise<void>;
  /** Creates the role, or changes its password, with the rights that the Admin API gives (member of cloudsqlsuperuser). */
  setUser(project: string, name: string, user: string, password: string): Promise<void>;
  dropUser(project: string, name: string, user: string): Promise<void>;
  /** Issues a client certificate for the public key, as `generateEphemeralCert` does. Returns PEM. */
  ephemeralCertificate(project: string, name: string, publicKeyPem: string): Promise<string>;
  close(): Promise<void>;
}
