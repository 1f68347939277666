import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Build, Deployment } from '../config/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { sourceDigest, sourceTag } from './digest.ts';
import { inputsOf } from './inputs.ts';
import { isMissing } from './missing.ts';
import { readSourceTree, type SourceFile } from './source-tree.ts';

/** Everything that an image is made from, read from the checkout. */
export interface Source {
  readonly build: Build;
  readonly files: readonly SourceFile[];
  /** Those of them that the image is made from. */
  readonly inputs: readonly SourceFile[];
  /** The Dockerfile's text. */
  readonly dockerfile: string;
  /** How the build finds the Dockerfile, relative to the context. */
  readonly dockerfileName: string;
  /** Files of the archive that are not in the context: a Dockerfile that lies outside of it. */
  readonly extra: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly tag: string;
}

/** The name under which a Dockerfile from outside of the context travels. */
const outsideName = '.aethercast.Dockerfile';

/** Reads a service's sources. Throws BUILD_SOURCE_MISSING, SECRET_IN_CONTEXT. */
export async function readSource(
  deployment: Pick<Deployment, 'file' | 'root'>,
  build: Build,
  workspace: string,
): Promise<Source> {
  const root = join(workspace, deployment.root);
  const context = join(root, build.context);
  const dockerfilePath = join(root, build.dockerfile);
  const place = `${deployment.file}:${build.place.line}`;
  const dockerfile = await readFile(dockerfilePath, 'utf8').catch((error: unknown) => {
    throw isMissing(error) ? missing(`Dockerfile ${build.dockerfile}`, place) : error;
  });
  const files = await readSourceTree(context, dockerfilePath).catch((error: unknown) => {
    throw isMissing(error) ? missing(`build context ${build.context}`, place) : error;
  });
  refuseSecrets(files, build, place);
  const inside = relative(context, dockerfilePath);
  const isInside = !inside.startsWith('..') && files.some(({ path }) => path === inside);
  const inputs = inputsOf(dockerfile, build.target, files);
  const digest = sourceDigest(build, dockerfile, inputs);
  return {
    build,
    files,
    inputs,
    dockerfile,
    dockerfileName: isInside ? inside : outsideName,
    extra: isInside ? {} : { [outsideName]: dockerfile },
    digest,
    tag: sourceTag(digest),
  };
}

function missing(what: string, place: string): Failure {
  return new Failure('BUILD_SOURCE_MISSING', `There is no ${what} (${place}).`, {
    next: 'Paths of `build:` are relative to the folder of the deployment file. Check out the repository before this step.',
  });
}

/** Names under which people keep credentials. `.env.example` and its like are meant to be seen. */
const secretNames = [
  /(^|\/)\.env(\.(?!example|sample|template|dist)[^/]*)?$/,
  /\.(pem|key|p12|pfx|jks)$/,
  /(^|\/)id_(rsa|ed25519|ecdsa)$/,
  /credentials\.json$/,
];

/** A credential in an image can be read by all who can pull it, and a `.env` silently fills in what a deployment forgot. */
function refuseSecrets(files: readonly SourceFile[], build: Build, place: string): void {
  const found = files
    .filter(({ path, takenBack }) => !takenBack && secretNames.some((name) => name.test(path)))
    .map(({ path }) => path);
  if (found.length === 0) return;
  throw new Failure(
    'SECRET_IN_CONTEXT',
    `The build context ${build.context} (${place}) holds files that look like credentials.`,
    {
      next: `Add them to ${build.context}/.dockerignore. A file that has to be in the image can be taken back in there with "!name".`,
      details: found,
    },
  );
}
