import { isDeepStrictEqual } from 'node:util';
import { heldPermissions, policyRoutes } from '../iam/policies.ts';
import type { Call, Cloud, Reply, Route } from '../service.ts';
import {
  type Collection,
  deleteResource,
  nameIn,
  resourceOf,
  resources,
  resourcesIn,
  viewOf,
} from './run-collection.ts';
import { templateWithDefaults } from './run-defaults.ts';
import { createJob, jobKind, patchJob } from './run-jobs.ts';
import { type Job, type Resource, shortName, type Template, type Workload } from './run-resource.ts';
import { serviceKind } from './run-services.ts';
import { asV2, deleted, dryRunOf, inV1, locate, regionForNew, regionOf } from './run-v1-call.ts';
import { jobFromV1, jobPlace, jobToV1 } from './run-v1-job.ts';
import { listReply } from './run-v1-listing.ts';
import type { Place } from './run-v1-metadata.ts';
import { type Names, noteOutputs, refuseOtherCreator } from './run-v1-object.ts';
import { type Service, serviceFromV1, servicePlace, serviceToV1 } from './run-v1-service.ts';
import type { V1Object } from './run-v1-shapes.ts';
import { templateToV1 } from './run-v1-template.ts';
import { type WorkerPool, workerPoolFromV1, workerPoolPlace, workerPoolToV1 } from './run-v1-workerpool.ts';
import { workerPoolKind } from './run-workerpools.ts';
import { createWorkload, patchWorkload } from './run-workload.ts';

/** How a collection of the v2 API looks in the v1 API. */
interface View {
  readonly of: Collection;
  readonly place: Place;
  /** The request message, which has the name of the kind. */
  readonly message: string;
  fromV1(object: V1Object, names: Names): Record<string, unknown>;
  toV1(resource: Resource, projectNumber: string): Record<string, unknown>;
  create(call: Call, cloud: Cloud): Promise<Reply>;
  patch(call: Call, cloud: Cloud): Promise<Reply>;
}

export const serviceView: View = {
  of: serviceKind,
  place: servicePlace,
  message: 'Service',
  fromV1: serviceFromV1,
  toV1: (resource, number) => serviceToV1(resource as Service, number),
  create: (call, cloud) => createWorkload(call, cloud, serviceKind),
  patch: (call, cloud) => patchWorkload(call, cloud, serviceKind),
};

const workerPoolView: View = {
  of: workerPoolKind,
  place: workerPoolPlace,
  message: 'WorkerPool',
  fromV1: workerPoolFromV1,
  toV1: (resource, number) => workerPoolToV1(resource as WorkerPool, number),
  create: (call, cloud) => createWorkload(call, cloud, workerPoolKind),
  patch: (call, cloud) => patchWorkload(call, cloud, workerPoolKind),
};

const jobView: View = {
  of: jobKind,
  place: jobPlace,
  message: 'Job',
  fromV1: jobFromV1,
  toV1: (resource, number) => jobToV1(resource as Job, number),
  create: createJob,
  patch: patchJob,
};

/** The call as the v2 API would get it, about the resource that the path names. */
export function aboutResource(
  call: Call,
  cloud: Cloud,
  of: Collection,
  wanted: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
): Call {
  const names = [...resources(cloud, of).entries()].map(([name]) => name);
  return asV2(call, cloud, { location: locate(call, cloud, names, call.params.workload ?? ''), ...wanted });
}

function shown(call: Call, cloud: Cloud, view: View, resource: Resource): Record<string, unknown> {
  const current = viewOf(cloud, view.of, resource) as Resource;
  return view.toV1(current, cloud.project(call.params.project ?? '').number);
}

async function create(call: Call, cloud: Cloud, view: View): Promise<Reply> {
  const object = (call.body ?? {}) as V1Object;
  const project = cloud.project(call.params.project ?? '');
  noteOutputs(object, call.ignore);
  const id = object.metadata?.name ?? '';
  const location = regionForNew(call, object.metadata?.labels);
  cloud.require(call.principal, `${view.of.permissions}.create`, `projects/${project.id}`);
  const body = view.fromV1(object, { projectId: project.id, projectNumber: project.number });
  const v2 = asV2(call, cloud, {
    location,
    params: { workload: id },
    query: { [view.of.idParameter]: id, ...dryRunOf(call) },
    body,
  });
  return written(v2, cloud, view, await view.create(v2, cloud));
}

/** Replaces the whole object; with a `resourceVersion`, only if it is still that one. */
async function replace(call: Call, cloud: Cloud, view: View): Promise<Reply> {
  await cloud.settleDue();
  const object = (call.body ?? {}) as V1Object;
  const project = cloud.project(call.params.project ?? '');
  const draft = aboutResource(call, cloud, view.of, { query: dryRunOf(call) });
  cloud.require(call.principal, `${view.of.permissions}.update`, nameIn(draft, cloud, view.of));
  const current = resourceOf(draft, cloud, view.of);
  noteOutputs(object, call.ignore);
  refuseOtherCreator(object, current.creator);
  const body = view.fromV1(object, {
    projectId: project.id,
    projectNumber: project.number,
    id: shortName(current.name),
  });
  const v2 = { ...draft, body: { ...body, template: unlessEchoed(cloud, view, current, body.template) } };
  return written(v2, cloud, view, await view.patch(v2, cloud));
}

