import { type Cloud, Refusal, type Table } from './service.ts';

/** A service account as the state keeps it, in the table `iam.serviceAccounts` by its e-mail address. */
export interface ServiceAccountRecord {
  projectId: string;
  email: string;
  uniqueId: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
  etag: string;
}

export function serviceAccounts(cloud: Cloud): Table<ServiceAccountRecord> {
  return cloud.table<ServiceAccountRecord>('iam.serviceAccounts');
}

/** Full name of a service account, the key of its policy. */
export function serviceAccountName(account: ServiceAccountRecord): string {
  return `projects/${account.projectId}/serviceAccounts/${account.email}`;
}

/**
 * The account by e-mail address or unique id; `undefined` when there is none (or it is deleted), or when it is so new
 * that nobody can use it yet.
 */
export function findServiceAccount(cloud: Cloud, emailOrId: string): ServiceAccountRecord | undefined {
  const account = storedServiceAccount(cloud, emailOrId);
  return account === undefined || cloud.arrived('serviceAccount.use', account.email) ? account : undefined;
}

/** The account, however new it is. */
export function storedServiceAccount(cloud: Cloud, emailOrId: string): ServiceAccountRecord | undefined {
  const accounts = serviceAccounts(cloud);
  const byEmail = accounts.get(emailOrId);
  if (byEmail !== undefined) return byEmail;
  if (!/^\d+$/.test(emailOrId)) return undefined;
  for (const account of accounts.values()) if (account.uniqueId === emailOrId) return account;
  return undefined;
}

/** Google's own accounts of a project (default compute account, service agents), which exist without being created. */
export function isGoogleManaged(cloud: Cloud, email: string): boolean {
  const number =
    /^(?:service-)?(\d+)(?:-compute)?@(?:developer|cloudbuild|cloudservices|gcp-sa-[a-z0-9-]+\.iam|serverless-robot-prod\.iam|compute-system\.iam)\.gserviceaccount\.com$/.exec(
      email,
    )?.[1];
  if (number === undefined) return false;
  for (const project of cloud.table<{ number: string }>('projects').values()) {
    if (project.number === number) return true;
  }
  return false;
}

/** Throws Google's 403 unless the caller may run things as the account (`iam.serviceAccounts.actAs`). */
export function requireActAs(cloud: Cloud, principal: string | undefined, email: string): void {
  const account = findServiceAccount(cloud, email);
  const allowed =
    account === undefined
      ? isGoogleManaged(cloud, email)
      : cloud.allows(principal, 'iam.serviceAccounts.actAs', serviceAccountName(account));
  if (allowed) return;
  throw new Refusal(
    403,
    'PERMISSION_DENIED',
    `Permission 'iam.serviceaccounts.actAs' denied on service account ${email} (or it may not exist).`,
  );
}
