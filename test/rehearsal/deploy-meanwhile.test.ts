/** What others do to a service while it is deployed, and what a failure leaves: nobody's work is undone. */
import { describe, expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { addAnswer } from '../../src/emulator/endpoints/answers.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { Failure } from '../../src/lib/failure.ts';
import { RevisionFailed } from '../../src/resources/revision-failed.ts';
import type { Shift } from '../../src/resources/wanted-traffic.ts';
import { seedOf } from '../support/action.ts';
import { call } from '../support/cleanup.ts';
import { deployHere, deploymentFrom } from '../support/deploy-here.ts';
import { noServer, provisionHere } from '../support/estate.ts';
import { manualClock } from '../support/manual-clock.ts';

const project = 'deploy-meanwhile';
const image = `us-docker.pkg.dev/cloudrun/container/hello@sha256:${'0'.repeat(64)}`;
const parent = `v2/projects/${project}/locations/us-central1`;
const path = `${parent}/services/shop-web`;
const poolPath = `${parent}/workerPools/shop-web-worker`;

interface Written {
  readonly level?: string;
  readonly description?: string;
  readonly instances?: number;
}

const file = ({ level = 'info', description = 'A shop', instances = 1 }: Written): string => `version: 1
name: shop
region: us-central1
project: ${project}
services:
  web:
    image: ${image}
    env: { LEVEL: ${level} }
    app: { port: 8080, public: true, description: ${description}, smoke: { path: /health, timeout: 5s } }
    worker: { command: [work], instances: ${instances} }
`;

interface Target {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

interface Service {
  readonly etag: string;
  readonly description?: string;
  readonly latestCreatedRevision: string;
  readonly traffic: readonly Target[];
}

const old = 'shop-web-aaaaaaa-1';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

const web = (emulator: Emulator): Promise<Service> => call<Service>(emulator, 'GET', path);

/** As a person would with `gcloud run services update-traffic`. */
async function direct(emulator: Emulator, change: (now: readonly Target[]) => readonly Target[]) {
  const { etag, traffic } = await web(emulator);
  await call(emulator, 'PATCH', `${path}?updateMask=traffic`, { etag, traffic: change(traffic) });
}

const tag = (name: string, revision = old): Target => ({ type: byRevision, revision, tag: name });

/** `REVISION PERCENT #TAG`, sorted. */
async function trafficOf(emulator: Emulator): Promise<readonly string[]> {
  const { traffic } = await web(emulator);
  return traffic
    .map((target) =>
      [target.revision, target.percent, target.tag && `#${target.tag}`].filter(Boolean).join(' '),
    )
    .sort();
}

/** With the service and its worker deployed once. */
async function deployed(options: Partial<EmulatorOptions> = {}, doFetch = fetch): Promise<Emulator> {
  const emulator = await startEmulator({ projects: seedOf(project), postgres: noServer, ...options });
  await provisionHere({ emulator, deployment: deploymentFrom(file({})), values: {}, fetch: doFetch });
  const outcomes = await deploy(emulator, {}, { commit: 'a', fetch: doFetch });
  expect(outcomes.map(({ state, error }) => error ?? state)).not.toContain('failed');
  return emulator;
}

interface DeployOptions {
  readonly commit?: string;
  readonly fetch?: typeof fetch;
  readonly shift?: Shift;
  readonly tag?: string;
  readonly signal?: AbortSignal;
}

function deploy(
  emulator: Emulator,
  written: Written,
  { commit = 'b', ...options }: DeployOptions = {},
): Promise<readonly Outcome[]> {
  return deployHere({
    emulator,
    deployment: deploymentFrom(file(written)),
    commit: commit.repeat(40),
    ...options,
  });
}

type Request = (method: string, url: URL) => boolean;

/** Does something once, right before the first request of that kind. */
function rightBefore(request: Request, act: () => Promise<unknown>): typeof fetch {
  let done = false;
  return async (input, init) => {
    if (!done && request(init?.method ?? 'GET', new URL(String(input)))) {
      done = true;
      await act();
    }
    return await fetch(input, init);
  };
}

const trial: Request = (_method, url) => url.pathname.endsWith('/health');
const patch: Request = (method, url) => method === 'PATCH' && url.pathname.endsWith('/shop-web');

function failureOf(outcomes: readonly Outcome[]): Failure {
  const error = outcomes.find(({ state }) => state === 'failed')?.error;
  if (!(error instanceof Failure)) throw new Error(`no failure, but ${String(error)}`);
  return error;
}

describe('a revision that fails', () => {
  test('at its start has no tag afterwards, and the tags of others are where they were', async () => {
    await using emulator = await deployed();
    await direct(emulator, (now) => [...now, tag('stable')]);
    addAnswer(emulator.cloud, { service: 'shop-web', start: { exitCode: 1, log: ['no'] } });
    const failed = failureOf(await deploy(emulator, { level: 'debug' }));
    expect(failed.code).toBe('REVISION_FAILED');
    expect(await trafficOf(emulator)).toEqual([`${old} #stable`, `${old} 100`]);
  });

  test('and whose tag cannot be taken off is told with both, and the next run takes it off', async () => {
    await using emulator = await deployed();
    addAnswer(emulator.cloud, { service: 'shop-web', path: '/health', status: 503 });
    const refuse = rightBefore(trial, async () =>
      emulator.faults.add({ method: 'PATCH', path: '/services/shop-web', status: 403, message: 'not now' }),
    );
    const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: refuse }));
    expect(failed).toBeInstanceOf(RevisionFailed);
    expect(failed.code).toBe('SMOKE_TEST_FAILED');
    expect(failed.message).toMatch(
      /answered 503\. Its tag could not be taken off: not now\. .* goes on serving/,
    );
    failureOf(await deploy(emulator, { level: 'debug' }));
    expect(await trafficOf(emulator)).toEqual([`${old} 100`]);
  });

  test('in its test does not take back what others did to the traffic in the meantime', async () => {
    await using emulator = await deployed();
    addAnswer(emulator.cloud, { service: 'shop-web', path: '/health', status: 503 });
    const other = rightBefore(trial, () => direct(emulator, (now) => [...now, tag('others')]));
    const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: other }));
    expect(failed.code).toBe('SMOKE_TEST_FAILED');
    expect(await trafficOf(emulator)).toEqual([`${old} #others`, `${old} 100`]);
  });

  test.each(['start', 'test'] as const)(
    'in its %s gives a tag back to the revision that had it',
    async (stage) => {
      await using emulator = await deployed();
      await direct(emulator, (now) => [...now, tag('canary')]);
      const answer = stage === 'start' ? { start: { exitCode: 1 } } : { path: '/health', status: 503 };
      addAnswer(emulator.cloud, { service: 'shop-web', ...answer });
      failureOf(await deploy(emulator, { level: 'debug' }, { tag: 'canary', shift: { kind: 'none' } }));
      expect(await trafficOf(emulator)).toEqual([`${old} #canary`, `${old} 100`]);
    },
  );
});

