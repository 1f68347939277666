import { sameEtag } from '../etags.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { type CollectionKind, computeRoot, placeOf } from './compute-collection.ts';
import { startOperation } from './compute-operations.ts';
import { addressAt } from './compute-ranges.ts';
import {
  findReady,
  inUse,
  invalidField,
  pathOfLink,
  type Resource,
  required,
  root,
} from './compute-resource.ts';
import { checkRange } from './compute-taken-ranges.ts';
import { serverlessAddressIn } from './serverless-addresses.ts';

export interface Subnetwork extends Resource {
  readonly network: string;
  readonly region: string;
  readonly ipCidrRange: string;
  readonly gatewayAddress: string;
  readonly privateIpGoogleAccess: boolean;
  readonly fingerprint: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks */
export const subnetworkKind: CollectionKind<Subnetwork> = {
  collection: 'subnetworks',
  item: 'subnetwork',
  regional: true,
  permissions: 'subnetworks',
  message: 'Subnetwork',
  step: 'compute.subnetwork',
  create: (_call, cloud, body, { project }) => {
    if (!body.network) throw required('network');
    if (!body.ipCidrRange) throw required('ipCidrRange');
    const network = pathOfLink(body.network, project);
    findReady(cloud, 'networks', network);
    const range = checkRange(cloud, network, body.ipCidrRange);
    return {
      purpose: 'PRIVATE',
      stackType: 'IPV4_ONLY',
      privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
      ...body,
      network: root + network,
      ipCidrRange: body.ipCidrRange,
      gatewayAddress: addressAt(range.first + 1),
      privateIpGoogleAccess: body.privateIpGoogleAccess ?? false,
      fingerprint: cloud.etag(),
    };
  },
  fixed: ['network', 'ipCidrRange', 'description'],
  change: (cloud, body, subnetwork) => {
    if (body.fingerprint === undefined) throw required('fingerprint');
    if (!sameEtag(body.fingerprint, subnetwork.fingerprint)) {
      throw new Refusal(412, 'FAILED_PRECONDITION', 'Invalid fingerprint.', { reason: 'conditionNotMet' });
    }
    return withAccess(cloud, body.privateIpGoogleAccess);
  },
  release: (cloud, _subnetwork, path) => {
    const user = serverlessAddressIn(cloud, path);
    if (user !== undefined) throw inUse(path, user);
  },
};

function withAccess(cloud: Cloud, access: boolean | undefined): Partial<Subnetwork> {
  return {
    ...(access === undefined ? {} : { privateIpGoogleAccess: access }),
    fingerprint: cloud.etag(),
  };
}

export const googleAccessRoute: Route = {
  method: 'POST',
  path: `${computeRoot}/regions/{region}/subnetworks/{subnetwork}/setPrivateIpGoogleAccess`,
  id: 'compute.subnetworks.setPrivateIpGoogleAccess',
  permission: 'compute.subnetworks.setPrivateIpGoogleAccess',
  handle: setPrivateIpGoogleAccess,
};

async function setPrivateIpGoogleAccess(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { scope, path } = placeOf(call, cloud, subnetworkKind);
  const { id } = findReady<Subnetwork>(cloud, 'subnetworks', path);
  const { privateIpGoogleAccess: wanted = false } = (call.body ?? {}) as { privateIpGoogleAccess?: unknown };
  if (typeof wanted !== 'boolean') throw invalidField('privateIpGoogleAccess', wanted, 'Must be a boolean.');
  return startOperation(call, cloud, {
    type: 'setPrivateIpGoogleAccess',
    step: 'compute.subnetwork',
    collection: 'subnetworks',
    path,
    targetId: id,
    scope,
    change: withAccess(cloud, wanted),
  });
}
