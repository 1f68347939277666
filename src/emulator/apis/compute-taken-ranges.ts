import { type Cloud, Refusal } from '../service.ts';
import type { Address } from './compute-addresses.ts';
import { overlap, parseRange, type Range } from './compute-ranges.ts';
import { invalidField, root, table } from './compute-resource.ts';
import type { Subnetwork } from './compute-subnetworks.ts';

/** The range, if nothing in the network (`projects/P/global/networks/N`) overlaps it. Throws otherwise. */
export function checkRange(cloud: Cloud, network: string, cidr: string): Range {
  const range = parseRange(cidr);
  if (range === undefined || range.prefix < 4 || range.prefix > 29) {
    throw invalidField('ipCidrRange', cidr, 'Must be a valid IPv4 CIDR range between /4 and /29.');
  }
  for (const taken of takenRanges(cloud, network)) {
    if (overlap(range, taken.range)) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `Invalid IPCidrRange: ${cidr} conflicts with existing ${taken.what}.`,
        { reason: 'invalid' },
      );
    }
  }
  return range;
}

/** The ranges of the network's subnetworks, and those set aside in it for Google's services. */
export function takenRanges(cloud: Cloud, network: string): { range: Range; what: string }[] {
  const taken: { range: Range; what: string }[] = [];
  for (const subnetwork of table<Subnetwork>(cloud, 'subnetworks').values()) {
    const range = subnetwork.network === root + network ? parseRange(subnetwork.ipCidrRange) : undefined;
    const region = subnetwork.region.split('/').at(-1);
    if (range) taken.push({ range, what: `subnetwork '${subnetwork.name}' in region '${region}'` });
  }
  for (const address of table<Address>(cloud, 'addresses').values()) {
    const range =
      address.network === root + network
        ? parseRange(`${address.address}/${address.prefixLength}`)
        : undefined;
    if (range) taken.push({ range, what: `allocated range '${address.name}'` });
  }
  return taken;
}
