import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { seedOf } from './action.ts';
import { deployHere, deploymentFrom } from './deploy-here.ts';
import { noServer, provisionHere } from './estate.ts';
import { type Mishap, nthRequest, strikingFetch } from './walk.ts';

const project = 'deploy-walk';
const image = 'us-docker.pkg.dev/cloudrun/container/hello@sha256:';
const first = 'a'.repeat(40);
const second = 'b'.repeat(40);

/** A public service, deployed before with one value and now to get another. */
const file = (level: string): string => `version: 1
name: walk
region: us-central1
project: ${project}
services:
  web:
    image: ${image}${'0'.repeat(64)}
    env: { LEVEL: ${level} }
    app: { port: 8080, public: true, smoke: { path: /health, timeout: 5s } }
`;

/** How a walk along one update went. */
export interface DeployWalked {
  readonly requests: number;
  readonly healed: number;
  readonly failed: number;
  /** Moments at which traffic went to a revision that had not passed, or nowhere; and runs that did not end well. */
  readonly broken: readonly string[];
}

/** Updates a service once for every request of an undisturbed update, that request being struck; then once more. */
export async function walkUpdate(mishap: Mishap): Promise<DeployWalked> {
  const requests = await requestsOfUpdate();
  const broken: string[] = [];
  let healed = 0;
  for (let nth = 1; nth <= requests; nth++) {
    await using emulator = await deployed();
    const watch = new TrafficWatch(emulator);
    const killed = new AbortController();
    const strike = strikingFetch(nthRequest(nth), mishap, killed);
    const watched: typeof fetch = async (input, init) => {
      try {
        return await strike(input, init);
      } finally {
        watch.look(`struck run, request ${nth}`);
      }
    };
    const outcomes = await update(emulator, watch, { fetch: watched, signal: killed.signal });
    if (outcomes?.every(({ state }) => state === 'applied' || state === 'unchanged')) healed++;
    const next = await update(emulator, watch, {});
    watch.look('next run');
    broken.push(
      ...watch.problems,
      ...problemsOfEnd(emulator, next).map((problem) => `request ${nth}: ${problem}`),
    );
  }
  return { requests, healed, failed: requests - healed, broken };
}

async function deployed(): Promise<Emulator> {
  const emulator = await startEmulator({ projects: seedOf(project), postgres: noServer });
  const deployment = deploymentFrom(file('info'));
  await provisionHere({ emulator, deployment, values: {} });
  const outcomes = await deployHere({ emulator, deployment, commit: first });
  if (outcomes.some(({ state }) => state !== 'applied')) throw new Error(String(outcomes[0]?.error));
  return emulator;
}

async function requestsOfUpdate(): Promise<number> {
  await using emulator = await deployed();
  const before = emulator.journal.length;
  await update(emulator, new TrafficWatch(emulator), {});
  return emulator.journal.length - before;
}

async function update(
  emulator: Emulator,
  watch: TrafficWatch,
  disturbance: { fetch?: typeof fetch; signal?: AbortSignal },
): Promise<readonly Outcome[] | undefined> {
  const deployment = deploymentFrom(file('debug'));
  const onPassed = ({ revision }: { revision: string }): void => watch.pass(revision);
  return await deployHere({ emulator, deployment, commit: second, onPassed, ...disturbance }).catch(
    () => undefined,
  );
}

interface StoredService {
  readonly traffic?: readonly { revision?: string; percent?: number; tag?: string }[];
  readonly trafficStatuses?: StoredService['traffic'];
  readonly latestReadyRevision?: string;
  readonly template?: { containers?: readonly { env?: readonly { name: string; value?: string }[] }[] };
}

function stored(emulator: Emulator): StoredService | undefined {
  return [...emulator.cloud.table<StoredService>('run.services').values()][0];
}

/** Remembers which revisions have passed, and every moment at which another one had traffic. */
class TrafficWatch {
  readonly problems: string[] = [];
  readonly #emulator: Emulator;
  readonly #passed: Set<string>;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#passed = new Set(shares(stored(emulator)).map(({ revision }) => revision));
  }

  pass(revision: string): void {
    this.#passed.add(revision);
  }

  look(when: string): void {
    const now = shares(stored(this.#emulator));
    const sum = now.reduce((total, { percent }) => total + percent, 0);
    if (sum !== 100) this.problems.push(`${when}: ${sum} % of the traffic goes somewhere`);
    for (const { revision } of now)
      if (!this.#passed.has(revision))
        this.problems.push(`${when}: ${revision} has traffic and has not passed`);
  }
}

function shares(service: StoredService | undefined): readonly { revision: string; percent: number }[] {
  return (service?.trafficStatuses ?? [])
    .filter(({ percent }) => (percent ?? 0) > 0)
    .map(({ revision, percent = 0 }) => ({
      revision: revision ?? service?.latestReadyRevision?.split('/').at(-1) ?? '',
      percent,
    }));
}

function problemsOfEnd(emulator: Emulator, outcomes: readonly Outcome[] | undefined): readonly string[] {
  if (outcomes === undefined) return ['the next run was not even planned'];
  const failed = outcomes.find(({ state }) => state === 'failed' || state === 'not tried');
  if (failed) return [`the next run failed: ${failed.error}`];
  const service = stored(emulator);
  const serving = shares(service);
  const level = service?.template?.containers?.[0]?.env?.find(({ name }) => name === 'LEVEL')?.value;
  return [
    ...(level === 'debug' ? [] : [`LEVEL is ${level}`]),
    ...(serving.length === 1 && serving[0]?.revision.startsWith('walk-web-bbbbbbb-')
      ? []
      : [`traffic goes to ${JSON.stringify(serving)}`]),
    ...(service?.traffic?.some(({ tag }) => tag) ? ['a tag is left'] : []),
  ];
}
