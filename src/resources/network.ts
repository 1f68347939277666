/**
 * The VPC of workloads that reach Redis, a private database or internal services: network, subnet with Private Google
 * Access, Cloud NAT for workloads that send everything through it. Ours: the fields that `want` names; the range of a
 * subnet and its network are immutable. https://cloud.google.com/run/docs/configuring/vpc-direct-vpc
 */
import type { Network } from '../config/deployment.ts';
import { type Change, create, replace, update } from '../engine/change.ts';
import { compare, touchedParts } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import {
  type ComputeCollection,
  type ComputeNetwork,
  getCompute,
  insertCompute,
  listCompute,
  patchCompute,
  type Router,
  type Subnetwork,
  setPrivateGoogleAccess,
} from '../google/compute.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import { apisAddress } from './apis.ts';
import { type Context, find, listing, perContext } from './context.ts';
import { markText } from './mark.ts';
import { markOutsideText, stampedText } from './stamp.ts';

export const networkAddress = (name: string): string => `network/${name}`;
export const subnetAddress = (name: string): string => `subnet/${name}`;
export const routerAddress = (name: string): string => `router/${name}`;

export const networkPath = (project: string, name: string): string =>
  `projects/${project}/global/networks/${name}`;

/** The networks of the project. */
export const ownNetworks = perContext((context) =>
  listing(context, 'compute.googleapis.com', () =>
    listCompute<ComputeNetwork>(context.google, networksOf(context)),
  ),
);

const networksOf = ({ deployment }: Context): ComputeCollection => ({
  project: deployment.project,
  scope: 'global',
  kind: 'networks',
});

export function network(context: Context, wanted: Network): Resource<ComputeNetwork> {
  return computeResource<ComputeNetwork>(context, {
    address: networkAddress(wanted.name),
    dependsOn: [apisAddress],
    at: networksOf(context),
    list: ownNetworks(context),
    want: {
      name: wanted.name,
      autoCreateSubnetworks: false,
      routingConfig: { routingMode: 'REGIONAL' },
    },
    immutable: ['autoCreateSubnetworks'],
    why: 'the workloads need a VPC',
  });
}

export function subnet(context: Context, wanted: Network): Resource<Subnetwork> {
  const { project, region } = context.deployment;
  const at = { project, scope: `regions/${region}`, kind: 'subnetworks' } as const;
  return computeResource<Subnetwork>(context, {
    address: subnetAddress(wanted.subnet),
    dependsOn: [networkAddress(wanted.name)],
    at,
    want: {
      name: wanted.subnet,
      network: networkPath(project, wanted.name),
      ipCidrRange: wanted.subnetRange,
      privateIpGoogleAccess: true,
    },
    immutable: ['network', 'ipCidrRange'],
    why: 'the workloads need a VPC',
    // The one field that is left to change, and Compute has a method of its own for it.
    change: () => setPrivateGoogleAccess(context.google, at, wanted.subnet, true),
  });
}

export function router(
  context: Context,
  wanted: Network,
  names: { name: string; nat: string },
): Resource<Router> {
  const { project, region } = context.deployment;
  return computeResource<Router>(context, {
    address: routerAddress(names.name),
    dependsOn: [networkAddress(wanted.name)],
    at: { project, scope: `regions/${region}`, kind: 'routers' },
    want: {
      name: names.name,
      network: networkPath(project, wanted.name),
      nats: [
        {
          name: names.nat,
          natIpAllocateOption: 'AUTO_ONLY',
          sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
        },
      ],
    },
    immutable: ['network'],
    why: 'callers of internal services send all traffic through the VPC and still need the internet',
  });
}

interface ComputeWant<Have> {
  readonly address: string;
  readonly dependsOn: readonly string[];
  readonly at: ComputeCollection;
  /** A listing of that collection that others look into as well. */
  readonly list?: () => Promise<Have[]>;
  readonly want: Have & { readonly name: string };
  /** Fields that Compute cannot change in place. */
  readonly immutable: readonly string[];
  readonly why: string;
  /** Makes the changes where a PATCH does not. */
  readonly change?: () => Promise<void>;
}

/** The shape that all kinds of Compute share. */
export function computeResource<Have extends { readonly name?: string; readonly description?: string }>(
  context: Context,
  wanted: ComputeWant<Have>,
): Resource<Have> {
  const { google, deployment } = context;
  const { address, at, want, immutable, why } = wanted;
  // Compute's parts take no labels here; the description says whose they are, and cannot be changed later.
  const description = stampedText(markText(deployment.labels), want);
  const list = wanted.list ?? listing(context, 'compute.googleapis.com', () => listCompute<Have>(google, at));
  return {
    address,
    dependsOn: wanted.dependsOn,
    observe: (fresh) =>
      find(
        fresh,
        list,
        ({ name }) => name === want.name,
        () => getCompute<Have>(google, at, want.name),
        isNotFound,
      ),
    diff: (have): readonly Change[] => {
      const fields = compare(want, have && relative(have));
      if (!have) return [create(address, why, fields)];
      const fixed = fields.filter(({ field }) => immutable.includes(field));
      const changes = fixed.length > 0 ? replace(address, why, fixed) : update(address, why, fields);
      return markOutsideText(changes, description, have.description);
    },
    apply: async (changes, have) => {
      if (have && wanted.change) await wanted.change();
      else if (have) await patchCompute(google, at, want.name, touchedParts(want, changes));
      else await unlessExists(insertCompute(google, at, { ...want, description }));
    },
  };
}

/** Compute answers with full URLs where it was given names below its root. */
function relative<Have extends object>(have: Have): object {
  return Object.fromEntries(
    Object.entries(have).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? value.replace(/^https?:\/\/[^/]+\/(compute\/v1\/)?/, '') : value,
    ]),
  );
}
