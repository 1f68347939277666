/** A runner that reaches the outside through a proxy alone, as companies set up their own. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { type ActionRunner, actionRunner } from '../support/action.ts';
import { dropInSeed, project, sample } from '../support/drop-in.ts';
import { noServer } from '../support/estate.ts';

/** A name that leads nowhere: only the proxy knows where it is. */
const outside = 'outside.example';

interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The `HOST:PORT` of every tunnel. */
  readonly tunnels: string[];
}

/** Tunnels to `outside` end on the loopback. */
async function proxy(): Promise<Proxy> {
  const tunnels: string[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(405).end('only CONNECT');
  });
  server.on('connect', (request, socket, head) => {
    const [host, port] = (request.url ?? '').split(':');
    tunnels.push(request.url ?? '');
    if (host !== outside) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const far = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.write(head);
      far.pipe(socket).pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    [Symbol.asyncDispose]: () => closed(server),
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Every address of the emulator under a name that only the proxy knows. */
function seenFromOutside({ emulator }: ActionRunner): Record<string, string> {
  const addresses = {
    ...emulator.environment(),
    ACTIONS_ID_TOKEN_REQUEST_URL: emulator.github.oidcUrl,
  };
  return Object.fromEntries(
    Object.entries(addresses).map(([name, value]) => [name, value.replaceAll('127.0.0.1', outside)]),
  );
}

/** What a deployment came to on a runner whose proxy that is, and where its tunnels led. */
async function deployed(more: Record<string, string> = {}) {
  await using runner = await actionRunner('test/fixtures/deploy-cloudrun', project, {
    postgres: noServer,
    projects: [dropInSeed()],
  });
  await using way = await proxy();
  const inputs = { project_id: project, service: 'web', image: sample };
  const environment = { ...seenFromOutside(runner), http_proxy: way.url, ...more };
  const run = await runner.run('deploy-service', inputs, { environment });
  return { run, tunnels: way.tunnels, emulator: `${outside}:${new URL(runner.emulator.url).port}` };
}

test('a deployment goes through the proxy that the runner names, from the token to the last look', async () => {
  const { run, tunnels, emulator } = await deployed();
  expect(run.log).not.toContain('::error::');
  expect(run.outputs.url).toContain('web');
  expect(new Set(tunnels)).toEqual(new Set([emulator]));
});

test('what no_proxy names is reached directly', async () => {
  const { run, tunnels } = await deployed({ no_proxy: outside });
  expect(run.code).toBe(1);
  expect(run.log).toContain('NO_ID_TOKEN');
  expect(tunnels).toEqual([]);
});
