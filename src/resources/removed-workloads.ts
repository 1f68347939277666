/**
 * Workloads of ours that went out of deploy.yaml: of services that it has no more, apps under another name, workers that
 * were taken out. Others may still call them, so that they go at the end of a release and only when asked for in so many
 * words: see docs/decisions/0037-what-went-out-of-the-file.md.
 */
import type { Deployment } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import { isFormerOf } from './former-workers.ts';
import { kinds, retiredWorkload, type Unasked, unaskedWorkloads } from './retired-workload.ts';
import type { RunSite } from './run-listing.ts';

export interface RemovedOptions {
  /** What a person can do about those that stay; nothing when they go. */
  readonly stays: string | undefined;
  /** Leaves out what deploy-service takes away by itself when it replaces a worker. */
  readonly withoutFormer: boolean;
}

export async function removedWorkloads(
  site: RunSite,
  { stays, withoutFormer }: RemovedOptions,
): Promise<readonly Resource[]> {
  const { deployment } = site;
  const isFormer = (one: Unasked) => deployment.services.some((service) => isFormerOf(service, one));
  const found = await unaskedWorkloads(site);
  return found
    .filter((one) => one.isOurs && !(withoutFormer && isFormer(one)))
    .map(
      (one) =>
        retiredWorkload(site, one, {
          because: [whyRemoved(deployment, one), one.since].filter((part) => part !== '').join('; '),
          after: [],
          stays,
          running: 'A release with `prune: true` after its end deletes it.',
          destructive: true,
        }) as Resource,
    );
}

function whyRemoved({ file, services }: Deployment, { service: key, isWorker }: Unasked): string {
  const service = services.find((one) => one.key === key);
  if (!key) return `${file} does not ask for it`;
  if (!service) return `${file} has no service ${key} any more`;
  const { app, worker } = service;
  if (isWorker) {
    return worker
      ? `the worker of services.${key} is ${kinds[worker.runtime]} ${worker.name} now`
      : `services.${key} has no worker any more`;
  }
  return app ? `the app of services.${key} is ${app.name} now` : `services.${key} has no app any more`;
}
