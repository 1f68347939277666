/** What becomes of workloads that deploy.yaml does not ask for any more, at the end of a release and in its plan. */
import type { Service } from '../config/deployment.ts';
import { applyPlan } from '../engine/apply.ts';
import type { Leftover } from '../engine/change.ts';
import type { Outcome } from '../engine/events.ts';
import { makePlan, type Plan } from '../engine/plan.ts';
import { Pool } from '../engine/pool.ts';
import type { Resource } from '../engine/resource.ts';
import type { Host } from '../github/host.ts';
import { counted, nameOf } from '../report/sentences.ts';
import { formerWorkers } from '../resources/former-workers.ts';
import { removedWorkloads } from '../resources/removed-workloads.ts';
import type { RunSite } from '../resources/run-listing.ts';
import { requireDone } from './require-done.ts';
import { type Connection, concurrency, logEvents } from './session.ts';

/** What a person can do about those that stay. */
export const staysUntil = {
  asked: 'A deployment with `prune: true` deletes it, once all traffic is on the new release.',
  whole:
    'This release is of some services, and the others may still call it: one of all services with `prune: true` deletes it.',
  success: 'A release that succeeds deletes it, with `prune: true`.',
  closed: 'It goes with the preview, once the pull request is closed.',
} as const;

export interface Removals {
  readonly resources: readonly Resource[];
  readonly plan: Plan;
}

/** Reads only. `stays` says what a person can do when they are not to go. */
export async function planRemovals(
  site: RunSite,
  stays: string | undefined,
  host: Pick<Host, 'info'>,
): Promise<Removals> {
  const resources = await removedWorkloads(site, { stays, withoutFormer: false });
  return { resources, plan: await planOf(resources, site, host) };
}

/** What a promotion of these services takes away and leaves: the workers that it replaces, and what is not asked for. */
export async function planPromotedRemovals(
  site: RunSite,
  services: readonly Service[],
  stays: string | undefined,
  host: Pick<Host, 'info'>,
): Promise<Plan> {
  const found = await Promise.all([
    ...services.map((service) => formerWorkers(site, service, false)),
    removedWorkloads(site, { stays, withoutFormer: true }),
  ]);
  return await planOf(found.flat(), site, host);
}

/** Nothing is said where there is nothing. */
async function planOf(
  resources: readonly Resource[],
  { google: { clock } }: RunSite,
  host: Pick<Host, 'info'>,
): Promise<Plan> {
  const emit = resources.length > 0 ? logEvents(host) : () => undefined;
  return await makePlan(resources, { pool: new Pool(concurrency), clock, emit });
}

/** Deletes what the plan says. Throws when something of it could not be deleted; `tell` learns of the outcomes first. */
export async function applyRemovals(
  { resources, plan }: Removals,
  { clock, deployer }: Connection,
  { deployment }: RunSite,
  host: Host,
  tell: (outcomes: readonly Outcome[]) => Promise<void>,
): Promise<readonly string[]> {
  if (plan.changes.length === 0) return [];
  const outcomes = await applyPlan(resources, plan, {
    pool: new Pool(concurrency),
    clock,
    emit: logEvents(host),
    signal: host.signal,
    // Planned only when `prune` asks for it.
    allowDestructive: true,
  });
  await tell(outcomes);
  requireDone({ deployer, deployment }, outcomes, host.signal);
  return outcomes.filter(({ state }) => state === 'applied').map(({ address }) => address);
}

/** Where nobody asks, nobody looks at the table: code of an earlier release that goes on working is worth a warning. */
export function warnOfLeft(left: readonly Leftover[], file: string, host: Host): void {
  const [first] = left;
  if (!first) return;
  const names = left.map(({ address }) => nameOf(address)).join(', ');
  host.warning(
    `${counted(left.length, 'workload')} of this deployment ${left.length === 1 ? 'runs' : 'run'} on though ${file} does not ask for it: ${names}. ${first.next}`,
    { file, title: 'WORKLOAD_LEFT' },
  );
}
