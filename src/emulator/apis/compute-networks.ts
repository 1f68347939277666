import { sameEtag } from '../etags.ts';
import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { repeated, startDelete, startOperation } from './compute-operations.ts';
import { addressAt, freeRange, overlap, parseRange, type Range } from './compute-ranges.ts';
import {
  checkName,
  find,
  findReady,
  inUse,
  invalidField,
  numericId,
  pathOf,
  pathOfLink,
  projectOf,
  type Resource,
  refuseExisting,
  required,
  root,
  shown,
  table,
} from './compute-resource.ts';
import { page } from './listing.ts';
import { connectionsOf } from './servicenetworking.ts';

export interface Network extends Resource {
  readonly autoCreateSubnetworks: boolean;
  readonly routingConfig: Record<string, unknown>;
  readonly mtu: number;
}

export interface Subnetwork extends Resource {
  readonly network: string;
  readonly region: string;
  readonly ipCidrRange: string;
  readonly gatewayAddress: string;
  readonly privateIpGoogleAccess: boolean;
  readonly fingerprint: string;
}

export interface Address extends Resource {
  readonly address: string;
  readonly addressType: string;
  readonly status: string;
  readonly prefixLength?: number;
  readonly purpose?: string;
  readonly network?: string;
}

export async function insertNetwork(call: Call, cloud: Cloud): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Network> & { IPv4Range?: string };
  const project = projectOf(call, cloud);
  const name = checkName(body.name);
  const path = pathOf(project, {}, 'networks', name);
  refuseExisting(cloud, 'networks', path);
  if (body.IPv4Range !== undefined || body.autoCreateSubnetworks === undefined) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Legacy networks are not supported: set autoCreateSubnetworks to true or false and leave out IPv4Range.',
      { reason: 'invalid' },
    );
  }
  if (body.mtu !== undefined && (body.mtu < 1300 || body.mtu > 8896)) {
    throw invalidField('mtu', body.mtu, 'Must be between 1300 and 8896.');
  }
  const network: Network = {
    ...body,
    kind: 'compute#network',
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    autoCreateSubnetworks: body.autoCreateSubnetworks,
    routingConfig: { routingMode: 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY', ...body.routingConfig },
    mtu: body.mtu ?? 1460,
  };
  table<Network>(cloud, 'networks').set(path, network);
  return startOperation(call, cloud, {
    type: 'insert',
    step: 'compute.network',
    collection: 'networks',
    path,
    targetId: network.id,
    scope: {},
  });
}

export function networkPath(call: Call, cloud: Cloud): string {
  return pathOf(projectOf(call, cloud), {}, 'networks', call.params.network ?? '');
}

export async function getNetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return {
    status: 200,
    body: viewNetwork(cloud, find<Network>(cloud, 'networks', networkPath(call, cloud))),
  };
}

export async function listNetworks(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const own = listOf<Network>(call, cloud, 'networks', (network) => viewNetwork(cloud, network));
  return { status: 200, body: { kind: 'compute#networkList', ...own } };
}

export async function patchNetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const path = networkPath(call, cloud);
  const network = findReady<Network>(cloud, 'networks', path);
  const body = (call.body ?? {}) as Partial<Network>;
  return startOperation(call, cloud, {
    type: 'patch',
    step: 'compute.network',
    collection: 'networks',
    path,
    targetId: network.id,
    scope: {},
    change: {
      ...(body.routingConfig === undefined
        ? {}
        : { routingConfig: { ...network.routingConfig, ...body.routingConfig } }),
      ...(body.mtu === undefined ? {} : { mtu: body.mtu }),
    },
  });
}

export async function deleteNetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const path = networkPath(call, cloud);
  find(cloud, 'networks', path);
  for (const collection of ['subnetworks', 'addresses', 'routers', 'firewalls']) {
    for (const [user, resource] of table<Resource & { network?: string }>(cloud, collection).entries()) {
      if (resource.network === root + path) throw inUse(path, user);
    }
  }
  return startDelete(call, cloud, { collection: 'networks', path, scope: {} });
}

