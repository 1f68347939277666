/**
 * What the deployers of two projects need of each other's so that one's release can be promoted to the other: to see what
 * runs, by name and digest, and to take the images. Never the value of a secret. Given where the reading is done from,
 * as the trust is set up: a deployer cannot let itself into another project. docs/promotion.md has the same by hand.
 */

import { GoogleError, isNotFound } from '../google/error.ts';
import { getServiceAccount } from '../google/iam.ts';
import type { Right } from './bindings.ts';
import type { Context } from './context.ts';

/** The other end of a promotion. */
export interface Partner {
  /** Of its environment. */
  readonly environment: string;
  readonly project: string;
  /** E-mail of the account that its jobs act as. */
  readonly deployer: string;
}

/** The ends of the promotions that an environment takes part in. */
export interface Promotions {
  /** Where its releases are taken to. */
  readonly to: readonly Partner[];
  /** Where the releases that it takes come from. */
  readonly from: readonly Partner[];
}

/** On the environment's project. */
export function rightsInProject({ to, from }: Promotions): readonly Right[] {
  return [
    ...to.map((partner) => right('roles/run.viewer', partner, takes(partner))),
    ...from.flatMap((partner) => [
      right('roles/run.viewer', partner, compares(partner)),
      right('roles/secretmanager.viewer', partner, compares(partner)),
    ]),
  ];
}

/** On its repository of images, and no other. */
export function rightsOnRepository({ to }: Promotions): readonly Right[] {
  return to.map((partner) => right('roles/artifactregistry.reader', partner, takes(partner)));
}

const takes = ({ environment }: Partner): string => `promotions to ${environment} take what runs here`;
const compares = ({ environment }: Partner): string =>
  `promotions from ${environment} show the difference to what runs here`;

function right(role: string, { deployer }: Partner, why: string): Right {
  return { role, member: `serviceAccount:${deployer}`, why };
}

/**
 * Whether the partner's account is there: a policy takes no member that is not. Where the caller may not look, the policy
 * itself has to tell.
 */
export async function hasDeployer({ google }: Context, { project, deployer }: Partner): Promise<boolean> {
  try {
    await getServiceAccount(google, project, deployer);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    if (!(error instanceof GoogleError) || error.http !== 403) throw error;
    // Without the API there are no accounts.
    return error.reason !== 'SERVICE_DISABLED';
  }
}
