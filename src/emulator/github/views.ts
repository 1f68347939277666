import type { Call } from '../service.ts';
import type { Account, RepositoryRecord } from './records.ts';
import { restPrefix } from './rest.ts';

/** Where the person's browser would find it. */
export const webOrigin = 'https://github.com';

/** The address of something of the repository in this API. */
export function apiUrl(call: Pick<Call, 'origin'>, repository: RepositoryRecord, path = ''): string {
  return `${call.origin}${restPrefix}/repos/${repository.fullName}${path}`;
}

export function webUrl(repository: Pick<RepositoryRecord, 'fullName'>, path = ''): string {
  return `${webOrigin}/${repository.fullName}${path}`;
}

export function showAccount(account: Account): Record<string, unknown> {
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('U', account.id),
    type: account.type,
    html_url: `${webOrigin}/${account.login.replace('[bot]', '')}`,
    site_admin: false,
  };
}

/** GitHub's ids of its GraphQL API: a kind and a number, which nobody should look into. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}
