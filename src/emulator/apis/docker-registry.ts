import type { Identity } from '../identity.ts';
import { type Api, type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import type { AccessToken } from '../tokens.ts';
import { blobRoutes } from './docker-registry-blobs.ts';
import { manifestRoutes } from './docker-registry-manifests.ts';
import { deniedWords, repositoryResource } from './docker-registry-names.ts';

/** Seconds that a token of the token endpoint lives. */
const lifetime = 3600;
/** The user name under which a Google access token is given as a password. https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
const tokenUser = 'oauth2accesstoken';

/** Whoever the credentials stand for; `undefined` for none that are known. */
function callerOf(identity: Identity, header: string | null): AccessToken | 'expired' | undefined {
  const [, scheme = '', text = ''] = /^(Basic|Bearer)\s+(\S+)$/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') {
    const [user, password = ''] = Buffer.from(text, 'base64').toString('utf8').split(':', 2);
    return user === tokenUser ? identity.tokens.find(password) : undefined;
  }
  return identity.tokens.find(text) ?? identity.registryTokens.find(text);
}

/** The way to a token, as clients of registries expect to be told it. https://distribution.github.io/distribution/spec/auth/token/ */
function challenge(call: Pick<Call, 'host' | 'base' | 'path' | 'params'>): string {
  const { project, repository, image } = call.params;
  const scope =
    project === undefined ? '' : `,scope="repository:${project}/${repository}/${image ?? ''}:pull"`;
  return `Bearer realm="${call.base}/v2/token",service="${call.host}"${scope}`;
}

function authenticate(
  identity: Identity,
  call: Pick<Call, 'headers' | 'host' | 'base' | 'path' | 'params'>,
): AccessToken {
  const header = call.headers.get('authorization');
  const caller = callerOf(identity, header);
  if (caller !== undefined && caller !== 'expired') return caller;
  const permission =
    'Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts"';
  const message =
    header === null
      ? `Unauthenticated request. ${permission} on resource "${repositoryResource(call)}" (or it may not exist)`
      : 'authentication failed: the credentials are invalid or have expired';
  throw new Refusal(401, 'UNAUTHENTICATED', message, { headers: { 'www-authenticate': challenge(call) } });
}

/** Changes a Google access token into one of the registry's. */
function giveToken(identity: Identity, call: Call, cloud: Cloud): Reply {
  const caller = callerOf(identity, call.headers.get('authorization'));
  if (caller === undefined || caller === 'expired') {
    throw new Refusal(403, 'DENIED', 'Unauthenticated request. Give oauth2accesstoken and an access token.');
  }
  const token = identity.registryTokens.issue({
    principal: caller.principal,
    lifetime,
    ...(caller.federated === undefined ? {} : { federated: caller.federated }),
  });
  return { status: 200, body: { token, expires_in: lifetime, issued_at: cloud.timestamp() } };
}

/**
 * The Docker registry protocol of Artifact Registry, at LOCATION-docker.pkg.dev: what docker, crane and Cloud Build's
 * clients push and pull by. https://distribution.github.io/distribution/spec/api/ and
 * https://cloud.google.com/artifact-registry/docs/reference/docker-api
 */
export function dockerRegistryApi(identity: Identity): Api {
  return {
    name: 'artifactregistry.googleapis.com',
    title: 'Artifact Registry API',
    needsEnabling: true,
    hosts: ['*-docker.pkg.dev'],
    errors: 'registry',
    authenticate: (call) => authenticate(identity, call),
    denied: (_principal, permission, resource) =>
      new Refusal(403, 'PERMISSION_DENIED', deniedWords(permission, resource)),
    notModelled: [
      'Docker protocol: public repositories without credentials, service account keys as passwords, scopes of tokens (IAM decides), the catalog, deleting (the Artifact Registry API does).',
      'Docker protocol: a blob that no manifest names is kept until its repository is deleted.',
      'On a plain port the registry is at /_registry/LOCATION-docker.pkg.dev/.',
    ],
    routes: [
      {
        method: 'GET',
        path: '/v2/',
        id: 'registry.check',
        handle: () => ({
          status: 200,
          headers: { 'docker-distribution-api-version': 'registry/2.0' },
          body: {},
        }),
      },
      {
        method: 'GET',
        path: '/v2/token',
        id: 'registry.token',
        open: true,
        handle: (call, cloud) => giveToken(identity, call, cloud),
      },
      ...manifestRoutes(),
      ...blobRoutes(),
    ],
  };
}
