import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Destroyed, destroy } from '../../src/cleanup/destroy.ts';
import type { Leftover } from '../../src/cleanup/leftover.ts';
import { listPreviewThings, type Owner } from '../../src/cleanup/previews.ts';
import { openSite, type Site } from '../../src/cleanup/site.ts';
import type { Deployment } from '../../src/config/deployment.ts';
import { parseDeployment } from '../../src/config/load.ts';
import { claimName } from '../../src/config/preview-names.ts';
import {
  type Emulator,
  type EmulatorOptions,
  type SeedProject,
  startEmulator,
} from '../../src/emulator/emulator.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import { Pool } from '../../src/engine/pool.ts';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import { getProject } from '../../src/google/cloudresourcemanager.ts';
import { createTransport } from '../../src/google/transport.ts';
import { type Clock, scaledClock } from '../../src/lib/clock.ts';
import { deployerEmail, seedProject } from '../../src/rehearsal/seed.ts';
import { createContext } from '../../src/resources/context.ts';
import { markText } from '../../src/resources/mark.ts';
import { admin } from './action.ts';
import { hastyClock, noServer, provisionHere } from './estate.ts';

export const folder = 'test/fixtures/cleanup';
export const projects = { staging: 'shop-staging', production: 'shop-production' };
/** The repository that the tests' own things belong to. */
export const repository = '42';

const file = `${folder}/deploy.yaml`;

export async function shopDeployment(environment: string, repositoryId = repository): Promise<Deployment> {
  const text = await readFile(file, 'utf8');
  const parsed = parseDeployment(text, { file, root: dirname(file), environment, repositoryId });
  if (!parsed.deployment) throw new Error(JSON.stringify(parsed.findings));
  return parsed.deployment;
}

/** Whose previews the tests clean up. */
export async function shopOwner(): Promise<Owner> {
  const text = await readFile(file, 'utf8');
  const sqlNames: Owner['sqlNames'] = (pullRequest) => {
    const options = { file, root: dirname(file), environment: `pr-${pullRequest}` };
    const { database } = parseDeployment(text, options).deployment ?? {};
    return database && { database: database.name, user: database.user };
  };
  return { deployment: 'shop', repository, sqlNames };
}

