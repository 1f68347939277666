import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlantedRepository, type SeedProject, startEmulator } from '../../emulator/emulator.ts';
import { Failure } from '../../lib/failure.ts';
import { readApplication, suiteRepository, withText } from '../application.ts';
import { rehearsedSecrets } from '../rehearsal-run.ts';
import { Processes } from '../runner/processes.ts';
import { trusted } from '../trigger.ts';
import { ConcurrencyGroups } from '../workflow/concurrency.ts';
import type { Json } from '../workflow/expressions.ts';
import type { EnvironmentValues } from '../workflow/host.ts';
import { dispatchInputs } from '../workflow/inputs.ts';
import { environmentsOf, environmentValues, projectsOf, suiteWorkflows, variablesOf } from './estate.ts';
import { forkRef } from './git-sources.ts';
import { GitStore } from './git-store.ts';
import { type RepositoryEvent, Starter } from './start.ts';
import type {
  By,
  EnvironmentSettings,
  Files,
  NewPullRequest,
  Started,
  World,
  WorldOptions,
  WorldPull,
  WorldRun,
} from './types.ts';

export type * from './types.ts';

const defaultBranch = 'main';
const lead = 'lead';
/** Whose fork it is when nobody is named. */
const stranger = 'stranger';

/**
 * Opens a world: emulators of Google Cloud and GitHub, and a git repository with the files of an application. Runs start by
 * what happens in the repository, work at the same time, and share concurrency groups, environments and the estate. A world
 * has a folder, a port and processes of its own: several do not disturb each other.
 */
export async function openWorld(options: WorldOptions): Promise<World> {
  const inFolder = await readApplication(options.application);
  const application = withText(inFolder, options.files?.[inFolder.configFile] ?? inFolder.text);
  const estate = environmentsOf(application);
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  const gitFolder = join(folder, 'git');
  await mkdir(gitFolder);
  const store = await GitStore.create(gitFolder);
  const emulator = await startEmulator({
    projects: owned(
      options.projects ?? projectsOf(estate, { ...trusted, workflows: suiteWorkflows }),
      options.owner,
    ),
    seed: application.repository.name,
    ...present(options, [
      'latency',
      'quotas',
      'consistency',
      'faults',
      'timeScale',
      'postgres',
      'journalFile',
    ]),
  });
  const [first] = estate;
  const github = emulator.github.plant({
    fullName: application.repository.name,
    id: Number(trusted.repositoryId),
    ownerId: Number(trusted.ownerId),
    visibility: options.visibility ?? 'private',
    defaultBranch,
    people: peopleOf(options.environments ?? {}),
  });
  for (const [name, settings] of Object.entries(options.environments ?? {})) {
    github.protect(name, {
      reviewers: settings.reviewers ?? [],
      preventSelfReview: settings.preventSelfReview ?? false,
    });
  }
  const stop = new AbortController();
  const processes = new Processes(options.jobs ?? availableParallelism() * 2 + 2);
  const starter = new Starter({
    emulator,
    github,
    store,
    suite: await suiteRepository(),
    trusted,
    groups: new ConcurrencyGroups(),
    processes,
    folder,
    environments: withSettings(environmentValues(estate), options.environments ?? {}),
    secrets: { ...rehearsedSecrets(estate.map(({ deployment }) => deployment)), ...options.secrets },
    vars: { ...(first === undefined ? {} : variablesOf(estate, first)), ...options.vars },
    timeScale: options.timeScale ?? 1,
    signal: stop.signal,
    onEvent: options.onEvent ?? (() => undefined),
  });
  const place = new Place(store, github, starter);
  await place.begin(application.repository.folder, options.files ?? {});
  const end = async (): Promise<void> => {
    stop.abort();
    processes.endAll();
    await place.idle();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  return Object.assign(place, { emulator, repository: github, [Symbol.asyncDispose]: end });
}

function present<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const given = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]] as const);
  return Object.fromEntries(given) as Pick<T, K>;
}

function owned(projects: readonly SeedProject[], owner: string | undefined): readonly SeedProject[] {
  if (owner === undefined) return projects;
  const binding = { role: 'roles/owner', members: [`user:${owner}`] };
  return projects.map((project) => ({ ...project, bindings: [...(project.bindings ?? []), binding] }));
}

