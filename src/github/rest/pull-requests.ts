import { type GitHub, unlessAbsent } from './connection.ts';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly open: boolean;
  readonly draft: boolean;
  /** 40 hex digits. */
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** Whether its commits live in another repository; also when that one is gone. */
  readonly fork: boolean;
  readonly labels: readonly string[];
}

/** `undefined` when there is none of that number. Needs `pull-requests: read`. https://docs.github.com/rest/pulls/pulls */
export async function getPullRequest(
  { octokit, repository }: GitHub,
  number: number,
): Promise<PullRequest | undefined> {
  const answer = await unlessAbsent(octokit.rest.pulls.get({ ...repository, pull_number: number }));
  return answer && read(answer.data);
}

/** Drafts included. */
export async function listOpenPullRequests({ octokit, repository }: GitHub): Promise<readonly PullRequest[]> {
  const found = await octokit.paginate(octokit.rest.pulls.list, {
    ...repository,
    state: 'open',
    per_page: 100,
  });
  return found.map(read);
}

/** Paths of the files that a pull request adds, changes, renames or deletes; at most 3000, GitHub's limit. */
export async function listChangedFiles(
  { octokit, repository }: GitHub,
  pullRequest: number,
): Promise<readonly string[]> {
  const found = await octokit.paginate(octokit.rest.pulls.listFiles, {
    ...repository,
    pull_number: pullRequest,
    per_page: 100,
  });
  return found.map(({ filename }) => filename);
}

/** Nothing happens when the label is not there. Needs `pull-requests: write`. */
export async function removeLabel(
  { octokit, repository }: GitHub,
  pullRequest: number,
  name: string,
): Promise<void> {
  await unlessAbsent(octokit.rest.issues.removeLabel({ ...repository, issue_number: pullRequest, name }));
}

interface Answer {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly id: number } | null;
  };
  readonly base: { readonly ref: string; readonly repo: { readonly id: number } };
  readonly labels: readonly { readonly name?: string }[];
}

function read({ number, title, state, draft, head, base, labels }: Answer): PullRequest {
  return {
    number,
    title,
    open: state === 'open',
    draft: draft === true,
    headSha: head.sha,
    headRef: head.ref,
    baseRef: base.ref,
    fork: head.repo?.id !== base.repo.id,
    labels: labels.flatMap(({ name }) => name ?? []),
  };
}
