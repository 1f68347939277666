/**
 * The website: a bucket that everybody may read, and the files in it. Ours: the bucket's settings, that `allUsers` may
 * read its objects, and content, type and caching of each file of the folder. Objects that the folder does not hold
 * are deleted with `prune` alone: pages that are still open may ask for them.
 * https://cloud.google.com/storage/docs/hosting-static-website
 */
import type { Frontend } from '../config/deployment.ts';
import { create, type FieldChange, update } from '../engine/change.ts';
import { Pool } from '../engine/pool.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound } from '../google/error.ts';
import {
  changePolicy,
  isForbiddenMember,
  type Policy,
  type PolicyTarget,
  readPolicy,
} from '../google/policy.ts';
import {
  type Bucket,
  deleteObject,
  listObjects,
  type StorageObject,
  writeObject,
} from '../google/storage.ts';
import { Failure } from '../lib/failure.ts';
import { because } from './because.ts';
import { withRights } from './bindings.ts';
import { bucketAddress, bucketResource, ownBuckets } from './bucket.ts';
import type { Context } from './context.ts';
import { once } from './context.ts';
import { type SiteFile, siteFiles } from './frontend-files.ts';
import { missingRights } from './policy.ts';

export const frontendAddress = (bucket: string): string => `frontend/${bucket}`;

/** Files on the way at a time. */
const uploads = 8;

export function frontend(context: Context, wanted: Frontend): Resource[] {
  return [siteBucket(context, wanted), publicAccess(context, wanted), siteContent(context, wanted)];
}

function siteBucket(context: Context, wanted: Frontend): Resource<Bucket> {
  const { deployment } = context;
  const want = {
    name: wanted.bucket,
    location: wanted.location.toUpperCase(),
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'inherited' },
    website: { mainPageSuffix: wanted.mainPage, notFoundPage: wanted.notFoundPage },
    labels: { ...deployment.labels },
  };
  return bucketResource(
    context,
    want as unknown as Bucket & { name: string },
    because(deployment, wanted.place),
    ownBuckets(context),
  );
}

function publicAccess(context: Context, wanted: Frontend): Resource<Policy> {
  const { google, deployment } = context;
  const address = `policy/bucket/${wanted.bucket}`;
  const target: PolicyTarget = { kind: 'bucket', bucket: wanted.bucket };
  const why = `${because(deployment, wanted.place)} everybody may read the frontend`;
  const rights = [{ role: 'roles/storage.objectViewer', member: 'allUsers', why }];
  return {
    address,
    dependsOn: [bucketAddress(wanted.bucket)],
    observe: (fresh) => whenThere(context, wanted.bucket, fresh, () => readPolicy(google, target)),
    diff: (have) => missingRights(address, rights, have?.bindings ?? []),
    apply: (_changes, have) =>
      changePolicy(google, target, (bindings) => withRights(bindings, rights), have).catch(
        (error: unknown) => {
          throw isForbiddenMember(error) ? forbidden(context, error) : error;
        },
      ),
  };
}

function forbidden({ deployment }: Context, cause: Error): Failure {
  return new Failure(
    'PUBLIC_ACCESS_FORBIDDEN',
    `An organization policy forbids a bucket that everybody may read: ${cause.message}`,
    {
      next: `Ask who administers the organization to exempt ${deployment.project} from storage.publicAccessPrevention and iam.allowedPolicyMemberDomains, or remove frontend: from ${deployment.file} and serve the files from a service.`,
      cause,
    },
  );
}

function siteContent(context: Context, wanted: Frontend): Resource<readonly StorageObject[]> {
  const { google, deployment } = context;
  const { bucket } = wanted;
  const address = frontendAddress(bucket);
  const why = because(deployment, wanted.place);
  const read = once(() => siteFiles(context, wanted));
  let files: readonly SiteFile[] = [];
  return {
    address,
    // What is not readable yet would be cached as missing by whoever looks too early.
    dependsOn: [bucketAddress(bucket), `policy/bucket/${bucket}`],
    observe: async (fresh) => {
      files = await read();
      return await whenThere(context, bucket, fresh, () => listObjects(google, bucket));
    },
    diff: (have) => {
      const fields = [...written(files, have ?? []), ...gone(context, files, have ?? [])];
      return have ? update(address, why, fields) : [create(address, why, fields)];
    },
    apply: async (changes) => {
      const fields = changes.flatMap((change) => change.fields);
      const wantedNow = new Set(fields.filter(({ after }) => after !== undefined).map(({ field }) => field));
      for (const some of inOrder(files.filter(({ name }) => wantedNow.has(name)))) {
        await inParallel(some, async (file) => {
          const { read: content, ...metadata } = file;
          await writeObject(google, bucket, metadata as SiteFile & StorageObject, await content());
        });
      }
      const unwanted = fields.filter(({ after }) => after === undefined);
      await inParallel(unwanted, ({ field }) => deleteObject(google, bucket, field));
    },
  };
}

/** Nothing while the bucket is not there: somebody else's of that name answers 403, which never means absent. */
async function whenThere<T>(
  context: Context,
  bucket: string,
  fresh: boolean,
  read: () => Promise<T>,
): Promise<T | undefined> {
  if (!fresh && !(await ownBuckets(context)()).some(({ name }) => name === bucket)) return undefined;
  return await read().catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

function written(files: readonly SiteFile[], have: readonly StorageObject[]): FieldChange[] {
  const byName = new Map(have.map((object) => [object.name, object]));
  return files.flatMap((file) => {
    const object = byName.get(file.name);
    const [before, after] = [object && shown(object), shown(file)];
    return before === after ? [] : [{ field: file.name, ...(before !== undefined && { before }), after }];
  });
}

function shown(file: Pick<StorageObject, 'md5Hash' | 'contentType' | 'cacheControl'>): string {
  return `${file.contentType}, ${file.cacheControl ?? 'cached as Google likes'}, md5 ${file.md5Hash}`;
}

function gone(context: Context, files: readonly SiteFile[], have: readonly StorageObject[]): FieldChange[] {
  if (!context.prune) return [];
  const names = new Set(files.map(({ name }) => name));
  return have.flatMap((object) =>
    object.name === undefined || names.has(object.name)
      ? []
      : [{ field: object.name, before: shown(object) }],
  );
}

/** Pages last, so that none refers to what is not there yet. */
function inOrder(files: readonly SiteFile[]): readonly (readonly SiteFile[])[] {
  const isPage = ({ contentType }: SiteFile): boolean => contentType.startsWith('text/html');
  return [files.filter((file) => !isPage(file)), files.filter(isPage)];
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const pool = new Pool(uploads);
  await Promise.all(items.map((item) => pool.run(() => work(item))));
}
