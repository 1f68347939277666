import type { SeedProject } from '../emulator/emulator.ts';
import { deployerEmail, previewDeployer } from './seed.ts';

/** What the deployer of the environment that is promoted from looks at in the other one: docs/promotion.md. */
const inTarget = ['roles/run.viewer', 'roles/secretmanager.viewer'];
/**
 * And what the deployer of the one that is promoted to looks at, and takes images from. On the whole project, since there is
 * no repository yet.
 */
const inSource = ['roles/run.viewer', 'roles/artifactregistry.reader'];

/**
 * Projects between which releases can be promoted: from each to those that come later. The order is that of the
 * environments in deploy.yaml. Within a project nothing is needed.
 */
export function withPromotion(projects: readonly SeedProject[]): readonly SeedProject[] {
  return projects.map((project, index) => {
    const rights = projects.flatMap((other, otherIndex) => {
      if (other === project) return [];
      const members = (other.serviceAccounts ?? [])
        .filter(({ id }) => id !== previewDeployer)
        .map(({ id }) => deployerEmail(other.id, id))
        .map((email) => `serviceAccount:${email}`);
      return (otherIndex < index ? inTarget : inSource).map((role) => ({ role, members }));
    });
    return { ...project, bindings: [...(project.bindings ?? []), ...rights] };
  });
}