export async function insertSubnetwork(call: Call, cloud: Cloud): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Subnetwork>;
  const project = projectOf(call, cloud);
  const region = call.params.region ?? '';
  const name = checkName(body.name);
  const path = pathOf(project, { region }, 'subnetworks', name);
  refuseExisting(cloud, 'subnetworks', path);
  if (!body.network) throw required('network');
  if (!body.ipCidrRange) throw required('ipCidrRange');
  const network = pathOfLink(body.network, project);
  findReady(cloud, 'networks', network);
  const range = checkRange(cloud, network, body.ipCidrRange);
  const subnetwork: Subnetwork = {
    purpose: 'PRIVATE',
    stackType: 'IPV4_ONLY',
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    ...body,
    kind: 'compute#subnetwork',
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    network: root + network,
    region: `${root}projects/${project}/regions/${region}`,
    ipCidrRange: body.ipCidrRange,
    gatewayAddress: addressAt(range.first + 1),
    privateIpGoogleAccess: body.privateIpGoogleAccess ?? false,
    fingerprint: cloud.etag(),
  } as Subnetwork;
  table<Subnetwork>(cloud, 'subnetworks').set(path, subnetwork);
  return startOperation(call, cloud, {
    type: 'insert',
    step: 'compute.subnetwork',
    collection: 'subnetworks',
    path,
    targetId: subnetwork.id,
    scope: { region },
  });
}

export function subnetworkPath(call: Call, cloud: Cloud): string {
  const region = call.params.region ?? '';
  return pathOf(projectOf(call, cloud), { region }, 'subnetworks', call.params.subnetwork ?? '');
}

export async function getSubnetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: shown(find<Subnetwork>(cloud, 'subnetworks', subnetworkPath(call, cloud))) };
}

export async function listSubnetworks(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return {
    status: 200,
    body: { kind: 'compute#subnetworkList', ...listOf(call, cloud, 'subnetworks', shown) },
  };
}

export async function patchSubnetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Subnetwork>;
  const path = subnetworkPath(call, cloud);
  const subnetwork = findReady<Subnetwork>(cloud, 'subnetworks', path);
  if (body.fingerprint === undefined) throw required('fingerprint');
  if (!sameEtag(body.fingerprint, subnetwork.fingerprint)) {
    throw new Refusal(412, 'FAILED_PRECONDITION', 'Invalid fingerprint.', { reason: 'conditionNotMet' });
  }
  if (body.ipCidrRange !== undefined && body.ipCidrRange !== subnetwork.ipCidrRange) {
    throw invalidField('ipCidrRange', body.ipCidrRange, 'Cannot be changed by patch; use expandIpCidrRange.');
  }
  return changeSubnetwork(call, cloud, 'patch', path, subnetwork, body.privateIpGoogleAccess);
}

export async function setPrivateIpGoogleAccess(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const path = subnetworkPath(call, cloud);
  const subnetwork = findReady<Subnetwork>(cloud, 'subnetworks', path);
  const body = (call.body ?? {}) as { privateIpGoogleAccess?: unknown };
  const wanted = body.privateIpGoogleAccess;
  if (wanted !== undefined && typeof wanted !== 'boolean') {
    throw invalidField('privateIpGoogleAccess', wanted, 'Must be a boolean.');
  }
  return changeSubnetwork(call, cloud, 'setPrivateIpGoogleAccess', path, subnetwork, wanted ?? false);
}

function changeSubnetwork(
  call: Call,
  cloud: Cloud,
  type: 'patch' | 'setPrivateIpGoogleAccess',
  path: string,
  subnetwork: Subnetwork,
  access: boolean | undefined,
): Promise<Reply> {
  return startOperation(call, cloud, {
    type,
    step: 'compute.subnetwork',
    collection: 'subnetworks',
    path,
    targetId: subnetwork.id,
    scope: { region: call.params.region ?? '' },
    change: {
      ...(access === undefined ? {} : { privateIpGoogleAccess: access }),
      fingerprint: cloud.etag(),
    },
  });
}

export async function deleteSubnetwork(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return startDelete(call, cloud, {
    collection: 'subnetworks',
    path: subnetworkPath(call, cloud),
    scope: { region: call.params.region ?? '' },
  });
}

