import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { page, uuid } from './listing.ts';
import { type Instance, instanceOf } from './sqladmin-instance.ts';

interface Entry {
  readonly project: string;
  readonly instance: string;
  readonly operationType: string;
  readonly user: string;
  readonly insertTime: string;
}

function entries(cloud: Cloud) {
  return cloud.table<Entry>('sql.operations');
}

/** Cloud SQL does one thing at a time per instance; a second one is turned away before it becomes an operation. */
export async function requireIdle(cloud: Cloud, instance: Instance): Promise<void> {
  for (const [id, entry] of entries(cloud).entries()) {
    if (entry.project !== instance.project || entry.instance !== instance.name) continue;
    const operation = await cloud.operation(id);
    if (operation !== undefined && !operation.done) {
      throw new Refusal(
        409,
        'ABORTED',
        'Operation failed because another operation was already in progress.',
        { reason: 'operationInProgress' },
      );
    }
  }
}

/** Starts an operation on the instance and answers with it. */
export async function startOperation(
  call: Call,
  cloud: Cloud,
  instance: Instance,
  what: { type: string; action: string; step: string; input?: Record<string, unknown> },
): Promise<Reply> {
  const operation = await cloud.start({
    api: 'sqladmin.googleapis.com',
    action: what.action,
    step: what.step,
    project: instance.project,
    id: uuid(cloud, 'sql.operation'),
    input: { ...what.input, project: instance.project, instance: instance.name },
  });
  entries(cloud).set(operation.id, {
    project: instance.project,
    instance: instance.name,
    operationType: what.type,
    user: call.principal?.replace(/^[a-zA-Z]+:/, '') ?? '',
    insertTime: new Date(operation.createdAt).toISOString(),
  });
  return { status: 200, body: view(call, cloud, operation) };
}

export async function getOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const id = call.params.operation ?? '';
  const entry = entries(cloud).get(id);
  const operation = await cloud.operation(id);
  if (
    entry === undefined ||
    operation === undefined ||
    entry.project !== cloud.project(call.params.project ?? '').id
  ) {
    throw new Refusal(404, 'NOT_FOUND', 'The Cloud SQL instance operation does not exist.', {
      reason: 'operationDoesNotExist',
    });
  }
  return { status: 200, body: view(call, cloud, operation) };
}

export async function listOperations(call: Call, cloud: Cloud): Promise<Reply> {
  const project = cloud.project(call.params.project ?? '').id;
  const instance = call.query.get('instance');
  if (instance !== null) instanceOf(cloud, { ...call, params: { ...call.params, instance } });
  const found: unknown[] = [];
  for (const [id, entry] of entries(cloud).entries()) {
    if (entry.project !== project || (instance !== null && entry.instance !== instance)) continue;
    const operation = await cloud.operation(id);
    if (operation !== undefined) found.unshift(view(call, cloud, operation));
  }
  const { items, ...rest } = page(found, call.query, { sizeParameter: 'maxResults' });
  return {
    status: 200,
    body: { kind: 'sql#operationsList', ...(items.length > 0 ? { items } : {}), ...rest },
  };
}

function view(call: Call, cloud: Cloud, operation: Operation): unknown {
  const entry = entries(cloud).get(operation.id);
  if (entry === undefined) throw new Error(`operation ${operation.id} was not started by the SQL Admin API`);
  const base = `https://sqladmin.googleapis.com${call.path.startsWith('/sql/') ? '/sql/v1beta4' : '/v1'}/projects/${entry.project}`;
  return {
    kind: 'sql#operation',
    name: operation.id,
    status: operation.done ? 'DONE' : cloud.clock.now() > operation.createdAt ? 'RUNNING' : 'PENDING',
    operationType: entry.operationType,
    user: entry.user,
    insertTime: entry.insertTime,
    startTime: entry.insertTime,
    ...(operation.done ? { endTime: new Date(operation.dueAt).toISOString() } : {}),
    ...(operation.error === undefined
      ? {}
      : {
          error: {
            kind: 'sql#operationErrors',
            errors: [
              {
                kind: 'sql#operationError',
                code: String(operation.error.details?.[0] ?? 'INTERNAL_ERROR'),
                message: operation.error.message,
              },
            ],
          },
        }),
    targetId: entry.instance,
    targetProject: entry.project,
    targetLink: `${base}/instances/${entry.instance}`,
    selfLink: `${base}/operations/${operation.id}`,
  };
}

/** Key of the instance that the operation was started on. */
export function targetOf(operation: Operation): string {
  return `${String(operation.input.project)}/${String(operation.input.instance)}`;
}

/** Ends the operation with an error of that code, for example `INTERNAL_ERROR`. */
export function failWith(operation: Operation, code: string, message: string): void {
  operation.error = { code: 9, message, details: [code] };
}
