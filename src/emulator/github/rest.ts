import type { Identity } from '../identity.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { allowanceHeaders, type GitHubLimits } from './limits.ts';
import {
  type Account,
  accountOf,
  actionsBot,
  findRepository,
  type RepositoryRecord,
  type Role,
} from './records.ts';
import { badCredentials, needsAdmin, notAccessible, notFound } from './refusals.ts';
import type { Level, TokenHolder } from './tokens.ts';

/** What GITHUB_API_URL points at is the emulator's address with this behind it. */
export const restPrefix = '/_github/api';

/** A scope of `permissions:` and what a call needs of it; where several are named, one of them is enough. */
export type Need = `${string}: ${'read' | 'write'}`;

export interface RestCall extends Call {
  readonly cloud: Cloud;
  readonly repository: RepositoryRecord;
  readonly caller: TokenHolder | undefined;
  /** Whom what is written is shown as being from. */
  readonly account: Account;
}

/** A route below `/repos/{owner}/{repo}`. */
export interface RestRoute {
  readonly method: Route['method'];
  /** For example `/pulls/{number}`. */
  readonly path: string;
  /** GitHub's operation id with dots, for example `github.pulls.get`. */
  readonly id: string;
  readonly needs: readonly [Need, ...Need[]];
  readonly handle: (call: RestCall) => Reply;
}

/**
 * What all routes have in common, in GitHub's order: who calls, the rate limit, the repository, which is hidden from
 * who may not see it, and the permission.
 */
export function asRoute(route: RestRoute, identity: Identity, limits: GitHubLimits): Route {
  return {
    method: route.method,
    path: `${restPrefix}/repos/{owner}/{repo}${route.path}`,
    id: route.id,
    scope: route.needs.join(' or '),
    handle: (call, cloud) => {
      requireUserAgent(call);
      const caller = callerOf(call, identity);
      const allowance = limits.charge(cloud, holderName(caller), caller?.kind ?? 'person', call.method);
      const repository = visible(cloud, `${call.params.owner}/${call.params.repo}`, caller);
      requirePermission(repository, caller, route.needs);
      const account = caller?.kind === 'person' ? accountOf(cloud, caller.login) : actionsBot;
      const reply = route.handle({ ...call, cloud, repository, caller, account });
      return { ...reply, headers: { ...allowanceHeaders(allowance), ...reply.headers } };
    },
  };
}

/** Headers of every answer. */
export function commonHeaders(cloud: Cloud): Record<string, string> {
  return {
    'x-github-request-id': cloud
      .hex(20, 'github.request')
      .toUpperCase()
      .replace(/(.{4})(?=.)/g, '$1:'),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
  };
}

function requireUserAgent(call: Call): void {
  if (call.headers.has('user-agent')) return;
  throw new Refusal(
    403,
    'PERMISSION_DENIED',
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
  );
}

/** The holder of the token; absent without one. Throws GitHub's 401 for a token that is not good. */
export function callerOf(call: Pick<Call, 'headers'>, identity: Identity): TokenHolder | undefined {
  const header = call.headers.get('authorization');
  if (header === null) return undefined;
  const text = /^(?:Bearer|token)\s+(\S+)$/i.exec(header)?.[1];
  const holder = text === undefined ? undefined : identity.githubTokens.find(text);
  if (holder === undefined) throw badCredentials();
  return holder;
}

/** For the journal and for the count of requests. */
export function holderName(caller: TokenHolder | undefined): string {
  if (caller === undefined) return 'github:anonymous';
  return caller.kind === 'person'
    ? `github:${caller.login}`
    : `github:${actionsBot.login}@${caller.repository}`;
}

function visible(cloud: Cloud, fullName: string, caller: TokenHolder | undefined): RepositoryRecord {
  const repository = findRepository(cloud, fullName);
  if (repository === undefined) throw notFound();
  if (repository.visibility === 'public' || belongs(repository, caller)) return repository;
  throw notFound();
}

function belongs(repository: RepositoryRecord, caller: TokenHolder | undefined): boolean {
  if (caller === undefined) return false;
  if (caller.kind === 'job') return sameName(caller.repository, repository.fullName);
  return roleOf(repository, caller.login) !== 'none';
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function roleOf(repository: RepositoryRecord, login: string): Role {
  const found = Object.entries(repository.people).find(([name]) => sameName(name, login));
  return found?.[1] ?? 'none';
}

const rank: Readonly<Record<Level, number>> = { none: 0, read: 1, write: 2 };

function requirePermission(
  repository: RepositoryRecord,
  caller: TokenHolder | undefined,
  needs: readonly Need[],
): void {
  const wanted = needs.map((need) => need.split(': ') as [string, 'read' | 'write']);
  const onlyReads = wanted.every(([, level]) => level === 'read');
  // What is public can be read by everybody.
  if (onlyReads && repository.visibility === 'public') return;
  if (caller === undefined) throw new Refusal(401, 'UNAUTHENTICATED', 'Requires authentication');
  if (caller.kind === 'person') {
    requireRole(roleOf(repository, caller.login), wanted);
    return;
  }
  const own = sameName(caller.repository, repository.fullName);
  const enough = wanted.some(([scope, level]) => {
    const held = scope === 'metadata' ? 'read' : own ? (caller.permissions[scope] ?? 'none') : 'none';
    return rank[held] >= rank[level];
  });
  if (!enough) throw notAccessible(needs.map((need) => need.replace(': ', '=')).join('; '));
}

/** GitHub does not tell who may only read that there is something to write. */
function requireRole(role: Role, wanted: readonly (readonly [string, 'read' | 'write'])[]): void {
  if (role === 'admin' || wanted.some(([, level]) => level === 'read')) return;
  if (wanted.some(([scope]) => scope === 'administration')) throw needsAdmin();
  if (role !== 'write') throw notFound();
}
