import { type Api, type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { type Resource, table } from './compute-resource.ts';
import { uuid } from './listing.ts';
import { longRunning } from './long-running.ts';

const service = 'servicenetworking.googleapis.com';
const peering = 'servicenetworking-googleapis-com';

export interface Connection {
  /** With the project's number, as the API shows it. */
  readonly network: string;
  readonly service: string;
  readonly peering: string;
  readonly reservedPeeringRanges: readonly string[];
}

interface Body {
  readonly network?: string;
  readonly consumerNetwork?: string;
  readonly reservedPeeringRanges?: readonly string[];
}

/** Keyed by the network's path, `projects/ID/global/networks/NAME`. */
function connections(cloud: Cloud) {
  return cloud.table<Connection>('servicenetworking.connections');
}

/** The private connections of a network, given by its path. */
export function connectionsOf(cloud: Cloud, network: string): Connection[] {
  const found = connections(cloud).get(network);
  return found === undefined ? [] : [found];
}

/** Whether private services access is set up on the network; the link may have any form. */
export function peeredWith(cloud: Cloud, link: string, project: string): boolean {
  const match = /(?:projects\/([^/]+)\/)?global\/networks\/([^/]+)$/.exec(link);
  if (match === null) return false;
  const owner = cloud.project(match[1] ?? project);
  return connections(cloud).has(`projects/${owner.id}/global/networks/${match[2]}`);
}

const networkName = /^projects\/(\d+)\/global\/networks\/([a-z]([-a-z0-9]*[a-z0-9])?)$/;

/** There is no project in the path: it is the one that the network belongs to. */
function projectOf(call: Call): string {
  const text = call.query.get('network') ?? Buffer.from(call.bytes).toString('utf8');
  return `projects/${/projects\/([^/"]+)\/global/.exec(text)?.[1] ?? '-'}`;
}

function networkOf(cloud: Cloud, name: string | undefined): { path: string; project: string } {
  const match = networkName.exec(name ?? '');
  if (match === null) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid network "${name ?? ''}": it must be of the form projects/PROJECT_NUMBER/global/networks/NETWORK.`,
    );
  }
  const project = cloud.project(match[1] ?? '');
  const path = `projects/${project.id}/global/networks/${match[2]}`;
  if (table<Resource>(cloud, 'networks').get(path)?.ready !== true) {
    throw new Refusal(400, 'FAILED_PRECONDITION', `The network ${name} was not found or is not ready.`);
  }
  return { path, project: project.id };
}

function checkRanges(cloud: Cloud, project: string, network: string, names: readonly string[]): void {
  if (names.length === 0) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'At least one reserved peering range is required.');
  }
  for (const name of names) {
    const address = table<Resource & { purpose?: string; network?: string }>(cloud, 'addresses').get(
      `projects/${project}/global/addresses/${name}`,
    );
    if (address?.ready !== true || address.purpose !== 'VPC_PEERING' || !address.network?.endsWith(network)) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Invalid reserved peering range "${name}": the network has no allocated range (VPC_PEERING) of that name.`,
      );
    }
  }
}

async function createConnection(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as Body;
  const { path, project } = networkOf(cloud, body.network);
  checkRanges(cloud, project, path, body.reservedPeeringRanges ?? []);
  requireQuiet(cloud, path);
  return start(cloud, project, 'create', path, {
    network: body.network,
    ranges: body.reservedPeeringRanges,
  });
}

function settleCreate(operation: Operation, cloud: Cloud): void {
  const path = String(operation.input.path);
  const wanted = operation.input.ranges as readonly string[];
  const current = connections(cloud).get(path);
  if (current !== undefined && !sameNames(current.reservedPeeringRanges, wanted)) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection. ' +
        `Existing allocated IP ranges: [${current.reservedPeeringRanges.join(', ')}].`,
    );
  }
  write(operation, cloud, path, String(operation.input.network), wanted);
}

async function patchConnection(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as Body;
  const { path, project } = networkOf(cloud, body.network);
  const current = connections(cloud).get(path);
  if (current === undefined) {
    throw new Refusal(
      404,
      'NOT_FOUND',
      `No private connection of ${body.network} with ${service} was found.`,
    );
  }
  const ranges = body.reservedPeeringRanges ?? [];
  checkRanges(cloud, project, path, ranges);
  if (
    call.query.get('force') !== 'true' &&
    current.reservedPeeringRanges.some((name) => !ranges.includes(name))
  ) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'Removing allocated ranges from a private connection needs force=true.',
    );
  }
  requireQuiet(cloud, path);
  return start(cloud, project, 'update', path, { network: body.network, ranges });
}

function settleUpdate(operation: Operation, cloud: Cloud): void {
  const ranges = operation.input.ranges as readonly string[];
  write(operation, cloud, String(operation.input.path), String(operation.input.network), ranges);
}

