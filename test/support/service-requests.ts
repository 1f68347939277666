import { request } from 'node:http';
import { type Answer, type Caller, type Json, project, type TestCloud } from './emulator.ts';

export const hello = 'us-docker.pkg.dev/cloudrun/container/hello';
export const services = `/v2/projects/${project.id}/locations/us-central1/services`;
export const pools = `/v2/projects/${project.id}/locations/us-central1/workerPools`;
export const latest = { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' };

export const hostOf = (service: string, tag?: string): string =>
  `${tag === undefined ? '' : `${tag}---`}${service}-${project.number}.us-central1.run.app`;

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A request as it goes through a forward proxy: the whole URL stands in the request line. */
export function viaProxy(cloud: TestCloud, host: string, sent: Sent = {}): Promise<Answer> {
  return send(cloud, `http://${host}${sent.path ?? '/'}`, { host, ...sent.headers }, sent);
}

/** A request to the emulator's own port that names the service in the Host header. */
export function viaHost(cloud: TestCloud, host: string, sent: Sent = {}): Promise<Answer> {
  return send(cloud, sent.path ?? '/', { host, ...sent.headers }, sent);
}

/** A request to the emulator's own port with the service's host in the path. */
export function viaPath(cloud: TestCloud, host: string, sent: Sent = {}): Promise<Answer> {
  return send(cloud, `/_run/${host}${sent.path ?? '/'}`, { ...sent.headers }, sent);
}

function send(
  cloud: TestCloud,
  path: string,
  headers: Record<string, string>,
  { method = 'GET', body }: Sent,
): Promise<Answer> {
  const { hostname, port } = new URL(cloud.emulator.url);
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = new Headers();
        for (const [name, value] of Object.entries(response.headers)) received.set(name, String(value));
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body: parsed(text), headers: received });
      });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text as unknown as Json;
  }
}

/** Creates the service, or deploys it anew. Public unless something else is said. */
export async function deploy(
  call: Caller,
  service: string,
  change: { service?: object; template?: object; container?: object; mask?: string } = {},
): Promise<Answer> {
  const query = `allowMissing=true${change.mask === undefined ? '' : `&updateMask=${change.mask}`}`;
  return call('PATCH', `${services}/${service}?${query}`, {
    invokerIamDisabled: true,
    ...change.service,
    template: { ...change.template, containers: [{ image: hello, ...change.container }] },
  });
}

/** The short name of the revision that was created last. */
export async function newest(call: Caller, service: string): Promise<string> {
  const { body } = await call('GET', `${services}/${service}`);
  return String(body.latestCreatedRevision).split('/').at(-1) ?? '';
}

/** Counts what the answers of so many requests name in that header. */
export async function tally(count: number, ask: () => Promise<Answer>): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let number = 0; number < count; number += 1) {
    const { headers } = await ask();
    const revision = headers.get('x-emulator-revision') ?? 'none';
    seen[revision] = (seen[revision] ?? 0) + 1;
  }
  return seen;
}
