/**
 * The Artifact Registry repository of the images. Ours: format (immutable), labels, and a cleanup policy that keeps
 * the newest versions of each image. https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
 */
import { create, replace } from '../engine/change.ts';
import { compare, touchedFields } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import {
  createRepository,
  getRepository,
  listRepositories,
  patchRepository,
  type Repository,
} from '../google/artifactregistry.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import { apisAddress } from './apis.ts';
import { type Context, find, listing, perContext } from './context.ts';
import { stamped, unstamped, updateStamped } from './stamp.ts';

export const repositoryAddress = (name: string): string => `repository/${name}`;

/** The repositories of the project in the location of ours. */
export const ownRepositories = perContext((context) =>
  listing(context, 'artifactregistry.googleapis.com', () =>
    listRepositories(context.google, context.deployment.project, context.deployment.repository.location),
  ),
);

export function repository(context: Context): Resource<Repository> {
  const { google, deployment } = context;
  const { name, location, keep } = deployment.repository;
  const at = { project: deployment.project, location, name };
  const address = repositoryAddress(name);
  const why = 'the images of the services';
  const want: Repository = stamped({
    format: 'DOCKER',
    labels: { ...deployment.labels },
    cleanupPolicies: {
      'keep-newest': { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: keep } },
      'delete-untagged': {
        id: 'delete-untagged',
        action: 'DELETE',
        condition: { tagState: 'UNTAGGED', olderThan: '2592000s' },
      },
    },
  });
  const list = ownRepositories(context);
  return {
    address,
    dependsOn: [apisAddress],
    observe: (fresh) =>
      find(
        fresh,
        list,
        (have) => have.name?.endsWith(`/repositories/${name}`) ?? false,
        () => getRepository(google, deployment.project, location, name),
        isNotFound,
      ),
    diff: (have) => {
      const fields = unstamped(compare(want, have));
      if (!have) return [create(address, why, fields)];
      const format = fields.filter(({ field }) => field === 'format');
      if (format.length > 0) return replace(address, why, format);
      return updateStamped(address, why, fields, want.labels, have.labels);
    },
    apply: async (changes, have) => {
      if (have)
        await patchRepository(
          google,
          at,
          { ...want, labels: { ...have.labels, ...want.labels } },
          [...new Set([...touchedFields(changes), 'labels'])].join(','),
        );
      else await unlessExists(createRepository(google, at, want));
    },
  };
}
