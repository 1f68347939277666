import { isDeepStrictEqual } from 'node:util';
import { type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import {
  alreadyExists,
  invalidValue,
  isDomain,
  type ManagedZone,
  missingParameter,
  notFound,
  zoneKey,
  zoneOf,
} from './dns-zones.ts';
import { page } from './listing.ts';

/** A resource record set as the API shows it. */
export interface RecordSet extends Record<string, unknown> {
  readonly kind: 'dns#resourceRecordSet';
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas: readonly string[];
}

export type RecordBody = Partial<RecordSet>;

const types = new Set([
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DNSKEY',
  'DS',
  'HTTPS',
  'IPSECKEY',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
]);

/** What Google takes if nothing is said, in seconds. */
const defaultTtl = 0;

/** Record sets by `PROJECT/ZONE/NAME/TYPE`. */
export function recordSets(cloud: Cloud): Table<RecordSet> {
  return cloud.table<RecordSet>('dns.rrsets');
}

export function recordKey(zone: string, record: { name?: string; type?: string }): string {
  return `${zone}/${record.name}/${record.type}`;
}

export function recordsOf(cloud: Cloud, zone: string): RecordSet[] {
  return [...recordSets(cloud).entries()]
    .filter(([key]) => key.startsWith(`${zone}/`))
    .map(([, record]) => record);
}

/** The two sets that a zone has from the start and that cannot be taken from it. */
export function plantApex(cloud: Cloud, key: string, zone: ManagedZone): void {
  const [server = ''] = zone.nameServers;
  const common = { kind: 'dns#resourceRecordSet', name: zone.dnsName, ttl: 21600 } as const;
  const soa = `${server} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300`;
  for (const record of [
    { ...common, type: 'NS', rrdatas: [...zone.nameServers] },
    { ...common, type: 'SOA', rrdatas: [soa] },
  ]) {
    recordSets(cloud).set(recordKey(key, record), record);
  }
}

export function isApex(zone: ManagedZone, record: { name?: string; type?: string }): boolean {
  return record.name === zone.dnsName && (record.type === 'NS' || record.type === 'SOA');
}

/** The record set that the body asks for. `where` is its place in the request. */
export function checkedRecord(zone: ManagedZone, body: RecordBody, where: string): RecordSet {
  const { name, type, ttl = defaultTtl, rrdatas = [] } = body;
  if (!name) throw missingParameter(`${where}.name`);
  if (!isDomain(name) || (name !== zone.dnsName && !name.endsWith(`.${zone.dnsName}`))) {
    throw invalidValue(`${where}.name`, name);
  }
  if (!type) throw missingParameter(`${where}.type`);
  if (!types.has(type)) throw invalidValue(`${where}.type`, type);
  if (!Number.isInteger(ttl) || ttl < 0) throw invalidValue(`${where}.ttl`, ttl);
  if (rrdatas.length === 0 && body.routingPolicy === undefined) throw missingParameter(`${where}.rrdata`);
  const odd = rrdatas.find((data) => !fits(type, data));
  if (odd !== undefined) throw invalidValue(`${where}.rrdata[0]`, odd);
  if (type === 'CNAME' && rrdatas.length > 1) throw invalidValue(`${where}.rrdata`, rrdatas.join(','));
  return {
    kind: 'dns#resourceRecordSet',
    name,
    type,
    ttl,
    rrdatas: [...rrdatas],
    ...(body.routingPolicy === undefined ? {} : { routingPolicy: body.routingPolicy }),
  };
}

function fits(type: string, data: string): boolean {
  if (type === 'A') {
    const parts = data.split('.');
    return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  }
  if (type === 'AAAA') return /^[0-9a-f:.]+$/i.test(data) && data.includes(':');
  if (type === 'CNAME' || type === 'NS' || type === 'PTR') return isDomain(data);
  return data !== '';
}

/** Throws when a record set of another type under the same name excludes this one. */
export function refuseConflict(others: readonly RecordSet[], record: RecordSet, where: string): void {
  const clash = others.some(
    (other) => other.name === record.name && (other.type === 'CNAME') !== (record.type === 'CNAME'),
  );
  if (!clash) return;
  throw new Refusal(
    400,
    'FAILED_PRECONDITION',
    `The resource record set 'entity.${where}' is invalid because the DNS name '${record.name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
    { reason: 'cnameResourceRecordSetConflict' },
  );
}

export async function createRecord(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const key = zoneKey(call, cloud);
  const record = checkedRecord(zoneOf(call, cloud), (call.body ?? {}) as RecordBody, 'rrset');
  if (recordSets(cloud).has(recordKey(key, record))) {
    throw alreadyExists(`The resource 'entity.rrset' named '${record.name} (${record.type})' already exists`);
  }
  refuseConflict(recordsOf(cloud, key), record, 'rrset');
  recordSets(cloud).set(recordKey(key, record), record);
  return { status: 200, body: record };
}

function recordOf(call: Call, cloud: Cloud): { key: string; record: RecordSet } {
  const { name, type } = call.params;
  const key = `${zoneKey(call, cloud)}/${name}/${type}`;
  const record = recordSets(cloud).get(key);
  if (record === undefined)
    throw notFound(`The 'parameters.name' resource named '${name} (${type})' does not exist.`);
  return { key, record };
}

export async function getRecord(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: recordOf(call, cloud).record };
}

export async function listRecords(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const [name, type] = [call.query.get('name'), call.query.get('type')];
  if (type !== null && name === null) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      "The 'parameters.name' parameter is required but was missing.",
      {
        reason: 'required',
      },
    );
  }
  const own = recordsOf(cloud, zoneKey(call, cloud)).filter(
    (record) => (name === null || record.name === name) && (type === null || record.type === type),
  );
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults' });
  return { status: 200, body: { kind: 'dns#resourceRecordSetsListResponse', rrsets: items, ...rest } };
}

export async function patchRecord(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { key, record } = recordOf(call, cloud);
  const next = checkedRecord(
    zoneOf(call, cloud),
    { ...record, ...(call.body as RecordBody | undefined) },
    'rrset',
  );
  const nextKey = recordKey(zoneKey(call, cloud), next);
  if (nextKey !== key && recordSets(cloud).has(nextKey)) {
    throw alreadyExists(`The resource 'entity.rrset' named '${next.name} (${next.type})' already exists`);
  }
  const others = recordsOf(cloud, zoneKey(call, cloud)).filter((other) => !isDeepStrictEqual(other, record));
  refuseConflict(others, next, 'rrset');
  recordSets(cloud).delete(key);
  recordSets(cloud).set(nextKey, next);
  return { status: 200, body: next };
}

export async function deleteRecord(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const zone = zoneOf(call, cloud);
  const { key, record } = recordOf(call, cloud);
  if (isApex(zone, record)) throw undeletable(record, 'rrset');
  recordSets(cloud).delete(key);
  return { status: 200, body: {} };
}

export function undeletable(record: { name?: string; type?: string }, where: string): Refusal {
  return new Refusal(
    400,
    'FAILED_PRECONDITION',
    `The resource record set 'entity.${where}' is invalid because a zone must contain exactly one resource record set of type '${record.type}' at the apex.`,
    { reason: 'invalidZoneApex' },
  );
}
