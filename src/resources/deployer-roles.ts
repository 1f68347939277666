import type { Deployment } from '../config/deployment.ts';

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
