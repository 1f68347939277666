import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emulator, PlantedRepository } from '../../emulator/emulator.ts';
import { Failure } from '../../lib/failure.ts';
import { GitHubHost } from '../github-host.ts';
import { onEmulator } from '../on-emulator.ts';
import { type RunRecord, runOnce } from '../run.ts';
import { Masks } from '../runner/masks.ts';
import type { Processes } from '../runner/processes.ts';
import type { TrustedRepository } from '../seed.ts';
import { type Located, WorkflowLibrary } from '../workflow/called.ts';
import type { ConcurrencyGroups } from '../workflow/concurrency.ts';
import type { RunFacts } from '../workflow/contexts.ts';
import type { RunEvent } from '../workflow/events.ts';
import type { Json } from '../workflow/expressions.ts';
import { type Happening, listens } from '../workflow/filters.ts';
import type { EnvironmentValues } from '../workflow/host.ts';
import { Repositories, type Repository } from '../workflow/repositories.ts';
import { GitSources } from './git-sources.ts';
import type { GitStore } from './git-store.ts';
import { RunHandle } from './run-handle.ts';
import type { WorldRun } from './types.ts';

/** What all runs of a world share. */
export interface Stage {
  readonly emulator: Emulator;
  readonly github: PlantedRepository;
  readonly store: GitStore;
  readonly suite: Repository;
  readonly trusted: TrustedRepository;
  readonly groups: ConcurrencyGroups;
  readonly processes: Processes;
  /** For workspaces. */
  readonly folder: string;
  readonly environments: Readonly<Record<string, Partial<EnvironmentValues>>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly timeScale: number;
  readonly signal: AbortSignal;
  readonly onEvent: (run: WorldRun, event: RunEvent) => void;
}

/** An event of the repository. */
export interface RepositoryEvent extends Happening {
  readonly payload: Json;
  /** Where the workflow files are read, and what a run checks out. */
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  /** A pull request from a fork, by `pull_request`. */
  readonly fromFork: boolean;
  /** What the filters of branches look at; `ref` when it is left out. */
  readonly filteredRef?: string;
}

/** Starts runs and counts them. */
export class Starter {
  readonly #stage: Stage;
  readonly runs: RunHandle[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Starts every workflow of the event's commit that listens to it. */
  async start(event: RepositoryEvent): Promise<readonly RunHandle[]> {
    const repository = await this.#repositoryAt(event);
    const happening: Happening = { ...event, ref: event.filteredRef ?? event.ref };
    const started: RunHandle[] = [];
    for (const file of await workflowFiles(repository)) {
      const located = await this.#load(repository, file);
      if (listens(located.workflow, happening)) started.push(this.#run(located, event, {}));
    }
    return started;
  }

  /** Starts one workflow, by the name of its file, which must listen to the event. */
  async startOne(
    name: string,
    event: (located: Located) => RepositoryEvent & { readonly inputs: Readonly<Record<string, Json>> },
    at: { readonly ref: string; readonly sha: string },
    eventName: string,
  ): Promise<RunHandle> {
    const repository = await this.#repositoryAt(at);
    const files = await workflowFiles(repository);
    const file = files.find((one) => workflowName(one) === name.replace(/\.ya?ml$/, ''));
    if (file === undefined) {
      throw new Failure('WORKFLOW_UNKNOWN', `there is no workflow ${name} at ${at.ref}`, {
        next: `There are: ${files.map(workflowName).join(', ') || 'none'}.`,
      });
    }
    const located = await this.#load(repository, file);
    if (!located.workflow.events.has(eventName)) {
      throw new Failure('EVENT_UNKNOWN', `${located.workflow.file} does not run on "${eventName}"`, {
        next: `It runs on: ${[...located.workflow.events].join(', ')}.`,
      });
    }
    const happened = event(located);
    return this.#run(located, happened, happened.inputs);
  }

  async #repositoryAt({ ref, sha }: { readonly ref: string; readonly sha: string }): Promise<Repository> {
    const { github, store } = this.#stage;
    return { name: github.fullName, folder: await store.folderOf(sha), ref, sha };
  }

  async #load(repository: Repository, file: string): Promise<Located> {
    return await new WorkflowLibrary(this.#repositories(repository)).load(repository, file);
  }

  #repositories(application: Repository): Repositories {
    return new Repositories([this.#stage.suite, application]);
  }

  #run(located: Located, event: RepositoryEvent, inputs: Readonly<Record<string, Json>>): RunHandle {
    const { github, trusted, emulator } = this.#stage;
    const workflow = workflowName(located.workflow.file);
    const id = 9_000_000_001 + this.runs.length;
    const number = (this.#numbers.get(workflow) ?? 0) + 1;
    this.#numbers.set(workflow, number);
    github.addRun({
      id,
      name: located.workflow.name,
      path: located.workflow.file,
      event: event.eventName,
      headBranch: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      headSha: event.sha,
      runNumber: number,
      attempt: 1,
      actor: event.actor,
    });
    const facts: RunFacts = {
      repository: located.repository,
      ...trusted,
      visibility: github.record.visibility,
      actor: event.actor,
      actorId: String(github.account(event.actor).id),
      eventName: event.eventName,
      event: event.payload,
      runId: String(id),
      runNumber: number,
      runAttempt: 1,
      fromFork: event.fromFork,
      token: '',
      serverUrl: 'https://github.com',
      apiUrl: emulator.github.apiUrl,
      vars: this.#stage.vars,
      secrets: this.#stage.secrets,
    };
    const identity = { ...event, event: event.payload, id, number, workflow };
    const handle = new RunHandle(
      identity,
      () => github.waitsFor(id),
      (run) => this.#work(run, located, facts, inputs),
    );
    this.runs.push(handle);
    return handle;
  }

  async #work(
    run: RunHandle,
    start: Located,
    facts: RunFacts,
    inputs: Readonly<Record<string, Json>>,
  ): Promise<RunRecord> {
    const stage = this.#stage;
    const { emulator, github } = stage;
    const folder = join(stage.folder, `run-${run.id}`);
    await mkdir(folder, { recursive: true });
    const host = new GitHubHost(emulator, github, run, stage.environments);
    github.changeRun(run.id, { status: 'in_progress' });
    let conclusion = 'failure';
    try {
      const record = await runOnce({
        folder,
        start,
        facts,
        inputs,
        host,
        repositories: this.#repositories(start.repository),
        sources: new GitSources(stage.store, start.repository, github.record.defaultBranch),
        ...onEmulator(emulator, stage.timeScale),
        processes: stage.processes,
        masks: new Masks(),
        groups: stage.groups,
        cancelled: run.cancelled,
        runners: run.runners,
        onArtifact: (artifact) => host.keepArtifact(artifact),
        now: () => performance.now(),
        signal: stage.signal,
        onEvent: (event) => {
          run.take(event);
          stage.onEvent(run, event);
        },
      });
      conclusion = record.result;
      return record;
    } finally {
      github.changeRun(run.id, { status: 'completed', conclusion });
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function workflowFiles({ folder }: Repository): Promise<readonly string[]> {
  const names = await readdir(join(folder, '.github/workflows')).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `.github/workflows/${name}`);
}

/** The name of the file without its extension. */
function workflowName(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}
