/**
 * Builds a folder with a Dockerfile, as `gcloud run deploy --source` does: into the repository
 * `cloud-run-source-deploy`, from a bucket `run-sources-PROJECT-REGION`, as the project's compute account.
 * https://cloud.google.com/run/docs/deploying-source-code
 */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type BuildSite, buildImage, findImage } from '../../build/image.ts';
import { readSource } from '../../build/source.ts';
import type { Build } from '../../config/deployment.ts';
import type { Host } from '../../github/host.ts';
import { createRepository, getRepository } from '../../google/artifactregistry.ts';
import { getProject } from '../../google/cloudresourcemanager.ts';
import { isNotFound, unlessExists } from '../../google/error.ts';
import type { Google } from '../../google/google.ts';
import { createBucket, getBucket } from '../../google/storage.ts';
import { Failure } from '../../lib/failure.ts';
import type { Place } from './draft.ts';

const repository = 'cloud-run-source-deploy';
/** gcloud's own limit for such a build, in seconds. */
const timeoutSeconds = 60 * 60;

/** The image by digest, of a folder with a Dockerfile; an image of the same sources is not built again. */
export async function imageFromSource(
  google: Google,
  place: Place,
  name: string,
  folder: string,
  host: Host,
): Promise<string> {
  const { project, region } = place;
  const prefix = `${region}-docker.pkg.dev/${project}/${repository}`;
  const build: Build = {
    context: folder,
    dockerfile: posix.join(folder, 'Dockerfile'),
    args: {},
    image: `${prefix}/${name}`,
    imageName: name,
    place: { line: 1, column: 1 },
  };
  const source = await readSource({ file: 'source', root: '.' }, build, host.workspace);
  const { projectNumber = '' } = await getProject(google, project);
  const site: BuildSite = {
    project,
    region,
    repository: { name: repository, location: region, prefix, keep: 0 },
    builds: {
      bucket: `run-sources-${project.replaceAll(/[:.]/g, '-')}-${region}`,
      serviceAccount: `${projectNumber}-compute@developer.gserviceaccount.com`,
      timeoutSeconds,
    },
  };
  await Promise.all([makeRepository(google, place), makeBucket(google, place, site.builds.bucket)]);
  const built =
    (await findImage(google, site, source)) ?? (await buildImage(google, site, source, host.info));
  host.info(
    built.skipped ? `unchanged: ${built.image} was built from these sources` : `built ${built.image}`,
  );
  return built.image;
}

/** Before anything is sent. Buildpacks, which gcloud falls back to, are not run here. */
export function requireDockerfile(workspace: string, folder: string): void {
  if (existsSync(join(workspace, folder, 'Dockerfile'))) return;
  throw new Failure('DOCKERFILE_MISSING', `source names ${folder}, where there is no Dockerfile.`, {
    next: 'Add a Dockerfile: sources without one (which gcloud builds with buildpacks) are not built here. Or build the image in a step before and give it as `image`.',
  });
}

async function makeRepository(google: Google, { project, region }: Place): Promise<void> {
  const there = await isThere(getRepository(google, project, region, repository));
  if (there) return;
  const at = { project, location: region, name: repository };
  await unlessExists(
    createRepository(google, at, { format: 'DOCKER', description: 'Cloud Run source deployments' }),
  );
}

async function makeBucket(google: Google, { project, region }: Place, name: string): Promise<void> {
  if (await isThere(getBucket(google, name))) return;
  const body = {
    name,
    location: region,
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
  };
  await unlessExists(createBucket(google, project, body));
}

async function isThere(read: Promise<unknown>): Promise<boolean> {
  return await read.then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
}
