import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import {
  type Image,
  images,
  parseReference,
  registryUri,
  repositories,
  tags,
  tagsOf,
} from './artifactregistry-store.ts';
import { page } from './listing.ts';

type Resource = (call: Call) => string;
type StartDelete = (
  call: Call,
  cloud: Cloud,
  action: 'deletePackage' | 'deleteVersion',
  name: string,
) => Promise<Reply>;

const id = 'artifactregistry.projects.locations.repositories';

/** Full name of the repository of the path. Throws the API's 404. */
export function repositoryOf(call: Call, cloud: Cloud): string {
  const { id: project } = cloud.project(call.params.project ?? '');
  const name = `projects/${project}/locations/${call.params.location}/repositories/${call.params.repository}`;
  if (!repositories(cloud).has(name)) throw notFound();
  return name;
}

export function notFound(): Refusal {
  return new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
}

/** Full name of the package of the path; its slashes are `%2F` in the path and stay so in the name. */
export function packageOf(call: Call, cloud: Cloud): { repository: string; name: string; base: string } {
  const repository = repositoryOf(call, cloud);
  const name = decodeURIComponent(call.params.package ?? '');
  const base = `${repository}/packages/${name}`;
  if (![...images(cloud).entries()].some(([key]) => key.startsWith(`${base}/versions/`))) throw notFound();
  return { repository, name, base };
}

export function encoded(packageName: string): string {
  return packageName.replaceAll('/', '%2F');
}

function imagesOf(cloud: Cloud, base: string): Image[] {
  return [...images(cloud).entries()]
    .filter(([key]) => key.startsWith(`${base}/versions/`))
    .map(([, image]) => image);
}

export function packageRoutes(one: string, resource: Resource, startDelete: StartDelete): Route[] {
  return [
    {
      method: 'GET',
      path: `${one}/packages`,
      id: `${id}.packages.list`,
      permission: 'artifactregistry.packages.list',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const repository = repositoryOf(call, cloud);
        const names = new Set<string>();
        for (const image of images(cloud).values())
          if (image.repository === repository) names.add(image.package);
        const { items, ...rest } = page([...names], call.query);
        const packages = items.map((name) => viewPackage(cloud, repository, name));
        return { status: 200, body: { ...(packages.length > 0 ? { packages } : {}), ...rest } };
      },
    },
    {
      method: 'GET',
      path: `${one}/packages/{package}`,
      id: `${id}.packages.get`,
      permission: 'artifactregistry.packages.get',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { repository, name } = packageOf(call, cloud);
        return { status: 200, body: viewPackage(cloud, repository, name) };
      },
    },
    {
      method: 'DELETE',
      path: `${one}/packages/{package}`,
      id: `${id}.packages.delete`,
      permission: 'artifactregistry.packages.delete',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        return startDelete(call, cloud, 'deletePackage', packageOf(call, cloud).base);
      },
    },
  ];
}

function viewPackage(cloud: Cloud, repository: string, name: string): unknown {
  const times = imagesOf(cloud, `${repository}/packages/${name}`);
  return {
    name: `${repository}/packages/${encoded(name)}`,
    createTime: times.map((image) => image.uploadTime).sort()[0],
    updateTime: times
      .map((image) => image.updateTime)
      .sort()
      .at(-1),
  };
}

