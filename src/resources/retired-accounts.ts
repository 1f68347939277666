/**
 * Service accounts of services that deploy.yaml no longer has. Ours: those that our mark says so of. With `prune` they
 * lose every right on what is ours; the accounts themselves stay, since deleting one cannot be taken back and whatever
 * still runs as it would stop. Policies of what is in the file belong to their own resources (policy.ts); here are those
 * of secrets and buckets of ours that went out of the file as well.
 */
import { type Leftover, update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { type Binding, changePolicy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import { apisAddress } from './apis.ts';
import { withoutMembers } from './bindings.ts';
import { ownBuckets } from './bucket.ts';
import { type Context, once, perContext } from './context.ts';
import { isOurs, markOfLabels, markOfText } from './mark.ts';
import { ownSecrets } from './secret.ts';
import { ownServiceAccounts } from './service-account.ts';

export const retiredAddress = 'retired_accounts';

/** Their e-mail addresses. */
export const retiredAccounts = perContext((context) =>
  once(async (): Promise<readonly string[]> => {
    const { deployment } = context;
    const asked = new Set(deployment.serviceAccounts.map(({ email }) => email));
    const accounts = await ownServiceAccounts(context)();
    return accounts
      .filter(({ description }) => isOurs(deployment, markOfText(description)))
      .flatMap(({ email }) => (email && !asked.has(email) ? [email] : []));
  }),
);

interface Carrier {
  readonly name: string;
  readonly target: PolicyTarget;
  readonly bindings: readonly Binding[];
}

interface Have {
  readonly accounts: readonly string[];
  /** What carries rights of them and is not in the file; looked at with `prune` alone. */
  readonly carriers: readonly Carrier[];
}

export function retiredAccountsOf(context: Context): Resource<Have> {
  const why = 'no service of deploy.yaml has the account any more';
  return {
    address: retiredAddress,
    dependsOn: [apisAddress],
    observe: async () => {
      const accounts = await retiredAccounts(context)();
      const isLooking = context.prune && accounts.length > 0;
      return { accounts, carriers: isLooking ? await forgottenCarriers(context) : [] };
    },
    diff: (have) =>
      update(
        retiredAddress,
        why,
        (have?.carriers ?? []).flatMap(({ name, bindings }) => heldBy(have?.accounts ?? [], name, bindings)),
      ),
    stays: (have) => (have?.accounts ?? []).map((email) => staying(context, email, why)),
    apply: async (_changes, have) => {
      for (const { name, target, bindings } of have?.carriers ?? []) {
        if (heldBy(have?.accounts ?? [], name, bindings).length === 0) continue;
        await changePolicy(context.google, target, (now) =>
          withoutMembers(now, (_role, member) => isOneOf(have?.accounts ?? [], member)),
        );
      }
    },
  };
}

function staying({ prune, deployment }: Context, email: string, because: string): Leftover {
  const remove = `gcloud iam service-accounts delete ${email} --project=${deployment.project}`;
  const next = prune
    ? `Once nothing runs as it: \`${remove}\`.`
    : `\`prune: true\` takes its rights away; once nothing runs as it: \`${remove}\`.`;
  return { address: `service_account/${email.split('@')[0]}`, whose: 'ours', because, next };
}

/** Secrets and buckets that carry our labels and went out of the file. */
async function forgottenCarriers(context: Context): Promise<readonly Carrier[]> {
  const { google, deployment } = context;
  const { project } = deployment;
  const [secrets, buckets] = await Promise.all([ownSecrets(context)(), ownBuckets(context)()]);
  const askedSecrets = new Set(deployment.secrets.map(({ name }) => name));
  const askedBuckets = new Set([
    deployment.builds.bucket,
    deployment.frontend?.bucket,
    ...deployment.buckets.map(({ name }) => name),
  ]);
  const targets: readonly Omit<Carrier, 'bindings'>[] = [
    ...secrets
      .filter(({ labels }) => isOurs(deployment, markOfLabels(labels)))
      .map(({ name }) => name?.split('/').at(-1) ?? '')
      .filter((secret) => !askedSecrets.has(secret))
      .map((secret) => ({ name: `secret/${secret}`, target: { kind: 'secret', project, secret } as const })),
    ...buckets
      .filter(({ labels, name }) => isOurs(deployment, markOfLabels(labels)) && !askedBuckets.has(name))
      .map(({ name = '' }) => ({
        name: `bucket/${name}`,
        target: { kind: 'bucket', bucket: name } as const,
      })),
  ];
  return await Promise.all(
    targets.map(async (carrier) => ({
      ...carrier,
      bindings: (await readPolicy(google, carrier.target)).bindings ?? [],
    })),
  );
}

/** Bindings with a condition are somebody else's: ours have none. */
function heldBy(accounts: readonly string[], carrier: string, bindings: readonly Binding[]) {
  return bindings
    .filter(({ condition }) => !condition)
    .flatMap(({ role, members = [] }) =>
      members
        .filter((member) => isOneOf(accounts, member))
        .map((before) => ({ field: `${carrier} ${role}`, before })),
    );
}

function isOneOf(accounts: readonly string[], member: string): boolean {
  return accounts.some((email) => member === `serviceAccount:${email}`);
}
