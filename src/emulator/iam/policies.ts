import { isDeepStrictEqual } from 'node:util';
import { sameEtag } from '../etags.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { findServiceAccount, isGoogleManaged } from '../service-accounts.ts';
import { type Binding, canonicalName, type Policy, policyTable, supersededPolicies } from './access.ts';
import { roleExists } from './roles.ts';

/** What Google shows for a policy that nobody has written yet. */
const emptyEtag = 'ACAB';

export interface PolicyRoutes {
  /** Path of the resource without the verb: `/v1/projects/{project}/secrets/{secret}`. */
  readonly path: string;
  /** Google's method id without the verb: `secretmanager.projects.secrets`. */
  readonly id: string;
  /** `secretmanager.secrets` asks for `secretmanager.secrets.getIamPolicy` and so on. */
  readonly permissions: string;
  /** Full name of the resource; its policy is kept under it. */
  readonly resource: (call: Call) => string;
  /** Throws the API's 404 when the resource is not there. */
  readonly exists?: (call: Call, cloud: Cloud) => void | Promise<void>;
  /** Method of `:getIamPolicy`: POST on Resource Manager and IAM, GET elsewhere. */
  readonly get: 'GET' | 'POST';
  /** Names of the request messages, where they differ from the usual ones; `null` for unchecked. */
  readonly messages?: { get?: string; set?: string; test?: string };
  /** Where the API does not refuse a stale etag with 409 ABORTED. */
  readonly stale?: Refusal;
}

/** Routes `:getIamPolicy`, `:setIamPolicy` and `:testIamPermissions` of one kind of resource. */
export function policyRoutes(options: PolicyRoutes): Route[] {
  const exists = options.exists ?? (() => undefined);
  return [
    {
      method: options.get,
      path: `${options.path}:getIamPolicy`,
      id: `${options.id}.getIamPolicy`,
      permission: `${options.permissions}.getIamPolicy`,
      resource: options.resource,
      ...(options.get === 'POST' ? { message: options.messages?.get ?? 'GetIamPolicyRequest' } : {}),
      handle: async (call, cloud): Promise<Reply> => {
        await exists(call, cloud);
        return { status: 200, body: seenPolicy(cloud, options.resource(call)) };
      },
    },
    {
      method: 'POST',
      path: `${options.path}:setIamPolicy`,
      id: `${options.id}.setIamPolicy`,
      permission: `${options.permissions}.setIamPolicy`,
      resource: options.resource,
      message: options.messages?.set ?? 'SetIamPolicyRequest',
      handle: async (call, cloud): Promise<Reply> => {
        await exists(call, cloud);
        const policy = (call.body as { policy?: Partial<Policy> } | undefined)?.policy;
        if (policy === undefined) {
          throw new Refusal(400, 'INVALID_ARGUMENT', 'The request is missing the required field: policy');
        }
        return { status: 200, body: writePolicy(cloud, options.resource(call), policy, options.stale) };
      },
    },
    {
      method: 'POST',
      path: `${options.path}:testIamPermissions`,
      id: `${options.id}.testIamPermissions`,
      message: options.messages?.test ?? 'TestIamPermissionsRequest',
      handle: async (call, cloud): Promise<Reply> => {
        await exists(call, cloud);
        const asked = (call.body as { permissions?: string[] } | undefined)?.permissions ?? [];
        return { status: 200, body: heldPermissions(cloud, call.principal, asked, options.resource(call)) };
      },
    },
  ];
}

