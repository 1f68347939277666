/** Services, worker pools and jobs of Cloud Run, by their labels. */
import { isNotFound } from '../google/error.ts';
import {
  deleteWorkload,
  getWorkload,
  listWorkloads,
  type RunService,
  type RunWorkerPool,
  type WorkloadKind,
} from '../google/run.ts';
import { deleteJob, getJob, listJobs } from '../google/run-jobs.ts';
import { markOfLabels } from '../resources/mark.ts';
import type { Kind, Leftover } from './leftover.ts';
import { answers, leftover, listIn, marked, type Site, shortName } from './site.ts';

export async function workloads(site: Site): Promise<readonly Leftover[]> {
  const found = await Promise.all([
    ofKind(site, 'services', 'run_service'),
    ofKind(site, 'workerPools', 'worker_pool'),
    jobs(site),
  ]);
  return found.flat();
}

async function ofKind(site: Site, collection: WorkloadKind, kind: Kind): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const at = { kind: collection, project: deployment.project, region: deployment.region };
  const all = await listIn(site, 'run', () => listWorkloads<RunService | RunWorkerPool>(google, at));
  return marked(
    all,
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = shortName(item.name);
      return leftover({
        kind,
        name,
        mark,
        labels: item.labels,
        isThere: () => answers(getWorkload(google, { ...at, name }), isNotFound),
        remove: () => deleteWorkload(google, { ...at, name }),
      });
    },
  );
}

async function jobs(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const at = { project: deployment.project, region: deployment.region };
  const all = await listIn(site, 'run', () => listJobs(google, at));
  return marked(
    all,
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = shortName(item.name);
      return leftover({
        kind: 'job',
        name,
        mark,
        labels: item.labels,
        isThere: () => answers(getJob(google, { ...at, name }), isNotFound),
        remove: () => deleteJob(google, { ...at, name }),
      });
    },
  );
}
