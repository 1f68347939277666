import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { addAnswer } from '../../src/emulator/endpoints/answers.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { seedOf } from './action.ts';
import { deployHere, deploymentFrom } from './deploy-here.ts';
import { noServer, provisionHere } from './estate.ts';
import { type Mishap, nthRequest, strikingFetch } from './walk.ts';

const project = 'deploy-walk';
const image = 'us-docker.pkg.dev/cloudrun/container/hello@sha256:';
const before = 'a'.repeat(40);
const now = 'b'.repeat(40);
/** What revisions of the deployment along which is walked have in their names. */
const ofNow = `-${now.slice(0, 7)}-`;

/** A public service with a worker pool. */
const file = (level: string): string => `version: 1
name: walk
region: us-central1
project: ${project}
services:
  web:
    image: ${image}${'0'.repeat(64)}
    env: { LEVEL: ${level} }
    app: { port: 8080, public: true, smoke: { path: /health, timeout: 5s } }
    worker: { command: [work] }
`;

/** A deployment along which is walked. */
export interface Story {
  /** Whether the service was deployed before, with another value. */
  readonly update: boolean;
  /** Whether the app fails its test. */
  readonly sick?: boolean;
}

/** How a walk along one deployment went. */
export interface DeployWalked {
  readonly requests: number;
  readonly healed: number;
  readonly failed: number;
  /** How many times it was looked where traffic and instances are: after each request of every run. */
  readonly looks: number;
  /** Moments at which traffic went to a revision that had not passed, or nowhere; and runs that did not end well. */
  readonly broken: readonly string[];
}

/** Deploys once for every request of an undisturbed deployment, that request being struck; then once more. */
export async function walkDeployment(story: Story, mishap: Mishap): Promise<DeployWalked> {
  const requests = await requestsOf(story);
  const broken: string[] = [];
  let healed = 0;
  let looks = 0;
  for (let nth = 1; nth <= requests; nth++) {
    await using emulator = await prepared(story);
    const watch = new Watch(emulator, story);
    const killed = new AbortController();
    const strike = strikingFetch(nthRequest(nth), mishap, killed);
    const outcomes = await deploy(emulator, watch.over(strike, 'struck run'), watch, killed.signal);
    if (outcomes?.every(({ state }) => state === 'applied' || state === 'unchanged')) healed++;
    const next = await deploy(emulator, watch.over(fetch, 'next run'), watch);
    const problems = [...watch.problems, ...problemsOfEnd(emulator, story, next)];
    broken.push(...problems.map((problem) => `request ${nth}: ${problem}`));
    looks += watch.looks;
  }
  return { requests, healed, failed: requests - healed, looks, broken };
}

async function prepared({ update, sick }: Story): Promise<Emulator> {
  const emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = deploymentFrom(file('info'));
  await provisionHere({ emulator, deployment, values: {} });
  if (update) {
    const outcomes = await deployHere({ emulator, deployment, commit: before });
    if (outcomes.some(({ state }) => state === 'failed' || state === 'not tried'))
      throw new Error(String(outcomes[0]?.error));
  }
  if (sick) addAnswer(emulator.cloud, { service: 'walk-web', path: '/health', status: 503 });
  return emulator;
}

async function requestsOf(story: Story): Promise<number> {
  await using emulator = await prepared(story);
  const already = emulator.journal.length;
  const watch = new Watch(emulator, story);
  await deploy(emulator, watch.over(fetch, 'undisturbed'), watch);
  return emulator.journal.length - already;
}

async function deploy(
  emulator: Emulator,
  doFetch: typeof fetch,
  watch: Watch,
  signal?: AbortSignal,
): Promise<readonly Outcome[] | undefined> {
  return await deployHere({
    emulator,
    deployment: deploymentFrom(file('debug')),
    commit: now,
    onPassed: ({ revision }) => watch.pass(revision),
    fetch: doFetch,
    ...(signal ? { signal } : {}),
  }).catch(() => undefined);
}

