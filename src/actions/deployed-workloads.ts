/** What a service's workloads are once they are deployed: revisions, addresses, and what differs from before. */
import type { Service } from '../config/deployment.ts';
import type { Outcome } from '../engine/events.ts';
import type { Plan } from '../engine/plan.ts';
import { getWorkload, type RunService, type RunWorkerPool, type WorkloadKind } from '../google/run.ts';
import { changesSince } from '../release/what-changed.ts';
import type { Context } from '../resources/context.ts';
import { runServiceAddress } from '../resources/run-service.ts';
import { candidateTag, resolvedTraffic, servingRevision, trafficLine } from '../resources/traffic.ts';
import { workerAddress } from '../resources/worker.ts';
import { shortName } from '../resources/workload.ts';
import type { Workload } from './deploy-report.ts';

/** What a deployment of one service came to. */
export interface Deployed {
  readonly image: string;
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** The traffic tag that was asked for. */
  readonly tag: string | undefined;
}

interface Subject {
  readonly name: string;
  readonly address: string;
  readonly kind: Workload['kind'];
}

const kinds = { pool: 'worker pool', service: 'service', job: 'job' } as const;

/** The app and the worker, as far as they were deployed or found as wanted. */
export async function workloadsOf(
  context: Context,
  { app, worker }: Service,
  deployed: Deployed,
): Promise<readonly Workload[]> {
  const subjects: readonly Subject[] = [
    ...(app ? [{ name: app.name, address: runServiceAddress(app.name), kind: 'service' as const }] : []),
    ...(worker ? [{ name: worker.name, address: workerAddress(worker), kind: kinds[worker.runtime] }] : []),
  ];
  const found = await Promise.all(subjects.map((subject) => describe(context, subject, deployed)));
  return found.flat();
}

type Revisioned = RunService & RunWorkerPool;

async function describe(
  context: Context,
  { name, address, kind }: Subject,
  { image, plan, outcomes, tag }: Deployed,
): Promise<readonly Workload[]> {
  const outcome = outcomes.find((one) => one.address === address);
  if (!outcome || (outcome.state !== 'applied' && outcome.state !== 'unchanged')) return [];
  const changed = outcome.state === 'applied';
  const seconds = Math.round((outcome.endedAt - outcome.startedAt) / 100) / 10;
  const common = { name, kind, image, changed, seconds };
  const before = plan.entries.get(address)?.have as Revisioned | undefined;
  if (kind === 'job') {
    const differences = before && changed ? outcome.changes.flatMap(({ fields }) => fields) : [];
    return [{ ...common, revision: '', differences }];
  }
  const location: WorkloadKind = kind === 'service' ? 'services' : 'workerPools';
  const { project, region } = context.deployment;
  const at = { kind: location, project, region, name };
  const now = await getWorkload<Revisioned>(context.google, at);
  const revision = shortName(now.latestCreatedRevision);
  const served = before && servedBy(kind, before);
  const differences =
    served && served !== revision && changed ? await changesSince(context, at, served, now) : [];
  return [
    {
      ...common,
      revision,
      ...(served ? { previous_revision: served } : {}),
      ...(kind === 'service' ? { url: urlOf(now, tag), traffic: trafficLine(resolvedTraffic(now)) } : {}),
      differences,
    },
  ];
}

function servedBy(kind: Workload['kind'], before: Revisioned): string | undefined {
  const served = kind === 'service' ? servingRevision(resolvedTraffic(before)) : before.latestReadyRevision;
  return served ? shortName(served) : undefined;
}

/** Of the tag that was asked for, or of the revision that is held back; else of the service. */
function urlOf(now: RunService, tag: string | undefined): string {
  const tags = now.trafficStatuses ?? [];
  const own = tags.find((target) => target.tag === (tag ?? candidateTag))?.uri;
  return own ?? now.urls?.[0] ?? now.uri ?? '';
}
