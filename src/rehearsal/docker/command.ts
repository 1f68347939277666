/**
 * The `docker` of rehearsed jobs: `docker build` (and `docker buildx build`) as the emulator builds images, which runs nothing
 * of the Dockerfile, finds what is wrong with it, its context and its stages, and says so in docker's words. There is no
 * registry behind it, and images live as long as the runner. Exit codes are docker's.
 */
import { createHash } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { DockerFailure, parseBuildArguments } from '../../emulator/containers/docker-arguments.ts';
import { DockerDaemon, type Registry } from '../../emulator/containers/docker-daemon.ts';
import { layoutOf } from './layout.ts';
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
  if (args[0] === 'save') return await save(args.slice(1));
  await daemon.run({
    args,
    workspace: tree,
    folder,
    environment: environment(),
    log: (line) => process.stdout.write(`${line}\n`),
  });
  for (const tag of args[0] === 'build' ? parseBuildArguments(args.slice(1)).tags : []) {
    const image = daemon.image(tag);
    if (image) await writeFile(storedAt(tag), await layoutOf(image));
  }
}

/** Images that later commands of the same runner find again, each as `docker save` would write it. */
function storedAt(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return join(process.env.REHEARSED_DOCKER_IMAGES ?? '', `${digest}.tar`);
}

async function save(args: readonly string[]): Promise<void> {
  const at = args.findIndex((arg) => arg === '-o' || arg === '--output');
  const [file = '', name = ''] = [args[at + 1], args.find((_, index) => index !== at && index !== at + 1)];
  if (at < 0) throw new DockerFailure('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  await copyFile(storedAt(name), file).catch(() => {
    throw new DockerFailure(`Error response from daemon: reference does not exist: ${name}`);
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
