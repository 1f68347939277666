import type { Processes } from './runner/processes.ts';

/** Ctrl-C ends what runs and starts nothing more; a second one does not wait for it. Returns how to undo that. */
export function onInterrupt(interrupt: AbortController, processes: Processes): () => void {
  const stop = (): void => {
    if (interrupt.signal.aborted) {
      processes.endAll();
      process.exit(130);
    }
    interrupt.abort();
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const atExit = (): void => processes.endAll();
  for (const signal of signals) process.on(signal, stop);
  process.on('exit', atExit);
  return () => {
    for (const signal of signals) process.off(signal, stop);
    process.off('exit', atExit);
  };
}
