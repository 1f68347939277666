import type { Google } from './google.ts';
import { type RpcOperation, waitForRpc } from './operations.ts';

/** https://cloud.google.com/service-infrastructure/docs/service-networking/reference/rest/v1/services.connections */
export interface Connection {
  readonly network?: string;
  readonly peering?: string;
  readonly reservedPeeringRanges?: readonly string[];
}

const parent = 'v1/services/servicenetworking.googleapis.com';
const deadline = 10 * 60_000;

/** The private connections of a network; its name must hold the project's number. */
export async function listConnections(
  google: Google,
  projectNumber: string,
  network: string,
): Promise<Connection[]> {
  const page = await google.transport.send<{ connections?: Connection[] }>({
    api: 'servicenetworking',
    method: 'GET',
    path: `${parent}/connections`,
    query: { network: networkName(projectNumber, network) },
  });
  return page.connections ?? [];
}

export async function createConnection(
  google: Google,
  projectNumber: string,
  network: string,
  range: string,
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'servicenetworking',
    method: 'POST',
    path: `${parent}/connections`,
    body: { network: networkName(projectNumber, network), reservedPeeringRanges: [range] },
    repeatable: true,
  });
  await finish(google, started, network);
}

/** A network has one connection; further ranges are added by changing it. */
export async function addRange(
  google: Google,
  projectNumber: string,
  network: string,
  ranges: readonly string[],
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'servicenetworking',
    method: 'PATCH',
    path: `${parent}/connections/-`,
    query: { force: true, updateMask: 'reservedPeeringRanges' },
    body: { network: networkName(projectNumber, network), reservedPeeringRanges: ranges },
  });
  await finish(google, started, network);
}

async function finish(google: Google, started: RpcOperation, network: string): Promise<void> {
  await waitForRpc(
    started,
    (name) => google.transport.send({ api: 'servicenetworking', method: 'GET', path: `v1/${name}` }),
    { what: `connecting network ${network} to Google's services`, deadline },
    google.clock,
    google.signal,
  );
}

function networkName(projectNumber: string, network: string): string {
  return `projects/${projectNumber}/global/networks/${network}`;
}
