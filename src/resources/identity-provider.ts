/**
 * The workload identity pool and its providers, one for each environment: through them a job of GitHub's comes in without
 * a key. Who may is told by numbers: names can be taken over by others.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
import type { NamedDeployment } from '../config/load.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
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
import { apisAddress } from './apis.ts';
import type { Context } from './context.ts';

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

const pool = 'github';
/** The provider of a file without environments. */
const onlyProvider = 'aethercast-deploy';
/** The environment that jobs of pull requests name, with the events that they may come from. */
const preview = { environment: 'preview', events: ['pull_request', 'workflow_dispatch', 'schedule'] };
const issuer = 'https://token.actions.githubusercontent.com';
/** What the trust is there for, as its changes say it. */
export const keyless = 'the jobs of the repository deploy without a key';

export const poolAddress = `identity_pool/${pool}`;
const providerAddress = (provider: string): string => `identity_provider/${provider}`;

/** Full name of the pool. */
export function poolName(projectNumber: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;
}

/** Id of the environment's provider: 4 to 32 characters, and not the prefix that Google keeps to itself. */
export function providerId(environment: string | undefined): string {
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

export function identityPool(context: Context): Resource<Pool> {
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

export function identityProvider(
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
      if (!have) return [create(address, keyless, fields)];
      const restored: FieldChange[] =
        have.state === 'DELETED' ? [{ field: 'state', before: 'DELETED', after: 'ACTIVE' }] : [];
      return update(address, keyless, [...restored, ...fields]);
    },
    apply: async (changes, have) => {
      if (!have) return await unlessExists(wanted.make());
      if (have.state === 'DELETED') await undeleteTrust(google, at);
      const mask = touchedFields(changes).filter((field) => field !== 'state');
      if (mask.length > 0) await patchTrust(google, at, want as Have, mask.join(','));
    },
  };
}
