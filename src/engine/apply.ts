import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/failure.ts';
import type { Change } from './change.ts';
import type { Emit, Outcome } from './events.ts';
import type { Plan } from './plan.ts';
import type { Pool } from './pool.ts';
import type { Resource } from './resource.ts';

export interface ApplyOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
  /** Destructive changes are refused without it. */
  readonly allowDestructive?: boolean;
}

/**
 * Makes the estate as planned: every resource as soon as those it depends on are as wanted, all else in parallel.
 * What fails stops only what depends on it. Gives one outcome for every resource, in the order of the estate.
 */
export async function applyPlan(
  resources: readonly Resource[],
  plan: Plan,
  options: ApplyOptions,
): Promise<readonly Outcome[]> {
  refuseDestructive(plan.changes, options);
  const running = new Map<string, Promise<Outcome>>();
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const run = (resource: Resource): Promise<Outcome> => {
    const known = running.get(resource.address);
    if (known !== undefined) return known;
    const needed = resource.dependsOn.flatMap((address) => byAddress.get(address) ?? []).map(run);
    const outcome = settle(resource, Promise.all(needed), plan, options);
    running.set(resource.address, outcome);
    return outcome;
  };
  return await Promise.all(resources.map(run));
}

async function settle(
  resource: Resource,
  needed: Promise<readonly Outcome[]>,
  plan: Plan,
  options: ApplyOptions,
): Promise<Outcome> {
  const before = await needed;
  const startedAt = options.clock.now();
  const end = (state: Outcome['state'], changes: readonly Change[], error?: unknown): Outcome => ({
    address: resource.address,
    state,
    changes,
    startedAt,
    endedAt: options.clock.now(),
    ...(error === undefined ? {} : { error }),
  });
  const planned = plan.entries.get(resource.address)?.changes ?? [];
  if (options.signal?.aborted || before.some(({ state }) => state === 'failed' || state === 'not tried')) {
    return end(planned.length === 0 ? 'unchanged' : 'not tried', planned);
  }
  const moved = before.some(({ state }) => state === 'applied');
  if (planned.length === 0 && !moved) return end('unchanged', []);
  try {
    const changes = await options.pool.run(async () =>
      // Asked again: the run may have been interrupted while this one waited for its turn.
      options.signal?.aborted ? undefined : await bringAbout(resource, plan, moved, options),
    );
    if (changes === undefined) return end(planned.length === 0 ? 'unchanged' : 'not tried', planned);
    return end(changes.length === 0 ? 'unchanged' : 'applied', changes);
  } catch (error) {
    options.emit({ kind: 'failed', at: options.clock.now(), address: resource.address, error });
    return end('failed', planned, error);
  }
}

/** Applies what differs now and looks again until nothing does. */
async function bringAbout(
  resource: Resource,
  plan: Plan,
  moved: boolean,
  options: ApplyOptions,
): Promise<readonly Change[]> {
  const entry = plan.entries.get(resource.address);
  const have = moved ? await resource.observe(true) : entry?.have;
  const changes = moved ? resource.diff(have) : (entry?.changes ?? []);
  if (changes.length === 0) return [];
  refuseDestructive(changes, options);
  const started = options.clock.now();
  options.emit({ kind: 'started', at: started, address: resource.address, changes });
  await resource.apply(changes, have);
  await requireConverged(resource, options);
  const at = options.clock.now();
  options.emit({ kind: 'applied', at, address: resource.address, milliseconds: at - started });
  return changes;
}

/** Google's reads are eventually consistent: a difference counts when it stays for this long, in milliseconds. */
const looksAgainAfter = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

async function requireConverged(resource: Resource, options: ApplyOptions): Promise<void> {
  for (const pause of [...looksAgainAfter, undefined]) {
    const left = resource.diff(await resource.observe(true));
    if (left.length === 0) return;
    if (pause === undefined) throw didNotConverge(resource, left);
    await options.clock.sleep(pause, options.signal);
  }
}

function didNotConverge({ address, remedy }: Resource, left: readonly Change[]): Failure {
  const fields = left.flatMap((change) => change.fields);
  return new Failure(
    'DID_NOT_CONVERGE',
    `${address} is not as asked for, although every call to change it succeeded.`,
    {
      next:
        remedy ??
        'Run again; if it stays, another tool changes the same resource, or Google changed a value that this suite sets.',
      details: fields.map(
        ({ field, before, after }) =>
          `${field}: is ${JSON.stringify(before)}, wanted ${JSON.stringify(after)}`,
      ),
    },
  );
}

function refuseDestructive(changes: readonly Change[], options: ApplyOptions): void {
  const destructive = changes.filter((change) => change.destructive);
  if (destructive.length === 0 || options.allowDestructive) return;
  throw new Failure(
    'DESTRUCTIVE_CHANGE',
    `The plan would change what cannot be undone: ${destructive.map(({ address }) => address).join(', ')}.`,
    {
      next: 'Change deploy.yaml back, or make the change by hand after saving the data.',
      details: destructive.flatMap(({ address, fields, because }) => [
        `${address}: ${because}`,
        ...fields.map(
          ({ field, before, after }) => `  ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
        ),
      ]),
    },
  );
}
