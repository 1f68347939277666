/** What holds something: secrets, buckets, Redis, the registry, by their labels. */
import { claimName, pullRequestOf } from '../config/preview-names.ts';
import { Pool } from '../engine/pool.ts';
import { deleteRepository, getRepository, listRepositories } from '../google/artifactregistry.ts';
import { isNotFound } from '../google/error.ts';
import { deleteRedis, getRedis, listRedis } from '../google/redis.ts';
import { deleteSecret, getSecret, listSecrets } from '../google/secretmanager.ts';
import { deleteBucket, deleteObject, getBucket, listBuckets, listObjects } from '../google/storage.ts';
import { type Mark, markOfLabels } from '../resources/mark.ts';
import type { Leftover } from './leftover.ts';
import { answers, leftover, listIn, marked, type Site, shortName } from './site.ts';

export async function stores(site: Site): Promise<readonly Leftover[]> {
  const found = await Promise.all([secrets(site), buckets(site), redis(site), repositories(site)]);
  return found.flat();
}

/** The secret that stands for an admitted preview, see resources/claim.ts. */
function isClaim(name: string, { deployment, environment }: Mark): boolean {
  const pullRequest = pullRequestOf(environment);
  return pullRequest !== undefined && name === claimName(deployment, pullRequest);
}

async function secrets(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const { project } = deployment;
  return marked(
    await listIn(site, 'secretmanager', () => listSecrets(google, project)),
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = shortName(item.name);
      return leftover({
        kind: isClaim(name, mark) ? 'claim' : 'secret',
        name,
        mark,
        labels: item.labels,
        isThere: () => answers(getSecret(google, project, name), isNotFound),
        remove: () => deleteSecret(google, project, name),
      });
    },
  );
}

async function buckets(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  return marked(
    await listIn(site, 'storage', () => listBuckets(google, deployment.project)),
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = item.name ?? '';
      return leftover({
        kind: 'bucket',
        name,
        mark,
        labels: item.labels,
        fields: [{ field: 'objects', before: 'all of them, older versions too' }],
        isThere: () => answers(getBucket(google, name), isNotFound),
        remove: () => emptyAndDelete(site, name),
      });
    },
  );
}

/** Objects on their way out at a time. */
const deletionsAtOnce = 8;

/** Only an empty bucket can be deleted. */
async function emptyAndDelete({ context: { google } }: Site, bucket: string): Promise<void> {
  const pool = new Pool(deletionsAtOnce);
  const objects = await listObjects(google, bucket, { versions: true }).catch((error: unknown) => {
    if (isNotFound(error)) return [];
    throw error;
  });
  await Promise.all(
    objects.map(({ name = '', generation }) =>
      pool.run(() => deleteObject(google, bucket, name, generation ?? undefined)),
    ),
  );
  await deleteBucket(google, bucket);
}

async function redis(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const at = { project: deployment.project, region: deployment.region };
  return marked(
    await listIn(site, 'redis', () => listRedis(google, at)),
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = shortName(item.name);
      return leftover({
        kind: 'redis',
        name,
        mark,
        labels: item.labels,
        fields: [{ field: 'data', before: 'everything in it' }],
        isThere: () => answers(getRedis(google, { ...at, name }), isNotFound),
        remove: () => deleteRedis(google, { ...at, name }),
      });
    },
  );
}

async function repositories(site: Site): Promise<readonly Leftover[]> {
  const { google, deployment } = site.context;
  const { project } = deployment;
  const { location } = deployment.repository;
  return marked(
    await listIn(site, 'artifactregistry', () => listRepositories(google, project, location)),
    ({ labels }) => markOfLabels(labels),
    (item, mark) => {
      const name = shortName(item.name);
      return leftover({
        kind: 'repository',
        name,
        mark,
        labels: item.labels,
        fields: [{ field: 'images', before: 'all of them' }],
        isThere: () => answers(getRepository(google, project, location, name), isNotFound),
        remove: () => deleteRepository(google, { project, location, name }),
      });
    },
  );
}
