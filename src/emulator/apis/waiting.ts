import type { Cloud, Operation } from '../service.ts';

/** Real work (a database that starts) may go on after an operation is due; it is looked at again this often (ms). */
const glance = 25;

/** Waits until the operation is done, for `longest` milliseconds at most, and returns it as it is then. */
export async function waitForOperation(
  cloud: Cloud,
  id: string,
  longest: number,
): Promise<Operation | undefined> {
  const deadline = cloud.clock.now() + longest;
  for (;;) {
    const operation = await cloud.operation(id);
    const now = cloud.clock.now();
    if (operation === undefined || operation.done || now >= deadline) return operation;
    const until = Math.min(deadline, Math.max(operation.dueAt, now + glance));
    await cloud.clock.sleep(until - now);
  }
}
