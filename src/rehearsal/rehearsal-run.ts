import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Emulator, PlantedRepository } from '../emulator/emulator.ts';
import type { Application } from './application.ts';
import { GitHubHost } from './github-host.ts';
import { onEmulator } from './on-emulator.ts';
import { type RunRecord, runOnce } from './run.ts';
import type { Masks } from './runner/masks.ts';
import type { Processes } from './runner/processes.ts';
import { workingTree } from './stand-ins/working-tree.ts';
import { type Trigger, trusted } from './trigger.ts';
import type { Located } from './workflow/called.ts';
import type { RunFacts } from './workflow/contexts.ts';
import type { RunEvent } from './workflow/events.ts';
import type { Json } from './workflow/expressions.ts';
import type { EnvironmentValues } from './workflow/host.ts';
import type { Repositories, Repository } from './workflow/repositories.ts';
import type { RehearsedEnvironment } from './world/estate.ts';

/** What stays the same from one run of a rehearsal to the next. */
export interface Stage {
  readonly application: Application;
  readonly emulator: Emulator;
  /** The application's repository on the emulated GitHub. */
  readonly github: PlantedRepository;
  readonly repositories: Repositories;
  readonly estate: readonly RehearsedEnvironment[];
  /** What the GitHub environments have, by name. */
  readonly environments: Readonly<Record<string, Partial<EnvironmentValues>>>;
  /** GitHub secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeScale: number;
  readonly processes: Processes;
  readonly masks: Masks;
  readonly signal: AbortSignal;
  /** An existing folder for workspaces; removed by whoever made it. */
  readonly folder: string;
}

/** A run whose event GitHub knows. */
export interface StagedRun {
  readonly start: Located;
  readonly trigger: Trigger;
  /** The payload, completed. */
  readonly event: Json;
  /** Variables of the repository. */
  readonly vars: Readonly<Record<string, string>>;
}

/** Values for the secrets that deploy.yaml takes from the environment: a rehearsal does not ask for real ones. */
export function rehearsedSecrets(deployments: Iterable<Deployment>): Record<string, string> {
  const sources = [...deployments].flatMap(({ secrets }) => secrets.map(({ source }) => source));
  const names = new Set(sources.flatMap((source) => (source.kind === 'from_env' ? [source.variable] : [])));
  return Object.fromEntries([...names].map((name) => [name, `rehearsed-${randomBytes(12).toString('hex')}`]));
}

/** Runs a workflow once against the emulator; `number` counts all runs of the rehearsal from 1. */
export async function runNumber(
  stage: Stage,
  { start, trigger, event, vars }: StagedRun,
  number: number,
  onEvent: (event: RunEvent) => void,
): Promise<RunRecord> {
  const folder = join(stage.folder, `run-${number}`);
  await mkdir(folder, { recursive: true });
  const { emulator } = stage;
  const { ref, sha } = trigger;
  const repository: Repository = { ...stage.application.repository, ref, sha };
  const runId = 9_000_000_000 + number;
  const host = new GitHubHost(emulator, stage.github, { id: runId, sha, ref }, stage.environments);
  const { workflow } = start;
  stage.github.addRun({
    id: runId,
    name: workflow.name,
    path: workflow.file,
    event: trigger.eventName,
    headBranch: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    headSha: sha,
    runNumber: number,
    attempt: 1,
    actor: trigger.actor,
  });
  const facts: RunFacts = {
    repository,
    ...trusted,
    visibility: 'private',
    actor: trigger.actor,
    fromFork: trigger.fromFork,
    actorId: '1',
    eventName: trigger.eventName,
    event,
    runId: String(runId),
    runNumber: number,
    runAttempt: 1,
    token: '',
    serverUrl: 'https://github.com',
    apiUrl: emulator.github.apiUrl,
    vars,
    secrets: stage.secrets,
  };
  return await runOnce({
    host,
    onArtifact: (artifact) => host.keepArtifact(artifact),
    sources: workingTree(repository, stage.github),
    folder,
    start: { ...start, repository },
    facts,
    inputs: trigger.inputs,
    repositories: stage.repositories,
    ...onEmulator(emulator, stage.timeScale),
    processes: stage.processes,
    masks: stage.masks,
    now: () => performance.now(),
    signal: stage.signal,
    onEvent,
  });
}
