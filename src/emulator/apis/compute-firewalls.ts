import { type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { listOf } from './compute-networks.ts';
import { repeated, startDelete, startOperation } from './compute-operations.ts';
import {
  checkName,
  find,
  findReady,
  invalidField,
  numericId,
  pathOf,
  pathOfLink,
  projectOf,
  type Resource,
  refuseExisting,
  refuseUnknownFields,
  root,
  shown,
  table,
} from './compute-resource.ts';

interface Rule {
  readonly IPProtocol?: string;
  readonly ports?: readonly string[];
}

export interface Firewall extends Resource {
  readonly network: string;
  readonly direction: string;
  readonly priority: number;
  readonly disabled: boolean;
  readonly allowed?: readonly Rule[];
  readonly denied?: readonly Rule[];
  readonly sourceRanges?: readonly string[];
}

const fields = [
  'name',
  'description',
  'network',
  'priority',
  'sourceRanges',
  'destinationRanges',
  'sourceTags',
  'targetTags',
  'sourceServiceAccounts',
  'targetServiceAccounts',
  'allowed',
  'denied',
  'direction',
  'logConfig',
  'disabled',
  'params',
  'kind',
  'id',
  'selfLink',
  'creationTimestamp',
];

export async function insertFirewall(call: Call, cloud: Cloud): Promise<Reply> {
  const before = await repeated(call, cloud);
  if (before !== undefined) return before;
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Firewall>;
  refuseUnknownFields(body, fields);
  const project = projectOf(call, cloud);
  const name = checkName(body.name);
  const path = pathOf(project, {}, 'firewalls', name);
  refuseExisting(cloud, 'firewalls', path);
  const network = pathOfLink(body.network ?? 'global/networks/default', project);
  findReady(cloud, 'networks', network);
  const direction = body.direction ?? 'INGRESS';
  const firewall: Firewall = {
    ...body,
    kind: 'compute#firewall',
    id: numericId(cloud),
    name,
    creationTimestamp: cloud.timestamp(),
    selfLink: root + path,
    network: root + network,
    direction,
    priority: body.priority ?? 1000,
    disabled: body.disabled ?? false,
    ...(direction === 'INGRESS' ? { sourceRanges: body.sourceRanges ?? ['0.0.0.0/0'] } : {}),
  };
  check(firewall);
  table<Firewall>(cloud, 'firewalls').set(path, firewall);
  return startOperation(call, cloud, {
    type: 'insert',
    step: 'compute.firewall',
    collection: 'firewalls',
    path,
    targetId: firewall.id,
    scope: {},
  });
}

export async function getFirewall(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: shown(find<Firewall>(cloud, 'firewalls', pathFrom(call, cloud))) };
}

export async function listFirewalls(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: { kind: 'compute#firewallList', ...listOf(call, cloud, 'firewalls', shown) } };
}

export async function patchFirewall(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const body = (call.body ?? {}) as Partial<Firewall>;
  refuseUnknownFields(body, fields);
  const path = pathFrom(call, cloud);
  const firewall = findReady<Firewall>(cloud, 'firewalls', path);
  const { name, network, direction, ...change } = body;
  if (name !== undefined && name !== firewall.name) throw invalidField('name', name, 'Cannot be changed.');
  if (network !== undefined && root + pathOfLink(network, projectOf(call, cloud)) !== firewall.network) {
    throw invalidField('network', network, 'Cannot be changed.');
  }
  if (direction !== undefined && direction !== firewall.direction) {
    throw invalidField('direction', direction, 'Cannot be changed.');
  }
  check({ ...firewall, ...change });
  return startOperation(call, cloud, {
    type: 'patch',
    step: 'compute.firewall',
    collection: 'firewalls',
    path,
    targetId: firewall.id,
    scope: {},
    change,
  });
}

export async function deleteFirewall(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return startDelete(call, cloud, { collection: 'firewalls', path: pathFrom(call, cloud), scope: {} });
}

function pathFrom(call: Call, cloud: Cloud): string {
  return pathOf(projectOf(call, cloud), {}, 'firewalls', call.params.firewall ?? '');
}

function check(firewall: Firewall): void {
  if (!['INGRESS', 'EGRESS'].includes(firewall.direction)) {
    throw invalidField('direction', firewall.direction, 'Must be INGRESS or EGRESS.');
  }
  if (!Number.isInteger(firewall.priority) || firewall.priority < 0 || firewall.priority > 65535) {
    throw invalidField('priority', firewall.priority, 'Must be an integer between 0 and 65535.');
  }
  if ((firewall.allowed === undefined) === (firewall.denied === undefined)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Exactly one of the allowed and denied fields must be specified for a firewall rule.',
      { reason: 'invalid' },
    );
  }
  for (const rule of firewall.allowed ?? firewall.denied ?? []) {
    if (!rule.IPProtocol)
      throw invalidField('allowed.IPProtocol', rule.IPProtocol, 'A protocol is required.');
  }
}
