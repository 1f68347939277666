import { describe, expect, test } from 'vitest';
import { type PreviewPage, type PreviewService, previewPage } from '../../src/report/preview-page.ts';

const commit = '4f2a9c1d'.padEnd(40, '0');
const expiresAt = Date.UTC(2026, 11, 2, 10, 0, 30);

const services = (count: number): readonly PreviewService[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `service-${index}`,
    url: `https://pr-7-aethercast-${'long-'.repeat(5)}${index}-123456789012.us-central1.run.app`,
    state: 'ready',
    commit: index === 0 ? '4f2a9c1' : 'beef123',
    reach: 'with a token',
  }));

const page = (more: Partial<PreviewPage>): PreviewPage => ({
  name: 'shop',
  pullRequest: 7,
  commit,
  state: { kind: 'ready' },
  services: services(3),
  expiresAt,
  base: 'staging',
  database: 'shop_db_pr_7',
  run: 'https://github.com/org/shop/actions/runs/1',
  ...more,
});

describe('the comment of a preview', () => {
  test('that is ready names every service with its address, its commit, and when it goes', () => {
    expect(previewPage(page({ services: services(2) }))).toBe(
      [
        '### ✅ Preview of shop for #7 is ready',
        'Commit 4f2a9c1, [this run](https://github.com/org/shop/actions/runs/1).',
        [
          '| service | address | state | commit |',
          '| --- | --- | --- | --- |',
          '| service-0 | https://pr-7-aethercast-long-long-long-long-long-0-123456789012.us-central1.run.app (needs an identity token) | ready | 4f2a9c1 |',
          '| service-1 | https://pr-7-aethercast-long-long-long-long-long-1-123456789012.us-central1.run.app (needs an identity token) | ready | beef123 (unchanged since) |',
        ].join('\n'),
        'It is a copy of `staging`: one instance of each app at most, none while nobody calls. Its own database is `shop_db_pr_7`.',
        'It goes when the pull request is closed, or on 2026-12-02 10:00 UTC if nothing is pushed before; the label `persist` keeps it until it is closed.',
      ].join('\n\n'),
    );
  });

  test.each([
    ['queued', { kind: 'queued' }, '🕒 Preview of shop for #7 is waiting to be built'],
    ['in progress', { kind: 'in_progress' }, '🛠️ Preview of shop for #7 is being deployed'],
    ['failed', { kind: 'failed', jobs: ['build', 'deploy'] }, 'The run says why: `build`, `deploy`.'],
    [
      'failed nowhere',
      { kind: 'failed', jobs: [] },
      'The run says why. What was there before goes on serving.',
    ],
    [
      'missing something',
      { kind: 'failed', jobs: [], missing: ['web'] },
      'No job has failed, and yet this does not run: `web`.',
    ],
  ] as const)('%s', (_, state, text) => {
    expect(previewPage(page({ state }))).toContain(text);
  });

  test('shows seven digits of a whole commit', () => {
    const text = previewPage(page({ services: [{ key: 'web', state: 'ready', commit }] }));
    expect(text).toContain('| web |  | ready | 4f2a9c1 |');
  });

  test('that was refused names who is there and until when, and nothing that does not exist', () => {
    const text = previewPage(
      page({
        state: {
          kind: 'refused',
          why: 'There are 2 previews, as many as previews.max allows:',
          holders: [
            { pullRequest: 3, expiresAt },
            { pullRequest: 5, expiresAt: expiresAt + 86_400_000 },
          ],
        },
        services: [],
      }),
    );
    expect(text).toContain('- #3, until 2026-12-02 10:00 UTC unless something is pushed');
    expect(text).toContain('- #5, until 2026-12-03 10:00 UTC');
    expect(text).not.toContain('database');
  });

  test('shows what is not there, and a worker without an address', () => {
    const text = previewPage(
      page({
        services: [
          { key: 'web', state: 'not deployed' },
          { key: 'jobs', state: 'ready', commit: '4f2a9c1' },
          { key: 'bad', state: 'not ready', url: 'https://bad', reach: 'inside the VPC', commit: '4f2a9c1' },
        ],
      }),
    );
    expect(text).toContain('| web |  | not deployed yet |  |');
    expect(text).toContain('| jobs |  | ready | 4f2a9c1 |');
    expect(text).toContain('| bad | https://bad (inside the VPC only) | **not ready** | 4f2a9c1 |');
  });

  test('names of services break out of nothing', () => {
    const text = previewPage(page({ services: [{ key: 'a|b\n<img>', state: 'ready' }] }));
    expect(text).toContain('| a\\|b<br>&lt;img> |');
  });

  test.each([
    [3, 0],
    [12, 0],
    [13, 1],
    [40, 1],
  ])('with %i services fits: what is more than a page is folded', (count, folded) => {
    const text = previewPage(page({ services: services(count) }));
    expect(text.length).toBeLessThan(65_536 / 3);
    expect(text.split('<details>').length - 1).toBe(folded);
    for (const { key } of services(count)) expect(text).toContain(`| ${key} |`);
  });

  test('with a thousand services fits too, and says what it leaves out', () => {
    const text = previewPage(page({ services: services(1000) }));
    expect(text.length).toBeLessThan(65_000);
    expect(text).toContain('… and 800 more.');
  });
});
