import type { Identity, JobClaims } from '../identity.ts';
import { type Api, type Call, Refusal, type Reply } from '../service.ts';

/** https://docs.github.com/en/actions/reference/security/oidc */
export const githubIssuer = 'https://token.actions.githubusercontent.com';

/** Seconds that a job's identity token is good for. */
const lifetime = 300;

/** The token service of GitHub Actions, as a job with `id-token: write` sees it. */
export function githubApi(identity: Identity): Api {
  return {
    name: 'token.actions.githubusercontent.com',
    title: 'GitHub Actions OIDC',
    needsEnabling: false,
    errors: 'rpc',
    notModelled: ['Nothing but the token of a job, its keys and its discovery document.'],
    routes: [
      {
        method: 'GET',
        path: '/_github/oidc',
        id: 'github.oidc.token',
        open: true,
        handle: (call) => token(call, identity),
      },
      {
        method: 'GET',
        path: '/.well-known/jwks',
        id: 'github.oidc.jwks',
        open: true,
        handle: () => ({ status: 200, body: { keys: [identity.github.jwk()] } }),
      },
      {
        method: 'GET',
        path: '/.well-known/openid-configuration',
        id: 'github.oidc.discovery',
        open: true,
        handle: () => ({
          status: 200,
          body: {
            issuer: githubIssuer,
            jwks_uri: `${githubIssuer}/.well-known/jwks`,
            subject_types_supported: ['public', 'pairwise'],
            response_types_supported: ['id_token'],
            id_token_signing_alg_values_supported: ['RS256'],
          },
        }),
      },
    ],
  };
}

function token(call: Call, identity: Identity): Reply {
  const requestToken = /^Bearer (\S+)$/i.exec(call.headers.get('authorization') ?? '')?.[1];
  const job = requestToken === undefined ? undefined : identity.job(requestToken);
  if (job === undefined) {
    throw new Refusal(401, 'UNAUTHENTICATED', 'The request token of the job is missing or not valid.');
  }
  const now = identity.seconds();
  const owner = job.repository_owner ?? job.repository.split('/')[0] ?? '';
  const value = identity.github.jwt({
    repository_owner: owner,
    ...job,
    jti: crypto.randomUUID(),
    iss: githubIssuer,
    aud: call.query.get('audience') ?? `https://github.com/${owner}`,
    sub: job.sub ?? subject(job),
    iat: now,
    nbf: now - lifetime,
    exp: now + lifetime,
  });
  identity.keepSecret(value);
  return { status: 200, body: { count: 1, value } };
}

/** The default subject: the environment, else the pull request, else the ref. */
function subject(job: JobClaims): string {
  const prefix = `repo:${job.repository}`;
  if (job.environment !== undefined) return `${prefix}:environment:${job.environment.replaceAll(':', '%3A')}`;
  if (job.event_name === 'pull_request') return `${prefix}:pull_request`;
  return `${prefix}:ref:${job.ref ?? 'refs/heads/main'}`;
}
