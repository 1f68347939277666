/**
 * Service accounts of the services and of the builder. Ours: existence, display name, and the description, which says
 * whose they are, since accounts take no labels. The id is the identity.
 * https://cloud.google.com/iam/docs/service-accounts-create
 */

import type { ServiceAccount } from '../config/deployment.ts';
import { isBuilt } from '../config/images.ts';
import { serviceAccountEmail } from '../config/names.ts';
import { create, update } from '../engine/change.ts';
import { compare } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  createServiceAccount,
  getServiceAccount,
  type ServiceAccount as Have,
  listServiceAccounts,
  patchServiceAccount,
} from '../google/iam.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing, perContext } from './context.ts';
import { markText } from './mark.ts';
import { markOutsideText, stampedText, unstamped } from './stamp.ts';

export const serviceAccountAddress = (id: string): string => `service_account/${id}`;

/** The service accounts of the project. */
export const ownServiceAccounts = perContext((context) =>
  listing(context, 'iam.googleapis.com', () =>
    listServiceAccounts(context.google, context.deployment.project),
  ),
);

export function serviceAccounts(context: Context): Resource<Have>[] {
  const { deployment } = context;
  return deployment.serviceAccounts.map((account) =>
    serviceAccount(
      context,
      { ...account, description: stampedText(markText(deployment.labels), { name: account.displayName }) },
      because(deployment, account.place),
    ),
  );
}

/** The account that builds run as, which a preview shares; nothing when nothing is built. */
export function builderAccount(context: Context): Resource<Have>[] {
  const { builds, name, project, services } = context.deployment;
  if (!services.some(isBuilt)) return [];
  const email = serviceAccountEmail(builds.serviceAccount, project);
  return [
    serviceAccount(context, { id: builds.serviceAccount, email, displayName: `${name} builds` }, 'builds'),
  ];
}

export function serviceAccount(
  context: Context,
  account: Omit<ServiceAccount, 'place'> & { readonly description?: string },
  why: string,
): Resource<Have> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = serviceAccountAddress(account.id);
  const { displayName, description } = account;
  const want = { displayName, ...(description === undefined ? {} : { description }) };
  const list = ownServiceAccounts(context);
  return {
    address,
    dependsOn: [apisAddress],
    observe: (fresh) =>
      find(
        fresh,
        list,
        ({ email }) => email === account.email,
        () => getServiceAccount(google, project, account.email),
        isNotFound,
      ),
    diff: (have) => {
      const fields = unstamped(compare(want, have));
      if (!have) return [create(address, why, fields)];
      return markOutsideText(update(address, why, fields), description, have.description);
    },
    apply: async (_changes, have) => {
      // Both go together, so that the stamp is always that of the name.
      if (have) await patchServiceAccount(google, project, account.email, want, Object.keys(want).join(','));
      else await unlessExists(createServiceAccount(google, project, account));
    },
  };
}
