/**
 * The shape that all kinds of Monitoring's configuration share. Google chooses their names, so that ours are found by
 * labels; labels of others stay. https://cloud.google.com/monitoring/api/ref_v3/rest
 */
import { create } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import {
  createConfig,
  getConfig,
  listConfigs,
  type MonitoringCollection,
  type MonitoringConfig,
  patchConfig,
} from '../google/monitoring.ts';
import { apisAddress } from './apis.ts';
import { type Context, listing, perContext } from './context.ts';
import { stampOf, unstamped, updateStamped } from './stamp.ts';

interface Wanted<Have extends MonitoringConfig> {
  readonly address: string;
  readonly dependsOn?: readonly string[];
  readonly collection: MonitoringCollection;
  /** Labels beside those of the deployment, which together tell this one from all others. */
  readonly marks: Readonly<Record<string, string>>;
  /** Whether one that carries the labels is the one. */
  readonly isOne?: (have: Have) => boolean;
  /** Asked for each time, since it may hold names that Google chooses. */
  readonly want: () => Have;
  /** What is there in the form that `want` has. */
  readonly comparable?: (have: Have) => Have;
  readonly why: string;
  /** Told the name as soon as it is known. */
  readonly named?: (name: string) => void;
}

/** One list for each collection, whoever looks into it. */
const ownConfigs = perContext((context) => {
  const read = (collection: MonitoringCollection) =>
    listing(context, 'monitoring.googleapis.com', () =>
      listConfigs<unknown>(context.google, context.deployment.project, collection),
    );
  return {
    notificationChannels: read('notificationChannels'),
    alertPolicies: read('alertPolicies'),
    uptimeCheckConfigs: read('uptimeCheckConfigs'),
  };
});

export function monitoringResource<Have extends MonitoringConfig>(
  context: Context,
  wanted: Wanted<Have>,
): Resource<Have> {
  const { google, deployment } = context;
  const { project } = deployment;
  const { address, collection, why, comparable = (have) => have } = wanted;
  const labels: Readonly<Record<string, string>> = { ...deployment.labels, ...wanted.marks };
  const want = () => {
    const plain = wanted.want();
    return { ...plain, userLabels: { ...labels, spec: stampOf(plain) } };
  };
  const isOurs = (have: Have): boolean =>
    Object.entries(labels).every(([label, value]) => have.userLabels?.[label] === value) &&
    (wanted.isOne?.(have) ?? true);
  // By its name, once known: a list may not show at once what was just made.
  let name: string | undefined;
  const read = async (fresh: boolean): Promise<Have | undefined> => {
    if (fresh && name !== undefined) return await getConfig<Have>(google, name).catch(absent);
    const all = fresh
      ? await listConfigs<Have>(google, project, collection)
      : ((await ownConfigs(context)[collection]()) as readonly Have[]);
    return all.find(isOurs);
  };
  const known = (have: Have | undefined): Have | undefined => {
    name = have?.name ?? name;
    if (have?.name !== undefined) wanted.named?.(have.name);
    return have;
  };
  return {
    address,
    dependsOn: [apisAddress, ...(wanted.dependsOn ?? [])],
    observe: async (fresh) => known(await read(fresh)),
    diff: (have) => {
      const wish = want();
      const fields = unstamped(compare(wish, have && comparable(have)));
      if (!have) return [create(address, why, fields)];
      return updateStamped(address, why, fields, wish.userLabels, have.userLabels);
    },
    apply: async (changes, have) => {
      if (have?.name === undefined) {
        known(await createConfig<Have>(google, project, collection, want()));
        return;
      }
      const wish = want();
      const body = { ...wish, userLabels: { ...have.userLabels, ...wish.userLabels } };
      const mask = [...new Set([...touchedFields(changes), 'userLabels'])].join(',');
      await patchConfig<Have>(google, have.name, body, mask);
    },
  };
}

function absent(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
