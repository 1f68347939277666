import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { pageOf } from './paging.ts';
import { pullOf } from './pulls.ts';
import { type CommentRecord, collection } from './records.ts';
import { needsAdmin, notFound, validationFailed } from './refusals.ts';
import { type Need, type RestCall, type RestRoute, roleOf } from './rest.ts';
import { apiUrl, nodeId, showAccount, webUrl } from './views.ts';

/** Characters. */
const longest = 65_536;

// The comments of a pull request belong to both scopes.
const read: readonly [Need, ...Need[]] = ['issues: read', 'pull-requests: read'];
const write: readonly [Need, ...Need[]] = ['issues: write', 'pull-requests: write'];

const text = z.strictObject({ body: z.string() });

/** https://docs.github.com/rest/issues/comments */
export const commentRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/issues/{number}/comments',
    id: 'github.issues.listComments',
    needs: read,
    handle: (call) => {
      const { number } = pullOf(call, call.params.number);
      const since = call.query.get('since') ?? '';
      const comments = collection(call.cloud, call.repository, 'comments')
        .all()
        .filter((comment) => comment.issue === number && comment.updatedAt >= since);
      return pageOf(call, comments, (comment) => showComment(call, comment));
    },
  },
  {
    method: 'POST',
    path: '/issues/{number}/comments',
    id: 'github.issues.createComment',
    needs: write,
    handle: create,
  },
  {
    method: 'GET',
    path: '/issues/comments/{comment}',
    id: 'github.issues.getComment',
    needs: read,
    handle: (call) => ({ status: 200, body: showComment(call, commentOf(call)) }),
  },
  {
    method: 'PATCH',
    path: '/issues/comments/{comment}',
    id: 'github.issues.updateComment',
    needs: write,
    handle: (call) => {
      const comment = ownComment(call);
      comment.body = checkedText(call);
      comment.updatedAt = call.cloud.timestamp();
      return { status: 200, body: showComment(call, comment) };
    },
  },
  {
    method: 'DELETE',
    path: '/issues/comments/{comment}',
    id: 'github.issues.deleteComment',
    needs: write,
    handle: (call) => {
      collection(call.cloud, call.repository, 'comments').delete(ownComment(call).id);
      return { status: 204 };
    },
  },
];

function create(call: RestCall): Reply {
  const { number } = pullOf(call, call.params.number);
  const comment: CommentRecord = {
    id: 1_000_000 + call.cloud.next('github.comment'),
    issue: number,
    body: checkedText(call),
    user: call.account,
    createdAt: call.cloud.timestamp(),
    updatedAt: call.cloud.timestamp(),
  };
  collection(call.cloud, call.repository, 'comments').set(comment.id, comment);
  const body = showComment(call, comment);
  return { status: 201, body, headers: { location: String(body.url) } };
}

function checkedText(call: RestCall): string {
  const { body } = readBody(call, text);
  if (body.trim() === '') {
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: 'Body cannot be blank',
    });
  }
  if ([...body].length > longest) {
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${longest} characters)`,
    });
  }
  return body;
}

function commentOf(call: RestCall): CommentRecord {
  const comment = collection(call.cloud, call.repository, 'comments').get(call.params.comment ?? '');
  if (comment === undefined) throw notFound();
  return comment;
}

/** Comments of others can be changed by the app's permission and by people who may write. */
function ownComment(call: RestCall): CommentRecord {
  const comment = commentOf(call);
  if (call.caller?.kind !== 'person' || comment.user.login === call.caller.login) return comment;
  if (roleOf(call.repository, call.caller.login) === 'read') throw needsAdmin();
  return comment;
}

export function showComment(
  call: Pick<RestCall, 'origin' | 'repository'>,
  comment: CommentRecord,
): Record<string, unknown> {
  const { id, issue, body, user, createdAt, updatedAt } = comment;
  return {
    id,
    node_id: nodeId('IC', id),
    url: apiUrl(call, call.repository, `/issues/comments/${id}`),
    html_url: webUrl(call.repository, `/pull/${issue}#issuecomment-${id}`),
    issue_url: apiUrl(call, call.repository, `/issues/${issue}`),
    user: showAccount(user),
    body,
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: 'NONE',
  };
}