function peopleOf(
  environments: Readonly<Record<string, EnvironmentSettings>>,
): Record<string, 'admin' | 'write'> {
  const reviewers = Object.values(environments).flatMap((settings) => settings.reviewers ?? []);
  return { ...Object.fromEntries(reviewers.map((login) => [login, 'write' as const])), [lead]: 'admin' };
}

function withSettings(
  own: Record<string, Partial<EnvironmentValues>>,
  settings: Readonly<Record<string, EnvironmentSettings>>,
): Record<string, Partial<EnvironmentValues>> {
  const names = new Set([...Object.keys(own), ...Object.keys(settings)]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      {
        vars: { ...own[name]?.vars, ...settings[name]?.vars },
        secrets: { ...own[name]?.secrets, ...settings[name]?.secrets },
      },
    ]),
  );
}

/** A pull request while the world lives. */
interface OpenPull extends WorldPull {
  sha: string;
  readonly base: string;
  readonly fromFork: boolean;
  readonly runs: WorldRun[];
}

/** The repository and what happens in it. */
class Place implements Omit<World, 'emulator' | 'repository' | typeof Symbol.asyncDispose> {
  readonly #store: GitStore;
  readonly #github: PlantedRepository;
  readonly #starter: Starter;
  readonly #pulls = new Map<number, OpenPull>();
  readonly #unwatch: (() => void)[] = [];

  constructor(store: GitStore, github: PlantedRepository, starter: Starter) {
    this.#store = store;
    this.#github = github;
    this.#starter = starter;
  }

  get runs(): readonly WorldRun[] {
    return this.#starter.runs;
  }

  /** The first commit. */
  async begin(folder: string, files: Files): Promise<void> {
    const sha = await this.#store.commitFolder(folder, files, 'The application');
    await this.#setRef(`refs/heads/${defaultBranch}`, sha, [], 'The application');
  }

