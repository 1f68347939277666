import type { Call, Cloud } from '../service.ts';
import { type CommitRecord, collection, type RepositoryRecord } from './records.ts';
import { notFound, unprocessable } from './refusals.ts';
import { type RestCall, type RestRoute, roleOf } from './rest.ts';
import { apiUrl, nodeId, showAccount, webUrl } from './views.ts';

/** https://docs.github.com/rest/repos/repos and https://docs.github.com/rest/commits/commits */
export const repositoryRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '',
    id: 'github.repos.get',
    needs: ['metadata: read'],
    handle: (call) => ({ status: 200, body: { ...showRepository(call, call.repository), ...rights(call) } }),
  },
  {
    method: 'GET',
    path: '/commits/{ref}',
    id: 'github.repos.getCommit',
    needs: ['contents: read'],
    handle: (call) => {
      const commit = commitOf(call, call.params.ref ?? '');
      if (commit === undefined) throw unprocessable(`No commit found for SHA: ${call.params.ref}`);
      return { status: 200, body: showCommit(call, commit) };
    },
  },
  {
    method: 'GET',
    path: '/git/ref/{ref=**}',
    id: 'github.git.getRef',
    needs: ['contents: read'],
    handle: (call) => {
      const ref = `refs/${call.params.ref}`;
      const sha = collection(call.cloud, call.repository, 'refs').get(ref);
      if (sha === undefined) throw notFound();
      const object = { type: 'commit', sha, url: apiUrl(call, call.repository, `/git/commits/${sha}`) };
      return { status: 200, body: { ref, url: apiUrl(call, call.repository, `/git/${ref}`), object } };
    },
  },
];

function rights(call: RestCall): Record<string, unknown> {
  const role = call.caller?.kind === 'person' ? roleOf(call.repository, call.caller.login) : 'read';
  return {
    permissions: {
      admin: role === 'admin',
      push: role === 'admin' || role === 'write',
      pull: role !== 'none',
    },
  };
}

export function showRepository(
  call: Pick<Call, 'origin'>,
  repository: RepositoryRecord,
): Record<string, unknown> {
  const [owner = '', name = ''] = repository.fullName.split('/');
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name,
    full_name: repository.fullName,
    private: repository.visibility === 'private',
    visibility: repository.visibility,
    owner: showAccount({ login: owner, id: repository.ownerId, type: 'Organization' }),
    html_url: webUrl(repository),
    url: apiUrl(call, repository),
    fork: repository.forkOf !== undefined,
    default_branch: repository.defaultBranch,
  };
}

function showCommit(call: RestCall, commit: CommitRecord): Record<string, unknown> {
  const { sha, message, date, parents } = commit;
  return {
    sha,
    html_url: webUrl(call.repository, `/commit/${sha}`),
    url: apiUrl(call, call.repository, `/commits/${sha}`),
    commit: { message, author: { date }, committer: { date } },
    parents: parents.map((parent) => ({
      sha: parent,
      url: apiUrl(call, call.repository, `/commits/${parent}`),
    })),
  };
}

/** The commit that a branch, a tag, a full ref or a (shortened) number means. */
export function commitOf(
  { cloud, repository }: { readonly cloud: Cloud; readonly repository: RepositoryRecord },
  ref: string,
): CommitRecord | undefined {
  const refs = collection(cloud, repository, 'refs');
  const commits = collection(cloud, repository, 'commits');
  const candidates = [ref, `refs/${ref}`, `refs/heads/${ref}`, `refs/tags/${ref}`];
  const named = candidates.map((name) => refs.get(name)).find((sha) => sha !== undefined);
  if (named !== undefined) return commits.get(named);
  const full = commits.get(ref);
  if (full !== undefined || !/^[0-9a-f]{7,39}$/.test(ref)) return full;
  return commits.all().find(({ sha }) => sha.startsWith(ref));
}

/** Whether `older` is the commit itself or among all that it came from. */
export function contains(
  { cloud, repository }: { readonly cloud: Cloud; readonly repository: RepositoryRecord },
  commit: string,
  older: string,
): boolean {
  const commits = collection(cloud, repository, 'commits');
  const seen = new Set<string>();
  const open = [commit];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (sha === older) return true;
    if (seen.has(sha)) continue;
    seen.add(sha);
    open.push(...(commits.get(sha)?.parents ?? []));
  }
  return false;
}
