import type { Call, Cloud, Reply } from '../service.ts';
import { listOf } from './compute-networks.ts';
import { repeated, startDelete, startOperation } from './compute-operations.ts';
import {
  checkName,
  find,
  findReady,
  invalidField,
  numericId,
  pathOf,
  pathOfLink,
  projectOf,
  type Resource,
  refuseExisting,
  refuseUnknownFields,
  required,
  root,
  shown,
  table,
} from './compute-resource.ts';

interface Nat extends Record<string, unknown> {
  readonly name?: string;
  readonly natIpAllocateOption?: string;
  readonly sourceSubnetworkIpRangesToNat?: string;
}

export interface Router extends Resource {
  readonly network: string;
  readonly region: string;
  readonly nats?: readonly Nat[];
}

const routerFields = [
  'name',
  'description',
  'network',
  'bgp',
  'nats',
  'bgpPeers',
  'interfaces',
  'encryptedInterconnectRouter',
  'kind',
  'region',
  'selfLink',
  'id',
  'creationTimestamp',
  'ncnGateway',
  'params',
  'md5AuthenticationKeys',
];
const natFields = [
  'name',
  'type',
  'natIpAllocateOption',
  'natIps',
  'drainNatIps',
  'sourceSubnetworkIpRangesToNat',
  'subnetworks',
  'minPortsPerVm',
  'maxPortsPerVm',
  'udpIdleTimeoutSec',
  'icmpIdleTimeoutSec',
  'tcpEstablishedIdleTimeoutSec',
  'tcpTransitoryIdleTimeoutSec',
  'tcpTimeWaitTimeoutSec',
  'logConfig',
  'rules',
  'enableDynamicPortAllocation',
  'enableEndpointIndependentMapping',
  'endpointTypes',
  'autoNetworkTier',
  'sourceSubnetworkIpRangesToNat64',
  'nat64Subnetworks',
];

export async function insertRouter(call: Call, cloud: Cloud): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Router>;
  refuseUnknownFields(body, routerFields);
  const project = projectOf(call, cloud);
  const region = call.params.region ?? '';
  const name = checkName(body.name);
  const path = pathOf(project, { region }, 'routers', name);
  refuseExisting(cloud, 'routers', path);
  if (!body.network) throw required('network');
  const network = pathOfLink(body.network, project);
  findReady(cloud, 'networks', network);
  const router: Router = {
    ...body,
    kind: 'compute#router',
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    network: root + network,
    region: `${root}projects/${project}/regions/${region}`,
    ...(body.nats === undefined ? {} : { nats: natsWithDefaults(body.nats) }),
  };
  table<Router>(cloud, 'routers').set(path, router);
  return startOperation(call, cloud, {
    type: 'insert',
    step: 'compute.router',
    collection: 'routers',
    path,
    targetId: router.id,
    scope: { region },
  });
}

export async function getRouter(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: shown(find<Router>(cloud, 'routers', pathFrom(call, cloud))) };
}

export async function listRouters(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: { kind: 'compute#routerList', ...listOf(call, cloud, 'routers', shown) } };
}

/** Fields that are sent replace what is there; a list such as `nats` as a whole. */
export async function patchRouter(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Router>;
  refuseUnknownFields(body, routerFields);
  const path = pathFrom(call, cloud);
  const router = findReady<Router>(cloud, 'routers', path);
  const { name, network, ...change } = body;
  if (name !== undefined && name !== router.name) throw invalidField('name', name, 'Cannot be changed.');
  if (network !== undefined && root + pathOfLink(network, projectOf(call, cloud)) !== router.network) {
    throw invalidField('network', network, 'Cannot be changed.');
  }
  return startOperation(call, cloud, {
    type: 'patch',
    step: 'compute.router',
    collection: 'routers',
    path,
    targetId: router.id,
    scope: { region: call.params.region ?? '' },
    change: { ...change, ...(body.nats === undefined ? {} : { nats: natsWithDefaults(body.nats) }) },
  });
}

export async function deleteRouter(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const path = pathFrom(call, cloud);
  return startDelete(call, cloud, {
    collection: 'routers',
    path,
    scope: { region: call.params.region ?? '' },
  });
}

function pathFrom(call: Call, cloud: Cloud): string {
  const region = call.params.region ?? '';
  return pathOf(projectOf(call, cloud), { region }, 'routers', call.params.router ?? '');
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers: the defaults of a NAT. */
function natsWithDefaults(nats: readonly Nat[]): Nat[] {
  const names = new Set<string>();
  return nats.map((nat, index) => {
    const field = `nats[${index}]`;
    refuseUnknownFields(nat, natFields, `resource.${field}`);
    const name = checkName(nat.name);
    if (names.has(name))
      throw invalidField(`${field}.name`, name, 'NAT names must be unique within a router.');
    names.add(name);
    const ranges = nat.sourceSubnetworkIpRangesToNat;
    if (ranges === undefined) throw required(`${field}.sourceSubnetworkIpRangesToNat`);
    const known = [
      'ALL_SUBNETWORKS_ALL_IP_RANGES',
      'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES',
      'LIST_OF_SUBNETWORKS',
    ];
    if (!known.includes(ranges)) {
      throw invalidField(
        `${field}.sourceSubnetworkIpRangesToNat`,
        ranges,
        `Must be one of ${known.join(', ')}.`,
      );
    }
    const allocation = nat.natIpAllocateOption;
    if (allocation !== 'AUTO_ONLY' && allocation !== 'MANUAL_ONLY') {
      throw invalidField(`${field}.natIpAllocateOption`, allocation, 'Must be AUTO_ONLY or MANUAL_ONLY.');
    }
    return {
      type: 'PUBLIC',
      enableEndpointIndependentMapping: false,
      endpointTypes: ['ENDPOINT_TYPE_VM'],
      ...(allocation === 'AUTO_ONLY' ? { autoNetworkTier: 'PREMIUM' } : {}),
      ...nat,
    };
  });
}
