import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Measured, measure } from './measure.ts';
import { project } from './project.ts';
import type { Report } from './report.ts';

const emulatorProcess = fileURLToPath(new URL('./emulator-process.ts', import.meta.url));
/** Requests that are under way at the same time: as many as a deployment of sixteen workloads has. */
const atOnce = 16;
const reads = 2000;

const run = `/v2/projects/${project.id}/locations/us-central1/services`;
const secrets = `/v1/projects/${project.id}/secrets`;
const image = `us-central1-docker.pkg.dev/${project.id}/images/web@sha256:${'0'.repeat(64)}`;

type Caller = (method: string, path: string, body?: unknown) => Promise<void>;

interface Size {
  /** Milliseconds from the start of the process until it answers. */
  readonly start: number;
  readonly create: Measured;
  readonly read: Measured;
  readonly access: Measured;
  readonly list: Measured;
  /** Bytes of the heap that the first and the second half of the services took, journal included. */
  readonly halves: readonly [number, number];
  readonly resident: number;
}

/** Throughput and memory of the emulator with few and with many services, each with two secrets. */
export async function benchEmulator(): Promise<Report> {
  const [small, large] = [await measured(10), await measured(500)];
  const ratio = (of: (size: Size) => number) => `×${(of(large) / of(small)).toFixed(1)}`;
  const row = (name: string, of: (size: Size) => Measured) => [
    name,
    ...[small, large].flatMap((size) => [
      of(size).perSecond.toFixed(0),
      of(size).p50.toFixed(2),
      of(size).p95.toFixed(2),
    ]),
    ratio((size) => of(size).p50),
  ];
  return {
    title: 'The emulator with 10 and with 500 services, and twice as many secrets',
    head: ['', '10: a second', 'p50 ms', 'p95 ms', '500: a second', 'p50 ms', 'p95 ms', 'p50 growth'],
    rows: [
      row('create a service and two secrets', (size) => size.create),
      row('get a service', (size) => size.read),
      row('access a secret', (size) => size.access),
      row('list ten services', (size) => size.list),
    ],
    notes: [
      `memory: ${megabytes(large.halves[0])} for the first 250 services, ${megabytes(large.halves[1])} for the next 250; resident ${megabytes(small.resident)} with 10 and ${megabytes(large.resident)} with 500`,
      `answers ${Math.min(small.start, large.start).toFixed(0)} ms after the start of its process`,
      `${atOnce} requests at a time; the client shares the machine`,
    ],
  };
}

async function measured(services: number): Promise<Size> {
  const started = performance.now();
  const child = fork(emulatorProcess, { execArgv: ['--expose-gc'], stdio: 'inherit' });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const [{ url, token }] = (await once(child, 'message')) as [{ url: string; token: string }];
    const start = performance.now() - started;
    const call: Caller = (method, path, body) => send(agent, `${url}${path}`, token, method, body);
    await warmUp(call);
    const half = services / 2;
    const before = await memory(child);
    await measure(half, atOnce, (n) => createService(call, String(n)));
    const between = await memory(child);
    const create = await measure(half, atOnce, (n) => createService(call, String(half + n)));
    const after = await memory(child);
    const read = await measure(reads, atOnce, (n) => call('GET', `${run}/service-${n % services}`));
    const access = await measure(reads, atOnce, (n) =>
      call('GET', `${secrets}/secret-${n % services}-${n % 2}/versions/latest:access`),
    );
    const list = await measure(reads / 4, atOnce, () => call('GET', `${run}?pageSize=10`));
    const halves = [between.heap - before.heap, after.heap - between.heap] as const;
    return { start, create, read, access, list, halves, resident: after.resident };
  } finally {
    agent.destroy();
    child.kill();
  }
}

/** The first requests of a process pay for its compiler; they are no part of what is compared. */
async function warmUp(call: Caller): Promise<void> {
  await measure(40, atOnce, (n) => createService(call, `warm-${n}`));
  await measure(1000, atOnce, (n) => call('GET', `${run}/service-warm-${n % 40}`));
  await measure(1000, atOnce, (n) =>
    call('GET', `${secrets}/secret-warm-${n % 40}-0/versions/latest:access`),
  );
  await measure(200, atOnce, () => call('GET', `${run}?pageSize=10`));
}

/** One service with two secrets of a version each: five requests. */
async function createService(call: Caller, name: string): Promise<void> {
  const env = Array.from({ length: 10 }, (_, index) => ({
    name: `NAME_${index}`,
    value: `value-${name}-${index}`,
  }));
  await call('POST', `${run}?serviceId=service-${name}`, {
    labels: { name },
    template: { containers: [{ image, env }] },
  });
  for (const which of [0, 1]) {
    const secret = `secret-${name}-${which}`;
    const data = Buffer.from(`the value of ${secret}`).toString('base64');
    await call('POST', `${secrets}?secretId=${secret}`, { replication: { automatic: {} } });
    await call('POST', `${secrets}/${secret}:addVersion`, { payload: { data } });
  }
}

async function memory(child: ChildProcess): Promise<{ heap: number; resident: number }> {
  child.send('memory');
  const [sizes] = (await once(child, 'message')) as [{ heap: number; resident: number }];
  return sizes;
}

async function send(agent: Agent, url: string, token: string, method: string, body: unknown): Promise<void> {
  const outgoing = request(url, {
    agent,
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`${method} ${url}: ${response.statusCode} ${answer}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
