import { type Call, type Cloud, Refusal, type Table } from '../service.ts';
import type { Network } from './compute-networks.ts';
import { overlap, parseRange } from './compute-ranges.ts';
import { table } from './compute-resource.ts';
import type { Subnetwork } from './compute-subnetworks.ts';

/** A connector as the API shows it. */
export interface Connector {
  readonly name: string;
  /** Short name. */
  readonly network: string;
  readonly ipCidrRange?: string;
  readonly subnet?: { readonly name: string; readonly projectId?: string };
  readonly state: 'CREATING' | 'READY' | 'UPDATING' | 'DELETING';
  readonly machineType: string;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Mbit/s. */
  readonly minThroughput: number;
  readonly maxThroughput: number;
}

export type ConnectorBody = Partial<Connector>;

/** Mbit/s that one instance carries. https://cloud.google.com/vpc/docs/configure-serverless-vpc-access#machine-types */
const throughputOf: Readonly<Record<string, number>> = {
  'f1-micro': 100,
  'e2-micro': 100,
  'e2-standard-4': 1600,
};

export function connectors(cloud: Cloud): Table<Connector> {
  return cloud.table<Connector>('vpcaccess.connectors');
}

export function nameOf(call: Call, cloud: Cloud, id = call.params.connector ?? ''): string {
  return `projects/${cloud.project(call.params.project ?? '').id}/locations/${call.params.location}/connectors/${id}`;
}

export function connectorOf(call: Call, cloud: Cloud): Connector {
  const name = nameOf(call, cloud);
  const found = connectors(cloud).get(name);
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', `Resource '${name}' was not found`);
  return found;
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', message);
}

/** The new connector with Google's defaults. Throws for what Google refuses. */
export function newConnector(call: Call, cloud: Cloud): Connector {
  const id = call.query.get('connectorId') ?? '';
  if (!/^[a-z](?:[-a-z0-9]{0,23}[a-z0-9])?$/.test(id)) {
    throw invalid(`Connector ID must follow the pattern ^[a-z][-a-z0-9]{0,23}[a-z0-9]$, but was "${id}".`);
  }
  const body = (call.body ?? {}) as ConnectorBody;
  return sized({ name: nameOf(call, cloud, id), state: 'CREATING', ...placeOf(call, cloud, body) }, body);
}

/** Machine type and number of instances. Throws when they do not go together. */
export function sized(
  place: Pick<Connector, 'name' | 'network' | 'state' | 'ipCidrRange' | 'subnet'>,
  body: ConnectorBody,
): Connector {
  const machineType = body.machineType || 'e2-micro';
  const each = throughputOf[machineType];
  if (each === undefined) {
    throw invalid(
      `Invalid machine type "${machineType}". Valid values are ${Object.keys(throughputOf).join(', ')}.`,
    );
  }
  const minInstances = body.minInstances || instancesFor(body.minThroughput, each) || 2;
  const maxInstances = body.maxInstances || instancesFor(body.maxThroughput, each) || 10;
  if (!Number.isInteger(minInstances) || minInstances < 2 || minInstances > 9) {
    throw invalid('Minimum instances must be between 2 and 9.');
  }
  if (!Number.isInteger(maxInstances) || maxInstances < 3 || maxInstances > 10) {
    throw invalid('Maximum instances must be between 3 and 10.');
  }
  if (minInstances >= maxInstances) throw invalid('Minimum instances must be less than maximum instances.');
  return {
    ...place,
    machineType,
    minInstances,
    maxInstances,
    minThroughput: minInstances * each,
    maxThroughput: maxInstances * each,
  };
}

function instancesFor(throughput: number | undefined, each: number): number | undefined {
  return throughput === undefined ? undefined : Math.floor(throughput / each);
}

/** In a subnet that is there, or in a range of its own in a network. */
function placeOf(
  call: Call,
  cloud: Cloud,
  body: ConnectorBody,
): Pick<Connector, 'network' | 'ipCidrRange' | 'subnet'> {
  const { id: project } = cloud.project(call.params.project ?? '');
  if (body.subnet?.name) {
    if (body.network || body.ipCidrRange) {
      throw invalid('Exactly one of subnet, or network and IP CIDR range must be specified.');
    }
    const owner = body.subnet.projectId || project;
    const path = `projects/${owner}/regions/${call.params.location}/subnetworks/${body.subnet.name}`;
    const subnetwork = table<Subnetwork>(cloud, 'subnetworks').get(path);
    if (subnetwork?.ready !== true) throw invalid(`Subnet ${path} was not found.`);
    if (parseRange(subnetwork.ipCidrRange)?.prefix !== 28) {
      throw invalid(`Subnet ${path} has the range ${subnetwork.ipCidrRange}; a connector needs a /28.`);
    }
    return {
      network: subnetwork.network.slice(subnetwork.network.lastIndexOf('/') + 1),
      subnet: { name: body.subnet.name, projectId: owner },
    };
  }
  if (!body.network || !body.ipCidrRange) {
    throw invalid('Exactly one of subnet, or network and IP CIDR range must be specified.');
  }
  const network = body.network.slice(body.network.lastIndexOf('/') + 1);
  const path = `projects/${project}/global/networks/${network}`;
  if (table<Network>(cloud, 'networks').get(path)?.ready !== true) {
    throw invalid(`VPC network ${network} was not found in project ${project}.`);
  }
  refuseTaken(call, cloud, path, body.ipCidrRange);
  return { network, ipCidrRange: body.ipCidrRange };
}

function refuseTaken(call: Call, cloud: Cloud, network: string, cidr: string): void {
  const range = parseRange(cidr);
  if (range?.prefix !== 28) {
    throw invalid(
      `Invalid IP CIDR range "${cidr}": it must be an unreserved internal range with a /28 prefix.`,
    );
  }
  const subnets = [...table<Subnetwork>(cloud, 'subnetworks').values()]
    .filter((subnetwork) => subnetwork.network.endsWith(network))
    .map((subnetwork) => subnetwork.ipCidrRange);
  const project = network.split('/')[1];
  const others = [...connectors(cloud).values()]
    .filter((other) => other.name.startsWith(`projects/${project}/`) && network.endsWith(`/${other.network}`))
    .flatMap((other) => (other.ipCidrRange === undefined ? [] : [other.ipCidrRange]));
  for (const taken of [...subnets, ...others]) {
    const other = parseRange(taken);
    if (other !== undefined && overlap(range, other)) {
      throw invalid(
        `IP CIDR range ${cidr} of ${nameOf(call, cloud, call.query.get('connectorId') ?? '')} conflicts with the range ${taken} in the network.`,
      );
    }
  }
}