/** The reply of `testIamPermissions`: those of the permissions that the caller holds. */
export function heldPermissions(
  cloud: Cloud,
  principal: string | undefined,
  asked: readonly string[],
  resource: string,
): { permissions?: string[] } {
  const wild = asked.find((permission) => permission.includes('*'));
  if (wild !== undefined) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Permission ${wild} is not valid: wildcards are not allowed in this request.`,
    );
  }
  const held = asked.filter((permission) => cloud.allows(principal, permission, resource));
  return held.length === 0 ? {} : { permissions: held };
}

export function readPolicy(cloud: Cloud, resource: string): Policy {
  return structuredClone(policyTable(cloud).get(canonicalName(cloud, resource)) ?? { etag: emptyEtag });
}

/** What a read gives, which can be what was there before: https://cloud.google.com/iam/docs/policies#consistency */
function seenPolicy(cloud: Cloud, resource: string): Policy {
  const superseded = supersededPolicies(cloud).get(canonicalName(cloud, resource)) ?? [];
  const now = cloud.clock.now();
  const stale = superseded.find(({ readUntil }) => readUntil > now);
  return stale === undefined ? readPolicy(cloud, resource) : structuredClone(stale.policy);
}

/** Replaces the policy. Throws Google's refusal for a stale etag, an unknown role or a member that is not there. */
export function writePolicy(
  cloud: Cloud,
  resource: string,
  wanted: Partial<Policy>,
  stale: Refusal = concurrentChange(),
): Policy {
  const name = canonicalName(cloud, resource);
  const current = policyTable(cloud).get(name);
  if (wanted.etag !== undefined && wanted.etag !== '' && !sameEtag(wanted.etag, current?.etag ?? emptyEtag)) {
    throw stale;
  }
  const bindings = merged(wanted.bindings ?? []);
  for (const binding of bindings) checkBinding(cloud, binding, current?.bindings ?? [], wanted.version ?? 1);
  if (current !== undefined && isDeepStrictEqual(current.bindings ?? [], bindings)) {
    return structuredClone(current);
  }
  const policy: Policy = {
    version: bindings.some((binding) => binding.condition !== undefined) ? 3 : 1,
    etag: cloud.etag(),
    ...(bindings.length > 0 ? { bindings } : {}),
    ...(wanted.auditConfigs === undefined ? {} : { auditConfigs: wanted.auditConfigs }),
  };
  policyTable(cloud).set(name, policy);
  const lag = cloud.lag('grant', name);
  if (lag > 0) {
    const superseded = supersededPolicies(cloud);
    const now = cloud.clock.now();
    const former = {
      policy: current ?? { etag: emptyEtag },
      inForceUntil: now + lag,
      readUntil: now + cloud.lag('policy', name),
    };
    superseded.set(name, [...(superseded.get(name) ?? []), former]);
  }
  return structuredClone(policy);
}

/** Writes a policy that was there from the start: it counts at once, also under eventual consistency. */
export function plantPolicy(cloud: Cloud, resource: string, wanted: Partial<Policy>): void {
  writePolicy(cloud, resource, wanted);
  supersededPolicies(cloud).delete(canonicalName(cloud, resource));
}

export function deletePolicy(cloud: Cloud, resource: string): void {
  const name = canonicalName(cloud, resource);
  policyTable(cloud).delete(name);
  supersededPolicies(cloud).delete(name);
}

function concurrentChange(): Refusal {
  return new Refusal(
    409,
    'ABORTED',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

/** Google joins bindings of the same role and condition and drops those without members. */
function merged(bindings: readonly Partial<Binding>[]): Binding[] {
  const result: Binding[] = [];
  for (const { role = '', members = [], condition } of bindings) {
    const same = result.find((other) => other.role === role && isDeepStrictEqual(other.condition, condition));
    if (same !== undefined) same.members.push(...members);
    else if (members.length > 0)
      result.push({ role, members: [...members], ...(condition ? { condition } : {}) });
  }
  for (const binding of result) binding.members = [...new Set(binding.members.map(normalized))];
  return result;
}

/** E-mail addresses are not case sensitive and come back in lower case. */
function normalized(member: string): string {
  return /^(user|serviceAccount|group|domain):/.test(member)
    ? `${member.slice(0, member.indexOf(':'))}:${member.slice(member.indexOf(':') + 1).toLowerCase()}`
    : member;
}

function checkBinding(cloud: Cloud, binding: Binding, current: readonly Binding[], version: number): void {
  if (!roleExists(binding.role)) {
    const known = binding.role.startsWith('roles/');
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      known
        ? `Role ${binding.role} is not supported for this resource.`
        : `Role (${binding.role}) does not exist in the resource's hierarchy.`,
    );
  }
  if (binding.condition !== undefined && version < 3) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Conditional bindings require a policy version of 3: set the version of the policy to 3.',
    );
  }
  // Members that are there already stay, whatever became of them.
  const kept = new Set(
    current.filter((other) => other.role === binding.role).flatMap((other) => other.members),
  );
  for (const member of binding.members) if (!kept.has(member)) checkMember(cloud, member);
}

const emailAddress = /^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/;

function checkMember(cloud: Cloud, member: string): void {
  if (member === 'allUsers' || member === 'allAuthenticatedUsers') return;
  if (/^principal(Set)?:\/\/iam\.googleapis\.com\/\S+$/.test(member)) {
    checkPool(cloud, member);
    return;
  }
  const colon = member.indexOf(':');
  const kind = member.slice(0, Math.max(colon, 0));
  const value = member.slice(colon + 1);
  switch (kind) {
    case 'serviceAccount':
      if (findServiceAccount(cloud, value) !== undefined || isGoogleManaged(cloud, value)) return;
      throw new Refusal(400, 'INVALID_ARGUMENT', `Service account ${value} does not exist.`);
    case 'user':
    case 'group':
      if (emailAddress.test(value)) return;
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid member ${member}: not an e-mail address.`);
    case 'domain':
    case 'deleted':
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return;
    default:
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
      );
  }
}

/** Google takes the project's number alone in these names; with the id the binding would never match. */
function checkPool(cloud: Cloud, member: string): void {
  const pool =
    /^principal(?:Set)?:\/\/iam\.googleapis\.com\/projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([^/]+)\//.exec(
      member,
    );
  const [, number = '', id = ''] = pool ?? [];
  for (const project of cloud.table<{ id: string; number: string }>('projects').values()) {
    if (project.number !== number) continue;
    if (
      cloud.table('iam.pools').has(`projects/${project.number}/locations/global/workloadIdentityPools/${id}`)
    )
      return;
  }
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    `Identity Pool does not exist (${member.replace(/^principal(Set)?:\/\/iam\.googleapis\.com\//, '').replace(/\/(subject|attribute\.|group|\*).*$/, '')}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
  );
}
