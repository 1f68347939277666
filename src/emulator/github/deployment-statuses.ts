import { z } from 'zod';
import type { Reply } from '../service.ts';
import { readBody } from './bodies.ts';
import { deploymentOf, statusesOf } from './deployments.ts';
import { checkDescription } from './descriptions.ts';
import { touchEnvironment } from './environments.ts';
import { pageOf } from './paging.ts';
import {
  type Account,
  collection,
  type DeploymentRecord,
  type DeploymentState,
  type DeploymentStatusRecord,
} from './records.ts';
import { notFound, validationFailed } from './refusals.ts';
import type { RestCall, RestRoute } from './rest.ts';
import { apiUrl, nodeId, showAccount } from './views.ts';

const request = z.strictObject({
  state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
  target_url: z.string().default(''),
  log_url: z.string().optional(),
  description: z.string().default(''),
  environment: z.string().optional(),
  environment_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
});

/** https://docs.github.com/rest/deployments/statuses */
export const deploymentStatusRoutes: readonly RestRoute[] = [
  {
    method: 'POST',
    path: '/deployments/{deployment}/statuses',
    id: 'github.repos.createDeploymentStatus',
    needs: ['deployments: write'],
    handle: create,
  },
  {
    method: 'GET',
    path: '/deployments/{deployment}/statuses',
    id: 'github.repos.listDeploymentStatuses',
    needs: ['deployments: read'],
    handle: (call) =>
      pageOf(call, statusesOf(call, deploymentOf(call)).reverse(), (status) => showStatus(call, status)),
  },
  {
    method: 'GET',
    path: '/deployments/{deployment}/statuses/{status}',
    id: 'github.repos.getDeploymentStatus',
    needs: ['deployments: read'],
    handle: (call) => {
      const status = statusesOf(call, deploymentOf(call)).find(({ id }) => String(id) === call.params.status);
      if (status === undefined) throw notFound();
      return { status: 200, body: showStatus(call, status) };
    },
  },
];

function create(call: RestCall): Reply {
  const deployment = deploymentOf(call);
  const asked = readBody(call, request);
  check(asked);
  if (asked.environment !== undefined && asked.environment !== '') {
    deployment.environment = asked.environment;
    touchEnvironment(call, asked.environment);
  }
  const status = addStatus(call, deployment, asked.state, {
    creator: call.account,
    description: asked.description,
    logUrl: asked.log_url ?? asked.target_url,
    environmentUrl: asked.environment_url,
  });
  if (asked.state === 'success' && asked.auto_inactive) retireEarlier(call, deployment, call.account);
  return { status: 201, body: showStatus(call, status) };
}

function check(asked: z.infer<typeof request>): void {
  checkDescription('DeploymentStatus', asked.description);
  for (const field of ['target_url', 'log_url', 'environment_url'] as const) {
    const url = asked[field] ?? '';
    if (url !== '' && !/^https?:\/\//.test(url)) {
      throw validationFailed({
        resource: 'DeploymentStatus',
        code: 'custom',
        field,
        message: `${field} must use http(s) scheme`,
      });
    }
  }
}

type At = Pick<RestCall, 'cloud' | 'repository'>;

/** Every earlier one of the environment that is a success, but for transient and production ones. */
export function retireEarlier(at: At, deployment: DeploymentRecord, creator: Account): void {
  for (const earlier of collection(at.cloud, at.repository, 'deployments').all()) {
    if (earlier.id >= deployment.id || earlier.environment !== deployment.environment) continue;
    if (earlier.transient || earlier.production) continue;
    if (statusesOf(at, earlier).at(-1)?.state === 'success') addStatus(at, earlier, 'inactive', { creator });
  }
}

export function addStatus(
  at: At,
  deployment: DeploymentRecord,
  state: DeploymentState,
  told: Pick<DeploymentStatusRecord, 'creator'> &
    Partial<Pick<DeploymentStatusRecord, 'description' | 'logUrl' | 'environmentUrl'>>,
): DeploymentStatusRecord {
  const status: DeploymentStatusRecord = {
    id: 3_000_000 + at.cloud.next('github.deploymentStatus'),
    deployment: deployment.id,
    state,
    description: told.description ?? '',
    environment: deployment.environment,
    logUrl: told.logUrl ?? '',
    environmentUrl: told.environmentUrl ?? '',
    creator: told.creator,
    createdAt: at.cloud.timestamp(),
  };
  collection(at.cloud, at.repository, 'deploymentStatuses').set(status.id, status);
  deployment.updatedAt = status.createdAt;
  return status;
}

function showStatus(call: RestCall, status: DeploymentStatusRecord): Record<string, unknown> {
  const deployment = apiUrl(call, call.repository, `/deployments/${status.deployment}`);
  return {
    url: `${deployment}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: showAccount(status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deployment,
    repository_url: apiUrl(call, call.repository),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
  };
}
