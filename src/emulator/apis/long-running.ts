import { type Call, type Cloud, type Operation, Refusal, type Reply, type Route } from '../service.ts';
import { page } from './listing.ts';

/** `google.longrunning.Operation` as most APIs show it; `done` is left out while it is false, as in proto3 JSON. */
export function longRunning(operation: Operation, name: string, metadata?: unknown): Record<string, unknown> {
  const about = metadata ?? operation.metadata;
  return {
    name,
    ...(about === undefined ? {} : { metadata: about }),
    ...(operation.done ? { done: true } : {}),
    ...(operation.done && operation.error !== undefined ? { error: operation.error } : {}),
    ...(operation.done && operation.error === undefined
      ? { response: operation.response ?? { '@type': 'type.googleapis.com/google.protobuf.Empty' } }
      : {}),
  };
}

export function operationName(operation: Operation): string {
  return `projects/${operation.project}/locations/${String(operation.input.location)}/operations/${operation.id}`;
}

/** The operation that the path names, if it belongs to the API, the project and the location of the path. */
export async function operationOf(call: Call, cloud: Cloud, api: string): Promise<Operation> {
  const id = call.params.operation ?? '';
  const operation = await cloud.operation(id);
  if (
    operation === undefined ||
    operation.api !== api ||
    operation.project !== cloud.project(call.params.project ?? '').id ||
    operation.input.location !== call.params.location
  ) {
    const name = call.path.replace(/^\/v\d+\//, '').replace(/:wait$/, '');
    throw new Refusal(404, 'NOT_FOUND', `Resource '${name}' was not found`);
  }
  return operation;
}

/** GET and list of the operations of an API whose operations stand under a location. */
export function operationRoutes(options: {
  api: string;
  root: string;
  id: string;
  permission: string;
  view: (operation: Operation, cloud: Cloud) => unknown;
}): Route[] {
  const path = `${options.root}/projects/{project}/locations/{location}/operations`;
  return [
    {
      method: 'GET',
      path: `${path}/{operation}`,
      id: `${options.id}.get`,
      permission: `${options.permission}.get`,
      handle: async (call, cloud): Promise<Reply> => ({
        status: 200,
        body: options.view(await operationOf(call, cloud, options.api), cloud),
      }),
    },
    {
      method: 'GET',
      path,
      id: `${options.id}.list`,
      permission: `${options.permission}.list`,
      handle: async (call, cloud): Promise<Reply> => {
        await cloud.settleDue();
        const { id } = cloud.project(call.params.project ?? '');
        const own = [...cloud.table<Operation>('operations').values()].filter(
          (operation) =>
            operation.api === options.api &&
            operation.project === id &&
            operation.input.location === call.params.location,
        );
        const { items, ...rest } = page(own, call.query);
        const operations = items.map((operation) => options.view(operation, cloud));
        return { status: 200, body: { ...(operations.length > 0 ? { operations } : {}), ...rest } };
      },
    },
  ];
}
