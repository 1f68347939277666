import {
  type Api,
  type Call,
  type Cloud,
  type Operation,
  Refusal,
  type Reply,
  type Route,
} from '../service.ts';
import { type Build, builds, newBuild } from './cloudbuild-build.ts';
import { runBuild } from './cloudbuild-run.ts';
import { page, uuid } from './listing.ts';

const api = 'cloudbuild.googleapis.com';

async function createBuild(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const id = uuid(cloud, 'cloudbuild.build');
  const build = newBuild(call, cloud, id);
  builds(cloud).set(build.name, build);
  const operation = await cloud.start({
    api,
    action: 'build',
    step: 'cloudbuild.build',
    project: build.projectId,
    id: Buffer.from(id).toString('base64'),
    input: { build: build.name },
  });
  return { status: 200, body: viewOperation(cloud, operation) };
}

async function getBuild(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  return { status: 200, body: await viewBuild(cloud, buildOf(call, cloud)) };
}

async function listBuilds(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const prefix = nameOf(call, cloud, '');
  const matches = filter(call.query.get('filter'));
  const own: Build[] = [];
  for (const build of builds(cloud).values()) {
    if (!build.name.startsWith(prefix)) continue;
    const shown = await viewBuild(cloud, build);
    if (matches(shown)) own.unshift(shown);
  }
  const { items, ...rest } = page(own, call.query);
  return { status: 200, body: { ...(items.length > 0 ? { builds: items } : {}), ...rest } };
}

async function cancelBuild(call: Call, cloud: Cloud): Promise<Reply> {
  await cloud.settleDue();
  const build = buildOf(call, cloud);
  if (build.status !== 'QUEUED' && build.status !== 'WORKING') {
    throw new Refusal(400, 'FAILED_PRECONDITION', 'cannot cancel a build that has already finished');
  }
  const now = cloud.timestamp();
  const cancelled: Build = { ...build, status: 'CANCELLED', startTime: build.createTime, finishTime: now };
  builds(cloud).set(build.name, cancelled);
  return { status: 200, body: cancelled };
}

async function getOperation(call: Call, cloud: Cloud): Promise<Reply> {
  const operation = await cloud.operation(call.params.operation ?? '');
  if (operation === undefined || operation.api !== api) {
    throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  }
  return { status: 200, body: viewOperation(cloud, operation) };
}

function viewOperation(cloud: Cloud, operation: Operation): unknown {
  const build = builds(cloud).get(String(operation.input.build));
  const metadata = {
    '@type': 'type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata',
    build,
  };
  const name = `operations/build/${operation.project}/${operation.id}`;
  if (!operation.done || build === undefined) return { name, metadata };
  if (build.status === 'SUCCESS') {
    return {
      name,
      metadata,
      done: true,
      response: { '@type': 'type.googleapis.com/google.devtools.cloudbuild.v1.Build', ...build },
    };
  }
  const code = build.status === 'CANCELLED' ? 1 : build.status === 'TIMEOUT' ? 4 : 2;
  return {
    name,
    metadata,
    done: true,
    error: { code, message: build.statusDetail ?? `Build ${build.status}` },
  };
}

/** A build that was queued is at work as soon as time has passed. */
async function viewBuild(cloud: Cloud, build: Build): Promise<Build> {
  if (build.status !== 'QUEUED') return build;
  const started = Date.parse(build.createTime) + queueTime;
  return cloud.clock.now() < started
    ? build
    : { ...build, status: 'WORKING', startTime: new Date(started).toISOString() };
}

/** A build waits a few seconds for a worker. */
const queueTime = 2_000;

function nameOf(call: Call, cloud: Cloud, id: string): string {
  const { number } = cloud.project(call.params.project ?? '');
  return `projects/${number}/locations/${call.params.location ?? 'global'}/builds/${id}`;
}

function buildOf(call: Call, cloud: Cloud): Build {
  const found = builds(cloud).get(nameOf(call, cloud, call.params.build ?? ''));
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
  return found;
}

/** `status="SUCCESS" AND tags="x"`. */
function filter(text: string | null): (build: Build) => boolean {
  if (text === null || text.trim() === '') return () => true;
  const terms = text.split(/\s+AND\s+/i).map((term) => {
    const match = /^\s*(status|tags|id|build_id)\s*=\s*"?([^"]+?)"?\s*$/.exec(term);
    if (match === null) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        `invalid filter "${text}": this emulator knows status, tags and id, joined by AND.`,
      );
    }
    return { field: match[1], value: match[2] ?? '' };
  });
  return (build) =>
    terms.every(({ field, value }) => {
      if (field === 'status') return build.status === value;
      if (field === 'tags') return build.tags?.includes(value) === true;
      return build.id === value;
    });
}

function surface(parent: string, id: string): Route[] {
  return [
    {
      method: 'POST',
      path: `${parent}/builds`,
      id: `${id}.create`,
      permission: 'cloudbuild.builds.create',
      message: 'Build',
      handle: createBuild,
    },
    {
      method: 'GET',
      path: `${parent}/builds`,
      id: `${id}.list`,
      permission: 'cloudbuild.builds.list',
      handle: listBuilds,
    },
    {
      method: 'GET',
      path: `${parent}/builds/{build}`,
      id: `${id}.get`,
      permission: 'cloudbuild.builds.get',
      handle: getBuild,
    },
    {
      method: 'POST',
      path: `${parent}/builds/{build}:cancel`,
      id: `${id}.cancel`,
      permission: 'cloudbuild.builds.update',
      handle: cancelBuild,
    },
  ];
}

/** Cloud Build, with a Docker that does everything to an image but run commands in it. */
export const cloudbuildApi: Api = {
  name: api,
  title: 'Cloud Build API',
  needsEnabling: true,
  messages: 'cloudbuild',
  errors: 'rpc',
  notModelled: [
    'RUN instructions are not executed: what they would install or break stays unknown.',
    'Builders other than gcr.io/cloud-builders/docker (build, tag, push, pull), and scripts.',
    'Sources other than Cloud Storage; build secrets; triggers, approvals, worker pools, retry.',
    'Artifacts other than images; log files in a bucket.',
    'Images of public registries are taken to exist.',
  ],
  routes: [
    ...surface('/v1/projects/{project}/locations/{location}', 'cloudbuild.projects.locations.builds'),
    ...surface('/v1/projects/{project}', 'cloudbuild.projects.builds'),
    {
      method: 'GET',
      path: '/v1/operations/build/{project}/{operation}',
      id: 'cloudbuild.operations.get',
      permission: 'cloudbuild.builds.get',
      handle: getOperation,
    },
  ],
  settle: { build: runBuild },
};
