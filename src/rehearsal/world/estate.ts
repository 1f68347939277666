import type { Deployment } from '../../config/deployment.ts';
import { pullRequestOf, templateEnvironment } from '../../config/preview-names.ts';
import type { SeedProject } from '../../emulator/emulator.ts';
import { type Application, readDeployment, suiteName } from '../application.ts';
import {
  deployerIn,
  providerName,
  type SeededEnvironment,
  seedProject,
  type TrustedRepository,
} from '../seed.ts';
import type { EnvironmentValues } from '../workflow/host.ts';
import type { Job, Workflow } from '../workflow/model.ts';

/** Where the workflows lie whose jobs are let in: those of this suite. */
export const suiteWorkflows = `${suiteName}/.github/workflows/`;

/** Which workflows a repository has to trust for these: any where steps of its own get the credentials. */
export function workflowsFor(
  workflows: readonly Pick<Workflow, 'jobs'>[],
): Pick<TrustedRepository, 'workflows'> {
  return workflows.some(({ jobs }) => jobs.some(getsCredentials)) ? {} : { workflows: suiteWorkflows };
}

function getsCredentials(job: Job): boolean {
  if (job.kind === 'call') return false;
  const actions = job.steps.flatMap((step) => (step.kind === 'uses' ? [step.uses] : []));
  return actions.some(
    (uses) => uses.startsWith(`${suiteName}/`) || uses.startsWith('google-github-actions/'),
  );
}

/** An environment of deploy.yaml that can be read; without a name when the file has none. */
export interface RehearsedEnvironment extends SeededEnvironment {
  /** Of the environment that previews copy: the copy for some pull request. */
  readonly deployment: Deployment;
}

/** All environments of deploy.yaml that can be read, in its order. */
export function environmentsOf(application: Application): readonly RehearsedEnvironment[] {
  const { environments } = application;
  if (environments.length === 0) {
    const { deployment } = readDeployment(application, undefined);
    return deployment === undefined ? [] : [{ deployment }];
  }
  return environments.flatMap((name) => {
    const { deployment } = readDeployment(application, name === templateEnvironment ? 'pr-1' : name);
    const found = deployment ?? readDeployment(application, name).deployment;
    return found === undefined ? [] : [{ name, deployment: found }];
  });
}

/** Each project once: what a run of one environment does to another one shows. */
export function projectsOf(
  environments: readonly RehearsedEnvironment[],
  trusted: TrustedRepository,
): readonly SeedProject[] {
  const ids = new Set(environments.map(({ deployment }) => deployment.project));
  return [...ids].map((id) => seedProject(id, trusted, inProject(environments, id)));
}

function inProject(
  environments: readonly RehearsedEnvironment[],
  project: string,
): readonly RehearsedEnvironment[] {
  return environments.filter(({ deployment }) => deployment.project === project);
}

/** The variables that the workflows read, for jobs of one environment. */
export function variablesOf(
  environments: readonly RehearsedEnvironment[],
  { name, deployment }: RehearsedEnvironment,
): Record<string, string> {
  const { project } = deployment;
  return {
    GCP_WORKLOAD_IDENTITY_PROVIDER: providerName(project, name),
    GCP_SERVICE_ACCOUNT: deployerIn(project, inProject(environments, project), name),
    GCP_PROJECT_ID: project,
  };
}

/** What the GitHub environment of each environment of deploy.yaml has by itself. */
export function environmentValues(
  environments: readonly RehearsedEnvironment[],
): Record<string, Partial<EnvironmentValues>> {
  return Object.fromEntries(
    environments.flatMap((one) =>
      one.name === undefined ? [] : [[one.name, { vars: variablesOf(environments, one) }]],
    ),
  );
}

/** The GitHub environment of a deployment's jobs: for a preview the one that all previews share. */
export function environmentFor(
  environments: readonly RehearsedEnvironment[],
  environment: string | undefined,
): RehearsedEnvironment | undefined {
  const named = environments.find(({ name }) => name === environment);
  if (named !== undefined || environment === undefined) return named ?? environments[0];
  const isPreview = pullRequestOf(environment) !== undefined;
  return isPreview ? environments.find(({ name }) => name === templateEnvironment) : environments[0];
}
