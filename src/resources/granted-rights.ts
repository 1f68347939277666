import { update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import { changePolicy, type Policy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import { apisAddress } from './apis.ts';
import { holds, type Right, withoutMembers, withRights } from './bindings.ts';
import type { Context } from './context.ts';
import { missingRights } from './policy.ts';

export const registryApi = 'artifactregistry.googleapis.com';

/** Rights that a policy has to hold, whatever else it holds: those of the trust, which others add to as well. */
export function grantedRights(
  context: Context,
  wanted: {
    readonly address: string;
    readonly target: PolicyTarget;
    readonly dependsOn: readonly string[];
    readonly rights: readonly Right[];
    /** Rights that an earlier version of the trust gave. */
    readonly superseded?: readonly Right[];
  },
): Resource<Policy> {
  const { google } = context;
  const { address, target, rights, superseded = [] } = wanted;
  const isSuperseded = (role: string, member: string): boolean =>
    superseded.some((right) => right.role === role && right.member === member);
  const api = apiOf(target);
  return {
    address,
    dependsOn: [apisAddress, ...wanted.dependsOn],
    observe: async (fresh) => {
      if (!fresh && !(await context.enabled()).has(api)) return undefined;
      return await readPolicy(google, target).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have) => {
      const bindings = have?.bindings ?? [];
      const gone = superseded
        .filter(({ role, member }) => holds(bindings, role, member))
        .map(({ role, member }) => ({ field: role, before: member }));
      return [
        ...missingRights(address, rights, bindings),
        ...update(address, 'each environment has its own way in', gone),
      ];
    },
    apply: (_changes, have) =>
      changePolicy(
        google,
        target,
        (bindings) => withRights(withoutMembers(bindings, isSuperseded), rights),
        have,
      ),
  };
}

function apiOf({ kind }: PolicyTarget): string {
  if (kind === 'project') return 'cloudresourcemanager.googleapis.com';
  return kind === 'repository' ? registryApi : 'iam.googleapis.com';
}
