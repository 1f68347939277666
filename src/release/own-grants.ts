/**
 * Tells a refusal that will pass from one that stays: rights that were given a moment ago take minutes to count, and
 * Cloud Run then refuses a revision for want of a right that is already there.
 * https://cloud.google.com/iam/docs/access-change-propagation
 */
import { GoogleError } from '../google/error.ts';
import { type PolicyTarget, readPolicy } from '../google/policy.ts';
import type { Context } from '../resources/context.ts';
import { RevisionFailed } from '../resources/revision-failed.ts';

const accessor = 'roles/secretmanager.secretAccessor';
const actAs = 'roles/iam.serviceAccountUser';

/** Whether what was refused is in the policy by now. */
export function refusalPasses(context: Context): (error: unknown) => Promise<boolean> {
  return async (error) => {
    const missing = missingRight(context, error);
    if (!missing) return false;
    const { target, role, member } = missing;
    const policy = await readPolicy(context.google, target).catch(() => undefined);
    return (policy?.bindings ?? []).some(
      (binding) => binding.role === role && !binding.condition && binding.members?.includes(member),
    );
  };
}

interface MissingRight {
  readonly target: PolicyTarget;
  readonly role: string;
  readonly member: string;
}

/** There is no reason code that would name the secret, only Google's text. */
const secretDenied =
  /Permission denied on secret: projects\/[^/]+\/secrets\/([^/\s]+)\/.*?service account ([^\s,]+@[^\s,]+\.com)/s;

function missingRight({ deployment, deployer }: Context, error: unknown): MissingRight | undefined {
  const { project } = deployment;
  if (error instanceof RevisionFailed) {
    const [, secret, account] = secretDenied.exec(error.reason) ?? [];
    if (!secret || !account) return undefined;
    return {
      target: { kind: 'secret', project, secret },
      role: accessor,
      member: `serviceAccount:${account}`,
    };
  }
  if (!(error instanceof GoogleError) || error.http !== 403 || !deployer) return undefined;
  if (!/iam\.serviceaccounts\.actAs/i.test(`${error.metadata.permission ?? ''} ${error.message}`))
    return undefined;
  const email = /([a-z0-9-]+@[a-z0-9.-]+\.iam\.gserviceaccount\.com)/.exec(
    `${error.metadata.resource ?? ''} ${error.message}`,
  )?.[1];
  if (!email) return undefined;
  return {
    target: { kind: 'service_account', project, email },
    role: actAs,
    member: `serviceAccount:${deployer}`,
  };
}
