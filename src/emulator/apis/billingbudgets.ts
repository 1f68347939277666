import { type Api, type Call, type Cloud, Refusal, type Reply, type Table } from '../service.ts';
import { type FieldPath, maskedPaths } from '../update-mask.ts';
import { accountName } from './cloudbilling.ts';
import { page, uuid } from './listing.ts';

/** A budget as the API shows it. */
interface Budget {
  readonly name: string;
  readonly displayName?: string;
  readonly budgetFilter: Filter;
  readonly amount: Amount;
  readonly thresholdRules?: readonly { readonly thresholdPercent?: number; readonly spendBasis?: string }[];
  readonly notificationsRule?: NotificationsRule;
  readonly etag: string;
  readonly ownershipScope?: string;
}

type Body = Partial<Budget>;

interface Filter {
  readonly projects?: readonly string[];
  readonly calendarPeriod?: string;
  readonly customPeriod?: unknown;
  readonly creditTypesTreatment?: string;
  readonly creditTypes?: readonly string[];
}

interface Amount {
  readonly specifiedAmount?: {
    readonly currencyCode?: string;
    readonly units?: string;
    readonly nanos?: number;
  };
  readonly lastPeriodAmount?: object;
}

interface NotificationsRule {
  readonly pubsubTopic?: string;
  readonly schemaVersion?: string;
  readonly monitoringNotificationChannels?: readonly string[];
}

const collection = '/v1/billingAccounts/{billingAccount}/budgets';
const path = `${collection}/{budget}`;
const id = 'billingbudgets.billingAccounts.budgets';
/** Every account is in this currency. */
const currency = 'USD';
const longestTitle = 60;
const mostChannels = 5;

function budgets(cloud: Cloud): Table<Budget> {
  return cloud.table<Budget>('billing.budgets');
}

