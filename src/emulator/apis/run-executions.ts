import { type Call, type Cloud, type Operation, Refusal, type Reply } from '../service.ts';
import { page, uuid } from './listing.ts';
import { dryRun, refuseStale, resourceOf, runApiName, viewOperationOn } from './run-collection.ts';
import {
  type Execution,
  executionOf,
  executions,
  executionsIn,
  executionType,
  refuseEnded,
  tallyOf,
  typedExecution,
  upToDate,
  viewExecution,
} from './run-execution.ts';
import { jobKind } from './run-jobs.ts';

export async function getExecution(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: viewExecution(cloud, executionOf(call, cloud)) };
}

export async function listExecutions(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  if (call.params.workload !== '-') resourceOf(call, cloud, jobKind);
  const own = executionsIn(call, cloud, call.query.get('showDeleted') === 'true');
  const { items, ...rest } = page(own, call.query);
  const views = items.map((execution) => viewExecution(cloud, execution));
  return { status: 200, body: { ...(views.length > 0 ? { executions: views } : {}), ...rest } };
}

export async function cancelExecution(call: Call, cloud: Cloud): Promise<Reply> {
  const body = (call.body ?? {}) as { etag?: string; validateOnly?: boolean };
  refuseOverrides(call.body);
  await cloud.settleDue();
  const execution = executionOf(call, cloud);
  refuseStale(execution, body.etag);
  refuseEnded(execution, tallyOf(cloud, execution));
  if (body.validateOnly === true) return dryRun(cloud, executionType, typedExecution(cloud, execution));
  const progress = { ...execution.progress, cancelRequestedAt: cloud.clock.now() };
  executions(cloud).set(execution.name, { ...execution, progress });
  return change(call, cloud, execution, 'cancelExecution');
}

/** The body is checked as that of a run, which has one field more. */
function refuseOverrides(body: unknown): void {
  if (typeof body !== 'object' || body === null || !('overrides' in body)) return;
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    'Invalid JSON payload received. Unknown name "overrides": Cannot find field.',
  );
}

/** Called when the tasks of a cancelled execution have been told to stop. */
export function settleCancel(operation: Operation, cloud: Cloud): void {
  const execution = executions(cloud).get(String(operation.input.name));
  if (execution === undefined || tallyOf(cloud, execution).completedAt !== undefined) return;
  const cancelled = {
    ...execution,
    progress: { ...execution.progress, cancelledAt: cloud.clock.now() },
  };
  executions(cloud).set(execution.name, cancelled);
  upToDate(cloud, cancelled);
}

export async function deleteExecution(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const execution = executionOf(call, cloud);
  refuseStale(execution, call.query.get('etag') ?? undefined);
  if (call.query.get('validateOnly') === 'true') {
    return dryRun(cloud, executionType, typedExecution(cloud, execution));
  }
  executions(cloud).set(execution.name, { ...execution, deleteTime: cloud.timestamp() });
  return change(call, cloud, execution, 'deleteExecution');
}

async function change(call: Call, cloud: Cloud, execution: Execution, action: string): Promise<Reply> {
  const operation = await cloud.start({
    api: runApiName,
    action,
    step: 'run.delete',
    project: cloud.project(call.params.project ?? '').id,
    id: uuid(cloud, 'run.operation'),
    input: { location: call.params.location, name: execution.name, last: execution },
  });
  return { status: 200, body: viewExecutionOperation(cloud, operation) };
}

/** That of a cancellation or a deletion. */
export function viewExecutionOperation(cloud: Cloud, operation: Operation): Record<string, unknown> {
  const execution = executions(cloud).get(String(operation.input.name)) ?? operation.input.last;
  return viewOperationOn(operation, typedExecution(cloud, execution as Execution));
}
