/**
 * What the other way of `network.internal_calls` left: the router with its NAT where the zone is asked for, the zone
 * where the NAT is, both where neither is. They stay until `prune` says otherwise, since running revisions send their
 * traffic the old way until they are deployed again. Without our mark they are somebody else's and always stay.
 */
import type { Network } from '../config/deployment.ts';
import { routerNames, zoneName } from '../config/network.ts';
import { type Change, type Leftover, remove } from '../engine/change.ts';
import type { Resource } from '../engine/resource.ts';
import { type ComputeCollection, deleteCompute, listCompute, type Router } from '../google/compute.ts';
import {
  changeRecords,
  deleteZone,
  getZone,
  listRecords,
  type ManagedZone,
  type RecordSet,
} from '../google/dns.ts';
import { GoogleError, isNotFound } from '../google/error.ts';
import { type Context, listing, zoneApi } from './context.ts';
import { isOwnRecord, zoneAddress } from './dns-zone.ts';
import { isOurs, type Mark, markOfLabels, markOfText } from './mark.ts';
import { routerAddress } from './network.ts';

const because = 'network.internal_calls does not ask for it any more';

export function unwantedNetwork(context: Context): Resource[] {
  const { network, preview } = context.deployment;
  // A preview uses the network of its environment, which answers for it.
  if (!network || preview) return [];
  return [
    ...(network.router ? [] : [unwantedRouter(context, network)]),
    ...(network.dns ? [] : [unwantedZone(context, network)]),
  ];
}

function unwantedRouter(context: Context, network: Network): Resource<Router> {
  const { google, deployment } = context;
  const { name } = routerNames(network.name);
  const at: ComputeCollection = {
    project: deployment.project,
    scope: `regions/${deployment.region}`,
    kind: 'routers',
  };
  const read = (): Promise<Router[]> => listCompute<Router>(google, at);
  const listed = listing(context, 'compute.googleapis.com', read);
  const address = routerAddress(name);
  const mark = (have: Router): Mark | undefined => markOfText(have.description);
  return {
    address,
    dependsOn: [],
    observe: async (fresh) => (await (fresh ? read() : listed())).find((have) => have.name === name),
    diff: (have) => pruned(context, address, have && mark(have)),
    stays: (have) => (have ? staying(context, address, mark(have)) : []),
    apply: () => deleteCompute(google, at, name),
  };
}

interface HaveZone {
  readonly zone: ManagedZone;
  readonly records: readonly RecordSet[];
}

function unwantedZone(context: Context, network: Network): Resource<HaveZone> {
  const { google, deployment } = context;
  const { project } = deployment;
  const name = zoneName(network.name);
  const address = zoneAddress(name);
  const mark = ({ zone }: HaveZone): Mark | undefined => markOfLabels(zone.labels);
  const foreign = ({ records }: HaveZone): readonly RecordSet[] =>
    records.filter(({ type }) => type !== 'NS' && type !== 'SOA').filter((record) => !isOwnRecord(record));
  return {
    address,
    dependsOn: [],
    observe: async () => {
      if (!(await context.enabled()).has(zoneApi)) return undefined;
      const zone = await getZone(google, project, name).catch(unlessUnseen);
      return zone && { zone, records: await listRecords(google, project, name) };
    },
    diff: (have) => (have && foreign(have).length > 0 ? [] : pruned(context, address, have && mark(have))),
    stays: (have) => {
      const [record] = have ? foreign(have) : [];
      if (have && record && isOurs(deployment, mark(have))) {
        const next = `Delete its record ${record.name} ${record.type}, which is not of this suite, or the zone by hand.`;
        return [{ address, whose: 'ours', because, next }];
      }
      return have ? staying(context, address, mark(have)) : [];
    },
    apply: async (_changes, have) => {
      // Google deletes an empty zone alone.
      const deletions = have?.records.filter(isOwnRecord) ?? [];
      if (deletions.length > 0) await changeRecords(google, project, name, { additions: [], deletions });
      await deleteZone(google, project, name);
    },
  };
}

/**
 * Nobody needs the zone, so that no right to look at it is asked for: whoever switches from `dns` to `nat` has it still.
 */
function unlessUnseen(error: unknown): undefined {
  if (isNotFound(error) || (error instanceof GoogleError && error.http === 403)) return undefined;
  throw error;
}

/** Not destructive: no data is lost with it, and `prune` asked for it in so many words. */
function pruned(context: Context, address: string, mark: Mark | undefined): readonly Change[] {
  if (!context.prune || !isOurs(context.deployment, mark)) return [];
  return [{ ...remove(address, because), destructive: false }];
}

function staying(context: Context, address: string, mark: Mark | undefined): readonly Leftover[] {
  if (!isOurs(context.deployment, mark)) {
    const next = 'Nothing marks it as of this deployment: it is never touched.';
    return [{ address, whose: 'foreign', because, next }];
  }
  const next = 'Once every service is deployed again, `prune: true` deletes it.';
  return context.prune ? [] : [{ address, whose: 'ours', because, next }];
}
