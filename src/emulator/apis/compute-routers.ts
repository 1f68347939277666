import type { CollectionKind } from './compute-collection.ts';
import {
  checkName,
  findReady,
  invalidField,
  pathOfLink,
  type Resource,
  required,
  root,
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

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers */
export const routerKind: CollectionKind<Router> = {
  collection: 'routers',
  item: 'router',
  regional: true,
  permissions: 'routers',
  message: 'Router',
  step: 'compute.router',
  create: (_call, cloud, body, { project }) => {
    if (!body.network) throw required('network');
    const network = pathOfLink(body.network, project);
    findReady(cloud, 'networks', network);
    return {
      ...body,
      network: root + network,
      ...(body.nats === undefined ? {} : { nats: natsWithDefaults(body.nats) }),
    };
  },
  fixed: ['network'],
  change: (_cloud, { network: _network, ...change }) => ({
    ...change,
    ...(change.nats === undefined ? {} : { nats: natsWithDefaults(change.nats) }),
  }),
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers: the defaults of a NAT. */
function natsWithDefaults(nats: readonly Nat[]): Nat[] {
  const names = new Set<string>();
  return nats.map((nat, index) => {
    const field = `nats[${index}]`;
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
