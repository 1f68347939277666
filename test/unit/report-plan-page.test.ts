import { expect, test } from 'vitest';
import { type PlanPage, planPage, type ServicePlan } from '../../src/report/plan-page.ts';

/** GitHub's limit for a comment, in characters. */
const commentLimit = 65_536;

const idle = (key: string): ServicePlan => ({ key, image: { kind: 'there', image: 'i' }, changes: [] });
const busy = (key: string, fields: number): ServicePlan => ({
  key,
  image: { kind: 'to build', why: 'its first image' },
  changes: [
    {
      address: `service/${key}`,
      action: 'update',
      fields: Array.from({ length: fields }, (_, index) => ({
        field: `env.VARIABLE_${index}`,
        after: 'a value',
      })),
      because: 'deploy.yaml:1',
      destructive: false,
    },
  ],
});

const page = (parts: Partial<PlanPage>): string =>
  planPage({
    title: 'shop staging in shop-staging',
    findings: [],
    services: [],
    infrastructure: [],
    ...parts,
  });

test('what has something to do has a row, the rest is named', () => {
  const text = page({ services: [busy('orders', 1), idle('web'), idle('mail')] });
  expect(text).toContain('1 image to build. 1 service of 3 to deploy.');
  expect(text).toContain('| orders | to build: its first image | orders: env.VARIABLE_0: a value |');
  expect(text).toContain('Unchanged: `web`, `mail`.');
  expect(text).not.toContain('| web |');
});

test('what goes at the end of the release is something to do, counted, and shown after the rest', () => {
  const why = 'deploy.yaml has no service old any more';
  const gone = { action: 'delete', fields: [], because: why, destructive: true } as const;
  const text = page({ services: [idle('web')], removals: [{ address: 'service/shop-old', ...gone }] });
  expect(text).not.toContain('Everything is as deploy.yaml asks for');
  expect(text).toContain('0 services of 1 to deploy. 1 workload to delete.');
  expect(text).toMatch(
    /Once all traffic is on the new release:\n\n[\s\S]*- DELETE service shop-old[\s\S]*no service old any more/,
  );
  expect(page({ services: [idle('web')] })).toContain('Everything is as deploy.yaml asks for');
});

test('many workloads that are left are counted instead of shown', () => {
  const left = Array.from({ length: 60 }, (_, index) => ({
    address: `service/shop-${index}`,
    whose: 'ours' as const,
    because: 'deploy.yaml does not ask for it',
    next: 'Delete it.',
  }));
  const text = page({ left });
  expect(text).toContain('service shop-39');
  expect(text).not.toContain('service shop-40');
  expect(text).toContain('… and 20 more, in the log.');
});

test('forty services with forty variables each fit into a comment, and say what they leave out', () => {
  const text = page({ services: Array.from({ length: 40 }, (_, index) => busy(`service-${index}`, 40)) });
  expect(text.length).toBeLessThan(commentLimit);
  expect(text).toContain('service-39');
  expect(text).toContain('… and 28 more');
});

test('errors come first, and no change is promised beside them', () => {
  const finding = { severity: 'error', place: 'deploy.yaml:3:5', code: 'WRONG', text: 'a | b' } as const;
  const text = page({ findings: [finding], services: [busy('orders', 1)] });
  expect(text).toContain('| ✗ error | `deploy.yaml:3:5` | `WRONG` a \\| b |');
  expect(text).toContain('Nothing is deployed until the errors are mended.');
  expect(text).not.toContain('orders');
});

test('many findings are cut, and counted', () => {
  const findings = Array.from({ length: 80 }, (_, line) => ({
    severity: 'warning' as const,
    place: `deploy.yaml:${line}:1`,
    code: 'HINT',
    text: 'mend it',
  }));
  expect(page({ findings })).toContain('… and 30 more, in the log.');
});

test('a project that was not looked at is said so, and nothing is claimed of it', () => {
  const services: ServicePlan[] = [{ key: 'web', image: { kind: 'not looked up' }, changes: [] }];
  const text = planPage({ title: 't', findings: [], services, notLooked: 'No credentials.' });
  expect(text).toContain('> No credentials.');
  expect(text).toContain('1 service would be deployed.');
  expect(text).not.toContain('nothing to do');
});

test('nothing to do is one sentence', () => {
  expect(page({ services: [idle('web')] })).toContain(
    'Everything is as deploy.yaml asks for: nothing to do.',
  );
});
