import type { Identity } from '../identity.ts';
import type { Api } from '../service.ts';
import { checkRunRoutes } from './check-runs.ts';
import { commentRoutes } from './comments.ts';
import { commitStatusRoutes } from './commit-statuses.ts';
import { deploymentStatusRoutes } from './deployment-statuses.ts';
import { deploymentRoutes } from './deployments.ts';
import { environmentRoutes } from './environments.ts';
import { labelRoutes } from './labels.ts';
import { GitHubLimits } from './limits.ts';
import { pullRoutes } from './pulls.ts';
import { repositoryRoutes } from './repositories.ts';
import { asRoute, callerOf, commonHeaders, holderName } from './rest.ts';
import { runRoutes } from './runs.ts';

/** The REST API of GitHub, below `/_github/api`: what a deployment asks of it. https://docs.github.com/rest */
export function githubRestApi(identity: Identity, quotas: 'off' | 'published'): Api {
  const limits = new GitHubLimits(quotas);
  const routes = [
    ...repositoryRoutes,
    ...pullRoutes,
    ...labelRoutes,
    ...commentRoutes,
    ...deploymentRoutes,
    ...deploymentStatusRoutes,
    ...environmentRoutes,
    ...commitStatusRoutes,
    ...checkRunRoutes,
    ...runRoutes,
  ];
  return {
    name: 'api.github.com',
    title: 'GitHub REST API',
    needsEnabling: false,
    errors: 'github',
    headers: commonHeaders,
    authenticate: (call) => ({
      principal: holderName(callerOf(call, identity)),
      expiresAt: Number.POSITIVE_INFINITY,
    }),
    notModelled: [
      'Issues are pull requests: there are no others.',
      'Pull requests are opened, pushed to and closed by the rehearsal, not by the API; there are no reviews, files or diffs.',
      'A merge by `auto_merge` always succeeds for a branch; for a commit that is behind the default branch it is always a conflict (what GitHub does there was not observed).',
      'A deployment without any status counts as active when it is deleted (not observed).',
      'A token has the permissions of its job; organization policies, SSO and fine-grained tokens of people are not there: people have a role.',
      'Conditional requests (`If-None-Match`), GraphQL, search, webhooks, and the download of artifacts.',
      'Rate limits are refused with `--quotas published`: 1,000 requests an hour for a job, 5,000 for a person, 900 points and 80 content-making requests a minute; a fault script makes any other (`"id": "github.*", "status": 403, "retry_after": 60`).',
    ],
    routes: routes.map((route) => asRoute(route, identity, limits)),
  };
}
