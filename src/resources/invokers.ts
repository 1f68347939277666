/**
 * Who may call a Cloud Run service: the service accounts of those that name its URL. Given when the service is
 * deployed, since it must exist to carry a policy; the accounts exist since provisioning.
 * https://cloud.google.com/run/docs/securing/managing-access
 */
import type { App } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import { changePolicy, type Policy, type PolicyTarget, readPolicy } from '../google/policy.ts';
import { because } from './because.ts';
import { withRights } from './bindings.ts';
import type { Context } from './context.ts';
import { missingRights } from './policy.ts';
import { runServiceAddress } from './run-service.ts';

/** The policy of the service, or nothing when nobody needs a right on it. */
export function invokers(context: Context, app: App): Resource<Policy>[] {
  const { google, deployment } = context;
  const rights = deployment.grants
    .filter(({ on }) => on.kind === 'run_service' && on.service === app.name)
    .map((grant) => ({
      role: grant.role,
      member: grant.member,
      why: `${because(deployment, grant.place)} ${grant.because}`,
    }));
  if (rights.length === 0) return [];
  const address = `policy/service/${app.name}`;
  const target: PolicyTarget = {
    kind: 'run_service',
    project: deployment.project,
    region: deployment.region,
    service: app.name,
  };
  return [
    {
      address,
      dependsOn: [runServiceAddress(app.name)],
      observe: () =>
        readPolicy(google, target).catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        }),
      diff: (have) => missingRights(address, rights, have?.bindings ?? []),
      apply: (_changes, have) =>
        changePolicy(google, target, (bindings) => withRights(bindings, rights), have),
    },
  ];
}
