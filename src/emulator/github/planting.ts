import type { Cloud } from '../service.ts';
import { showComment } from './comments.ts';
import { addStatus, retireEarlier } from './deployment-statuses.ts';
import { touchEnvironment } from './environments.ts';
import { showPull } from './pulls.ts';
import {
  type Account,
  accountOf,
  actionsBot,
  type CommitRecord,
  collection,
  type DeploymentRecord,
  type DeploymentState,
  type EnvironmentRecord,
  findRepository,
  type PullEnd,
  type PullRecord,
  type RepositoryRecord,
  type Role,
  type RunRecord,
  saveRepository,
} from './records.ts';
import { showRepository } from './repositories.ts';
import { awaitReview, type Decision, decide, onWaiting, pendingOf } from './reviews.ts';
import { showAccount } from './views.ts';

export interface NewRepository {
  /** `OWNER/NAME`. */
  readonly fullName: string;
  readonly id: number;
  readonly ownerId: number;
  readonly visibility: 'public' | 'private';
  /** `main` when it is left out. */
  readonly defaultBranch?: string;
  readonly forkOf?: string;
  /** Roles of people by login. */
  readonly people?: Readonly<Record<string, Role>>;
}

export interface NewPull {
  readonly title: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly head: PullEnd;
  readonly base: PullEnd;
  readonly author: string;
  /** The number that it must have; the next one otherwise. */
  readonly number?: number;
}

/**
 * A repository as its people and GitHub itself change it: what happens there by `git push`, in the browser and on
 * runners, and not through the REST API.
 */
export class PlantedRepository {
  readonly #cloud: Cloud;
  readonly #origin: string;
  readonly fullName: string;

  constructor(cloud: Cloud, origin: string, fullName: string) {
    this.#cloud = cloud;
    this.#origin = origin;
    this.fullName = fullName;
  }

  /** Makes the repository, or takes over the one that a state file has. */
  static plant(cloud: Cloud, origin: string, repository: NewRepository): PlantedRepository {
    if (findRepository(cloud, repository.fullName) === undefined) {
      saveRepository(cloud, { defaultBranch: 'main', people: {}, ...repository });
      const owner = repository.fullName.split('/')[0] ?? '';
      accountOf(cloud, owner, 'Organization');
    }
    return new PlantedRepository(cloud, origin, repository.fullName);
  }

  get record(): RepositoryRecord {
    const found = findRepository(this.#cloud, this.fullName);
    if (found === undefined) throw new Error(`${this.fullName} is not planted`);
    return found;
  }

  get #at(): { readonly cloud: Cloud; readonly repository: RepositoryRecord; readonly origin: string } {
    return { cloud: this.#cloud, repository: this.record, origin: this.#origin };
  }

  addCommit(commit: Omit<CommitRecord, 'date'>): void {
    collection(this.#cloud, this.record, 'commits').set(commit.sha, {
      ...commit,
      date: this.#cloud.timestamp(),
    });
  }

