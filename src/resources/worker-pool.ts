/**
 * A Cloud Run worker pool: containers that pull their work, without URL, port or request timeout. A change of the
 * instance count alone makes no revision. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.workerPools
 */
import type { Service, Worker } from '../config/deployment.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { type RunWorkerPool, waitUntilReconciled } from '../google/run.ts';
import { amend } from './amend.ts';
import { because } from './because.ts';
import { containersOf } from './containers.ts';
import type { Context } from './context.ts';
import { unlessDeleted } from './deleted-meanwhile.ts';
import { sentMarks, sentRevisionMarks, wantedMarks, wantedRevisionMarks } from './marks.ts';
import { makeRevision, read } from './new-revision.ts';
import { sidecarProbes } from './probes.ts';
import type { Rollout } from './rollout.ts';
import { acceleratorOf, limitsOf, notReady, type Release, shortName, templateOf } from './workload.ts';
import { templateChanges } from './workload-changes.ts';

export const workerPoolAddress = (name: string): string => `worker_pool/${name}`;

/** How a worker comes to what it runs next. */
export interface WorkerRollout extends Pick<Rollout, 'passes'> {
  /** Whether what runs now stays until the release of the whole set. */
  readonly hold: boolean;
  /** Addresses of what must have passed before: its app. */
  readonly after: readonly string[];
}

type Splits = NonNullable<RunWorkerPool['instanceSplits']>;

/**
 * Cloud Run keeps the instances of the old revision until the new one is ready. With `hold` they stay beyond that: the
 * new revision has no instances until the release of the whole set.
 */
export function workerPool(
  context: Context,
  service: Service,
  worker: Worker,
  release: Release,
  rollout: WorkerRollout,
): Resource<RunWorkerPool> {
  const { google, deployment } = context;
  const { template, ...settings } = wantOf(context, service, worker, release);
  const address = workerPoolAddress(worker.name);
  const why = because(deployment, worker.place);
  const at = {
    kind: 'workerPools',
    project: deployment.project,
    region: deployment.region,
    name: worker.name,
  } as const;
  const inner = (have: RunWorkerPool | undefined): FieldChange[] => {
    const failed = have && notReady(have);
    const retry = failed ? [{ field: 'ready', before: failed.message ?? 'false', after: 'true' }] : [];
    const marks = compare(wantedRevisionMarks(service, have), have?.template, 'revision.');
    return [...templateChanges(template ?? {}, have?.template), ...marks, ...retry];
  };
  const splitsOf = (have: RunWorkerPool | undefined): Splits =>
    rollout.hold && have?.latestReadyRevision ? heldSplits(have) : latestSplits;
  const wantedOuter = (have: RunWorkerPool | undefined): object => ({
    ...settings,
    ...wantedMarks(deployment, service, have),
    ...(rollout.hold && have ? {} : { instanceSplits: splitsOf(have) }),
  });
  const touched = (have: RunWorkerPool): string[] => [
    ...new Set(compare(wantedOuter(have), have).map(({ field }) => field.split('.')[0] ?? field)),
  ];
  const bodyOf = (name: string, have: RunWorkerPool | undefined): RunWorkerPool => ({
    ...settings,
    ...sentMarks(deployment, service, have),
    instanceSplits: splitsOf(have),
    template: { ...template, revision: name, ...sentRevisionMarks(deployment, service, release) },
  });
  const deploy = async (found: RunWorkerPool | undefined): Promise<void> => {
    if (found?.reconciling) await waitUntilReconciled(google, at);
    const have = found?.reconciling ? await read<RunWorkerPool>(context, at) : found;
    if (have && inner(have).length === 0) {
      await amend(context, at, have, { touched, body: (now) => bodyOf('', now) });
      return;
    }
    await makeRevision<RunWorkerPool>(context, have, {
      at,
      commit: release.commit,
      passes: rollout.passes,
      serving: shortName(have?.latestReadyRevision) || undefined,
      request: (name, now) => {
        const body = bodyOf(name, now);
        return now ? { body, mask: [...new Set([...touched(now), 'template', 'instanceSplits'])] } : { body };
      },
    });
  };
  return {
    address,
    dependsOn: rollout.after,
    observe: () => read<RunWorkerPool>(context, at),
    diff: (have) => {
      const fields = [...compare(wantedOuter(have), have), ...inner(have)];
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: (_changes, found) => unlessDeleted(at, deploy(found)),
  };
}

const latestSplits: Splits = [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }];

/** What runs now, by name: "latest" would move with the new revision. */
function heldSplits(have: RunWorkerPool): Splits {
  const named = (have.instanceSplits ?? []).filter(({ revision }) => revision);
  if (named.length > 0) return named;
  const revision = shortName(have.latestReadyRevision);
  return [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION', revision, percent: 100 }];
}

function wantOf(context: Context, service: Service, worker: Worker, release: Release): RunWorkerPool {
  return {
    scaling: { manualInstanceCount: worker.instances },
    template: {
      ...templateOf(context, service, release),
      ...acceleratorOf(worker),
      containers: containersOf(
        context,
        service,
        release,
        { ...worker, part: 'worker' },
        { resources: { limits: limitsOf(worker) }, ...sidecarProbes(worker) },
      ),
    },
  };
}
