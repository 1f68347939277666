import { shortName, urlsOf } from '../apis/run-resource.ts';
import type { Cloud } from '../service.ts';
import { type Service, services } from './service-view.ts';

/** What a request is sent to: a service, or one of its tagged revisions. */
export interface Address {
  readonly service: Service;
  readonly tag: string | undefined;
}

/** `S-NUMBER.REGION.run.app`, `S-HASH-CODE.a.run.app` and both with `TAG---` before them. */
const serviceHost = /^[a-z0-9-]+\.[a-z0-9-]+\.run\.app$/i;

/** For clients that can set neither a proxy nor a Host header: `/_run/{host}/{path}`. */
const pathForm = /^\/_run\/(?<host>[^/]+)(?<path>\/.*)?$/;

/** Host and path on the service, or nothing for a request that is not for a service. */
export function serviceTarget(
  host: string | undefined,
  path: string,
): { readonly host: string; readonly path: string } | undefined {
  if (host !== undefined && serviceHost.test(host)) return { host: host.toLowerCase(), path };
  const groups = host === undefined ? pathForm.exec(path)?.groups : undefined;
  if (groups?.host === undefined) return undefined;
  return { host: groups.host.toLowerCase(), path: groups.path ?? '/' };
}

/** The service that has the host name, or nothing. A tag is not looked up here. */
export function findAddress(cloud: Cloud, host: string): Address | undefined {
  const [label = ''] = host.split('.');
  const dashes = label.indexOf('---');
  const tag = dashes === -1 ? undefined : label.slice(0, dashes);
  const rest = dashes === -1 ? label : label.slice(dashes + 3);
  for (const service of services(cloud).values()) {
    // The hash of every address is dear, so only services whose name fits are asked for theirs.
    if (rest.startsWith(`${shortName(service.name)}-`) && hasHost(cloud, service, host, tag)) {
      return { service, tag };
    }
  }
  return undefined;
}

function hasHost(cloud: Cloud, { name }: Service, host: string, tag: string | undefined): boolean {
  return urlsOf(cloud, name, tag).some((url) => new URL(url).hostname === host);
}