async function deleteConnection(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { path, project } = networkOf(cloud, ((call.body ?? {}) as Body).consumerNetwork);
  if (!connections(cloud).has(path)) {
    throw new Refusal(404, 'NOT_FOUND', `No private connection of the network with ${service} was found.`);
  }
  requireQuiet(cloud, path);
  return start(cloud, project, 'delete', path, {});
}

function settleDelete(operation: Operation, cloud: Cloud): void {
  const path = String(operation.input.path);
  if (hasProducers(cloud, path, operation.project)) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.',
    );
  }
  connections(cloud).delete(path);
}

function hasProducers(cloud: Cloud, path: string, project: string): boolean {
  const network = path.split('/').at(-1) ?? '';
  const sql = cloud.table<{ project: string; settings: { ipConfiguration?: { privateNetwork?: string } } }>(
    'sql.instances',
  );
  const redis = cloud.table<{ authorizedNetwork: string; connectMode: string }>('redis.instances');
  return (
    [...sql.values()].some(
      (instance) =>
        instance.project === project &&
        instance.settings.ipConfiguration?.privateNetwork?.endsWith(`/networks/${network}`) === true,
    ) ||
    [...redis.values()].some(
      (instance) => instance.authorizedNetwork === path && instance.connectMode === 'PRIVATE_SERVICE_ACCESS',
    )
  );
}

async function listConnections(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { path } = networkOf(cloud, call.query.get('network') ?? undefined);
  const found = connectionsOf(cloud, path);
  return { status: 200, body: found.length > 0 ? { connections: found } : {} };
}

async function getOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = await cloud.operation(call.params.operation ?? '');
  if (operation === undefined || operation.api !== service) {
    throw new Refusal(404, 'NOT_FOUND', `Operation operations/${call.params.operation} was not found.`);
  }
  return { status: 200, body: longRunning(operation, `operations/${operation.id}`) };
}

/** One change of a network's peerings at a time. */
function requireQuiet(cloud: Cloud, path: string): void {
  for (const operation of cloud.table<Operation>('operations').values()) {
    if (operation.api !== service || operation.done || operation.input.path !== path) continue;
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      'There is a peering operation in progress on the local or peer network. Try again later.',
    );
  }
}

async function start(
  cloud: Cloud,
  project: string,
  action: string,
  path: string,
  input: Record<string, unknown>,
): Promise<Reply> {
  const operation = await cloud.start({
    api: service,
    action,
    step: 'servicenetworking.connection',
    project,
    id: `pssn.p24-${cloud.project(project).number}-${uuid(cloud, 'servicenetworking.operation')}`,
    input: { ...input, path },
  });
  return { status: 200, body: longRunning(operation, `operations/${operation.id}`) };
}

function write(
  operation: Operation,
  cloud: Cloud,
  path: string,
  network: string,
  ranges: readonly string[],
): void {
  const connection: Connection = {
    network,
    service: `services/${service}`,
    peering,
    reservedPeeringRanges: [...ranges],
  };
  connections(cloud).set(path, connection);
  operation.response = {
    '@type': 'type.googleapis.com/google.cloud.servicenetworking.v1.Connection',
    ...connection,
  };
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join(' ') === [...other].sort().join(' ');
}

const collection = `/v1/services/${service}/connections`;

/** Private services access: the peering in which Cloud SQL and Memorystore put their private addresses. */
export const servicenetworkingApi: Api = {
  name: service,
  title: 'Service Networking API',
  needsEnabling: true,
  messages: 'servicenetworking',
  errors: 'rpc',
  notModelled: [
    'The producer’s side, DNS peering, and every service other than servicenetworking.googleapis.com.',
  ],
  routes: [
    {
      method: 'POST',
      path: collection,
      id: 'servicenetworking.services.connections.create',
      permission: 'servicenetworking.services.addPeering',
      resource: projectOf,
      message: 'Connection',
      handle: createConnection,
    },
    {
      method: 'GET',
      path: collection,
      id: 'servicenetworking.services.connections.list',
      permission: 'servicenetworking.services.get',
      resource: projectOf,
      handle: listConnections,
    },
    {
      method: 'PATCH',
      path: `${collection}/{connection}`,
      id: 'servicenetworking.services.connections.patch',
      permission: 'servicenetworking.services.addPeering',
      resource: projectOf,
      message: 'Connection',
      handle: patchConnection,
    },
    {
      method: 'POST',
      path: `${collection}/{connection}`,
      id: 'servicenetworking.services.connections.deleteConnection',
      permission: 'servicenetworking.services.deleteConnection',
      resource: projectOf,
      handle: deleteConnection,
    },
    {
      method: 'GET',
      path: '/v1/operations/{operation}',
      id: 'servicenetworking.operations.get',
      handle: getOperation,
    },
  ],
  settle: { create: settleCreate, update: settleUpdate, delete: settleDelete },
};
