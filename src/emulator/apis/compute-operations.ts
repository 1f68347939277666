import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import {
  notFound,
  numericId,
  projectOf,
  type Resource,
  root,
  type Scope,
  table,
} from './compute-resource.ts';
import { page } from './listing.ts';
import { waitForOperation } from './waiting.ts';

/** One call of `wait` lasts two minutes at most. https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations/wait */
const longestWait = 120_000;

interface Entry {
  readonly name: string;
  readonly numericId: string;
  readonly project: string;
  readonly region?: string;
  readonly operationType: string;
  readonly target: string;
  readonly targetId: string;
  readonly user: string;
}

function entries(cloud: Cloud) {
  return cloud.table<Entry>('compute.operations');
}

/** The operation that an earlier call with the same `requestId` started: the call is not carried out twice. */
export async function repeated(call: Call, cloud: Cloud): Promise<Reply | undefined> {
  const key = requestKey(call, cloud);
  if (key === undefined) return undefined;
  const id = cloud.table<string>('compute.requests').get(key);
  const operation = id === undefined ? undefined : await cloud.operation(id);
  return operation === undefined ? undefined : { status: 200, body: view(cloud, operation) };
}

function requestKey(call: Call, cloud: Cloud): string | undefined {
  const requestId = call.query.get('requestId');
  if (requestId === null) return undefined;
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(requestId) || /^[0-]+$/.test(requestId)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `Invalid value for field 'requestId': '${requestId}'. Must be a valid UUID and not a zero UUID.`,
      { reason: 'invalid' },
    );
  }
  return `${projectOf(call, cloud)}/${call.path}/${requestId}`;
}

export async function startOperation(
  call: Call,
  cloud: Cloud,
  what: {
    type: 'insert' | 'patch' | 'delete' | 'setPrivateIpGoogleAccess';
    step: string;
    collection: string;
    path: string;
    targetId: string;
    scope: Scope;
    change?: Record<string, unknown>;
  },
): Promise<Reply> {
  const project = projectOf(call, cloud);
  const name = `operation-${cloud.clock.now()}-${cloud.hex(13, 'compute.operation')}-${cloud.hex(8, 'compute.operation')}`;
  const id = `${project}/${what.scope.region ?? 'global'}/${name}`;
  entries(cloud).set(id, {
    name,
    numericId: numericId(cloud),
    project,
    ...what.scope,
    operationType: what.type,
    target: what.path,
    targetId: what.targetId,
    user: call.principal?.replace(/^[a-zA-Z]+:/, '') ?? '',
  });
  const operation = await cloud.start({
    api: 'compute.googleapis.com',
    action: what.type === 'insert' || what.type === 'delete' ? what.type : 'change',
    step: what.step,
    project,
    id,
    input: { collection: what.collection, path: what.path, change: what.change ?? {} },
  });
  const key = requestKey(call, cloud);
  if (key !== undefined) cloud.table<string>('compute.requests').set(key, id);
  return { status: 200, body: view(cloud, operation) };
}

export const settle = {
  /** Of Cloud Run's addresses in a subnet: see serverless-addresses.ts. */
  releaseAddresses: (): void => undefined,
  insert: (operation: Operation, cloud: Cloud): void => {
    const { collection, path } = targetOf(operation);
    const resource = table(cloud, collection).get(path);
    if (resource !== undefined) table(cloud, collection).set(path, { ...resource, ready: true });
  },
  change: (operation: Operation, cloud: Cloud): void => {
    const { collection, path } = targetOf(operation);
    const resource = table(cloud, collection).get(path);
    const change = operation.input.change as Partial<Resource>;
    if (resource !== undefined) table(cloud, collection).set(path, { ...resource, ...change });
  },
  delete: (operation: Operation, cloud: Cloud): void => {
    const { collection, path } = targetOf(operation);
    table(cloud, collection).delete(path);
  },
};

function targetOf(operation: Operation): { collection: string; path: string } {
  return { collection: String(operation.input.collection), path: String(operation.input.path) };
}

export async function getOperation(call: Call, cloud: Cloud): Promise<Reply> {
  return { status: 200, body: view(cloud, await found(call, cloud, cloud.operation(idOf(call, cloud)))) };
}

export async function waitOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = waitForOperation(cloud, idOf(call, cloud), longestWait);
  return { status: 200, body: view(cloud, await found(call, cloud, operation)) };
}

export async function listOperations(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = `${projectOf(call, cloud)}/${call.params.region ?? 'global'}/`;
  const views: unknown[] = [];
  for (const [id] of entries(cloud).entries()) {
    const operation = id.startsWith(prefix) ? await cloud.operation(id) : undefined;
    if (operation !== undefined) views.push(view(cloud, operation));
  }
  return {
    status: 200,
    body: {
      kind: 'compute#operationList',
      ...page(views, call.query, { sizeParameter: 'maxResults', largest: 500 }),
    },
  };
}

function idOf(call: Call, cloud: Cloud): string {
  return `${projectOf(call, cloud)}/${call.params.region ?? 'global'}/${call.params.operation ?? ''}`;
}

async function found(
  call: Call,
  cloud: Cloud,
  operation: Promise<Operation | undefined>,
): Promise<Operation> {
  const settled = await operation;
  if (settled !== undefined && entries(cloud).has(settled.id)) return settled;
  throw notFound(call.path.replace(/^.*?(projects\/)/, '$1').replace(/\/wait$/, ''));
}

function view(cloud: Cloud, operation: Operation): unknown {
  const entry = entries(cloud).get(operation.id);
  if (entry === undefined) throw new Error(`operation ${operation.id} was not started by Compute`);
  const place = entry.region === undefined ? 'global' : `regions/${entry.region}`;
  const base = `${root}projects/${entry.project}/${place}`;
  return {
    kind: 'compute#operation',
    id: entry.numericId,
    name: entry.name,
    operationType: entry.operationType,
    status: operation.done ? 'DONE' : 'RUNNING',
    progress: operation.done ? 100 : 0,
    user: entry.user,
    insertTime: new Date(operation.createdAt).toISOString(),
    startTime: new Date(operation.createdAt).toISOString(),
    ...(operation.done ? { endTime: new Date(operation.dueAt).toISOString() } : {}),
    targetLink: `${root}${entry.target}`,
    targetId: entry.targetId,
    selfLink: `${base}/operations/${entry.name}`,
    ...(entry.region === undefined ? {} : { region: base }),
    ...(operation.error === undefined
      ? {}
      : {
          httpErrorStatusCode: 400,
          httpErrorMessage: 'BAD REQUEST',
          error: { errors: [{ code: 'INVALID', message: operation.error.message }] },
        }),
  };
}
