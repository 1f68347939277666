/**
 * A Cloud Run worker pool: containers that pull their work, without URL, port or request timeout. A change of the
 * instance count alone makes no revision. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.workerPools
 */
import type { Service, Worker } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import type { RunWorkerPool } from '../google/run.ts';
import type { Context } from './context.ts';
import { containerOf, type Release, revisionLabels, templateOf, workloadResource } from './workload.ts';

export const workerPoolAddress = (name: string): string => `worker_pool/${name}`;

export function workerPool(
  context: Context,
  service: Service,
  worker: Worker,
  release: Release,
): Resource<RunWorkerPool> {
  const want = wantOf(context, service, worker, release);
  return workloadResource<RunWorkerPool>(context, {
    kind: 'workerPools',
    name: worker.name,
    address: workerPoolAddress(worker.name),
    place: worker.place,
    want,
    body: (have) => ({
      ...want,
      labels: { ...have?.labels, ...want.labels } as Record<string, string>,
      template: { ...want.template, labels: revisionLabels(want.labels, release) },
    }),
  });
}

function wantOf(context: Context, service: Service, worker: Worker, release: Release): RunWorkerPool {
  return {
    labels: { ...context.deployment.labels, service: service.key },
    scaling: { manualInstanceCount: worker.instances },
    template: {
      ...templateOf(context, service),
      containers: [
        {
          ...containerOf(context, service, release, worker),
          resources: { limits: { cpu: worker.cpu, memory: worker.memory } },
        },
      ],
    },
    instanceSplits: [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }],
  };
}
