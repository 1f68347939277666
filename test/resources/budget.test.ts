import { describe, expect, test } from 'vitest';
import { owner, project, type TestCloud, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, shop } from '../support/resources.ts';

const account = '01AB23-45CD67-89EF01';
const file = (budget: string, ...more: readonly string[]) =>
  shop(
    'services: { web: { image: "nginx:1.29", app: {} } }',
    `budget: { billing_account: ${account}, ${budget} }`,
    ...more,
  );

async function billedCloud(): Promise<TestCloud> {
  const cloud = await testCloud();
  await cloud.asOwner('POST', `/v1/billingAccounts/${account}:setIamPolicy`, {
    policy: { bindings: [{ role: 'roles/billing.admin', members: [`user:${owner}`] }] },
  });
  return cloud;
}

async function budgetsOf(cloud: TestCloud): Promise<readonly Record<string, unknown>[]> {
  const { body } = await cloud.asOwner('GET', `/v1/billingAccounts/${account}/budgets`);
  return (body.budgets ?? []) as unknown as readonly Record<string, unknown>[];
}

describe('the budget', () => {
  test('is about the project alone and tells who the alerts tell; the second run does nothing', async () => {
    await using cloud = await billedCloud();
    const text = file('amount: 200, currency: USD', 'alerts: { email: [ops@example.com] }');
    const first = await provision(cloud.emulator, text);
    expect(failures(first.outcomes)).toEqual([]);
    expect(await budgetsOf(cloud)).toMatchObject([
      {
        displayName: 'shop default',
        budgetFilter: { projects: [`projects/${project.number}`], calendarPeriod: 'MONTH' },
        amount: { specifiedAmount: { units: '200', currencyCode: 'USD' } },
        thresholdRules: [0.5, 0.9, 1].map((thresholdPercent) => ({ thresholdPercent })),
        notificationsRule: {
          monitoringNotificationChannels: [expect.stringContaining('/notificationChannels/')],
        },
      },
    ]);
    const second = await provision(cloud.emulator, text);
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('follows the file, and a budget of another project in the account stays', async () => {
    await using cloud = await billedCloud();
    const foreign = { displayName: 'shop default', amount: { specifiedAmount: { units: '5' } } };
    await cloud.asOwner('POST', `/v1/billingAccounts/${account}/budgets`, foreign);
    await provision(cloud.emulator, file('amount: 200'));
    const run = await provision(cloud.emulator, file('amount: 300, thresholds: [1]'));
    expect(failures(run.outcomes)).toEqual([]);
    expect(brief(run.changes)).toEqual([
      'budget/shop default update amount.specifiedAmount.units, thresholdRules',
    ]);
    const units = (await budgetsOf(cloud)).map(({ amount }) => amount);
    expect(units).toMatchObject([{ specifiedAmount: { units: '5' } }, { specifiedAmount: { units: '300' } }]);
  });

  test('whose account the deployer has no right on ends the plan with the command for its administrator', async () => {
    await using cloud = await testCloud({
      projects: [
        {
          ...project,
          enabledApis: ['cloudresourcemanager.googleapis.com', 'billingbudgets.googleapis.com'],
          bindings: [{ role: 'roles/owner', members: [`user:${owner}`] }],
        },
      ],
    });
    const failure = await provision(cloud.emulator, file('amount: 200')).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'BUDGET_DENIED',
      next: expect.stringContaining(
        `gcloud billing accounts add-iam-policy-binding ${account} --member=PRINCIPAL --role=roles/billing.costsManager`,
      ),
    });
  });

  test('in a currency that the account is not in is a sentence', async () => {
    await using cloud = await billedCloud();
    const run = await provision(cloud.emulator, file('amount: 200, currency: EUR'));
    const [failed] = run.outcomes.filter(({ state }) => state === 'failed');
    expect(failed?.error).toMatchObject({ code: 'BUDGET_CURRENCY' });
  });
});
