import type { Call, Cloud } from '../service.ts';
import { pageOf } from './paging.ts';
import {
  accountOf,
  collection,
  findRepository,
  type PullEnd,
  type PullRecord,
  type RepositoryRecord,
} from './records.ts';
import { notFound, validationFailed } from './refusals.ts';
import { showRepository } from './repositories.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, showAccount, webUrl } from './views.ts';

/** https://docs.github.com/rest/pulls/pulls */
export const pullRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/pulls',
    id: 'github.pulls.list',
    needs: ['pull-requests: read'],
    handle: (call) => pageOf(call, wanted(call), (pull) => showPull(call, pull)),
  },
  {
    method: 'GET',
    path: '/pulls/{number}',
    id: 'github.pulls.get',
    needs: ['pull-requests: read'],
    handle: (call) => {
      const pull = pullOf(call, call.params.number);
      const merged = pull.mergedAt !== null;
      const alone = {
        merged,
        mergeable: merged ? null : true,
        mergeable_state: merged ? 'unknown' : 'clean',
      };
      return { status: 200, body: { ...showPull(call, pull), ...alone } };
    },
  },
  {
    method: 'GET',
    path: '/pulls/{number}/files',
    id: 'github.pulls.listFiles',
    needs: ['pull-requests: read'],
    handle: (call) => {
      const pull = pullOf(call, call.params.number);
      return pageOf(call, pull.files, ({ path, status }) => ({
        filename: path,
        status,
        contents_url: apiUrl(call, call.repository, `/contents/${path}?ref=${pull.head.sha}`),
      }));
    },
  },
];

/** Throws GitHub's 404. */
export function pullOf(call: RestCall, number: string | undefined): PullRecord {
  const pull = collection(call.cloud, call.repository, 'pulls').get(number ?? '');
  if (pull === undefined) throw notFound();
  return pull;
}

function wanted(call: RestCall): PullRecord[] {
  const { query } = call;
  const state = oneOf(query, 'state', ['open', 'closed', 'all']);
  const sort = oneOf(query, 'sort', ['created', 'updated', 'popularity', 'long-running']);
  const direction = query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  const head = query.get('head') ?? '';
  const base = query.get('base');
  const found = collection(call.cloud, call.repository, 'pulls')
    .all()
    .filter((pull) => state === 'all' || pull.state === state)
    // Without an owner in front the filter is not applied.
    .filter((pull) => !head.includes(':') || labelOf(pull.head).toLowerCase() === head.toLowerCase())
    .filter((pull) => base === null || pull.base.ref === base);
  const key = (pull: PullRecord): string => (sort === 'updated' ? pull.updatedAt : pull.createdAt);
  const sorted = found.toSorted(
    (one, other) => key(one).localeCompare(key(other)) || one.number - other.number,
  );
  return direction === 'desc' ? sorted.reverse() : sorted;
}

function oneOf(query: URLSearchParams, name: string, values: readonly [string, ...string[]]): string {
  const value = query.get(name) ?? values[0];
  if (values.includes(value)) return value;
  throw validationFailed({ resource: 'PullRequest', field: name, code: 'invalid' });
}

/** `OWNER:BRANCH`. */
function labelOf(end: PullEnd): string {
  return `${end.repository.split('/')[0]}:${end.ref}`;
}

/** As in lists and in the payload of webhooks; `pulls.get` knows a little more. */
export function showPull(
  call: Pick<Call, 'origin'> & Pick<RestCall, 'cloud' | 'repository'>,
  pull: PullRecord,
): Record<string, unknown> {
  const { repository } = call;
  return {
    url: apiUrl(call, repository, `/pulls/${pull.number}`),
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: webUrl(repository, `/pull/${pull.number}`),
    issue_url: apiUrl(call, repository, `/issues/${pull.number}`),
    comments_url: apiUrl(call, repository, `/issues/${pull.number}/comments`),
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: showAccount(pull.user),
    body: pull.body,
    labels: pull.labels.map((name) => showLabel(call, name)),
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    head: showEnd(call, pull.head),
    base: showEnd(call, pull.base),
    author_association: 'CONTRIBUTOR',
  };
}

function showEnd(
  call: Pick<Call, 'origin'> & { readonly cloud: Cloud },
  end: PullEnd,
): Record<string, unknown> {
  // GitHub shows null for a fork that was deleted.
  const repository = findRepository(call.cloud, end.repository);
  const owner = end.repository.split('/')[0] ?? '';
  return {
    label: labelOf(end),
    ref: end.ref,
    sha: end.sha,
    user: showAccount(accountOf(call.cloud, owner, 'Organization')),
    repo: repository === undefined ? null : showRepository(call, repository),
  };
}

export function showLabel(
  call: Pick<Call, 'origin'> & { readonly repository: RepositoryRecord },
  name: string,
): Record<string, unknown> {
  const id = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 31, 7);
  return {
    id,
    node_id: nodeId('LA', id),
    url: apiUrl(call, call.repository, `/labels/${encodeURIComponent(name)}`),
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}
