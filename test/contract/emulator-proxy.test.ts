import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { owner, project, type TestCloud, testCloud } from '../support/emulator.ts';

interface Proxied {
  readonly status: number | undefined;
  readonly body: { readonly error?: { readonly message: string } } & Record<string, unknown>;
}

/** What a client does that has an HTTP proxy configured: the request line holds the whole URL. */
async function throughProxy(cloud: TestCloud, method: string, url: string, body?: unknown): Promise<Proxied> {
  const { hostname, port } = new URL(cloud.emulator.url);
  const request = httpRequest({
    hostname,
    port,
    method,
    path: url,
    headers: {
      host: new URL(url).host,
      authorization: `Bearer ${cloud.emulator.userToken(owner)}`,
      'proxy-connection': 'keep-alive',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) as Proxied['body'] };
}

const run = `projects/${project.id}/locations/us-central1`;

test('requests for real host names are answered by the API of that host', async () => {
  await using cloud = await testCloud();
  const enabled = await throughProxy(
    cloud,
    'GET',
    `http://serviceusage.googleapis.com/v1/projects/${project.id}/services/run.googleapis.com?alt=json`,
  );
  expect(enabled).toMatchObject({ status: 200, body: { state: 'ENABLED' } });
  const services = await throughProxy(cloud, 'GET', `http://run.googleapis.com/v2/${run}/services`);
  expect(services).toEqual({ status: 200, body: {} });
  const buckets = await throughProxy(
    cloud,
    'GET',
    `http://storage.googleapis.com/storage/v1/b?project=${project.id}`,
  );
  expect(buckets).toMatchObject({ status: 200, body: { kind: 'storage#buckets' } });
});

test('the regional host of Cloud Run is Cloud Run', async () => {
  await using cloud = await testCloud();
  const answer = await throughProxy(cloud, 'GET', `http://us-central1-run.googleapis.com/v2/${run}/services`);
  expect(answer.status).toBe(200);
  expect(cloud.emulator.journal.at(-1)).toMatchObject({
    host: 'us-central1-run.googleapis.com',
    api: 'run.googleapis.com',
  });
});

test('one API does not answer on the host of another', async () => {
  await using cloud = await testCloud();
  const path = `/v1/projects/${project.id}/secrets`;
  expect((await throughProxy(cloud, 'GET', `http://secretmanager.googleapis.com${path}`)).status).toBe(200);
  const wrong = await throughProxy(cloud, 'GET', `http://redis.googleapis.com${path}`);
  expect(wrong).toMatchObject({
    status: 501,
    body: { error: { message: `not implemented by the emulator: GET ${path} on redis.googleapis.com` } },
  });
});

test("a host that is not Google's is refused, and nothing is sent there", async () => {
  await using cloud = await testCloud();
  const answer = await throughProxy(cloud, 'GET', 'http://example.com/v1/projects/a/secrets');
  expect(answer).toMatchObject({ status: 501 });
  expect(answer.body.error?.message).toBe(
    'not implemented by the emulator: GET /v1/projects/a/secrets on example.com',
  );
});

test('a method that is not implemented is named by the API of the host', async () => {
  await using cloud = await testCloud();
  const answer = await throughProxy(
    cloud,
    'GET',
    `http://redis.googleapis.com/v1/projects/${project.id}/locations/us-central1`,
  );
  expect(answer.body.error?.message).toContain('redis.projects.locations.get (GET ');
});

test('a tunnel is refused with the reason, since the emulator cannot look into TLS', async () => {
  await using cloud = await testCloud();
  const { hostname, port } = new URL(cloud.emulator.url);
  const socket = connect(Number(port), hostname);
  socket.write('CONNECT run.googleapis.com:443 HTTP/1.1\r\nhost: run.googleapis.com:443\r\n\r\n');
  const reply = await text(socket);
  expect(reply).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/);
  expect(reply).toContain('CONNECT run.googleapis.com:443 is refused');
  expect(reply).toContain('plain http:// endpoint');
});
