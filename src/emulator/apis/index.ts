import { endpointsApi } from '../endpoints/answers-api.ts';
import { githubRestApi } from '../github/api.ts';
import type { Identity } from '../identity.ts';
import type { QuotaMode } from '../quotas.ts';
import type { Api } from '../service.ts';
import { artifactregistryApi } from './artifactregistry.ts';
import { billingbudgetsApi } from './billingbudgets.ts';
import { cloudbillingApi } from './cloudbilling.ts';
import { cloudbuildApi } from './cloudbuild.ts';
import { cloudresourcemanagerApi } from './cloudresourcemanager.ts';
import { computeApi } from './compute.ts';
import { controlApi } from './control.ts';
import { dnsApi } from './dns.ts';
import { dockerRegistryApi } from './docker-registry.ts';
import { githubApi } from './github.ts';
import { iamApi } from './iam.ts';
import { iamcredentialsApi } from './iamcredentials.ts';
import { loggingApi } from './logging.ts';
import { monitoringApi } from './monitoring.ts';
import { redisApi } from './redis.ts';
import { runApi } from './run.ts';
import { runV1Api } from './run-v1.ts';
import { secretmanagerApi } from './secretmanager.ts';
import { servicenetworkingApi } from './servicenetworking.ts';
import { serviceusageApi } from './serviceusage.ts';
import { sqladminApi } from './sqladmin.ts';
import { storageApi } from './storage.ts';
import { stsApi } from './sts.ts';
import { vpcaccessApi } from './vpcaccess.ts';

/** Every API of the emulator. A new one is a file here and a line in this list. */
export function allApis(identity: Identity, quotas: QuotaMode = 'off'): Api[] {
  return [
    controlApi(identity),
    githubApi(identity),
    githubRestApi(identity, quotas),
    stsApi(identity),
    iamcredentialsApi(identity),
    iamApi,
    cloudresourcemanagerApi,
    serviceusageApi,
    storageApi,
    secretmanagerApi,
    loggingApi,
    monitoringApi,
    computeApi,
    servicenetworkingApi,
    vpcaccessApi,
    dnsApi,
    sqladminApi,
    redisApi,
    runApi,
    runV1Api,
    endpointsApi,
    artifactregistryApi,
    dockerRegistryApi(identity),
    cloudbuildApi,
    cloudbillingApi,
    billingbudgetsApi,
  ];
}
