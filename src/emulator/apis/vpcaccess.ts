import { type Api, type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { maskedPaths } from '../update-mask.ts';
import { page, uuid } from './listing.ts';
import { longRunning, operationName, operationRoutes } from './long-running.ts';
import {
  type Connector,
  type ConnectorBody,
  connectorOf,
  connectors,
  invalid,
  nameOf,
  newConnector,
  sized,
} from './vpcaccess-connector.ts';

const api = 'vpcaccess.googleapis.com';
const typeUrl = 'type.googleapis.com/google.cloud.vpcaccess.v1.Connector';
const parent = '/v1/projects/{project}/locations/{location}/connectors';
const one = `${parent}/{connector}`;
const changeable = new Set(['machineType', 'minInstances', 'maxInstances', 'minThroughput', 'maxThroughput']);

async function create(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const connector = newConnector(call, cloud);
  if (connectors(cloud).has(connector.name)) {
    throw new Refusal(409, 'ALREADY_EXISTS', `Resource '${connector.name}' already exists`);
  }
  connectors(cloud).set(connector.name, connector);
  return start(call, cloud, 'create', 'CreateConnector', connector.name);
}

async function get(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: connectorOf(call, cloud) };
}

async function list(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix =
    call.params.location === '-'
      ? `projects/${cloud.project(call.params.project ?? '').id}/locations/`
      : nameOf(call, cloud, '');
  const own = [...connectors(cloud).values()].filter((connector) => connector.name.startsWith(prefix));
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { connectors: items } : {}), ...rest } };
}

async function patch(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const connector = connectorOf(call, cloud);
  const body = (call.body ?? {}) as ConnectorBody;
  const paths = maskedPaths(call, {
    api: 'vpcaccess',
    message: 'Connector',
    changeable,
    current: connector,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) => invalid(`The field "${path}" of a connector cannot be changed.`),
  });
  const fields = paths?.map(([field]) => field) ?? Object.keys(body).filter((field) => changeable.has(field));
  if (fields.length === 0) throw invalid('At least one field to update must be specified.');
  requireReady(connector);
  const { minInstances, maxInstances, machineType } = connector;
  const before: ConnectorBody = { machineType, minInstances, maxInstances };
  // Instances and throughput say the same thing, so what is given in one of them replaces the other.
  const change: Record<string, unknown> = Object.fromEntries(
    fields.map((field) => [field, body[field as keyof ConnectorBody]]),
  );
  if ('minThroughput' in change) delete (before as Record<string, unknown>).minInstances;
  if ('maxThroughput' in change) delete (before as Record<string, unknown>).maxInstances;
  const next = sized(connector, { ...before, ...change });
  connectors(cloud).set(connector.name, { ...connector, state: 'UPDATING' });
  return start(call, cloud, 'update', 'UpdateConnector', connector.name, next);
}

async function remove(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const connector = connectorOf(call, cloud);
  requireReady(connector);
  connectors(cloud).set(connector.name, { ...connector, state: 'DELETING' });
  return start(call, cloud, 'delete', 'DeleteConnector', connector.name);
}

function requireReady(connector: Connector): void {
  if (connector.state === 'READY') return;
  throw new Refusal(
    409,
    'ABORTED',
    `Operation already in progress for resource ${connector.name}, which is ${connector.state}.`,
  );
}

async function start(
  call: Call,
  cloud: Cloud,
  action: string,
  method: string,
  name: string,
  next?: Connector,
): Promise<Reply> {
  const operation = await cloud.start({
    api,
    action,
    step: 'vpcaccess.connector',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'vpcaccess.operation'),
    input: { location: call.params.location, name, ...(next === undefined ? {} : { next }) },
    metadata: {
      '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.OperationMetadata',
      method: `google.cloud.vpcaccess.v1.VpcAccessService.${method}`,
      createTime: cloud.timestamp(),
      target: name,
    },
  });
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}

function settleReady(operation: Operation, cloud: Cloud): void {
  const connector =
    (operation.input.next as Connector | undefined) ?? connectors(cloud).get(String(operation.input.name));
  if (connector === undefined) return;
  const ready: Connector = { ...connector, state: 'READY' };
  connectors(cloud).set(ready.name, ready);
  operation.response = { '@type': typeUrl, ...ready };
}

/** https://cloud.google.com/vpc/docs/reference/vpcaccess/rest/v1/projects.locations.connectors */
export const vpcaccessApi: Api = {
  name: api,
  title: 'Serverless VPC Access API',
  needsEnabling: true,
  messages: 'vpcaccess',
  errors: 'rpc',
  notModelled: ['Locations; the list of projects that use a connector; the instances behind it.'],
  routes: [
    {
      method: 'POST',
      path: parent,
      id: 'vpcaccess.projects.locations.connectors.create',
      permission: 'vpcaccess.connectors.create',
      message: 'Connector',
      handle: create,
    },
    {
      method: 'GET',
      path: parent,
      id: 'vpcaccess.projects.locations.connectors.list',
      permission: 'vpcaccess.connectors.list',
      handle: list,
    },
    {
      method: 'GET',
      path: one,
      id: 'vpcaccess.projects.locations.connectors.get',
      permission: 'vpcaccess.connectors.get',
      handle: get,
    },
    {
      method: 'PATCH',
      path: one,
      id: 'vpcaccess.projects.locations.connectors.patch',
      permission: 'vpcaccess.connectors.update',
      message: 'Connector',
      handle: patch,
    },
    {
      method: 'DELETE',
      path: one,
      id: 'vpcaccess.projects.locations.connectors.delete',
      permission: 'vpcaccess.connectors.delete',
      handle: remove,
    },
    ...operationRoutes({
      api,
      root: '/v1',
      id: 'vpcaccess.projects.locations.operations',
      permission: 'vpcaccess.operations',
      view: (operation) => longRunning(operation, operationName(operation)),
    }),
  ],
  settle: {
    create: settleReady,
    update: settleReady,
    delete: (operation, cloud) => {
      connectors(cloud).delete(String(operation.input.name));
    },
  },
};
