/**
 * IAM policies, one resource for each policy that deploy.yaml's grants touch. Ours: that our members hold our roles.
 * Bindings of others are never changed. All bindings of a policy go in one read-modify-write under its etag.
 * https://cloud.google.com/iam/docs/policies
 */

import type { Grant } from '../config/deployment.ts';
import { isBuilt } from '../config/images.ts';
import { serviceAccountEmail } from '../config/names.ts';
import { type Change, update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import { type Binding, changePolicy, type Policy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { holds, type Right, withoutMembers, withRights } from './bindings.ts';
import { bucketAddress, ownBuckets } from './bucket.ts';
import type { Context } from './context.ts';
import { ownRepositories, repositoryAddress } from './repository.ts';
import { retiredAccounts } from './retired-accounts.ts';
import { ownSecrets, secretAddress } from './secret.ts';
import { ownServiceAccounts, serviceAccountAddress } from './service-account.ts';

type PlaceOfGrant = Exclude<Grant['on'], { kind: 'run_service' }>;

/**
 * The policies of everything but Cloud Run services, whose invokers are given when they are deployed. With `prune`,
 * rights of our own service accounts that nothing in deploy.yaml asks for any more are taken away, also of accounts of
 * services that it no longer has.
 */
export function policies(context: Context): Resource<Policy>[] {
  const { deployment } = context;
  const groups = new Map<string, { on: PlaceOfGrant; rights: Right[] }>();
  const addEmpty = (on: PlaceOfGrant): Right[] => {
    const address = policyAddress(on, deployment.repository.name);
    const group = groups.get(address) ?? { on, rights: [] };
    groups.set(address, group);
    return group.rights;
  };
  const add = (on: PlaceOfGrant, right: Right): void => {
    addEmpty(on).push(right);
  };
  for (const grant of deployment.grants) {
    if (grant.on.kind === 'run_service') continue;
    add(grant.on, {
      role: grant.role,
      member: grant.member,
      why: `${because(deployment, grant.place)} ${grant.because}`,
    });
  }
  for (const [on, right] of actingAs(context)) add(on, right);
  // Something that nothing has a right on any more is looked at only for what is to be taken away.
  if (context.prune) for (const on of carriers(context)) addEmpty(on);
  return [...groups].map(([address, { on, rights }]) => policy(context, address, on, rights));
}

/** Everything of ours that can carry a policy. */
function carriers({ deployment }: Context): PlaceOfGrant[] {
  return [
    { kind: 'project' },
    { kind: 'repository' },
    ...deployment.buckets.map(({ name }): PlaceOfGrant => ({ kind: 'bucket', bucket: name })),
    ...deployment.secrets.map(({ name }): PlaceOfGrant => ({ kind: 'secret', secret: name })),
    ...deployment.serviceAccounts.map(({ email }): PlaceOfGrant => ({ kind: 'service_account', email })),
  ];
}

/** Whoever deploys a revision or starts a build must hold actAs on the account it runs as. https://cloud.google.com/iam/docs/service-accounts-actas */
function actingAs(context: Context): [PlaceOfGrant, Right][] {
  const { deployment, deployer } = context;
  if (!deployer) return [];
  const own = deployment.serviceAccounts.map(({ email, place }) => ({
    email,
    why: because(deployment, place),
  }));
  return [...own, ...sharedBuilder(context)].map(({ email, why }) => [
    { kind: 'service_account', email },
    {
      role: 'roles/iam.serviceAccountUser',
      member: `serviceAccount:${deployer}`,
      why: `${why} the deployer acts as it`,
    },
  ]);
}

/** The builder of a preview is that of its environment, whose deployer may be another one. */
function sharedBuilder({ deployment }: Context): { email: string; why: string }[] {
  const { preview, builds, services, project } = deployment;
  if (!preview || !services.some(isBuilt)) return [];
  const email = serviceAccountEmail(builds.serviceAccount, project);
  return [{ email, why: `previews build with the builder of ${preview.base}:` }];
}

export function policyAddress(on: PlaceOfGrant, repository: string): string {
  switch (on.kind) {
    case 'project':
      return 'policy/project';
    case 'bucket':
      return `policy/bucket/${on.bucket}`;
    case 'secret':
      return `policy/secret/${on.secret}`;
    case 'service_account':
      return `policy/service_account/${on.email.split('@')[0]}`;
    case 'repository':
      return `policy/repository/${repository}`;
  }
}

function policy(
  context: Context,
  address: string,
  on: PlaceOfGrant,
  rights: readonly Right[],
): Resource<Policy> {
  const { google } = context;
  const target = targetOf(context, on);
  const members = rights.map(({ member }) => member.replace(/^serviceAccount:/, '').split('@')[0] ?? '');
  // Known once looked: accounts of services that are gone lose their rights as well.
  let retired: readonly string[] = [];
  const kept = (bindings: readonly Binding[]): readonly Binding[] =>
    context.prune ? withoutUnwanted(context, bindings, rights, retired) : bindings;
  return {
    address,
    dependsOn: [apisAddress, ...owner(context, on), ...members.map(serviceAccountAddress)],
    observe: async (fresh) => {
      if (context.prune) retired = await retiredAccounts(context)();
      if (!fresh && !(await isListed(context, on))) return undefined;
      return await readPolicy(google, target).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    },
    diff: (have): readonly Change[] => {
      const bindings = have?.bindings ?? [];
      return [
        ...missingRights(address, rights, bindings),
        ...unwantedRights(address, kept(bindings), bindings),
      ];
    },
    apply: (_changes, have) =>
      changePolicy(google, target, (bindings) => withRights(kept(bindings), rights), have),
  };
}

/** With `prune`: what our service accounts hold here and deploy.yaml does not ask for. */
function unwantedRights(
  address: string,
  kept: readonly Binding[],
  bindings: readonly Binding[],
): readonly Change[] {
  const fields = bindings
    .filter(({ condition }) => !condition)
    .flatMap(({ role, members = [] }) =>
      members
        .filter((member) => !holds(kept, role, member))
        .map((member) => ({ field: role, before: member })),
    );
  return update(address, 'nothing in deploy.yaml asks for it any more', fields);
}

function withoutUnwanted(
  context: Context,
  bindings: readonly Binding[],
  rights: readonly Right[],
  retired: readonly string[],
): readonly Binding[] {
  const accounts = [...context.deployment.serviceAccounts.map(({ email }) => email), ...retired];
  const ours = new Set(accounts.map((email) => `serviceAccount:${email}`));
  const wanted = new Set(rights.map(({ role, member }) => `${role} ${member}`));
  return withoutMembers(bindings, (role, member) => ours.has(member) && !wanted.has(`${role} ${member}`));
}

/**
 * Whether the thing that carries the policy is there. Asking for the policy itself would not tell: a bucket of that
 * name in somebody else's project answers 403, which never means absent.
 */
async function isListed(context: Context, on: PlaceOfGrant): Promise<boolean> {
  switch (on.kind) {
    case 'project':
      return true;
    case 'bucket':
      return (await ownBuckets(context)()).some(({ name }) => name === on.bucket);
    case 'secret':
      return (await ownSecrets(context)()).some(({ name }) => name?.endsWith(`/secrets/${on.secret}`));
    case 'service_account':
      return (await ownServiceAccounts(context)()).some(({ email }) => email === on.email);
    case 'repository': {
      const { name } = context.deployment.repository;
      return (await ownRepositories(context)()).some((have) => have.name?.endsWith(`/repositories/${name}`));
    }
  }
}

export function missingRights(
  address: string,
  rights: readonly Right[],
  bindings: readonly Binding[],
): readonly Change[] {
  const missing = rights.filter(({ role, member }) => !holds(bindings, role, member));
  const fields = missing.map(({ role, member }) => ({ field: role, after: member }));
  return update(address, [...new Set(missing.map(({ why }) => why))].join('; '), fields);
}

function targetOf(context: Context, on: PlaceOfGrant): PolicyTarget {
  const { project, repository } = context.deployment;
  switch (on.kind) {
    case 'project':
      return { kind: 'project', project };
    case 'bucket':
      return { kind: 'bucket', bucket: on.bucket };
    case 'secret':
      return { kind: 'secret', project, secret: on.secret };
    case 'service_account':
      return { kind: 'service_account', project, email: on.email };
    case 'repository':
      return { kind: 'repository', project, location: repository.location, repository: repository.name };
  }
}

/** The resource that carries the policy. */
function owner(context: Context, on: PlaceOfGrant): string[] {
  switch (on.kind) {
    case 'project':
      return [];
    case 'bucket':
      return [bucketAddress(on.bucket)];
    case 'secret':
      return [secretAddress(on.secret)];
    case 'service_account':
      return [serviceAccountAddress(on.email.split('@')[0] ?? '')];
    case 'repository':
      return [repositoryAddress(context.deployment.repository.name)];
  }
}
