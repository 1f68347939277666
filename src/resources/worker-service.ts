/**
 * A worker with a health listener: a Cloud Run service that nobody calls. As many instances as were asked for always
 * run and have their CPU, since work comes from elsewhere than from requests.
 * https://cloud.google.com/run/docs/configuring/billing-settings
 */
import type { App, Service, Worker } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import type { RunService } from '../google/run.ts';
import type { Context } from './context.ts';
import { runService } from './run-service.ts';
import type { WorkerRollout } from './worker-pool.ts';
import type { Release } from './workload.ts';

/** Cloud Run's own. */
const requestTimeout = 300;
const defaultPort = 8080;

/**
 * Held back it has no tag: a revision that can be reached has its instances, and would work beside the old one.
 */
export function workerService(
  context: Context,
  service: Service,
  worker: Worker,
  release: Release,
  { passes, hold, after }: WorkerRollout,
): Resource<RunService> {
  const shift = { kind: hold ? 'none' : 'shift' } as const;
  return runService(context, service, asApp(worker), release, { shift, passes }, { part: 'worker', after });
}

function asApp(worker: Worker): App {
  const { name, cpu, memory, gpu, command, args, startupProbe, livenessProbe, dependsOn, place } = worker;
  return {
    name,
    port: worker.port ?? defaultPort,
    cpu,
    memory,
    ...(gpu && { gpu }),
    ...(command && { command }),
    ...(args && { args }),
    ...(startupProbe && { startupProbe }),
    ...(livenessProbe && { livenessProbe }),
    ...(dependsOn && { dependsOn }),
    timeoutSeconds: requestTimeout,
    minInstances: worker.instances,
    maxInstances: worker.instances,
    ingress: 'internal',
    authentication: 'iam',
    sessionAffinity: false,
    cpuAlwaysAllocated: true,
    place,
  };
}