  async dispatch(
    workflow: string,
    inputs: Readonly<Record<string, string>> = {},
    options: By & { ref?: string } = {},
  ): Promise<WorldRun> {
    const ref = `refs/heads/${options.ref ?? defaultBranch}`;
    const at = { ref, sha: this.#shaOf(ref) };
    const actor = options.by ?? lead;
    return await this.#starter.startOne(
      workflow,
      (located) => {
        const definitions = located.workflow.dispatchInputs;
        const typed = dispatchInputs(definitions, inputs, located.workflow.file);
        const asText = Object.entries(typed).map(([key, value]) => [key, String(value)]);
        const payload = { inputs: Object.fromEntries(asText), ref, workflow: located.workflow.file };
        return { ...this.#event('workflow_dispatch', payload, at, actor), inputs: typed };
      },
      at,
      'workflow_dispatch',
    );
  }

  async schedule(workflow: string): Promise<WorldRun> {
    const ref = `refs/heads/${defaultBranch}`;
    const at = { ref, sha: this.#shaOf(ref) };
    return await this.#starter.startOne(
      workflow,
      (located) => {
        const [cron = ''] = located.workflow.triggers.get('schedule')?.crons ?? [];
        return { ...this.#event('schedule', { schedule: cron }, at, lead), inputs: {} };
      },
      at,
      'schedule',
    );
  }

  async openPullRequest(wanted: NewPullRequest): Promise<WorldPull> {
    const base = wanted.base ?? defaultBranch;
    const owner = wanted.fork === true ? stranger : wanted.fork || undefined;
    const repository = owner === undefined ? this.#github.fullName : this.#fork(owner);
    const by = wanted.by ?? owner ?? lead;
    const baseSha = this.#shaOf(`refs/heads/${base}`);
    const title = wanted.title ?? `Change ${wanted.branch}`;
    const sha = await this.#store.commit(baseSha, wanted.files, title);
    const record = this.#github.openPull({
      title,
      author: by,
      head: { ref: wanted.branch, sha, repository },
      base: { ref: base, sha: baseSha, repository: this.#github.fullName },
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      ...(wanted.draft === undefined ? {} : { draft: wanted.draft }),
    });
    this.#github.changePull(record.number, { labels: [...(wanted.labels ?? [])] });
    const pull: OpenPull = {
      number: record.number,
      branch: wanted.branch,
      repository,
      sha,
      base,
      fromFork: owner !== undefined,
      runs: [],
    };
    this.#pulls.set(pull.number, pull);
    await this.#moveHead(pull, sha, [baseSha], title);
    const pushed =
      owner === undefined ? await this.#pushed(`refs/heads/${pull.branch}`, undefined, sha, by) : [];
    pull.runs.push(...pushed);
    await this.#tell(pull, 'opened', by);
    return pull;
  }

  async push(
    to: WorldPull | string,
    files: Files,
    options: By & { message?: string } = {},
  ): Promise<Started> {
    const by = options.by ?? lead;
    const message = options.message ?? 'A change';
    if (typeof to !== 'string') return await this.#pushToPull(this.#open(to), files, message, options.by);
    const ref = `refs/heads/${to}`;
    const before = this.#shaOf(ref, `refs/heads/${defaultBranch}`);
    const sha = await this.#store.commit(before, files, message);
    await this.#setRef(ref, sha, [before], message);
    return { sha, runs: await this.#pushed(ref, before, sha, by) };
  }

  async #pushToPull(pull: OpenPull, files: Files, message: string, by: string | undefined): Promise<Started> {
    const actor = by ?? this.#github.pull(pull.number).user.login;
    const before = pull.sha;
    const sha = await this.#store.commit(before, files, message);
    await this.#moveHead(pull, sha, [before], message);
    const pushed = pull.fromFork ? [] : await this.#pushed(`refs/heads/${pull.branch}`, before, sha, actor);
    pull.runs.push(...pushed);
    const open = this.#github.pull(pull.number).state === 'open';
    const runs = open ? await this.#tell(pull, 'synchronize', actor, { before, after: sha }) : [];
    return { sha, runs: [...pushed, ...runs] };
  }

  async close(pull: WorldPull, options: By = {}): Promise<Started> {
    this.#github.changePull(pull.number, { state: 'closed', closedAt: new Date().toISOString() });
    return { runs: await this.#tell(this.#open(pull), 'closed', options.by ?? lead) };
  }

  async reopen(pull: WorldPull, options: By = {}): Promise<Started> {
    this.#github.changePull(pull.number, { state: 'open', closedAt: null });
    return { runs: await this.#tell(this.#open(pull), 'reopened', options.by ?? lead) };
  }

  async merge(wanted: WorldPull, options: By = {}): Promise<Started> {
    const pull = this.#open(wanted);
    const by = options.by ?? lead;
    const ref = `refs/heads/${pull.base}`;
    const before = this.#shaOf(ref);
    const message = `Merge pull request #${pull.number} from ${pull.repository}/${pull.branch}`;
    const sha = await this.#store.merge(before, pull.sha, message);
    if (sha === undefined) {
      throw new Failure('MERGE_CONFLICT', `pull request ${pull.number} is in conflict with ${pull.base}`, {
        next: 'Push to its branch what solves the conflict.',
      });
    }
    await this.#setRef(ref, sha, [before, pull.sha], message);
    const now = new Date().toISOString();
    this.#github.changePull(pull.number, {
      state: 'closed',
      closedAt: now,
      mergedAt: now,
      mergeCommitSha: sha,
    });
    const pushed = await this.#pushed(ref, before, sha, by);
    const closed = await this.#tell(pull, 'closed', by);
    return { sha, runs: [...pushed, ...closed] };
  }

  async label(pull: WorldPull, name: string, options: By = {}): Promise<Started> {
    const { labels } = this.#github.pull(pull.number);
    this.#github.changePull(pull.number, { labels: [...labels.filter((one) => one !== name), name] });
    return { runs: await this.#tell(this.#open(pull), 'labeled', options.by ?? lead, { label: { name } }) };
  }

  async unlabel(pull: WorldPull, name: string, options: By = {}): Promise<Started> {
    const { labels } = this.#github.pull(pull.number);
    this.#github.changePull(pull.number, { labels: labels.filter((one) => one !== name) });
    return { runs: await this.#tell(this.#open(pull), 'unlabeled', options.by ?? lead, { label: { name } }) };
  }

  async comment(pull: WorldPull, body: string, options: By = {}): Promise<Started> {
    const by = options.by ?? lead;
    const comment = this.#github.addComment(pull.number, body, by);
    const issue = this.#github.payload.pullRequest(pull.number);
    const payload = {
      action: 'created',
      issue: { ...issue, pull_request: { url: issue.url } },
      comment,
    } as unknown as Json;
    return await this.emit('issue_comment', payload, { by });
  }

  async emit(eventName: string, payload: Json, options: By & { ref?: string } = {}): Promise<Started> {
    const ref = options.ref ?? `refs/heads/${defaultBranch}`;
    const at = { ref, sha: this.#shaOf(ref) };
    const { filteredRef: _, ...event } = this.#event(eventName, payload, at, options.by ?? lead);
    return { runs: await this.#starter.start(event) };
  }

  async approve(
    run: WorldRun,
    environment: string,
    options: By & { always?: boolean; comment?: string } = {},
  ): Promise<void> {
    const decision = { state: 'approved', by: options.by ?? lead, comment: options.comment ?? 'ok' } as const;
    await this.#decide(run, environment, decision);
    if (options.always !== true) return;
    const again = (id: number, name: string): void => {
      // The job that tells of its waiting listens only when this has returned.
      if (id === run.id && sameName(name, environment)) {
        queueMicrotask(() => this.#github.review(run.id, environment, decision));
      }
    };
    this.#unwatch.push(this.#github.onWaiting(again));
  }

  async reject(run: WorldRun, environment: string, options: By & { comment?: string } = {}): Promise<void> {
    const { by = lead, comment = 'no' } = options;
    await this.#decide(run, environment, { state: 'rejected', by, comment });
  }

  async #decide(
    run: WorldRun,
    environment: string,
    decision: { readonly state: 'approved' | 'rejected'; readonly by: string; readonly comment: string },
  ): Promise<void> {
    const { reviewers, preventSelfReview } = this.#github.environment(environment);
    if (!reviewers.includes(decision.by)) {
      throw new Failure('NOT_A_REVIEWER', `${decision.by} is no reviewer of ${environment}`, {
        next: `Reviewers are: ${reviewers.join(', ') || 'none'}.`,
      });
    }
    if (preventSelfReview && this.#actorOf(run) === decision.by) {
      throw new Failure('NOT_A_REVIEWER', `${decision.by} has started the run and cannot review it`, {
        next: 'Let another reviewer decide.',
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const unwatch = this.#github.onWaiting((id, name) => {
      if (id === run.id && sameName(name, environment)) resolve();
    });
    run.done
      .finally(() => reject(new Error(`run ${run.id} has ended without waiting for ${environment}`)))
      .catch(() => undefined);
    try {
      if (!run.waitsFor().some((name) => sameName(name, environment))) await promise;
    } finally {
      unwatch();
    }
    this.#github.review(run.id, environment, decision);
  }

  #actorOf(run: WorldRun): string {
    const { sender } = run.event as { readonly sender?: { readonly login?: string } };
    return sender?.login ?? lead;
  }

  async idle(): Promise<void> {
    for (let known = -1; known !== this.#starter.runs.length; ) {
      known = this.#starter.runs.length;
      await Promise.allSettled(this.#starter.runs.map((run) => run.done));
    }
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
  }

  /** Makes the fork, as its owner does with one click. Returns its name. */
  #fork(owner: string): string {
    const name = this.#github.fullName.split('/')[1] ?? '';
    return this.#github.fork(owner, name).fullName;
  }

  #open(pull: WorldPull): OpenPull {
    const found = this.#pulls.get(pull.number);
    if (found === undefined) throw new Error(`pull request ${pull.number} is of another world`);
    return found;
  }

  #shaOf(...refs: readonly string[]): string {
    const sha = refs.map((ref) => this.#github.ref(ref)).find((found) => found !== undefined);
    if (sha === undefined) {
      throw new Failure('REF_UNKNOWN', `there is no ${refs[0]}`, { next: 'Push to it first.' });
    }
    return sha;
  }

  async #setRef(ref: string, sha: string, parents: readonly string[], message: string): Promise<void> {
    await this.#store.setRef(ref, sha);
    this.#github.addCommit({ sha, parents, message });
    this.#github.setRef(ref, sha);
  }

  async #moveHead(pull: OpenPull, sha: string, parents: readonly string[], message: string): Promise<void> {
    pull.sha = sha;
    await this.#setRef(`refs/pull/${pull.number}/head`, sha, parents, message);
    if (pull.fromFork) await this.#store.setRef(forkRef(pull.repository, pull.branch), sha);
    else await this.#setRef(`refs/heads/${pull.branch}`, sha, parents, message);
    const { head, base } = this.#github.pull(pull.number);
    const files = await this.#store.difference(base.sha, sha);
    this.#github.changePull(pull.number, { head: { ...head, sha }, files });
  }

  async #pushed(
    ref: string,
    before: string | undefined,
    after: string,
    by: string,
  ): Promise<readonly WorldRun[]> {
    const changed = before === undefined ? undefined : await this.#store.changed(before, after);
    const payload = {
      ref,
      before: before ?? '0'.repeat(40),
      after,
      created: before === undefined,
      deleted: false,
      forced: false,
      head_commit: { id: after },
      pusher: { name: by },
    };
    const event = this.#event('push', payload, { ref, sha: after }, by);
    return await this.#starter.start({ ...event, ...(changed === undefined ? {} : { changed }) });
  }

  /** An action of a pull request: `pull_request` on its merge with the base, and `pull_request_target` on the base. */
  async #tell(
    pull: OpenPull,
    action: string,
    by: string,
    more: Readonly<Record<string, Json>> = {},
  ): Promise<readonly WorldRun[]> {
    const baseRef = `refs/heads/${pull.base}`;
    const merged = this.#github.pull(pull.number).mergedAt !== null;
    const merge = merged ? { ref: baseRef, sha: this.#shaOf(baseRef) } : await this.#mergeRef(pull);
    const payload = {
      action,
      number: pull.number,
      pull_request: this.#github.payload.pullRequest(pull.number) as Json,
      ...more,
    };
    const changed = await this.#store.changed(this.#shaOf(baseRef), pull.sha);
    const common = { action, changed, filteredRef: baseRef };
    const target = { ref: `refs/heads/${defaultBranch}`, sha: this.#shaOf(`refs/heads/${defaultBranch}`) };
    const runs = [
      // A pull request in conflict has no merge commit, and GitHub starts nothing on it.
      ...(merge === undefined
        ? []
        : await this.#starter.start({
            ...this.#event('pull_request', payload, merge, by),
            ...common,
            fromFork: pull.fromFork,
          })),
      ...(await this.#starter.start({
        ...this.#event('pull_request_target', payload, target, by),
        ...common,
      })),
    ];
    pull.runs.push(...runs);
    return runs;
  }

  async #mergeRef(pull: OpenPull): Promise<{ ref: string; sha: string } | undefined> {
    const ref = `refs/pull/${pull.number}/merge`;
    const base = this.#shaOf(`refs/heads/${pull.base}`);
    const message = `Merge ${pull.sha} into ${base}`;
    const sha = await this.#store.merge(base, pull.sha, message);
    this.#github.changePull(pull.number, { mergeCommitSha: sha ?? null });
    if (sha === undefined) return undefined;
    await this.#setRef(ref, sha, [base, pull.sha], message);
    return { ref, sha };
  }

  #event(
    eventName: string,
    payload: Json,
    at: { readonly ref: string; readonly sha: string },
    actor: string,
  ): RepositoryEvent {
    const own = payload as Readonly<Record<string, Json>>;
    const action = typeof own.action === 'string' ? { action: own.action } : {};
    return {
      eventName,
      ...action,
      ...at,
      actor,
      fromFork: false,
      payload: {
        ...own,
        repository: this.#github.payload.repository() as Json,
        sender: this.#github.payload.account(actor) as Json,
      },
    };
  }
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
