/**
 * The `docker` of rehearsed jobs: `docker build` (and `docker buildx build`) as the emulator builds images, which runs nothing
 * of the Dockerfile, finds what is wrong with it, its context and its stages, and says so in docker's words. There is no
 * registry and no daemon behind it: an image lives as long as the command. Exit codes are docker's.
 */
import { posix } from 'node:path';
import { DockerFailure, parseBuildArguments } from '../../emulator/containers/docker-arguments.ts';
import { DockerDaemon, type Registry } from '../../emulator/containers/docker-daemon.ts';
import { readTree } from './tree.ts';

const noRegistry: Registry = {
  pull: () => undefined,
  push: (name) => {
    throw new DockerFailure(`denied: a rehearsed job has no registry to push ${name} to`);
  },
};

async function main(words: readonly string[]): Promise<void> {
  const args = words[0] === 'buildx' ? words.slice(1) : words;
  if (args[0] === 'version' || args[0] === '--version') {
    process.stdout.write('Docker version 28.0.0, build rehearsal\n');
    return;
  }
  const paths = args[0] === 'build' ? wanted(args.slice(1)) : [];
  const { folder, tree } = await readTree(process.cwd(), paths);
  const daemon = new DockerDaemon(noRegistry);
  await daemon.run({
    args,
    workspace: tree,
    folder,
    environment: environment(),
    log: (line) => process.stdout.write(`${line}\n`),
  });
}

/** The context and the Dockerfile of a build; the rest of the machine is none of its business. */
function wanted(args: readonly string[]): readonly string[] {
  const { context, file } = parseBuildArguments(args);
  if (context === '-' || /^[a-z]+:\/\//.test(context)) {
    throw new DockerFailure(`docker build ${context}: a rehearsal builds folders only.`);
  }
  return file === undefined ? [context] : [context, posix.dirname(file)];
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof DockerFailure)) throw error;
  process.stderr.write(`ERROR: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
