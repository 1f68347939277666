import { describe, expect, test } from 'vitest';
import { buildImage, findImage } from '../../src/build/image.ts';
import { readSource, type Source } from '../../src/build/source.ts';
import type { Build } from '../../src/config/deployment.ts';
import { build, checkout, deployment } from './build-case.ts';
import { failureOf, type Loopback, loopback, type Received, type Reply, refusal } from './google-case.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const shop = deployment();

async function sourceOf(parts: Partial<Build> = {}): Promise<Source> {
  await using files = await checkout({ 'app/Dockerfile': 'FROM scratch' });
  // The archive of a Dockerfile from outside needs no file any more.
  const source = await readSource(shop, build(parts), files.root);
  return { ...source, files: [], extra: { Dockerfile: source.dockerfile } };
}

/** Storage and Cloud Build; each build that is started ends as the next of these says. */
async function cloudBuild(
  ends: readonly object[],
  other: (request: Received) => Reply | undefined = () => undefined,
): Promise<Loopback> {
  let started = 0;
  return await loopback((request) => {
    const answer = other(request);
    if (answer) return answer;
    if (request.path.startsWith('/upload/')) return { body: { generation: '77' } };
    if (request.path.endsWith('/entries:list'))
      return { body: { entries: [{ textPayload: 'last' }, { jsonPayload: { message: 'first' } }] } };
    if (request.method === 'POST') {
      started += 1;
      return {
        body: { metadata: { build: { id: `b${started}`, status: 'QUEUED', logUrl: 'https://log' } } },
      };
    }
    const number = Number(/b(\d+)$/.exec(request.path)?.[1]);
    return { body: { id: `b${number}`, logUrl: 'https://log', ...ends[number - 1] } };
  });
}

const success = { status: 'SUCCESS', results: { images: [{ name: 'x', digest }] } };
const starts = (cloud: Loopback) =>
  cloud.received.filter(({ method, path }) => method === 'POST' && path.endsWith('/builds'));

