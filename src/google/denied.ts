import { Failure } from '../lib/failure.ts';
import { GoogleError, NoAnswer } from './error.ts';
import { OperationFailed } from './operations.ts';

/** The narrowest predefined role that holds a permission, by the permission's longest known beginning. */
const roles: readonly (readonly [string, string])[] = [
  ['artifactregistry.repositories.downloadArtifacts', 'roles/artifactregistry.reader'],
  ['artifactregistry.repositories.uploadArtifacts', 'roles/artifactregistry.writer'],
  ['artifactregistry.tags', 'roles/artifactregistry.writer'],
  ['artifactregistry', 'roles/artifactregistry.admin'],
  ['cloudbuild', 'roles/cloudbuild.builds.editor'],
  ['cloudsql.instances.connect', 'roles/cloudsql.client'],
  ['cloudsql', 'roles/cloudsql.admin'],
  ['compute', 'roles/compute.networkAdmin'],
  ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser'],
  ['iam.serviceAccounts.getAccessToken', 'roles/iam.workloadIdentityUser'],
  ['dns', 'roles/dns.admin'],
  ['iam.workloadIdentityPool', 'roles/iam.workloadIdentityPoolAdmin'],
  ['iam', 'roles/iam.serviceAccountAdmin'],
  ['logging', 'roles/logging.viewer'],
  ['monitoring', 'roles/monitoring.editor'],
  ['redis', 'roles/redis.admin'],
  ['resourcemanager.projects.get', 'roles/browser'],
  ['resourcemanager', 'roles/resourcemanager.projectIamAdmin'],
  ['run', 'roles/run.admin'],
  ['secretmanager.versions.access', 'roles/secretmanager.secretAccessor'],
  ['secretmanager', 'roles/secretmanager.admin'],
  ['servicenetworking', 'roles/servicenetworking.networksAdmin'],
  ['serviceusage', 'roles/serviceusage.serviceUsageAdmin'],
  ['storage', 'roles/storage.admin'],
];

/** Turns what Google's client layer throws into a failure with a next step; anything else is passed on. */
export function explainGoogle(
  error: unknown,
  who: { principal: string | undefined; project: string },
): unknown {
  if (error instanceof GoogleError) return explainRefusal(error, who);
  if (error instanceof OperationFailed) {
    if (isQuotaOfOperation(error)) return quotaExhausted(who.project, error.what, error);
    return new Failure('OPERATION_FAILED', `${capital(error.what)} failed: ${error.message}`, {
      next: 'Mend what the message names and run again: what is already done is kept.',
      cause: error,
    });
  }
  if (error instanceof NoAnswer) {
    return new Failure('NO_ANSWER', error.message, {
      next: 'Run again: what is already done is kept, and whether this call had its effect is seen then.',
      cause: error,
    });
  }
  return error;
}

function explainRefusal(
  error: GoogleError,
  who: { principal: string | undefined; project: string },
): Failure {
  const call = `${error.method} ${error.api} ${error.path}`;
  if (error.http === 401) {
    return new Failure('UNAUTHENTICATED', `Google did not accept the access token (${call}).`, {
      next: 'Check that the credentials of this job belong to this project and have not expired.',
      cause: error,
    });
  }
  if (error.reason === 'SERVICE_DISABLED') {
    return new Failure('API_DISABLED', error.message, {
      next: `Run provision, which enables it. An API that stays disabled is held back by an organization policy or by missing billing; try: gcloud services enable ${error.metadata.service ?? ''} --project ${who.project}`,
      cause: error,
    });
  }
  const constraint = orgPolicyConstraint(error);
  if (constraint) {
    return new Failure('ORG_POLICY', `An organization policy (${constraint}) forbids it: ${error.message}`, {
      next: `Ask whoever administers the organization for an exception for ${who.project}, or change what deploy.yaml asks for.`,
      cause: error,
    });
  }
  // Compute and Service Usage word an exhausted quota as 403.
  if (error.http === 429 || error.status === 'RESOURCE_EXHAUSTED' || /quota|rateLimit/i.test(error.reason)) {
    return quotaExhausted(who.project, call, error);
  }
  if (error.http === 403) return explainDenied(error, who, call);
  return new Failure(error.status || `HTTP_${error.http}`, `${call} was refused: ${error.message}`, {
    next: 'Mend what the message names and run again: what is already done is kept.',
    cause: error,
  });
}

/** RESOURCE_EXHAUSTED of google.rpc.Code, or Compute's own code, which stands before its message. */
function isQuotaOfOperation({ code, message }: OperationFailed): boolean {
  return code === 8 || /^(QUOTA_EXCEEDED|ZONE_RESOURCE_POOL_EXHAUSTED|RESOURCE_EXHAUSTED)\b/.test(message);
}

function quotaExhausted(project: string, what: string, cause: Error): Failure {
  return new Failure('QUOTA_EXHAUSTED', `A quota of ${project} is used up (${what}): ${cause.message}`, {
    next: `Wait some minutes and run again, or ask for more: https://console.cloud.google.com/iam-admin/quotas?project=${project}`,
    cause,
  });
}

/** The name of the violated constraint, which Google gives in the error's text or as its metadata. */
function orgPolicyConstraint(error: GoogleError): string | undefined {
  if (![400, 403, 412].includes(error.http)) return undefined;
  return /constraints?\/?\s*'?((?:constraints\/)?[a-z]+\.[A-Za-z.]+)/.exec(error.message)?.[1];
}

function explainDenied(
  error: GoogleError,
  who: { principal: string | undefined; project: string },
  call: string,
): Failure {
  const permission = error.metadata.permission ?? permissionIn(error.message);
  const principal = who.principal ? `serviceAccount:${who.principal}` : 'the principal of this job';
  const role = permission && roleWith(permission);
  return new Failure(
    'PERMISSION_DENIED',
    `${principal} lacks ${permission ?? 'a permission'} for ${error.metadata.resource ?? call}: ${error.message}`,
    {
      next: role
        ? `Grant it: gcloud projects add-iam-policy-binding ${who.project} --member=${who.principal ? principal : 'PRINCIPAL'} --role=${role}`
        : 'Grant the permission that the message names and run again.',
      cause: error,
    },
  );
}

/** Storage and Compute name the permission in their text alone, beside e-mail addresses and host names. */
function permissionIn(message: string): string | undefined {
  const words = message.match(/\b[a-z]+(\.[A-Za-z]+){2,}/g) ?? [];
  return words.find((word) => roleWith(word) && !word.endsWith('.com'));
}

export function roleWith(permission: string): string | undefined {
  const lower = permission.toLowerCase();
  return roles.find(([beginning]) => lower.startsWith(beginning.toLowerCase()))?.[1];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
