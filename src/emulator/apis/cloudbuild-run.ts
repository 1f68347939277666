import { emptyTree, type FileTree, sha256, unpack } from '../containers/context.ts';
import { DockerFailure } from '../containers/docker-arguments.ts';
import { DockerDaemon } from '../containers/docker-daemon.ts';
import type { BuiltImage } from '../containers/image.ts';
import type { Cloud, Operation } from '../service.ts';
import { findServiceAccount } from '../service-accounts.ts';
import { buckets, objectName, objects, readObject } from '../stored-objects.ts';
import { findImage, parseReference, pushImage, repositories, storedImage } from './artifactregistry-store.ts';
import { type Build, type BuildStep, builds, serviceAccountEmail } from './cloudbuild-build.ts';
import { appendLog } from './logging.ts';

/** Ends the build with that failure. */
class BuildFailure extends Error {
  readonly type: string;
  constructor(type: string, detail: string) {
    super(detail);
    this.type = type;
  }
}

/** Carries the build out: fetches the source, runs the steps, pushes the images. The outcome is in the build. */
export async function runBuild(operation: Operation, cloud: Cloud): Promise<void> {
  const queued = builds(cloud).get(String(operation.input.build));
  if (queued === undefined || queued.status === 'CANCELLED') return;
  const build: Build = { ...queued, steps: queued.steps.map((step) => ({ ...step })) };
  const end = new Date(operation.dueAt).toISOString();
  build.startTime = new Date(operation.createdAt).toISOString();
  build.finishTime = end;
  build.status = 'SUCCESS';
  const log = (text: string, step?: string) => writeLog(cloud, build, text, step);
  const seconds = Number.parseFloat(build.timeout);
  if (operation.dueAt - operation.createdAt > seconds * 1000) {
    build.status = 'TIMEOUT';
    build.finishTime = new Date(operation.createdAt + seconds * 1000).toISOString();
    build.statusDetail = `build timed out after ${seconds} s`;
    log('TIMEOUT\nERROR: context deadline exceeded');
  } else {
    try {
      requireLogging(cloud, build);
      await carryOut(cloud, build, log);
      log('PUSH\nDONE');
    } catch (problem) {
      if (!(problem instanceof BuildFailure)) throw problem;
      build.status = 'FAILURE';
      build.failureInfo = { type: problem.type, detail: problem.message };
      build.statusDetail = problem.message;
      log(`ERROR\nERROR: ${problem.message}`);
    }
  }
  builds(cloud).set(build.name, build);
}

async function carryOut(
  cloud: Cloud,
  build: Build,
  log: (text: string, step?: string) => void,
): Promise<void> {
  log(`starting build "${build.id}"`);
  const span = { startTime: build.startTime, endTime: build.finishTime };
  build.timing = { BUILD: span, FETCHSOURCE: span };
  const workspace = await fetchSource(cloud, build, log);
  const daemon = new DockerDaemon({
    pull: (name) => pull(cloud, build, name),
    push: (name, image) => push(cloud, build, name, image),
  });
  log('BUILD');
  for (const [index, step] of build.steps.entries())
    await runStep(build, step, index, workspace, daemon, log);
  const results = [];
  for (const name of build.images ?? []) {
    const image = daemon.image(name);
    if (image === undefined) {
      throw new BuildFailure(
        'PUSH_IMAGE_NOT_FOUND',
        `failed to find one or more images after execution of build steps: ["${name}"]`,
      );
    }
    log(`Pushing ${name}`);
    push(cloud, build, name, image);
    log(`${name}: digest: ${image.digest}`);
    results.push({ name, digest: image.digest, pushTiming: span });
  }
  if (results.length > 0) build.timing = { ...build.timing, PUSH: span };
  build.results = {
    ...(results.length > 0 ? { images: results } : {}),
    buildStepImages: build.steps.map((step) => `sha256:${sha256(step.name ?? '')}`),
    buildStepOutputs: [],
  };
}

