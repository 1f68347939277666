import { z } from 'zod';
import { Refusal, type Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { pageOf } from './paging.ts';
import { pullOf, showLabel } from './pulls.ts';
import { notFound, validationFailed } from './refusals.ts';
import type { Need, RestCall, RestRoute } from './rest.ts';

const read: readonly [Need, ...Need[]] = ['issues: read', 'pull-requests: read'];
const write: readonly [Need, ...Need[]] = ['issues: write', 'pull-requests: write'];

const named = z.union([z.string(), z.strictObject({ name: z.string() })]);
const labels = z.union([
  z.array(named),
  z.strictObject({ labels: z.array(named) }).transform((body) => body.labels),
]);

/** https://docs.github.com/rest/issues/labels */
export const labelRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/issues/{number}/labels',
    id: 'github.issues.listLabelsOnIssue',
    needs: read,
    handle: (call) => {
      const pull = pullOf(call, call.params.number);
      return pageOf(call, pull.labels, (name) => showLabel(call, name));
    },
  },
  {
    method: 'POST',
    path: '/issues/{number}/labels',
    id: 'github.issues.addLabels',
    needs: write,
    handle: add,
  },
  {
    method: 'DELETE',
    path: '/issues/{number}/labels/{name}',
    id: 'github.issues.removeLabel',
    needs: write,
    handle: remove,
  },
];

function add(call: RestCall): Reply {
  const pull = pullOf(call, call.params.number);
  const names = readBody(call, labels).map((one) => (typeof one === 'string' ? one : one.name));
  if (names.some((name) => name === '' || name.length > 50)) {
    throw validationFailed({ resource: 'Label', field: 'name', code: 'invalid' });
  }
  const missing = names.filter((name) => !pull.labels.some((one) => sameLabel(one, name)));
  pull.labels = [...pull.labels, ...missing];
  pull.updatedAt = call.cloud.timestamp();
  return { status: 200, body: pull.labels.map((name) => showLabel(call, name)) };
}

function remove(call: RestCall): Reply {
  const pull = pullOf(call, call.params.number);
  const name = call.params.name ?? '';
  if (!pull.labels.some((one) => sameLabel(one, name))) {
    throw new Refusal(404, notFound().status, 'Label does not exist');
  }
  pull.labels = pull.labels.filter((one) => !sameLabel(one, name));
  pull.updatedAt = call.cloud.timestamp();
  return { status: 200, body: pull.labels.map((label) => showLabel(call, label)) };
}

function sameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
