/** A runner that reaches the outside through a proxy alone, as companies set up their own. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { fetchOfRunner } from '../../src/github/fetch.ts';
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

test('a deployment goes through the proxy that the runner names, from the token to the last look', async () => {
  await using runner = await actionRunner('test/fixtures/deploy-cloudrun', project, {
    postgres: noServer,
    projects: [dropInSeed()],
  });
  await using way = await proxy();
  const inputs = { project_id: project, service: 'web', image: sample };
  const environment = { ...seenFromOutside(runner), http_proxy: way.url };
  const run = await runner.run('deploy-service', inputs, { environment });
  expect(run.log).not.toContain('::error::');
  expect(run.outputs.url).toContain('web');
  expect(new Set(way.tunnels)).toEqual(new Set([`${outside}:${new URL(runner.emulator.url).port}`]));
});

test('what no_proxy names is reached directly, and so is nothing else', async () => {
  await using way = await proxy();
  const target = createServer((_request, response) => response.end('here'));
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const url = `http://${outside}:${(target.address() as AddressInfo).port}/`;
  try {
    vi.stubEnv('http_proxy', way.url);
    expect(await (await fetchOfRunner(url)).text()).toBe('here');
    expect(way.tunnels).toHaveLength(1);
    vi.stubEnv('no_proxy', outside);
    await expect(fetchOfRunner(url)).rejects.toThrow(outside);
    expect(way.tunnels).toHaveLength(1);
  } finally {
    vi.unstubAllEnvs();
    await closed(target);
  }
});