test.each([
  ['the service', { service: 'shop-web' }, 'services/shop-web'],
  ['its worker', { workerPool: 'shop-web-worker' }, 'workerPools/shop-web-worker'],
])('what did not start is made again, though nothing else has changed: %s', async (_what, whose, at) => {
  await using emulator = await deployed();
  addAnswer(emulator.cloud, { ...whose, start: { exitCode: 1 } });
  failureOf(await deploy(emulator, { level: 'debug' }));
  expect(failureOf(await deploy(emulator, { level: 'debug' }))).toMatchObject({ code: 'REVISION_FAILED' });
  await call(emulator, 'DELETE', '_emulator/answers');
  const mended = await deploy(emulator, { level: 'debug' });
  expect(mended.map(({ state }) => state)).not.toContain('failed');
  const now = await call<{ latestReadyRevision: string }>(emulator, 'GET', `${parent}/${at}`);
  expect(now.latestReadyRevision).toMatch(/-bbbbbbb-3$/);
});

test('a revision that has failed its test is tried again before it gets traffic', async () => {
  await using emulator = await deployed();
  addAnswer(emulator.cloud, { service: 'shop-web', path: '/health', status: 503 });
  failureOf(await deploy(emulator, { level: 'debug' }));
  expect(failureOf(await deploy(emulator, { level: 'debug' }))).toMatchObject({ code: 'SMOKE_TEST_FAILED' });
  expect(await trafficOf(emulator)).toEqual([`${old} 100`]);
});

test('what a killed run has set going is waited for, and no second revision is made of it', async () => {
  const clock = manualClock();
  const passing: typeof fetch = (input, init) => {
    clock.advance(1_000);
    return fetch(input, init);
  };
  await using emulator = await deployed({ clock, latency: 'typical' }, passing);
  const killed = new AbortController();
  const kill = rightBefore(
    (method, url) => method === 'POST' && url.pathname.endsWith(':wait'),
    async () => killed.abort(new Error('killed')),
  );
  await deploy(emulator, { level: 'debug' }, { fetch: kill, signal: killed.signal });
  expect(await web(emulator)).toMatchObject({ reconciling: true });
  const outcomes = await deploy(emulator, { level: 'debug' }, { fetch: passing });
  expect(outcomes.map(({ state }) => state)).not.toContain('failed');
  expect(await trafficOf(emulator)).toEqual(['shop-web-bbbbbbb-1 100']);
  const { revisions } = await call<{ revisions: unknown[] }>(emulator, 'GET', `${path}/revisions`);
  expect(revisions).toHaveLength(2);
});

