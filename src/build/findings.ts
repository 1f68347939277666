import { join, posix } from 'node:path';
import type { Build, Deployment, Service } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { Failure } from '../lib/failure.ts';
import { readDockerfile } from './dockerfile.ts';
import { readSource, type Source } from './source.ts';

/** What is wrong with the sources of the services, found by reading them: nothing is built and nothing is sent. */
export async function sourceFindings(deployment: Deployment, workspace: string): Promise<readonly Finding[]> {
  const found = await Promise.all(
    deployment.services.map((service) =>
      service.build ? findingsOf(deployment, service, service.build, workspace) : [],
    ),
  );
  return found.flat();
}

async function findingsOf(
  deployment: Deployment,
  service: Service,
  build: Build,
  workspace: string,
): Promise<Finding[]> {
  const at = { file: deployment.file, place: build.place, path: `services.${service.key}.build` } as const;
  try {
    const source = await readSource(deployment, build, workspace);
    return [...missingCopies(deployment, source), ...portFinding(deployment, service, source)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.length > 0 ? ` (${error.details.join(', ')})` : '';
    return [
      { ...at, code: error.code, severity: 'error', message: `${error.message}${details}`, fix: error.next },
    ];
  }
}

/** A COPY of something that the context does not hold fails minutes later, in the cloud. */
function missingCopies(deployment: Deployment, source: Source): Finding[] {
  const { build } = source;
  const paths = source.files.map(({ path }) => path);
  return readDockerfile(source.dockerfile)
    .copies.filter(({ path }) => !isThere(path, paths))
    .map(({ path, line }) => ({
      code: 'COPY_SOURCE_MISSING',
      severity: 'error',
      file: join(deployment.root, build.dockerfile),
      place: { line, column: 1 },
      path: '',
      message: `"${path}" is not in the build context ${build.context}.`,
      fix: 'COPY takes paths relative to the context: change the path, the `context` in deploy.yaml, or the .dockerignore that leaves it out.',
    }));
}

function isThere(source: string, paths: readonly string[]): boolean {
  const wanted = posix.normalize(source).replace(/^\/+|\/+$/g, '');
  if (wanted === '.' || wanted === '') return paths.length > 0;
  if (wanted.startsWith('..')) return false;
  return paths.some(
    (path) => path === wanted || path.startsWith(`${wanted}/`) || posix.matchesGlob(path, wanted),
  );
}

/** A service that listens elsewhere than Cloud Run looks never becomes ready. */
function portFinding(deployment: Deployment, service: Service, source: Source): Finding[] {
  const { app } = service;
  const { exposedPorts } = readDockerfile(source.dockerfile);
  if (!app || exposedPorts.length === 0 || exposedPorts.includes(app.port)) return [];
  return [
    {
      code: 'PORT_NOT_EXPOSED',
      severity: 'error',
      file: deployment.file,
      place: app.place,
      path: `services.${service.key}.app.port`,
      message: `Cloud Run would look for a listener on ${app.port}, but ${source.build.dockerfile} exposes ${exposedPorts.join(', ')}.`,
      fix: `Set app.port to ${exposedPorts[0]}, or change EXPOSE in the Dockerfile.`,
    },
  ];
}
