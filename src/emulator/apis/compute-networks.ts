import { type Cloud, Refusal } from '../service.ts';
import type { CollectionKind } from './compute-collection.ts';
import { inUse, invalidField, type Resource, root, shown, table } from './compute-resource.ts';
import type { Subnetwork } from './compute-subnetworks.ts';
import { connectionsOf } from './servicenetworking.ts';

export interface Network extends Resource {
  readonly autoCreateSubnetworks: boolean;
  readonly routingConfig: Record<string, unknown>;
  readonly mtu: number;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks */
export const networkKind: CollectionKind<Network> = {
  collection: 'networks',
  item: 'network',
  permissions: 'networks',
  message: 'Network',
  step: 'compute.network',
  create: (_call, _cloud, body) => {
    if ('IPv4Range' in body || body.autoCreateSubnetworks === undefined) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        'Legacy networks are not supported: set autoCreateSubnetworks to true or false and leave out IPv4Range.',
        { reason: 'invalid' },
      );
    }
    return {
      ...body,
      autoCreateSubnetworks: body.autoCreateSubnetworks,
      routingConfig: { routingMode: 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY', ...body.routingConfig },
      mtu: checkMtu(body.mtu ?? 1460),
    };
  },
  fixed: ['autoCreateSubnetworks', 'description'],
  change: (_cloud, { routingConfig, mtu }, network) => ({
    ...(routingConfig === undefined ? {} : { routingConfig: { ...network.routingConfig, ...routingConfig } }),
    ...(mtu === undefined ? {} : { mtu: checkMtu(mtu) }),
  }),
  release: (cloud, network, path) => {
    for (const collection of ['subnetworks', 'addresses', 'routers', 'firewalls']) {
      for (const [user, resource] of table<Resource & { network?: string }>(cloud, collection).entries()) {
        if (resource.network === network.selfLink) throw inUse(path, user);
      }
    }
  },
  view: viewNetwork,
};

function checkMtu(mtu: number): number {
  if (mtu < 1300 || mtu > 8896) throw invalidField('mtu', mtu, 'Must be between 1300 and 8896.');
  return mtu;
}

function viewNetwork(cloud: Cloud, network: Network): unknown {
  const path = network.selfLink.slice(root.length);
  const subnetworks = [...table<Subnetwork>(cloud, 'subnetworks').values()]
    .filter((subnetwork) => subnetwork.network === network.selfLink)
    .map((subnetwork) => subnetwork.selfLink);
  const peerings = connectionsOf(cloud, path).map((connection) => ({
    name: connection.peering,
    network: `${root}projects/servicenetworking/global/networks/servicenetworking`,
    state: 'ACTIVE',
    stateDetails: '[Connected]',
    autoCreateRoutes: true,
    exchangeSubnetRoutes: true,
    exportCustomRoutes: false,
    importCustomRoutes: false,
    stackType: 'IPV4_ONLY',
  }));
  return {
    ...shown(network),
    ...(subnetworks.length > 0 ? { subnetworks } : {}),
    ...(peerings.length > 0 ? { peerings } : {}),
    selfLinkWithId: `${network.selfLink.slice(0, -network.name.length)}${network.id}`,
    networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
  };
}
