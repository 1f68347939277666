/**
 * Service accounts, by their descriptions, and the rights that they hold on what stays. Rights go first: Google leaves
 * those of a deleted account behind under a name that fills up the policy.
 * https://cloud.google.com/iam/docs/service-accounts-delete-undelete
 */
import { isNotFound } from '../google/error.ts';
import { deleteServiceAccount, getServiceAccount, listServiceAccounts } from '../google/iam.ts';
import { type Binding, changePolicy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import { markOfText } from '../resources/mark.ts';
import type { Leftover } from './leftover.ts';
import { answers, leftover, listIn, marked, type Site } from './site.ts';

/** All but the account that this very run acts as. */
export async function serviceAccounts(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment, deployer } = site.context;
  const { project } = deployment;
  const all = await listIn(site, 'iam', () => listServiceAccounts(google, project));
  return marked(
    all.filter(({ email }) => email !== deployer),
    ({ description }) => markOfText(description),
    ({ email = '' }, mark) =>
      leftover({
        kind: 'service_account',
        name: email,
        address: `service_account/${email.split('@')[0]}`,
        mark,
        isThere: () => answers(getServiceAccount(google, project, email), isNotFound),
        remove: () => deleteServiceAccount(google, project, email),
      }),
  );
}

/** What these accounts may do on the project. Those of previews have no right on anything else that stays. */
export async function rightsOnProject(
  site: Site,
  accounts: readonly Leftover[],
): Promise<readonly Leftover[]> {
  const { project } = site.context.deployment;
  return await rightsOn(site, 'project', { kind: 'project', project }, accounts);
}

/** What these accounts, a builder among them, may do on a registry that stays since another environment uses it. */
export async function rightsOnRegistry(
  site: Site,
  accounts: readonly Leftover[],
): Promise<readonly Leftover[]> {
  const { project, repository } = site.context.deployment;
  const { location, name } = repository;
  const target: PolicyTarget = { kind: 'repository', project, location, repository: name };
  return await rightsOn(site, `repository/${name}`, target, accounts);
}

async function rightsOn(
  site: Site,
  name: string,
  target: PolicyTarget,
  accounts: readonly Leftover[],
): Promise<readonly Leftover[]> {
  if (accounts.length === 0) return [];
  const { google } = site.context;
  const read = async (): Promise<readonly Binding[]> => {
    const api = target.kind === 'project' ? 'cloudresourcemanager' : 'artifactregistry';
    if (!site.enabled.has(`${api}.googleapis.com`)) return [];
    return await readPolicy(google, target).then(
      ({ bindings }) => bindings ?? [],
      (error: unknown) => {
        if (isNotFound(error)) return [];
        throw error;
      },
    );
  };
  const bindings = await read();
  const environments = new Map(accounts.map(({ mark }) => [mark.environment, mark]));
  return [...environments].flatMap(([environment, mark]): Leftover[] => {
    const emails = new Set(
      accounts.filter((account) => account.mark.environment === environment).map((account) => account.name),
    );
    const held = heldBy(bindings, emails);
    if (held.length === 0) return [];
    return [
      {
        ...leftover({
          kind: 'policy',
          name: `${name} (${environment})`,
          address: `policy/${name}/${environment}`,
          mark,
          fields: held.map(([role, member]) => ({ field: role, before: member })),
          isThere: async () => heldBy(await read(), emails).length > 0,
          remove: () => changePolicy(google, target, (all) => without(all, emails)),
        }),
        action: 'update',
      },
    ];
  });
}

function heldBy(
  bindings: readonly Binding[],
  emails: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  return bindings.flatMap(({ role, members = [] }) =>
    members.filter((member) => isOf(member, emails)).map((member) => [role, member] as const),
  );
}

function without(bindings: readonly Binding[], emails: ReadonlySet<string>): readonly Binding[] {
  return bindings
    .map((binding) => ({
      ...binding,
      members: (binding.members ?? []).filter((member) => !isOf(member, emails)),
    }))
    .filter(({ members }) => members.length > 0);
}

/** `serviceAccount:EMAIL`, and `deleted:serviceAccount:EMAIL?uid=…` of an earlier one of that name. */
function isOf(member: string, emails: ReadonlySet<string>): boolean {
  const email = /^(?:deleted:)?serviceAccount:([^?]+)/.exec(member)?.[1];
  return email !== undefined && emails.has(email);
}
