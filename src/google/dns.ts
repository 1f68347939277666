import { unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { waitFor } from './operations.ts';
import { listAll } from './paging.ts';

/** https://cloud.google.com/dns/docs/reference/rest/v1/managedZones */
export interface ManagedZone {
  readonly name?: string;
  readonly dnsName?: string;
  readonly description?: string;
  readonly visibility?: string;
  readonly privateVisibilityConfig?: { readonly networks?: readonly { readonly networkUrl?: string }[] };
  readonly labels?: Readonly<Record<string, string>>;
}

/** https://cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets */
export interface RecordSet {
  readonly name: string;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly rrdatas: readonly string[];
}

interface DnsChange {
  readonly id?: string;
  readonly status?: string;
}

/** The network as a zone names it; `network` is `projects/P/global/networks/N`, with or without either of Google's hosts. */
export function networkUrl(network: string): string {
  return `https://www.googleapis.com/compute/v1/${/projects\/.*$/.exec(network)?.[0] ?? network}`;
}

const zonesPath = (project: string): string => `dns/v1/projects/${project}/managedZones`;

export function listZones(google: Google, project: string): Promise<ManagedZone[]> {
  return listAll<{ managedZones?: ManagedZone[]; nextPageToken?: string }, ManagedZone>(
    google.transport,
    { api: 'dns', method: 'GET', path: zonesPath(project) },
    (page) => page.managedZones,
  );
}

export function getZone(google: Google, project: string, zone: string): Promise<ManagedZone> {
  return google.transport.send({ api: 'dns', method: 'GET', path: `${zonesPath(project)}/${zone}` });
}

export async function createZone(google: Google, project: string, zone: ManagedZone): Promise<void> {
  await google.transport.send({
    api: 'dns',
    method: 'POST',
    path: zonesPath(project),
    body: zone,
    repeatable: true,
  });
}

export async function patchZone(
  google: Google,
  project: string,
  name: string,
  zone: ManagedZone,
): Promise<void> {
  await google.transport.send({
    api: 'dns',
    method: 'PATCH',
    path: `${zonesPath(project)}/${name}`,
    body: zone,
  });
}

export function listRecords(google: Google, project: string, zone: string): Promise<RecordSet[]> {
  return listAll<{ rrsets?: RecordSet[]; nextPageToken?: string }, RecordSet>(
    google.transport,
    { api: 'dns', method: 'GET', path: `${zonesPath(project)}/${zone}/rrsets` },
    (page) => page.rrsets,
  );
}

/** Google deletes a zone that holds nothing but its own NS and SOA records. That it is gone already is as good. */
export async function deleteZone(google: Google, project: string, zone: string): Promise<void> {
  await unlessGone(
    google.transport.send({ api: 'dns', method: 'DELETE', path: `${zonesPath(project)}/${zone}` }),
  );
}

/** Puts these record sets in the place of those, all of them or none. */
export async function changeRecords(
  google: Google,
  project: string,
  zone: string,
  change: { readonly additions: readonly RecordSet[]; readonly deletions: readonly RecordSet[] },
): Promise<void> {
  const path = `${zonesPath(project)}/${zone}/changes`;
  // A second sending is refused, as what is there by then when it only adds, and otherwise as something unknown.
  const started = await google.transport.send<DnsChange>({
    api: 'dns',
    method: 'POST',
    path,
    body: change,
    repeatable: change.deletions.length === 0,
  });
  if (started.status === 'done') return;
  await waitFor(
    async () => {
      const now = await google.transport.send<DnsChange>({
        api: 'dns',
        method: 'GET',
        path: `${path}/${started.id}`,
      });
      return now.status === 'done' ? now : undefined;
    },
    { what: `changing the records of DNS zone ${zone}`, deadline: 5 * 60_000 },
    google.clock,
    google.signal,
  );
}
