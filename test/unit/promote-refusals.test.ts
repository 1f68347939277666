import { describe, expect, test } from 'vitest';
import type { LiveService, LiveWorkload } from '../../src/promote/live.ts';
import { manifestOf, readManifest } from '../../src/promote/manifest.ts';
import {
  type Candidate,
  type RecordedRelease,
  refusals,
  requirePromotable,
} from '../../src/promote/refusals.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const sha = 'c'.repeat(40);

function workload(name: string, differs: Partial<LiveWorkload> = {}): LiveWorkload {
  const revision = `${name}-ccccccc-1`;
  return {
    name,
    revision,
    newest: revision,
    shares: { [revision]: 100 },
    image: `us-central1-docker.pkg.dev/p/apps/${name}@${digest}`,
    sidecars: { proxy: `x/proxy@${digest}` },
    notReady: '',
    env: ['A'],
    secrets: { KEY: 'key:2' },
    scaling: '0 to 2 instances',
    ...differs,
  };
}

const live: readonly LiveService[] = [
  { key: 'web', app: workload('web') },
  { key: 'jobs', app: workload('jobs'), worker: workload('jobs-worker') },
];
const wanted = [
  { key: 'web', app: 'web' },
  { key: 'jobs', app: 'jobs', worker: 'jobs-worker' },
];
const manifest = manifestOf(live, { sha, run: 'https://github.com/acme/shop/actions/runs/1' });
const verified: RecordedRelease = { state: 'success', sha, createdAt: '2026-11-01T10:00:00Z', manifest };
const good: Candidate = { from: 'staging', live, wanted, records: [verified], checks: [] };

/** With one workload otherwise. */
function but(differs: Partial<LiveWorkload>): Candidate {
  return { ...good, live: [{ key: 'web', app: workload('web', differs) }, ...live.slice(1)] };
}

