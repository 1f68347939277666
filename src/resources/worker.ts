/** The worker of a service as the resource that its `runtime` says. */
import type { Service, Worker } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import type { Context } from './context.ts';
import { runJobAddress, workerJob } from './run-job.ts';
import { runServiceAddress } from './run-service.ts';
import { type WorkerRollout, workerPool, workerPoolAddress } from './worker-pool.ts';
import { workerService } from './worker-service.ts';
import type { Release } from './workload.ts';

export function workerResource(
  context: Context,
  service: Service,
  worker: Worker,
  release: Release,
  rollout: WorkerRollout,
): Resource {
  switch (worker.runtime) {
    case 'pool':
      return workerPool(context, service, worker, release, rollout) as Resource;
    case 'service':
      return workerService(context, service, worker, release, rollout) as Resource;
    case 'job':
      return workerJob(context, service, worker, release, rollout) as Resource;
  }
}

export function workerAddress({ runtime, name }: Pick<Worker, 'runtime' | 'name'>): string {
  switch (runtime) {
    case 'pool':
      return workerPoolAddress(name);
    case 'service':
      return runServiceAddress(name);
    case 'job':
      return runJobAddress(name);
  }
}
