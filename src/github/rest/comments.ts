import type { GitHub } from './connection.ts';

/** GitHub's limit for the body of a comment, in characters. */
const longestBody = 65_536;

/** Hidden in a comment's text, it says which of our comments it is. */
function hidden(marker: string): string {
  return `<!-- aethercast-deploy: ${marker} -->`;
}

/**
 * The one comment of this kind on a pull request: made once, then edited, and left alone when nothing has changed.
 * Throws Failure GITHUB_REFUSED. Needs `pull-requests: write`.
 * https://docs.github.com/rest/issues/comments
 */
export async function upsertComment(
  github: GitHub,
  pullRequest: number,
  marker: string,
  markdown: string,
): Promise<{ readonly url: string }> {
  const { octokit, repository } = github;
  const body = withinLimit(`${hidden(marker)}\n${markdown}`);
  const [first, ...others] = await ownComments(github, pullRequest, marker);
  for (const other of others)
    await octokit.rest.issues.deleteComment({ ...repository, comment_id: other.id });
  if (first === undefined) {
    const made = await octokit.rest.issues.createComment({ ...repository, issue_number: pullRequest, body });
    return { url: made.data.html_url };
  }
  if (first.body !== body) {
    await octokit.rest.issues.updateComment({ ...repository, comment_id: first.id, body });
  }
  return { url: first.html_url };
}

async function ownComments(github: GitHub, pullRequest: number, marker: string) {
  const { octokit, repository } = github;
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    ...repository,
    issue_number: pullRequest,
    per_page: 100,
  });
  const marked = all.filter(({ body }) => body?.startsWith(hidden(marker)));
  if (marked.length === 0) return [];
  const people = marked.filter(({ user }) => user?.type !== 'Bot');
  // Anybody can write the marker. Their comments are theirs, unless the token is that person's own.
  const self = people.length > 0 ? await loginOf(github) : undefined;
  return marked.filter(({ user }) => user?.type === 'Bot' || (self !== undefined && user?.login === self));
}

/** The person whose token it is; nobody for the token of a job. */
async function loginOf({ octokit }: GitHub): Promise<string | undefined> {
  return await octokit.rest.users.getAuthenticated().then(
    ({ data }) => data.login,
    () => undefined,
  );
}

function withinLimit(body: string): string {
  if (body.length <= longestBody) return body;
  const note = '\n\n… cut here: the rest is in the summary of the run.';
  const kept = body.slice(0, longestBody - note.length);
  // Whole lines: half a row would break the table.
  return kept.slice(0, kept.lastIndexOf('\n')) + note;
}