test('held back, the worker keeps its instances on the old revision until the release', async () => {
  await using emulator = await deployed();
  const instances = async (): Promise<unknown> =>
    (await call<{ instanceSplitStatuses: unknown }>(emulator, 'GET', poolPath)).instanceSplitStatuses;
  const latest = await instances();
  const hold: DeployOptions = { shift: { kind: 'hold' } };
  await deploy(emulator, { level: 'debug' }, hold);
  expect(await instances()).toMatchObject([{ revision: 'shop-web-worker-aaaaaaa-1', percent: 100 }]);
  const again = await deploy(emulator, { level: 'debug' }, hold);
  expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['unchanged']));
  await deploy(emulator, { level: 'debug' });
  expect(await instances()).toEqual(latest);
});

test('traffic that Cloud Run does not move is a failure, and the old revision serves on', async () => {
  await using emulator = await deployed();
  const message = 'The route could not be programmed.';
  const operation = { api: 'run.googleapis.com', action: 'reconcile', code: 'INTERNAL', message } as const;
  const route = rightBefore(trial, async () => emulator.faults.add({ operation }));
  const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: route }));
  expect(failed).toMatchObject({ code: 'TRAFFIC_NOT_SET', message: expect.stringContaining(message) });
  const { trafficStatuses } = await call<{ trafficStatuses: readonly Target[] }>(emulator, 'GET', path);
  const serving = trafficStatuses.filter(({ percent }) => percent);
  expect(serving).toMatchObject([{ revision: old, percent: 100 }]);
  const next = await deploy(emulator, { level: 'debug' });
  expect(next.map(({ state }) => state)).not.toContain('failed');
});

describe('the name of a revision', () => {
  const revisions = (method: string, { pathname }: URL): boolean =>
    method === 'GET' && pathname.endsWith('/revisions');

  /** Answers for Google when it is asked for the list of revisions. */
  const listing =
    (answer: () => Response): typeof fetch =>
    (input, init) =>
      revisions(init?.method ?? 'GET', new URL(String(input)))
        ? Promise.resolve(answer())
        : fetch(input, init);

  test('that is taken, though the list does not show it yet, is followed by the next one', async () => {
    await using emulator = await deployed();
    await deploy(emulator, { level: 'debug' }, { commit: 'b' });
    await deploy(emulator, { level: 'warn' }, { commit: 'c' });
    const late = listing(() => Response.json({}));
    const outcomes = await deploy(emulator, { level: 'error' }, { commit: 'b', fetch: late });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect(await trafficOf(emulator)).toEqual(['shop-web-bbbbbbb-2 100']);
  });

  test('of a service that is not there begins at one, whether the list is empty or not there either', async () => {
    await using emulator = await deployed();
    await call(emulator, 'DELETE', path);
    const none = listing(() => Response.json({ error: { status: 'NOT_FOUND' } }, { status: 404 }));
    const outcomes = await deploy(emulator, {}, { fetch: none });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect(await trafficOf(emulator)).toEqual(['shop-web-bbbbbbb-1 100']);
  });

  test('tells that a write whose answer was lost had its effect: no second revision is made', async () => {
    await using emulator = await deployed();
    let lost = false;
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (lost || !patch(init?.method ?? 'GET', new URL(String(input)))) return answer;
      lost = true;
      throw new TypeError('fetch failed');
    };
    const outcomes = await deploy(emulator, { level: 'debug' }, { fetch: losing });
    expect(lost).toBe(true);
    expect(outcomes.map(({ state, error }) => error ?? state)).not.toContain('failed');
    expect(await trafficOf(emulator)).toEqual(['shop-web-bbbbbbb-1 100']);
    const { revisions: made } = await call<{ revisions: unknown[] }>(emulator, 'GET', `${path}/revisions`);
    expect(made).toHaveLength(2);
  });
});

