import { join, posix } from 'node:path';
import type { Build, Deployment, Service } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { type ImageSource, imageSources } from '../config/images.ts';
import { Failure } from '../lib/failure.ts';
import { celeryFinding } from './celery.ts';
import { readDockerfile } from './dockerfile.ts';
import { readSource, type Source } from './source.ts';
import { variableFindings } from './variables.ts';

export interface Inspection {
  readonly findings: readonly Finding[];
  /** The sources of what is built, by the names of ImageSource; without those that cannot be read. */
  readonly sources: ReadonlyMap<string, Source>;
}

/** Reads the sources of the services and says what is wrong with them: nothing is built and nothing is sent. */
export async function inspectSources(deployment: Deployment, workspace: string): Promise<Inspection> {
  const built = deployment.services.flatMap((service) =>
    imageSources(service).flatMap(({ build, ...image }) => (build ? [{ service, image, build }] : [])),
  );
  const read = await Promise.all(
    built.map(async (one) => ({ name: one.image.name, ...(await inspect(deployment, one, workspace)) })),
  );
  return {
    findings: read.flatMap(({ findings }) => findings),
    sources: new Map(read.flatMap(({ name, source }) => (source ? [[name, source] as const] : []))),
  };
}

interface Inspected {
  readonly findings: readonly Finding[];
  readonly source?: Source;
}

interface Inspectable {
  readonly service: Service;
  readonly image: ImageSource;
  readonly build: Build;
}

async function inspect(
  deployment: Deployment,
  { service, image, build }: Inspectable,
  workspace: string,
): Promise<Inspected> {
  const at = { file: deployment.file, place: build.place, path: `${image.path}.build` } as const;
  try {
    const source = await readSource(deployment, build, workspace);
    const sidecar = service.sidecars?.find(({ name }) => name === image.sidecar);
    const findings = [
      ...missingCopies(deployment, source),
      ...(await variableFindings(deployment.file, image.path, sidecar ?? service, source)),
      // A sidecar listens where it likes, and runs nothing of the worker's.
      ...(image.sidecar
        ? []
        : [...portFinding(deployment, service, source), ...celeryFinding(deployment.file, service, source)]),
    ];
    return { findings, source };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.length > 0 ? ` (${error.details.join(', ')})` : '';
    return {
      findings: [
        {
          ...at,
          code: error.code,
          severity: 'error',
          message: `${error.message}${details}`,
          fix: error.next,
        },
      ],
    };
  }
}

/** A COPY of something that the context does not hold fails minutes later, in the cloud. */
function missingCopies(deployment: Deployment, source: Source): Finding[] {
  const { build } = source;
  const paths = withFolders(source.files.map(({ path }) => path));
  return readDockerfile(source.dockerfile, build.target)
    .copies.filter(({ path, optional }) => !optional && !isThere(path, paths))
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

/** Patterns match folders too: `COPY app/* /app/` takes each package below app. */
function withFolders(files: readonly string[]): ReadonlySet<string> {
  const paths = new Set(files);
  for (const file of files) {
    for (
      let folder = posix.dirname(file);
      folder !== '.' && !paths.has(folder);
      folder = posix.dirname(folder)
    )
      paths.add(folder);
  }
  return paths;
}

function isThere(source: string, paths: ReadonlySet<string>): boolean {
  const wanted = posix.normalize(source).replace(/^\/+|\/+$/g, '');
  if (wanted === '.' || wanted === '') return paths.size > 0;
  return paths.has(wanted) || [...paths].some((path) => posix.matchesGlob(path, wanted));
}

/** A service that listens elsewhere than Cloud Run looks never becomes ready. */
function portFinding(deployment: Deployment, service: Service, source: Source): Finding[] {
  const { app } = service;
  const { exposed } = readDockerfile(source.dockerfile, source.build.target);
  const [first] = exposed;
  if (!app || !first || exposed.some((range) => range.first <= app.port && app.port <= range.last)) return [];
  const ports = exposed.map((range) => [...new Set([range.first, range.last])].join('-')).join(', ');
  return [
    {
      code: 'PORT_NOT_EXPOSED',
      severity: 'error',
      file: deployment.file,
      place: app.place,
      path: `services.${service.key}.app.port`,
      message: `Cloud Run would look for a listener on ${app.port}, but ${source.build.dockerfile} exposes ${ports}.`,
      fix: `Set app.port to ${first.first}, or change EXPOSE in the Dockerfile.`,
    },
  ];
}
