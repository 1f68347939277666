/**
 * The budget of the project, which lives in its billing account. Ours: amount, thresholds, and who is told. A budget
 * has no labels, so that ours is found by its title and the project it is about.
 * https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets
 */
import type { Alerts, Budget, Deployment } from '../config/deployment.ts';
import { create, update } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import {
  createBudget,
  getBudget,
  type Budget as Have,
  listBudgets,
  patchBudget,
} from '../google/billingbudgets.ts';
import { GoogleError, isNotFound } from '../google/error.ts';
import { Failure } from '../lib/failure.ts';
import { channelAddress, channelNames } from './alerts.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import type { Context } from './context.ts';

export const budgetAddress = (title: string): string => `budget/${title}`;

/** Google takes titles of up to 60 characters, and five channels. */
const longestTitle = 60;
const mostChannels = 5;

/** What ours is found by. */
export function budgetTitle({ name, environment }: Deployment): string {
  return `${name} ${environment}`.slice(0, longestTitle);
}

export function budget(context: Context, wanted: Budget, alerts: Alerts | undefined): Resource<Have> {
  const { google, deployment, projectNumber } = context;
  const title = budgetTitle(deployment);
  const project = `projects/${projectNumber}`;
  const address = budgetAddress(title);
  const why = because(deployment, wanted.place);
  const told = alerts && { ...alerts, email: alerts.email.slice(0, mostChannels) };
  const want = (): Have => ({
    displayName: title,
    budgetFilter: { projects: [project], calendarPeriod: 'MONTH' },
    amount: {
      specifiedAmount: {
        units: String(wanted.amount),
        ...(wanted.currency !== undefined && { currencyCode: wanted.currency }),
      },
    },
    thresholdRules: wanted.thresholds.map((thresholdPercent) => ({
      thresholdPercent,
      spendBasis: 'CURRENT_SPEND',
    })),
    ...(told && { notificationsRule: { monitoringNotificationChannels: channelNames(context, told) } }),
  });
  const isOurs = (have: Have): boolean =>
    have.displayName === title && (have.budgetFilter?.projects ?? []).includes(project);
  const explained = async <T>(call: Promise<T>): Promise<T> =>
    await call.catch((error: unknown) => {
      throw error instanceof GoogleError ? explain(context, wanted, error) : error;
    });
  // By its name, once known: a list may not show at once what was just made.
  let name: string | undefined;
  return {
    address,
    dependsOn: [apisAddress, ...(told?.email ?? []).map(channelAddress)],
    observe: async (fresh) => {
      if (!fresh && !(await context.enabled()).has('billingbudgets.googleapis.com')) return undefined;
      const have =
        name === undefined
          ? (await explained(listBudgets(google, wanted.billingAccount))).find(isOurs)
          : await getBudget(google, name).catch((error: unknown) => {
              if (!isNotFound(error)) throw error;
              return undefined;
            });
      name = have?.name ?? name;
      return have;
    },
    diff: (have) => {
      const fields = compare(want(), have && inOneOrder(have));
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: async (changes, have) => {
      if (have?.name !== undefined)
        await explained(
          patchBudget(google, have.name, keeping(have, want()), touchedFields(changes).join(',')),
        );
      else name = (await explained(createBudget(google, wanted.billingAccount, want()))).name;
    },
  };
}

/** Whom else somebody wants to be told. */
function keeping(have: Have, want: Have): Have {
  return {
    ...want,
    ...(want.notificationsRule && {
      notificationsRule: { ...have.notificationsRule, ...want.notificationsRule },
    }),
  };
}

function inOneOrder(have: Have): Have {
  const channels = have.notificationsRule?.monitoringNotificationChannels;
  return {
    ...have,
    thresholdRules: [...(have.thresholdRules ?? [])].sort(
      (a, b) => (a.thresholdPercent ?? 0) - (b.thresholdPercent ?? 0),
    ),
    ...(channels && {
      notificationsRule: { ...have.notificationsRule, monitoringNotificationChannels: channels.toSorted() },
    }),
  };
}

/** The account is not part of the project, so neither are the rights on it. */
function explain(context: Context, wanted: Budget, error: GoogleError): unknown {
  const at = because(context.deployment, wanted.place);
  if (error.http === 400 && /currenc/i.test(error.message)) {
    return new Failure('BUDGET_CURRENCY', `The budget of ${at} was refused: ${error.message}`, {
      next: 'Remove budget.currency: a budget is in the currency of its billing account.',
      cause: error,
    });
  }
  if ((error.http !== 403 && error.http !== 404) || error.reason === 'SERVICE_DISABLED') return error;
  const member = context.deployer ? `serviceAccount:${context.deployer}` : 'PRINCIPAL';
  return new Failure(
    'BUDGET_DENIED',
    `The billing account ${wanted.billingAccount} (${at}) cannot be reached: ${error.message}`,
    {
      next: `Correct budget.billing_account, or let its administrator run: gcloud billing accounts add-iam-policy-binding ${wanted.billingAccount} --member=${member} --role=roles/billing.costsManager`,
      cause: error,
    },
  );
}