describe('a build', () => {
  test('takes the uploaded sources in their generation, and gives the image by digest', async () => {
    await using cloud = await cloudBuild([success]);
    const said: string[] = [];
    const built = await buildImage(cloud.google, shop, await sourceOf(), (line) => said.push(line));
    expect(built).toMatchObject({
      image: `eu-docker.pkg.dev/acme/shop/web@${digest}`,
      digest,
      skipped: false,
      buildId: 'b1',
    });
    const upload = cloud.received[0]?.query.get('name');
    expect(upload).toMatch(/^source\/[0-9a-f]{64}\.tgz$/);
    expect(starts(cloud)[0]?.path).toBe('/v1/projects/acme/locations/eu/builds');
    expect(starts(cloud)[0]?.json).toMatchObject({
      source: { storageSource: { bucket: 'acme-sources', object: upload, generation: '77' } },
      images: [expect.stringMatching(/^eu-docker\.pkg\.dev\/acme\/shop\/web:src-[0-9a-f]{32}$/)],
      serviceAccount: 'projects/acme/serviceAccounts/sa-build@acme.iam.gserviceaccount.com',
      options: { logging: 'CLOUD_LOGGING_ONLY' },
      timeout: '600s',
    });
    expect(said.join('\n')).toContain('https://log');
  });

  test('passes target and arguments on, a dollar as a dollar and not as a substitution of Cloud Build', async () => {
    await using cloud = await cloudBuild([success]);
    const source = await sourceOf({ target: 'run', args: { PRICE: '$5', HOME_DIR: '$HOME' } });
    await buildImage(cloud.google, shop, source, () => undefined);
    const sent = starts(cloud)[0]?.json as { steps: { args: string[] }[] } | undefined;
    expect(sent?.steps[0]?.args.join(' ')).toMatch(
      /^build .* --target run --build-arg PRICE=\$\$5 --build-arg HOME_DIR=\$\$HOME \.$/,
    );
  });

  test.each<[string, object]>([
    ['that expired in the queue', { status: 'EXPIRED' }],
    ['whose log could not be written', { status: 'FAILURE', failureInfo: { type: 'LOGGING_FAILURE' } }],
    ['that could not fetch its sources', { status: 'FAILURE', failureInfo: { type: 'FETCH_SOURCE_FAILED' } }],
  ])('%s is tried again', async (_, end) => {
    await using cloud = await cloudBuild([end, end, success]);
    expect(await buildImage(cloud.google, shop, await sourceOf(), () => undefined)).toMatchObject({
      buildId: 'b3',
    });
  });

  test('that goes on expiring fails after the third', async () => {
    const expired = { status: 'EXPIRED' };
    await using cloud = await cloudBuild([expired, expired, expired, success]);
    const failure = await failureOf(buildImage(cloud.google, shop, await sourceOf(), () => undefined));
    expect(failure).toMatchObject({ code: 'BUILD_FAILED' });
    expect(starts(cloud)).toHaveLength(3);
  });

  test('whose step fails is not tried again, and its last lines are shown, oldest first', async () => {
    const failed = {
      status: 'FAILURE',
      failureInfo: { type: 'USER_BUILD_STEP', detail: 'Build step failure: build step 0 failed' },
    };
    await using cloud = await cloudBuild([failed, success]);
    const failure = await failureOf(buildImage(cloud.google, shop, await sourceOf(), () => undefined));
    expect(failure).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'Building web ended with FAILURE: Build step failure: build step 0 failed',
      details: ['first', 'last'],
      next: expect.stringMatching(/app\/Dockerfile.*https:\/\/log/),
    });
    expect(starts(cloud)).toHaveLength(1);
  });

  test('that failed is said to have failed even when its log cannot be read', async () => {
    await using cloud = await cloudBuild([{ status: 'TIMEOUT' }], ({ path }) =>
      path.endsWith('/entries:list') ? refusal(403, 'PERMISSION_DENIED', 'no logs') : undefined,
    );
    const failure = await failureOf(buildImage(cloud.google, shop, await sourceOf(), () => undefined));
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', details: [] });
  });

  test('is not started twice when the answer to its start is lost', async () => {
    await using cloud = await cloudBuild([], ({ path }) => (path.endsWith('/builds') ? 'drop' : undefined));
    await failureOf(buildImage(cloud.google, shop, await sourceOf(), () => undefined));
    expect(starts(cloud)).toHaveLength(1);
  });

  test('in a region that Google allows none in says so', async () => {
    const message = 'due to quota restrictions, cannot run builds in this region';
    await using cloud = await cloudBuild([], ({ path }) =>
      path.endsWith('/builds') ? refusal(400, 'FAILED_PRECONDITION', message) : undefined,
    );
    const failure = await failureOf(buildImage(cloud.google, shop, await sourceOf(), () => undefined));
    expect(failure).toMatchObject({
      code: 'BUILD_REGION_RESTRICTED',
      message: expect.stringContaining(' eu.'),
    });
  });

  test('is cancelled when the run is interrupted', async () => {
    const interruption = new AbortController();
    const reason = new Error('SIGTERM');
    await using cloud = await cloudBuild([], ({ method, path }) => {
      if (method === 'GET') interruption.abort(reason);
      return path.endsWith(':cancel') ? {} : undefined;
    });
    const google = cloud.connect({ signal: interruption.signal });
    const failure = await failureOf(buildImage(google, shop, await sourceOf(), () => undefined));
    expect(failure).toBe(reason);
    expect(cloud.received.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/projects/acme/locations/eu/builds/b1:cancel',
    });
  });
});

describe('an image of the same sources', () => {
  test('is found by its tag', async () => {
    await using cloud = await loopback(() => ({ body: { version: `projects/x/versions/${digest}` } }));
    const source = await sourceOf();
    expect(await findImage(cloud.google, shop, source)).toEqual({
      image: `eu-docker.pkg.dev/acme/shop/web@${digest}`,
      digest,
      skipped: true,
    });
    expect(cloud.received[0]?.path).toBe(
      `/v1/projects/acme/locations/eu/repositories/shop/packages/web/tags/${source.tag}`,
    );
  });

  test('is not there when there is no such tag, and is not taken for absent when it may not be seen', async () => {
    await using absent = await loopback(() => refusal(404, 'NOT_FOUND', 'no'));
    expect(await findImage(absent.google, shop, await sourceOf())).toBeUndefined();
    await using hidden = await loopback(() => refusal(403, 'PERMISSION_DENIED', 'no'));
    expect(await failureOf(findImage(hidden.google, shop, await sourceOf()))).toMatchObject({ http: 403 });
  });
});
