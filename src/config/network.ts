import { reachesDatabase } from './access.ts';
import type { Network, Service } from './deployment.ts';
import type { Draft } from './draft.ts';
import type { ServiceUses } from './uses.ts';

type Egress = NonNullable<Service['vpc']>['egress'];

/**
 * How a service must send its traffic, or undefined when it needs no VPC. A call to an internal service is internal
 * only if it travels through the VPC, and its address is a public one, so the caller has to send everything there.
 * https://cloud.google.com/run/docs/securing/private-networking#from-other-services
 */
export function egressOf(draft: Draft, key: string, used: ServiceUses): Egress | undefined {
  if (draft.config.network.egress === 'all-traffic') return 'ALL_TRAFFIC';
  const callsInternal = used.uses.some(
    ({ use }) => use.kind === 'service' && use.key !== key && isInternal(draft, use.key),
  );
  if (callsInternal) return 'ALL_TRAFFIC';
  const needsPrivate = used.uses.some(
    ({ use }) => use.kind === 'redis' || (reachesDatabase(use) && isPrivate(draft)),
  );
  return needsPrivate ? 'PRIVATE_RANGES_ONLY' : undefined;
}

function isInternal(draft: Draft, key: string): boolean {
  const app = draft.config.services[key]?.app;
  return app !== undefined && app.ingress !== 'all';
}

function isPrivate(draft: Draft): boolean {
  return draft.scope.database?.connectivity === 'private';
}

/** The network, when a workload, Redis or the database lives in it. */
export function deriveNetwork(draft: Draft, egresses: readonly (Egress | undefined)[]): Network | undefined {
  const services = draft.scope.redis || isPrivate(draft);
  if (!services && egresses.every((egress) => egress === undefined)) return undefined;
  const name = draft.config.network.name ?? `${draft.config.name}-network`;
  const router = { name: `${name}-router`, nat: `${name}-nat` };
  return {
    name,
    subnet: `${name}-${draft.config.region}`,
    subnetRange: draft.config.network.subnet_range,
    ...(egresses.includes('ALL_TRAFFIC') && { router }),
    // A /16 is what Google recommends: each producer takes a block of its own for each region.
    // https://cloud.google.com/vpc/docs/configure-private-services-access
    ...(services && { privateServices: { rangeName: `${name}-services`, prefixLength: 16 } }),
  };
}
