import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/config/deployment.ts';
import { targetImage } from '../../src/promote/copy.ts';
import {
  differences,
  imagesOf,
  type Proposal,
  proposalDigest,
  wantedServices,
} from '../../src/promote/difference.ts';
import type { LiveService } from '../../src/promote/live.ts';
import { serviceProblems } from '../../src/promote/verification.ts';
import { promotionPage } from '../../src/report/promotion-page.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const image = `us-central1-docker.pkg.dev/prod/apps/web@${digest}`;
const service = {
  key: 'web',
  env: { A: {}, B: {} },
  secrets: { KEY: { secret: 'key' } },
  app: { name: 'web', minInstances: 1, maxInstances: 5 },
  worker: { runtime: 'pool', name: 'web-worker', instances: 2 },
} as unknown as Service;

const wanted = wantedServices([service], { web: image }, { key: '4' });
const same: LiveService = {
  key: 'web',
  app: {
    name: 'web',
    revision: 'web-1',
    newest: 'web-1',
    shares: { 'web-1': 100 },
    notReady: '',
    image,
    sidecars: {},
    env: ['A', 'B'],
    secrets: { KEY: 'key:4' },
    scaling: '1 to 5 instances',
  },
  worker: {
    name: 'web-worker',
    revision: 'web-worker-1',
    newest: 'web-worker-1',
    shares: { 'web-worker-1': 100 },
    notReady: '',
    image,
    sidecars: {},
    env: ['A', 'B'],
    secrets: { KEY: 'key:4' },
    scaling: '2 instances',
  },
};

function fieldsOf(live: readonly LiveService[]): readonly string[] {
  return differences(wanted, live).flatMap(({ name, fields }) =>
    fields.map(({ field, before, after }) => `${name} ${field}: ${before ?? '-'} → ${after ?? '-'}`),
  );
}

describe('the difference', () => {
  test('of what is the same is nothing', () => {
    expect(differences(wanted, [same])).toEqual([]);
  });

  test('tells image, variables by name, secrets by version and scaling, and never a value', () => {
    const app = {
      ...same.app,
      image: `x/web@sha256:${'2'.repeat(64)}`,
      env: ['B', 'OLD'],
      secrets: { KEY: 'key:3', A: 'a:1' },
      scaling: '0 to 5 instances',
    };
    expect(fieldsOf([{ ...same, app } as LiveService])).toEqual([
      'web image: web@sha256:222222222222 → web@sha256:111111111111',
      'web scaling: 0 to 5 instances → 1 to 5 instances',
      'web env.A: secret a:1 → a value',
      'web env.KEY: secret key:3 → secret key:4',
      'web env.OLD: a value → -',
    ]);
  });

  test('of what is not there is all of it', () => {
    const found = differences(wanted, []);
    expect(found.map(({ name, isNew }) => [name, isNew])).toEqual([
      ['web', true],
      ['web-worker', true],
    ]);
    expect(wantedServices([service], { web: image }, {})[0]?.app?.secrets).toEqual({ KEY: 'key:new' });
  });
});

describe('sidecars and jobs', () => {
  const proxy = { name: 'proxy', beside: ['app'], env: { LEVEL: {} }, secrets: { TOKEN: { secret: 'key' } } };
  const withProxy = { ...service, sidecars: [proxy] } as unknown as Service;
  const images = { web: image, 'web/proxy': `x/proxy@sha256:${'2'.repeat(64)}` };
  const fields = (live: LiveService, given: Readonly<Record<string, string>> = images) =>
    differences(wantedServices([withProxy], given, { key: '4' }), [live]).flatMap((one) =>
      one.fields.map(
        ({ field, before, after }) => `${one.name} ${field}: ${before ?? '-'} → ${after ?? '-'}`,
      ),
    );
  const beside = (digit: string): LiveService => ({
    ...same,
    ...(same.app && {
      app: {
        ...same.app,
        sidecars: { proxy: `x/proxy@sha256:${digit.repeat(64)}` },
        env: ['A', 'B', 'proxy.LEVEL'],
        secrets: { KEY: 'key:4', 'proxy.TOKEN': 'key:4' },
      },
    }),
  });

  test('a sidecar is new with its image, variables and secrets, beside what it is to be beside', () => {
    expect(fields(same)).toEqual([
      'web proxy.image: - → proxy@sha256:222222222222',
      'web env.proxy.LEVEL: - → a value',
      'web env.proxy.TOKEN: - → secret key:4',
    ]);
  });

  test('of another digest is a difference, of the same is none', () => {
    expect(fields(beside('2'))).toEqual([]);
    expect(fields(beside('3'))).toEqual([
      'web proxy.image: proxy@sha256:333333333333 → proxy@sha256:222222222222',
    ]);
  });

  test('one that only the environment has that it goes to is what its file says', () => {
    expect(fields(beside('3'), { web: image })).toEqual([]);
    expect(fields(same, { web: image })[0]).toBe('web proxy.image: - → as the file says');
  });

  test('a job is compared by its tasks', () => {
    const job = {
      ...service,
      worker: { runtime: 'job', name: 'web-worker', execution: { tasks: 4, parallelism: 2 } },
    } as unknown as Service;
    const found = differences(wantedServices([job], { web: image }, { key: '4' }), [same]);
    expect(found.flatMap((one) => one.fields)).toEqual([
      { field: 'scaling', before: '2 instances', after: '4 tasks, 2 at a time' },
    ]);
  });

  test('all images that serve are taken along, those of sidecars under their service', () => {
    expect(imagesOf([beside('2')])).toEqual(images);
  });
});