interface Part {
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

interface Stored {
  readonly latestReadyRevision?: string;
  readonly latestCreatedRevision?: string;
  readonly traffic?: readonly Part[];
  readonly trafficStatuses?: readonly Part[];
  readonly instanceSplitStatuses?: readonly Part[];
  readonly template?: { containers?: readonly { env?: readonly { name: string; value?: string }[] }[] };
}

function only(emulator: Emulator, table: 'run.services' | 'run.workerPools'): Stored | undefined {
  return [...emulator.cloud.table<Stored>(table).values()][0];
}

const short = (name = ''): string => name.split('/').at(-1) ?? '';

function shares(stored: Stored | undefined): readonly { revision: string; percent: number }[] {
  return (stored?.trafficStatuses ?? stored?.instanceSplitStatuses ?? [])
    .filter(({ percent }) => (percent ?? 0) > 0)
    .map(({ revision, percent = 0 }) => ({
      revision: short(revision) || short(stored?.latestReadyRevision),
      percent,
    }));
}

/** Remembers which revisions have passed, and every moment at which something else had traffic or instances. */
class Watch {
  readonly problems: string[] = [];
  looks = 0;
  readonly #emulator: Emulator;
  readonly #passed: Set<string>;
  readonly #update: boolean;

  constructor(emulator: Emulator, { update }: Story) {
    this.#emulator = emulator;
    this.#update = update;
    this.#passed = new Set(shares(only(emulator, 'run.services')).map(({ revision }) => revision));
  }

  pass(revision: string): void {
    this.#passed.add(revision);
  }

  /** A fetch after each of whose requests it is looked. */
  over(doFetch: typeof fetch, run: string): typeof fetch {
    return async (input, init) => {
      try {
        return await doFetch(input, init);
      } finally {
        this.#look(`${run}, after ${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`);
      }
    };
  }

  #look(when: string): void {
    this.looks++;
    const service = only(this.#emulator, 'run.services');
    if (service?.latestReadyRevision) this.#lookAtTraffic(shares(service), when);
    else if (this.#update) this.problems.push(`${when}: nothing serves`);
    this.#lookAtWorker(only(this.#emulator, 'run.workerPools'), when);
  }

  /** A first revision serves before it has passed, since Google takes nothing else. */
  #lookAtTraffic(serving: ReturnType<typeof shares>, when: string): void {
    const sum = serving.reduce((total, { percent }) => total + percent, 0);
    if (sum !== 100) this.problems.push(`${when}: ${sum} % of the traffic goes somewhere`);
    for (const { revision } of serving) {
      const isFirst = !this.#update && revision === `walk-web${ofNow}1`;
      if (!this.#passed.has(revision) && !isFirst)
        this.problems.push(`${when}: ${revision} has traffic and has not passed`);
    }
  }

  /** A revision of this deployment may be there once the app's has passed, and has instances once it is ready. */
  #lookAtWorker(pool: Stored | undefined, when: string): void {
    if (!pool) {
      if (this.#update) this.problems.push(`${when}: the worker is gone`);
      return;
    }
    const newest = short(pool.latestCreatedRevision);
    const appPassed = [...this.#passed].some((revision) => revision.includes(ofNow));
    if (newest.includes(ofNow) && !appPassed)
      this.problems.push(`${when}: ${newest} is there and the app has not passed`);
    if (!pool.latestReadyRevision) return;
    const sum = shares(pool).reduce((total, { percent }) => total + percent, 0);
    if (sum !== 100) this.problems.push(`${when}: ${sum} % of the instances are somewhere`);
  }
}

function problemsOfEnd(
  emulator: Emulator,
  story: Story,
  outcomes: readonly Outcome[] | undefined,
): readonly string[] {
  if (outcomes === undefined) return ['the next run was not even planned'];
  const service = only(emulator, 'run.services');
  const pool = only(emulator, 'run.workerPools');
  const commit = story.sick ? before : now;
  const wrong = [
    ...elsewhere('traffic', `walk-web-${commit.slice(0, 7)}-`, service),
    ...elsewhere('instances', `walk-web-worker-${commit.slice(0, 7)}-`, pool),
  ];
  if (service?.traffic?.some(({ tag }) => tag)) wrong.push('a tag is left');
  const states = outcomes.flatMap(({ state }) => (state === 'unchanged' ? [] : [state])).join(', ');
  if (story.sick) return states === 'failed, not tried' ? wrong : [...wrong, `the next run ended ${states}`];
  const failed = outcomes.find(({ state }) => state === 'failed' || state === 'not tried');
  if (failed) wrong.push(`the next run failed: ${failed.error}`);
  for (const one of [service, pool]) {
    const level = one?.template?.containers?.[0]?.env?.find(({ name }) => name === 'LEVEL')?.value;
    if (level !== 'debug') wrong.push(`LEVEL is ${level}`);
  }
  return wrong;
}

function elsewhere(what: string, wanted: string, stored: Stored | undefined): readonly string[] {
  const found = shares(stored);
  const [share] = found;
  if (found.length === 1 && share?.percent === 100 && share.revision.startsWith(wanted)) return [];
  return [`${what}: ${JSON.stringify(found)}`];
}
