import type { Api, Route } from '../service.ts';
import { addressKind } from './compute-addresses.ts';
import { aggregatedRoutes } from './compute-aggregated.ts';
import { collectionRoutes, computeRoot } from './compute-collection.ts';
import { firewallKind } from './compute-firewalls.ts';
import { networkKind } from './compute-networks.ts';
import { getOperation, listOperations, settle, waitOperation } from './compute-operations.ts';
import { routerKind } from './compute-routers.ts';
import { googleAccessRoute, subnetworkKind } from './compute-subnetworks.ts';

function operations(path: string, name: string): Route[] {
  const permission = `compute.${name}.get`;
  return [
    {
      method: 'GET',
      path: `${computeRoot}/${path}/operations`,
      id: `compute.${name}.list`,
      permission: `compute.${name}.list`,
      handle: listOperations,
    },
    {
      method: 'GET',
      path: `${computeRoot}/${path}/operations/{operation}`,
      id: `compute.${name}.get`,
      permission,
      handle: getOperation,
    },
    {
      method: 'POST',
      path: `${computeRoot}/${path}/operations/{operation}/wait`,
      id: `compute.${name}.wait`,
      permission,
      handle: waitOperation,
    },
  ];
}

/** The network part of Compute Engine. */
export const computeApi: Api = {
  name: 'compute.googleapis.com',
  title: 'Compute Engine API',
  needsEnabling: true,
  hosts: ['www.googleapis.com'],
  messages: 'compute',
  errors: 'legacy',
  notModelled: [
    'Only networks, subnetworks, global addresses, routers with Cloud NAT and firewall rules.',
    'The subnetworks of an auto mode network, and the network "default" of a new project.',
    'IPv6, secondary ranges as taken addresses, peerings other than the one of Service Networking.',
    'Filters other than name=X.',
  ],
  routes: [
    ...collectionRoutes(networkKind),
    ...collectionRoutes(subnetworkKind),
    googleAccessRoute,
    ...collectionRoutes(addressKind),
    ...collectionRoutes(routerKind),
    ...collectionRoutes(firewallKind),
    ...aggregatedRoutes,
    ...operations('global', 'globalOperations'),
    ...operations('regions/{region}', 'regionOperations'),
  ],
  settle,
};
