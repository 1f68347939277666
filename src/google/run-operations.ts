/** How services, worker pools and jobs of Cloud Run are waited for. */
import type { Google } from './google.ts';
import { type RpcOperation, waitFor, waitForRpc } from './operations.ts';

/**
 * A container has at most four minutes to start, pulling an image and placing it on a network come on top; a job is
 * checked, its image and secrets looked up, and nothing is started.
 */
const deadline = 10 * 60_000;
/** The server answers as soon as the operation ends, or after this long. */
const waitSeconds = 30;

/**
 * Run's own wait verb answers when the operation ends, so that nothing is lost between two looks. Throws
 * OperationFailed with Google's message.
 */
export async function waitForRun(google: Google, started: RpcOperation, what: string): Promise<void> {
  await waitForRpc(
    started,
    (name) =>
      google.transport.send<RpcOperation>({
        api: 'run',
        method: 'POST',
        path: `v2/${name}:wait`,
        body: { timeout: `${waitSeconds}s` },
        repeatable: true,
        timeout: (waitSeconds + 15) * 1000,
      }),
    { what, deadline, first: 100, ceiling: 2_000 },
    google.clock,
    google.signal,
  );
}

/** Looks until Cloud Run has done with the resource what it was told, for better or worse. */
export function reconciled<T extends { readonly reconciling?: boolean | undefined }>(
  google: Google,
  name: string,
  look: () => Promise<T>,
): Promise<T> {
  return waitFor(
    async () => {
      const now = await look();
      return now.reconciling ? undefined : now;
    },
    { what: `deploying ${name}`, deadline, ceiling: 2_000 },
    google.clock,
    google.signal,
  );
}