/**
 * What the v1 API cannot say of a template (the name of the volume for Cloud SQL, for example) must not be lost by a
 * client that sends back what it was shown: a template that reads the same is the same.
 */
function unlessEchoed(cloud: Cloud, view: View, current: Resource, template: unknown): unknown {
  if (view.of.collection === 'jobs') return template;
  const kind = view.of.collection;
  const project = current.name.split('/')[1] ?? '';
  const stored = (current as Workload).template;
  const wanted = templateWithDefaults(cloud, project, template as Template, kind);
  return isDeepStrictEqual(templateToV1(wanted, kind), templateToV1(stored, kind)) ? stored : template;
}

/** The object as it is after the write, or as it would be. */
function written(v2: Call, cloud: Cloud, view: View, reply: Reply): Reply {
  const { response, metadata } = reply.body as { response?: Resource; metadata?: Resource };
  const { '@type': _type, ...resource } = (
    v2.query.get('validateOnly') === 'true' ? (response ?? metadata) : resourceOf(v2, cloud, view.of)
  ) as Resource;
  return { status: 200, body: shown(v2, cloud, view, resource as Resource) };
}

async function get(call: Call, cloud: Cloud, view: View): Promise<Reply> {
  await cloud.settleDue();
  const v2 = aboutResource(call, cloud, view.of);
  cloud.require(call.principal, `${view.of.permissions}.get`, nameIn(v2, cloud, view.of));
  return { status: 200, body: shown(call, cloud, view, resourceOf(v2, cloud, view.of)) };
}

async function list(call: Call, cloud: Cloud, view: View, location?: string): Promise<Reply> {
  await cloud.settleDue();
  const v2 = asV2(call, cloud, { location: location ?? regionOf(call) ?? '-' });
  cloud.require(call.principal, `${view.of.permissions}.list`, `projects/${v2.params.project}`);
  const objects = resourcesIn(v2, cloud, view.of).map((resource) => shown(call, cloud, view, resource));
  return listReply(call, view.place, objects);
}

async function remove(call: Call, cloud: Cloud, view: View): Promise<Reply> {
  await cloud.settleDue();
  const v2 = aboutResource(call, cloud, view.of, { query: dryRunOf(call) });
  cloud.require(call.principal, `${view.of.permissions}.delete`, nameIn(v2, cloud, view.of));
  const { name, uid } = resourceOf(v2, cloud, view.of);
  await deleteResource(v2, cloud, view.of);
  return deleted(view.place.apiVersion.split('/')[0] ?? '', view.place.plural, shortName(name), uid);
}

function viewRoutes(view: View): Route[] {
  const path = `/apis/${view.place.apiVersion}/namespaces/{project}/${view.place.plural}`;
  const one = `${path}/{workload}`;
  const id = `run.namespaces.${view.place.plural}`;
  const handle =
    (work: (call: Call, cloud: Cloud, view: View) => Promise<Reply>) =>
    (call: Call, cloud: Cloud): Promise<Reply> =>
      inV1(() => work(call, cloud, view));
  return [
    { method: 'POST', path, id: `${id}.create`, message: view.message, handle: handle(create) },
    { method: 'GET', path, id: `${id}.list`, handle: handle(list) },
    { method: 'GET', path: one, id: `${id}.get`, handle: handle(get) },
    {
      method: 'PUT',
      path: one,
      id: `${id}.replace${view.place.kind}`,
      message: view.message,
      handle: handle(replace),
    },
    { method: 'DELETE', path: one, id: `${id}.delete`, handle: handle(remove) },
    ...regionalRoutes(view),
  ];
}

/** Policies, and lists of one region or all, have paths with a location in the v1 API too. */
function regionalRoutes(view: View): Route[] {
  const collection = `/v1/projects/{project}/locations/{location}/${view.place.plural}`;
  const id = `run.projects.locations.${view.place.plural}`;
  const resource = (call: Call) =>
    `projects/${call.params.project}/locations/${call.params.location}/${view.of.collection}/${call.params.workload}`;
  const policies = policyRoutes({
    path: `${collection}/{workload}`,
    id,
    permissions: view.of.permissions,
    resource,
    exists: (call, cloud) => {
      resourceOf(call, cloud, view.of);
    },
    get: 'GET',
  }).filter((route) => !route.id.endsWith('testIamPermissions'));
  return [
    ...policies,
    {
      // gcloud asks before it creates a service whether it could make it public.
      method: 'POST',
      path: `${collection}/{workload}:testIamPermissions`,
      id: `${id}.testIamPermissions`,
      message: 'TestIamPermissionsRequest',
      handle: (call, cloud) => {
        const asked = (call.body as { permissions?: string[] } | undefined)?.permissions ?? [];
        return { status: 200, body: heldPermissions(cloud, call.principal, asked, resource(call)) };
      },
    },
    {
      method: 'GET',
      path: collection,
      id: `${id}.list`,
      query: ['continue', 'fieldSelector', 'labelSelector', 'limit', 'watch'],
      handle: (call, cloud) => inV1(() => list(call, cloud, view, call.params.location)),
    },
  ];
}

export function resourceRoutes(): Route[] {
  return [serviceView, workerPoolView, jobView].flatMap(viewRoutes);
}
