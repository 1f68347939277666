import { partsOf, revisions, type Template, type Workload } from '../apis/run-resource.ts';
import type { Cloud } from '../service.ts';

/**
 * Where a request comes from. The emulator cannot see that, all clients are on one machine, so a request says it in the
 * header `x-emulator-from`: a service, worker pool or job, by its name or its full name, or `@load-balancer`. Without
 * the header it comes from the internet.
 */
export const originHeader = 'x-emulator-from';

export type Origin =
  | { readonly kind: 'internet' }
  | { readonly kind: 'load-balancer' }
  | {
      readonly kind: 'workload';
      /** Full name. */
      readonly name: string;
      readonly template: Template;
    };

const collections = ['services', 'workerPools', 'jobs'] as const;

/** Nothing, if the header names a workload that does not exist. */
export function originOf(cloud: Cloud, header: string | null, target: string): Origin | undefined {
  if (header === null || header === '') return { kind: 'internet' };
  if (header === '@load-balancer') return { kind: 'load-balancer' };
  for (const collection of collections) {
    const name = header.includes('/') ? header : `${siblings(target, collection)}/${header}`;
    const workload = cloud.table<Workload>(`run.${collection}`).get(name);
    if (workload !== undefined && name.includes(`/${collection}/`)) {
      return { kind: 'workload', name, template: runningTemplate(cloud, workload) };
    }
  }
  return undefined;
}

/** A short name stands for a workload in the project and region of the service that is called. */
function siblings(target: string, collection: string): string {
  const { project, location } = partsOf(target);
  return `projects/${project}/locations/${location}/${collection}`;
}

/** What runs is the last revision that became ready, not what was asked for since; a job keeps its tasks' one inside. */
function runningTemplate(cloud: Cloud, workload: Workload): Template {
  const ready = revisions(cloud).get(workload.latestReadyRevision ?? '')?.template ?? workload.template;
  return ready.containers === undefined ? ((ready.template as Template | undefined) ?? ready) : ready;
}
