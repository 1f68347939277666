import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Emulator, PlantedRepository } from '../emulator/emulator.ts';
import { Failure } from '../lib/failure.ts';
import type { Application } from './application.ts';
import { GitHubHost } from './github-host.ts';
import { type RunRecord, runOnce } from './run.ts';
import type { Masks } from './runner/masks.ts';
import type { Processes } from './runner/processes.ts';
import { deployerEmail, providerName, type TrustedRepository } from './seed.ts';
import { workingTree } from './stand-ins/working-tree.ts';
import type { Located } from './workflow/called.ts';
import type { RunFacts } from './workflow/contexts.ts';
import type { RunEvent } from './workflow/events.ts';
import type { Json } from './workflow/expressions.ts';
import { dispatchInputs } from './workflow/inputs.ts';
import type { Repositories, Repository } from './workflow/repositories.ts';

/** Numbers of the made-up repository and its owner, as GitHub would give them. */
export const trusted: TrustedRepository = { repositoryId: '700100200', ownerId: '400500' };

/** Who starts the runs of a rehearsal. */
const rehearsalActor = 'rehearsal';

/** Makes the application's repository known to the emulated GitHub, with the commit that is rehearsed. */
export function plantApplication(emulator: Emulator, application: Repository): PlantedRepository {
  const github = emulator.github.plant({
    fullName: application.name,
    id: Number(trusted.repositoryId),
    ownerId: Number(trusted.ownerId),
    visibility: 'private',
    people: { [rehearsalActor]: 'admin' },
  });
  github.addCommit({ sha: application.sha, parents: [], message: 'The working tree' });
  github.setRef(application.ref, application.sha);
  return github;
}

/** What started a run. */
export interface Trigger {
  readonly eventName: string;
  /** The payload of the webhook. */
  readonly event: Json;
  readonly inputs: Readonly<Record<string, Json>>;
}

/**
 * The event that a workflow is started with: the given payload, a dispatch with the inputs, or a push.
 * Throws Failure EVENT_UNKNOWN and INPUT_INVALID.
 */
export function triggerOf(
  start: Located,
  application: Repository,
  given: { readonly payload?: Json; readonly inputs: Readonly<Record<string, string>> },
): Trigger {
  const { workflow } = start;
  const eventName =
    given.payload === undefined ? defaultEvent(workflow.events) : nameOfPayload(given.payload);
  if (!workflow.events.has(eventName)) {
    throw new Failure('EVENT_UNKNOWN', `${workflow.file} does not run on "${eventName}"`, {
      next: `It runs on: ${[...workflow.events].join(', ')}.`,
    });
  }
  const [owner = '', name = ''] = application.name.split('/');
  const common = {
    ref: application.ref,
    repository: { name, full_name: application.name, owner: { login: owner }, default_branch: 'main' },
    sender: { login: rehearsalActor },
  };
  if (eventName !== 'workflow_dispatch') {
    if (Object.keys(given.inputs).length > 0) {
      throw new Failure('INPUT_INVALID', `a run on "${eventName}" has no inputs`, {
        next: 'Leave --input out, or start the workflow with workflow_dispatch.',
      });
    }
    const payload = given.payload === undefined ? { after: application.sha } : objectOf(given.payload);
    return { eventName, event: { ...common, ...payload }, inputs: {} };
  }
  const inputs = dispatchInputs(workflow.dispatchInputs, given.inputs, workflow.file);
  const asText = Object.entries(inputs).map(([key, value]) => [key, String(value)]);
  return { eventName, event: { ...common, inputs: Object.fromEntries(asText) }, inputs };
}

function defaultEvent(events: ReadonlySet<string>): string {
  return events.has('workflow_dispatch') ? 'workflow_dispatch' : 'push';
}

function nameOfPayload(payload: Json): string {
  const fields = objectOf(payload);
  if ('pull_request' in fields) return 'pull_request';
  if ('schedule' in fields) return 'schedule';
  return 'inputs' in fields ? 'workflow_dispatch' : 'push';
}

function objectOf(value: Json): Readonly<Record<string, Json>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}

/** What stays the same from one run of a rehearsal to the next. */
export interface Stage {
  readonly application: Application;
  readonly deployment: Deployment;
  readonly emulator: Emulator;
  /** The application's repository on the emulated GitHub. */
  readonly github: PlantedRepository;
  readonly repositories: Repositories;
  readonly start: Located;
  readonly trigger: Trigger;
  /** GitHub secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeScale: number;
  readonly processes: Processes;
  readonly masks: Masks;
  readonly signal: AbortSignal;
  /** An existing folder for workspaces; removed by whoever made it. */
  readonly folder: string;
}

/** Values for the secrets that deploy.yaml takes from the environment: a rehearsal does not ask for real ones. */
export function rehearsedSecrets(deployment: Deployment): Record<string, string> {
  const names = deployment.secrets.flatMap(({ source }) =>
    source.kind === 'from_env' ? [source.variable] : [],
  );
  return Object.fromEntries(names.map((name) => [name, `rehearsed-${randomBytes(12).toString('hex')}`]));
}

/** Runs the workflow once against the emulator; `number` counts from 1. */
export async function runNumber(
  stage: Stage,
  number: number,
  onEvent: (event: RunEvent) => void,
): Promise<RunRecord> {
  const folder = join(stage.folder, `run-${number}`);
  await mkdir(folder, { recursive: true });
  const { emulator } = stage;
  const { project } = stage.deployment;
  const { ref, sha } = stage.application.repository;
  const runId = 9_000_000_000 + number;
  const host = new GitHubHost(emulator, stage.github, { id: runId, sha, ref });
  const facts: RunFacts = {
    repository: stage.application.repository,
    ...trusted,
    visibility: 'private',
    actor: rehearsalActor,
    actorId: '1',
    eventName: stage.trigger.eventName,
    event: stage.trigger.event,
    runId: String(runId),
    runNumber: number,
    runAttempt: 1,
    token: '',
    serverUrl: 'https://github.com',
    apiUrl: emulator.github.apiUrl,
    vars: {
      GCP_WORKLOAD_IDENTITY_PROVIDER: providerName(project),
      GCP_SERVICE_ACCOUNT: deployerEmail(project),
      GCP_PROJECT_ID: project,
    },
    secrets: stage.secrets,
  };
  return await runOnce({
    host,
    onArtifact: (artifact) => host.keepArtifact(artifact),
    sources: workingTree(stage.application.repository),
    folder,
    start: stage.start,
    facts,
    inputs: stage.trigger.inputs,
    repositories: stage.repositories,
    environment: {
      ...emulator.environment(),
      ...(stage.timeScale === 1 ? {} : { AETHERCAST_TIME_SCALE: String(stage.timeScale) }),
    },
    oidc: {
      url: emulator.github.oidcUrl,
      issueRequestToken: (claims) =>
        emulator.github.issueRequestToken({ ...claims, repository: claims.repository ?? '' }),
    },
    googleOrigin: emulator.url,
    processes: stage.processes,
    masks: stage.masks,
    now: () => performance.now(),
    signal: stage.signal,
    onEvent,
  });
}
