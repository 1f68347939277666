/** gcloud's names of the APIs; Service Networking and STS are ours, gcloud has no override for them. */
const overrides = [
  'SERVICEUSAGE',
  'CLOUDRESOURCEMANAGER',
  'IAM',
  'IAMCREDENTIALS',
  'STORAGE',
  'SQL',
  'SECRETMANAGER',
  'ARTIFACTREGISTRY',
  'CLOUDBUILD',
  'RUN',
  'REDIS',
  'VPCACCESS',
  'LOGGING',
  'MONITORING',
  'COMPUTE',
  'DNS',
  'SERVICENETWORKING',
  'STS',
];

/** Variables that send the calls of all APIs to that origin. gcloud insists on the slash at the end. */
export function endpointOverrides(origin: string): Record<string, string> {
  return Object.fromEntries(overrides.map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, `${origin}/`]));
}
