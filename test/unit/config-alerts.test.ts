import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, file, findingsOf } from './config-case.ts';

const services = [
  'services:',
  '  web: { image: "nginx:1.29", app: { public: true, startup_path: /health } }',
  '  shop: { image: "nginx:1.29", app: { public: true, uptime_path: /alive } }',
  '  plain: { image: "nginx:1.29", app: { public: true } }',
  '  inner: { image: "nginx:1.29", app: { ingress: internal } }',
  '  jobs: { image: "nginx:1.29", worker: {} }',
];
const alerts = (text: string) => file(...services, `alerts: ${text}`);

describe('alerts', () => {
  test('an address given twice is told once; errors are reported unless switched off', () => {
    const deployment = deploymentOf(alerts('{ email: [a@x.org, b@x.org, a@x.org] }'));
    expect(deployment.alerts).toMatchObject({ email: ['a@x.org', 'b@x.org'], errorLog: true, uptime: [] });
    expect(deployment.apis).toContain('monitoring.googleapis.com');
  });

  test('uptime calls the path for it, the startup path, or the root', () => {
    const { alerts: found } = deploymentOf(alerts('{ email: [a@x.org], uptime: [web, shop, plain, web] }'));
    expect(found?.uptime.map(({ app, path }) => `${app} ${path}`)).toEqual([
      'shop-web /health',
      'shop-shop /alive',
      'shop-plain /',
    ]);
  });

  test.each([
    ['{ email: [] }', 'INVALID_VALUE 11:18 alerts.email'],
    ['{ email: [nobody] }', 'INVALID_VALUE 11:19 alerts.email[0]'],
    ['{ email: [a@x.org], uptime: [wbe] }', 'UNDECLARED_SERVICE 11:38 alerts.uptime[0]'],
    ['{ email: [a@x.org], uptime: [jobs] }', 'UPTIME_WITHOUT_APP 11:38 alerts.uptime[0]'],
    ['{ email: [a@x.org], uptime: [inner] }', 'UPTIME_NOT_PUBLIC 11:38 alerts.uptime[0]'],
  ])('%s is refused', (text, finding) => {
    expect(brief(findingsOf(alerts(text)))).toEqual([finding]);
  });
});

describe('budget', () => {
  const budget = (text: string) => file(...services, `budget: ${text}`);

  test('thresholds are in order and each there once', () => {
    const deployment = deploymentOf(
      budget('{ billing_account: 01AB23-45CD67-89EF01, amount: 200, thresholds: [1, 0.5, 1] }'),
    );
    expect(deployment.budget).toMatchObject({
      billingAccount: '01AB23-45CD67-89EF01',
      amount: 200,
      thresholds: [0.5, 1],
    });
    expect(deployment.apis).toContain('billingbudgets.googleapis.com');
  });

  test('percentages instead of fractions, and an account that cannot be one, are refused', () => {
    const text = budget('{ billing_account: 12345, amount: 200, thresholds: [50] }');
    expect(brief(findingsOf(text))).toEqual([
      'WRONG_TYPE 11:28 budget.billing_account',
      'INVALID_VALUE 11:61 budget.thresholds[0]',
    ]);
    expect(findingsOf(text)[1]?.fix).toBe('write fractions of the amount: 0.5 is half of it');
  });
});
