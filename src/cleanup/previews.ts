/**
 * The previews of a deployment as the project shows them: every thing that says it belongs to one, whether or not a
 * claim still stands for it.
 */
import { pullRequestOf } from '../config/preview-names.ts';
import type { Mark } from '../resources/mark.ts';
import { rightsOnProject, serviceAccounts } from './access.ts';
import { previewDatabases, type SqlNames } from './databases.ts';
import type { Leftover } from './leftover.ts';
import type { Site } from './site.ts';
import { stores } from './stores.ts';
import { workloads } from './workloads.ts';

/** Whose previews: names of deployments repeat, numbers of repositories do not. */
export interface Owner {
  readonly deployment: string;
  /** GitHub's number of the repository. */
  readonly repository: string;
  /** What their databases and roles are called, which carry no mark. */
  readonly sqlNames: SqlNames;
}

export interface Preview {
  readonly pullRequest: number;
  readonly environment: string;
  readonly things: readonly Leftover[];
  /** Seconds since the Unix epoch; absent when there is no claim, or one that does not say. */
  readonly expiresAt?: number;
  readonly hasClaim: boolean;
}

/** All that belongs to previews of ours, by a fresh listing of every collection. */
export async function listPreviewThings(site: Site, owner: Owner): Promise<readonly Leftover[]> {
  const found = await Promise.all([workloads(site), stores(site), serviceAccounts(site)]);
  const all = found.flat().filter(({ mark }) => pullRequestOf(mark.environment) !== undefined);
  const own = all.filter(({ mark }) => isOwn(mark, owner));
  const accounts = own.filter(({ kind }) => kind === 'service_account');
  const strangers = strangersOf(all, owner);
  const [rights, databases] = await Promise.all([
    rightsOnProject(site, accounts),
    previewDatabases(site, owner.sqlNames, (environment) =>
      strangers.has(environment)
        ? undefined
        : { deployment: owner.deployment, environment, repository: owner.repository },
    ),
  ]);
  return [...own, ...rights, ...databases];
}

function isOwn(mark: Mark, owner: Owner): boolean {
  return mark.deployment === owner.deployment && mark.repository === owner.repository;
}

/** Previews that another repository has under the same name. What carries no mark there may be theirs. */
function strangersOf(all: readonly Leftover[], owner: Owner): ReadonlySet<string> {
  const named = all.filter(({ mark }) => mark.deployment === owner.deployment);
  return new Set(named.filter(({ mark }) => !isOwn(mark, owner)).map(({ mark }) => mark.environment));
}

/** One preview for each pull request that anything is left of, by number. */
export function previewsIn(things: readonly Leftover[]): readonly Preview[] {
  const environments = [...new Set(things.map(({ mark }) => mark.environment))];
  return environments
    .flatMap((environment) => {
      const pullRequest = pullRequestOf(environment);
      return pullRequest === undefined ? [] : [previewOf(pullRequest, environment, things)];
    })
    .sort((one, other) => one.pullRequest - other.pullRequest);
}

function previewOf(pullRequest: number, environment: string, all: readonly Leftover[]): Preview {
  const things = all.filter(({ mark }) => mark.environment === environment);
  const claim = things.find(({ kind }) => kind === 'claim');
  const expiresAt = Number(claim?.labels['expires-at'] ?? Number.NaN);
  return {
    pullRequest,
    environment,
    things,
    hasClaim: claim !== undefined,
    ...(Number.isFinite(expiresAt) ? { expiresAt } : {}),
  };
}
