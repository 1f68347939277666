/** Alerts, uptime checks and channels, by their labels, and the budget, which has none, by its title and project. */
import { deleteBudget, getBudget, listBudgets } from '../google/billingbudgets.ts';
import { isNotFound } from '../google/error.ts';
import {
  deleteConfig,
  getConfig,
  listConfigs,
  type MonitoringCollection,
  type MonitoringConfig,
} from '../google/monitoring.ts';
import { budgetTitle } from '../resources/budget.ts';
import { markOfLabels } from '../resources/mark.ts';
import type { Kind, Leftover } from './leftover.ts';
import { answers, leftover, listIn, marked, type Site, shortName } from './site.ts';

export async function watching(site: Site): Promise<readonly Leftover[]> {
  const found = await Promise.all([
    configs(site, 'alertPolicies', 'alert_policy'),
    configs(site, 'uptimeCheckConfigs', 'uptime_check'),
    configs(site, 'notificationChannels', 'notification_channel'),
    budgets(site),
  ]);
  return found.flat();
}

async function configs(
  site: Site,
  collection: MonitoringCollection,
  kind: Kind,
): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const all = await listIn(site, 'monitoring', () =>
    listConfigs<MonitoringConfig>(google, deployment.project, collection),
  );
  return marked(
    all,
    ({ userLabels }) => markOfLabels(userLabels),
    ({ name = '', displayName = '', userLabels }, mark) =>
      leftover({
        kind,
        name,
        // Google's names are numbers, which tell a person nothing.
        address: `${kind}/${displayName} (${shortName(name)})`,
        mark,
        labels: userLabels,
        isThere: () => answers(getConfig(google, name), isNotFound),
        remove: () => deleteConfig(google, name),
      }),
  );
}

async function budgets(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment, projectNumber } = site.context;
  const { budget, name: own, environment } = deployment;
  if (!budget) return [];
  const title = budgetTitle(deployment);
  const all = await listIn(site, 'billingbudgets', () => listBudgets(google, budget.billingAccount));
  return all
    .filter(
      ({ displayName, budgetFilter }) =>
        displayName === title && (budgetFilter?.projects ?? []).includes(`projects/${projectNumber}`),
    )
    .map(({ name = '' }) =>
      leftover({
        kind: 'budget',
        name,
        address: `budget/${title}`,
        mark: { deployment: own, environment },
        isThere: () => answers(getBudget(google, name), isNotFound),
        remove: () => deleteBudget(google, name),
      }),
    );
}
