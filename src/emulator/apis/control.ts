import { reachVariables, shellUser } from '../environment.ts';
import type { Identity } from '../identity.ts';
import type { Api, Project } from '../service.ts';

/** What the emulator says about itself, to the person on whose machine it runs; there is no such thing on Google. */
export function controlApi(identity: Identity): Api {
  return {
    name: 'emulator.invalid',
    title: 'The emulator itself',
    needsEnabling: false,
    errors: 'rpc',
    notModelled: [],
    routes: [
      {
        method: 'GET',
        path: '/_emulator/environment',
        id: 'emulator.environment',
        open: true,
        handle: (call, cloud) => {
          const [project] = cloud.table<Project>('projects').values();
          const reach = call.query.get('reach') === 'proxy' ? 'proxy' : 'endpoints';
          const user = call.query.get('user') ?? shellUser;
          return {
            status: 200,
            body: {
              ...reachVariables(call.origin, reach),
              CLOUDSDK_CORE_PROJECT: project?.id ?? '',
              CLOUDSDK_AUTH_ACCESS_TOKEN: identity.tokens.issue({ principal: `user:${user}` }),
              ACTIONS_ID_TOKEN_REQUEST_URL: `${call.origin}/_github/oidc?api-version=2.0`,
            },
          };
        },
      },
    ],
  };
}
