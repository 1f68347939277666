import { describe, expect, test } from 'vitest';
import {
  deployer,
  owner,
  project,
  refusal,
  stranger,
  type TestCloud,
  testCloud,
} from '../support/emulator.ts';

const account = 'billingAccounts/01AB23-45CD67-89EF01';
const path = `/v1/${account}/budgets`;
const budget = {
  displayName: 'shop',
  budgetFilter: { projects: [`projects/${project.id}`] },
  amount: { specifiedAmount: { units: '200' } },
  thresholdRules: [{ thresholdPercent: 0.5 }],
};

/** A cloud with a billing account that the owner of the project administers. */
async function billedCloud(): Promise<TestCloud> {
  const cloud = await testCloud();
  const bindings = [{ role: 'roles/billing.admin', members: [`user:${owner}`] }];
  const written = await cloud.asOwner('POST', `/v1/${account}:setIamPolicy`, { policy: { bindings } });
  expect(written.status).toBe(200);
  return cloud;
}

describe('rights on a billing account', () => {
  test('are not those on the project', async () => {
    await using cloud = await testCloud();
    expect(refusal(await cloud.asOwner('GET', path))).toMatchObject({
      http: 403,
      status: 'PERMISSION_DENIED',
    });
  });

  test('are given by its administrator and by nobody else', async () => {
    await using cloud = await billedCloud();
    const grant = (members: string[]) => ({
      policy: {
        bindings: [
          { role: 'roles/billing.admin', members: [`user:${owner}`] },
          { role: 'roles/billing.costsManager', members },
        ],
      },
    });
    const asStranger = cloud.asUser(stranger);
    const seized = await asStranger('POST', `/v1/${account}:setIamPolicy`, grant([`user:${stranger}`]));
    expect(seized.status).toBe(403);
    expect((await asStranger('GET', path)).status).toBe(403);
    await cloud.asOwner('POST', `/v1/${account}:setIamPolicy`, grant([`user:${stranger}`]));
    expect((await asStranger('GET', path)).status).toBe(200);
    const asked = { permissions: ['billing.budgets.create', 'billing.accounts.setIamPolicy'] };
    const held = await asStranger('POST', `/v1/${account}:testIamPermissions`, asked);
    expect(held.body).toEqual({ permissions: ['billing.budgets.create'] });
  });
});

describe('a budget', () => {
  test('is made with defaults, and its project by number', async () => {
    await using cloud = await billedCloud();
    const made = await cloud.asOwner('POST', path, budget);
    expect(made).toMatchObject({
      status: 200,
      body: {
        name: expect.stringMatching(new RegExp(`^${account}/budgets/[0-9a-f-]{36}$`)),
        budgetFilter: {
          projects: [`projects/${project.number}`],
          calendarPeriod: 'MONTH',
          creditTypesTreatment: 'INCLUDE_ALL_CREDITS',
        },
        amount: { specifiedAmount: { units: '200', currencyCode: 'USD' } },
        thresholdRules: [{ thresholdPercent: 0.5, spendBasis: 'CURRENT_SPEND' }],
        etag: expect.any(String),
      },
    });
    const name = String(made.body.name);
    expect((await cloud.asOwner('GET', `/v1/${name}`)).body).toEqual(made.body);
    expect((await cloud.asOwner('GET', path)).body).toEqual({ budgets: [made.body] });
    expect((await cloud.asOwner('DELETE', `/v1/${name}`)).status).toBe(200);
    expect((await cloud.asOwner('GET', `/v1/${name}`)).status).toBe(404);
  });

  test('is changed in the fields of the mask alone, under its etag', async () => {
    await using cloud = await billedCloud();
    const made = await cloud.asOwner('POST', path, budget);
    const name = String(made.body.name);
    const changed = await cloud.asOwner('PATCH', `/v1/${name}?updateMask=amount.specifiedAmount.units`, {
      displayName: 'ignored',
      amount: { specifiedAmount: { units: '300' } },
    });
    expect(changed.body).toMatchObject({
      displayName: 'shop',
      amount: { specifiedAmount: { units: '300', currencyCode: 'USD' } },
    });
    const stale = { displayName: 'late', etag: made.body.etag };
    expect((await cloud.asOwner('PATCH', `/v1/${name}?updateMask=displayName`, stale)).status).toBe(409);
  });

  test.each([
    ['another currency', { amount: { specifiedAmount: { units: '1', currencyCode: 'EUR' } } }],
    ['no amount', { amount: {} }],
    ['two amounts', { amount: { specifiedAmount: { units: '1' }, lastPeriodAmount: {} } }],
    ['a long title', { displayName: 'x'.repeat(61) }],
    ['a negative threshold', { thresholdRules: [{ thresholdPercent: -1 }] }],
    [
      'two periods',
      { budgetFilter: { calendarPeriod: 'YEAR', customPeriod: { startDate: { year: 2026 } } } },
    ],
    ['a project by its bare id', { budgetFilter: { projects: [project.id] } }],
    [
      'six channels',
      {
        notificationsRule: {
          monitoringNotificationChannels: Array(6).fill('projects/p/notificationChannels/1'),
        },
      },
    ],
    ['an unknown field', { amounts: {} }],
    ['an unknown period', { budgetFilter: { calendarPeriod: 'WEEK' } }],
  ])('with %s is refused', async (_, part) => {
    await using cloud = await billedCloud();
    const answer = await cloud.asOwner('POST', path, { ...budget, ...part });
    expect(refusal(answer)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  });

  test('needs the API in the project of the account that calls', async () => {
    await using cloud = await billedCloud();
    const tokens = `/v1/projects/-/serviceAccounts/${deployer}:generateAccessToken`;
    await cloud.asOwner('POST', `/v1/projects/${project.id}/serviceAccounts/${deployer}:setIamPolicy`, {
      policy: { bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: [`user:${owner}`] }] },
    });
    const token = await cloud.asOwner('POST', tokens, {
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
    });
    const answer = await cloud.as(String(token.body.accessToken))('GET', path);
    expect(refusal(answer)).toMatchObject({ http: 403, reason: 'SERVICE_DISABLED' });
  });
});