describe('two deployments at once', () => {
  test('the one that is overtaken moves no traffic, and says so', async () => {
    await using emulator = await deployed();
    const overtake = rightBefore(trial, () => deploy(emulator, { level: 'warn' }, { commit: 'c' }));
    const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: overtake }));
    expect(failed.code).toBe('CONCURRENT_CHANGE');
    expect(failed.message).toContain('Somebody else deployed shop-web');
    expect(failed.next).toContain('concurrency:');
    expect(await trafficOf(emulator)).toEqual(['shop-web-ccccccc-1 100']);
  });

  test('the one that is overtaken and fails leaves the tag of the other where it is', async () => {
    await using emulator = await deployed();
    addAnswer(emulator.cloud, { service: 'shop-web', path: '/health', status: 503 });
    const overtake = rightBefore(trial, async () => {
      await direct(emulator, (now) => [...now.filter((one) => one.tag !== 'next'), tag('next')]);
    });
    failureOf(await deploy(emulator, { level: 'debug' }, { fetch: overtake }));
    expect(await trafficOf(emulator)).toEqual([`${old} #next`, `${old} 100`]);
  });

  test('traffic is moved again when somebody else wrote right before, and their tag stays', async () => {
    await using emulator = await deployed();
    let tried = false;
    const shift: Request = (method, url) => {
      tried ||= trial(method, url);
      return tried && patch(method, url);
    };
    const other = rightBefore(shift, () => direct(emulator, (now) => [...now, tag('others')]));
    const outcomes = await deploy(emulator, { level: 'debug' }, { fetch: other });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect(await trafficOf(emulator)).toEqual([`${old} #others`, 'shop-web-bbbbbbb-1 100']);
  });

  test('a revision that is tried once more gets its tag beside those that others set right before', async () => {
    await using emulator = await deployed();
    addAnswer(emulator.cloud, { service: 'shop-web', path: '/health', status: 503 });
    failureOf(await deploy(emulator, { level: 'debug' }));
    await call(emulator, 'DELETE', '_emulator/answers');
    const other = rightBefore(patch, () => direct(emulator, (now) => [...now, tag('others')]));
    const outcomes = await deploy(emulator, { level: 'debug' }, { fetch: other });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect(await trafficOf(emulator)).toEqual([`${old} #others`, 'shop-web-bbbbbbb-1 100']);
  });

  test('a change that makes no revision is made again on what the other has written', async () => {
    await using emulator = await deployed();
    const other = rightBefore(patch, () => direct(emulator, (now) => [...now, tag('others')]));
    const outcomes = await deploy(emulator, { description: 'Another shop' }, { fetch: other });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect((await web(emulator)).description).toBe('Another shop');
    expect((await web(emulator)).latestCreatedRevision).toMatch(new RegExp(`/${old}$`));
    expect(await trafficOf(emulator)).toEqual([`${old} #others`, `${old} 100`]);
  });

  test('so is another number of instances of the worker', async () => {
    await using emulator = await deployed();
    const pool = () =>
      call<{ etag: string; scaling: object; description?: string }>(emulator, 'GET', poolPath);
    const other = rightBefore(
      (method, url) => method === 'PATCH' && url.pathname.endsWith('/shop-web-worker'),
      async () => {
        const { etag } = await pool();
        await call(emulator, 'PATCH', `${poolPath}?updateMask=description`, { etag, description: 'by hand' });
      },
    );
    const outcomes = await deploy(emulator, { instances: 3 }, { fetch: other });
    expect(outcomes.map(({ state }) => state)).not.toContain('failed');
    expect(await pool()).toMatchObject({ scaling: { manualInstanceCount: 3 }, description: 'by hand' });
  });
});

describe('what somebody deletes while it is deployed', () => {
  test.each([
    ['before the new revision', patch],
    ['during its test', trial],
  ])(
    'the service, %s: the failure says so and what to do, and the next run makes it anew',
    async (_when, moment) => {
      await using emulator = await deployed();
      const remove = rightBefore(moment, () => call(emulator, 'DELETE', path));
      const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: remove }));
      expect(failed.code).toBe('CONCURRENT_CHANGE');
      expect(failed.message).toBe('Somebody deleted shop-web while it was deployed.');
      expect(failed.next).toContain('run again');
      const next = await deploy(emulator, { level: 'debug' });
      expect(next.map(({ state }) => state)).not.toContain('failed');
      expect(await trafficOf(emulator)).toEqual(['shop-web-bbbbbbb-1 100']);
    },
  );

  test('the worker', async () => {
    await using emulator = await deployed();
    const remove = rightBefore(
      (method, url) => method === 'PATCH' && url.pathname.endsWith('/shop-web-worker'),
      () => call(emulator, 'DELETE', poolPath),
    );
    const failed = failureOf(await deploy(emulator, { level: 'debug' }, { fetch: remove }));
    expect(failed.message).toBe('Somebody deleted shop-web-worker while it was deployed.');
  });
});
