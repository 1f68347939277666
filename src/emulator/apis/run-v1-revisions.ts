import type { Call, Cloud, Reply, Route } from '../service.ts';
import { findImage } from './artifactregistry-store.ts';
import { notFound, parentOf, resourceOf, resources, resourcesIn } from './run-collection.ts';
import { partsOf, type Revision, revisions, shortName, type Workload } from './run-resource.ts';
import { deleteRevision, view } from './run-revisions.ts';
import { serviceKind } from './run-services.ts';
import { isServing, type Target } from './run-traffic.ts';
import { asV2, deleted, dryRunOf, inV1, locate, regionOf } from './run-v1-call.ts';
import { listReply } from './run-v1-listing.ts';
import { aboutResource, serviceView } from './run-v1-resources.ts';
import { revisionToV1 } from './run-v1-revision.ts';
import { configurationToV1, routeToV1, type Service } from './run-v1-service.ts';
import { workerPoolKind } from './run-workerpools.ts';
import type { Kind } from './run-workload.ts';

/** Revisions, and the configurations and routes that Knative has and the v2 API does not. */

const group = '/apis/serving.knative.dev/v1/namespaces/{project}';
const knative = 'serving.knative.dev/v1';

function kindOf(revision: { readonly name: string }): Kind {
  return revision.name.includes('/workerPools/') ? workerPoolKind : serviceKind;
}

/** The workload that the revision belongs to, and the revision's name in the v2 API's parameters. */
function about(call: Call, cloud: Cloud): { readonly v2: Call; readonly revision: Revision } {
  const id = call.params.revision ?? '';
  const names = [...revisions(cloud).entries()].map(([name]) => name);
  const location = locate(call, cloud, names, id);
  const v2 = asV2(call, cloud, { location, query: dryRunOf(call) });
  const prefix = `${parentOf(v2, cloud)}/`;
  const name = names.find((one) => one.startsWith(prefix) && one.endsWith(`/revisions/${id}`));
  const revision = revisions(cloud).get(name ?? '');
  if (revision === undefined) throw notFound(v2, 'REVISION', id);
  const workload = partsOf(revision.name).id;
  return { v2: { ...v2, params: { ...v2.params, workload } }, revision };
}

function shown(cloud: Cloud, revision: Revision): Record<string, unknown> {
  const owner = revision.name.slice(0, revision.name.indexOf('/revisions/'));
  const workload = resources<Workload>(cloud, kindOf(revision)).get(owner);
  const image = revision.template.containers?.[0]?.image ?? '';
  const digest = findImage(cloud, image)?.digest;
  return revisionToV1(
    revision,
    {
      workload,
      active: workload !== undefined && revision.state === 'ready' && serves(workload, revision),
      imageDigest: digest && `${image.replace(/@.*$/, '').replace(/:[^/]*$/, '')}@${digest}`,
      logUri: String(view(cloud, revision).logUri),
    },
    cloud.project(partsOf(revision.name).project).number,
  );
}

function serves(workload: Workload, revision: Revision): boolean {
  if (kindOf(revision) === serviceKind) {
    return isServing(workload as Workload & { traffic?: Target[] }, revision.name);
  }
  const splits = (workload.instanceSplits ?? []) as readonly { revision?: string }[];
  return splits.some((split) =>
    split.revision === undefined
      ? workload.latestReadyRevision === revision.name
      : shortName(split.revision) === shortName(revision.name),
  );
}

async function getRevision(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { revision } = about(call, cloud);
  cloud.require(call.principal, 'run.revisions.get', revision.name);
  return { status: 200, body: shown(cloud, revision) };
}

/** Those of worker pools are listed when the selector is about worker pools. */
async function listRevisions(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const project = cloud.project(call.params.project ?? '').id;
  cloud.require(call.principal, 'run.revisions.list', `projects/${project}`);
  const region = regionOf(call);
  const pools = /run\.googleapis\.com\/workerPool\b/.test(call.query.get('labelSelector') ?? '');
  const own = [...revisions(cloud).values()].filter((revision) => {
    const parts = partsOf(revision.name);
    return (
      parts.project === project &&
      (region === undefined || parts.location === region) &&
      (kindOf(revision) === workerPoolKind) === pools &&
      cloud.arrived('list', revision.name)
    );
  });
  const objects = own.reverse().map((revision) => shown(cloud, revision));
  return listReply(call, { apiVersion: knative, kind: 'Revision' }, objects);
}

async function removeRevision(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const { v2, revision } = about(call, cloud);
  cloud.require(call.principal, 'run.revisions.delete', revision.name);
  await deleteRevision(v2, cloud, kindOf(revision));
  return deleted('serving.knative.dev', 'revisions', shortName(revision.name), revision.uid);
}

/** What Knative makes of a service: read by the service's name. */
function derivedRoutes(
  plural: 'configurations' | 'routes',
  kind: string,
  toV1: (service: Service, projectNumber: string) => Record<string, unknown>,
): Route[] {
  const number = (call: Call, cloud: Cloud) => cloud.project(call.params.project ?? '').number;
  return [
    {
      method: 'GET',
      path: `${group}/${plural}/{workload}`,
      id: `run.namespaces.${plural}.get`,
      handle: (call, cloud) =>
        inV1(async () => {
          await cloud.settleDue();
          const v2 = aboutResource(call, cloud, serviceView.of);
          const service = resourceOf<Service>(v2, cloud, serviceView.of);
          cloud.require(call.principal, `run.${plural}.get`, service.name);
          return { status: 200, body: toV1(service, number(call, cloud)) };
        }),
    },
    {
      method: 'GET',
      path: `${group}/${plural}`,
      id: `run.namespaces.${plural}.list`,
      handle: (call, cloud) =>
        inV1(async () => {
          await cloud.settleDue();
          const v2 = asV2(call, cloud, { location: regionOf(call) ?? '-' });
          cloud.require(call.principal, `run.${plural}.list`, `projects/${v2.params.project}`);
          const services = resourcesIn<Service>(v2, cloud, serviceView.of);
          const objects = services.map((service) => toV1(service, number(call, cloud)));
          return listReply(call, { apiVersion: knative, kind }, objects);
        }),
    },
  ];
}

export function revisionRoutes(): Route[] {
  const path = `${group}/revisions`;
  const id = 'run.namespaces.revisions';
  return [
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      handle: (call, cloud) => inV1(() => listRevisions(call, cloud)),
    },
    {
      method: 'GET',
      path: `${path}/{revision}`,
      id: `${id}.get`,
      handle: (call, cloud) => inV1(() => getRevision(call, cloud)),
    },
    {
      method: 'DELETE',
      path: `${path}/{revision}`,
      id: `${id}.delete`,
      handle: (call, cloud) => inV1(() => removeRevision(call, cloud)),
    },
    ...derivedRoutes('configurations', 'Configuration', configurationToV1),
    ...derivedRoutes('routes', 'Route', routeToV1),
  ];
}
