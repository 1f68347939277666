/**
 * Private services access: the address range and the peering in which Memorystore and private Cloud SQL live. Both
 * must be finished before either of them is created. https://cloud.google.com/vpc/docs/configure-private-services-access
 */
import type { Network } from '../config/deployment.ts';
import { create, update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import type { GlobalAddress } from '../google/compute.ts';
import { addRange, type Connection, createConnection, listConnections } from '../google/servicenetworking.ts';
import { type Context, listing } from './context.ts';
import { computeResource, networkAddress, networkPath, ownNetworks } from './network.ts';

export const rangeAddress = (name: string): string => `address_range/${name}`;
export const peeringAddress = (network: string): string => `peering/${network}`;

interface Range {
  readonly rangeName: string;
  readonly prefixLength: number;
}

const why = 'Redis and private databases live in a network of Google that is peered with ours';

export function addressRange(context: Context, network: Network, range: Range): Resource<GlobalAddress> {
  const { project } = context.deployment;
  return computeResource<GlobalAddress>(context, {
    address: rangeAddress(range.rangeName),
    dependsOn: [networkAddress(network.name)],
    at: { project, scope: 'global', kind: 'addresses' },
    want: {
      name: range.rangeName,
      purpose: 'VPC_PEERING',
      addressType: 'INTERNAL',
      prefixLength: range.prefixLength,
      network: networkPath(project, network.name),
    },
    immutable: ['purpose', 'addressType', 'prefixLength', 'network'],
    why,
  });
}

export function peering(context: Context, network: Network, range: Range): Resource<Connection> {
  const { google, projectNumber } = context;
  const address = peeringAddress(network.name);
  const read = (): Promise<Connection[]> => listConnections(google, projectNumber, network.name);
  const list = listing(context, 'servicenetworking.googleapis.com', read);
  return {
    address,
    dependsOn: [rangeAddress(range.rangeName)],
    observe: async (fresh) => {
      if (fresh) return (await read())[0];
      // Google refuses to list the connections of a network that is not there.
      const isThere = (await ownNetworks(context)()).some(({ name }) => name === network.name);
      return isThere ? (await list())[0] : undefined;
    },
    diff: (have) => {
      const before = have?.reservedPeeringRanges ?? [];
      if (!have)
        return [create(address, why, [{ field: 'reservedPeeringRanges', after: [range.rangeName] }])];
      if (before.includes(range.rangeName)) return [];
      const after = [...before, range.rangeName];
      return update(address, why, [{ field: 'reservedPeeringRanges', before, after }]);
    },
    apply: async (_changes, have) => {
      if (have) {
        const ranges = [...(have.reservedPeeringRanges ?? []), range.rangeName];
        await addRange(google, projectNumber, network.name, ranges);
      } else await createConnection(google, projectNumber, network.name, range.rangeName);
    },
  };
}
