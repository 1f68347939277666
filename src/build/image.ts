import type { Deployment } from '../config/deployment.ts';
import { serviceAccountEmail } from '../config/names.ts';
import { digestOfTag, type ImageLocation } from '../google/artifactregistry.ts';
import { type Build as CloudBuild, cancelBuild, createBuild, waitForBuild } from '../google/cloudbuild.ts';
import { GoogleError } from '../google/error.ts';
import type { Google } from '../google/google.ts';
import { lastEntries, textOf } from '../google/logging.ts';
import { uploadOnce } from '../google/storage.ts';
import { Failure } from '../lib/failure.ts';
import { archiveOf } from './archive.ts';
import { buildArguments } from './docker.ts';
import type { Source } from './source.ts';
import { sha256 } from './source-tree.ts';

export interface BuiltImage {
  /** `REPOSITORY/IMAGE@sha256:...`. */
  readonly image: string;
  readonly digest: string;
  /** True when the registry already had an image of these very sources. */
  readonly skipped: boolean;
  readonly buildId?: string;
  readonly logUrl?: string;
}

/** What building needs to know of a deployment. */
export type BuildSite = Pick<Deployment, 'project' | 'region' | 'repository' | 'builds'>;

/** Where the images of a service are. */
export function imageLocation(deployment: BuildSite, imageName: string): ImageLocation {
  const { name, location } = deployment.repository;
  return { project: deployment.project, location, repository: name, image: imageName };
}

/** The image that was built from these sources, if there is one. */
export async function findImage(
  google: Google,
  deployment: BuildSite,
  source: Source,
): Promise<BuiltImage | undefined> {
  const digest = await digestOfTag(google, imageLocation(deployment, source.build.imageName), source.tag);
  return digest ? { image: `${source.build.image}@${digest}`, digest, skipped: true } : undefined;
}

/** Uploads the sources, builds them with Cloud Build and returns the image by digest. */
export async function buildImage(
  google: Google,
  deployment: BuildSite,
  source: Source,
  say: (line: string) => void,
): Promise<BuiltImage> {
  const archive = await archiveOf(source.files, source.extra);
  const object = `source/${sha256(archive)}.tgz`;
  const { bucket } = deployment.builds;
  const uploaded = await uploadOnce(google, bucket, object, { data: archive, type: 'application/gzip' });
  say(
    `sources: ${source.files.length} files, ${Math.ceil(archive.length / 1024)} KiB, gs://${bucket}/${object}`,
  );
  const request = requestOf(deployment, source, { bucket, object, generation: uploaded.generation ?? '' });
  return await tryBuild(google, deployment, source, request, say);
}

/** Failures of Cloud Build's own, which it documents as worth another try; a failing step never is. */
const passing = new Set(['LOGGING_FAILURE', 'FETCH_SOURCE_FAILED']);
const buildAttempts = 3;

async function tryBuild(
  google: Google,
  deployment: BuildSite,
  source: Source,
  request: CloudBuild,
  say: (line: string) => void,
): Promise<BuiltImage> {
  for (let attempt = 1; ; attempt++) {
    const build = await runBuild(google, deployment, request, say);
    if (build.status === 'SUCCESS') return imageOf(source, build);
    const mayPass = build.status === 'EXPIRED' || passing.has(build.failureInfo?.type ?? '');
    if (!mayPass || attempt >= buildAttempts) throw await failureOf(google, deployment, source, build);
    say(`build ${build.id} ended with ${build.failureInfo?.type ?? build.status}: trying again`);
  }
}

