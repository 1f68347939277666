import { isDeepStrictEqual } from 'node:util';
import { type Call, type Cloud, type Operation, Refusal, type Reply, type Table } from '../service.ts';
import {
  checkedRecord,
  isApex,
  type RecordBody,
  type RecordSet,
  recordKey,
  recordSets,
  recordsOf,
  refuseConflict,
  undeletable,
} from './dns-records.ts';
import { alreadyExists, notFound, projectOf, zoneKey, zoneOf } from './dns-zones.ts';
import { page } from './listing.ts';

interface Change {
  readonly kind: 'dns#change';
  readonly id: string;
  readonly startTime: string;
  readonly status: 'pending' | 'done';
  readonly additions?: readonly RecordSet[];
  readonly deletions?: readonly RecordSet[];
}

export const dnsApiName = 'dns.googleapis.com';

/** Changes by `PROJECT/ZONE/ID`. */
export function changes(cloud: Cloud): Table<Change> {
  return cloud.table<Change>('dns.changes');
}

/** All of a change or nothing: it is worked out on a copy first. */
export async function createChange(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const zone = zoneOf(call, cloud);
  const key = zoneKey(call, cloud);
  const body = (call.body ?? {}) as { additions?: RecordBody[]; deletions?: RecordBody[] };
  const { additions = [], deletions = [] } = body;
  if (additions.length === 0 && deletions.length === 0) {
    throw new Refusal(400, 'INVALID_ARGUMENT', "The 'entity.change' parameter is required but was missing.", {
      reason: 'required',
    });
  }
  const permissions = [
    ...(additions.length > 0 ? ['create'] : []),
    ...(deletions.length > 0 ? ['delete'] : []),
  ];
  for (const verb of permissions) {
    cloud.require(call.principal, `dns.resourceRecordSets.${verb}`, `projects/${projectOf(call, cloud)}`);
  }
  const coming = new Map(recordsOf(cloud, key).map((record) => [recordKey(key, record), record]));
  const gone = deletions.map((deletion, index) =>
    remove(coming, key, deletion, `change.deletions[${index}]`),
  );
  const added = additions.map((addition, index) => {
    const where = `change.additions[${index}]`;
    const record = checkedRecord(zone, addition, where);
    const at = recordKey(key, record);
    if (coming.has(at)) {
      throw alreadyExists(
        `The resource 'entity.${where}' named '${record.name} (${record.type})' already exists`,
      );
    }
    refuseConflict([...coming.values()], record, where);
    coming.set(at, record);
    return record;
  });
  for (const record of gone) {
    if (isApex(zone, record) && !coming.has(recordKey(key, record))) {
      throw undeletable(record, `change.deletions[${gone.indexOf(record)}]`);
    }
  }
  for (const record of gone) recordSets(cloud).delete(recordKey(key, record));
  for (const record of added) recordSets(cloud).set(recordKey(key, record), record);
  return { status: 200, body: await begin(call, cloud, key, added, gone) };
}

/** A deletion must name the set as it is, so that nobody deletes what somebody else has just changed. */
function remove(
  coming: Map<string, RecordSet>,
  zone: string,
  deletion: RecordBody,
  where: string,
): RecordSet {
  const key = recordKey(zone, deletion);
  const record = coming.get(key);
  if (record === undefined) {
    throw notFound(
      `The 'entity.${where}' resource named '${deletion.name} (${deletion.type})' does not exist.`,
    );
  }
  if (deletion.ttl !== record.ttl || !isDeepStrictEqual(deletion.rrdatas ?? [], record.rrdatas)) {
    throw new Refusal(412, 'FAILED_PRECONDITION', `Precondition not met for 'entity.${where}'`, {
      reason: 'conditionNotMet',
    });
  }
  coming.delete(key);
  return record;
}

async function begin(
  call: Call,
  cloud: Cloud,
  zone: string,
  additions: RecordSet[],
  deletions: RecordSet[],
): Promise<Change | undefined> {
  const id = String(cloud.next(`dns.change/${zone}`));
  changes(cloud).set(`${zone}/${id}`, {
    kind: 'dns#change',
    id,
    startTime: cloud.timestamp(),
    status: 'pending',
    ...(additions.length > 0 ? { additions } : {}),
    ...(deletions.length > 0 ? { deletions } : {}),
  });
  await cloud.start({
    api: dnsApiName,
    action: 'change',
    step: 'dns.change',
    project: projectOf(call, cloud),
    input: { key: `${zone}/${id}` },
  });
  return changes(cloud).get(`${zone}/${id}`);
}

export function settleChange(operation: Operation, cloud: Cloud): void {
  const key = String(operation.input.key);
  const change = changes(cloud).get(key);
  if (change !== undefined) changes(cloud).set(key, { ...change, status: 'done' });
}

export async function getChange(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const found = changes(cloud).get(`${zoneKey(call, cloud)}/${call.params.changeId}`);
  if (found === undefined) {
    throw notFound(`The 'parameters.changeId' resource named '${call.params.changeId}' does not exist.`);
  }
  return { status: 200, body: found };
}

export async function listChanges(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = `${zoneKey(call, cloud)}/`;
  const own = [...changes(cloud).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, change]) => change);
  if (call.query.get('sortOrder') !== 'ascending') own.reverse();
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults' });
  return { status: 200, body: { kind: 'dns#changesListResponse', changes: items, ...rest } };
}
