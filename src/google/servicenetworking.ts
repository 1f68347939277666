import { unlessGone } from './error.ts';
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

/**
 * Refused while Cloud SQL or Memorystore still use it, which may go on for days after their deletion. That it is gone
 * already is as good. https://cloud.google.com/vpc/docs/configure-private-services-access#removing-connection
 */
export async function deleteConnection(
  google: Google,
  projectNumber: string,
  network: string,
): Promise<void> {
  await unlessGone(
    google.transport
      .send<RpcOperation>({
        api: 'servicenetworking',
        method: 'POST',
        path: `${parent}/connections/servicenetworking-googleapis-com`,
        body: { consumerNetwork: networkName(projectNumber, network) },
        repeatable: true,
      })
      .then((started) => finish(google, started, network, 'disconnecting')),
  );
}

async function finish(
  google: Google,
  started: RpcOperation,
  network: string,
  doing = 'connecting',
): Promise<void> {
  await waitForRpc(
    started,
    (name) => google.transport.send({ api: 'servicenetworking', method: 'GET', path: `v1/${name}` }),
    { what: `${doing} network ${network} and Google's services`, deadline },
    google.clock,
    google.signal,
  );
}

function networkName(projectNumber: string, network: string): string {
  return `projects/${projectNumber}/global/networks/${network}`;
}
