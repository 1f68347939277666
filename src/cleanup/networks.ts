/** The VPC, by the descriptions of its parts and, for zones, by their labels. Only an environment as a whole has one. */
import {
  type ComputeCollection,
  type ComputeNetwork,
  deleteCompute,
  type GlobalAddress,
  getCompute,
  listCompute,
  type Router,
  type Subnetwork,
} from '../google/compute.ts';
import { changeRecords, deleteZone, getZone, listRecords, listZones } from '../google/dns.ts';
import { isNotFound } from '../google/error.ts';
import { deleteConnection, listConnections } from '../google/servicenetworking.ts';
import { markOfLabels, markOfText } from '../resources/mark.ts';
import type { Kind, Leftover } from './leftover.ts';
import { answers, leftover, listIn, marked, type Site } from './site.ts';

type Part = ComputeNetwork | Subnetwork | GlobalAddress | Router;

export async function networks(site: Site): Promise<readonly Leftover[]> {
  const { project, region } = site.context.deployment;
  const regional = `regions/${region}` as const;
  const [own, subnets, ranges, routers, zones] = await Promise.all([
    parts(site, 'network', { project, scope: 'global', kind: 'networks' }),
    parts(site, 'subnet', { project, scope: regional, kind: 'subnetworks' }),
    parts(site, 'address_range', { project, scope: 'global', kind: 'addresses' }),
    parts(site, 'router', { project, scope: regional, kind: 'routers' }),
    dnsZones(site),
  ]);
  const peerings = await Promise.all(own.map((network) => peeringsOf(site, network)));
  return [...own, ...subnets, ...ranges, ...routers, ...zones, ...peerings.flat()];
}

async function parts(site: Site, kind: Kind, at: ComputeCollection): Promise<readonly Leftover[]> {
  const { google } = site.context;
  return marked(
    await listIn(site, 'compute', () => listCompute<Part>(google, at)),
    ({ description }) => markOfText(description),
    ({ name = '' }, mark) =>
      leftover({
        kind,
        name,
        mark,
        isThere: () => answers(getCompute(google, at, name), isNotFound),
        remove: () => deleteCompute(google, at, name),
      }),
  );
}

/** The peering has no mark of its own: it is part of its network. */
async function peeringsOf(site: Site, network: Leftover): Promise<readonly Leftover[]> {
  const { google, projectNumber } = site.context;
  const list = () =>
    listIn(site, 'servicenetworking', () => listConnections(google, projectNumber, network.name));
  if ((await list()).length === 0) return [];
  return [
    leftover({
      kind: 'peering',
      name: network.name,
      mark: network.mark,
      isThere: async () => (await list()).length > 0,
      remove: () => deleteConnection(google, projectNumber, network.name),
    }),
  ];
}

async function dnsZones(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const { project } = deployment;
  return marked(
    await listIn(site, 'dns', () => listZones(google, project)),
    ({ labels }) => markOfLabels(labels),
    ({ name = '', labels }, mark) =>
      leftover({
        kind: 'dns_zone',
        name,
        mark,
        labels,
        fields: [{ field: 'records', before: 'all of them' }],
        isThere: () => answers(getZone(google, project, name), isNotFound),
        remove: () => emptyAndDelete(site, name),
      }),
  );
}

/** A zone's own records stay to the last; all others have to be taken out first. */
async function emptyAndDelete({ context }: Site, zone: string): Promise<void> {
  const { google, deployment } = context;
  const records = await listRecords(google, deployment.project, zone).catch((error: unknown) => {
    if (isNotFound(error)) return [];
    throw error;
  });
  const deletions = records.filter(({ type }) => type !== 'NS' && type !== 'SOA');
  if (deletions.length > 0)
    await changeRecords(google, deployment.project, zone, { additions: [], deletions });
  await deleteZone(google, deployment.project, zone);
}
