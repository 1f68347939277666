import { createHash } from 'node:crypto';
import type { Deployment } from '../config/deployment.ts';
import type { SeedBinding, SeedProject, SeedProvider } from '../emulator/emulator.ts';

/**
 * A project as `provision` with `bootstrap` leaves it (docs/trust.md): written anew from that page, since what runs here
 * shares no code with the suite. A test holds it against what the bundle makes.
 */

const pool = 'github';
const deployer = 'deployer';
/** The provider of a file without environments. */
const onlyProvider = 'aethercast-deploy';
/** The GitHub environment of pull requests, whatever their number. */
const preview = 'preview';

/** The account of previews, which stand beside the environment that they copy. */
export const previewDeployer = `${deployer}-${preview}`;

/** What has to be on before the first deployment. */
const bootstrapApis = [
  'cloudresourcemanager.googleapis.com',
  'iam.googleapis.com',
  'iamcredentials.googleapis.com',
  'serviceusage.googleapis.com',
  'sts.googleapis.com',
];

/** What the roles of a deployer follow from. */
type Deployed = Partial<Pick<Deployment, 'network' | 'alerts' | 'redis' | 'preview'>>;

/**
 * The deployer's roles on its project. Not `iam.serviceAccountUser`: the suite gives itself that on each service account
 * that it deploys with.
 */
function deployerRoles(deployed: Deployed): readonly string[] {
  if (deployed.preview) return previewRoles(deployed);
  return [
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
    ...(deployed.network?.dns ? ['roles/dns.admin'] : []),
    ...(deployed.alerts ? ['roles/monitoring.editor'] : []),
  ];
}

/** Of the deployer of previews, which only looks at what they share. */
function previewRoles({ network, redis }: Deployed): readonly string[] {
  return [
    'roles/run.admin',
    'roles/cloudbuild.builds.editor',
    'roles/artifactregistry.repoAdmin',
    'roles/storage.admin',
    'roles/cloudsql.admin',
    'roles/secretmanager.admin',
    'roles/serviceusage.serviceUsageViewer',
    'roles/iam.serviceAccountAdmin',
    'roles/iam.securityReviewer',
    'roles/resourcemanager.projectIamAdmin',
    'roles/logging.viewer',
    'roles/monitoring.viewer',
    ...(network ? ['roles/compute.networkViewer'] : []),
    ...(network?.dns ? ['roles/dns.reader'] : []),
    ...(redis ? ['roles/redis.admin'] : []),
  ];
}

/** Twelve digits that are always the same for a project id. */
export function projectNumber(projectId: string): string {
  const digest = createHash('sha256').update(projectId).digest('hex');
  const digits = BigInt(`0x${digest}`).toString().slice(-11);
  // A project number does not begin with 0.
  return `${(digits.charCodeAt(0) % 9) + 1}${digits}`;
}

/** An environment of deploy.yaml in a project; without a name, all that a file without environments has. */
export interface SeededEnvironment {
  readonly name?: string;
  readonly deployment: Deployed;
}

/** The account of the first environment of a project unless told. */
export function deployerEmail(projectId: string, id = deployer): string {
  return `${id}@${projectId}.iam.gserviceaccount.com`;
}

/** The provider of a file without environments unless told. */
export function providerName(projectId: string, environment?: string): string {
  return `${poolName(projectId)}/providers/${providerId(environment)}`;
}

/** The e-mail of the account that jobs of the environment act as; `environments` are those of its project, in order. */
export function deployerIn(
  projectId: string,
  environments: readonly SeededEnvironment[],
  environment: string | undefined,
): string {
  return deployerEmail(projectId, accountId(environments, environment));
}

/** The first environment of the file has the short name. */
function accountId(environments: readonly SeededEnvironment[], environment: string | undefined): string {
  if (environment === undefined || environments[0]?.name === environment) return deployer;
  const whole = `${deployer}-${environment}`;
  if (whole.length <= 30) return whole;
  return `${whole.slice(0, 23)}-${createHash('sha256').update(environment).digest('hex').slice(0, 6)}`;
}

/** Ids have 4 characters at least, and `gcp-` is Google's own. */
function providerId(environment: string | undefined): string {
  if (environment === undefined) return onlyProvider;
  if (environment.length < 4 || environment.startsWith('gcp-')) return `env-${environment}`.slice(0, 32);
  return environment;
}

function poolName(projectId: string): string {
  return `projects/${projectNumber(projectId)}/locations/global/workloadIdentityPools/${pool}`;
}

/** The repository whose runs may deploy. */
export interface TrustedRepository {
  /** Digits. */
  readonly repositoryId: string;
  /** Digits. */
  readonly ownerId: string;
  /** What `job_workflow_ref` begins with, `OWNER/REPOSITORY/.github/workflows/`; any workflow without it. */
  readonly workflows?: string;
}

/**
 * A project as an administrator sets it up for this suite: the first APIs, a workload identity pool, and for each
 * environment a provider that lets in its jobs, an account with its roles, and the right of those jobs to act as it.
 */
export function seedProject(
  projectId: string,
  trusted: TrustedRepository,
  environments: readonly SeededEnvironment[] = [{ deployment: {} }],
): SeedProject {
  const idOf = ({ name }: SeededEnvironment): string => accountId(environments, name);
  return {
    id: projectId,
    number: projectNumber(projectId),
    enabledApis: bootstrapApis,
    bindings: environments.flatMap((one) => {
      const members = [`serviceAccount:${deployerEmail(projectId, idOf(one))}`];
      return deployerRoles(one.deployment).map((role) => ({ role, members }));
    }),
    serviceAccounts: environments.map((one) => ({
      id: idOf(one),
      bindings: [whoActsAs(projectId, trusted, one.name)],
    })),
    pools: [{ id: pool, providers: environments.map(({ name }) => providerOf(trusted, name)) }],
  };
}

function whoActsAs(
  projectId: string,
  { repositoryId }: TrustedRepository,
  environment: string | undefined,
): SeedBinding {
  const jobs =
    environment === undefined
      ? `attribute.repository_id/${repositoryId}`
      : `attribute.repository_environment/${repositoryId}/${environment}`;
  const members = [`principalSet://iam.googleapis.com/${poolName(projectId)}/${jobs}`];
  return { role: 'roles/iam.workloadIdentityUser', members };
}

function providerOf(trusted: TrustedRepository, environment: string | undefined): SeedProvider {
  return {
    id: providerId(environment),
    issuerUri: 'https://token.actions.githubusercontent.com',
    attributeMapping: {
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
    attributeCondition: [
      `assertion.repository_owner_id == "${trusted.ownerId}"`,
      `assertion.repository_id == "${trusted.repositoryId}"`,
      ...(environment === undefined ? [] : [`assertion.environment == "${environment}"`]),
      ...(trusted.workflows === undefined
        ? []
        : [`assertion.job_workflow_ref.startsWith("${trusted.workflows}")`]),
      ...(environment === preview
        ? ['assertion.event_name in ["pull_request", "workflow_dispatch", "schedule"]']
        : []),
    ].join(' && '),
  };
}
