import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import type { Google } from '../../src/google/google.ts';
import { createTransport, type TransportOptions } from '../../src/google/transport.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The text as JSON; undefined when there is none. */
  readonly json: unknown;
}

/** `drop` closes the connection without an answer, after the request was read. */
export type Reply =
  | 'drop'
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** What moves every API here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: FakeClock;
  readonly google: Google;
  connect(options?: Partial<TransportOptions>): Google;
}

const overridden = [
  ...[
    'ARTIFACTREGISTRY',
    'CLOUDBUILD',
    'CLOUDRESOURCEMANAGER',
    'COMPUTE',
    'IAM',
    'IAMCREDENTIALS',
    'LOGGING',
  ],
  ...['REDIS', 'RUN', 'SECRETMANAGER', 'SERVICENETWORKING', 'SERVICEUSAGE', 'SQL', 'STORAGE', 'STS'],
];

/** A server on the loopback that answers as `answer` says, and the client of it, on a clock of the test's. */
export async function loopback(
  answer: (request: Received, number: number) => Reply | Promise<Reply>,
): Promise<Loopback> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://loopback');
    const text = (await buffer(incoming)).toString('utf8');
    const request: Received = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      text,
      json: parsed(text),
    };
    received.push(request);
    const reply = await answer(request, received.length);
    if (reply === 'drop') {
      incoming.socket.destroy();
      return;
    }
    const { status = 200, headers = {}, body = {} } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const environment = Object.fromEntries(
    overridden.map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, url]),
  );
  const clock = fakeClock();
  const connect = (options: Partial<TransportOptions> = {}): Google => ({
    clock,
    ...(options.signal ? { signal: options.signal } : {}),
    transport: createTransport({
      fetch: fetchOfRunner,
      environment,
      clock,
      accessToken: () => Promise.resolve('a-token'),
      ...options,
    }),
  });
  return {
    url,
    received,
    environment,
    clock,
    connect,
    google: connect(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Google's error in the dialect of most APIs. https://cloud.google.com/apis/design/errors */
export function refusal(
  status: number,
  code: string,
  message: string,
  info?: { reason: string; metadata?: Record<string, string> },
): Reply {
  const details = info
    ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', domain: 'googleapis.com', ...info }]
    : [];
  return { status, body: { error: { code: status, message, status: code, details } } };
}

/** What a call failed with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    (value) => {
      throw new Error(`it succeeded with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
