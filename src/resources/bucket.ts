/**
 * Cloud Storage buckets. Ours: uniform access, public access prevention, CORS, lifecycle, versioning and labels; the
 * location is immutable. A bucket's name is unique in the whole world, so a 409 may mean that somebody else has it.
 * https://cloud.google.com/storage/docs/json_api/v1/buckets
 */

import type { Bucket } from '../config/deployment.ts';
import { isBuilt } from '../config/images.ts';
import { create, replace } from '../engine/change.ts';
import { compare, touchedParts } from '../engine/compare.ts';
import type { Resource } from '../engine/resource.ts';
import { GoogleError, isNotFound, unlessExists } from '../google/error.ts';
import { createBucket, getBucket, type Bucket as Have, listBuckets, patchBucket } from '../google/storage.ts';
import { Failure } from '../lib/failure.ts';
import { apisAddress } from './apis.ts';
import { because } from './because.ts';
import { type Context, find, listing, perContext } from './context.ts';
import { stamped, unstamped, updateStamped } from './stamp.ts';

export const bucketAddress = (name: string): string => `bucket/${name}`;

/** Source archives serve one build; a month is time enough to look into a failed one. */
const sourcesLiveDays = 30;

/** The buckets of the project. */
export const ownBuckets = perContext((context) =>
  listing(context, 'storage.googleapis.com', () => listBuckets(context.google, context.deployment.project)),
);

export function buckets(context: Context): Resource<Have>[] {
  const { deployment } = context;
  const list = ownBuckets(context);
  return deployment.buckets.map((bucket) =>
    bucketResource(context, wantOf(bucket, deployment.labels), because(deployment, bucket.place), list),
  );
}

/** Where builds take their sources from; nothing when nothing is built. */
export function sourceBucket(context: Context): Resource<Have>[] {
  const { deployment } = context;
  if (!deployment.services.some(isBuilt)) return [];
  const want = wantOf(
    {
      name: deployment.builds.bucket,
      location: deployment.region,
      versioning: false,
      cors: [],
      deleteAfterDays: sourcesLiveDays,
    },
    deployment.labels,
  );
  return [bucketResource(context, want, 'builds take their sources from it', ownBuckets(context))];
}

function wantOf(
  bucket: Omit<Bucket, 'key' | 'place'>,
  labels: Readonly<Record<string, string>>,
): Have & { name: string } {
  return {
    name: bucket.name,
    location: bucket.location.toUpperCase(),
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    versioning: { enabled: bucket.versioning },
    cors: bucket.cors.map(({ origins, methods, headers, maxAgeSeconds }) => ({
      origin: [...origins],
      method: [...methods],
      responseHeader: [...headers],
      maxAgeSeconds,
    })),
    lifecycle: {
      rule:
        bucket.deleteAfterDays === undefined
          ? []
          : [{ action: { type: 'Delete' }, condition: { age: bucket.deleteAfterDays } }],
    },
    labels: { ...labels },
  };
}

export function bucketResource(
  context: Context,
  wanted: Have & { name: string },
  why: string,
  list: () => Promise<Have[]>,
): Resource<Have> {
  const { google } = context;
  const want = stamped(wanted);
  const address = bucketAddress(want.name);
  return {
    address,
    dependsOn: [apisAddress],
    observe: (fresh) =>
      find(
        fresh,
        list,
        ({ name }) => name === want.name,
        () => readOwn(context, want.name),
        isNotFound,
      ),
    diff: (have) => {
      const fields = unstamped(compare(want, have));
      if (!have) return [create(address, why, fields)];
      const moved = fields.filter(({ field }) => field === 'location');
      if (moved.length > 0) return replace(address, why, moved);
      return updateStamped(address, why, fields, want.labels, have.labels);
    },
    apply: async (changes, have) => {
      if (have) await patchBucket(google, want.name, { ...touchedParts(want, changes), labels: want.labels });
      else await unlessExists(createBucket(google, context.deployment.project, want));
    },
  };
}

/** The bucket by a read of its own. Whoever may list the project's buckets and not read this one looks at a stranger's. */
async function readOwn(context: Context, name: string): Promise<Have> {
  const bucket = await getBucket(context.google, name).catch((error: unknown) => {
    throw error instanceof GoogleError && error.http === 403 ? nameTaken(name, error) : error;
  });
  if (bucket.projectNumber && String(bucket.projectNumber) !== context.projectNumber) throw nameTaken(name);
  return bucket;
}

function nameTaken(name: string, cause?: unknown): Failure {
  return new Failure('BUCKET_NAME_TAKEN', `The bucket name ${name} belongs to another project.`, {
    next: 'Names of buckets are unique in the whole world: give it another `name` in deploy.yaml, for example one that ends in the id of the project.',
    cause,
  });
}
