import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { contextsOf } from './commit-statuses.ts';
import { checkDescription } from './descriptions.ts';
import { touchEnvironment } from './environments.ts';
import { pageOf } from './paging.ts';
import { collection, type DeploymentRecord, type DeploymentStatusRecord } from './records.ts';
import { conflict, notFound, unprocessable, validationFailed } from './refusals.ts';
import { commitOf, contains } from './repositories.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, showAccount } from './views.ts';

const request = z.strictObject({
  ref: z.string(),
  task: z.string().default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).nullable().optional(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default(''),
  environment: z.string().default('production'),
  description: z.string().nullable().default(''),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

/** https://docs.github.com/rest/deployments/deployments */
export const deploymentRoutes: readonly RestRoute[] = [
  {
    method: 'POST',
    path: '/deployments',
    id: 'github.repos.createDeployment',
    needs: ['deployments: write'],
    handle: create,
  },
  {
    method: 'GET',
    path: '/deployments',
    id: 'github.repos.listDeployments',
    needs: ['deployments: read'],
    handle: (call) => pageOf(call, wanted(call), (one) => showDeployment(call, one)),
  },
  {
    method: 'GET',
    path: '/deployments/{deployment}',
    id: 'github.repos.getDeployment',
    needs: ['deployments: read'],
    handle: (call) => ({ status: 200, body: showDeployment(call, deploymentOf(call)) }),
  },
  {
    method: 'DELETE',
    path: '/deployments/{deployment}',
    id: 'github.repos.deleteDeployment',
    needs: ['deployments: write'],
    handle: remove,
  },
];

function create(call: RestCall): Reply {
  const { cloud, repository } = call;
  const asked = readBody(call, request);
  checkDescription('Deployment', asked.description);
  if (asked.environment === '' || asked.environment.length > 255) {
    throw validationFailed({ resource: 'Deployment', code: 'invalid', field: 'environment' });
  }
  const commit = commitOf(call, asked.ref);
  if (commit === undefined) throw unprocessable(`No ref found for: ${asked.ref}`);
  const merged = asked.auto_merge ? autoMerge(call, asked.ref, commit.sha) : undefined;
  if (merged !== undefined) return merged;
  requireContexts(call, asked.ref, commit.sha, asked.required_contexts ?? undefined);
  touchEnvironment(call, asked.environment);
  const deployment: DeploymentRecord = {
    id: 2_000_000 + cloud.next('github.deployment'),
    sha: commit.sha,
    ref: asked.ref,
    task: asked.task,
    payload: asked.payload === '' ? {} : asked.payload,
    originalEnvironment: asked.environment,
    environment: asked.environment,
    description: asked.description === '' ? null : asked.description,
    creator: call.account,
    transient: asked.transient_environment,
    production: asked.production_environment ?? asked.environment === 'production',
    createdAt: cloud.timestamp(),
    updatedAt: cloud.timestamp(),
  };
  collection(cloud, repository, 'deployments').set(deployment.id, deployment);
  return { status: 201, body: showDeployment(call, deployment) };
}

/**
 * Without `auto_merge: false` a branch that is behind the default branch gets that merged into it, and no deployment
 * is made. Whether GitHub merges the history is for it to decide: here it always can for a branch, and never for a
 * commit, which cannot move.
 */
function autoMerge(call: RestCall, ref: string, sha: string): Reply | undefined {
  const { cloud, repository } = call;
  const { defaultBranch } = repository;
  const refs = collection(cloud, repository, 'refs');
  const head = refs.get(`refs/heads/${defaultBranch}`);
  if (head === undefined || contains(call, sha, head)) return undefined;
  const branch = ref.replace(/^refs\/heads\//, '');
  if (!refs.get(`refs/heads/${branch}`)) throw conflict(`Conflict merging ${defaultBranch} into ${ref}.`);
  const merge = {
    sha: cloud.hex(40, 'github.commit'),
    parents: [sha, head],
    message: `Merge ${defaultBranch} into ${branch}`,
    date: cloud.timestamp(),
  };
  collection(cloud, repository, 'commits').set(merge.sha, merge);
  refs.set(`refs/heads/${branch}`, merge.sha);
  return { status: 202, body: { message: `Auto-merged ${defaultBranch} into ${branch} on deployment.` } };
}

/** All contexts of the commit when none are named; an empty list asks for none. */
function requireContexts(
  call: RestCall,
  ref: string,
  sha: string,
  named: readonly string[] | undefined,
): void {
  const known = contextsOf(call, sha);
  const asked = named ?? [...known.keys()];
  const contexts = asked.map((context) => ({ context, state: known.get(context) ?? 'pending' }));
  if (contexts.every(({ state }) => state === 'success')) return;
  throw conflict(`Conflict: Commit status checks failed for ${ref}.`, {
    resource: 'Deployment',
    field: 'required_contexts',
    code: 'invalid',
    contexts,
  });
}

/** The newest first. */
function wanted(call: RestCall): DeploymentRecord[] {
  const { query } = call;
  const fits = (name: string, value: string): boolean => {
    const asked = query.get(name);
    return asked === null || asked === '' || asked === 'none' || asked === value;
  };
  return collection(call.cloud, call.repository, 'deployments')
    .all()
    .filter(
      (one) =>
        fits('environment', one.environment) &&
        fits('task', one.task) &&
        fits('sha', one.sha) &&
        fits('ref', one.ref),
    )
    .reverse();
}

/** Throws GitHub's 404. */
export function deploymentOf(call: RestCall): DeploymentRecord {
  const found = collection(call.cloud, call.repository, 'deployments').get(call.params.deployment ?? '');
  if (found === undefined) throw notFound();
  return found;
}

/** The oldest first. */
export function statusesOf(
  at: Pick<RestCall, 'cloud' | 'repository'>,
  deployment: DeploymentRecord,
): DeploymentStatusRecord[] {
  return collection(at.cloud, at.repository, 'deploymentStatuses')
    .all()
    .filter((status) => status.deployment === deployment.id);
}

/** One that has no status, or whose last one is a success, is active. */
function remove(call: RestCall): Reply {
  const deployment = deploymentOf(call);
  const deployments = collection(call.cloud, call.repository, 'deployments');
  const state = statusesOf(call, deployment).at(-1)?.state ?? 'success';
  if (state === 'success' && deployments.all().length > 1) {
    throw unprocessable(
      'We cannot delete an active deployment unless it is the only deployment in a given repository.',
    );
  }
  const statuses = collection(call.cloud, call.repository, 'deploymentStatuses');
  for (const status of statusesOf(call, deployment)) statuses.delete(status.id);
  deployments.delete(deployment.id);
  return { status: 204 };
}

function showDeployment(call: RestCall, one: DeploymentRecord): Record<string, unknown> {
  const url = apiUrl(call, call.repository, `/deployments/${one.id}`);
  return {
    url,
    id: one.id,
    node_id: nodeId('DE', one.id),
    sha: one.sha,
    ref: one.ref,
    task: one.task,
    payload: one.payload,
    original_environment: one.originalEnvironment,
    environment: one.environment,
    description: one.description,
    creator: showAccount(one.creator),
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: apiUrl(call, call.repository),
    transient_environment: one.transient,
    production_environment: one.production,
  };
}
