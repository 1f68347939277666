import type { FieldChange } from '../engine/change.ts';
import { isNotFound } from '../google/error.ts';
import { getRevision, type RunService, type RunWorkerPool, type WorkloadLocation } from '../google/run.ts';
import type { Context } from '../resources/context.ts';
import { templateChanges } from '../resources/workload-changes.ts';

/** What the newest revision has otherwise than the one that served before; nothing when there was none. */
export async function changesSince(
  context: Context,
  at: WorkloadLocation,
  served: string | undefined,
  now: RunService | RunWorkerPool,
): Promise<readonly FieldChange[]> {
  if (!served) return [];
  const before = await getRevision(context.google, at, served).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const { revision: _name, labels: _labels, annotations: _annotations, ...template } = now.template ?? {};
  return before ? templateChanges(template, before) : [];
}
