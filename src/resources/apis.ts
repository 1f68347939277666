/**
 * The APIs that the deployment uses, enabled in its project. Only enabling is ours: an API that nothing of ours needs
 * any more may be in use by others. https://cloud.google.com/service-usage/docs/enable-disable
 */
import { type Change, update } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { enabledServices, enableServices } from '../google/serviceusage.ts';
import type { Context } from './context.ts';

export const apisAddress = 'apis';

/** `names` are some of the deployment's APIs; all of them unless told. */
export function apis(
  context: Context,
  names: readonly string[] = context.deployment.apis,
): Resource<ReadonlySet<string>> {
  const { google, deployment } = context;
  return {
    address: apisAddress,
    dependsOn: [],
    remedy:
      'An API that stays disabled is held back by an organization policy (gcp.restrictServiceUsage, serviceuser.services) or by a project without billing: look at both, then run again.',
    observe: (fresh) => (fresh ? enabledServices(google, deployment.project, names) : context.enabled()),
    diff: (enabled): readonly Change[] =>
      update(
        apisAddress,
        'what deploy.yaml uses',
        names
          .filter((api) => !enabled?.has(api))
          .map((api) => ({ field: api, before: 'disabled', after: 'enabled' })),
      ),
    apply: async (changes) => {
      const missing = changes.flatMap((change) => change.fields.map(({ field }) => field));
      for (const api of missing) context.justEnabled.add(api);
      await enableServices(google, deployment.project, missing);
    },
  };
}
