/**
 * The trust that lets a repository's jobs deploy without a key: a workload identity pool, one provider for each
 * environment, and the account that the jobs act as. An estate of its own, brought about once by a person, since the
 * deployer cannot make itself. Who may come in is told by numbers: names can be taken over by others.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
import { createHash } from 'node:crypto';
import type { Deployment } from '../config/deployment.ts';
import type { NamedDeployment } from '../config/load.ts';
import { serviceAccountEmail } from '../config/names.ts';
import type { Resource } from '../engine/resource.ts';
import type { Policy, PolicyTarget } from '../google/policy.ts';
import { apis } from './apis.ts';
import type { Context } from './context.ts';
import { deployerRoles } from './deployer-roles.ts';
import { grantedRights, registryApi } from './granted-rights.ts';
import {
  identityPool,
  identityProvider,
  keyless,
  poolAddress,
  poolName,
  providerId,
  type TrustedRepository,
} from './identity-provider.ts';
import { policyAddress } from './policy.ts';
import { type Promotions, rightsInProject, rightsOnRepository } from './promotion-rights.ts';
import { repository, repositoryAddress } from './repository.ts';
import { serviceAccount, serviceAccountAddress } from './service-account.ts';

/** What the jobs of one environment give to the actions. */
export interface TrustInputs {
  /** Absent for a file without environments. */
  readonly environment?: string;
  readonly workload_identity_provider: string;
  readonly service_account: string;
}

const deployer = 'deployer';

/** What must be on before a job can identify itself and look at anything. */
export const firstApis = ['cloudresourcemanager', 'iam', 'iamcredentials', 'serviceusage', 'sts'].map(
  (api) => `${api}.googleapis.com`,
);

/** What promotions add is of the environment that the context is for; see promotion-rights.ts. */
export function trust(
  context: Context,
  github: TrustedRepository,
  promotions: Promotions = { to: [], from: [] },
): readonly Resource[] {
  const { deployment } = context;
  const places = placesOf(context, github);
  const project: PolicyTarget = { kind: 'project', project: deployment.project };
  const roles = places.flatMap(({ account, deployment: deployed }) =>
    deployerRoles(deployed).map((role) => ({
      role,
      member: `serviceAccount:${account.email}`,
      why: keyless,
    })),
  );
  const registry = readableRegistry(context, promotions);
  return [
    apis(context, registry.length > 0 ? [...firstApis, registryApi] : firstApis),
    identityPool(context),
    ...places.flatMap((place) => [
      identityProvider(context, github, place.environment),
      serviceAccount(context, place.account, keyless),
      accountPolicy(context, github, place),
    ]),
    grantedRights(context, {
      address: 'policy/project',
      target: project,
      dependsOn: places.map(({ account }) => serviceAccountAddress(account.id)),
      rights: [...roles, ...rightsInProject(promotions)],
    }),
    ...registry,
  ];
}

/** Where images are taken from by another project's deployer. The registry is made as `provision` would make it, so that the right has a place. */
function readableRegistry(context: Context, promotions: Promotions): readonly Resource[] {
  const rights = rightsOnRepository(promotions);
  if (rights.length === 0) return [];
  const { project, repository: wanted } = context.deployment;
  const { name, location } = wanted;
  return [
    repository(context),
    grantedRights(context, {
      address: policyAddress({ kind: 'repository' }, name),
      target: { kind: 'repository', project, location, repository: name },
      dependsOn: [repositoryAddress(name)],
      rights,
    }),
  ];
}

/** One environment of the project: who comes in, and as whom. */
interface Place {
  /** Absent for a file without environments. */
  readonly environment: string | undefined;
  readonly deployment: Deployment;
  readonly account: { readonly id: string; readonly email: string; readonly displayName: string };
}

/**
 * Each environment has an account of its own, so that a job of one cannot act as another one's. The first of the file
 * is called `deployer`: nothing changes for it when another environment comes into its project.
 */
function placesOf({ deployment }: Context, github: TrustedRepository): readonly Place[] {
  const environments = github.environments.length === 0 ? [undefined] : github.environments;
  return environments.map((one, index) => {
    const id = one === undefined ? deployer : deployerId(index, one.name);
    return {
      environment: one?.name,
      deployment: one?.deployment ?? deployment,
      account: {
        id,
        email: serviceAccountEmail(id, deployment.project),
        displayName: one && index > 0 ? `Deploys ${one.name} from GitHub` : 'Deploys from GitHub',
      },
    };
  });
}

/** The account that jobs of the environment act as; `environments` are those of its project, in the file's order. */
export function deployerOf(environments: readonly NamedDeployment[], name: string): string | undefined {
  const index = environments.findIndex((one) => one.name === name);
  const project = environments[index]?.deployment.project;
  return project === undefined ? undefined : serviceAccountEmail(deployerId(index, name), project);
}

function deployerId(index: number, environment: string): string {
  return index === 0 ? deployer : accountId(environment);
}

/** Up to 30 characters. https://cloud.google.com/iam/docs/service-accounts-create */
function accountId(environment: string): string {
  const whole = `${deployer}-${environment}`;
  if (whole.length <= 30) return whole;
  const digest = createHash('sha256').update(environment).digest('hex').slice(0, 6);
  return `${whole.slice(0, 23)}-${digest}`;
}

/** Who may act as the account: the repository's jobs of that environment, by both together. */
function accountPolicy(
  context: Context,
  github: TrustedRepository,
  { environment, account }: Place,
): Resource<Policy> {
  const { project } = context.deployment;
  const set = `principalSet://iam.googleapis.com/${poolName(context.projectNumber)}`;
  const role = 'roles/iam.workloadIdentityUser';
  const everyJob = { role, member: `${set}/attribute.repository_id/${github.repositoryId}`, why: keyless };
  const jobs = `${set}/attribute.repository_environment/${github.repositoryId}/${environment}`;
  return grantedRights(context, {
    address: `policy/service_account/${account.id}`,
    target: { kind: 'service_account', project, email: account.email },
    dependsOn: [poolAddress, serviceAccountAddress(account.id)],
    rights: environment === undefined ? [everyJob] : [{ role, member: jobs, why: keyless }],
    // Through another environment's provider, jobs of that one would come in as well.
    superseded: environment === undefined ? [] : [everyJob],
  });
}

export function trustInputs(context: Context, github: TrustedRepository): readonly TrustInputs[] {
  return placesOf(context, github).map(({ environment, account }) => ({
    ...(environment !== undefined && { environment }),
    workload_identity_provider: `${poolName(context.projectNumber)}/providers/${providerId(environment)}`,
    service_account: account.email,
  }));
}

/** The lines for `with:` of the workflow. None of them is secret. */
export function trustLines(inputs: TrustInputs): readonly string[] {
  return Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
}
