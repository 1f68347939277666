import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment, Service } from '../config/deployment.ts';
import type { Template } from '../config/template.ts';
import { applyPlan } from '../engine/apply.ts';
import type { Outcome } from '../engine/events.ts';
import { makePlan, type Plan } from '../engine/plan.ts';
import type { Resource } from '../engine/resource.ts';
import type { Host } from '../github/host.ts';
import type { Outputs } from '../github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { type FailureReport, reportFailure } from '../release/failure-report.ts';
import { originLabels, prepareRelease } from '../release/release.ts';
import { planTable } from '../report/plan-summary.ts';
import { nameOf } from '../report/sentences.ts';
import type { Context } from '../resources/context.ts';
import { readFacts } from '../resources/facts.ts';
import { formerWorkers } from '../resources/former-workers.ts';
import { invokers } from '../resources/invokers.ts';
import { RevisionFailed } from '../resources/revision-failed.ts';
import type { Rollout } from '../resources/rollout.ts';
import { runService, runServiceAddress } from '../resources/run-service.ts';
import { workerAddress, workerResource } from '../resources/worker.ts';
import type { Release } from '../resources/workload.ts';
import { announceFailure, announceRefusals, summarizeDeployment, type Workload } from './deploy-report.ts';
import { workloadsOf } from './deployed-workloads.ts';
import { type GithubDeploymentInputs, recorded } from './github-deployment.ts';
import { imagesOfInput } from './images-input.ts';
import { loadConfig } from './load-config.ts';
import { type RolloutInputs, rolloutOf } from './rollout-inputs.ts';
import { imageOf, imagesOfSidecars } from './service-images.ts';
import { serviceOf } from './service-of.ts';
import { openSession, type Session } from './session.ts';

export interface FileInputs extends RolloutInputs, GithubDeploymentInputs {
  readonly config: string;
  readonly environment: string | undefined;
  readonly project_id: string | undefined;
  readonly region: string | undefined;
  readonly workload_identity_provider: string | undefined;
  readonly service_account: string | undefined;
  readonly service: string | undefined;
  readonly image: string | undefined;
  readonly images: string | undefined;
  readonly release: string | undefined;
  readonly commit: string | undefined;
}

/** Deploys the app and the worker of one service of a deployment file. */
export async function deployFromFile(inputs: FileInputs, host: Host): Promise<Outputs> {
  const given = imagesOfInput(inputs.images) ?? {};
  const deployment = await loadConfig(inputs, host);
  const service = serviceOf(deployment, inputs.service ?? '');
  const session = await openSession(inputs, deployment, host);
  const { context } = session;
  const rollout = rolloutOf(inputs, service, session, host);
  const [former, image, sidecarImages] = await Promise.all([
    formerWorkers(context, service, isHeld(rollout)),
    imageOf(context.google, deployment, service, inputs.image ?? given[service.key] ?? service.image, host),
    imagesOfSidecars(context.google, deployment, service, given, host),
    readFacts(context, templatesOf(service)),
  ]);
  const target = {
    service: service.key,
    environment: inputs.github_environment ?? deployment.environment,
    image,
    commit: inputs.commit,
    transient: deployment.preview !== undefined,
  };
  return await recorded(inputs, target, host, (begin) =>
    deployImages(
      inputs,
      { deployment, service, session, rollout, former, images: { image, sidecarImages }, begin },
      host,
    ),
  );
}

interface Order {
  readonly deployment: Deployment;
  readonly service: Service;
  readonly session: Session;
  readonly rollout: Rollout;
  /** What the worker was before. */
  readonly former: readonly Resource[];
  readonly images: Pick<Release, 'image' | 'sidecarImages'>;
  /** Called before the first change. */
  readonly begin: () => Promise<void>;
}

async function deployImages(inputs: FileInputs, order: Order, host: Host): Promise<Outputs> {
  const { deployment, service, session, rollout, former, images, begin } = order;
  const { image } = images;
  const { context } = session;
  const origin = originLabels(commitOf(inputs, host), inputs.release);
  const release = await prepareRelease(context, service, images, origin);
  const resources = [...resourcesOf(context, service, release, rollout), ...former];
  const plan = await makePlan(resources, session);
  requireEarlierRevision(service, plan, rollout);
  requireReplaceable(service, plan, rollout);
  if (inputs.dry_run) {
    await host.summarize(`### ${service.key}: plan\n\n${planTable(plan.changes, plan.left)}`);
    return { image, changed: plan.changes.length > 0 };
  }
  await begin();
  const outcomes = await applyPlan(resources, plan, { ...session, signal: host.signal });
  const [workloads, failures] = await Promise.all([
    // Nothing can be looked up any more once the run is interrupted; what was done is told all the same.
    host.signal.aborted ? [] : workloadsOf(context, service, { image, plan, outcomes, tag: inputs.tag }),
    failuresOf(context, service, outcomes, host),
  ]);
  await summarizeDeployment(service, { workloads, outcomes, failures, left: plan.left }, host);
  const announced = failures.map((failure) => announceFailure(failure, deployment.file, host));
  if (announced[0]) throw announced[0];
  announceRefusals(service, outcomes, deployment.file, host);
  requireSuccess(outcomes, host.signal);
  return outputsOf(service, deployment, image, workloads, outcomes);
}

