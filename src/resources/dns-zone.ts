/**
 * The private zone that gives `run.app` names an address inside the VPC: that of Private Google Access, which counts as
 * a private range, so that callers of internal services need no NAT. Ours: network, description and labels of the zone,
 * and two record sets in it; its domain is immutable. It catches every `run.app` name that the network asks for.
 * https://cloud.google.com/vpc/docs/configure-private-google-access#domain-options
 */
import type { Network } from '../config/deployment.ts';
import { create, type FieldChange, replace, update } from '../engine/change.ts';
import { compare, touchedParts } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import {
  changeRecords,
  createZone,
  getZone,
  listRecords,
  listZones,
  type ManagedZone,
  networkUrl,
  patchZone,
  type RecordSet,
} from '../google/dns.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import { apisAddress } from './apis.ts';
import { type Context, find, listing } from './context.ts';
import { networkAddress, networkPath } from './network.ts';
import { stamped, unstamped, updateStamped } from './stamp.ts';

export const zoneAddress = (zone: string): string => `dns_zone/${zone}`;
export const recordsAddress = (zone: string): string => `dns_records/${zone}`;

const why = 'calls between services stay in the VPC';
const domain = 'run.app.';
const ttl = 300;

/** private.googleapis.com, 199.36.153.8/30 */
const records: readonly RecordSet[] = [
  {
    name: domain,
    type: 'A',
    ttl,
    rrdatas: ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'],
  },
  { name: `*.${domain}`, type: 'CNAME', ttl, rrdatas: [domain] },
];

export function dnsZone(context: Context, network: Network, zone: string): Resource<ManagedZone> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = zoneAddress(zone);
  const want = stamped({
    name: zone,
    dnsName: domain,
    description: why,
    visibility: 'private',
    privateVisibilityConfig: { networks: [{ networkUrl: networkUrl(networkPath(project, network.name)) }] },
    labels: { ...deployment.labels },
  });
  const list = listing(context, 'dns.googleapis.com', () => listZones(google, project));
  return {
    address,
    dependsOn: [apisAddress, networkAddress(network.name)],
    observe: (fresh) =>
      find(
        fresh,
        list,
        ({ name }) => name === zone,
        () => getZone(google, project, zone),
        isNotFound,
      ),
    diff: (have) => {
      const fields = unstamped(compare(want, have && withUsualLinks(have)));
      if (!have) return [create(address, why, fields)];
      const fixed = fields.filter(({ field }) => field === 'dnsName' || field === 'visibility');
      if (fixed.length > 0) return replace(address, why, fixed);
      return updateStamped(address, why, fields, want.labels, have.labels);
    },
    apply: async (changes, have) => {
      const labels = { ...have?.labels, ...want.labels };
      if (have) await patchZone(google, project, zone, { ...touchedParts(want, changes), labels });
      else await unlessExists(createZone(google, project, want));
    },
  };
}

/** Google writes the same network with either of two hosts. */
function withUsualLinks(zone: ManagedZone): ManagedZone {
  const networks = zone.privateVisibilityConfig?.networks ?? [];
  return {
    ...zone,
    privateVisibilityConfig: {
      networks: networks.map((one) => ({ networkUrl: networkUrl(one.networkUrl ?? '') })),
    },
  };
}

export function dnsRecords(context: Context, zone: string): Resource<readonly RecordSet[]> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = recordsAddress(zone);
  return {
    address,
    dependsOn: [zoneAddress(zone)],
    observe: async () => {
      if (!(await context.enabled()).has('dns.googleapis.com') && context.justEnabled.size === 0)
        return undefined;
      return await listRecords(google, project, zone).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have) => {
      const fields = records.flatMap((want) => recordChange(want, have ?? []));
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: async (changes, have) => {
      const touched = new Set(changes.flatMap(({ fields }) => fields.map(({ field }) => field)));
      const additions = records.filter((record) => touched.has(nameOf(record)));
      const deletions = (have ?? []).filter((record) =>
        additions.some((wanted) => isInTheWayOf(wanted, record)),
      );
      await unlessExists(changeRecords(google, project, zone, { additions, deletions }));
    },
  };
}

/** Whether the record set is one that this suite puts into the zone. */
export function isOwnRecord(record: RecordSet): boolean {
  return records.some((own) => nameOf(own) === nameOf(record));
}

function nameOf({ name, type }: RecordSet): string {
  return `${name} ${type}`;
}

function recordChange(want: RecordSet, have: readonly RecordSet[]): FieldChange[] {
  const before = have.filter((record) => isInTheWayOf(want, record));
  const [only, ...others] = before;
  if (only && others.length === 0 && isSame(want, only)) return [];
  return [{ field: nameOf(want), ...(only && { before: before.map(shown).join('; ') }), after: shown(want) }];
}

function shown({ type, ttl: seconds, rrdatas }: RecordSet): string {
  return `${type} ${rrdatas.join(' ')} (${seconds} s)`;
}

/** A name has either an alias or addresses. */
function isInTheWayOf(want: RecordSet, record: RecordSet): boolean {
  return record.name === want.name && ['A', 'AAAA', 'CNAME'].includes(record.type);
}

function isSame(want: RecordSet, record: RecordSet): boolean {
  const sorted = (datas: readonly string[]): string => [...datas].sort().join(' ');
  return (
    nameOf(want) === nameOf(record) &&
    want.ttl === record.ttl &&
    sorted(want.rrdatas) === sorted(record.rrdatas)
  );
}
