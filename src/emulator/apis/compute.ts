import type { Api, Route } from '../service.ts';
import { aggregatedRoutes } from './compute-aggregated.ts';
import {
  deleteFirewall,
  getFirewall,
  insertFirewall,
  listFirewalls,
  patchFirewall,
} from './compute-firewalls.ts';
import {
  deleteAddress,
  deleteNetwork,
  deleteSubnetwork,
  getAddress,
  getNetwork,
  getSubnetwork,
  insertAddress,
  insertNetwork,
  insertSubnetwork,
  listAddresses,
  listNetworks,
  listSubnetworks,
  patchNetwork,
  patchSubnetwork,
  setPrivateIpGoogleAccess,
} from './compute-networks.ts';
import { getOperation, listOperations, settle, waitOperation } from './compute-operations.ts';
import { deleteRouter, getRouter, insertRouter, listRouters, patchRouter } from './compute-routers.ts';

type Handler = Route['handle'];

const root = '/compute/v1/projects/{project}';

function collection(kind: {
  path: string;
  item: string;
  permissions: string;
  message?: string;
  insert: Handler;
  get: Handler;
  list: Handler;
  delete: Handler;
  patch?: Handler;
  /** The handler itself asks for the permission to create. */
  insertDecides?: true;
}): Route[] {
  const id = `compute.${kind.permissions}`;
  const body = kind.message === undefined ? {} : { message: kind.message };
  const one = `${root}/${kind.path}/{${kind.item}}`;
  const routes: Route[] = [
    {
      method: 'POST',
      path: `${root}/${kind.path}`,
      id: `${id}.insert`,
      ...(kind.insertDecides ? {} : { permission: `${id}.create` }),
      ...body,
      handle: kind.insert,
    },
    {
      method: 'GET',
      path: `${root}/${kind.path}`,
      id: `${id}.list`,
      permission: `${id}.list`,
      handle: kind.list,
    },
    { method: 'GET', path: one, id: `${id}.get`, permission: `${id}.get`, handle: kind.get },
    { method: 'DELETE', path: one, id: `${id}.delete`, permission: `${id}.delete`, handle: kind.delete },
  ];
  if (kind.patch !== undefined) {
    routes.push({
      method: 'PATCH',
      path: one,
      id: `${id}.patch`,
      permission: `${id}.update`,
      ...body,
      handle: kind.patch,
    });
  }
  return routes;
}

function operations(path: string, name: string): Route[] {
  const permission = `compute.${name}.get`;
  return [
    {
      method: 'GET',
      path: `${root}/${path}/operations`,
      id: `compute.${name}.list`,
      permission: `compute.${name}.list`,
      handle: listOperations,
    },
    {
      method: 'GET',
      path: `${root}/${path}/operations/{operation}`,
      id: `compute.${name}.get`,
      permission,
      handle: getOperation,
    },
    {
      method: 'POST',
      path: `${root}/${path}/operations/{operation}/wait`,
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
    ...collection({
      path: 'global/networks',
      item: 'network',
      permissions: 'networks',
      message: 'Network',
      insert: insertNetwork,
      get: getNetwork,
      list: listNetworks,
      delete: deleteNetwork,
      patch: patchNetwork,
    }),
    ...collection({
      path: 'regions/{region}/subnetworks',
      item: 'subnetwork',
      permissions: 'subnetworks',
      message: 'Subnetwork',
      insert: insertSubnetwork,
      get: getSubnetwork,
      list: listSubnetworks,
      delete: deleteSubnetwork,
      patch: patchSubnetwork,
    }),
    {
      method: 'POST',
      path: `${root}/regions/{region}/subnetworks/{subnetwork}/setPrivateIpGoogleAccess`,
      id: 'compute.subnetworks.setPrivateIpGoogleAccess',
      permission: 'compute.subnetworks.setPrivateIpGoogleAccess',
      handle: setPrivateIpGoogleAccess,
    },
    ...collection({
      path: 'global/addresses',
      item: 'address',
      permissions: 'globalAddresses',
      message: 'Address',
      insert: insertAddress,
      insertDecides: true,
      get: getAddress,
      list: listAddresses,
      delete: deleteAddress,
    }),
    ...collection({
      path: 'regions/{region}/routers',
      item: 'router',
      permissions: 'routers',
      insert: insertRouter,
      get: getRouter,
      list: listRouters,
      delete: deleteRouter,
      patch: patchRouter,
    }),
    ...collection({
      path: 'global/firewalls',
      item: 'firewall',
      permissions: 'firewalls',
      insert: insertFirewall,
      get: getFirewall,
      list: listFirewalls,
      delete: deleteFirewall,
      patch: patchFirewall,
    }),
    ...aggregatedRoutes,
    ...operations('global', 'globalOperations'),
    ...operations('regions/{region}', 'regionOperations'),
  ],
  settle,
};
