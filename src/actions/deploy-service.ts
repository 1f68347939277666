import { findImage } from '../build/image.ts';
import { readSource } from '../build/source.ts';
import type { Deployment, Service } from '../config/deployment.ts';
import { applyPlan } from '../engine/apply.ts';
import type { Outcome } from '../engine/events.ts';
import { makePlan } from '../engine/plan.ts';
import type { Resource } from '../engine/resource.ts';
import type { Host } from '../github/host.ts';
import { text } from '../github/inputs.ts';
import type { Google } from '../google/google.ts';
import { getWorkload, type RunService, type RunWorkerPool } from '../google/run.ts';
import { Failure } from '../lib/failure.ts';
import { originLabels, prepareRelease } from '../release/release.ts';
import { code, table } from '../report/markdown.ts';
import { planTable } from '../report/plan-summary.ts';
import { nameOf, totals } from '../report/sentences.ts';
import type { Context } from '../resources/context.ts';
import { readFacts } from '../resources/facts.ts';
import { pinned } from '../resources/image-digest.ts';
import { invokers } from '../resources/invokers.ts';
import { runService, runServiceAddress } from '../resources/run-service.ts';
import { workerPool, workerPoolAddress } from '../resources/worker-pool.ts';
import { type Release, shortName } from '../resources/workload.ts';
import { commonInputs, serviceInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { loadConfig } from './load-config.ts';
import { serviceOf } from './service-of.ts';
import { openSession } from './session.ts';

export const action = defineAction({
  description:
    'Deploy one service to Cloud Run: its app as a service and its worker as a worker pool, by image digest.',
  inputs: {
    ...commonInputs,
    service: serviceInput,
    image: text({
      description:
        'Image to deploy, best by digest. Without it: the image that `build` made of the sources in this checkout, or the `image:` of the file.',
    }),
  },
  outputs: {
    url: 'URL of the service; empty for a worker without an app.',
    revision: 'Revision of the service that is ready.',
    worker_revision: 'Revision of the worker pool that is ready.',
    image: 'The image by digest.',
    changed: '`true` when something was changed.',
    metadata:
      'All of it as JSON: service, environment, workloads with name, kind, revision, image, url, changed, seconds.',
  },
  run: async (inputs, host) => {
    const deployment = await loadConfig(inputs, host);
    const service = serviceOf(deployment, inputs.service);
    const { context, ...session } = await openSession(inputs, deployment, host);
    const [image] = await Promise.all([
      imageOf(context.google, deployment, service, inputs.image, host),
      readFacts(context, Object.values(service.env)),
    ]);
    const release = await prepareRelease(context, service, image, originLabels(host.environment));
    const resources = resourcesOf(context, service, release);
    const plan = await makePlan(resources, session);
    if (inputs.dry_run) {
      await host.summarize(`### ${service.key}: plan\n\n${planTable(plan.changes)}`);
      return { image, changed: plan.changes.length > 0 };
    }
    const outcomes = await applyPlan(resources, plan, { ...session, signal: host.signal });
    const workloads = await workloadsOf(context, service, image, outcomes);
    await summarize(service, workloads, outcomes, host);
    requireSuccess(outcomes, host.signal);
    const app = workloads.find(({ kind }) => kind === 'service');
    return {
      url: app?.url,
      revision: app?.revision,
      worker_revision: workloads.find(({ kind }) => kind === 'worker pool')?.revision,
      image,
      changed: outcomes.some(({ state }) => state === 'applied'),
      metadata: JSON.stringify({ service: service.key, environment: deployment.environment, workloads }),
    };
  },
});

async function imageOf(
  google: Google,
  deployment: Deployment,
  service: Service,
  given: string | undefined,
  host: Host,
): Promise<string> {
  const named = given ?? service.image;
  if (named || !service.build) return await pinned(google, named ?? '');
  const source = await readSource(deployment, service.build, host.workspace);
  const found = await findImage(google, deployment, source);
  if (found) return found.image;
  throw new Failure(
    'IMAGE_NOT_BUILT',
    `The registry has no image of ${service.key} for these sources (${source.tag}).`,
    {
      next: 'Run actions/build for this service in an earlier step or job, on the same checkout.',
    },
  );
}

/** The service and the worker pool run the same image and are deployed at the same time. */
function resourcesOf(context: Context, service: Service, release: Release): readonly Resource[] {
  const { app, worker } = service;
  return [
    ...(app ? [runService(context, service, app, release), ...invokers(context, app)] : []),
    ...(worker ? [workerPool(context, service, worker, release)] : []),
  ];
}

interface Workload {
  readonly name: string;
  readonly kind: 'service' | 'worker pool';
  readonly revision: string;
  readonly image: string;
  readonly url?: string;
  readonly changed: boolean;
  readonly seconds: number;
}

async function workloadsOf(
  context: Context,
  service: Service,
  image: string,
  outcomes: readonly Outcome[],
): Promise<readonly Workload[]> {
  const { google, deployment } = context;
  const at = { project: deployment.project, region: deployment.region };
  const common = (address: string) => {
    const outcome = outcomes.find((one) => one.address === address);
    const milliseconds = outcome ? outcome.endedAt - outcome.startedAt : 0;
    return { image, changed: outcome?.state === 'applied', seconds: Math.round(milliseconds / 100) / 10 };
  };
  const app = async (name: string): Promise<Workload> => {
    const have = await getWorkload<RunService>(google, { kind: 'services', ...at, name });
    const url = have.urls?.[0] ?? have.uri ?? '';
    return {
      name,
      kind: 'service',
      revision: shortName(have.latestReadyRevision),
      url,
      ...common(runServiceAddress(name)),
    };
  };
  const worker = async (name: string): Promise<Workload> => {
    const have = await getWorkload<RunWorkerPool>(google, { kind: 'workerPools', ...at, name });
    return {
      name,
      kind: 'worker pool',
      revision: shortName(have.latestReadyRevision),
      ...common(workerPoolAddress(name)),
    };
  };
  const succeeded = (address: string): boolean =>
    outcomes.some((one) => one.address === address && (one.state === 'applied' || one.state === 'unchanged'));
  return await Promise.all([
    ...(service.app && succeeded(runServiceAddress(service.app.name)) ? [app(service.app.name)] : []),
    ...(service.worker && succeeded(workerPoolAddress(service.worker.name))
      ? [worker(service.worker.name)]
      : []),
  ]);
}

async function summarize(
  service: Service,
  workloads: readonly Workload[],
  outcomes: readonly Outcome[],
  host: Host,
): Promise<void> {
  const done = workloads.map(({ name, kind, revision, url, image, changed }) => [
    name,
    kind,
    changed ? revision : `${revision} (unchanged)`,
    code(image.split('@')[1]?.slice(0, 19) ?? image),
    url ?? '',
  ]);
  const failed = outcomes
    .filter(({ state }) => state === 'failed')
    .map(({ address, error }) => [nameOf(address), error instanceof Error ? error.message : String(error)]);
  const parts = [`### ${service.key}`];
  if (done.length > 0) parts.push(table(['workload', 'kind', 'revision', 'image', 'URL'], done));
  if (failed.length > 0) parts.push(table(['failed', 'why'], failed));
  const changes = outcomes.filter(({ state }) => state === 'applied').flatMap((outcome) => outcome.changes);
  parts.push(totals(changes));
  await host.summarize(parts.join('\n\n'));
}

function requireSuccess(outcomes: readonly Outcome[], signal: AbortSignal): void {
  const failed = outcomes.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
  // Interrupted between two steps: nothing failed, and yet not all was done.
  if (outcomes.some(({ state }) => state === 'not tried')) signal.throwIfAborted();
}
