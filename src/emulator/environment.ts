import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * gcloud's names of the APIs and their real hosts; Service Networking, Billing Budgets and STS are ours, gcloud has no
 * override for them.
 */
const hosts: Readonly<Record<string, string>> = {
  SERVICEUSAGE: 'serviceusage',
  CLOUDRESOURCEMANAGER: 'cloudresourcemanager',
  IAM: 'iam',
  IAMCREDENTIALS: 'iamcredentials',
  STORAGE: 'storage',
  SQL: 'sqladmin',
  SECRETMANAGER: 'secretmanager',
  ARTIFACTREGISTRY: 'artifactregistry',
  CLOUDBUILD: 'cloudbuild',
  RUN: 'run',
  REDIS: 'redis',
  VPCACCESS: 'vpcaccess',
  LOGGING: 'logging',
  MONITORING: 'monitoring',
  COMPUTE: 'compute',
  DNS: 'dns',
  CLOUDBILLING: 'cloudbilling',
  BILLINGBUDGETS: 'billingbudgets',
  SERVICENETWORKING: 'servicenetworking',
  STS: 'sts',
};

/** Who the person at the shell is, unless another address is asked for. */
export const shellUser = 'owner@example.com';

/** How a client reaches the emulator: by endpoint overrides, or through it as an HTTP forward proxy. */
export type Reach = 'endpoints' | 'proxy';

/** Variables that send the calls of all APIs to that origin. gcloud insists on the slash at the end. */
export function endpointOverrides(origin: string): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.keys(hosts).map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, `${origin}/`]),
    ),
    // Ours: the addresses of services and of registries, which no override of gcloud's is about.
    AETHERCAST_RUN_APP_ENDPOINT: `${origin}/_run/`,
    AETHERCAST_REGISTRY_ENDPOINT: `${origin}/_registry/`,
  };
}

/**
 * Variables that make gcloud call Google's real host names in plain HTTP through the emulator as its proxy. It is the
 * way for `gcloud run`, which puts the region before whatever host an override names. The configuration is a folder of
 * its own, so that no account of the person at the shell is sent over the wire.
 */
export function proxySettings(origin: string): Record<string, string> {
  const { hostname, port } = new URL(origin);
  return {
    ...Object.fromEntries(
      Object.entries(hosts).map(([api, host]) => [
        `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`,
        `http://${host}.googleapis.com/`,
      ]),
    ),
    CLOUDSDK_CONFIG: join(tmpdir(), `gcloud-of-emulator-${port}`),
    CLOUDSDK_PROXY_TYPE: 'http',
    CLOUDSDK_PROXY_ADDRESS: hostname,
    CLOUDSDK_PROXY_PORT: port,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_SURVEY_DISABLE_PROMPTS: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
  };
}

/** The variables of either way. */
export function reachVariables(origin: string, reach: Reach): Record<string, string> {
  return reach === 'proxy' ? proxySettings(origin) : endpointOverrides(origin);
}
