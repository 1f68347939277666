import type { cloudbuild_v1 } from '@googleapis/cloudbuild';
import type { Shape } from '../lib/shape.ts';
import type { Google } from './google.ts';
import { waitFor } from './operations.ts';

export type Build = Shape<cloudbuild_v1.Schema$Build>;

const underWay = new Set(['STATUS_UNKNOWN', 'PENDING', 'QUEUED', 'WORKING']);

/** Starts a build and returns it as queued. Not repeatable: a second sending would be a second build. */
export async function createBuild(
  google: Google,
  project: string,
  location: string,
  build: Build,
): Promise<Build> {
  const operation = await google.transport.send<{ metadata?: { build?: Build } }>({
    api: 'cloudbuild',
    method: 'POST',
    path: `v1/projects/${project}/locations/${location}/builds`,
    body: build,
  });
  return operation.metadata?.build ?? {};
}

export function getBuild(google: Google, project: string, location: string, id: string): Promise<Build> {
  return google.transport.send({
    api: 'cloudbuild',
    method: 'GET',
    path: `v1/projects/${project}/locations/${location}/builds/${id}`,
  });
}

/** Waits for the build's end, however it ends. The build itself is looked at, not its operation or its log. */
export function waitForBuild(
  google: Google,
  at: { project: string; location: string; id: string; deadline: number; logUrl: string },
): Promise<Build> {
  return waitFor(
    async () => {
      const build = await getBuild(google, at.project, at.location, at.id);
      return underWay.has(build.status ?? 'STATUS_UNKNOWN') ? undefined : build;
    },
    { what: `build ${at.id}`, deadline: at.deadline, console: at.logUrl, ceiling: 5_000 },
    google.clock,
    google.signal,
  );
}

export async function cancelBuild(
  google: Google,
  project: string,
  location: string,
  id: string,
): Promise<void> {
  await google.transport.send({
    api: 'cloudbuild',
    method: 'POST',
    path: `v1/projects/${project}/locations/${location}/builds/${id}:cancel`,
    body: {},
    repeatable: true,
    unstoppable: true,
  });
}
