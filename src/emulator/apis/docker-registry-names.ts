import { type Call, type Cloud, Refusal } from '../service.ts';
import { repositories } from './artifactregistry-store.ts';

/** What a path of the registry is about. */
export interface Named {
  /** `projects/P/locations/L/repositories/R`. */
  readonly repository: string;
  /** The image's name within the repository, with its slashes. */
  readonly package: string;
}

/** The repository of the path, whether it is there or not: what permissions are asked on. */
export function repositoryResource(call: Pick<Call, 'host' | 'params'>): string {
  const location = call.host.replace(/-docker\.pkg\.dev$/, '');
  return `projects/${call.params.project ?? '-'}/locations/${location}/repositories/${call.params.repository ?? '-'}`;
}

/** Throws the registry's 404 when the repository is not there or holds no Docker images. */
export function named(call: Call, cloud: Cloud): Named {
  const repository = repositoryResource(call);
  const found = repositories(cloud).get(repository);
  if (found === undefined) {
    throw new Refusal(404, 'NAME_UNKNOWN', `Repository "${call.params.repository}" not found`);
  }
  if (found.format !== 'DOCKER') {
    throw new Refusal(404, 'NAME_UNKNOWN', `Repository "${call.params.repository}" has another format`);
  }
  return { repository, package: call.params.image ?? '' };
}

export function deniedWords(permission: string, resource: string): string {
  return `Permission "${permission}" denied on resource "${resource}" (or it may not exist)`;
}

export const download = 'artifactregistry.repositories.downloadArtifacts';
export const upload = 'artifactregistry.repositories.uploadArtifacts';
