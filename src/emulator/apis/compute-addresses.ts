import type { Cloud } from '../service.ts';
import type { CollectionKind } from './compute-collection.ts';
import { addressAt, freeRange } from './compute-ranges.ts';
import {
  findReady,
  inUse,
  invalidField,
  pathOfLink,
  type Resource,
  required,
  root,
} from './compute-resource.ts';
import { checkRange, takenRanges } from './compute-taken-ranges.ts';
import { connectionsOf } from './servicenetworking.ts';

export interface Address extends Resource {
  readonly address: string;
  readonly addressType: string;
  readonly status: string;
  readonly prefixLength?: number;
  readonly purpose?: string;
  readonly network?: string;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/globalAddresses */
export const addressKind: CollectionKind<Address> = {
  collection: 'addresses',
  item: 'address',
  permissions: 'globalAddresses',
  createDecides: true,
  message: 'Address',
  step: 'compute.address',
  create: (call, cloud, body, { project }) => {
    const internal = body.addressType === 'INTERNAL';
    cloud.require(
      call.principal,
      internal ? 'compute.globalAddresses.createInternal' : 'compute.globalAddresses.create',
      `projects/${project}`,
    );
    return {
      ...body,
      addressType: internal ? 'INTERNAL' : 'EXTERNAL',
      ...(internal ? internalRange(cloud, project, body) : externalAddress(cloud)),
      status: 'RESERVED',
    };
  },
  release: (cloud, address, path) => {
    const network = address.network?.slice(root.length);
    const user =
      network &&
      connectionsOf(cloud, network).find((one) => one.reservedPeeringRanges.includes(address.name));
    if (user) throw inUse(path, `${network}/peerings/${user.peering}`);
  },
};

function internalRange(cloud: Cloud, project: string, body: Partial<Address>) {
  if (body.purpose !== 'VPC_PEERING') {
    throw invalidField(
      'purpose',
      body.purpose,
      'Global internal addresses must have the purpose VPC_PEERING.',
    );
  }
  if (!body.network) throw required('network');
  const prefix = body.prefixLength;
  if (prefix === undefined) throw required('prefixLength');
  if (!Number.isInteger(prefix) || prefix < 8 || prefix > 29) {
    throw invalidField('prefixLength', prefix, 'Must be between 8 and 29.');
  }
  const network = pathOfLink(body.network, project);
  findReady(cloud, 'networks', network);
  const range =
    body.address === undefined
      ? freeRange(
          prefix,
          takenRanges(cloud, network).map((taken) => taken.range),
        )
      : checkRange(cloud, network, `${body.address}/${prefix}`);
  if (range === undefined) throw invalidField('prefixLength', prefix, 'No free range of that size is left.');
  return { address: addressAt(range.first), prefixLength: prefix, network: root + network };
}

function externalAddress(cloud: Cloud) {
  return {
    address: `34.${110 + (cloud.next('compute.external') % 20)}.${cloud.next('compute.external') % 250}.7`,
  };
}
