import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmulatedCloud } from './cloud.ts';
import type { Endpoints } from './endpoints/endpoint.ts';
import { badToken, errorReply, invalidJson, noToken, serviceDisabled } from './errors.ts';
import { faultMessage, faultReply, faultText } from './fault-reply.ts';
import type { Faults } from './faults.ts';
import { GoogleMethods } from './google-methods.ts';
import { type Incoming, readRequest, send, shownQuery } from './http-exchange.ts';
import { currentCaller } from './iam/access.ts';
import type { Identity } from './identity.ts';
import { isWrite, type Journal, type JournalEntry } from './journal.ts';
import { duration, type LatencyProfile } from './latency.ts';
import { checkMessage } from './messages.ts';
import { partialResponse } from './partial-response.ts';
import { checkQuery } from './queries.ts';
import type { Quotas } from './quotas.ts';
import { type Match, Routes } from './routes.ts';
import { type Api, type Call, type Project, Refusal, type Reply } from './service.ts';
import { collectSecrets } from './state.ts';
import type { AccessToken } from './tokens.ts';

export interface ServerOptions {
  readonly port: number;
  readonly apis: readonly Api[];
  readonly cloud: EmulatedCloud;
  readonly identity: Identity;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly quotas: Quotas;
  readonly latency: LatencyProfile;
  /** Takes requests to Cloud Run services, which belong to no API. */
  readonly endpoints: Endpoints;
}

/** What the journal wants to know of a request, filled in while it is handled. */
interface Trace {
  api: string;
  id: string;
  host: string;
  principal: string | undefined;
  body: unknown;
  readonly ignored: Set<string>;
  error: string | undefined;
  /** Google's reason, when the call was refused. */
  reason: string | undefined;
  fault: string | undefined;
}

const unknownApi = { name: '', errors: 'rpc' } as const;

/** Stands in the journal for the addresses of services. */
const serviceApi = 'run.app';

