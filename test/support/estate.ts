import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Deployment } from '../../src/config/deployment.ts';
import { parseDeployment } from '../../src/config/load.ts';
import type { Emulator, PostgresHost, StateSnapshot } from '../../src/emulator/emulator.ts';
import { applyPlan } from '../../src/engine/apply.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { makePlan } from '../../src/engine/plan.ts';
import { Pool } from '../../src/engine/pool.ts';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import { getProject } from '../../src/google/cloudresourcemanager.ts';
import { createTransport } from '../../src/google/transport.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createContext } from '../../src/resources/context.ts';
import { estate } from '../../src/resources/estate.ts';
import { admin } from './action.ts';

/** The deployment of a file; fails when it has findings. */
export async function deploymentOf(file: string, environment: string): Promise<Deployment> {
  const text = await readFile(file, 'utf8');
  const { deployment, findings } = parseDeployment(text, { file, root: dirname(file), environment });
  if (!deployment) throw new Error(JSON.stringify(findings));
  return deployment;
}

/** A clock on which waiting takes no time: backoff and polling are walked through at once. */
export function hastyClock(): Clock {
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

export interface ProvisionOptions {
  readonly emulator: Emulator;
  readonly deployment: Deployment;
  readonly values: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/** What the provision action does, within this process. */
export async function provisionHere(options: ProvisionOptions): Promise<readonly Outcome[]> {
  const { emulator, deployment, values, signal } = options;
  const clock = hastyClock();
  const justEnabled = new Set<string>();
  const transport = createTransport({
    fetch: fetchOfRunner,
    environment: emulator.environment(),
    accessToken: () => Promise.resolve(emulator.userToken(admin)),
    clock,
    justEnabled,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    ...(signal ? { signal } : {}),
  });
  const google = { transport, clock, ...(signal ? { signal } : {}) };
  const { projectNumber = '' } = await getProject(google, deployment.project);
  const context = createContext({
    google,
    deployment,
    projectNumber,
    deployer: undefined,
    values,
    justEnabled,
  });
  const resources = estate(context);
  const session = { pool: new Pool(16), clock, emit: () => undefined, ...(signal ? { signal } : {}) };
  return await applyPlan(resources, await makePlan(resources, session), session);
}

/** Fields that differ from run to run though the estate is the same. */
const passing = new Set([
  'etag',
  'uid',
  'uniqueId',
  'id',
  'name',
  'selfLink',
  'selfLinkWithId',
  'targetLink',
  'createTime',
  'creationTimestamp',
  'updateTime',
  'timeCreated',
  'updated',
  'fingerprint',
  'metageneration',
  'generation',
  'settingsVersion',
  'oauth2ClientId',
  'since',
  'payload',
  'password',
]);

/** RFC 3339, as Google writes it. */
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;

/** Tables of what was done, not of what there is. */
const bookkeeping = /operation|counter|journal|token|quota|request|log|grant|visib/i;

/** An emulator's state without what may differ between two runs that come to the same estate. */
export function comparable(snapshot: StateSnapshot): Readonly<Record<string, unknown>> {
  const tables = Object.entries(snapshot.tables).filter(([name]) => !bookkeeping.test(name));
  return Object.fromEntries(
    tables.flatMap(([name, rows]) => rows.map(([key, value]) => [`${name} ${key}`, strip(value)] as const)),
  );
}

function strip(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(strip).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value === 'string') return value.replaceAll(moment, 'a moment');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !passing.has(key))
      .map(([key, inner]) => [key, strip(inner)]),
  );
}

/** Cloud SQL without a server behind it: the Admin API answers, and nothing can be connected to. */
export const noServer: PostgresHost = {
  create: async () => ({ address: '127.0.0.1', serverCa: '' }),
  drop: async () => undefined,
  createDatabase: async () => undefined,
  dropDatabase: async () => undefined,
  setUser: async () => undefined,
  dropUser: async () => undefined,
  ephemeralCertificate: async () => '',
  close: async () => undefined,
};
