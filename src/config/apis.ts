import type { Deployment, Grant } from './deployment.ts';
import { isBuilt } from './images.ts';
import type { Config } from './schema.ts';

/** What the suite itself talks to in every deployment. */
const always = [
  'artifactregistry',
  'cloudresourcemanager',
  'iam',
  'iamcredentials',
  'logging',
  'run',
  'serviceusage',
  'sts',
];

/** The first part of a role whose service has an API that is enabled per project. */
const apiOfRole: Readonly<Record<string, string>> = {
  aiplatform: 'aiplatform',
  bigquery: 'bigquery',
  cloudtasks: 'cloudtasks',
  cloudtrace: 'cloudtrace',
  cloudtranslate: 'translate',
  datastore: 'firestore',
  discoveryengine: 'discoveryengine',
  documentai: 'documentai',
  monitoring: 'monitoring',
  pubsub: 'pubsub',
  spanner: 'spanner',
  speech: 'speech',
};

type Used = Pick<
  Deployment,
  'network' | 'database' | 'redis' | 'frontend' | 'alerts' | 'budget' | 'secrets' | 'buckets' | 'services'
>;

/** The APIs that this deployment uses, sorted. */
export function deriveApis(config: Config, used: Used, grants: readonly Grant[]): readonly string[] {
  const builds = used.services.some(isBuilt);
  const apis = new Set([
    ...always,
    ...(builds ? ['cloudbuild', 'storage'] : []),
    ...(used.buckets.length > 0 || used.frontend ? ['storage'] : []),
    ...(used.secrets.length > 0 ? ['secretmanager'] : []),
    // Cloud Run looks for sql-component when it mounts the socket of an instance.
    ...(used.database ? ['sqladmin', 'sql-component'] : []),
    ...(used.redis ? ['redis'] : []),
    ...(used.network ? ['compute'] : []),
    ...(used.network?.privateServices ? ['servicenetworking'] : []),
    ...(used.network?.dns ? ['dns'] : []),
    ...(used.alerts ? ['monitoring'] : []),
    ...(used.budget ? ['billingbudgets'] : []),
    ...grants.flatMap((grant) => apiForRole(grant.role)),
    ...config.apis.map((api) => api.replace(/\.googleapis\.com$/, '')),
  ]);
  return [...apis].map((api) => `${api}.googleapis.com`).sort();
}

function apiForRole(role: string): readonly string[] {
  const service = /^roles\/([A-Za-z0-9]+)\./.exec(role)?.[1] ?? '';
  const api = Object.hasOwn(apiOfRole, service) ? apiOfRole[service] : undefined;
  return api === undefined ? [] : [api];
}