describe('what is not promoted', () => {
  test('a set that serves as it is on record is', () => {
    expect(refusals(good)).toEqual([]);
    expect(requirePromotable(good)).toBe(manifest);
  });

  test.each<[string, Candidate, string, string]>([
    [
      'nothing on record',
      { ...good, records: [] },
      'PROMOTION_NO_RECORD',
      'No successful deployment to staging is on record',
    ],
    [
      'only failures on record',
      { ...good, records: [{ ...verified, state: 'failed' }] },
      'PROMOTION_NO_RECORD',
      'No successful deployment to staging is on record',
    ],
    [
      'a later deployment that failed',
      { ...good, records: [{ ...verified, state: 'failed', createdAt: '2026-11-02T10:00:00Z' }, verified] },
      'PROMOTION_AFTER_FAILURE',
      'The last deployment to staging (ccccccc, 2026-11-02T10:00:00Z) failed, and came after the one on record',
    ],
    [
      'a later deployment under way',
      { ...good, records: [{ ...verified, state: 'unfinished' }, verified] },
      'PROMOTION_AFTER_FAILURE',
      'did not finish, and came after the one on record',
    ],
    [
      'a check that failed since',
      { ...good, checks: [{ name: 'nightly', state: 'failed', at: '2026-11-01T11:00:00Z' }] },
      'PROMOTION_CHECK_FAILED',
      'The check "nightly" of ccccccc failed at 2026-11-01T11:00:00Z, after it was deployed to staging.',
    ],
    [
      'an image by tag',
      but({ image: 'us-central1-docker.pkg.dev/p/apps/web:v1' }),
      'PROMOTION_NOT_PINNED',
      'web-ccccccc-1 of web in staging runs us-central1-docker.pkg.dev/p/apps/web:v1, which is not pinned',
    ],
    [
      'a sidecar by tag',
      but({ sidecars: { proxy: 'x/proxy:v1' } }),
      'PROMOTION_NOT_PINNED',
      'web-ccccccc-1 of web in staging runs x/proxy:v1, which is not pinned',
    ],
    [
      'another sidecar than the one on record',
      but({ sidecars: { proxy: `x/proxy@sha256:${'2'.repeat(64)}` } }),
      'PROMOTION_MIXED',
      'What serves in staging comes from different deployments',
    ],
    [
      'a revision that is not ready',
      but({ notReady: 'the container does not listen' }),
      'PROMOTION_NOT_READY',
      'web is not ready in staging: the container does not listen.',
    ],
    [
      'an app that is not there',
      { ...good, live: live.slice(1) },
      'PROMOTION_NOT_READY',
      'web is not ready in staging: it does not exist.',
    ],
    [
      'a worker that is not there',
      { ...good, live: [live[0] as LiveService, { key: 'jobs', app: workload('jobs') }] },
      'PROMOTION_NOT_READY',
      'jobs-worker is not ready in staging: it does not exist.',
    ],
    [
      'traffic on two revisions',
      but({ shares: { 'web-ccccccc-1': 70, 'web-bbbbbbb-1': 30 } }),
      'PROMOTION_TRAFFIC_SPLIT',
      'Several revisions of web serve in staging: web-ccccccc-1 70 %, web-bbbbbbb-1 30 %.',
    ],
    [
      'a revision of another deployment',
      but({ revision: 'web-bbbbbbb-1', shares: { 'web-bbbbbbb-1': 100 } }),
      'PROMOTION_MIXED',
      'of web it is web-bbbbbbb-1, and web-ccccccc-1 on record for ccccccc.',
    ],
    [
      'another image than the one on record',
      but({ image: `us-central1-docker.pkg.dev/p/apps/web@sha256:${'2'.repeat(64)}` }),
      'PROMOTION_MIXED',
      'What serves in staging comes from different deployments',
    ],
  ])('%s', (_name, candidate, code, sentence) => {
    const found = refusals(candidate);
    expect(found.map((refusal) => refusal.code)).toContain(code);
    const told = found.find((refusal) => refusal.code === code);
    expect(told?.message).toContain(sentence);
    expect(told?.next).toMatch(/^[A-Z].*\.$/);
    expect(() => requirePromotable(candidate)).toThrow(expect.objectContaining({ code: found[0]?.code }));
  });

  test.each([
    ['a check that failed before the deployment', { state: 'failed', at: '2026-11-01T09:00:00Z' }],
    ['a check that runs', { state: 'running', at: '2026-11-01T11:00:00Z' }],
    ['a check that passed', { state: 'passed', at: '2026-11-01T11:00:00Z' }],
  ] as const)('%s is no reason', (_name, check) => {
    expect(refusals({ ...good, checks: [{ name: 'ci', ...check }] })).toEqual([]);
  });

  test('all reasons are told at once', () => {
    const candidate = { ...but({ notReady: 'x', image: 'web:v1' }), records: [] };
    const codes = refusals(candidate).map(({ code }) => code);
    expect(codes).toEqual(['PROMOTION_NO_RECORD', 'PROMOTION_NOT_READY', 'PROMOTION_NOT_PINNED']);
    expect(() => requirePromotable(candidate)).toThrow(/and 2 more/);
  });
});

describe('the release manifest', () => {
  test('is named by its content, whatever the order and the run', () => {
    const other = manifestOf([...live].reverse(), { sha, run: 'elsewhere' });
    expect(other.manifest).toBe(manifest.manifest);
    const changed = manifestOf(
      [{ key: 'web', app: workload('web', { secrets: { KEY: 'key:3' } }) }, ...live.slice(1)],
      {
        sha,
        run: '',
      },
    );
    expect(changed.manifest).not.toBe(manifest.manifest);
  });

  test('that was changed by hand is none, and neither is anything else', () => {
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    expect(readManifest({ ...manifest, sha: 'd'.repeat(40) })).toBeUndefined();
    for (const payload of [undefined, null, '', {}, 'text', { schema: 2 }])
      expect(readManifest(payload)).toBeUndefined();
  });
});
