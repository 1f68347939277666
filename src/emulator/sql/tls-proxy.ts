import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

/** The port of the Cloud SQL data plane; the connectors have it built in. */
const dataPlanePort = 3307;
const addressAttempts = 64;

export interface TlsProxy {
  /** The loopback address that listens on port 3307. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Cloud SQL's data plane: TLS 1.3, a client certificate issued by the instance is required, and within it the plain
 * PostgreSQL protocol with no SSLRequest. Bytes are passed on to the cluster's socket.
 */
export async function startTlsProxy(options: {
  /** `project:instance`; the address is derived from it, so that the same instance tends to have the same one. */
  name: string;
  key: string;
  certificate: string;
  /** PEM of the authority that issues the client certificates. */
  clientCa: string;
  socket: string;
}): Promise<TlsProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer(
    {
      key: options.key,
      cert: options.certificate,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    },
    (client) => {
      join(client, options.socket, keep);
    },
  );
  server.on('connection', keep);
  // A client that breaks off, or shows no certificate, is its own problem.
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy();
  });
  const address = await listen(server, options.name);
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function join(client: TLSSocket, path: string, keep: (socket: Socket) => void): void {
  const database = connect(path);
  keep(database);
  client.pipe(database).pipe(client);
  client.on('error', () => database.destroy());
  client.on('close', () => database.destroy());
  database.on('error', () => client.destroy());
  database.on('close', () => client.end());
}

async function listen(server: ReturnType<typeof createServer>, name: string): Promise<string> {
  for (const address of candidates(name)) {
    const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const failed = (error: NodeJS.ErrnoException) => resolve(error);
      server.once('error', failed);
      server.listen({ host: address, port: dataPlanePort }, () => {
        server.off('error', failed);
        resolve(undefined);
      });
    });
    if (problem === undefined) return address;
    // EADDRNOTAVAIL: macOS has 127.0.0.1 alone.
    if (problem.code !== 'EADDRINUSE' && problem.code !== 'EADDRNOTAVAIL') throw problem;
  }
  throw new Error(
    `No loopback address has port ${dataPlanePort} free for the Cloud SQL instance ${name}. ` +
      'Where only 127.0.0.1 can be used (macOS), one instance can run at a time.',
  );
}

function* candidates(name: string): Generator<string> {
  const hash = createHash('sha256').update(name).digest();
  const start = hash.readUInt32BE(0);
  for (let attempt = 0; attempt < addressAttempts; attempt += 1) {
    const value = start + attempt * 7919;
    // 127.16-127.250: clear of 127.0.0.x, where other things of a machine listen.
    yield `127.${16 + ((value >>> 16) % 235)}.${(value >>> 8) & 0xff}.${1 + (value % 254)}`;
  }
  yield '127.0.0.1';
}
