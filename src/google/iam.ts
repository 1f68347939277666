import type { iam_v1 } from '@googleapis/iam';
import type { Shape } from '../lib/shape.ts';
import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { listAll } from './paging.ts';

export type ServiceAccount = Shape<iam_v1.Schema$ServiceAccount>;

export function listServiceAccounts(google: Google, project: string): Promise<ServiceAccount[]> {
  return listAll<Shape<iam_v1.Schema$ListServiceAccountsResponse>, ServiceAccount>(
    google.transport,
    { api: 'iam', method: 'GET', path: `v1/projects/${project}/serviceAccounts`, query: { pageSize: 100 } },
    (page) => page.accounts,
  );
}

export function getServiceAccount(google: Google, project: string, email: string): Promise<ServiceAccount> {
  return google.transport.send({
    api: 'iam',
    method: 'GET',
    path: `v1/projects/${project}/serviceAccounts/${email}`,
  });
}

export function createServiceAccount(
  google: Google,
  project: string,
  account: { id: string; displayName: string; description?: string },
): Promise<ServiceAccount> {
  const { id: accountId, displayName, description } = account;
  const serviceAccount = { displayName, ...(description === undefined ? {} : { description }) };
  return google.transport.send({
    api: 'iam',
    method: 'POST',
    path: `v1/projects/${project}/serviceAccounts`,
    body: { accountId, serviceAccount },
    repeatable: true,
  });
}

export function patchServiceAccount(
  google: Google,
  project: string,
  email: string,
  serviceAccount: ServiceAccount,
  updateMask: string,
): Promise<ServiceAccount> {
  return google.transport.send({
    api: 'iam',
    method: 'PATCH',
    path: `v1/projects/${project}/serviceAccounts/${email}`,
    body: { serviceAccount, updateMask },
  });
}

/** Google keeps the account for 30 days, in which it can be brought back by its number. That it is gone is as good. */
export async function deleteServiceAccount(google: Google, project: string, email: string): Promise<void> {
  await unlessGone(
    google.transport.send({
      api: 'iam',
      method: 'DELETE',
      path: `v1/projects/${project}/serviceAccounts/${email}`,
    }),
  );
}
