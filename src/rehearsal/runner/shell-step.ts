import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { JobState } from './job-state.ts';
import { type Finished, runStepProcess } from './step-process.ts';

/**
 * `{0}` is the file of the script. Without `shell:` GitHub uses bash with `-e` alone.
 * https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsshell
 */
const shells: Readonly<Record<string, { readonly command: string; readonly extension: string }>> = {
  '': { command: 'bash -e {0}', extension: '.sh' },
  bash: { command: 'bash --noprofile --norc -eo pipefail {0}', extension: '.sh' },
  sh: { command: 'sh -e {0}', extension: '.sh' },
  python: { command: 'python {0}', extension: '.py' },
  node: { command: 'node {0}', extension: '.js' },
};

export interface Script {
  readonly run: string;
  /** Empty for the default. */
  readonly shell: string;
  /** Relative to the workspace; empty for the workspace itself. */
  readonly workingDirectory: string;
}

/** Runs the script of a `run:` step. Throws Failure SHELL_UNKNOWN. */
export async function runScript(
  job: JobState,
  script: Script,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Finished> {
  const { command, extension } = shells[script.shell] ?? { command: script.shell, extension: '' };
  if (!command.includes('{0}')) {
    throw new Failure('SHELL_UNKNOWN', `Invalid shell option: ${script.shell}`, {
      next: 'Use bash, sh, python, or a command with {0} in the place of the script.',
    });
  }
  const path = join(job.temp, `${randomUUID()}${extension}`);
  await writeFile(path, script.run);
  const [file = '', ...rest] = command.split(/\s+/).map((part) => part.replaceAll('{0}', path));
  return await runStepProcess(
    job,
    { file, arguments: rest, cwd: join(job.workspace, script.workingDirectory), env },
    signal,
  );
}