function refuse(detail: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Request contains an invalid argument. ${detail}`);
}

function budgetOf(call: Call, cloud: Cloud): Budget {
  const name = `${accountName(call)}/budgets/${call.params.budget}`;
  const found = budgets(cloud).get(name);
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  return found;
}

function create(call: Call, cloud: Cloud): Reply {
  const body = (call.body ?? {}) as Body;
  const name = `${accountName(call)}/budgets/${uuid(cloud, 'billing.budget')}`;
  const budget = completed(cloud, { ...body, name });
  budgets(cloud).set(name, budget);
  return { status: 200, body: budget };
}

function list(call: Call, cloud: Cloud): Reply {
  const own = [...budgets(cloud).values()].filter(({ name }) => name.startsWith(`${accountName(call)}/`));
  const { items, ...rest } = page(own, call.query, { largest: 100 });
  return { status: 200, body: { ...(items.length > 0 && { budgets: items }), ...rest } };
}

/** With a mask the fields that it names, without one those that the body has. */
function patch(call: Call, cloud: Cloud): Reply {
  const before = budgetOf(call, cloud);
  const body = (call.body ?? {}) as Body;
  if (body.etag !== undefined && body.etag !== '' && body.etag !== before.etag) {
    throw new Refusal(409, 'ABORTED', 'The etag of the budget is not the current one.');
  }
  const paths = maskedPaths(call, {
    api: 'billingbudgets',
    message: 'Budget',
    changeable,
    current: before,
    body,
    mask: call.query.get('updateMask'),
    refuse: (path) => refuse(`Invalid field mask path: ${path}`),
  });
  const given = Object.keys(body).filter((field) => changeable.has(field));
  const next: Record<string, unknown> = { ...before };
  for (const [top, ...rest] of paths ?? given.map((field): FieldPath => [field])) {
    next[top] = put(next[top], rest, valueAt(body, [top, ...rest]));
  }
  const budget = completed(cloud, { ...(next as Body), name: before.name });
  budgets(cloud).set(budget.name, budget);
  return { status: 200, body: budget };
}

const changeable = new Set([
  'displayName',
  'budgetFilter',
  'amount',
  'thresholdRules',
  'notificationsRule',
  'ownershipScope',
]);

function put(target: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  const inner = { ...(target as Record<string, unknown> | undefined) };
  return { ...inner, [first]: put(inner[first], rest, value) };
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

/** What Google adds, once it has nothing against it. */
function completed(cloud: Cloud, body: Body & { readonly name: string }): Budget {
  if ((body.displayName ?? '').length > longestTitle) {
    throw refuse(`The display name has more than ${longestTitle} characters.`);
  }
  return {
    ...body,
    name: body.name,
    budgetFilter: filterOf(cloud, body.budgetFilter ?? {}),
    amount: amountOf(body.amount),
    thresholdRules: (body.thresholdRules ?? []).map((rule) => {
      if (rule.thresholdPercent === undefined || rule.thresholdPercent < 0)
        throw refuse('A threshold must not be negative.');
      return { spendBasis: 'CURRENT_SPEND', ...rule };
    }),
    ...(body.notificationsRule && { notificationsRule: rulesOf(body.notificationsRule) }),
    etag: cloud.etag(),
  };
}

/** Projects come back by number, whichever way they were given. */
function filterOf(cloud: Cloud, filter: Filter): Filter {
  if (filter.calendarPeriod !== undefined && filter.customPeriod !== undefined)
    throw refuse('A budget has either a calendar period or a custom one.');
  const treatment = filter.creditTypesTreatment ?? 'INCLUDE_ALL_CREDITS';
  if ((treatment === 'INCLUDE_SPECIFIED_CREDITS') !== (filter.creditTypes ?? []).length > 0)
    throw refuse('Credit types go with INCLUDE_SPECIFIED_CREDITS.');
  const projects = (filter.projects ?? []).map((project) => {
    const named = /^projects\/([^/]+)$/.exec(project)?.[1];
    if (named === undefined) throw refuse(`"${project}" is not the name of a project.`);
    return `projects/${cloud.project(named).number}`;
  });
  return {
    ...filter,
    ...(projects.length > 0 && { projects }),
    creditTypesTreatment: treatment,
    ...(filter.customPeriod === undefined && { calendarPeriod: filter.calendarPeriod ?? 'MONTH' }),
  };
}

function amountOf(amount: Amount | undefined): Amount {
  const { specifiedAmount, lastPeriodAmount } = amount ?? {};
  if ((specifiedAmount === undefined) === (lastPeriodAmount === undefined))
    throw refuse('A budget has either a specified amount or that of the last period.');
  if (specifiedAmount === undefined) return { lastPeriodAmount: {} };
  const given = specifiedAmount.currencyCode ?? currency;
  if (given !== currency)
    throw refuse(`The currency ${given} is not that of the billing account, ${currency}.`);
  if (Number(specifiedAmount.units ?? 0) < 0) throw refuse('The amount must not be negative.');
  return { specifiedAmount: { ...specifiedAmount, currencyCode: currency } };
}

function rulesOf(rules: NotificationsRule): NotificationsRule {
  const channels = rules.monitoringNotificationChannels ?? [];
  if (channels.length > mostChannels) throw refuse(`A budget notifies at most ${mostChannels} channels.`);
  const wrong = channels.find((channel) => !/^projects\/[^/]+\/notificationChannels\/[^/]+$/.test(channel));
  if (wrong !== undefined) throw refuse(`"${wrong}" is not the name of a notification channel.`);
  return { ...rules, ...(rules.pubsubTopic !== undefined && { schemaVersion: '1.0' }) };
}

/** https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets */
export const billingbudgetsApi: Api = {
  name: 'billingbudgets.googleapis.com',
  title: 'Cloud Billing Budget API',
  needsEnabling: true,
  messages: 'billingbudgets',
  errors: 'rpc',
  notModelled: [
    'Nothing costs anything, so no budget is ever exceeded and nobody is notified.',
    'Every account is in US dollars; whether a notification channel is there is not looked at.',
  ],
  routes: [
    {
      method: 'POST',
      path: collection,
      id: `${id}.create`,
      permission: 'billing.budgets.create',
      resource: accountName,
      message: 'Budget',
      handle: create,
    },
    {
      method: 'GET',
      path: collection,
      id: `${id}.list`,
      permission: 'billing.budgets.list',
      resource: accountName,
      handle: list,
    },
    {
      method: 'GET',
      path,
      id: `${id}.get`,
      permission: 'billing.budgets.get',
      resource: accountName,
      handle: (call, cloud) => ({ status: 200, body: budgetOf(call, cloud) }),
    },
    {
      method: 'PATCH',
      path,
      id: `${id}.patch`,
      permission: 'billing.budgets.update',
      resource: accountName,
      message: 'Budget',
      handle: patch,
    },
    {
      method: 'DELETE',
      path,
      id: `${id}.delete`,
      permission: 'billing.budgets.delete',
      resource: accountName,
      handle: (call, cloud) => {
        budgets(cloud).delete(budgetOf(call, cloud).name);
        return { status: 200, body: {} };
      },
    },
  ],
};
