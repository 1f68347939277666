import { type Call, type Cloud, Refusal, type Route } from '../service.ts';
import { encoded, notFound, packageOf } from './artifactregistry-images.ts';
import { images, repositories, tags } from './artifactregistry-store.ts';
import { page } from './listing.ts';

interface Body {
  readonly name?: string;
  readonly version?: string;
}

const id = 'artifactregistry.projects.locations.repositories.packages.tags';

export function tagRoutes(one: string, resource: (call: Call) => string): Route[] {
  const path = `${one}/packages/{package}/tags`;
  return [
    {
      method: 'GET',
      path,
      id: `${id}.list`,
      permission: 'artifactregistry.tags.list',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, name, base } = packageOf(call, cloud);
        const own = [...tags(cloud).entries()].filter(([key]) => key.startsWith(`${base}/tags/`));
        const { items, ...rest } = page(own, call.query);
        const shown = items.map(([key, digest]) => view(repository, name, key, digest));
        return { status: 200, body: { ...(shown.length > 0 ? { tags: shown } : {}), ...rest } };
      },
    },
    {
      method: 'GET',
      path: `${path}/{tag}`,
      id: `${id}.get`,
      permission: 'artifactregistry.tags.get',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, name, base } = packageOf(call, cloud);
        const key = `${base}/tags/${call.params.tag}`;
        const digest = tags(cloud).get(key);
        if (digest === undefined) throw notFound();
        return { status: 200, body: view(repository, name, key, digest) };
      },
    },
    {
      method: 'POST',
      path,
      id: `${id}.create`,
      permission: 'artifactregistry.tags.create',
      resource,
      message: 'Tag',
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, name, base } = packageOf(call, cloud);
        const tag = call.query.get('tagId') ?? '';
        if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) {
          throw new Refusal(400, 'INVALID_ARGUMENT', `invalid tag ID "${tag}"`);
        }
        const key = `${base}/tags/${tag}`;
        if (tags(cloud).has(key)) throw new Refusal(409, 'ALREADY_EXISTS', 'the tag already exists');
        const digest = versionIn(call, cloud, base);
        tags(cloud).set(key, digest);
        return { status: 200, body: view(repository, name, key, digest) };
      },
    },
    {
      method: 'PATCH',
      path: `${path}/{tag}`,
      id: `${id}.patch`,
      permission: 'artifactregistry.tags.update',
      resource,
      message: 'Tag',
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, name, base } = packageOf(call, cloud);
        const key = `${base}/tags/${call.params.tag}`;
        const current = tags(cloud).get(key);
        if (current === undefined) throw notFound();
        const digest = versionIn(call, cloud, base);
        if (digest !== current) refuseImmutable(cloud, repository);
        tags(cloud).set(key, digest);
        return { status: 200, body: view(repository, name, key, digest) };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{tag}`,
      id: `${id}.delete`,
      permission: 'artifactregistry.tags.delete',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, base } = packageOf(call, cloud);
        if (!tags(cloud).has(`${base}/tags/${call.params.tag}`)) throw notFound();
        refuseImmutable(cloud, repository);
        tags(cloud).delete(`${base}/tags/${call.params.tag}`);
        return { status: 200, body: {} };
      },
    },
  ];
}

function versionIn(call: Call, cloud: Cloud, base: string): string {
  const digest = ((call.body ?? {}) as Body).version?.split('/versions/')[1];
  if (digest === undefined || !images(cloud).has(`${base}/versions/${digest}`)) {
    throw new Refusal(404, 'NOT_FOUND', 'the version of the tag was not found in the package');
  }
  return digest;
}

function refuseImmutable(cloud: Cloud, repository: string): void {
  if (repositories(cloud).get(repository)?.dockerConfig?.immutableTags !== true) return;
  throw new Refusal(400, 'FAILED_PRECONDITION', 'the repository has enabled tag immutability');
}

function view(repository: string, packageName: string, key: string, digest: string): unknown {
  const base = `${repository}/packages/${encoded(packageName)}`;
  return { name: `${base}/tags/${key.split('/tags/')[1]}`, version: `${base}/versions/${digest}` };
}
