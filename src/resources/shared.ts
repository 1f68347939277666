/**
 * What a preview shares with the environment that it copies: looked at, for the facts that its own resources rest on, and
 * never made or changed. Where something of it is missing, the environment has to be deployed first.
 */
import type { Change } from '../engine/change.ts';
import type { Plan } from '../engine/plan.ts';
import type { Resource } from '../engine/resource.ts';
import { Failure } from '../lib/failure.ts';
import { apisAddress } from './apis.ts';
import { notAdmitted } from './claim.ts';
import type { Context } from './context.ts';
import { claimAddress } from './secret.ts';

interface Shared extends Resource {
  /** What the environment's own deployment would change. */
  readonly missing: (have: unknown) => readonly Change[];
}

export function shared<Have>(resource: Resource<Have>): Resource<Have> {
  const asShared: Resource<Have> & { missing: (have: Have | undefined) => readonly Change[] } = {
    ...resource,
    diff: () => [],
    apply: async () => undefined,
    missing: (have) => resource.diff(have).filter(isMissing),
  };
  return asShared;
}

/** Settings that the pull request changes are no reason to stop; what is not there, or not yet usable, is. */
function isMissing({ address, action, fields }: Change): boolean {
  return action === 'create' || address === apisAddress || fields.some(({ field }) => field === 'state');
}

export function isShared(resource: Resource): resource is Shared {
  return 'missing' in resource;
}

/** Throws BASE_NOT_DEPLOYED or PREVIEW_NOT_ADMITTED for a preview that has nothing to stand on. */
export function requireShared(context: Context, resources: readonly Resource[], plan: Plan): void {
  const { preview } = context.deployment;
  if (preview === undefined) return;
  const missing = resources
    .filter(isShared)
    .flatMap((resource) => resource.missing(plan.entries.get(resource.address)?.have))
    .map(({ address }) => address);
  if (missing.length > 0) throw notDeployed(preview.base, missing);
  if (plan.entries.get(claimAddress(preview.pullRequest))?.have === undefined) throw notAdmitted(preview);
}

function notDeployed(base: string, missing: readonly string[]): Failure {
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return new Failure(
    'BASE_NOT_DEPLOYED',
    `A preview shares ${missing[0]}${others} with ${base}, where that is not there or not ready.`,
    {
      next: `Deploy ${base} first. What a pull request adds to it has to be merged and deployed before previews can use it.`,
      details: missing.length > 1 ? missing : [],
    },
  );
}