export function versionRoutes(one: string, resource: Resource, startDelete: StartDelete): Route[] {
  const path = `${one}/packages/{package}/versions`;
  return [
    {
      method: 'GET',
      path,
      id: `${id}.packages.versions.list`,
      permission: 'artifactregistry.versions.list',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const { base } = packageOf(call, cloud);
        const { items, ...rest } = page(imagesOf(cloud, base), call.query);
        const versions = items.map((image) => viewVersion(cloud, image, call.query.get('view')));
        return { status: 200, body: { ...(versions.length > 0 ? { versions } : {}), ...rest } };
      },
    },
    {
      method: 'GET',
      path: `${path}/{version}`,
      id: `${id}.packages.versions.get`,
      permission: 'artifactregistry.versions.get',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const image = versionOf(call, cloud);
        return { status: 200, body: viewVersion(cloud, image, call.query.get('view')) };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{version}`,
      id: `${id}.packages.versions.delete`,
      permission: 'artifactregistry.versions.delete',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const image = versionOf(call, cloud);
        if (tagsOf(cloud, image).length > 0 && call.query.get('force') !== 'true') {
          throw new Refusal(
            400,
            'FAILED_PRECONDITION',
            'failed to delete version: it is tagged. Delete the tags first or set force to true.',
          );
        }
        return startDelete(call, cloud, 'deleteVersion', keyOf(image));
      },
    },
  ];
}

function versionOf(call: Call, cloud: Cloud): Image {
  const { base } = packageOf(call, cloud);
  const found = images(cloud).get(`${base}/versions/${call.params.version}`);
  if (found === undefined) throw notFound();
  return found;
}

function viewVersion(cloud: Cloud, image: Image, view: string | null): unknown {
  const base = `${image.repository}/packages/${encoded(image.package)}`;
  const related = tagsOf(cloud, image).map((tag) => ({
    name: `${base}/tags/${tag}`,
    version: `${base}/versions/${image.digest}`,
  }));
  return {
    name: `${base}/versions/${image.digest}`,
    createTime: image.uploadTime,
    updateTime: image.updateTime,
    metadata: {
      name: `${image.repository}/dockerImages/${encoded(image.package)}@${image.digest}`,
      imageSizeBytes: String(image.sizeBytes),
      mediaType: image.mediaType,
    },
    ...(view === 'FULL' && related.length > 0 ? { relatedTags: related } : {}),
  };
}

export function dockerImageRoutes(one: string, resource: Resource): Route[] {
  return [
    {
      method: 'GET',
      path: `${one}/dockerImages`,
      id: `${id}.dockerImages.list`,
      permission: 'artifactregistry.dockerimages.list',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const repository = repositoryOf(call, cloud);
        const own = [...images(cloud).values()].filter((image) => image.repository === repository);
        const { items, ...rest } = page(own, call.query);
        const dockerImages = items.map((image) => viewDockerImage(cloud, image));
        return { status: 200, body: { ...(dockerImages.length > 0 ? { dockerImages } : {}), ...rest } };
      },
    },
    {
      method: 'GET',
      path: `${one}/dockerImages/{image}`,
      id: `${id}.dockerImages.get`,
      permission: 'artifactregistry.dockerimages.get',
      resource,
      handle: async (call, cloud) => {
        await cloud.settleDue();
        const repository = repositoryOf(call, cloud);
        const name = decodeURIComponent(call.params.image ?? '');
        const reference = parseReference(`${registryUri(repository)}/${name}`);
        const digest =
          reference?.digest ??
          tags(cloud).get(`${repository}/packages/${reference?.package}/tags/${reference?.tag ?? 'latest'}`);
        const found = images(cloud).get(`${repository}/packages/${reference?.package}/versions/${digest}`);
        if (found === undefined) throw notFound();
        return { status: 200, body: viewDockerImage(cloud, found) };
      },
    },
  ];
}

function viewDockerImage(cloud: Cloud, image: Image): unknown {
  const own = tagsOf(cloud, image);
  return {
    name: `${image.repository}/dockerImages/${encoded(image.package)}@${image.digest}`,
    uri: `${registryUri(image.repository)}/${image.package}@${image.digest}`,
    ...(own.length > 0 ? { tags: own } : {}),
    imageSizeBytes: String(image.sizeBytes),
    uploadTime: image.uploadTime,
    updateTime: image.updateTime,
    buildTime: image.uploadTime,
    mediaType: image.mediaType,
  };
}

function keyOf(image: Image): string {
  return `${image.repository}/packages/${image.package}/versions/${image.digest}`;
}

export function deletePackage(cloud: Cloud, base: string): void {
  for (const [key] of [...images(cloud).entries()])
    if (key.startsWith(`${base}/versions/`)) images(cloud).delete(key);
  for (const [key] of [...tags(cloud).entries()])
    if (key.startsWith(`${base}/tags/`)) tags(cloud).delete(key);
}

export function deleteVersion(cloud: Cloud, name: string): void {
  const image = images(cloud).get(name);
  if (image === undefined) return;
  for (const tag of tagsOf(cloud, image))
    deleteTag(cloud, `${image.repository}/packages/${image.package}/tags/${tag}`);
  images(cloud).delete(name);
}

export function deleteTag(cloud: Cloud, name: string): void {
  tags(cloud).delete(name);
}
