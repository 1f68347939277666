import type { JobOutcome } from '../workflow/assignment.ts';

/** The reason of an aborted signal: the machine is gone, so nothing gets time to clean up. */
export class RunnerLost extends Error {}

const lost: JobOutcome = {
  result: 'failure',
  outputs: {},
  reason:
    'The hosted runner lost communication with the server. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.',
};

/** The machines that work for a run, each on one job; they can die. */
export class Runners {
  readonly #busy = new Set<AbortController>();

  /** Does a job's work; what it comes to is forgotten when the machine dies meanwhile. */
  async work(job: (died: AbortSignal) => Promise<JobOutcome>): Promise<JobOutcome> {
    const machine = new AbortController();
    this.#busy.add(machine);
    try {
      const outcome = await job(machine.signal);
      return machine.signal.aborted ? lost : outcome;
    } finally {
      this.#busy.delete(machine);
    }
  }

  /** Kills those that work now. */
  kill(): void {
    for (const machine of this.#busy) machine.abort(new RunnerLost('the runner was killed'));
  }
}
