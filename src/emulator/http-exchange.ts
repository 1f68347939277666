import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './service.ts';

/** A request, however it reached the emulator. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The API's host name, when the request was sent to one (as a forward proxy or by its Host header). */
  readonly host: string | undefined;
  /** What stands before the path in the client's own address: `/_registry/HOST`, or nothing. */
  readonly prefix: string;
}

/** For clients of a registry that can set neither a proxy nor a Host header: `/_registry/{host}/{path}`. */
const registryForm = /^(?<prefix>\/_registry\/(?<host>[a-z0-9-]+-docker\.pkg\.dev))(?<path>\/.*)$/;

/** Reads all of the request. `knowsHost` says of a Host header whether it is one of Google's, and not just our address. */
export async function readRequest(
  request: IncomingMessage,
  knowsHost: (host: string) => boolean,
): Promise<Incoming> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const target = request.url ?? '/';
  const absolute = /^https?:\/\//i.test(target);
  const url = new URL(
    absolute ? target : `http://localhost${target.startsWith('/') ? target : `/${target}`}`,
  );
  const named = absolute ? url.hostname : (request.headers.host ?? '').replace(/:\d+$/, '');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { prefix = '', host: registry, path = url.pathname } = registryForm.exec(url.pathname)?.groups ?? {};
  return {
    method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
    path,
    prefix,
    query: url.searchParams,
    headers,
    bytes: Buffer.concat(chunks),
    host: registry ?? (absolute || knowsHost(named) ? (isLoopback(named) ? undefined : named) : undefined),
  };
}

/** Writes the reply, without its body when only the head was asked for. */
export function send(response: ServerResponse, reply: Reply, headOnly: boolean): void {
  const payload =
    reply.bytes ?? (reply.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(reply.body)));
  response.writeHead(reply.status, {
    ...(reply.body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
    ...(reply.status === 204 ? {} : { 'content-length': String(payload.byteLength) }),
    ...reply.headers,
  });
  response.end(headOnly || reply.status === 204 ? undefined : payload);
}

/** The query fit for a journal: without tokens. */
export function shownQuery(query: URLSearchParams): string {
  const shown = new URLSearchParams();
  for (const [name, value] of query) {
    shown.append(name, /^(access_token|key|oauth_token|upload_id)$/.test(name) ? '***' : value);
  }
  return shown.toString();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}
