import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { pageOf } from './paging.ts';
import { type CheckRunRecord, collection } from './records.ts';
import { notFound, unprocessable, validationFailed } from './refusals.ts';
import { commitOf } from './repositories.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, webUrl } from './views.ts';

const conclusion = z.enum([
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
]);
const output = z.strictObject({
  title: z.string().optional(),
  summary: z.string().optional(),
  text: z.string().optional(),
});
const changes = {
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: conclusion.optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: output.optional(),
};
const creation = z.strictObject({ name: z.string(), head_sha: z.string(), ...changes });
const update = z.strictObject({ name: z.string().optional(), ...changes });
type Changes = z.infer<typeof update>;

/** https://docs.github.com/rest/checks/runs */
export const checkRunRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/commits/{ref}/check-runs',
    id: 'github.checks.listForRef',
    needs: ['checks: read'],
    handle: list,
  },
  {
    method: 'POST',
    path: '/check-runs',
    id: 'github.checks.create',
    needs: ['checks: write'],
    handle: create,
  },
  {
    method: 'GET',
    path: '/check-runs/{check}',
    id: 'github.checks.get',
    needs: ['checks: read'],
    handle: (call) => ({ status: 200, body: showCheck(call, checkOf(call)) }),
  },
  {
    method: 'PATCH',
    path: '/check-runs/{check}',
    id: 'github.checks.update',
    needs: ['checks: write'],
    handle: (call) => {
      const check = checkOf(call);
      apply(call, check, readBody(call, update));
      return { status: 200, body: showCheck(call, check) };
    },
  },
];

function list(call: RestCall): Reply {
  const commit = commitOf(call, call.params.ref ?? '');
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${call.params.ref}`);
  const { query } = call;
  const name = query.get('check_name');
  const status = query.get('status');
  const mine = collection(call.cloud, call.repository, 'checkRuns')
    .all()
    .filter((check) => check.headSha === commit.sha)
    .filter((check) => name === null || check.name === name)
    .filter((check) => status === null || check.status === status)
    .reverse();
  const seen = new Set<string>();
  const wanted =
    query.get('filter') === 'all'
      ? mine
      : mine.filter((check) => !seen.has(check.name) && seen.add(check.name));
  return pageOf(
    call,
    wanted,
    (check) => showCheck(call, check),
    (check_runs) => ({ total_count: wanted.length, check_runs }),
  );
}

function create(call: RestCall): Reply {
  const asked = readBody(call, creation);
  if (collection(call.cloud, call.repository, 'commits').get(asked.head_sha) === undefined) {
    throw unprocessable(`No commit found for SHA: ${asked.head_sha}`);
  }
  const check: CheckRunRecord = {
    id: 6_000_000 + call.cloud.next('github.checkRun'),
    name: asked.name,
    headSha: asked.head_sha,
    status: 'queued',
    conclusion: null,
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    startedAt: call.cloud.timestamp(),
    completedAt: null,
  };
  apply(call, check, asked);
  collection(call.cloud, call.repository, 'checkRuns').set(check.id, check);
  return { status: 201, body: showCheck(call, check) };
}

/** A conclusion completes the check run, and a completed one has a conclusion. */
function apply(call: RestCall, check: CheckRunRecord, asked: Changes): void {
  if (asked.status === 'completed' && asked.conclusion === undefined && check.conclusion === null) {
    throw validationFailed({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' });
  }
  if (
    asked.output !== undefined &&
    (asked.output.title === undefined || asked.output.summary === undefined)
  ) {
    throw validationFailed({ resource: 'CheckRun', field: 'output', code: 'missing_field' });
  }
  check.status = asked.conclusion === undefined ? (asked.status ?? check.status) : 'completed';
  check.conclusion = asked.conclusion ?? check.conclusion;
  check.detailsUrl = asked.details_url ?? check.detailsUrl;
  if (asked.output !== undefined) {
    const { title = null, summary = null, text = null } = asked.output;
    check.output = { title, summary, text };
  }
  if (check.status === 'completed') check.completedAt = asked.completed_at ?? call.cloud.timestamp();
}

function checkOf(call: RestCall): CheckRunRecord {
  const found = collection(call.cloud, call.repository, 'checkRuns').get(call.params.check ?? '');
  if (found === undefined) throw notFound();
  return found;
}

function showCheck(call: RestCall, check: CheckRunRecord): Record<string, unknown> {
  return {
    id: check.id,
    node_id: nodeId('CR', check.id),
    name: check.name,
    head_sha: check.headSha,
    url: apiUrl(call, call.repository, `/check-runs/${check.id}`),
    html_url: webUrl(call.repository, `/runs/${check.id}`),
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: { ...check.output, annotations_count: 0 },
    app: { id: 15_368, slug: 'github-actions', name: 'GitHub Actions' },
    pull_requests: [],
  };
}
