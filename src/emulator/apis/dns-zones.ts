import { type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import { pathOfLink, type Resource, table } from './compute-resource.ts';
import { page } from './listing.ts';

/** A managed zone as the API shows it. */
export interface ManagedZone extends Record<string, unknown> {
  readonly kind: 'dns#managedZone';
  readonly id: string;
  readonly name: string;
  readonly dnsName: string;
  readonly description: string;
  readonly visibility: 'private' | 'public';
  readonly creationTime: string;
  readonly nameServers: readonly string[];
  readonly privateVisibilityConfig?: {
    readonly networks?: readonly { readonly kind?: string; readonly networkUrl?: string }[];
  };
}

/** What comes with the request message. */
type ZoneBody = Partial<ManagedZone>;

/** Zones by `PROJECT/ZONE`. */
export function zones(cloud: Cloud): Table<ManagedZone> {
  return cloud.table<ManagedZone>('dns.managedZones');
}

export function projectOf(call: Call, cloud: Cloud): string {
  return cloud.project(call.params.project ?? '').id;
}

export function zoneKey(call: Call, cloud: Cloud): string {
  return `${projectOf(call, cloud)}/${zoneOf(call, cloud).name}`;
}

/** The path names a zone by its name or by its id. */
export function zoneOf(call: Call, cloud: Cloud): ManagedZone {
  const project = projectOf(call, cloud);
  const asked = call.params.managedZone ?? '';
  const found =
    zones(cloud).get(`${project}/${asked}`) ??
    [...zones(cloud).entries()].find(
      ([key, zone]) => key.startsWith(`${project}/`) && zone.id === asked,
    )?.[1];
  if (found === undefined) {
    throw notFound(`The 'parameters.managedZone' resource named '${asked}' does not exist.`);
  }
  return found;
}

export function notFound(message: string): Refusal {
  return new Refusal(404, 'NOT_FOUND', message, { reason: 'notFound' });
}

export function alreadyExists(message: string): Refusal {
  return new Refusal(409, 'ALREADY_EXISTS', message, { reason: 'alreadyExists' });
}

export function invalidValue(field: string, value: unknown, why?: string): Refusal {
  return new Refusal(
    400,
    'INVALID_ARGUMENT',
    `Invalid value for 'entity.${field}': '${String(value)}'${why === undefined ? '' : `. ${why}`}`,
    { reason: 'invalid' },
  );
}

export function missingParameter(field: string): Refusal {
  return new Refusal(
    400,
    'INVALID_ARGUMENT',
    `The 'entity.${field}' parameter is required but was missing.`,
    { reason: 'required' },
  );
}

/** The zone that the body asks for, with Google's defaults. Throws for what Google refuses. */
export function newZone(call: Call, cloud: Cloud): ManagedZone {
  const body = (call.body ?? {}) as ZoneBody;
  const { name, dnsName, description } = body;
  if (!name) throw missingParameter('managedZone.name');
  if (!/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) throw invalidValue('managedZone.name', name);
  if (!dnsName) throw missingParameter('managedZone.dnsName');
  if (!isDomain(dnsName)) throw invalidValue('managedZone.dnsName', dnsName);
  if (description === undefined) throw missingParameter('managedZone.description');
  const visibility = body.visibility ?? 'public';
  const networks = checkNetworks(call, cloud, visibility, body);
  refuseBound(cloud, dnsName, networks, undefined);
  return {
    ...writable(body),
    kind: 'dns#managedZone',
    id: numericId(cloud, 'dns.zone'),
    name,
    dnsName,
    description,
    visibility,
    creationTime: cloud.timestamp(),
    nameServers:
      visibility === 'private'
        ? ['ns-gcp-private.googledomains.com.']
        : [1, 2, 3, 4].map((number) => `ns-cloud-a${number}.googledomains.com.`),
    cloudLoggingConfig: body.cloudLoggingConfig ?? { kind: 'dns#managedZoneCloudLoggingConfig' },
    ...(visibility === 'private' ? { privateVisibilityConfig: boundTo(networks) } : {}),
  };
}

/** The zone after a patch or an update. Throws when what cannot change would change. */
export function changedZone(call: Call, cloud: Cloud, current: ManagedZone): ManagedZone {
  const body = (call.body ?? {}) as ZoneBody;
  for (const field of ['name', 'dnsName', 'visibility'] as const) {
    if (body[field] !== undefined && body[field] !== current[field]) {
      throw invalidValue(`managedZone.${field}`, body[field], 'It cannot be changed.');
    }
  }
  const kept = call.method === 'PATCH' ? current : withoutWritable(current);
  const next: ManagedZone = {
    ...kept,
    ...writable(body),
    description: body.description ?? current.description,
  };
  if (current.visibility !== 'private' || body.privateVisibilityConfig === undefined) return next;
  const networks = checkNetworks(call, cloud, 'private', body);
  refuseBound(cloud, current.dnsName, networks, current.id);
  return { ...next, privateVisibilityConfig: boundTo(networks) };
}

const writableFields = [
  'cloudLoggingConfig',
  'dnssecConfig',
  'forwardingConfig',
  'labels',
  'peeringConfig',
  'privateVisibilityConfig',
] as const;

function writable(body: ZoneBody): Record<string, unknown> {
  return Object.fromEntries(
    writableFields.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );
}

function withoutWritable(zone: ManagedZone): ManagedZone {
  const kept = Object.entries(zone).filter(
    ([field]) => field === 'privateVisibilityConfig' || !writableFields.some((name) => name === field),
  );
  return Object.fromEntries(kept) as ManagedZone;
}

/** Networks by `projects/P/global/networks/N`. */
function checkNetworks(call: Call, cloud: Cloud, visibility: string, body: ZoneBody): string[] {
  const networks = body.privateVisibilityConfig?.networks ?? [];
  if (visibility !== 'private') {
    if (networks.length > 0) {
      throw invalidValue('managedZone.privateVisibilityConfig', 'networks', 'The zone is public.');
    }
    return [];
  }
  const project = projectOf(call, cloud);
  return networks.map(({ networkUrl = '' }, index) => {
    const field = `managedZone.privateVisibilityConfig.networks[${index}].networkUrl`;
    if (!/(?:^|\/)projects\/[^/]+\/global\/networks\/[^/]+$/.test(networkUrl)) {
      throw invalidValue(field, networkUrl);
    }
    const path = pathOfLink(networkUrl, project);
    if (table<Resource>(cloud, 'networks').get(path)?.ready !== true) {
      throw invalidValue(field, networkUrl, 'The network does not exist.');
    }
    cloud.require(call.principal, 'dns.networks.bindPrivateDNSZone', path.slice(0, path.indexOf('/global/')));
    return path;
  });
}

function boundTo(networks: readonly string[]): NonNullable<ManagedZone['privateVisibilityConfig']> {
  return {
    networks: networks.map((path) => ({
      kind: 'dns#managedZonePrivateVisibilityConfigNetwork',
      networkUrl: `https://www.googleapis.com/compute/v1/${path}`,
    })),
  };
}

/** Two zones of one name on one network would leave open which of them answers. */
function refuseBound(
  cloud: Cloud,
  dnsName: string,
  networks: readonly string[],
  own: string | undefined,
): void {
  for (const zone of zones(cloud).values()) {
    if (zone.id === own || zone.dnsName !== dnsName) continue;
    const taken = networksOf(zone).find((path) => networks.includes(path));
    if (taken === undefined) continue;
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `Network 'https://www.googleapis.com/compute/v1/${taken}' is already bound to a private zone with the DNS name '${dnsName}'.`,
      { reason: 'badRequest' },
    );
  }
}

/** The networks that see a private zone, as `projects/P/global/networks/N`. */
export function networksOf(zone: ManagedZone): string[] {
  return (zone.privateVisibilityConfig?.networks ?? []).map(({ networkUrl = '' }) =>
    networkUrl.slice(networkUrl.indexOf('projects/')),
  );
}

export async function getZone(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: zoneOf(call, cloud) };
}

export async function listZones(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = `${projectOf(call, cloud)}/`;
  const named = call.query.get('dnsName');
  const own = [...zones(cloud).entries()]
    .filter(([key, zone]) => key.startsWith(prefix) && (named === null || zone.dnsName === named))
    .map(([, zone]) => zone);
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults' });
  return { status: 200, body: { kind: 'dns#managedZonesListResponse', managedZones: items, ...rest } };
}

/** `run.app.`, `*.run.app.`: labels of up to 63 characters and a dot at the end. */
export function isDomain(name: string): boolean {
  return name.length <= 254 && /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/i.test(name);
}

export function numericId(cloud: Cloud, counter: string): string {
  return String(BigInt(`0x${cloud.hex(15, counter)}`) + 1_000_000_000_000_000_000n);
}
