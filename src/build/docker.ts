/**
 * Building with the docker of this machine, where there are no credentials to build with Cloud Build: what a fork's
 * Dockerfile runs then has nothing to steal and nowhere to push to.
 */
import { posix } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Source } from './source.ts';

/** Arguments of `docker build` before the context; the Dockerfile as the builder finds it. */
export function buildArguments(
  { build }: Pick<Source, 'build'>,
  name: string,
  dockerfile: string,
): readonly string[] {
  return [
    '-t',
    name,
    '-f',
    dockerfile,
    ...(build.target ? ['--target', build.target] : []),
    ...Object.entries(build.args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
  ];
}

/** The whole command, to be run in the folder of the checkout. */
export function dockerBuild(
  { root }: Pick<Deployment, 'root'>,
  source: Pick<Source, 'build'>,
  name: string,
): readonly string[] {
  const { build } = source;
  return [
    'build',
    ...buildArguments(source, name, posix.join(root, build.dockerfile)),
    posix.join(root, build.context),
  ];
}

/** Writes the image with its layers into a file, as an OCI layout. https://docs.docker.com/reference/cli/docker/image/save/ */
export function dockerSave(name: string, file: string): readonly string[] {
  return ['save', '-o', file, name];
}