async function runBuild(
  google: Google,
  deployment: BuildSite,
  request: CloudBuild,
  say: (line: string) => void,
): Promise<CloudBuild> {
  const { project, region } = deployment;
  const started = await createBuild(google, project, region, request).catch((error: unknown) => {
    throw isRegionRestricted(error) ? regionRestricted(region, error) : error;
  });
  const id = started.id ?? '';
  say(`build ${id}: ${started.logUrl ?? ''}`);
  const deadline = (deployment.builds.timeoutSeconds + 15 * 60) * 1000;
  try {
    return await waitForBuild(google, {
      project,
      location: region,
      id,
      deadline,
      logUrl: started.logUrl ?? '',
    });
  } catch (error) {
    // A cancelled workflow must not go on paying for a build.
    if (google.signal?.aborted) await cancelBuild(google, project, region, id).catch(() => undefined);
    throw error;
  }
}

/** Of an account of the project by its id; another one is named in full. */
function emailOf(account: string, project: string): string {
  return account.includes('@') ? account : serviceAccountEmail(account, project);
}

function requestOf(
  deployment: BuildSite,
  source: Source,
  storageSource: { bucket: string; object: string; generation: string },
): CloudBuild {
  const { build, dockerfileName, tag } = source;
  const { builds, project } = deployment;
  const name = `${build.image}:${tag}`;
  return {
    source: { storageSource },
    steps: [
      {
        id: 'build',
        name: 'gcr.io/cloud-builders/docker',
        // Heredocs, mounts and ignore files of a Dockerfile's own are BuildKit's.
        env: ['DOCKER_BUILDKIT=1'],
        args: ['build', '--network', 'cloudbuild', ...buildArguments(source, name, dockerfileName), '.'].map(
          literal,
        ),
      },
    ],
    images: [name],
    // Without one of its own, a build in a new project runs as an account that may not push.
    serviceAccount: `projects/${project}/serviceAccounts/${emailOf(builds.serviceAccount, project)}`,
    options: {
      logging: 'CLOUD_LOGGING_ONLY',
      ...(builds.machineType ? { machineType: builds.machineType } : {}),
    },
    timeout: `${builds.timeoutSeconds}s`,
    tags: ['aethercast-deploy', build.imageName.replaceAll('/', '-')],
  };
}

/** Cloud Build takes `$NAME` for a substitution of its own. https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values#escaping_characters */
function literal(argument: string): string {
  return argument.replaceAll('$', '$$$$');
}

function imageOf(source: Source, build: CloudBuild): BuiltImage {
  const digest = build.results?.images?.[0]?.digest ?? '';
  return {
    image: `${source.build.image}@${digest}`,
    digest,
    skipped: false,
    ...(build.id ? { buildId: build.id } : {}),
    ...(build.logUrl ? { logUrl: build.logUrl } : {}),
  };
}

const logLines = 30;

async function failureOf(
  google: Google,
  deployment: BuildSite,
  source: Source,
  build: CloudBuild,
): Promise<Failure> {
  const filter = `resource.type="build" AND resource.labels.build_id="${build.id}"`;
  // What the log says helps, but that it cannot be read must not hide that the build failed.
  const log = await lastEntries(google, deployment.project, filter, logLines).catch(() => []);
  const step = build.steps?.find(({ status }) => status === 'FAILURE');
  const detail = build.failureInfo?.detail ?? build.statusDetail ?? step?.id ?? '';
  return new Failure(
    'BUILD_FAILED',
    `Building ${source.build.imageName} ended with ${build.status}: ${detail}`,
    {
      next: `Mend the Dockerfile or its sources (${source.build.dockerfile}); the whole log is at ${build.logUrl ?? 'Cloud Build'}.`,
      details: log.map(textOf),
    },
  );
}

/** There is no reason code for it, only this text. */
function isRegionRestricted(error: unknown): boolean {
  return (
    error instanceof GoogleError && /quota restrictions, cannot run builds in this region/.test(error.message)
  );
}

function regionRestricted(region: string, cause: unknown): Failure {
  return new Failure('BUILD_REGION_RESTRICTED', `Google lets this project run no builds in ${region}.`, {
    next: 'New projects are restricted to a few regions: ask for Cloud Build quota in this one, or use another region.',
    cause,
  });
}
