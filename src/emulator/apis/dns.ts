import { policyRoutes } from '../iam/policies.ts';
import { type Api, type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import { changes, createChange, dnsApiName, getChange, listChanges, settleChange } from './dns-changes.ts';
import {
  createRecord,
  deleteRecord,
  getRecord,
  isApex,
  listRecords,
  patchRecord,
  plantApex,
  recordKey,
  recordSets,
  recordsOf,
} from './dns-records.ts';
import {
  alreadyExists,
  changedZone,
  getZone,
  listZones,
  type ManagedZone,
  newZone,
  notFound,
  numericId,
  projectOf,
  zoneKey,
  zoneOf,
  zones,
} from './dns-zones.ts';
import { page } from './listing.ts';
import { email } from './run-resource.ts';

interface ZoneOperation {
  readonly kind: 'dns#operation';
  readonly id: string;
  readonly type: 'update';
  readonly status: 'done';
  readonly startTime: string;
  readonly user: string;
  readonly zoneContext: { readonly oldValue: ManagedZone; readonly newValue: ManagedZone };
}

/** Operations of zones by `PROJECT/ZONE/ID`; they are done at once. */
function zoneOperations(cloud: Cloud): Table<ZoneOperation> {
  return cloud.table<ZoneOperation>('dns.zoneOperations');
}

async function createZone(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const zone = newZone(call, cloud);
  const key = `${projectOf(call, cloud)}/${zone.name}`;
  if (zones(cloud).has(key)) {
    throw alreadyExists(`The resource 'entity.managedZone' named '${zone.name}' already exists`);
  }
  zones(cloud).set(key, zone);
  plantApex(cloud, key, zone);
  return { status: 200, body: zone };
}

async function changeZone(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const oldValue = zoneOf(call, cloud);
  const key = zoneKey(call, cloud);
  const newValue = changedZone(call, cloud, oldValue);
  zones(cloud).set(key, newValue);
  const operation: ZoneOperation = {
    kind: 'dns#operation',
    id: numericId(cloud, 'dns.operation'),
    type: 'update',
    status: 'done',
    startTime: cloud.timestamp(),
    user: email(call.principal),
    zoneContext: { oldValue, newValue },
  };
  zoneOperations(cloud).set(`${key}/${operation.id}`, operation);
  return { status: 200, body: operation };
}

async function deleteZone(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const zone = zoneOf(call, cloud);
  const key = zoneKey(call, cloud);
  const records = recordsOf(cloud, key);
  if (records.some((record) => !isApex(zone, record))) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `The resource named '${zone.name}' cannot be deleted because it contains one or more 'resource records'.`,
      { reason: 'containerNotEmpty' },
    );
  }
  for (const record of records) recordSets(cloud).delete(recordKey(key, record));
  for (const [change] of [...changes(cloud).entries()]) {
    if (change.startsWith(`${key}/`)) changes(cloud).delete(change);
  }
  zones(cloud).delete(key);
  return { status: 200, body: {} };
}

function getOperation(call: Call, cloud: Cloud): Reply {
  const found = zoneOperations(cloud).get(`${zoneKey(call, cloud)}/${call.params.operation}`);
  if (found === undefined) {
    throw notFound(`The 'parameters.operation' resource named '${call.params.operation}' does not exist.`);
  }
  return { status: 200, body: found };
}

function listOperations(call: Call, cloud: Cloud): Reply {
  const prefix = `${zoneKey(call, cloud)}/`;
  const own = [...zoneOperations(cloud).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, operation]) => operation);
  const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults' });
  return { status: 200, body: { kind: 'dns#managedZoneOperationsListResponse', operations: items, ...rest } };
}

const root = '/dns/v1/projects/{project}/managedZones';
const one = `${root}/{managedZone}`;
const record = `${one}/rrsets/{name}/{type}`;

const zonePolicyName = (call: Call): string =>
  `projects/${call.params.project}/managedZones/${call.params.managedZone}`;