/** Calls the emulator as the owner of its projects; throws on a refusal, so that no estate is half planted. */
export async function call<T = Record<string, unknown>>(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${emulator.url}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${emulator.userToken(admin)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}

/** Cloud Run things of one environment, as deploy-service would leave them. */
export async function plantWorkloads(emulator: Emulator, deployment: Deployment): Promise<void> {
  const { project, region, labels, network } = deployment;
  const parent = `v2/projects/${project}/locations/${region}`;
  const template = (account: string) => ({
    serviceAccount: `${account}@${project}.iam.gserviceaccount.com`,
    containers: [{ image: `${region}-docker.pkg.dev/${project}/shop/none:v1` }],
    ...(network
      ? { vpcAccess: { networkInterfaces: [{ network: network.name, subnetwork: network.subnet }] } }
      : {}),
  });
  for (const { app, worker, serviceAccount } of deployment.services) {
    const body = { labels, template: template(serviceAccount) };
    if (app) await call(emulator, 'POST', `${parent}/services?serviceId=${app.name}`, body);
    if (worker) await call(emulator, 'POST', `${parent}/workerPools?workerPoolId=${worker.name}`, body);
  }
}

/** Everything that a preview has, with the marks that it carries. */
export async function plantPreview(
  emulator: Emulator,
  pullRequest: number,
  options: {
    repositoryId?: string;
    expiresAt?: number;
    claim?: boolean;
    /** One of each kind and no more. */
    few?: boolean;
  } = {},
): Promise<void> {
  const whole = await shopDeployment(`pr-${pullRequest}`, options.repositoryId);
  const deployment = options.few ? few(whole) : whole;
  const { project, labels, database, region } = deployment;
  const projectPath = `v1/projects/${project}`;
  if (options.claim !== false) {
    await call(emulator, 'POST', `${projectPath}/secrets?secretId=${claimName('shop', pullRequest)}`, {
      replication: { automatic: {} },
      labels: { ...labels, 'expires-at': String(options.expiresAt ?? 4_000_000_000), commit: 'abcdef012345' },
    });
  }
  for (const { id } of deployment.serviceAccounts) {
    await call(emulator, 'POST', `${projectPath}/serviceAccounts`, {
      accountId: id,
      serviceAccount: { displayName: id, description: markText(labels) },
    });
    await grant(emulator, project, 'roles/cloudsql.client', id);
  }
  for (const { name } of deployment.secrets) {
    await call(emulator, 'POST', `${projectPath}/secrets?secretId=${name}`, {
      replication: { automatic: {} },
      labels,
    });
    await call(emulator, 'POST', `${projectPath}/secrets/${name}:addVersion`, {
      payload: { data: Buffer.from('a value').toString('base64') },
    });
  }
  for (const { name } of deployment.buckets) {
    await call(emulator, 'POST', `storage/v1/b?project=${project}`, {
      name,
      location: 'US-CENTRAL1',
      labels,
    });
    await putObject(emulator, name, 'images/cat.png');
  }
  if (database) {
    const instance = `${projectPath}/instances/${database.instance}`;
    await call(emulator, 'POST', `${instance}/databases`, { name: database.name, charset: 'UTF8' });
    await call(emulator, 'POST', `${instance}/users`, { name: database.user, password: 'a-password-1' });
  }
  await plantWorkloads(emulator, deployment);
  await call(
    emulator,
    'POST',
    `v2/projects/${project}/locations/${region}/jobs?jobId=pr-${pullRequest}-seed`,
    {
      labels,
      template: { template: { containers: [{ image: `${region}-docker.pkg.dev/${project}/shop/none:v1` }] } },
    },
  );
}

function few(deployment: Deployment): Deployment {
  const { services, secrets, serviceAccounts } = deployment;
  const [account] = serviceAccounts;
  const first = [services.find(({ app }) => app), services.find(({ worker }) => worker)];
  return {
    ...deployment,
    secrets: secrets.slice(0, 1),
    serviceAccounts: serviceAccounts.slice(0, 1),
    services: first.flatMap((one) => (one ? [{ ...one, serviceAccount: account?.id ?? '' }] : [])),
  };
}

export async function putObject(emulator: Emulator, bucket: string, name: string): Promise<void> {
  const path = `upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
  await call(emulator, 'POST', path, 'content');
}

interface Policy {
  readonly etag?: string;
  readonly bindings?: { readonly role: string; readonly members: readonly string[] }[];
}

export async function projectPolicy(emulator: Emulator, project: string): Promise<Policy> {
  return await call<Policy>(emulator, 'POST', `v1/projects/${project}:getIamPolicy`, {});
}

async function grant(emulator: Emulator, project: string, role: string, account: string): Promise<void> {
  const policy = await projectPolicy(emulator, project);
  const members = [`serviceAccount:${account}@${project}.iam.gserviceaccount.com`];
  await call(emulator, 'POST', `v1/projects/${project}:setIamPolicy`, {
    policy: { ...policy, bindings: [...(policy.bindings ?? []), { role, members }] },
  });
}

/** Provisions the environment as the action does, with its workloads. */
export async function plantEnvironment(
  emulator: Emulator,
  environment: string,
  repositoryId = repository,
): Promise<void> {
  const deployment = await shopDeployment(environment, repositoryId);
  const outcomes = await provisionHere({ emulator, deployment, values: {} });
  const bad = outcomes.filter(({ state }) => state === 'failed' || state === 'not tried');
  if (bad.length > 0) throw new Error(bad.map(({ address, error }) => `${address}: ${error}`).join('; '));
  await plantWorkloads(emulator, deployment);
}

/** Both projects; their deployer may also change private zones and alerts, which the fixture asks for. */
export const seeds = (): readonly SeedProject[] =>
  Object.values(projects).map((project) => {
    const seed = seedProject(project, { repositoryId: repository, ownerId: '7' });
    const members = [`serviceAccount:${deployerEmail(project)}`];
    const more = ['roles/dns.admin', 'roles/monitoring.editor'].map((role) => ({ role, members }));
    const owner = { role: 'roles/owner', members: [`user:${admin}`] };
    return { ...seed, bindings: [...(seed.bindings ?? []), ...more, owner] };
  });

/** An estate that was planted once and is there for any number of emulators, each with a copy of its own. */
export class Planted implements AsyncDisposable {
  readonly #folder: string;

  private constructor(temporary: string) {
    this.#folder = temporary;
  }

  static async by(plant: (emulator: Emulator) => Promise<void>): Promise<Planted> {
    const planted = new Planted(await mkdtemp(join(tmpdir(), 'aethercast-cleanup-')));
    const stateFile = join(planted.#folder, 'state.json');
    await using emulator = await startEmulator({ projects: seeds(), postgres: noServer, stateFile });
    await plant(emulator);
    return planted;
  }

  async start(options: Pick<EmulatorOptions, 'latency' | 'timeScale'> = {}): Promise<Emulator> {
    const stateFile = await this.copy();
    return await startEmulator({ projects: seeds(), postgres: noServer, stateFile, ...options });
  }

  /** A state file for one emulator. */
  async copy(): Promise<string> {
    const copy = await mkdtemp(join(this.#folder, 'copy-'));
    await Promise.all(
      ['state.json', 'state.json.secrets'].map((name) => cp(join(this.#folder, name), join(copy, name))),
    );
    return join(copy, 'state.json');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export interface Here {
  readonly site: Site;
  readonly options: {
    readonly pool: Pool;
    readonly clock: Clock;
    readonly emit: (event: EngineEvent) => void;
    readonly signal?: AbortSignal;
  };
}

export interface How {
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  /** The clock of an emulator that takes its time; without it no waiting takes any. */
  readonly timeScale?: number;
}

/** What the action works with, within this process. */
export async function siteHere(
  emulator: Emulator,
  deployment: Deployment,
  { fetch, signal, timeScale }: How = {},
): Promise<Here> {
  const clock = timeScale === undefined ? hastyClock() : scaledClock(timeScale);
  const transport = createTransport({
    fetch: fetchOfRunner,
    environment: emulator.environment(),
    accessToken: () => Promise.resolve(emulator.userToken(admin)),
    clock,
    ...(fetch ? { fetch } : {}),
    ...(signal ? { signal } : {}),
  });
  const google = { transport, clock, ...(signal ? { signal } : {}) };
  const { projectNumber = '' } = await getProject(google, deployment.project);
  const context = createContext({
    google,
    deployment,
    projectNumber,
    deployer: undefined,
    values: {},
    justEnabled: new Set(),
  });
  const options = { pool: new Pool(16), clock, emit: () => undefined, ...(signal ? { signal } : {}) };
  return { site: await openSite(context), options };
}

/** Removes one preview as the action does. */
export async function removePreview(
  emulator: Emulator,
  pullRequest: number,
  how: How = {},
): Promise<Destroyed> {
  const environment = `pr-${pullRequest}`;
  const { site, options } = await siteHere(emulator, await shopDeployment(environment), how);
  const owner = await shopOwner();
  const list = async (): Promise<readonly Leftover[]> =>
    (await listPreviewThings(site, owner)).filter(({ mark }) => mark.environment === environment);
  return await destroy(list, { ...options, because: () => 'a test' });
}
