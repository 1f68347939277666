import { Failure } from '../../lib/failure.ts';
import type { Annotation } from '../workflow/events.ts';
import { CommandFiles, type Written } from './command-files.ts';
import { parseCommand, type WorkflowCommand } from './commands.ts';
import type { JobState } from './job-state.ts';

export interface StepProcess {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Finished extends Written {
  readonly result: 'success' | 'failure' | 'cancelled';
}

/** GitHub drops the whole summary of a step that is larger. */
const summaryLimit = 1024 * 1024;

/**
 * Runs a process of a step: obeys its workflow commands, logs its other output, and takes in what it wrote into the
 * command files. `signal` ends it early.
 */
export async function runStepProcess(
  job: JobState,
  process: StepProcess,
  signal: AbortSignal,
): Promise<Finished> {
  const files = await CommandFiles.create(job.temp);
  const interpreter = new Interpreter(job);
  const exit = await job.settings.processes.run(
    {
      ...process,
      env: { ...process.env, ...files.environment() },
      onLine: (line) => interpreter.line(line),
      signal,
    },
    (group) => job.groups.add(group),
  );
  const written = await files.take();
  keepEnvironment(job, written);
  const outputs = { ...interpreter.outputs, ...written.outputs };
  const state = { ...interpreter.state, ...written.state };
  const summary = withinLimit(job, written.summary);
  if (exit.code === undefined) return { ...written, outputs, state, summary, result: 'cancelled' };
  if (exit.code !== 0)
    job.annotate({ level: 'error', message: `Process completed with exit code ${exit.code}.` });
  return { ...written, outputs, state, summary, result: exit.code === 0 ? 'success' : 'failure' };
}

function keepEnvironment(job: JobState, written: Written): void {
  if ('NODE_OPTIONS' in written.env) {
    throw new Failure(
      'COMMAND_FILE_INVALID',
      "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV'",
      {
        next: 'Set it with env: on the step that needs it.',
      },
    );
  }
  Object.assign(job.env, written.env);
  job.path.unshift(...written.path.toReversed());
}

function withinLimit(job: JobState, summary: string): string {
  const size = Buffer.byteLength(summary);
  if (size <= summaryLimit) return job.masks.hide(summary);
  job.annotate({
    level: 'error',
    message: `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(size / 1024)}k.`,
  });
  return '';
}

/** Reads the lines of a process: workflow commands are obeyed, the rest is logged. */
class Interpreter {
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  readonly #job: JobState;
  /** Set by `::stop-commands::token`; commands count again after `::token::`. */
  #stoppedBy: string | undefined;

  constructor(job: JobState) {
    this.#job = job;
  }

  line(line: string): void {
    if (this.#stoppedBy !== undefined) {
      if (line.trim() === `::${this.#stoppedBy}::`) this.#stoppedBy = undefined;
      else this.#job.log(line);
      return;
    }
    const command = parseCommand(line);
    if (command === undefined || !this.#obey(command)) this.#job.log(line);
  }

  /** Returns whether the command is known. */
  #obey(command: WorkflowCommand): boolean {
    const { name, properties, message } = command;
    switch (name) {
      case 'add-mask':
        this.#job.masks.add(message);
        return true;
      case 'error':
      case 'warning':
      case 'notice':
        this.#job.annotate(annotation(name, properties, message));
        return true;
      case 'group':
        this.#job.log(`▸ ${message}`);
        return true;
      case 'endgroup':
      case 'echo':
        return true;
      // Shown only when debug logging is switched on for a run.
      case 'debug':
        return true;
      case 'stop-commands':
        this.#stoppedBy = message;
        return true;
      // Deprecated by GitHub in favour of the files, and still obeyed.
      case 'set-output':
        this.outputs[properties.name ?? ''] = message;
        return true;
      case 'save-state':
        this.state[properties.name ?? ''] = message;
        return true;
      case 'set-env':
      case 'add-path':
        this.#job.annotate({ level: 'error', message: `The \`${name}\` command is disabled.` });
        return true;
      default:
        return false;
    }
  }
}

function annotation(
  level: Annotation['level'],
  properties: Readonly<Record<string, string>>,
  message: string,
): Annotation {
  const { title, file, line, col } = properties;
  return {
    level,
    message,
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(col === undefined ? {} : { column: Number(col) }),
  };
}
