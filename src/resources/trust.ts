/**
 * The trust that lets a repository's jobs deploy without a key: a workload identity pool, one provider for each
 * environment, and the account that the jobs act as. An estate of its own, brought about once by a person, since the
 * deployer cannot make itself. Who may come in is told by numbers: names can be taken over by others.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
import type { Deployment } from '../config/deployment.ts';
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
import type { Context } from './context.ts';
import { missingRights, type Right, withRights } from './policy.ts';
import { serviceAccount, serviceAccountAddress } from './service-account.ts';

/** Who may deploy: a repository by its numbers, and the GitHub environments that its jobs may name. */
export interface TrustedRepository {
  /** `repository_id` of GitHub's token, digits. */
  readonly repositoryId: string;
  /** `repository_owner_id`, digits. */
  readonly ownerId: string;
  /** The environments of deploy.yaml that live in this project; empty for a file without environments. */
  readonly environments: readonly string[];
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

/**
 * The deployer's roles on the project, from the parts of the suite that every deployment uses, and those that this one
 * does. No project-wide `iam.serviceAccountUser`: provision gives it that on each account that it makes.
 */
export function deployerRoles({
  network,
  alerts,
}: Pick<Deployment, 'network' | 'alerts'>): readonly string[] {
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

export function trust(context: Context, github: TrustedRepository): readonly Resource[] {
  const { deployment, projectNumber } = context;
  const account = { id: deployer, email: deployerEmail(deployment), displayName: 'Deploys from GitHub' };
  const own: PolicyTarget = { kind: 'service_account', project: deployment.project, email: account.email };
  const jobs = `principalSet://iam.googleapis.com/${poolName(projectNumber)}/attribute.repository_id/${github.repositoryId}`;
  const project: PolicyTarget = { kind: 'project', project: deployment.project };
  return [
    apis(context, firstApis),
    identityPool(context),
    ...environmentsOf(github).map((environment) => identityProvider(context, github, environment)),
    serviceAccount(context, account, why),
    policy(
      context,
      `policy/service_account/${deployer}`,
      own,
      [poolAddress, serviceAccountAddress(deployer)],
      [{ role: 'roles/iam.workloadIdentityUser', member: jobs, why }],
    ),
    policy(
      context,
      'policy/project',
      project,
      [serviceAccountAddress(deployer)],
      deployerRoles(deployment).map((role) => ({ role, member: `serviceAccount:${account.email}`, why })),
    ),
  ];
}

export function trustInputs(context: Context, github: TrustedRepository): readonly TrustInputs[] {
  return environmentsOf(github).map((environment) => ({
    ...(environment !== undefined && { environment }),
    workload_identity_provider: `${poolName(context.projectNumber)}/providers/${providerId(environment)}`,
    service_account: deployerEmail(context.deployment),
  }));
}

/** The lines for `with:` of the workflow. None of them is secret. */
export function trustLines(inputs: TrustInputs): readonly string[] {
  return Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
}

function environmentsOf(github: TrustedRepository): readonly (string | undefined)[] {
  return github.environments.length === 0 ? [undefined] : github.environments;
}

function poolName(projectNumber: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;
}

function deployerEmail({ project }: Deployment): string {
  const [domain, name] = project.split(':');
  return `${deployer}@${name === undefined ? project : `${name}.${domain}`}.iam.gserviceaccount.com`;
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
      'attribute.job_workflow': 'assertion.job_workflow_ref',
      'attribute.event': 'assertion.event_name',
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
  address: string,
  target: PolicyTarget,
  dependsOn: readonly string[],
  rights: readonly Right[],
): Resource<Policy> {
  const { google } = context;
  const api = target.kind === 'project' ? 'cloudresourcemanager.googleapis.com' : 'iam.googleapis.com';
  return {
    address,
    dependsOn: [apisAddress, ...dependsOn],
    observe: async (fresh) => {
      if (!fresh && !(await context.enabled()).has(api)) return undefined;
      return await readPolicy(google, target).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have) => missingRights(address, rights, have?.bindings ?? []),
    apply: (_changes, have) => changePolicy(google, target, (bindings) => withRights(bindings, rights), have),
  };
}
