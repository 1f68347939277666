import type { Call, Cloud, Reply, Route } from '../service.ts';
import { nameFilter } from './compute-collection.ts';
import { projectOf, type Resource, root, shown, table } from './compute-resource.ts';
import { page } from './listing.ts';

/**
 * The lists over all regions, which gcloud asks for unless a region is named:
 * https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/aggregatedList
 */
export const aggregatedRoutes: readonly Route[] = [
  aggregated('subnetworks', 'compute#subnetworkAggregatedList'),
  aggregated('routers', 'compute#routerAggregatedList'),
  aggregated('addresses', 'compute#addressAggregatedList'),
];

function aggregated(collection: string, kind: string): Route {
  const id = `compute.${collection}`;
  return {
    method: 'GET',
    path: `/compute/v1/projects/{project}/aggregated/${collection}`,
    id: `${id}.aggregatedList`,
    permission: `${id}.list`,
    handle: async (call: Call, cloud: Cloud): Promise<Reply> => {
      await cloud.settleDue();
      const place = `projects/${projectOf(call, cloud)}/`;
      const wanted = nameFilter(call.query.get('filter'));
      const own = [...table<Resource>(cloud, collection).entries()].filter(
        ([path, { name }]) => path.startsWith(place) && (wanted === undefined || wanted === name),
      );
      const { items, ...rest } = page(own, call.query, { sizeParameter: 'maxResults', largest: 500 });
      const path = `${place}aggregated/${collection}`;
      return {
        status: 200,
        body: { kind, id: path, items: byScope(collection, items), selfLink: root + path, ...rest },
      };
    },
  };
}

/** By `global` or `regions/R`. */
function byScope(collection: string, entries: readonly [string, Resource][]): Record<string, unknown> {
  const scopes = Map.groupBy(entries, ([path]) =>
    path.replace(/^projects\/[^/]+\/(.+)\/[^/]+\/[^/]+$/, '$1'),
  );
  return Object.fromEntries(
    [...scopes].map(([scope, held]) => [
      scope,
      { [collection]: held.map(([, resource]) => shown(resource)) },
    ]),
  );
}
