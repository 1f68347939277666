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
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import { changePolicy, type Policy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import {
  createPool,
  createProvider,
  getPool,
  getProvider,
  type Pool,
  type PoolAt,
  type Provider,
  type ProviderAt,
  patchTrust,
  undeleteTrust,
} from '../google/workload-identity.ts';
import { apis, apisAddress } from './apis.ts';
import { holds, type Right, withoutMembers, withRights } from './bindings.ts';
import type { Context } from './context.ts';
import { missingRights, policyAddress } from './policy.ts';
import { type Promotions, rightsInProject, rightsOnRepository } from './promotion-rights.ts';
import { repository, repositoryAddress } from './repository.ts';
import { serviceAccount, serviceAccountAddress } from './service-account.ts';

/** Who may deploy: a repository by its numbers, and the GitHub environments that its jobs may name. */
export interface TrustedRepository {
  /** `repository_id` of GitHub's token, digits. */
  readonly repositoryId: string;
  /** `repository_owner_id`, digits. */
  readonly ownerId: string;
  /** The environments of deploy.yaml that live in this project, in its order; empty for a file without environments. */
  readonly environments: readonly NamedDeployment[];
  /** What `job_workflow_ref` has to begin with, `OWNER/REPOSITORY/.github/workflows/`; any workflow without it. */
  readonly workflows?: string;
  /** Whether only runners that GitHub hosts are let in. */
  readonly hostedRunners?: boolean;
}

/** What the jobs of one environment give to the actions. */
export interface TrustInputs {
  /** Absent for a file without environments. */
  readonly environment?: string;
  readonly workload_identity_provider: string;
  readonly service_account: string;
}

const pool = 'github';
const deployer = 'deployer';
/** The provider of a file without environments. */
const onlyProvider = 'aethercast-deploy';
/** The environment that jobs of pull requests name, with the events that they may come from. */
const preview = { environment: 'preview', events: ['pull_request', 'workflow_dispatch', 'schedule'] };
const issuer = 'https://token.actions.githubusercontent.com';
const why = 'the jobs of the repository deploy without a key';

export const poolAddress = `identity_pool/${pool}`;
export const providerAddress = (provider: string): string => `identity_provider/${provider}`;

/** What must be on before a job can identify itself and look at anything. */
export const firstApis = ['cloudresourcemanager', 'iam', 'iamcredentials', 'serviceusage', 'sts'].map(
  (api) => `${api}.googleapis.com`,
);

const registryApi = 'artifactregistry.googleapis.com';

/** The roles on the project that an environment's deployer needs. */
export function deployerRoles(
  deployment: Pick<Deployment, 'network' | 'alerts' | 'redis' | 'preview'>,
): readonly string[] {
  return deployment.preview ? rolesForPreviews(deployment) : rolesForEnvironment(deployment);
}

/**
 * A preview only looks at what it shares: it enables no API and changes no network, and the registry stays as it is but
 * for the images. The plan of a pull request, which has this account too, reads who may use the registry. https://cloud.google.com/memorystore/docs/redis/access-control: only the admin reads the password.
 */
function rolesForPreviews({ network, redis }: Pick<Deployment, 'network' | 'redis'>): readonly string[] {
  return [
    'roles/serviceusage.serviceUsageViewer',
    'roles/iam.serviceAccountAdmin',
    'roles/iam.securityReviewer',
    'roles/resourcemanager.projectIamAdmin',
    'roles/storage.admin',
    'roles/artifactregistry.repoAdmin',
    'roles/cloudsql.admin',
    'roles/secretmanager.admin',
    'roles/cloudbuild.builds.editor',
    'roles/logging.viewer',
    'roles/monitoring.viewer',
    'roles/run.admin',
    ...(network ? ['roles/compute.networkViewer'] : []),
    ...(network?.dns ? ['roles/dns.reader'] : []),
    ...(redis ? ['roles/redis.admin'] : []),
  ];
}

/**
 * The deployer's roles on the project, from the parts of the suite that every deployment uses, and those that this one
 * does. No project-wide `iam.serviceAccountUser`: provision gives it that on each account that it makes.
 */
function rolesForEnvironment({ network, alerts }: Pick<Deployment, 'network' | 'alerts'>): readonly string[] {
  return [
    'roles/serviceusage.serviceUsageAdmin',
    'roles/iam.serviceAccountAdmin',
    'roles/resourcemanager.projectIamAdmin',
    'roles/compute.networkAdmin',
    'roles/servicenetworking.networksAdmin',
    'roles/storage.admin',
    'roles/artifactregistry.admin',
    'roles/cloudsql.admin',
    'roles/redis.admin',
    'roles/secretmanager.admin',
    'roles/cloudbuild.builds.editor',
    'roles/logging.viewer',
    'roles/monitoring.viewer',
    'roles/run.admin',
    ...(network?.dns ? ['roles/dns.admin'] : []),
    ...(alerts ? ['roles/monitoring.editor'] : []),
  ];
}

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
    deployerRoles(deployed).map((role) => ({ role, member: `serviceAccount:${account.email}`, why })),
  );
  const registry = readableRegistry(context, promotions);
  return [
    apis(context, registry.length > 0 ? [...firstApis, registryApi] : firstApis),
    identityPool(context),
    ...places.flatMap((place) => [
      identityProvider(context, github, place.environment),
      serviceAccount(context, place.account, why),
      accountPolicy(context, github, place),
    ]),
    policy(context, {
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
    policy(context, {
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
  const everyJob = { role, member: `${set}/attribute.repository_id/${github.repositoryId}`, why };
  const jobs = `${set}/attribute.repository_environment/${github.repositoryId}/${environment}`;
  return policy(context, {
    address: `policy/service_account/${account.id}`,
    target: { kind: 'service_account', project, email: account.email },
    dependsOn: [poolAddress, serviceAccountAddress(account.id)],
    rights: environment === undefined ? [everyJob] : [{ role, member: jobs, why }],
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

function poolName(projectNumber: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;
}

/** 4 to 32 characters, and not the prefix that Google keeps to itself. */
function providerId(environment: string | undefined): string {
  if (environment === undefined) return onlyProvider;
  const fits = environment.length >= 4 && !environment.startsWith('gcp-');
  return fits ? environment : `env-${environment}`.slice(0, 32);
}

/** The numbers are checked at the provider as well, so that a wrong grant to the pool opens nothing to others. */
function conditionOf(github: TrustedRepository, environment: string | undefined): string {
  return [
    `assertion.repository_owner_id == "${github.ownerId}"`,
    `assertion.repository_id == "${github.repositoryId}"`,
    ...(environment === undefined ? [] : [`assertion.environment == "${environment}"`]),
    ...(github.workflows ? [`assertion.job_workflow_ref.startsWith("${github.workflows}")`] : []),
    ...(github.hostedRunners ? ['assertion.runner_environment == "github-hosted"'] : []),
    ...(environment === preview.environment
      ? [`assertion.event_name in [${preview.events.map((event) => `"${event}"`).join(', ')}]`]
      : []),
  ].join(' && ');
}

function identityPool(context: Context): Resource<Pool> {
  const at: PoolAt = { project: context.deployment.project, pool };
  const want = { displayName: 'GitHub Actions', disabled: false };
  return trustResource<Pool>(context, {
    address: poolAddress,
    dependsOn: [apisAddress],
    at,
    want,
    read: () => getPool(context.google, at),
    make: () => createPool(context.google, at, want),
  });
}

function identityProvider(
  context: Context,
  github: TrustedRepository,
  environment: string | undefined,
): Resource<Provider> {
  const provider = providerId(environment);
  const at: ProviderAt = { project: context.deployment.project, pool, provider };
  const want = {
    displayName: environment ?? onlyProvider,
    disabled: false,
    attributeMapping: {
      // Not the token's own subject: it can be longer than the 127 bytes that Google takes.
      'google.subject': '"gh:" + assertion.repository_id + ":" + assertion.run_id',
      'attribute.repository_id': 'assertion.repository_id',
      'attribute.owner_id': 'assertion.repository_owner_id',
      'attribute.environment': 'has(assertion.environment) ? assertion.environment : "none"',
      'attribute.repository_environment':
        'assertion.repository_id + "/" + (has(assertion.environment) ? assertion.environment : "none")',
      'attribute.job_workflow': 'assertion.job_workflow_ref',
      'attribute.event': 'assertion.event_name',
      'attribute.runner': 'has(assertion.runner_environment) ? assertion.runner_environment : "none"',
    },
    attributeCondition: conditionOf(github, environment),
    oidc: { issuerUri: issuer },
  };
  return trustResource<Provider>(context, {
    address: providerAddress(provider),
    dependsOn: [poolAddress],
    at,
    want,
    read: () => getProvider(context.google, at),
    make: () => createProvider(context.google, at, want as Provider),
  });
}

/** What pools and providers share: a deleted one keeps its name for 30 days, and is restored in place of a new one. */
function trustResource<Have extends Pool | Provider>(
  context: Context,
  wanted: {
    readonly address: string;
    readonly dependsOn: readonly string[];
    readonly at: PoolAt | ProviderAt;
    readonly want: object;
    readonly read: () => Promise<Have>;
    readonly make: () => Promise<void>;
  },
): Resource<Have> {
  const { google } = context;
  const { address, at, want } = wanted;
  return {
    address,
    dependsOn: wanted.dependsOn,
    observe: async (fresh) => {
      if (!fresh && !(await context.enabled()).has('iam.googleapis.com')) return undefined;
      return await wanted.read().catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have) => {
      const fields = compare(want, have);
      if (!have) return [create(address, why, fields)];
      const restored: FieldChange[] =
        have.state === 'DELETED' ? [{ field: 'state', before: 'DELETED', after: 'ACTIVE' }] : [];
      return update(address, why, [...restored, ...fields]);
    },
    apply: async (changes, have) => {
      if (!have) return await unlessExists(wanted.make());
      if (have.state === 'DELETED') await undeleteTrust(google, at);
      const mask = touchedFields(changes).filter((field) => field !== 'state');
      if (mask.length > 0) await patchTrust(google, at, want as Have, mask.join(','));
    },
  };
}

function policy(
  context: Context,
  wanted: {
    readonly address: string;
    readonly target: PolicyTarget;
    readonly dependsOn: readonly string[];
    readonly rights: readonly Right[];
    /** Rights that an earlier version of the trust gave. */
    readonly superseded?: readonly Right[];
  },
): Resource<Policy> {
  const { google } = context;
  const { address, target, rights, superseded = [] } = wanted;
  const isSuperseded = (role: string, member: string): boolean =>
    superseded.some((right) => right.role === role && right.member === member);
  const api = apiOf(target);
  return {
    address,
    dependsOn: [apisAddress, ...wanted.dependsOn],
    observe: async (fresh) => {
      if (!fresh && !(await context.enabled()).has(api)) return undefined;
      return await readPolicy(google, target).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have) => {
      const bindings = have?.bindings ?? [];
      const gone = superseded
        .filter(({ role, member }) => holds(bindings, role, member))
        .map(({ role, member }) => ({ field: role, before: member }));
      return [
        ...missingRights(address, rights, bindings),
        ...update(address, 'each environment has its own way in', gone),
      ];
    },
    apply: (_changes, have) =>
      changePolicy(
        google,
        target,
        (bindings) => withRights(withoutMembers(bindings, isSuperseded), rights),
        have,
      ),
  };
}

function apiOf({ kind }: PolicyTarget): string {
  if (kind === 'project') return 'cloudresourcemanager.googleapis.com';
  return kind === 'repository' ? registryApi : 'iam.googleapis.com';
}
