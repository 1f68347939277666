import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { nameEnvironment, showReviewers, touchEnvironment } from './environments.ts';
import { pageOf } from './paging.ts';
import {
  type ArtifactRecord,
  collection,
  type EnvironmentRecord,
  type PendingRecord,
  type RunRecord,
} from './records.ts';
import { notFound, unprocessable } from './refusals.ts';
import { showRepository } from './repositories.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { decide, pendingOf } from './reviews.ts';
import { apiUrl, nodeId, showAccount, webUrl } from './views.ts';

/** Days that an artifact is kept when nobody says otherwise. */
const retention = 90;

const review = z.strictObject({
  environment_ids: z.array(z.int()),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
});

/** https://docs.github.com/rest/actions/workflow-runs and https://docs.github.com/rest/actions/artifacts */
export const runRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/actions/runs',
    id: 'github.actions.listWorkflowRunsForRepo',
    needs: ['actions: read'],
    handle: list,
  },
  {
    method: 'GET',
    path: '/actions/runs/{run}',
    id: 'github.actions.getWorkflowRun',
    needs: ['actions: read'],
    handle: (call) => ({ status: 200, body: showRun(call, runOf(call)) }),
  },
  {
    method: 'GET',
    path: '/actions/runs/{run}/artifacts',
    id: 'github.actions.listWorkflowRunArtifacts',
    needs: ['actions: read'],
    handle: artifacts,
  },
  {
    method: 'GET',
    path: '/actions/runs/{run}/pending_deployments',
    id: 'github.actions.getPendingDeploymentsForRun',
    needs: ['actions: read'],
    handle: (call) => {
      const run = runOf(call);
      return { status: 200, body: pendingOf(call, run.id).map((one) => showPending(call, one)) };
    },
  },
  {
    method: 'POST',
    path: '/actions/runs/{run}/pending_deployments',
    id: 'github.actions.reviewPendingDeploymentsForRun',
    needs: ['deployments: write'],
    handle: reviewPending,
  },
];

function list(call: RestCall): Reply {
  const { query } = call;
  const fits = (name: string, ...values: (string | null)[]): boolean => {
    const asked = query.get(name);
    return asked === null || values.includes(asked);
  };
  const wanted = collection(call.cloud, call.repository, 'runs')
    .all()
    .filter(
      (run) =>
        fits('status', run.status, run.conclusion) &&
        fits('event', run.event) &&
        fits('branch', run.headBranch) &&
        fits('head_sha', run.headSha) &&
        fits('actor', run.actor.login),
    )
    .reverse();
  return pageOf(
    call,
    wanted,
    (run) => showRun(call, run),
    (workflow_runs) => ({ total_count: wanted.length, workflow_runs }),
  );
}

function artifacts(call: RestCall): Reply {
  const run = runOf(call);
  const name = call.query.get('name');
  const wanted = collection(call.cloud, call.repository, 'artifacts')
    .all()
    .filter((artifact) => artifact.run === run.id && (name === null || artifact.name === name));
  return pageOf(
    call,
    wanted,
    (artifact) => showArtifact(call, artifact),
    (shown) => ({ total_count: wanted.length, artifacts: shown }),
  );
}

function runOf(call: RestCall): RunRecord {
  const found = collection(call.cloud, call.repository, 'runs').get(call.params.run ?? '');
  if (found === undefined) throw notFound();
  return found;
}

/** Only a reviewer can: a job's token is none. */
function reviewPending(call: RestCall): Reply {
  const run = runOf(call);
  const asked = readBody(call, review);
  const environments = collection(call.cloud, call.repository, 'environments').all();
  const waiting = pendingOf(call, run.id);
  const wanted = asked.environment_ids.map((id) => environments.find((one) => one.id === id));
  const named = wanted.filter((one): one is EnvironmentRecord => one !== undefined && waits(waiting, one));
  if (named.length < asked.environment_ids.length || named.length === 0) {
    throw unprocessable('No pending deployment requests to approve or reject');
  }
  if (!named.every((one) => canApprove(call, run, one))) {
    throw unprocessable('You are not allowed to review one or more of the pending deployments');
  }
  const by = call.account.login;
  for (const one of named) decide(call, run.id, one.name, { state: asked.state, by, comment: asked.comment });
  return {
    status: 200,
    body: named.map((one) => ({ environment: one.name, sha: run.headSha, ref: run.headBranch })),
  };
}

function waits(waiting: readonly PendingRecord[], environment: EnvironmentRecord): boolean {
  return waiting.some((one) => one.environment.toLowerCase() === environment.name.toLowerCase());
}

function canApprove(call: RestCall, run: RunRecord, environment: EnvironmentRecord): boolean {
  if (call.caller?.kind !== 'person') return false;
  const { login } = call.caller;
  if (environment.preventSelfReview && run.actor.login === login) return false;
  return environment.reviewers.includes(login);
}

function showPending(call: RestCall, pending: PendingRecord): Record<string, unknown> {
  const environment = touchEnvironment(call, pending.environment);
  return {
    environment: nameEnvironment(call, environment),
    wait_timer: 0,
    wait_timer_started_at: pending.since,
    current_user_can_approve: canApprove(call, runOf(call), environment),
    reviewers: showReviewers(call, environment),
  };
}

function showRun(call: RestCall, run: RunRecord): Record<string, unknown> {
  const url = apiUrl(call, call.repository, `/actions/runs/${run.id}`);
  return {
    id: run.id,
    node_id: nodeId('WFR', run.id),
    name: run.name,
    path: run.path,
    display_title: run.name,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    run_number: run.runNumber,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    url,
    html_url: webUrl(call.repository, `/actions/runs/${run.id}`),
    artifacts_url: `${url}/artifacts`,
    actor: showAccount(run.actor),
    triggering_actor: showAccount(run.actor),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    repository: showRepository(call, call.repository),
  };
}

function showArtifact(call: RestCall, artifact: ArtifactRecord): Record<string, unknown> {
  const url = apiUrl(call, call.repository, `/actions/artifacts/${artifact.id}`);
  const expires = Date.parse(artifact.createdAt) + retention * 86_400_000;
  return {
    id: artifact.id,
    node_id: nodeId('AR', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    digest: artifact.digest,
    url,
    archive_download_url: `${url}/zip`,
    expired: false,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: new Date(expires).toISOString(),
    workflow_run: { id: artifact.run },
  };
}
