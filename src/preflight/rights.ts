import type { Change } from '../engine/change.ts';
import { roleWith } from '../google/denied.ts';
import type { Google } from '../google/google.ts';
import { testPermissions } from '../google/policy.ts';
import { Failure } from '../lib/failure.ts';
import type { Context } from '../resources/context.ts';
import { permissionsFor } from '../resources/permissions.ts';

/** Google takes at most 100 permissions in one question. https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions */
const batch = 100;

/**
 * Asks, before the first write, whether the deployer may do all that the plan needs. Throws RIGHTS_MISSING with every
 * missing role and the command that grants it: a run that fails half way through for want of a right helps nobody.
 */
export async function requireRights(context: Context, changes: readonly Change[]): Promise<void> {
  const wanted = new Map<string, Change[]>();
  for (const change of changes) {
    for (const permission of permissionsFor(change)) {
      wanted.set(permission, [...(wanted.get(permission) ?? []), change]);
    }
  }
  if (wanted.size === 0) return;
  const { google, deployment, deployer } = context;
  const held = await heldPermissions(google, deployment.project, [...wanted.keys()]);
  const missing = [...wanted].filter(([permission]) => !held.has(permission));
  if (missing.length === 0) return;
  throw rightsMissing(missing, deployer, deployment.project);
}

async function heldPermissions(
  google: Google,
  project: string,
  permissions: readonly string[],
): Promise<Set<string>> {
  const batches = Array.from({ length: Math.ceil(permissions.length / batch) }, (_, index) =>
    permissions.slice(index * batch, (index + 1) * batch),
  );
  const answers = await Promise.all(
    batches.map((some) => testPermissions(google, { kind: 'project', project }, some)),
  );
  return new Set(answers.flat());
}

function rightsMissing(
  missing: readonly (readonly [string, readonly Change[]])[],
  deployer: string | undefined,
  project: string,
): Failure {
  const member = deployer ? `serviceAccount:${deployer}` : 'PRINCIPAL';
  const byRole = new Map<string, string[]>();
  for (const [permission, changes] of missing) {
    const role = roleWith(permission) ?? permission;
    const what = `${permission} for ${changes[0]?.address}${changes.length > 1 ? ` and ${changes.length - 1} more` : ''}`;
    byRole.set(role, [...(byRole.get(role) ?? []), what]);
  }
  return new Failure(
    'RIGHTS_MISSING',
    `${member} lacks ${byRole.size} role${byRole.size === 1 ? '' : 's'} that this plan needs. Nothing was changed.`,
    {
      next: 'Grant them with the commands above and run again; a new grant takes some minutes to be effective.',
      details: [...byRole].flatMap(([role, why]) => [
        `${role}: ${why.join(', ')}`,
        `  gcloud projects add-iam-policy-binding ${project} --member=${member} --role=${role}`,
      ]),
    },
  );
}
