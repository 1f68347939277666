import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { listAll } from './paging.ts';

/** https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets */
export interface Budget {
  /** Chosen by Google: `billingAccounts/A/budgets/B`. */
  readonly name?: string;
  readonly displayName?: string;
  readonly budgetFilter?: { readonly projects?: readonly string[]; readonly calendarPeriod?: string };
  readonly amount?: {
    readonly specifiedAmount?: { readonly currencyCode?: string; readonly units?: string };
  };
  readonly thresholdRules?: readonly { readonly thresholdPercent?: number; readonly spendBasis?: string }[];
  readonly notificationsRule?: { readonly monitoringNotificationChannels?: readonly string[] };
  readonly etag?: string;
}

const api = 'billingbudgets';

export function listBudgets(google: Google, billingAccount: string): Promise<Budget[]> {
  return listAll<{ budgets?: Budget[]; nextPageToken?: string }, Budget>(
    google.transport,
    { api, method: 'GET', path: `v1/billingAccounts/${billingAccount}/budgets`, query: { pageSize: 100 } },
    (page) => page.budgets,
  );
}

/** `name` is Google's, as a list gives it. */
export function getBudget(google: Google, name: string): Promise<Budget> {
  return google.transport.send({ api, method: 'GET', path: `v1/${name}` });
}

/** Not repeatable: Google chooses the name, so that a second sending would be a second budget. */
export function createBudget(google: Google, billingAccount: string, budget: Budget): Promise<Budget> {
  return google.transport.send({
    api,
    method: 'POST',
    path: `v1/billingAccounts/${billingAccount}/budgets`,
    body: budget,
  });
}

export async function patchBudget(
  google: Google,
  name: string,
  budget: Budget,
  updateMask: string,
): Promise<void> {
  await google.transport.send({
    api,
    method: 'PATCH',
    path: `v1/${name}`,
    query: { updateMask },
    body: budget,
  });
}

/** That it is gone already is as good. */
export async function deleteBudget(google: Google, name: string): Promise<void> {
  await unlessGone(google.transport.send({ api, method: 'DELETE', path: `v1/${name}` }));
}