async function fetchSource(cloud: Cloud, build: Build, log: (text: string) => void): Promise<FileTree> {
  const source = build.source?.storageSource;
  if (source?.bucket === undefined || source.object === undefined) return emptyTree;
  const { bucket, object, generation } = source;
  log(`FETCHSOURCE\nFetching storage object: gs://${bucket}/${object}#${generation ?? ''}`);
  const place = `gs://${bucket}/${object}`;
  const member = accountMember(build);
  if (!buckets(cloud).has(bucket)) {
    throw new BuildFailure(
      'FETCH_SOURCE_FAILED',
      `could not fetch source: the bucket of ${place} does not exist`,
    );
  }
  if (
    !accountExists(cloud, build) ||
    !cloud.allows(member, 'storage.objects.get', objectName(bucket, object))
  ) {
    throw new BuildFailure(
      'FETCH_SOURCE_FAILED',
      `could not fetch source: ${serviceAccountEmail(build)} does not have storage.objects.get access to the Google Cloud Storage object ${place}. Permission 'storage.objects.get' denied on resource (or it may not exist).`,
    );
  }
  const bytes = readObject(cloud, bucket, object, generation);
  if (bytes === undefined) {
    throw new BuildFailure(
      'FETCH_SOURCE_FAILED',
      `could not fetch source: ${place}${generation === undefined ? '' : `#${generation}`} does not exist`,
    );
  }
  build.sourceProvenance = {
    resolvedStorageSource: {
      bucket,
      object,
      generation: generation ?? objects(cloud).get(`${bucket}/${object}`)?.generation,
    },
    fileHashes: {
      [`${place}#${generation ?? ''}`]: {
        fileHash: [{ type: 'SHA256', value: Buffer.from(sha256(bytes), 'hex').toString('base64') }],
      },
    },
  };
  return unpack(bytes).catch((problem: unknown) => {
    throw new BuildFailure(
      'FETCH_SOURCE_FAILED',
      `could not unpack ${place}: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  });
}

async function runStep(
  build: Build,
  step: BuildStep,
  index: number,
  workspace: FileTree,
  daemon: DockerDaemon,
  log: (text: string, step?: string) => void,
): Promise<void> {
  const label = `Step #${index}${step.id === undefined ? '' : ` - "${step.id}"`}`;
  log(`Starting ${label}`, label);
  try {
    requireDocker(step);
    const environment = Object.fromEntries(
      [...(build.options?.env ?? []), ...(step.env ?? [])].map((text) => {
        const equals = text.indexOf('=');
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
    await daemon.run({
      args: step.args ?? [],
      workspace,
      folder: step.dir ?? '',
      environment,
      log: (line) => log(`${label}: ${line}`, label),
    });
    step.status = 'SUCCESS';
    log(`Finished ${label}`, label);
  } catch (problem) {
    if (!(problem instanceof DockerFailure)) throw problem;
    log(`${label}: ${problem.message}`, label);
    step.status = 'FAILURE';
    step.exitCode = problem.exitCode;
    if (step.allowFailure === true || step.allowExitCodes?.includes(problem.exitCode) === true) return;
    for (const later of build.steps.slice(index + 1)) later.status = 'QUEUED';
    throw new BuildFailure(
      'USER_BUILD_STEP',
      `Build step failure: build step ${index} "${step.name}" failed: step exited with non-zero status: ${problem.exitCode}`,
    );
  }
}

function requireDocker(step: BuildStep): void {
  const image = (step.name ?? '').replace(/[:@].*$/, '');
  const known = image === 'gcr.io/cloud-builders/docker' || image === 'docker';
  if (known && step.script === undefined && (step.entrypoint === undefined || step.entrypoint === 'docker'))
    return;
  throw new DockerFailure(
    `This emulator cannot run "${step.entrypoint ?? step.name}": the only builder it has is gcr.io/cloud-builders/docker with its own entrypoint.`,
  );
}

function pull(cloud: Cloud, build: Build, name: string): BuiltImage | undefined {
  const image = findImage(cloud, name);
  if (image === undefined) return undefined;
  if (
    !cloud.allows(accountMember(build), 'artifactregistry.repositories.downloadArtifacts', image.repository)
  ) {
    throw new DockerFailure(
      `Error response from daemon: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "${image.repository}" (or it may not exist)`,
    );
  }
  return storedImage(cloud, image);
}

function push(cloud: Cloud, build: Build, name: string, image: BuiltImage): void {
  const reference = parseReference(name);
  if (reference === undefined) {
    throw new BuildFailure(
      'PUSH_FAILED',
      `failed to push image "${name}": this emulator has no registry but LOCATION-docker.pkg.dev/PROJECT/REPOSITORY`,
    );
  }
  const { repository } = reference;
  if (!cloud.allows(accountMember(build), 'artifactregistry.repositories.uploadArtifacts', repository)) {
    throw new BuildFailure(
      'PUSH_NOT_AUTHORIZED',
      `failed to push image "${name}": denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "${repository}" (or it may not exist)`,
    );
  }
  if (!repositories(cloud).has(repository)) {
    throw new BuildFailure(
      'PUSH_FAILED',
      `failed to push image "${name}": name unknown: Repository "${repository.split('/').at(-1)}" not found`,
    );
  }
  try {
    pushImage(cloud, name, image);
  } catch (problem) {
    throw new BuildFailure(
      'PUSH_FAILED',
      `failed to push image "${name}": ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}

/** Without the right to write logs a build that logs to Cloud Logging fails. https://cloud.google.com/build/docs/securing-builds/store-manage-build-logs */
function requireLogging(cloud: Cloud, build: Build): void {
  if (build.options?.logging === 'NONE') return;
  if (cloud.allows(accountMember(build), 'logging.logEntries.create', `projects/${build.projectId}`)) return;
  throw new BuildFailure(
    'LOGGING_FAILURE',
    `The service account running this build (${serviceAccountEmail(build)}) does not have permission to write logs to Cloud Logging. To fix this, grant the Logs Writer (roles/logging.logWriter) role to the service account.`,
  );
}

function accountExists(cloud: Cloud, build: Build): boolean {
  const email = serviceAccountEmail(build);
  return (
    findServiceAccount(cloud, email)?.disabled === false ||
    email.endsWith('-compute@developer.gserviceaccount.com')
  );
}

function accountMember(build: Build): string {
  return `serviceAccount:${serviceAccountEmail(build)}`;
}

function writeLog(cloud: Cloud, build: Build, text: string, step: string | undefined): void {
  if (build.options?.logging === 'NONE') return;
  const account = accountMember(build);
  if (!cloud.allows(account, 'logging.logEntries.create', `projects/${build.projectId}`)) return;
  for (const line of text.split('\n')) {
    appendLog(cloud, {
      logName: `projects/${build.projectId}/logs/cloudbuild`,
      severity: 'INFO',
      resource: {
        type: 'build',
        labels: { build_id: build.id, build_trigger_id: '', project_id: build.projectId },
      },
      labels: { build_step: step ?? 'MAIN', build_tags: build.tags?.join(',') ?? '' },
      textPayload: line,
    });
  }
}
