import { invalid, revisions, shortName, type Workload } from './run-resource.ts';
import { forgetRevisions } from './run-revisions.ts';
import type { Kind } from './run-workload.ts';

interface Split {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
}

type WorkerPool = Workload & {
  instanceSplits?: readonly Split[];
  scaling?: { manualInstanceCount?: number };
};

const latest = 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST';

export const workerPoolKind: Kind = {
  collection: 'workerPools',
  message: 'WorkerPool',
  typeUrl: 'type.googleapis.com/google.cloud.run.v2.WorkerPool',
  idParameter: 'workerPoolId',
  idField: 'CreateWorkerPoolRequest.worker_pool_id',
  permissions: 'run.workerpools',
  label: 'WORKER_POOL',
  step: 'run.workerPool',
  settable: [
    'annotations',
    'binaryAuthorization',
    'client',
    'clientVersion',
    'customAudiences',
    'description',
    'instanceSplits',
    'labels',
    'launchStage',
    'scaling',
    'template',
  ],
  forget: forgetRevisions,
  conditionTypes: ['WorkerPoolReady'],
  complete: (cloud, workload, coming): Workload => {
    const pool = workload as WorkerPool;
    const instances = pool.scaling?.manualInstanceCount;
    if (instances !== undefined && (!Number.isInteger(instances) || instances < 0)) {
      throw invalid('scaling.manual_instance_count must not be negative');
    }
    const splits = pool.instanceSplits?.length ? pool.instanceSplits : [{ type: latest, percent: 100 }];
    const sum = splits.reduce((total, split) => total + (split.percent ?? 0), 0);
    if (sum !== 100) throw invalid(`instance_splits: the percentages must add up to 100, not ${sum}`);
    for (const { revision } of splits) {
      if (!revision || shortName(revision) === coming) continue;
      if (!revisions(cloud).has(`${pool.name}/revisions/${shortName(revision)}`)) {
        throw invalid(`instance_splits: Revision '${revision}' does not exist`);
      }
    }
    return {
      ...pool,
      scaling: { ...pool.scaling, manualInstanceCount: instances ?? 1 },
      instanceSplits: splits,
    };
  },
  route: (_cloud, workload): Partial<Workload> => ({
    instanceSplitStatuses: (workload as WorkerPool).instanceSplits,
  }),
};
