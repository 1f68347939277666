import { Failure } from '../lib/failure.ts';
import type { ApiName } from './endpoints.ts';
import { GoogleError } from './error.ts';
import type { Google } from './google.ts';
import { waitFor } from './operations.ts';
import type { Request } from './transport.ts';

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  readonly condition?: object;
}

export interface Policy {
  readonly etag?: string;
  readonly version?: number;
  readonly bindings?: readonly Binding[];
}

/** A resource that carries an IAM policy. */
export type PolicyTarget =
  | { readonly kind: 'project'; readonly project: string }
  | { readonly kind: 'service_account'; readonly project: string; readonly email: string }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | { readonly kind: 'secret'; readonly project: string; readonly secret: string }
  | {
      readonly kind: 'repository';
      readonly project: string;
      readonly location: string;
      readonly repository: string;
    }
  | {
      readonly kind: 'run_service';
      readonly project: string;
      readonly region: string;
      readonly service: string;
    };

/** With version 3, conditions of other people's bindings survive our write. https://cloud.google.com/iam/docs/policies#versions */
const policyVersion = 3;

export function readPolicy(google: Google, target: PolicyTarget): Promise<Policy> {
  return google.transport.send<Policy>(readRequest(target));
}

/** Which of these permissions the caller holds on the resource. */
export async function testPermissions(
  google: Google,
  target: PolicyTarget,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const { api, path } = locationOf(target);
  const request: Request =
    target.kind === 'bucket'
      ? { api, method: 'GET', path: `${path}/iam/testPermissions`, query: { permissions } }
      : { api, method: 'POST', path: `${path}:testIamPermissions`, body: { permissions }, repeatable: true };
  const answer = await google.transport.send<{ permissions?: string[] }>(request);
  return answer.permissions ?? [];
}

/**
 * Changes a policy by read-modify-write. A concurrent writer is answered by reading again and starting over; a service
 * account that Google cannot see yet, because it was made a moment ago, by waiting for up to five minutes.
 */
export async function changePolicy(
  google: Google,
  target: PolicyTarget,
  modify: (bindings: readonly Binding[]) => readonly Binding[],
  first?: Policy,
): Promise<void> {
  let known = first;
  let refusal: GoogleError | undefined;
  await waitFor(
    async () => {
      const policy = known ?? (await readPolicy(google, target));
      known = undefined;
      const wanted = { ...policy, version: policyVersion, bindings: modify(policy.bindings ?? []) };
      try {
        await google.transport.send(writeRequest(target, wanted));
        return true;
      } catch (error) {
        if (!isConcurrentChange(error) && !isUnseenMember(error)) throw error;
        refusal = error;
        return undefined;
      }
    },
    {
      what: `changing the IAM policy of ${nameOf(target)}`,
      deadline: 5 * 60_000,
      first: 200,
      ceiling: 10_000,
      expired: () => gaveUp(target, refusal),
    },
    google.clock,
    google.signal,
  );
}

/** Only what passes as a rule is tried again, so Google's last answer is the reason. */
function gaveUp(target: PolicyTarget, refusal: GoogleError | undefined): Failure {
  const account = unseenMember(refusal);
  if (account === undefined) {
    return new Failure(
      'POLICY_CONTENDED',
      `Others changed the IAM policy of ${nameOf(target)} at each of our attempts for 5 minutes: ${refusal?.message}`,
      { next: 'Run again when whatever else changes it is done.', cause: refusal },
    );
  }
  return new Failure(
    'SERVICE_ACCOUNT_NOT_VISIBLE',
    `The IAM policy of ${nameOf(target)} could not be changed for 5 minutes, since Google does not see an account: ${refusal?.message}`,
    {
      next: `A new account is known within a minute or two: run again. If that does not help, see whether it is there: gcloud iam service-accounts describe ${account}`,
      cause: refusal,
    },
  );
}

function isConcurrentChange(error: unknown): error is GoogleError {
  return (
    error instanceof GoogleError && (error.http === 409 || error.http === 412) && !isForbiddenMember(error)
  );
}

/**
 * An organization's policy excludes a member. It comes with the status of a precondition, and only the text tells it
 * from a concurrent change. https://cloud.google.com/storage/docs/public-access-prevention
 * https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
 */
export function isForbiddenMember(error: unknown): error is GoogleError {
  return (
    error instanceof GoogleError &&
    /public access prevention|permitted customer|allowedPolicyMemberDomains/i.test(error.message)
  );
}

/** The account of the refusal, if that is it. There is no reason code for it, only this text. */
function unseenMember(error: GoogleError | undefined): string | undefined {
  if (error?.http !== 400) return undefined;
  return /service account (\S+) does not exist/i.exec(error.message)?.[1];
}

function isUnseenMember(error: unknown): error is GoogleError {
  return error instanceof GoogleError && unseenMember(error) !== undefined;
}

function readRequest(target: PolicyTarget): Request {
  const { api, path } = locationOf(target);
  switch (target.kind) {
    case 'project':
      return {
        api,
        method: 'POST',
        path: `${path}:getIamPolicy`,
        body: { options: { requestedPolicyVersion: policyVersion } },
        repeatable: true,
      };
    case 'service_account':
      return {
        api,
        method: 'POST',
        path: `${path}:getIamPolicy`,
        query: { 'options.requestedPolicyVersion': policyVersion },
        repeatable: true,
      };
    case 'bucket':
      return {
        api,
        method: 'GET',
        path: `${path}/iam`,
        query: { optionsRequestedPolicyVersion: policyVersion },
      };
    default:
      return {
        api,
        method: 'GET',
        path: `${path}:getIamPolicy`,
        query: { 'options.requestedPolicyVersion': policyVersion },
      };
  }
}

function writeRequest(target: PolicyTarget, policy: Policy): Request {
  const { api, path } = locationOf(target);
  if (target.kind === 'bucket') return { api, method: 'PUT', path: `${path}/iam`, body: policy };
  // The etag makes a second sending of the same policy harmless: it is refused as a concurrent change.
  return { api, method: 'POST', path: `${path}:setIamPolicy`, body: { policy }, repeatable: true };
}

function locationOf(target: PolicyTarget): { api: ApiName; path: string } {
  switch (target.kind) {
    case 'project':
      return { api: 'cloudresourcemanager', path: `v1/projects/${target.project}` };
    case 'service_account':
      return { api: 'iam', path: `v1/projects/${target.project}/serviceAccounts/${target.email}` };
    case 'bucket':
      return { api: 'storage', path: `storage/v1/b/${target.bucket}` };
    case 'secret':
      return { api: 'secretmanager', path: `v1/projects/${target.project}/secrets/${target.secret}` };
    case 'repository':
      return {
        api: 'artifactregistry',
        path: `v1/projects/${target.project}/locations/${target.location}/repositories/${target.repository}`,
      };
    case 'run_service':
      return {
        api: 'run',
        path: `v2/projects/${target.project}/locations/${target.region}/services/${target.service}`,
      };
  }
}

function nameOf(target: PolicyTarget): string {
  return `${target.kind} ${locationOf(target).path.split('/').at(-1)}`;
}
