import { parseDeployment } from '../../src/config/load.ts';
import type { Emulator, JournalEntry } from '../../src/emulator/emulator.ts';
import { applyPlan } from '../../src/engine/apply.ts';
import type { Change, Leftover } from '../../src/engine/change.ts';
import type { Outcome } from '../../src/engine/events.ts';
import { makePlan } from '../../src/engine/plan.ts';
import { Pool } from '../../src/engine/pool.ts';
import type { Resource } from '../../src/engine/resource.ts';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import type { Google } from '../../src/google/google.ts';
import { createTransport } from '../../src/google/transport.ts';
import { scaledClock } from '../../src/lib/clock.ts';
import { type Context, createContext } from '../../src/resources/context.ts';
import { estate } from '../../src/resources/estate.ts';
import { requireShared } from '../../src/resources/shared.ts';
import { owner, project, type TestCloud } from './emulator.ts';

/** What one run planned, did and asked for. */
export interface Run {
  readonly changes: readonly Change[];
  readonly left: readonly Leftover[];
  readonly outcomes: readonly Outcome[];
  readonly writes: readonly JournalEntry[];
  readonly context: Context;
}

export interface RunSettings {
  /** The resources; all of the estate unless told. */
  readonly resources?: (context: Context) => readonly Resource[];
  readonly prune?: boolean;
  readonly planOnly?: boolean;
  /** Where the folder of deploy.yaml is. */
  readonly workspace?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly caller?: string;
  /** Calls with this token, as the service account that `deployer` names. */
  readonly as?: { readonly token: string; readonly deployer: string };
  readonly environment?: string;
  /** GitHub's number of the repository. */
  readonly repositoryId?: string;
}

/** A deploy.yaml for the emulator's project around these lines. */
export function shop(...lines: readonly string[]): string {
  return ['version: 1', 'name: shop', `project: ${project.id}`, 'region: us-central1', ...lines, ''].join(
    '\n',
  );
}

/** What the resources of a file work with, as the owner of the emulator's project. */
export function contextOf(emulator: Emulator, text: string, settings: RunSettings = {}): Context {
  const { environment, repositoryId } = settings;
  const { deployment, findings } = parseDeployment(text, {
    file: 'deploy.yaml',
    root: '.',
    ...(environment === undefined ? {} : { environment }),
    ...(repositoryId === undefined ? {} : { repositoryId }),
  });
  if (deployment === undefined) throw new Error(findings.map(({ message }) => message).join('; '));
  const clock = scaledClock(50);
  const justEnabled = new Set<string>();
  const token = settings.as?.token ?? emulator.userToken(settings.caller ?? owner);
  const google: Google = {
    clock,
    transport: createTransport({
      fetch: fetchOfRunner,
      environment: emulator.environment(),
      accessToken: () => Promise.resolve(token),
      clock,
      justEnabled,
    }),
  };
  return createContext({
    google,
    deployment,
    projectNumber: project.number,
    deployer: settings.as?.deployer,
    values: settings.values ?? {},
    justEnabled,
    prune: settings.prune ?? false,
    ...(settings.workspace !== undefined && { workspace: settings.workspace }),
  });
}

/** Plans and applies as `provision` does. */
export async function provision(emulator: Emulator, text: string, settings: RunSettings = {}): Promise<Run> {
  const context = contextOf(emulator, text, settings);
  const { clock } = context.google;
  const options = { pool: new Pool(8), clock, emit: () => undefined };
  const resources = (settings.resources ?? estate)(context);
  const before = emulator.journal.length;
  const { changes, ...plan } = await makePlan(resources, options);
  requireShared(context, resources, { changes, ...plan });
  const outcomes = settings.planOnly ? [] : await applyPlan(resources, { changes, ...plan }, options);
  const writes = emulator.journal.slice(before).filter(({ write }) => write);
  return { changes, left: plan.left, outcomes, writes, context };
}

/** `address action field, field`, one for each change. */
export function brief(changes: readonly Change[]): readonly string[] {
  return changes.map(({ address, action, fields }) =>
    `${address} ${action} ${fields.map(({ field }) => field).join(', ')}`.trim(),
  );
}

/** What failed, with its words; nothing when all is well. */
export function failures(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes
    .filter(({ state }) => state === 'failed' || state === 'not tried')
    .map(({ address, error }) => `${address}: ${error instanceof Error ? error.message : 'not tried'}`);
}

/** The newest value of a secret of the emulator's project. */
export async function secretOf(cloud: TestCloud, secret: string): Promise<string> {
  const path = `/v1/projects/${project.id}/secrets/${secret}/versions/latest:access`;
  const { body } = await cloud.asOwner('GET', path);
  return Buffer.from(String(body.payload?.data), 'base64').toString('utf8');
}
