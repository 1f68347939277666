import { createHash } from 'node:crypto';
import type { SeedProject } from '../emulator/emulator.ts';

/** The pool and the provider that GitHub's tokens are exchanged at, in every rehearsed project. */
const pool = 'github';
const provider = 'aethercast-deploy';
const deployerId = 'deployer';

/** What has to exist before the first deployment; docs tell users to create the same. */
export const bootstrapApis = [
  'cloudresourcemanager.googleapis.com',
  'iam.googleapis.com',
  'iamcredentials.googleapis.com',
  'serviceusage.googleapis.com',
  'sts.googleapis.com',
];

/**
 * The roles of the deployer on its project. Not `iam.serviceAccountUser`: the suite gives itself that on each service
 * account that it deploys with.
 */
export const deployerRoles = [
  'roles/run.admin',
  'roles/cloudbuild.builds.editor',
  'roles/artifactregistry.admin',
  'roles/storage.admin',
  'roles/cloudsql.admin',
  'roles/secretmanager.admin',
  'roles/redis.admin',
  'roles/compute.networkAdmin',
  'roles/servicenetworking.networksAdmin',
  'roles/serviceusage.serviceUsageAdmin',
  'roles/iam.serviceAccountAdmin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/logging.viewer',
  'roles/monitoring.viewer',
  'roles/monitoring.editor',
];

/** Twelve digits that are always the same for a project id. */
export function projectNumber(projectId: string): string {
  const digest = createHash('sha256').update(projectId).digest('hex');
  const digits = BigInt(`0x${digest}`).toString().slice(-11);
  // A project number does not begin with 0.
  return `${(digits.charCodeAt(0) % 9) + 1}${digits}`;
}

export function deployerEmail(projectId: string): string {
  return `${deployerId}@${projectId}.iam.gserviceaccount.com`;
}

export function providerName(projectId: string): string {
  return `${poolName(projectId)}/providers/${provider}`;
}

function poolName(projectId: string): string {
  return `projects/${projectNumber(projectId)}/locations/global/workloadIdentityPools/${pool}`;
}

/** The repository whose runs may deploy. */
export interface TrustedRepository {
  readonly repositoryId: string;
  readonly ownerId: string;
}

/**
 * A project as an administrator sets it up for this suite: the first APIs, a workload identity pool that trusts one
 * repository by its number, and a deployer account that the repository's runs may act as.
 */
export function seedProject(projectId: string, trusted: TrustedRepository): SeedProject {
  const members = [`serviceAccount:${deployerEmail(projectId)}`];
  const runs = `principalSet://iam.googleapis.com/${poolName(projectId)}/attribute.repository_id/${trusted.repositoryId}`;
  return {
    id: projectId,
    number: projectNumber(projectId),
    enabledApis: bootstrapApis,
    bindings: deployerRoles.map((role) => ({ role, members })),
    serviceAccounts: [
      { id: deployerId, bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [runs] }] },
    ],
    pools: [
      {
        id: pool,
        providers: [
          {
            id: provider,
            issuerUri: 'https://token.actions.githubusercontent.com',
            attributeMapping: {
              'google.subject': '"gh:" + assertion.repository_id + ":" + assertion.run_id',
              'attribute.repository_id': 'assertion.repository_id',
              'attribute.owner_id': 'assertion.repository_owner_id',
              'attribute.environment': 'has(assertion.environment) ? assertion.environment : "none"',
              'attribute.job_workflow': 'assertion.job_workflow_ref',
              'attribute.event': 'assertion.event_name',
            },
            attributeCondition: `assertion.repository_owner_id == "${trusted.ownerId}"`,
          },
        ],
      },
    ],
  };
}
