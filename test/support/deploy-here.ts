import { resourcesOf } from '../../src/actions/deploy-from-file.ts';
import type { Deployment } from '../../src/config/deployment.ts';
import { parseDeployment } from '../../src/config/load.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { applyPlan } from '../../src/engine/apply.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { makePlan, type Plan } from '../../src/engine/plan.ts';
import { Pool } from '../../src/engine/pool.ts';
import type { Resource } from '../../src/engine/resource.ts';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import { getProject } from '../../src/google/cloudresourcemanager.ts';
import { createTransport } from '../../src/google/transport.ts';
import { refusalPasses } from '../../src/release/own-grants.ts';
import { prepareRelease } from '../../src/release/release.ts';
import { smokeTest } from '../../src/release/smoke.ts';
import { createContext } from '../../src/resources/context.ts';
import { readFacts } from '../../src/resources/facts.ts';
import { formerWorkers } from '../../src/resources/former-workers.ts';
import type { Trial } from '../../src/resources/rollout.ts';
import type { Shift } from '../../src/resources/wanted-traffic.ts';
import { admin } from './action.ts';
import { hastyClock } from './estate.ts';

/** The deployment of a text; fails when it has findings. */
export function deploymentFrom(text: string): Deployment {
  const { deployment, findings } = parseDeployment(text, { file: 'deploy.yaml', root: '.' });
  if (!deployment) throw new Error(JSON.stringify(findings));
  return deployment;
}

export interface DeployOptions {
  readonly emulator: Emulator;
  readonly deployment: Deployment;
  readonly commit: string;
  readonly shift?: Shift;
  readonly tag?: string;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  readonly onPassed?: (trial: Trial) => void;
  /** Whether the app is tried before it gets traffic. */
  readonly tested?: boolean;
}

/** What deploy-service does with the first service of a file, within this process. */
export async function deployHere(options: DeployOptions): Promise<readonly Outcome[]> {
  const { resources, plan, session } = await planHere(options);
  return await applyPlan(resources, plan, session);
}

/** What it would do. */
export async function planHere(options: DeployOptions): Promise<{
  readonly resources: readonly Resource[];
  readonly plan: Plan;
  readonly session: Parameters<typeof applyPlan>[2];
}> {
  const { emulator, deployment, signal } = options;
  const clock = hastyClock();
  const doFetch = options.fetch ? { fetch: options.fetch } : {};
  const interruption = signal ? { signal } : {};
  const environment = emulator.environment();
  const transport = createTransport({
    fetch: fetchOfRunner,
    environment,
    accessToken: () => Promise.resolve(emulator.userToken(admin)),
    clock,
    ...doFetch,
    ...interruption,
  });
  const google = { transport, clock, ...interruption };
  const { projectNumber = '' } = await getProject(google, deployment.project);
  const context = createContext({
    google,
    deployment,
    projectNumber,
    deployer: undefined,
    values: {},
    justEnabled: new Set(),
  });
  const [service] = deployment.services;
  if (!service) throw new Error('the file has no service');
  await readFacts(
    context,
    [service, ...(service.sidecars ?? [])].flatMap(({ env }) => Object.values(env)),
  );
  const sidecarImages = Object.fromEntries(
    (service.sidecars ?? []).map(({ name, image = '' }) => [name, image]),
  );
  const release = await prepareRelease(
    context,
    service,
    { image: service.image ?? '', sidecarImages },
    { commit: options.commit },
  );
  const passes = refusalPasses(context);
  const { app } = service;
  const shift = options.shift ?? { kind: 'shift' };
  const test = async (trial: Trial): Promise<void> => {
    if (!app?.smoke) return;
    await smokeTest(trial.url, app.smoke, { environment, clock, ...doFetch, ...interruption });
    options.onPassed?.(trial);
  };
  const rollout = {
    shift,
    passes,
    ...(options.tested === false ? {} : { test }),
    ...(options.tag ? { tag: options.tag } : {}),
  };
  const held = shift.kind === 'hold' || shift.kind === 'none';
  const former = await formerWorkers(context, service, held);
  const resources = [...resourcesOf(context, service, release, rollout), ...former];
  const session = { pool: new Pool(16), clock, emit: () => undefined, ...interruption };
  return { resources, plan: await makePlan(resources, session), session };
}
