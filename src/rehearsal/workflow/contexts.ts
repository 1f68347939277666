import type { Json } from './expressions.ts';
import type { Workflow } from './model.ts';
import type { Repository } from './repositories.ts';

/** What is the same for all jobs of a run: the event and who caused it. */
export interface RunFacts {
  /** The repository whose workflow runs. */
  readonly repository: Repository;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly visibility: 'public' | 'private';
  readonly actor: string;
  readonly actorId: string;
  readonly eventName: string;
  /** The payload of the webhook. */
  readonly event: Json;
  readonly runId: string;
  readonly runNumber: number;
  readonly runAttempt: number;
  /** Started by a pull request from a fork: tokens only read, and there are no secrets. */
  readonly fromFork?: boolean;
  /** The value of `github.token` outside of jobs; each job has one of its own. */
  readonly token: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Repository and organization variables. */
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export function workflowRef(repository: Repository, workflow: Workflow): string {
  return `${repository.name}/${workflow.file}@${repository.ref}`;
}

/** The `github` context of a job. `workflow` is the caller's, wherever the job is defined. */
export function githubContext(facts: RunFacts, workflow: Workflow, job: string): Record<string, Json> {
  const { repository } = facts;
  const [owner = ''] = repository.name.split('/');
  const pullRequest = field(facts.event, 'pull_request');
  return {
    token: facts.token,
    job,
    ref: repository.ref,
    ref_name: repository.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: repository.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    sha: repository.sha,
    repository: repository.name,
    repository_id: facts.repositoryId,
    repository_owner: owner,
    repository_owner_id: facts.ownerId,
    repository_visibility: facts.visibility,
    repositoryUrl: `git://github.com/${repository.name}.git`,
    run_id: facts.runId,
    run_number: String(facts.runNumber),
    run_attempt: String(facts.runAttempt),
    retention_days: '90',
    actor: facts.actor,
    actor_id: facts.actorId,
    triggering_actor: facts.actor,
    workflow: workflow.name,
    workflow_ref: workflowRef(repository, workflow),
    workflow_sha: repository.sha,
    head_ref: text(field(field(pullRequest, 'head'), 'ref')),
    base_ref: text(field(field(pullRequest, 'base'), 'ref')),
    event_name: facts.eventName,
    event: facts.event,
    server_url: facts.serverUrl,
    api_url: facts.apiUrl,
    graphql_url: `${facts.apiUrl}/graphql`,
  };
}

/** The part of the `job` context that names the file which defines the job. */
export function definedIn(repository: Repository, workflow: Workflow): Record<string, Json> {
  return {
    workflow_ref: workflowRef(repository, workflow),
    workflow_sha: repository.sha,
    workflow_repository: repository.name,
    workflow_file_path: workflow.file,
  };
}

/**
 * The claims of a job's OIDC token, without `aud`, `iss` and times.
 * https://docs.github.com/actions/reference/openid-connect-reference
 */
export function oidcClaims(
  github: Readonly<Record<string, Json>>,
  job: Readonly<Record<string, Json>>,
  environment: string | undefined,
): Record<string, string> {
  const repository = text(github.repository ?? null);
  const what =
    environment === undefined
      ? github.event_name === 'pull_request'
        ? 'pull_request'
        : `ref:${text(github.ref ?? null)}`
      : `environment:${environment.replaceAll(':', '%3A')}`;
  const same = [
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'repository_visibility',
    'ref',
    'ref_type',
    'sha',
    'event_name',
    'workflow',
    'workflow_ref',
    'workflow_sha',
    'head_ref',
    'base_ref',
    'run_id',
    'run_number',
    'run_attempt',
    'actor',
    'actor_id',
  ];
  return {
    sub: `repo:${repository}:${what}`,
    ...Object.fromEntries(same.map((name) => [name, text(github[name] ?? null)])),
    job_workflow_ref: text(job.workflow_ref ?? null),
    job_workflow_sha: text(job.workflow_sha ?? null),
    check_run_id: text(job.check_run_id ?? null),
    runner_environment: 'github-hosted',
    ...(environment === undefined ? {} : { environment }),
  };
}

function field(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as { readonly [key: string]: Json })[name] ?? null;
}

function text(value: Json): string {
  return value === null || typeof value === 'object' ? '' : String(value);
}
