import { revisions, shortName } from '../apis/run-resource.ts';
import type { Target } from '../apis/run-traffic.ts';
import type { Cloud } from '../service.ts';
import type { Address } from './address.ts';
import type { Service, ServingRevision } from './service-view.ts';

/** Google's front end keeps a client with one revision by this cookie. */
const affinityCookie = 'GAESA';
const affinityDays = 30;

export type Choice =
  | { readonly revision: ServingRevision; readonly cookie?: string }
  /** The tag is not there, or no revision is ready. */
  | 'unknown-tag'
  | 'not-ready';

/** The revision that answers a request: by tag, by the client's cookie, or by the percentages. */
export function chooseRevision(cloud: Cloud, address: Address, headers: Headers): Choice {
  const { service, tag } = address;
  const targets = service.trafficStatuses ?? [];
  if (tag !== undefined) {
    const target = targets.find((one) => one.tag === tag);
    if (target === undefined) return 'unknown-tag';
    const revision = revisionOf(cloud, service, target);
    return revision === undefined ? 'not-ready' : withAffinity(cloud, revision, headers);
  }
  const served = targets.filter((target) => (target.percent ?? 0) > 0);
  const sticky = stickyTo(headers);
  for (const target of served) {
    const revision = revisionOf(cloud, service, target);
    if (revision !== undefined && shortName(revision.name) === sticky && revision.template.sessionAffinity) {
      return { revision };
    }
  }
  const target = targetByShare(served, slot(cloud, service));
  const revision = target === undefined ? undefined : revisionOf(cloud, service, target);
  return revision === undefined ? 'not-ready' : withAffinity(cloud, revision, headers);
}

/**
 * A number from 0 to 99. Sixty-one and a hundred have no common divisor, so of any hundred requests in a row each gets
 * another number and the shares come out exactly; and they are mixed, not one block after the other. Where it starts
 * depends on the service's uid, which depends on the seed.
 */
function slot(cloud: Cloud, service: Service): number {
  const start = Number.parseInt(service.uid.slice(0, 8), 16);
  return (start + cloud.next(`run.requests/${service.name}`) * 61) % 100;
}

function targetByShare(targets: readonly Target[], at: number): Target | undefined {
  let upTo = 0;
  for (const target of targets) {
    upTo += target.percent ?? 0;
    if (at < upTo) return target;
  }
  return undefined;
}

function revisionOf(cloud: Cloud, service: Service, target: Target): ServingRevision | undefined {
  const name =
    target.revision === undefined
      ? service.latestReadyRevision
      : `${service.name}/revisions/${target.revision}`;
  const revision = revisions(cloud).get(name ?? '');
  return revision?.state === 'ready' ? revision : undefined;
}

function stickyTo(headers: Headers): string | undefined {
  const cookie = new RegExp(`(?:^|;\\s*)${affinityCookie}=([\\w-]+)`).exec(headers.get('cookie') ?? '')?.[1];
  return cookie === undefined ? undefined : Buffer.from(cookie, 'base64url').toString('utf8');
}

/** https://cloud.google.com/run/docs/configuring/session-affinity */
function withAffinity(cloud: Cloud, revision: ServingRevision, headers: Headers): Choice {
  const name = shortName(revision.name);
  if (revision.template.sessionAffinity !== true || stickyTo(headers) === name) return { revision };
  const expires = new Date(cloud.clock.now() + affinityDays * 86_400_000).toUTCString();
  const value = Buffer.from(name).toString('base64url');
  return { revision, cookie: `${affinityCookie}=${value}; expires=${expires}; path=/; HttpOnly` };
}