function commitOf({ commit }: FileInputs, { environment }: Host): Host['environment'] {
  return commit ? { ...environment, GITHUB_SHA: commit } : environment;
}

function outputsOf(
  service: Service,
  deployment: Deployment,
  image: string,
  workloads: readonly Workload[],
  outcomes: readonly Outcome[],
): Outputs {
  const app = workloads.find(({ name, kind }) => kind === 'service' && name === service.app?.name);
  const worker = workloads.find(({ name }) => name === service.worker?.name);
  const shown = workloads.map(({ differences, ...workload }) => ({
    ...workload,
    differences: differences.map(({ field }) => field),
  }));
  return {
    url: app?.url,
    revision: app?.revision,
    previous_revision: app?.previous_revision,
    worker_revision: worker?.revision,
    image,
    changed: outcomes.some(({ state }) => state === 'applied'),
    metadata: JSON.stringify({
      service: service.key,
      environment: deployment.environment,
      workloads: shown,
    }),
  };
}

/** Everything that a service's containers are told, as templates. */
function templatesOf({ env, sidecars = [] }: Service): readonly Template[] {
  return [env, ...sidecars.map((sidecar) => sidecar.env)].flatMap((variables) => Object.values(variables));
}

/**
 * The worker gets the new image once the app has passed: a task of the new code beside an app of the old one is what no
 * test of the app would show.
 */
export function resourcesOf(
  context: Context,
  service: Service,
  release: Release,
  rollout: Rollout,
): readonly Resource[] {
  const { app, worker } = service;
  const hold = isHeld(rollout);
  const { passes } = rollout;
  const after = app ? [runServiceAddress(app.name)] : [];
  return [
    ...(app ? [runService(context, service, app, release, rollout), ...invokers(context, app)] : []),
    ...(worker ? [workerResource(context, service, worker, release, { passes, hold, after })] : []),
  ];
}

/** Google gives the first revision all traffic: what asks for anything else is told before anything is made. */
function requireEarlierRevision({ app }: Service, plan: Plan, { shift }: Rollout): void {
  if (!app || plan.entries.get(runServiceAddress(app.name))?.have !== undefined) return;
  if (shift.kind === 'shift' || shift.kind === 'hold') return;
  throw new Failure(
    'NO_EARLIER_REVISION',
    `${app.name} does not exist yet, and a first revision gets all traffic.`,
    {
      next: 'Leave out no_traffic, revision_traffic and tag_traffic for its first deployment.',
    },
  );
}

/** What is new cannot be held back, and would work beside what it replaces. */
function requireReplaceable({ worker }: Service, { changes, entries }: Plan, rollout: Rollout): void {
  const former = changes.find(({ action }) => action === 'delete');
  if (!worker || !former || !isHeld(rollout)) return;
  if (entries.get(workerAddress(worker))?.have !== undefined) return;
  throw new Failure(
    'WORKER_REPLACEMENT_HELD',
    `${former.because}, and what is deployed is to be held back: a first ${worker.runtime} cannot be. Nothing was changed.`,
    {
      next: `Deploy it once without \`traffic: hold\` and \`no_traffic\`: ${nameOf(former.address)} goes once the new one is ready.`,
    },
  );
}

const isHeld = ({ shift }: Rollout): boolean => shift.kind === 'hold' || shift.kind === 'none';

async function failuresOf(
  context: Context,
  service: Service,
  outcomes: readonly Outcome[],
  host: Host,
): Promise<readonly FailureReport[]> {
  const failed = outcomes.flatMap(({ error }) => (error instanceof RevisionFailed ? [error] : []));
  if (failed.length === 0) return [];
  const text = await readFile(join(host.workspace, context.deployment.file), 'utf8');
  return await Promise.all(failed.map((failure) => reportFailure(context, service, failure, text)));
}

function requireSuccess(outcomes: readonly Outcome[], signal: AbortSignal): void {
  const failed = outcomes.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
  // Interrupted between two steps: nothing failed, and yet not all was done.
  if (outcomes.some(({ state }) => state === 'not tried')) signal.throwIfAborted();
}
