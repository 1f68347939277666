import { expect, test } from 'vitest';
import { type Approval, requireApproved } from '../../src/promote/approval.ts';

const approval: Approval = {
  from: 'staging',
  to: 'production',
  approved: 'sha256:a',
  now: 'sha256:a',
  approvedMigrations: ['001_init.sql', '002_more.sql'],
  migrations: ['001_init.sql', '002_more.sql'],
};

test.each<[string, Partial<Approval>]>([
  ['the same', {}],
  ['fewer migrations, which an earlier attempt has applied', { migrations: ['002_more.sql'] }],
  ['none left', { migrations: [] }],
])('what was approved is done: %s', (_name, change) => {
  expect(() => requireApproved({ ...approval, ...change })).not.toThrow();
});

test.each<[string, Partial<Approval>, string]>([
  ['another difference', { now: 'sha256:b' }, 'it was sha256:a, and is sha256:b now'],
  ['no approval at all', { approved: undefined }, 'it was nothing, and is sha256:a now'],
  [
    'another migration',
    { migrations: ['001_init.sql', '003_drop.sql'] },
    '003_drop.sql would be migrated as well',
  ],
])('%s is refused', (_name, change, words) => {
  expect(() => requireApproved({ ...approval, ...change })).toThrow(
    expect.objectContaining({
      code: 'PROMOTION_CHANGED',
      message: `What would be promoted from staging to production is not what was approved: ${words}. Nothing was done.`,
    }),
  );
});
