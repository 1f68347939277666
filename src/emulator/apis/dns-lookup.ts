import type { Cloud } from '../service.ts';
import { type RecordSet, recordsOf } from './dns-records.ts';
import { type ManagedZone, networksOf, zones } from './dns-zones.ts';

/** A chain of aliases that is longer than this is a circle. */
const mostAliases = 16;

/**
 * The addresses that a host name has inside a network through its private zones; none, if no zone of the network is
 * about the name. `network` is `projects/P/global/networks/N`.
 */
export function resolvePrivately(cloud: Cloud, network: string, host: string): string[] {
  let name = `${host.toLowerCase()}.`;
  for (let step = 0; step < mostAliases; step += 1) {
    const records = answersFor(cloud, network, name);
    const addresses = records.filter((record) => record.type === 'A').flatMap((record) => record.rrdatas);
    const alias = records.find((record) => record.type === 'CNAME')?.rrdatas[0];
    if (addresses.length > 0 || alias === undefined) return [...addresses];
    name = alias.toLowerCase();
  }
  return [];
}

/** From the zone with the longest name that fits; in it the name itself, or else the nearest wildcard. */
function answersFor(cloud: Cloud, network: string, name: string): RecordSet[] {
  let best: [string, ManagedZone] | undefined;
  for (const [key, zone] of zones(cloud).entries()) {
    if (zone.visibility !== 'private' || !networksOf(zone).includes(network)) continue;
    if (name !== zone.dnsName && !name.endsWith(`.${zone.dnsName}`)) continue;
    if (best === undefined || zone.dnsName.length > best[1].dnsName.length) best = [key, zone];
  }
  if (best === undefined) return [];
  const records = recordsOf(cloud, best[0]);
  for (const candidate of [name, ...wildcards(name)]) {
    const found = records.filter((record) => record.name.toLowerCase() === candidate);
    if (found.length > 0) return found;
  }
  return [];
}

/** `*.b.c.`, `*.c.` for `a.b.c.` */
function wildcards(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1, -1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
}
