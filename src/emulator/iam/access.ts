import { AsyncLocalStorage } from 'node:async_hooks';
import { type Cloud, Refusal } from '../service.ts';
import { evaluateCondition } from './conditions.ts';
import { roleGrants } from './roles.ts';

export interface Binding {
  role: string;
  members: string[];
  condition?: { title?: string; description?: string; expression?: string; location?: string };
}

export interface Policy {
  version?: number;
  bindings?: Binding[];
  auditConfigs?: unknown[];
  etag: string;
}

/** Mapped attributes of a federated identity, for `principalSet://` members: `attribute.repository_id` → value. */
export interface FederatedAttributes {
  readonly pool: string;
  readonly subject: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}

/**
 * Two tokens of one subject can carry different attributes (jobs of one run with different environments), so the
 * attributes belong to the call being handled and not to the principal's name.
 */
export const currentCaller = new AsyncLocalStorage<{
  readonly principal: string;
  readonly federated: FederatedAttributes | undefined;
}>();

export function policyTable(cloud: Cloud) {
  return cloud.table<Policy>('iam.policies');
}

/** A policy that was replaced and is still in force: changes of access take time to get around. */
export interface SupersededPolicy {
  readonly policy: Policy;
  /** Milliseconds since the epoch until which it counts, and until which a read still gives it. */
  readonly inForceUntil: number;
  readonly readUntil: number;
}

export function supersededPolicies(cloud: Cloud) {
  return cloud.table<SupersededPolicy[]>('iam.supersededPolicies');
}

/** The bindings that count now, which under eventual consistency are not always those last written. */
function bindingsInForce(cloud: Cloud, name: string): readonly Binding[] {
  const superseded = supersededPolicies(cloud).get(name);
  if (superseded !== undefined) {
    const now = cloud.clock.now();
    const [still] = superseded.filter(({ inForceUntil }) => inForceUntil > now);
    if (still !== undefined) return still.policy.bindings ?? [];
    supersededPolicies(cloud).delete(name);
  }
  return policyTable(cloud).get(name)?.bindings ?? [];
}

/** Whether the principal holds the permission through a binding on the resource or anything above it. */
export function allows(
  cloud: Cloud,
  principal: string | undefined,
  permission: string,
  resource: string,
): boolean {
  for (const name of lineage(cloud, resource)) {
    for (const binding of bindingsInForce(cloud, name)) {
      if (!roleGrants(binding.role, permission)) continue;
      if (!binding.members.some((member) => isMember(cloud, member, principal))) continue;
      if (binding.condition?.expression === undefined) return true;
      if (evaluateCondition(binding.condition.expression, resource, cloud.clock.now())) return true;
    }
  }
  return false;
}

export function require(
  cloud: Cloud,
  principal: string | undefined,
  permission: string,
  resource: string,
): void {
  if (allows(cloud, principal, permission, resource)) return;
  throw new Refusal(
    403,
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
    { reason: 'IAM_PERMISSION_DENIED', metadata: { permission, resource } },
  );
}

/** The resource's name with the project's id in it, whichever way the caller wrote the project. */
export function canonicalName(cloud: Cloud, resource: string): string {
  const number = /^projects\/(\d+)(?=\/|$)/.exec(resource)?.[1];
  if (number === undefined) return resource;
  for (const project of cloud.table<{ id: string; number: string }>('projects').values()) {
    if (project.number === number)
      return `projects/${project.id}${resource.slice('projects/'.length + number.length)}`;
  }
  return resource;
}

function lineage(cloud: Cloud, resource: string): string[] {
  const name = canonicalName(cloud, resource);
  const parts = name.split('/');
  const names: string[] = [];
  for (let length = parts.length; length >= 2; length -= 1) names.push(parts.slice(0, length).join('/'));
  // Buckets have a namespace of their own, `projects/_`; the project they belong to is a property.
  const bucket = /^projects\/_\/buckets\/([^/]+)/.exec(name)?.[1];
  if (bucket !== undefined) {
    const owner = cloud.table<{ projectId: string }>('storage.buckets').get(bucket)?.projectId;
    if (owner !== undefined) names.push(`projects/${owner}`);
  }
  return names;
}

const convenienceRoles: Readonly<Record<string, string>> = {
  projectOwner: 'roles/owner',
  projectEditor: 'roles/editor',
  projectViewer: 'roles/viewer',
};

function isMember(cloud: Cloud, member: string, principal: string | undefined): boolean {
  if (member === 'allUsers') return true;
  if (principal === undefined) return false;
  if (member === 'allAuthenticatedUsers') return true;
  if (member === principal) return true;
  if (member.startsWith('principalSet://')) return isInSet(member, principal);
  const [kind = '', project = ''] = member.split(':', 2);
  const role = convenienceRoles[kind];
  if (role === undefined) return false;
  return bindingsInForce(cloud, `projects/${project}`).some(
    (binding) => binding.role === role && binding.members.includes(principal),
  );
}

function isInSet(member: string, principal: string): boolean {
  const caller = currentCaller.getStore();
  if (caller?.principal !== principal || caller.federated === undefined) return false;
  const { pool, attributes, groups } = caller.federated;
  const prefix = `principalSet://iam.googleapis.com/${pool}/`;
  if (!member.startsWith(prefix)) return false;
  const rest = member.slice(prefix.length);
  if (rest === '*') return true;
  const slash = rest.indexOf('/');
  const [kind, value] = [rest.slice(0, slash), rest.slice(slash + 1)];
  if (kind === 'group') return groups.includes(value);
  return attributes[kind] === value;
}
