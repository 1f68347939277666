import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { seedOf } from './action.ts';
import { comparable, deploymentOf, noServer, provisionHere } from './estate.ts';

/** What happens to one request of a run. `kill` ends the process there, as far as the cloud can tell. */
export type Mishap =
  | { readonly kind: 'kill'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'drop'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'status'; readonly status: number; readonly reason: string };

const file = 'test/fixtures/walk/deploy.yaml';
const project = 'walk-staging';
const values = { MAIL_KEY: 'mail-key-0123456789' };

/** How a walk went: for each request that was struck, what came of it. */
export interface Walked {
  /** Requests of the undisturbed run. */
  readonly requests: number;
  readonly healed: number;
  readonly failed: number;
  /** Runs after which the next one did not end in the state of an undisturbed run: what differed. */
  readonly broken: readonly string[];
}

/**
 * Provisions an estate once for every request of the first run, that request being struck; then once more, undisturbed,
 * and compares what there is with what an undisturbed run makes.
 */
export async function walk(mishap: Mishap): Promise<Walked> {
  const { state: expected, requests } = await undisturbed();
  let healed = 0;
  let failed = 0;
  const broken: string[] = [];
  for (let nth = 1; nth <= requests; nth++) {
    await using emulator = await start();
    const first = await struck(emulator, nth, mishap);
    if (first === 'whole') healed++;
    else failed++;
    if (first === 'unclean')
      broken.push(`request ${nth}: the struck run ended neither well nor with a reason`);
    const next = await run(emulator);
    const left = next.filter(({ state }) => state === 'failed' || state === 'not tried');
    const differences = differing(expected, comparable(emulator.snapshot()));
    if (left.length > 0)
      broken.push(`request ${nth}: the next run failed at ${left[0]?.address}: ${left[0]?.error}`);
    else if (differences.length > 0) broken.push(`request ${nth}: ${differences.slice(0, 3).join('; ')}`);
  }
  return { requests, healed, failed, broken };
}

function start(): Promise<Emulator> {
  return startEmulator({ projects: seedOf(project), postgres: noServer });
}

async function run(emulator: Emulator): Promise<readonly Outcome[]> {
  return await provisionHere({ emulator, deployment: await deploymentOf(file, 'staging'), values });
}

async function undisturbed() {
  await using emulator = await start();
  await run(emulator);
  return { state: comparable(emulator.snapshot()), requests: emulator.journal.length };
}

/** `whole`: all was done; `clean`: it failed and said why; `unclean`: neither. */
async function struck(
  emulator: Emulator,
  nth: number,
  mishap: Mishap,
): Promise<'whole' | 'clean' | 'unclean'> {
  const killed = new AbortController();
  const strike = strikingFetch(nth, mishap, killed);
  const deployment = await deploymentOf(file, 'staging');
  try {
    const outcomes = await provisionHere({
      emulator,
      deployment,
      values,
      fetch: strike,
      signal: killed.signal,
    });
    const bad = outcomes.filter(({ state }) => state === 'failed' || state === 'not tried');
    if (bad.length === 0) return 'whole';
    return bad.some(({ state, error }) => state === 'failed' && !(error instanceof Error))
      ? 'unclean'
      : 'clean';
  } catch (error) {
    return error instanceof Error ? 'clean' : 'unclean';
  }
}

/** A fetch to whose nth call the mishap happens; a kill ends what `killed` is the signal of. */
export function strikingFetch(nth: number, mishap: Mishap, killed: AbortController): typeof fetch {
  let number = 0;
  return async (input, init) => {
    number++;
    if (number !== nth) return await fetch(input, init);
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

function differing(
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