describe('what was deployed', () => {
  const asked = { key: 'web', app: service.app, sidecars: [{ name: 'proxy', beside: ['app'] }] } as never;
  const proxy = `x/proxy@${digest}`;
  const live = (sidecars: Record<string, string>): LiveService =>
    ({ key: 'web', app: { ...same.app, sidecars } }) as LiveService;
  const deployed = { web: image, 'web/proxy': proxy };

  test.each<[string, LiveService, Record<string, string>, readonly string[]]>([
    ['all of it', live({ proxy }), deployed, []],
    ['a sidecar without a word about it', live({ proxy }), { web: image }, []],
    [
      'another sidecar',
      live({ proxy: 'x/proxy@sha256:other' }),
      deployed,
      [`proxy beside web runs x/proxy@sha256:other, and not ${proxy}`],
    ],
    ['no sidecar', live({}), deployed, ['web runs without its sidecar proxy']],
    [
      'one more container',
      live({ proxy, mine: 'x/mine' }),
      deployed,
      ['web runs with a container mine that deploy.yaml does not have'],
    ],
    ['nothing', { key: 'web' }, deployed, ['web does not exist']],
  ])('%s', (_name, now, images, problems) => {
    expect(serviceProblems(asked, now, images)).toEqual(problems);
  });
});

describe('the digest of a proposal', () => {
  const release = { schema: 1 as const, manifest: 'sha256:m', sha: 'c', run: '', services: {} };
  const proposal: Proposal = {
    from: 'staging',
    to: 'production',
    release,
    services: ['web'],
    differences: [],
    replaced: { web: 'web-1' },
    goes: [],
  };

  test.each<[string, Partial<Proposal>]>([
    ['another release', { release: { ...release, manifest: 'sha256:n' } }],
    ['other services', { services: ['web', 'jobs'] }],
    ['another environment', { to: 'canary' }],
    ['another difference', { differences: differences(wanted, []) }],
    ['another revision that is replaced', { replaced: { web: 'web-2' } }],
    ['something that goes', { goes: ['service/old'] }],
  ])('%s has another one', (_name, change) => {
    expect(proposalDigest({ ...proposal, ...change })).not.toBe(proposalDigest(proposal));
  });

  test('is the same whatever run it was seen in', () => {
    expect(proposalDigest({ ...proposal, release: { ...release, run: 'another' } })).toBe(
      proposalDigest(proposal),
    );
  });
});

describe('where an image is after the copy', () => {
  const from = { repository: { prefix: 'us-central1-docker.pkg.dev/stage/apps' } } as never;
  const to = { project: 'prod', repository: { name: 'apps', location: 'europe-west1' } } as never;

  test.each([
    [
      `us-central1-docker.pkg.dev/stage/apps/team/web@${digest}`,
      `europe-west1-docker.pkg.dev/prod/apps/team/web@${digest}`,
    ],
    [
      `us-central1-docker.pkg.dev/shared/apps/web@${digest}`,
      `us-central1-docker.pkg.dev/shared/apps/web@${digest}`,
    ],
    [`docker.io/library/redis@${digest}`, `docker.io/library/redis@${digest}`],
  ])('%s', (image, target) => {
    expect(targetImage(image, from, to)).toBe(target);
  });
});

test('the page of forty new services stays within the limits of a comment, and escapes what others wrote', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    service: `service-${index}`,
    name: `service-${index}`,
    isNew: true,
    fields: Array.from({ length: 30 }, (_unused, field) => ({
      field: `env.VARIABLE_${field}`,
      after: 'a value',
    })),
  }));
  const page = promotionPage({
    from: 'staging',
    to: 'production',
    sha: 'c'.repeat(40),
    manifest: digest,
    hash: digest,
    reason: 'fix <img src=x>\n\n# not a heading',
    services: many.map(({ service: key }) => key),
    differences: many,
    migrations: ['001_init.sql'],
    historySeen: false,
    goes: [],
    left: [],
  });
  expect(page.length).toBeLessThan(65_536);
  expect(page).toContain('Reason: fix &lt;img src=x> # not a heading');
  expect(page).toContain('At most these migrations run');
  expect(page).toContain('service-39 (new)');
});
