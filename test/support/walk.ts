import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { seedOf } from './action.ts';
import { comparable, deploymentOf, noServer, provisionHere } from './estate.ts';

/** What happens to one request of a run. `kill` ends the process there, as far as the cloud can tell. */
export type Mishap =
  | { readonly kind: 'kill'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'drop'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'status'; readonly status: number; readonly reason: string };

export const mishaps: ReadonlyMap<string, Mishap> = new Map<string, Mishap>([
  ['kill before', { kind: 'kill', effect: 'before' }],
  ['kill after', { kind: 'kill', effect: 'after' }],
  ['drop before', { kind: 'drop', effect: 'before' }],
  ['drop after', { kind: 'drop', effect: 'after' }],
  ['503', { kind: 'status', status: 503, reason: 'UNAVAILABLE' }],
  ['409', { kind: 'status', status: 409, reason: 'ABORTED' }],
  ['429', { kind: 'status', status: 429, reason: 'RESOURCE_EXHAUSTED' }],
]);

/** What is provisioned along a walk. */
export interface WalkedEstate {
  readonly file: string;
  readonly project: string;
  /** For `from_env` secrets. */
  readonly values: Readonly<Record<string, string>>;
}

/** One of every kind that a deployment commonly has. */
export const oneOfEvery: WalkedEstate = {
  file: 'test/fixtures/walk/deploy.yaml',
  project: 'walk-staging',
  values: { MAIL_KEY: 'mail-key-0123456789' },
};

export const aethercast: WalkedEstate = {
  file: 'examples/aethercast/deploy.yaml',
  project: 'aethercast-staging',
  values: { TDA_NEWS_API_KEY: 'news-key-0123456789' },
};

/** How a walk went: for each request that was struck, what came of it. */
export interface Walked {
  /** Requests of the undisturbed run, each of which was to be struck once. */
  readonly requests: number;
  readonly healed: number;
  readonly failed: number;
  /** Requests that the struck run never came to. */
  readonly missed: readonly string[];
  /** Runs after which the next one did not end in the state of an undisturbed run: what differed. */
  readonly broken: readonly string[];
}

/**
 * Provisions an estate once for every request of the first run, that request being struck; then once more, undisturbed,
 * and compares what there is with what an undisturbed run makes. A request is told by its method, its address and how
 * often it was sent before: requests are sent side by side, so a number would strike some twice and others never.
 */
export async function walk(mishap: Mishap, estate: WalkedEstate = oneOfEvery): Promise<Walked> {
  const deployment = await deploymentOf(estate.file, 'staging');
  const provision = (emulator: Emulator, disturbance: Disturbance = {}): Promise<readonly Outcome[]> =>
    provisionHere({ emulator, deployment, values: estate.values, ...disturbance });
  const { state: expected, requests } = await undisturbed(estate, provision);
  let healed = 0;
  const missed: string[] = [];
  const broken: string[] = [];
  for (const request of requests) {
    await using emulator = await start(estate);
    const first = await struck((disturbance) => provision(emulator, disturbance), request, mishap);
    if (!first.isStruck) missed.push(request);
    if (first.end === 'whole') healed++;
    if (first.end === 'unclean')
      broken.push(`${request}: the struck run ended neither well nor with a reason`);
    const next = await provision(emulator);
    const left = next.filter(({ state }) => state === 'failed' || state === 'not tried');
    const differences = differing(expected, comparable(emulator.snapshot()));
    if (left.length > 0)
      broken.push(`${request}: the next run failed at ${left[0]?.address}: ${left[0]?.error}`);
    else if (differences.length > 0) broken.push(`${request}: ${differences.slice(0, 3).join('; ')}`);
  }
  return { requests: requests.length, healed, failed: requests.length - healed, missed, broken };
}