/** The one port of the emulator: the pipeline that all APIs have in common. */
export class EmulatorServer {
  readonly #options: ServerOptions;
  readonly #routes: Routes;
  #google: GoogleMethods | undefined;
  readonly #server: Server;
  #arrived = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#routes = new Routes(options.apis);
    this.#server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => this.#defect(error, response));
    });
    this.#server.on('connect', (request, socket) => {
      const text = `The emulator cannot look into TLS: CONNECT ${request.url ?? ''} is refused. Point the client at a plain http:// endpoint.\n`;
      socket.end(
        `HTTP/1.1 501 Not Implemented\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      );
    });
  }

  /** Resolves with the origin, for example `http://127.0.0.1:8123`. Rejects when the port is taken. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', 1024, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const n = this.#nextNumber();
    const time = this.#options.cloud.timestamp();
    const incoming = await readRequest(request, (host) => this.#routes.knowsHost(host));
    const trace: Trace = {
      api: '',
      id: '',
      host: incoming.host ?? '',
      principal: undefined,
      body: undefined,
      ignored: new Set(),
      error: undefined,
      reason: undefined,
      fault: undefined,
    };
    let status = 0;
    try {
      const reply = await this.#answer(incoming, trace);
      status = reply?.status ?? 0;
      if (reply === undefined) request.socket.destroy();
      else send(response, reply, request.method === 'HEAD');
    } finally {
      this.#note(n, time, incoming, trace, status, performance.now() - started);
    }
  }

  #nextNumber(): number {
    this.#arrived += 1;
    return this.#arrived;
  }

  /** The reply, or nothing when the connection is to be cut. */
  async #answer(incoming: Incoming, trace: Trace): Promise<Reply | undefined> {
    const service = this.#options.endpoints(incoming);
    const matches = service === undefined ? this.#matches(incoming) : [];
    const [first] = matches;
    if (service !== undefined) {
      trace.api = serviceApi;
      trace.id = 'run.invoke';
      trace.host = service.host;
    } else if (first !== undefined) {
      trace.api = first.api.name;
      trace.id = first.route.id;
      trace.host = incoming.host ?? first.api.name;
    }
    const handle = service?.answer ?? (() => this.#handle(incoming, matches, trace));
    const fault = this.#options.faults.strike({ ...incoming, id: trace.id });
    if (fault !== undefined) {
      trace.fault = faultText(fault);
      if (fault.stall !== undefined) await delay(fault.stall);
      if (fault.drop === 'before') return undefined;
      if (fault.status !== undefined) {
        if (fault.afterEffect === true) await handle();
        trace.error = faultMessage(fault);
        return faultReply(fault, first?.api ?? unknownApi);
      }
    }
    const reply = await handle();
    return fault?.drop === 'after' ? undefined : reply;
  }

  async #handle(incoming: Incoming, matches: readonly Match[], trace: Trace): Promise<Reply> {
    if (matches.length === 0) return this.#notImplemented(incoming, trace);
    let best: { readonly reply: Reply; readonly trace: Trace } | undefined;
    for (const match of matches) {
      const own: Trace = {
        ...trace,
        api: match.api.name,
        id: match.route.id,
        host: incoming.host ?? match.api.name,
        ignored: new Set(),
      };
      const reply = await this.#attempt(incoming, match, own);
      if (best === undefined || knowsMore(reply, own, best)) best = { reply, trace: own };
      // A path that several APIs share, without a host to tell them apart: the one that knows the thing answers.
      if (reply.status !== 403 && (reply.status !== 404 || incoming.method !== 'GET')) break;
    }
    if (best === undefined) return this.#notImplemented(incoming, trace);
    Object.assign(trace, best.trace);
    return best.reply;
  }

  #notImplemented(incoming: Incoming, trace: Trace): Reply {
    const apis = incoming.host === undefined ? undefined : this.#routes.apisAt(incoming.host);
    const known = this.#googleMethods().find(incoming.method, incoming.path, apis);
    if (known !== undefined) {
      trace.api = known.api;
      trace.id = known.id;
    }
    const request = `${incoming.method} ${incoming.path}${incoming.host === undefined ? '' : ` on ${incoming.host}`}`;
    trace.error = `not implemented by the emulator: ${known === undefined ? request : `${known.id} (${request})`}`;
    return errorReply(new Refusal(501, 'UNIMPLEMENTED', trace.error), unknownApi);
  }

  async #attempt(incoming: Incoming, match: Match, trace: Trace): Promise<Reply> {
    const { api, route } = match;
    try {
      const token = this.#authenticate(incoming, match, trace);
      const call = this.#call(incoming, match, trace);
      const caller = { principal: token?.principal ?? '', federated: token?.federated };
      const reply = await currentCaller.run(caller, async () => this.#run(call, match, trace));
      return this.#withHeaders(api, reply);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal =
        error.reason === 'IAM_PERMISSION_DENIED' && api.denied !== undefined
          ? api.denied(
              trace.principal,
              error.metadata.permission ?? route.permission ?? '',
              error.metadata.resource ?? '',
            )
          : error;
      trace.error = refusal.message;
      trace.reason = refusal.reason;
      return this.#withHeaders(api, errorReply(refusal, api));
    }
  }

  #withHeaders(api: Api, reply: Reply): Reply {
    if (api.headers === undefined) return reply;
    return { ...reply, headers: { ...api.headers(this.#options.cloud), ...reply.headers } };
  }

  #authenticate(incoming: Incoming, match: Match, trace: Trace): AccessToken | undefined {
    const { api, route } = match;
    if (route.open === true) return undefined;
    if (api.authenticate !== undefined) {
      const caller = api.authenticate(this.#call(incoming, match, trace));
      trace.principal = caller.principal;
      return caller;
    }
    const header = incoming.headers.get('authorization');
    if (header === null) throw noToken({ host: api.name }, route.id);
    const text = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
    const token = text === undefined ? undefined : this.#options.identity.tokens.find(text);
    if (token === undefined || token === 'expired') {
      throw badToken({ host: api.name }, route.id, token === 'expired');
    }
    trace.principal = token.principal;
    return token;
  }

  #call(incoming: Incoming, { api, params }: Match, trace: Trace): Call {
    return {
      method: incoming.method,
      host: incoming.host ?? api.name,
      path: incoming.path,
      params,
      query: incoming.query,
      headers: incoming.headers,
      body: undefined,
      bytes: incoming.bytes,
      principal: trace.principal,
      origin: this.origin,
      base:
        incoming.host === undefined || incoming.prefix !== ''
          ? `${this.origin}${incoming.prefix}`
          : `http://${incoming.host}`,
      ignore: (path) => trace.ignored.add(path),
    };
  }

  async #run(call: Call, { api, route }: Match, trace: Trace): Promise<Reply> {
    const { cloud } = this.#options;
    const resource = route.resource?.(call) ?? projectResource(call);
    const project = projectOf(cloud, call, resource);
    if (api.needsEnabling && project !== undefined) requireEnabled(cloud, api, project);
    if (project !== undefined) this.#options.quotas.charge(api, route, call, project);
    if (route.permission !== undefined) {
      cloud.require(call.principal, route.permission, resource ?? 'projects/-');
    }
    const query = checkQuery(call.query, this.#googleMethods().queryOf(route));
    const body = this.#body(call, api, route.message, trace);
    if (route.step !== undefined) await cloud.clock.sleep(duration(this.#options.latency, route.step));
    const reply = await route.handle({ ...call, query, body }, cloud);
    return asAskedFor(reply, query);
  }

  /** Read from their files when first needed, so that the emulator starts sooner. */
  #googleMethods(): GoogleMethods {
    this.#google ??= new GoogleMethods();
    return this.#google;
  }

  #body(call: Call, api: Api, message: string | undefined, trace: Trace): unknown {
    const type = call.headers.get('content-type') ?? '';
    const isJson = /^application\/json\b/i.test(type) || (type === '' && message !== undefined);
    if (message === undefined && !isJson) return undefined;
    const text = Buffer.from(call.bytes).toString('utf8');
    if (text.trim() === '') return undefined;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      if (message === undefined) return undefined;
      throw invalidJson(`Unable to parse the body: ${text.length} bytes that are not JSON.`);
    }
    collectSecrets(json, undefined, (secret) => this.#options.cloud.keepSecret(secret));
    trace.body = this.#options.cloud.state.withoutSecrets(json);
    if (message === undefined || api.messages === undefined) return json;
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw invalidJson('Unknown name "": Root element must be a message.');
    }
    return checkMessage(json, message, api.messages, call.ignore);
  }

  #matches(incoming: Incoming): Match[] {
    const matches = this.#routes.find(incoming.method, incoming.path, incoming.host);
    if (matches.length < 2) return matches;
    // Operations of several APIs share a path; the operation itself knows where it belongs.
    for (const segment of incoming.path.split(/[/:]/)) {
      const owner = this.#options.cloud.operations.owner(segment);
      const own = matches.filter((match) => match.api.name === owner);
      if (own.length > 0) return own;
    }
    return matches;
  }

  #note(
    n: number,
    time: string,
    incoming: Incoming,
    trace: Trace,
    status: number,
    milliseconds: number,
  ): void {
    const client = incoming.headers.get('user-agent');
    const entry: JournalEntry = {
      n,
      time,
      api: trace.api,
      id: trace.id,
      method: incoming.method,
      host: trace.host,
      path: incoming.path,
      query: shownQuery(incoming.query),
      principal: trace.principal,
      ...(client === null ? {} : { client }),
      status,
      milliseconds: Math.round(milliseconds * 1000) / 1000,
      write:
        trace.fault !== 'drop before' &&
        trace.api !== serviceApi &&
        isWrite(incoming.method, incoming.path, incoming.query, status),
      ...(trace.body === undefined ? {} : { body: trace.body }),
      ...(trace.ignored.size === 0 ? {} : { ignored: [...trace.ignored] }),
      ...(trace.error === undefined ? {} : { error: trace.error }),
      ...(trace.fault === undefined ? {} : { fault: trace.fault }),
    };
    this.#options.journal.add(entry);
  }

  #defect(error: unknown, response: ServerResponse): void {
    if (response.destroyed || response.headersSent) return;
    process.stderr.write(
      `emulator: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    send(
      response,
      {
        status: 500,
        body: { error: { code: 500, message: 'Internal error encountered.', status: 'INTERNAL' } },
      },
      false,
    );
  }
}

/** Of two APIs that share a path: one that answers, else one that looked, else one that is enabled. */
function knowsMore(
  reply: Reply,
  trace: Trace,
  best: { readonly reply: Reply; readonly trace: Trace },
): boolean {
  const rank = (status: number, reason: string | undefined) => {
    if (status === 404) return 2;
    if (status !== 403) return 3;
    return reason === 'SERVICE_DISABLED' ? 0 : 1;
  };
  return rank(reply.status, trace.reason) > rank(best.reply.status, best.trace.reason);
}

/** With `fields` in the query the part of the reply that it names. */
function asAskedFor(reply: Reply, query: URLSearchParams): Reply {
  const fields = query.get('fields') ?? query.get('$fields') ?? '';
  if (fields === '' || fields === '*' || reply.status >= 300 || reply.body === undefined) return reply;
  return { ...reply, body: partialResponse(reply.body, fields) };
}

function projectResource(call: Call): string | undefined {
  const project = call.params.project;
  return project === undefined ? undefined : `projects/${project}`;
}

/** The project whose list of enabled APIs counts. */
function projectOf(cloud: EmulatedCloud, call: Call, resource: string | undefined): Project | undefined {
  const named = call.params.project ?? /^projects\/([^/]+)/.exec(resource ?? '')?.[1];
  if (named !== undefined && named !== '-' && named !== '_') return cloud.project(named);
  const asked = call.query.get('project');
  if (asked !== null && asked !== '') return cloud.project(asked);
  // Without a project in the path Google counts the caller's own.
  const own = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(call.principal ?? '')?.[1];
  return own !== undefined && cloud.table('projects').has(own) ? cloud.project(own) : undefined;
}

function requireEnabled(cloud: EmulatedCloud, api: Api, project: Project): void {
  const service = cloud.table<{ state: string }>('serviceusage.services').get(`${project.id}/${api.name}`);
  if (service?.state !== 'ENABLED' || !cloud.arrived('api', `${project.id}/${api.name}`))
    throw serviceDisabled(api, project);
}