/** https://cloud.google.com/dns/docs/reference/rest/v1 */
export const dnsApi: Api = {
  name: dnsApiName,
  title: 'Cloud DNS API',
  needsEnabling: true,
  messages: 'dns',
  errors: 'legacy',
  notModelled: [
    'Response policies, server policies, DNSSEC keys, forwarding and peering; nobody is asked for names over DNS.',
    'Only calls between Cloud Run workloads look names up in private zones.',
    'The data of record sets is checked for A, AAAA, CNAME, NS and PTR only.',
  ],
  routes: [
    {
      method: 'POST',
      path: root,
      id: 'dns.managedZones.create',
      permission: 'dns.managedZones.create',
      message: 'ManagedZone',
      handle: createZone,
    },
    {
      method: 'GET',
      path: root,
      id: 'dns.managedZones.list',
      permission: 'dns.managedZones.list',
      handle: listZones,
    },
    {
      method: 'GET',
      path: one,
      id: 'dns.managedZones.get',
      permission: 'dns.managedZones.get',
      handle: getZone,
    },
    {
      method: 'PATCH',
      path: one,
      id: 'dns.managedZones.patch',
      permission: 'dns.managedZones.update',
      message: 'ManagedZone',
      handle: changeZone,
    },
    {
      method: 'PUT',
      path: one,
      id: 'dns.managedZones.update',
      permission: 'dns.managedZones.update',
      message: 'ManagedZone',
      handle: changeZone,
    },
    {
      method: 'DELETE',
      path: one,
      id: 'dns.managedZones.delete',
      permission: 'dns.managedZones.delete',
      handle: deleteZone,
    },
    ...policyRoutes({
      path: one,
      id: 'dns.managedZones',
      permissions: 'dns.managedZones',
      resource: zonePolicyName,
      exists: (call, cloud) => {
        zoneOf(call, cloud);
      },
      get: 'POST',
    }),
    {
      method: 'GET',
      path: `${one}/operations/{operation}`,
      id: 'dns.managedZoneOperations.get',
      permission: 'dns.managedZoneOperations.get',
      handle: getOperation,
    },
    {
      method: 'GET',
      path: `${one}/operations`,
      id: 'dns.managedZoneOperations.list',
      permission: 'dns.managedZoneOperations.list',
      handle: listOperations,
    },
    {
      method: 'POST',
      path: `${one}/rrsets`,
      id: 'dns.resourceRecordSets.create',
      permission: 'dns.resourceRecordSets.create',
      message: 'ResourceRecordSet',
      handle: createRecord,
    },
    {
      method: 'GET',
      path: `${one}/rrsets`,
      id: 'dns.resourceRecordSets.list',
      permission: 'dns.resourceRecordSets.list',
      handle: listRecords,
    },
    {
      method: 'GET',
      path: record,
      id: 'dns.resourceRecordSets.get',
      permission: 'dns.resourceRecordSets.get',
      handle: getRecord,
    },
    {
      method: 'PATCH',
      path: record,
      id: 'dns.resourceRecordSets.patch',
      permission: 'dns.resourceRecordSets.update',
      message: 'ResourceRecordSet',
      handle: patchRecord,
    },
    {
      method: 'DELETE',
      path: record,
      id: 'dns.resourceRecordSets.delete',
      permission: 'dns.resourceRecordSets.delete',
      handle: deleteRecord,
    },
    {
      method: 'POST',
      path: `${one}/changes`,
      id: 'dns.changes.create',
      permission: 'dns.changes.create',
      message: 'Change',
      handle: createChange,
    },
    {
      method: 'GET',
      path: `${one}/changes`,
      id: 'dns.changes.list',
      permission: 'dns.changes.list',
      handle: listChanges,
    },
    {
      method: 'GET',
      path: `${one}/changes/{changeId}`,
      id: 'dns.changes.get',
      permission: 'dns.changes.get',
      handle: getChange,
    },
  ],
  settle: { change: settleChange },
};
