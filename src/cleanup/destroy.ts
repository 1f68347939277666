/**
 * Deletes until a new listing is empty. What a listing shows may be stale, a deployment may still be running and make
 * more, and a run may die at any request: so nothing is remembered from pass to pass, and each begins with a listing.
 */
import { applyPlan } from '../engine/apply.ts';
import { type Change, remove, update } from '../engine/change.ts';
import type { Emit, Outcome } from '../engine/events.ts';
import { makePlan } from '../engine/plan.ts';
import type { Pool } from '../engine/pool.ts';
import type { Resource } from '../engine/resource.ts';
import type { Clock } from '../lib/clock.ts';
import { goesBefore, type Leftover } from './leftover.ts';

export interface DestroyOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
  /** Why these go, by address. */
  readonly because: (leftover: Leftover) => string;
}

/** What came of it. */
export interface Destroyed {
  /** All that was done, in order. */
  readonly outcomes: readonly Outcome[];
  /** What is still there, with the reason as far as one is known. */
  readonly left: readonly { readonly leftover: Leftover; readonly error?: unknown }[];
}

/** Milliseconds before each further pass: enough for connections to end and for a running deployment to finish. */
const pauses = [0, 2_000, 5_000, 10_000, 20_000, 40_000];

export async function destroy(
  list: () => Promise<readonly Leftover[]>,
  options: DestroyOptions,
): Promise<Destroyed> {
  const outcomes: Outcome[] = [];
  let errors = new Map<string, unknown>();
  let left = await list();
  for (const pause of pauses) {
    if (left.length === 0) break;
    await options.clock.sleep(pause, options.signal);
    const done = await onePass(ready(left), options);
    outcomes.push(...done);
    errors = new Map(done.flatMap(({ address, error }) => (error === undefined ? [] : [[address, error]])));
    options.signal?.throwIfAborted();
    const before = left;
    left = await list();
    if (isStuck(before, left, done)) break;
  }
  return { outcomes, left: left.map((leftover) => withReason(leftover, errors)) };
}

/** The graph of what has to go, each as soon as nothing is left that needs it. */
export function deletions(
  leftovers: readonly Leftover[],
  because: (leftover: Leftover) => string,
): readonly Resource<true>[] {
  return leftovers.map((leftover) => ({
    address: leftover.address,
    dependsOn: leftovers.filter((other) => goesBefore(other, leftover)).map(({ address }) => address),
    observe: async (fresh) => (!fresh || (await leftover.isThere()) ? true : undefined),
    diff: (have) => (have ? changesOf(leftover, because(leftover)) : []),
    apply: () => leftover.remove(),
  }));
}

function changesOf({ action, address, fields }: Leftover, because: string): readonly Change[] {
  return action === 'delete' ? [remove(address, because, fields)] : update(address, because, fields);
}

/** A claim goes when a listing shows nothing else of its preview: until then it holds the preview's place. */
function ready(left: readonly Leftover[]): readonly Leftover[] {
  return left.filter(
    (one) =>
      one.kind !== 'claim' ||
      left.every((other) => other === one || other.mark.environment !== one.mark.environment),
  );
}

async function onePass(leftovers: readonly Leftover[], options: DestroyOptions): Promise<readonly Outcome[]> {
  const resources = deletions(leftovers, options.because);
  const plan = await makePlan(resources, options);
  return await applyPlan(resources, plan, { ...options, allowDestructive: true });
}

/** Nothing went, nothing came, and every refusal is one that waiting does not mend. */
function isStuck(before: readonly Leftover[], left: readonly Leftover[], done: readonly Outcome[]): boolean {
  const there = new Set(before.map(({ address }) => address));
  const same = left.length === before.length && left.every(({ address }) => there.has(address));
  return same && done.every(({ state, error }) => state !== 'applied' && !mayPass(error));
}

/** A missing right is not granted by waiting; what is in use may be free in a moment. */
function mayPass(error: unknown): boolean {
  return error !== undefined && (error as { http?: unknown }).http !== 403;
}

function withReason(leftover: Leftover, errors: ReadonlyMap<string, unknown>) {
  const error = errors.get(leftover.address);
  return error === undefined ? { leftover } : { leftover, error };
}