interface Disturbance {
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

function start({ project }: WalkedEstate): Promise<Emulator> {
  return startEmulator({ projects: seedOf(project), postgres: noServer });
}

async function undisturbed(
  estate: WalkedEstate,
  provision: (emulator: Emulator, disturbance: Disturbance) => Promise<readonly Outcome[]>,
) {
  await using emulator = await start(estate);
  const requests: string[] = [];
  const name = naming();
  const outcomes = await provision(emulator, {
    fetch: (input, init) => {
      requests.push(name(input, init));
      return fetch(input, init);
    },
  });
  const failed = outcomes.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
  return { state: comparable(emulator.snapshot()), requests };
}

/** Ids of operations follow from the order of requests, which is not always the same. */
const passingId = /[0-9a-f]{8}-[0-9a-f-]{27}|operation-[\w-]+|(?<=operations\/)[^?/]+/g;

/** Names the requests of one run, in the order in which they are sent: `GET /v1/... (2)` is the second of its kind. */
function naming(): (...request: Parameters<typeof fetch>) => string {
  const seen = new Map<string, number>();
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const plain = `${init?.method ?? 'GET'} ${pathname}${search}`.replaceAll(passingId, 'ID');
    const turn = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, turn);
    return `${plain} (${turn})`;
  };
}

/** How the struck run ended. `whole`: all was done; `clean`: it failed and said why; `unclean`: neither. */
async function struck(
  provision: (disturbance: Disturbance) => Promise<readonly Outcome[]>,
  request: string,
  mishap: Mishap,
): Promise<{ end: 'whole' | 'clean' | 'unclean'; isStruck: boolean }> {
  const killed = new AbortController();
  const name = naming();
  let isStruck = false;
  const hits: Hits = (...sent) => {
    const isIt = name(...sent) === request;
    isStruck ||= isIt;
    return isIt;
  };
  const disturbance = { fetch: strikingFetch(hits, mishap, killed), signal: killed.signal };
  const end = await provision(disturbance).then(endOf, (error: unknown) =>
    error instanceof Error ? 'clean' : 'unclean',
  );
  return { end, isStruck };
}

function endOf(outcomes: readonly Outcome[]): 'whole' | 'clean' | 'unclean' {
  const bad = outcomes.filter(({ state }) => state === 'failed' || state === 'not tried');
  if (bad.length === 0) return 'whole';
  return bad.some(({ state, error }) => state === 'failed' && !(error instanceof Error))
    ? 'unclean'
    : 'clean';
}

/** Whether this is the request that the mishap happens to; asked once for each, in order. */
export type Hits = (...request: Parameters<typeof fetch>) => boolean;

/** The nth request, counting from 1. */
export function nthRequest(nth: number): Hits {
  let number = 0;
  return () => ++number === nth;
}

/** A fetch to one of whose calls the mishap happens; a kill ends what `killed` is the signal of. */
export function strikingFetch(hits: Hits, mishap: Mishap, killed: AbortController): typeof fetch {
  return async (input, init) => {
    if (!hits(input, init)) return await fetch(input, init);
    switch (mishap.kind) {
      case 'status':
        return refusal(mishap.status, mishap.reason);
      case 'drop':
        if (mishap.effect === 'after') await (await fetch(input, init)).text();
        throw new TypeError('fetch failed');
      case 'kill':
        if (mishap.effect === 'after') await (await fetch(input, init)).text();
        killed.abort(new Error('killed'));
        throw killed.signal.reason;
    }
  };
}

function refusal(status: number, reason: string): Response {
  const error = { code: status, status: reason, message: `struck by the test (${reason})`, details: [] };
  return new Response(JSON.stringify({ error }), { status });
}

/** What of a state is not as expected, a sentence each. */
export function differing(
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) => {
    const [want, have] = [JSON.stringify(expected[key]), JSON.stringify(found[key])];
    if (want === have) return [];
    if (want === undefined) return [`${key} is there and should not be`];
    if (have === undefined) return [`${key} is missing`];
    return [`${key} is ${have}, not ${want}`];
  });
}
