import { isNotFound, unlessGone } from './error.ts';
import type { Google } from './google.ts';
import { type RpcOperation, waitForRpc } from './operations.ts';
import { listAll } from './paging.ts';

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories */
export interface Repository {
  readonly name?: string;
  readonly format?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cleanupPolicies?: Readonly<Record<string, object>>;
}

/** An image within a repository. */
export interface ImageLocation {
  readonly project: string;
  readonly location: string;
  readonly repository: string;
  /** The package; slashes are allowed. */
  readonly image: string;
}

export function listRepositories(google: Google, project: string, location: string): Promise<Repository[]> {
  return listAll<{ repositories?: Repository[]; nextPageToken?: string }, Repository>(
    google.transport,
    {
      api: 'artifactregistry',
      method: 'GET',
      path: `v1/projects/${project}/locations/${location}/repositories`,
      query: { pageSize: 1000 },
    },
    (page) => page.repositories,
  );
}

export function getRepository(
  google: Google,
  project: string,
  location: string,
  name: string,
): Promise<Repository> {
  return google.transport.send({
    api: 'artifactregistry',
    method: 'GET',
    path: `v1/projects/${project}/locations/${location}/repositories/${name}`,
  });
}

export async function createRepository(
  google: Google,
  at: { project: string; location: string; name: string },
  repository: Repository,
): Promise<void> {
  const started = await google.transport.send<RpcOperation>({
    api: 'artifactregistry',
    method: 'POST',
    path: `v1/projects/${at.project}/locations/${at.location}/repositories`,
    query: { repositoryId: at.name },
    body: repository,
    repeatable: true,
  });
  await waitForRpc(
    started,
    (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }),
    { what: `creating Artifact Registry repository ${at.name}`, deadline: 5 * 60_000 },
    google.clock,
    google.signal,
  );
}

export function patchRepository(
  google: Google,
  at: { project: string; location: string; name: string },
  repository: Repository,
  updateMask: string,
): Promise<Repository> {
  return google.transport.send({
    api: 'artifactregistry',
    method: 'PATCH',
    path: `v1/projects/${at.project}/locations/${at.location}/repositories/${at.name}`,
    query: { updateMask },
    body: repository,
  });
}

/** With every image in it. That it is gone already is as good. */
export async function deleteRepository(
  google: Google,
  at: { project: string; location: string; name: string },
): Promise<void> {
  await unlessGone(
    google.transport
      .send<RpcOperation>({
        api: 'artifactregistry',
        method: 'DELETE',
        path: `v1/projects/${at.project}/locations/${at.location}/repositories/${at.name}`,
      })
      .then((started) =>
        waitForRpc(
          started,
          (name) => google.transport.send({ api: 'artifactregistry', method: 'GET', path: `v1/${name}` }),
          { what: `deleting Artifact Registry repository ${at.name}`, deadline: 10 * 60_000 },
          google.clock,
          google.signal,
        ),
      ),
  );
}

/** The digest (`sha256:...`) that a tag points to, `undefined` when there is no such tag. */
export async function digestOfTag(
  google: Google,
  at: ImageLocation,
  tag: string,
): Promise<string | undefined> {
  try {
    const found = await google.transport.send<{ version?: string }>({
      api: 'artifactregistry',
      method: 'GET',
      path: `${packagePath(at)}/tags/${tag}`,
    });
    return found.version?.split('/').at(-1);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function packagePath(at: ImageLocation): string {
  const image = encodeURIComponent(at.image);
  return `v1/projects/${at.project}/locations/${at.location}/repositories/${at.repository}/packages/${image}`;
}