  /** `ref` in full, for example `refs/heads/main`. */
  setRef(ref: string, sha: string): void {
    collection(this.#cloud, this.record, 'refs').set(ref, sha);
  }

  ref(ref: string): string | undefined {
    return collection(this.#cloud, this.record, 'refs').get(ref);
  }

  /** The commit that a full ref, or a commit's own number, stands for. */
  commitOf(ref: string): string | undefined {
    const sha = this.ref(ref) ?? ref;
    return collection(this.#cloud, this.record, 'commits').get(sha)?.sha;
  }

  deleteRef(ref: string): void {
    collection(this.#cloud, this.record, 'refs').delete(ref);
  }

  openPull(pull: NewPull): PullRecord {
    const number = pull.number ?? this.#nextPull();
    const record: PullRecord = {
      id: 7_000_000 + this.#cloud.next('github.pull'),
      number,
      state: 'open',
      title: pull.title,
      body: pull.body ?? null,
      draft: pull.draft ?? false,
      head: pull.head,
      base: pull.base,
      user: accountOf(this.#cloud, pull.author),
      labels: [],
      files: [],
      mergeCommitSha: null,
      mergedAt: null,
      closedAt: null,
      createdAt: this.#cloud.timestamp(),
      updatedAt: this.#cloud.timestamp(),
    };
    collection(this.#cloud, this.record, 'pulls').set(number, record);
    return record;
  }

  #nextPull(): number {
    return Math.max(0, ...this.pulls().map(({ number }) => number)) + 1;
  }

  pulls(): PullRecord[] {
    return collection(this.#cloud, this.record, 'pulls').all();
  }

  /** Throws when there is no such pull request. */
  pull(number: number): PullRecord {
    const found = collection(this.#cloud, this.record, 'pulls').get(number);
    if (found === undefined) throw new Error(`there is no pull request ${number} in ${this.fullName}`);
    return found;
  }

  changePull(
    number: number,
    change: Partial<Omit<PullRecord, 'id' | 'number' | 'base' | 'user'>>,
  ): PullRecord {
    return Object.assign(this.pull(number), change, { updatedAt: this.#cloud.timestamp() });
  }

  /** What the comments of a pull request say now, the oldest first. */
  comments(issue: number): string[] {
    const all = collection(this.#cloud, this.record, 'comments').all();
    return all.filter((comment) => comment.issue === issue).map(({ body }) => body);
  }

  /** A comment of a person. Returns it as webhooks show it. */
  addComment(issue: number, body: string, by: string): Record<string, unknown> {
    const now = this.#cloud.timestamp();
    const comment = {
      id: 1_000_000 + this.#cloud.next('github.comment'),
      issue,
      body,
      user: this.account(by),
      createdAt: now,
      updatedAt: now,
    };
    collection(this.#cloud, this.record, 'comments').set(comment.id, comment);
    return showComment(this.#at, comment);
  }

  /** A public repository of somebody else with the same commits. */
  fork(owner: string, name: string): PlantedRepository {
    const account = this.account(owner);
    return PlantedRepository.plant(this.#cloud, this.#origin, {
      fullName: `${owner}/${name}`,
      id: 800_000_000 + account.id,
      ownerId: account.id,
      visibility: this.record.visibility,
      forkOf: this.fullName,
      people: { [owner]: 'admin' },
    });
  }

  /** The settings of an environment; without them a job that names it does not wait. */
  protect(name: string, protection: Pick<EnvironmentRecord, 'reviewers' | 'preventSelfReview'>): void {
    touchEnvironment(this.#at, name, protection);
  }

  /** Made when it is not there yet, as a job that names it does. */
  environment(name: string): EnvironmentRecord {
    return touchEnvironment(this.#at, name);
  }

  addRun(
    run: Omit<RunRecord, 'status' | 'conclusion' | 'createdAt' | 'updatedAt' | 'actor'> & { actor: string },
  ): void {
    const now = this.#cloud.timestamp();
    collection(this.#cloud, this.record, 'runs').set(run.id, {
      ...run,
      actor: accountOf(this.#cloud, run.actor),
      status: 'queued',
      conclusion: null,
      createdAt: now,
      updatedAt: now,
    });
  }

  changeRun(id: number, change: Partial<Pick<RunRecord, 'status' | 'conclusion'>>): void {
    const run = collection(this.#cloud, this.record, 'runs').get(id);
    if (run !== undefined) Object.assign(run, change, { updatedAt: this.#cloud.timestamp() });
  }

  /** A job is a check run of its commit. Returns the number. */
  startCheck(name: string, headSha: string): number {
    const id = 6_000_000 + this.#cloud.next('github.checkRun');
    collection(this.#cloud, this.record, 'checkRuns').set(id, {
      id,
      name,
      headSha,
      status: 'in_progress',
      conclusion: null,
      detailsUrl: null,
      output: { title: null, summary: null, text: null },
      startedAt: this.#cloud.timestamp(),
      completedAt: null,
    });
    return id;
  }

  endCheck(id: number, conclusion: string): void {
    const check = collection(this.#cloud, this.record, 'checkRuns').get(id);
    if (check === undefined) return;
    Object.assign(check, { status: 'completed', conclusion, completedAt: this.#cloud.timestamp() });
  }

  /** Returns the number. */
  addArtifact(artifact: { run: number; name: string; size: number; digest: string }): number {
    const artifacts = collection(this.#cloud, this.record, 'artifacts');
    for (const one of artifacts.all()) {
      if (one.run === artifact.run && one.name === artifact.name) artifacts.delete(one.id);
    }
    const id = 8_000_000 + this.#cloud.next('github.artifact');
    artifacts.set(id, { id, ...artifact, createdAt: this.#cloud.timestamp() });
    return id;
  }

  /** The deployment that GitHub makes for a job with `environment:`. Returns the number. */
  deploy(deployment: { sha: string; ref: string; environment: string }): number {
    const id = 2_000_000 + this.#cloud.next('github.deployment');
    const now = this.#cloud.timestamp();
    const environment = this.environment(deployment.environment).name;
    collection(this.#cloud, this.record, 'deployments').set(id, {
      id,
      sha: deployment.sha,
      ref: deployment.ref.replace(/^refs\/(heads|tags)\//, ''),
      task: 'deploy',
      payload: {},
      originalEnvironment: environment,
      environment,
      description: null,
      creator: actionsBot,
      transient: false,
      production: environment === 'production',
      createdAt: now,
      updatedAt: now,
    } satisfies DeploymentRecord);
    return id;
  }

  setDeploymentState(
    id: number,
    state: DeploymentState,
    urls: { logUrl?: string; environmentUrl?: string } = {},
  ): void {
    const deployment = collection(this.#cloud, this.record, 'deployments').get(id);
    if (deployment === undefined) return;
    addStatus(this.#at, deployment, state, { ...urls, creator: actionsBot });
    if (state === 'success') retireEarlier(this.#at, deployment, actionsBot);
  }

  /** Resolves when a reviewer has decided. Rejects when `signal` is aborted. */
  async awaitReview(run: number, environment: string, signal: AbortSignal): Promise<Decision> {
    return await awaitReview(this.#at, run, environment, signal);
  }

  /** Names of the environments that the run waits for. */
  waitsFor(run: number): string[] {
    return pendingOf(this.#at, run).map(({ environment }) => environment);
  }

  /** Returns whether anything waited for it. */
  review(run: number, environment: string, decision: Decision): boolean {
    return decide(this.#at, run, environment, decision);
  }

  /** Calls back whenever a job begins to wait for a review. Returns how to stop that. */
  onWaiting(listener: (run: number, environment: string) => void): () => void {
    return onWaiting(this.#at, listener);
  }

  account(login: string): Account {
    return accountOf(this.#cloud, login);
  }

  /** The parts of a webhook's payload. */
  readonly payload = {
    pullRequest: (number: number): Record<string, unknown> => {
      const pull = this.pull(number);
      return { ...showPull(this.#at, pull), merged: pull.mergedAt !== null };
    },
    repository: (): Record<string, unknown> => showRepository(this.#at, this.record),
    account: (login: string): Record<string, unknown> => showAccount(this.account(login)),
  };
}