export async function insertAddress(call: Call, cloud: Cloud): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Address>;
  const project = projectOf(call, cloud);
  const internal = body.addressType === 'INTERNAL';
  cloud.require(
    call.principal,
    internal ? 'compute.globalAddresses.createInternal' : 'compute.globalAddresses.create',
    `projects/${project}`,
  );
  const name = checkName(body.name);
  const path = pathOf(project, {}, 'addresses', name);
  refuseExisting(cloud, 'addresses', path);
  const place = internal ? internalRange(cloud, project, body) : externalAddress(cloud);
  const address: Address = {
    ...body,
    kind: 'compute#address',
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    addressType: internal ? 'INTERNAL' : 'EXTERNAL',
    ...place,
    status: 'RESERVED',
  };
  table<Address>(cloud, 'addresses').set(path, address);
  return startOperation(call, cloud, {
    type: 'insert',
    step: 'compute.address',
    collection: 'addresses',
    path,
    targetId: address.id,
    scope: {},
  });
}

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

export function addressPath(call: Call, cloud: Cloud): string {
  return pathOf(projectOf(call, cloud), {}, 'addresses', call.params.address ?? '');
}

export async function getAddress(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: shown(find<Address>(cloud, 'addresses', addressPath(call, cloud))) };
}

export async function listAddresses(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: { kind: 'compute#addressList', ...listOf(call, cloud, 'addresses', shown) } };
}

export async function deleteAddress(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const path = addressPath(call, cloud);
  const address = find<Address>(cloud, 'addresses', path);
  const network = address.network?.slice(root.length);
  const user =
    network && connectionsOf(cloud, network).find((one) => one.reservedPeeringRanges.includes(address.name));
  if (user) throw inUse(path, `${network}/peerings/${user.peering}`);
  return startDelete(call, cloud, { collection: 'addresses', path, scope: {} });
}

/** The part of a collection that the call's project and region hold, filtered by `name=` and paged. */
export function listOf<T extends Resource>(
  call: Call,
  cloud: Cloud,
  collection: string,
  view: (resource: T) => unknown,
): { id: string; items?: unknown[]; nextPageToken?: string; selfLink: string } {
  const { region } = call.params;
  const prefix = pathOf(projectOf(call, cloud), region === undefined ? {} : { region }, collection, '');
  const wanted = nameFilter(call.query.get('filter'));
  const own = [...table<T>(cloud, collection).entries()]
    .filter(([path, { name }]) => path.startsWith(prefix) && (wanted === undefined || wanted === name))
    .map(([, resource]) => view(resource));
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults', largest: 500 });
  return {
    id: prefix.slice(0, -1),
    ...(items.length > 0 ? { items } : {}),
    selfLink: root + prefix.slice(0, -1),
    ...rest,
  };
}

/** The name of a filter `name=X`; Compute's other filters are refused. */
export function nameFilter(filter: string | null): string | undefined {
  if (filter === null || filter === '') return undefined;
  const match = /^\(?name\s*(?:=|eq)\s*"?([a-z0-9-]+)"?\)?$/.exec(filter.trim());
  if (match === null) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid value for field 'filter': '${filter}'. This emulator knows filters of the form name=X only.`,
      { reason: 'invalid' },
    );
  }
  return match[1];
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

function checkRange(cloud: Cloud, network: string, cidr: string): Range {
  const range = parseRange(cidr);
  if (range === undefined || range.prefix < 4 || range.prefix > 29) {
    throw invalidField('ipCidrRange', cidr, 'Must be a valid IPv4 CIDR range between /4 and /29.');
  }
  for (const taken of takenRanges(cloud, network)) {
    if (overlap(range, taken.range)) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Invalid IPCidrRange: ${cidr} conflicts with existing ${taken.what}.`,
        { reason: 'invalid' },
      );
    }
  }
  return range;
}

function takenRanges(cloud: Cloud, network: string): { range: Range; what: string }[] {
  const taken: { range: Range; what: string }[] = [];
  for (const subnetwork of table<Subnetwork>(cloud, 'subnetworks').values()) {
    const range = subnetwork.network === root + network ? parseRange(subnetwork.ipCidrRange) : undefined;
    const region = subnetwork.region.split('/').at(-1);
    if (range) taken.push({ range, what: `subnetwork '${subnetwork.name}' in region '${region}'` });
  }
  for (const address of table<Address>(cloud, 'addresses').values()) {
    const range =
      address.network === root + network
        ? parseRange(`${address.address}/${address.prefixLength}`)
        : undefined;
    if (range) taken.push({ range, what: `allocated range '${address.name}'` });
  }
  return taken;
}
