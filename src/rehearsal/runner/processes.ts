import { spawn } from 'node:child_process';
import { Failure } from '../../lib/failure.ts';
import { RunnerLost } from './runners.ts';

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called for each line of both streams. */
  readonly onLine: (line: string) => void;
  /** Aborted: the process and all that it started are ended. */
  readonly signal: AbortSignal;
}

export interface Exit {
  /** Absent when the process did not end by itself. */
  readonly code: number | undefined;
}

/**
 * How long a process may clean up after SIGINT, and then after SIGTERM, in milliseconds.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const grace = { interrupt: 7_500, terminate: 2_500 };

/** How long to wait for the rest of the output when a process has ended and one that it started holds the pipe. */
const drain = 1_000;

/**
 * Starts child processes, each the leader of a process group of its own, and not more than `limit` at once. Groups
 * are remembered until `endGroup`, since a step may leave a process behind for the next one.
 */
export class Processes {
  readonly #limit: number;
  readonly #groups = new Set<number>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `started` is told the id of the process group. Rejects with a Failure when the program cannot be started. */
  async run(command: Command, started: (group: number) => void): Promise<Exit> {
    await this.#enter();
    try {
      if (command.signal.aborted) return { code: undefined };
      return await this.#spawn(command, started);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running >= this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }

  #spawn(command: Command, started: (group: number) => void): Promise<Exit> {
    const { promise, resolve, reject } = Promise.withResolvers<Exit>();
    const child = spawn(command.file, command.arguments, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = child.pid;
    if (group !== undefined) {
      this.#groups.add(group);
      started(group);
    }
    const flush = [child.stdout, child.stderr].map((stream) => splitLines(stream, command.onLine));
    let ending: { cancel(): void } | undefined;
    const abort = (): void => {
      if (group === undefined) return;
      if (command.signal.reason instanceof RunnerLost) signalGroup(group, 'SIGKILL');
      else ending = endGently(group);
    };
    command.signal.addEventListener('abort', abort, { once: true });
    const finish = (code: number | null): void => {
      ending?.cancel();
      command.signal.removeEventListener('abort', abort);
      if (command.signal.aborted && group !== undefined) signalGroup(group, 'SIGKILL');
      for (const one of flush) one();
      resolve({ code: command.signal.aborted ? undefined : (code ?? undefined) });
    };
    child.on('error', (cause) =>
      reject(
        new Failure('PROCESS_NOT_STARTED', `${command.file} could not be started: ${cause.message}`, {
          next: 'Install the program, or name another one.',
          cause,
        }),
      ),
    );
    child.on('close', finish);
    child.on('exit', (code) => setTimeout(finish, drain, code).unref());
    return promise;
  }

  /** Ends what is left of a process group. */
  endGroup(group: number): void {
    if (this.#groups.delete(group)) signalGroup(group, 'SIGKILL');
  }

  /** Ends all groups at once; for the end of a rehearsal that is cut short. */
  endAll(): void {
    for (const group of [...this.#groups]) this.endGroup(group);
  }
}

/** As GitHub's runner ends the process of a step that is cancelled. */
function endGently(group: number): { cancel(): void } {
  signalGroup(group, 'SIGINT');
  const terminating = setTimeout(() => signalGroup(group, 'SIGTERM'), grace.interrupt);
  const killing = setTimeout(() => signalGroup(group, 'SIGKILL'), grace.interrupt + grace.terminate);
  return {
    cancel: () => {
      clearTimeout(terminating);
      clearTimeout(killing);
    },
  };
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: nobody is left in the group, which is what is wanted.
  }
}

/** Returns what gives out a last line that has no end. */
function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  });
  return () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
}
