import type { Deployment } from '../../config/deployment.ts';
import type { SeedProject } from '../../emulator/emulator.ts';
import { type Application, readDeployment } from '../application.ts';
import { deployerEmail, providerName, seedProject, type TrustedRepository } from '../seed.ts';
import type { EnvironmentValues } from '../workflow/host.ts';

/** The deployments of all environments of deploy.yaml that can be read, by name. */
export function deploymentsOf(application: Application): ReadonlyMap<string, Deployment> {
  const found = application.environments.flatMap((name) => {
    const { deployment } = readDeployment(application, name);
    return deployment === undefined ? [] : [[name, deployment] as const];
  });
  return new Map(found);
}

/** Each project once: what a run of one environment does to another one shows. */
export function projectsOf(
  deployments: Iterable<Deployment>,
  trusted: TrustedRepository,
): readonly SeedProject[] {
  const ids = new Set([...deployments].map(({ project }) => project));
  return [...ids].map((id) => seedProject(id, trusted));
}

/** The variables that the documented callers read. */
export function variablesOf({ project }: Pick<Deployment, 'project'>): Record<string, string> {
  return {
    GCP_WORKLOAD_IDENTITY_PROVIDER: providerName(project),
    GCP_SERVICE_ACCOUNT: deployerEmail(project),
    GCP_PROJECT_ID: project,
  };
}

/** What the GitHub environment of each environment of deploy.yaml has by itself. */
export function environmentValues(
  deployments: ReadonlyMap<string, Deployment>,
): Record<string, Partial<EnvironmentValues>> {
  return Object.fromEntries(
    [...deployments].map(([name, deployment]) => [name, { vars: variablesOf(deployment) }]),
  );
}
