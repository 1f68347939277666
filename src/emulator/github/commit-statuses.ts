import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { checkDescription } from './descriptions.ts';
import { pageOf } from './paging.ts';
import { type CheckRunRecord, type CommitStatusRecord, collection } from './records.ts';
import { unprocessable } from './refusals.ts';
import { commitOf, showRepository } from './repositories.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, showAccount } from './views.ts';

const request = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
  context: z.string().default('default'),
});

/** https://docs.github.com/rest/commits/statuses */
export const commitStatusRoutes: readonly RestRoute[] = [
  {
    method: 'POST',
    path: '/statuses/{sha}',
    id: 'github.repos.createCommitStatus',
    needs: ['statuses: write'],
    handle: create,
  },
  {
    method: 'GET',
    path: '/commits/{ref}/status',
    id: 'github.repos.getCombinedStatusForRef',
    needs: ['statuses: read'],
    handle: combined,
  },
];

function create(call: RestCall): Reply {
  const asked = readBody(call, request);
  const sha = call.params.sha ?? '';
  if (collection(call.cloud, call.repository, 'commits').get(sha) === undefined) {
    throw unprocessable(`No commit found for SHA: ${sha}`);
  }
  checkDescription('Status', asked.description);
  const status: CommitStatusRecord = {
    id: 5_000_000 + call.cloud.next('github.commitStatus'),
    sha,
    context: asked.context,
    state: asked.state,
    description: asked.description,
    targetUrl: asked.target_url,
    creator: call.account,
    createdAt: call.cloud.timestamp(),
  };
  collection(call.cloud, call.repository, 'commitStatuses').set(status.id, status);
  return { status: 201, body: { ...showStatus(call, status), creator: showAccount(status.creator) } };
}

function combined(call: RestCall): Reply {
  const commit = commitOf(call, call.params.ref ?? '');
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${call.params.ref}`);
  const latest = latestStatuses(call, commit.sha);
  return pageOf(
    call,
    latest,
    (status) => showStatus(call, status),
    (statuses) => ({
      state: combine(latest.map(({ state }) => state)),
      statuses,
      sha: commit.sha,
      total_count: latest.length,
      repository: showRepository(call, call.repository),
      url: apiUrl(call, call.repository, `/commits/${commit.sha}/status`),
    }),
  );
}

/** The last one of each context. */
function latestStatuses(call: RestCall, sha: string): CommitStatusRecord[] {
  const byContext = new Map<string, CommitStatusRecord>();
  for (const status of collection(call.cloud, call.repository, 'commitStatuses').all()) {
    if (status.sha === sha) byContext.set(status.context, status);
  }
  return [...byContext.values()];
}

function combine(states: readonly string[]): 'failure' | 'pending' | 'success' {
  if (states.some((state) => state === 'error' || state === 'failure')) return 'failure';
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success';
}

/** The state of every status and check run of a commit, by context: what a deployment may require. */
export function contextsOf(call: RestCall, sha: string): Map<string, string> {
  const checks = collection(call.cloud, call.repository, 'checkRuns')
    .all()
    .filter(({ headSha }) => headSha === sha);
  return new Map([
    ...checks.map((check) => [check.name, stateOf(check)] as const),
    ...latestStatuses(call, sha).map(({ context, state }) => [context, state] as const),
  ]);
}

function stateOf({ conclusion }: CheckRunRecord): string {
  if (conclusion === null) return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'success' : 'failure';
}

function showStatus(call: RestCall, status: CommitStatusRecord): Record<string, unknown> {
  return {
    url: apiUrl(call, call.repository, `/statuses/${status.sha}`),
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
