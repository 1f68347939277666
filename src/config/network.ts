import { reachesDatabase } from './access.ts';
import type { Network, Service } from './deployment.ts';
import type { Draft } from './draft.ts';
import type { ServiceUses } from './uses.ts';

type Egress = NonNullable<Service['vpc']>['egress'];

/**
 * How a service must send its traffic, or undefined when it needs no VPC. A call to an internal service is internal
 * only if it travels through the VPC, and its address is a public one, so the caller has to send everything there,
 * unless a private zone gives it an address that counts as private.
 * https://cloud.google.com/run/docs/securing/private-networking#from-other-services
 */
export function egressOf(draft: Draft, key: string, used: ServiceUses): Egress | undefined {
  const own = draft.config.services[key]?.egress ?? 'derived';
  if (own === 'private-ranges') return 'PRIVATE_RANGES_ONLY';
  if (own === 'all-traffic' || draft.config.network.egress === 'all-traffic') return 'ALL_TRAFFIC';
  if (callsInternal(draft, key, used))
    return draft.config.network.internal_calls === 'dns' ? 'PRIVATE_RANGES_ONLY' : 'ALL_TRAFFIC';
  const needsPrivate = used.uses.some(
    ({ use }) => use.kind === 'redis' || (reachesDatabase(use) && isPrivate(draft)),
  );
  return needsPrivate ? 'PRIVATE_RANGES_ONLY' : undefined;
}

export function callsInternal(draft: Draft, key: string, used: ServiceUses): boolean {
  return used.uses.some(({ use }) => use.kind === 'service' && use.key !== key && isInternal(draft, use.key));
}

/** Whether a private zone has to bring calls between services into the VPC. */
export function needsZone(draft: Draft, uses: ReadonlyMap<string, ServiceUses>): boolean {
  const { egress, internal_calls: calls } = draft.config.network;
  if (egress === 'all-traffic' || calls !== 'dns') return false;
  return [...uses].some(([key, used]) => callsInternal(draft, key, used));
}

function isInternal(draft: Draft, key: string): boolean {
  const app = draft.config.services[key]?.app;
  return app !== undefined && app.ingress !== 'all';
}

function isPrivate(draft: Draft): boolean {
  return draft.scope.database?.connectivity === 'private';
}

/** What the router and its NAT are called, whether there are any or not. */
export const routerNames = (network: string) => ({ name: `${network}-router`, nat: `${network}-nat` });
/** What the private zone is called, whether there is one or not. */
export const zoneName = (network: string): string => `${network}-run-app`;

/** The network, when a workload, Redis or the database lives in it. */
export function deriveNetwork(
  draft: Draft,
  egresses: readonly (Egress | undefined)[],
  zone: boolean,
): Network | undefined {
  const services = draft.scope.redis || isPrivate(draft);
  if (!services && egresses.every((egress) => egress === undefined)) return undefined;
  const name = draft.config.network.name ?? `${draft.config.name}-network`;
  return {
    name,
    subnet: `${name}-${draft.config.region}`,
    subnetRange: draft.config.network.subnet_range,
    ...(egresses.includes('ALL_TRAFFIC') && { router: routerNames(name) }),
    ...(zone && { dns: { zone: zoneName(name) } }),
    // A /16 is what Google recommends: each producer takes a block of its own for each region.
    // https://cloud.google.com/vpc/docs/configure-private-services-access
    ...(services && { privateServices: { rangeName: `${name}-services`, prefixLength: 16 } }),
  };
}
