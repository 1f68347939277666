/** Google's APIs as this suite calls them: the host, and the variable with which gcloud and we move it elsewhere. */
const endpoints = {
  artifactregistry: { root: 'https://artifactregistry.googleapis.com/', override: 'ARTIFACTREGISTRY' },
  billingbudgets: { root: 'https://billingbudgets.googleapis.com/', override: 'BILLINGBUDGETS' },
  cloudbuild: { root: 'https://cloudbuild.googleapis.com/', override: 'CLOUDBUILD' },
  cloudresourcemanager: {
    root: 'https://cloudresourcemanager.googleapis.com/',
    override: 'CLOUDRESOURCEMANAGER',
  },
  compute: { root: 'https://compute.googleapis.com/', override: 'COMPUTE' },
  dns: { root: 'https://dns.googleapis.com/', override: 'DNS' },
  iam: { root: 'https://iam.googleapis.com/', override: 'IAM' },
  iamcredentials: { root: 'https://iamcredentials.googleapis.com/', override: 'IAMCREDENTIALS' },
  logging: { root: 'https://logging.googleapis.com/', override: 'LOGGING' },
  monitoring: { root: 'https://monitoring.googleapis.com/', override: 'MONITORING' },
  redis: { root: 'https://redis.googleapis.com/', override: 'REDIS' },
  run: { root: 'https://run.googleapis.com/', override: 'RUN' },
  secretmanager: { root: 'https://secretmanager.googleapis.com/', override: 'SECRETMANAGER' },
  servicenetworking: { root: 'https://servicenetworking.googleapis.com/', override: 'SERVICENETWORKING' },
  serviceusage: { root: 'https://serviceusage.googleapis.com/', override: 'SERVICEUSAGE' },
  sqladmin: { root: 'https://sqladmin.googleapis.com/', override: 'SQL' },
  storage: { root: 'https://storage.googleapis.com/', override: 'STORAGE' },
  sts: { root: 'https://sts.googleapis.com/', override: 'STS' },
} as const;

/** The Docker registry has no host of its own beside those of the locations. */
export type ApiName = keyof typeof endpoints | 'registry';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The API's root URL with a trailing slash: Google's, or the value of CLOUDSDK_API_ENDPOINT_OVERRIDES_<API>.
 * gcloud knows no override for STS, Service Networking and Billing Budgets; ours are named alike.
 * https://cloud.google.com/sdk/gcloud/reference/topic/configurations
 * With a region it is the host of that region, which an override replaces as a whole.
 */
export function endpointOf(api: ApiName, environment: Environment, region?: string): string {
  if (api === 'registry') return registryEndpoint(environment, region ?? '');
  const { root, override } = endpoints[api];
  const moved = environment[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${override}`];
  if (!moved) return region ? root.replace('https://', `https://${region}-`) : root;
  return moved.endsWith('/') ? moved : `${moved}/`;
}

/**
 * `https://LOCATION-docker.pkg.dev/`, or below AETHERCAST_REGISTRY_ENDPOINT as `HOST/`, for rehearsals in which no name
 * of Google's leads anywhere.
 */
function registryEndpoint(environment: Environment, location: string): string {
  const host = `${location}-docker.pkg.dev`;
  const moved = environment.AETHERCAST_REGISTRY_ENDPOINT;
  return moved ? `${moved.replace(/\/$/, '')}/${host}/` : `https://${host}/`;
}
