import { policyRoutes } from '../iam/policies.ts';
import {
  type Api,
  type Call,
  type Cloud,
  type Operation,
  Refusal,
  type Reply,
  type Route,
} from '../service.ts';
import { uuid } from './listing.ts';
import { longRunning, operationName, operationOf, operationRoutes } from './long-running.ts';
import { revisions, shortName } from './run-resource.ts';
import { getRevision, listRevisions, revisionOf, view } from './run-revisions.ts';
import { serviceKind } from './run-services.ts';
import { isServing, type Target } from './run-traffic.ts';
import { workerPoolKind } from './run-workerpools.ts';
import {
  createWorkload,
  deleteWorkload,
  getWorkload,
  type Kind,
  listWorkloads,
  nameIn,
  patchWorkload,
  refuseStale,
  runApiName,
  settleDelete,
  settleWorkload,
  viewOperation,
  workloadOf,
} from './run-workload.ts';
import { waitForOperation } from './waiting.ts';

/** A wait without a timeout lasts this long, in seconds. */
const defaultWait = 30;
const parent = '/v2/projects/{project}/locations/{location}';

function kindOf(operation: Operation): Kind {
  return operation.input.collection === 'workerPools' ? workerPoolKind : serviceKind;
}

function show(operation: Operation, cloud: Cloud): unknown {
  return operation.action === 'deleteRevision'
    ? longRunning(operation, operationName(operation))
    : viewOperation(cloud, kindOf(operation), operation);
}

async function waitOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const { id } = await operationOf(call, cloud, runApiName);
  const asked = (call.body as { timeout?: string } | undefined)?.timeout;
  const seconds = asked === undefined ? defaultWait : Number.parseFloat(asked);
  if (!(seconds >= 0)) throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid timeout "${asked}"`);
  const operation = await waitForOperation(cloud, id, seconds * 1000);
  return { status: 200, body: operation === undefined ? {} : show(operation, cloud) };
}

async function deleteRevision(call: Call, cloud: Cloud, kind: Kind): Promise<Reply> {
  await cloud.settleDue();
  const workload = workloadOf(call, cloud, kind) as ReturnType<typeof workloadOf> & { traffic?: Target[] };
  const revision = revisionOf(call, cloud, workload.name);
  refuseStale(revision, call.query.get('etag') ?? undefined);
  if (workload.latestCreatedRevision === revision.name || isServing(workload, revision.name)) {
    throw new Refusal(
      400,
      'FAILED_PRECONDITION',
      `Revision '${shortName(revision.name)}' cannot be deleted: it is the latest revision of '${shortName(workload.name)}' or receives traffic.`,
    );
  }
  const operation = await cloud.start({
    api: runApiName,
    action: 'deleteRevision',
    step: 'run.delete',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: { location: call.params.location, name: revision.name },
    metadata: { '@type': 'type.googleapis.com/google.cloud.run.v2.Revision', ...view(cloud, revision) },
  });
  return { status: 200, body: longRunning(operation, operationName(operation)) };
}

function surface(kind: Kind, message: string): Route[] {
  const collection = `${parent}/${kind.collection}`;
  const one = `${collection}/{workload}`;
  const id = `run.projects.locations.${kind.collection}`;
  const resource = (call: Call) =>
    `projects/${call.params.project}/locations/${call.params.location}/${kind.collection}/${call.params.workload}`;
  const exists = (call: Call, cloud: Cloud) => {
    workloadOf(call, cloud, kind);
  };
  return [
    {
      method: 'POST',
      path: collection,
      id: `${id}.create`,
      permission: `${kind.permissions}.create`,
      message,
      handle: (call, cloud) => createWorkload(call, cloud, kind),
    },
    {
      method: 'GET',
      path: collection,
      id: `${id}.list`,
      permission: `${kind.permissions}.list`,
      handle: (call, cloud) => listWorkloads(call, cloud, kind),
    },
    {
      method: 'GET',
      path: one,
      id: `${id}.get`,
      permission: `${kind.permissions}.get`,
      resource,
      handle: (call, cloud) => getWorkload(call, cloud, kind),
    },
    {
      method: 'PATCH',
      path: one,
      id: `${id}.patch`,
      permission: `${kind.permissions}.update`,
      resource,
      message,
      handle: (call, cloud) => patchWorkload(call, cloud, kind),
    },
    {
      method: 'DELETE',
      path: one,
      id: `${id}.delete`,
      permission: `${kind.permissions}.delete`,
      resource,
      handle: (call, cloud) => deleteWorkload(call, cloud, kind),
    },
    {
      method: 'GET',
      path: `${one}/revisions`,
      id: `${id}.revisions.list`,
      permission: 'run.revisions.list',
      resource,
      handle: (call, cloud) => listRevisions(call, cloud, nameIn(call, cloud, kind)),
    },
    {
      method: 'GET',
      path: `${one}/revisions/{revision}`,
      id: `${id}.revisions.get`,
      permission: 'run.revisions.get',
      resource,
      handle: (call, cloud) => getRevision(call, cloud, nameIn(call, cloud, kind)),
    },
    {
      method: 'DELETE',
      path: `${one}/revisions/{revision}`,
      id: `${id}.revisions.delete`,
      permission: 'run.revisions.delete',
      resource,
      handle: (call, cloud) => deleteRevision(call, cloud, kind),
    },
    ...policyRoutes({ path: one, id, permissions: kind.permissions, resource, exists, get: 'GET' }),
  ];
}

/** The Cloud Run Admin API, v2. */
export const runApi: Api = {
  name: runApiName,
  title: 'Cloud Run Admin API',
  needsEnabling: true,
  hosts: ['*-run.googleapis.com'],
  messages: 'run_v2',
  errors: 'rpc',
  notModelled: [
    'Containers do not run. Whether one would listen is told from its command and from the EXPOSE of its image.',
    'Jobs and executions, domain mappings, builds:submit, multi-region services.',
    'The Knative v1 view of the same services, which gcloud run deploy speaks.',
    'Requests to the addresses of services; autoscaling; instances.',
    'The right of a service account to use Cloud SQL is checked when a revision starts; Google finds out at run time.',
  ],
  routes: [
    ...surface(serviceKind, 'Service'),
    ...surface(workerPoolKind, 'WorkerPool'),
    ...operationRoutes({
      api: runApiName,
      root: '/v2',
      id: 'run.projects.locations.operations',
      permission: 'run.operations',
      view: show,
    }),
    {
      method: 'POST',
      path: `${parent}/operations/{operation}:wait`,
      id: 'run.projects.locations.operations.wait',
      permission: 'run.operations.get',
      handle: waitOperation,
    },
  ],
  settle: {
    reconcile: (operation, cloud) => settleWorkload(operation, cloud, kindOf(operation)),
    delete: (operation, cloud) => settleDelete(operation, cloud, kindOf(operation)),
    deleteRevision: (operation, cloud) => {
      revisions(cloud).delete(String(operation.input.name));
    },
  },
};
