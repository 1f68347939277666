import type { Cloud } from '../service.ts';
import { pageOf } from './paging.ts';
import { accountOf, collection, type EnvironmentRecord, type RepositoryRecord } from './records.ts';
import { notFound } from './refusals.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, showAccount, webUrl } from './views.ts';

/** https://docs.github.com/rest/deployments/environments */
export const environmentRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/environments',
    id: 'github.repos.getAllEnvironments',
    needs: ['actions: read'],
    handle: (call) => {
      const all = collection(call.cloud, call.repository, 'environments').all();
      return pageOf(
        call,
        all,
        (one) => showEnvironment(call, one),
        (environments) => ({ total_count: all.length, environments }),
      );
    },
  },
  {
    method: 'GET',
    path: '/environments/{environment}',
    id: 'github.repos.getEnvironment',
    needs: ['actions: read'],
    handle: (call) => ({ status: 200, body: showEnvironment(call, environmentOf(call)) }),
  },
  {
    method: 'DELETE',
    path: '/environments/{environment}',
    id: 'github.repos.deleteAnEnvironment',
    // No workflow can give its token this scope.
    needs: ['administration: write'],
    handle: (call) => {
      collection(call.cloud, call.repository, 'environments').delete(key(environmentOf(call).name));
      return { status: 204 };
    },
  },
];

/** An environment comes into being when a deployment or a job first names it. */
export function touchEnvironment(
  at: { readonly cloud: Cloud; readonly repository: RepositoryRecord },
  name: string,
  protection: Pick<EnvironmentRecord, 'reviewers' | 'preventSelfReview'> | undefined = undefined,
): EnvironmentRecord {
  const environments = collection(at.cloud, at.repository, 'environments');
  const known = environments.get(key(name));
  if (known !== undefined && protection === undefined) return known;
  const environment = {
    id: known?.id ?? 4_000_000 + at.cloud.next('github.environment'),
    name: known?.name ?? name,
    reviewers: protection?.reviewers ?? [],
    preventSelfReview: protection?.preventSelfReview ?? false,
    createdAt: known?.createdAt ?? at.cloud.timestamp(),
  };
  environments.set(key(name), environment);
  return environment;
}

/** Names of environments ignore case. */
function key(name: string): string {
  return name.toLowerCase();
}

function environmentOf(call: RestCall): EnvironmentRecord {
  const found = collection(call.cloud, call.repository, 'environments').get(
    key(call.params.environment ?? ''),
  );
  if (found === undefined) throw notFound();
  return found;
}

/** The short form, as beside a waiting run. */
export function nameEnvironment(call: RestCall, one: EnvironmentRecord): Record<string, unknown> {
  return {
    id: one.id,
    node_id: nodeId('EN', one.id),
    name: one.name,
    url: apiUrl(call, call.repository, `/environments/${encodeURIComponent(one.name)}`),
    html_url: webUrl(
      call.repository,
      `/deployments/activity_log?environments_filter=${encodeURIComponent(one.name)}`,
    ),
  };
}

export function showReviewers(call: RestCall, one: EnvironmentRecord): Record<string, unknown>[] {
  return one.reviewers.map((login) => ({
    type: 'User',
    reviewer: showAccount(accountOf(call.cloud, login)),
  }));
}

function showEnvironment(call: RestCall, one: EnvironmentRecord): Record<string, unknown> {
  const rule = {
    id: one.id,
    node_id: nodeId('GA', one.id),
    type: 'required_reviewers',
    prevent_self_review: one.preventSelfReview,
    reviewers: showReviewers(call, one),
  };
  return {
    ...nameEnvironment(call, one),
    created_at: one.createdAt,
    updated_at: one.createdAt,
    can_admins_bypass: true,
    protection_rules: one.reviewers.length === 0 ? [] : [rule],
    deployment_branch_policy: null,
  };
}
