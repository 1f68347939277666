import { exec } from '@actions/exec';
import { Failure } from '../lib/failure.ts';
import type { Host } from './host.ts';

/**
 * Runs a program of the runner, whose lines go into the log. Throws COMMAND_MISSING or COMMAND_FAILED. The program sees the
 * step's variables but for those that hold or fetch credentials.
 */
export async function runCommand(host: Host, program: string, args: readonly string[]): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(host.environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(ACTIONS_|INPUT_|GITHUB_TOKEN)/.test(entry[0]),
    ),
  );
  const code = await exec(program, [...args], {
    cwd: host.workspace,
    env,
    silent: true,
    ignoreReturnCode: true,
    listeners: { stdline: host.info, errline: host.info },
  }).catch((cause: unknown) => {
    throw new Failure('COMMAND_MISSING', `${program} cannot be run here.`, {
      next: `Run this action on a runner that has ${program}, such as ubuntu-latest.`,
      cause,
    });
  });
  host.signal.throwIfAborted();
  if (code === 0) return;
  throw new Failure('COMMAND_FAILED', `${program} ${args[0]} ended with ${code}.`, {
    next: 'The lines above say what is wrong.',
  });
}
