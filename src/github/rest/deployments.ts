import { Failure } from '../../lib/failure.ts';
import { type GitHub, unlessAbsent } from './connection.ts';

/** The states that this suite writes. https://docs.github.com/rest/deployments/statuses */
export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentRequest {
  /** The commit. */
  readonly ref: string;
  readonly environment: string;
  /** Tells records of one environment apart, for example `preview-pr-7`. */
  readonly task: string;
  /** Cut at 140 characters. */
  readonly description: string;
  readonly payload: object;
  readonly production: boolean;
  /** Whether the environment is expected to go away. */
  readonly transient: boolean;
}

export interface DeploymentRecord {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task: string;
  /** As it was written; nobody has checked it. */
  readonly payload: unknown;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface StatusRequest {
  readonly state: DeploymentState;
  /** Cut at 140 characters. */
  readonly description?: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
}

export interface DeploymentStatus {
  readonly state: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly environmentUrl: string;
}

const longestDescription = 140;

/**
 * Records a deployment. GitHub's own defaults would merge the default branch into the commit, and refuse while any
 * check of it is not green: both are switched off. Needs `deployments: write`.
 * https://docs.github.com/rest/deployments/deployments#create-a-deployment
 */
export async function createDeployment(
  { octokit, repository }: GitHub,
  { ref, environment, task, description, payload, production, transient }: DeploymentRequest,
): Promise<{ readonly id: number }> {
  const { data } = await octokit.rest.repos.createDeployment({
    ...repository,
    ref,
    environment,
    task,
    description: cut(description),
    payload: payload as Record<string, unknown>,
    auto_merge: false,
    required_contexts: [],
    production_environment: production,
    transient_environment: transient,
  });
  if ('id' in data) return { id: data.id };
  throw new Failure('GITHUB_REFUSED', `GitHub made no deployment of ${ref}: ${data.message ?? ''}`, {
    next: 'Run again.',
  });
}

/** Other records of the environment keep their state: GitHub's default would retire them. */
export async function setDeploymentState(
  { octokit, repository }: GitHub,
  id: number,
  { state, description, environmentUrl, logUrl }: StatusRequest,
): Promise<void> {
  await octokit.rest.repos.createDeploymentStatus({
    ...repository,
    deployment_id: id,
    state,
    auto_inactive: false,
    ...(description === undefined ? {} : { description: cut(description) }),
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
    ...(logUrl === undefined ? {} : { log_url: logUrl }),
  });
}

/** The newest first. Needs `deployments: read`. */
export async function listDeployments(
  { octokit, repository }: GitHub,
  filter: { readonly environment: string; readonly task?: string },
): Promise<readonly DeploymentRecord[]> {
  const found = await octokit.paginate(octokit.rest.repos.listDeployments, {
    ...repository,
    ...filter,
    per_page: 100,
  });
  return found.map(readRecord);
}

/** The newest first. */
export async function listDeploymentStatuses(
  { octokit, repository }: GitHub,
  id: number,
): Promise<readonly DeploymentStatus[]> {
  const found = await octokit.paginate(octokit.rest.repos.listDeploymentStatuses, {
    ...repository,
    deployment_id: id,
    per_page: 100,
  });
  return found.map(({ state, created_at, environment_url }) => ({
    state,
    createdAt: created_at,
    environmentUrl: environment_url ?? '',
  }));
}

/** GitHub deletes only what is inactive, so it is made so first. Nothing happens when it is gone. */
export async function deleteDeployment(github: GitHub, id: number): Promise<void> {
  const { octokit, repository } = github;
  const retired = await unlessAbsent(setDeploymentState(github, id, { state: 'inactive' }).then(() => true));
  if (retired) await unlessAbsent(octokit.rest.repos.deleteDeployment({ ...repository, deployment_id: id }));
}

interface Answer {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task: string;
  readonly payload: unknown;
  readonly created_at: string;
}

function readRecord({ id, sha, environment, task, payload, created_at }: Answer): DeploymentRecord {
  return { id, sha, environment, task, payload: asObject(payload), createdAt: created_at };
}

/** A payload comes back as it was sent: an object, or a text that holds one. */
function asObject(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function cut(text: string): string {
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}
