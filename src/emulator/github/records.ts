import type { Cloud, Table } from '../service.ts';

/** A person or an app, as GitHub shows it beside what it did. */
export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Organization' | 'Bot';
}

/** What a person may do in a repository; `none` sees only public ones. */
export type Role = 'admin' | 'write' | 'read' | 'none';

export interface RepositoryRecord {
  readonly id: number;
  /** `OWNER/NAME`. */
  readonly fullName: string;
  readonly ownerId: number;
  readonly visibility: 'public' | 'private';
  readonly defaultBranch: string;
  /** Set for a fork: the repository it was made from. */
  readonly forkOf?: string;
  /** Roles of people by login. */
  readonly people: Readonly<Record<string, Role>>;
}

export interface CommitRecord {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly date: string;
}

export interface PullEnd {
  readonly ref: string;
  readonly sha: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
}

/** One file of a pull request's difference. */
export interface PullFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed';
}

export interface PullRecord {
  readonly id: number;
  readonly number: number;
  state: 'open' | 'closed';
  title: string;
  body: string | null;
  draft: boolean;
  head: PullEnd;
  readonly base: PullEnd;
  readonly user: Account;
  labels: string[];
  /** What the head has otherwise than where it left the base. */
  files: readonly PullFile[];
  /** The merge of head and base that `refs/pull/N/merge` points at; the commit of the merge once it is merged. */
  mergeCommitSha: string | null;
  mergedAt: string | null;
  closedAt: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface CommentRecord {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly user: Account;
  readonly createdAt: string;
  updatedAt: string;
}

export interface DeploymentRecord {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly originalEnvironment: string;
  environment: string;
  readonly description: string | null;
  readonly creator: Account;
  readonly transient: boolean;
  readonly production: boolean;
  readonly createdAt: string;
  updatedAt: string;
}

export type DeploymentState =
  | 'error'
  | 'failure'
  | 'inactive'
  | 'in_progress'
  | 'queued'
  | 'pending'
  | 'success';

export interface DeploymentStatusRecord {
  readonly id: number;
  readonly deployment: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creator: Account;
  readonly createdAt: string;
}

export interface EnvironmentRecord {
  readonly id: number;
  readonly name: string;
  /** Logins whose approval a job waits for. */
  readonly reviewers: readonly string[];
  readonly preventSelfReview: boolean;
  readonly createdAt: string;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  startedAt: string | null;
  completedAt: string | null;
}

export interface CommitStatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: string;
}

export interface RunRecord {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly runNumber: number;
  readonly attempt: number;
  readonly actor: Account;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface ArtifactRecord {
  readonly id: number;
  readonly run: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** `sha256:...`. */
  readonly digest: string;
  readonly createdAt: string;
}

/** Jobs of a run that wait for the approval of their environment. */
export interface PendingRecord {
  readonly run: number;
  readonly environment: string;
  readonly since: string;
  /** How many wait. */
  readonly jobs: number;
}

interface Kinds {
  repositories: RepositoryRecord;
  accounts: Account;
  refs: string;
  commits: CommitRecord;
  pulls: PullRecord;
  comments: CommentRecord;
  deployments: DeploymentRecord;
  deploymentStatuses: DeploymentStatusRecord;
  environments: EnvironmentRecord;
  checkRuns: CheckRunRecord;
  commitStatuses: CommitStatusRecord;
  runs: RunRecord;
  artifacts: ArtifactRecord;
  pending: PendingRecord;
}

function kind<K extends keyof Kinds>(cloud: Cloud, name: K): Table<Kinds[K]> {
  return cloud.table<Kinds[K]>(`github.${name}`);
}

/** The records of one kind that belong to one repository, by a key that is unique in it. */
export interface Collection<T> {
  get(key: string | number): T | undefined;
  set(key: string | number, value: T): void;
  delete(key: string | number): boolean;
  /** In order of insertion. */
  all(): T[];
  entries(): [string, T][];
}

/** Names of repositories ignore case, as on GitHub. */
export function collection<K extends Exclude<keyof Kinds, 'repositories' | 'accounts'>>(
  cloud: Cloud,
  repository: Pick<RepositoryRecord, 'fullName'>,
  name: K,
): Collection<Kinds[K]> {
  const table = kind(cloud, name);
  const prefix = `${repository.fullName.toLowerCase()}#`;
  const entries = (): [string, Kinds[K]][] =>
    [...table.entries()]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]);
  return {
    get: (key) => table.get(`${prefix}${key}`),
    set: (key, value) => table.set(`${prefix}${key}`, value),
    delete: (key) => table.delete(`${prefix}${key}`),
    all: () => entries().map(([, value]) => value),
    entries,
  };
}

export function findRepository(cloud: Cloud, fullName: string): RepositoryRecord | undefined {
  return kind(cloud, 'repositories').get(fullName.toLowerCase());
}

export function saveRepository(cloud: Cloud, repository: RepositoryRecord): void {
  kind(cloud, 'repositories').set(repository.fullName.toLowerCase(), repository);
}

/** The account of a login; made when it is first named. */
export function accountOf(cloud: Cloud, login: string, type: Account['type'] = 'User'): Account {
  const accounts = kind(cloud, 'accounts');
  const known = accounts.get(login.toLowerCase());
  if (known !== undefined) return known;
  const account = { login, id: 1000 + cloud.next('github.account'), type };
  accounts.set(login.toLowerCase(), account);
  return account;
}

/** The app that GITHUB_TOKEN acts as, with its number on github.com. */
export const actionsBot: Account = { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' };
