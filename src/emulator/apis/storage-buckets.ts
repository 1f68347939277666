import { heldPermissions, plantPolicy, readPolicy, writePolicy } from '../iam/policies.ts';
import { type Call, type Cloud, Refusal, type Reply, type Route } from '../service.ts';
import { type BucketRecord, bucketName, buckets, objects } from '../stored-objects.ts';
import { page } from './listing.ts';

export const bucketPath = '/storage/v1/b/{bucket}';

export function bucketResource(call: Call): string {
  return bucketName(call.params.bucket ?? '');
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets */
export const bucketRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/storage/v1/b',
    id: 'storage.buckets.insert',
    permission: 'storage.buckets.create',
    resource: queriedProject,
    message: 'Bucket',
    step: 'bucket.create',
    handle: create,
  },
  {
    method: 'GET',
    path: '/storage/v1/b',
    id: 'storage.buckets.list',
    permission: 'storage.buckets.list',
    resource: queriedProject,
    handle: (call, cloud) => {
      const project = cloud.project(call.query.get('project') ?? '');
      const prefix = call.query.get('prefix') ?? '';
      const own = [...buckets(cloud).values()]
        .filter((bucket) => bucket.projectId === project.id && bucket.name.startsWith(prefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextPageToken } = page(own, call.query, { sizeParameter: 'maxResults' });
      return {
        status: 200,
        body: {
          kind: 'storage#buckets',
          ...(items.length === 0 ? {} : { items: items.map((bucket) => shown(bucket, call)) }),
          nextPageToken,
        },
      };
    },
  },
  {
    method: 'GET',
    path: bucketPath,
    id: 'storage.buckets.get',
    resource: bucketResource,
    handle: (call, cloud) => ({
      status: 200,
      body: shown(bucketOf(call, cloud, 'storage.buckets.get'), call),
    }),
  },
  {
    method: 'PATCH',
    path: bucketPath,
    id: 'storage.buckets.patch',
    resource: bucketResource,
    message: 'Bucket',
    handle: patch,
  },
  {
    method: 'DELETE',
    path: bucketPath,
    id: 'storage.buckets.delete',
    resource: bucketResource,
    handle: (call, cloud) => {
      const bucket = bucketOf(call, cloud, 'storage.buckets.delete');
      for (const object of objects(cloud).values()) {
        if (object.bucket !== bucket.name) continue;
        throw new Refusal(409, 'FAILED_PRECONDITION', 'The bucket you tried to delete is not empty.', {
          reason: 'conflict',
        });
      }
      buckets(cloud).delete(bucket.name);
      cloud.table('iam.policies').delete(bucketName(bucket.name));
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: `${bucketPath}/iam`,
    id: 'storage.buckets.getIamPolicy',
    resource: bucketResource,
    handle: (call, cloud) => {
      const bucket = bucketOf(call, cloud, 'storage.buckets.getIamPolicy');
      return { status: 200, body: shownPolicy(readPolicy(cloud, bucketName(bucket.name)), bucket) };
    },
  },
  {
    method: 'PUT',
    path: `${bucketPath}/iam`,
    id: 'storage.buckets.setIamPolicy',
    resource: bucketResource,
    message: 'Policy',
    handle: (call, cloud) => {
      const bucket = bucketOf(call, cloud, 'storage.buckets.setIamPolicy');
      const policy = (call.body ?? {}) as Parameters<typeof writePolicy>[2];
      refusePublic(bucket, policy.bindings ?? []);
      return {
        status: 200,
        body: shownPolicy(writePolicy(cloud, bucketName(bucket.name), policy, conditionNotMet()), bucket),
      };
    },
  },
  {
    method: 'GET',
    path: `${bucketPath}/iam/testPermissions`,
    id: 'storage.buckets.testIamPermissions',
    resource: bucketResource,
    handle: (call, cloud) => {
      const bucket = existing(call, cloud);
      const held = heldPermissions(
        cloud,
        call.principal,
        call.query.getAll('permissions'),
        bucketName(bucket.name),
      );
      return { status: 200, body: { kind: 'storage#testIamPermissionsResponse', ...held } };
    },
  },
];

export function conditionNotMet(): Refusal {
  return new Refusal(
    412,
    'FAILED_PRECONDITION',
    'At least one of the pre-conditions you specified did not hold.',
    { reason: 'conditionNotMet' },
  );
}

/** The 403 of Cloud Storage, which names the caller. */
export function storageDenied(principal: string | undefined, permission: string, resource: string): Refusal {
  const [who, what] = [
    principal === undefined ? 'Anonymous caller' : principal.replace(/^(serviceAccount|user):/, ''),
    resource.includes('/objects/')
      ? 'the Google Cloud Storage object'
      : resource.startsWith('projects/_/buckets/')
        ? 'the Google Cloud Storage bucket'
        : 'the Google Cloud project',
  ];
  return new Refusal(
    403,
    'PERMISSION_DENIED',
    `${who} does not have ${permission} access to ${what}. Permission '${permission}' denied on resource (or it may not exist).`,
    { reason: 'forbidden' },
  );
}

/**
 * The bucket, if it is there and the caller holds the permission. Names are shared by everybody, so a missing bucket is
 * a 404 for anyone and somebody else's a 403.
 */
export function bucketOf(call: Call, cloud: Cloud, permission: string, resource?: string): BucketRecord {
  const bucket = existing(call, cloud);
  cloud.require(call.principal, permission, resource ?? bucketName(bucket.name));
  return bucket;
}

function existing(call: Call, cloud: Cloud): BucketRecord {
  const bucket = buckets(cloud).get(call.params.bucket ?? '');
  if (bucket === undefined) {
    throw new Refusal(404, 'NOT_FOUND', 'The specified bucket does not exist.', { reason: 'notFound' });
  }
  return bucket;
}

function queriedProject(call: Call): string {
  const project = call.query.get('project') ?? '';
  if (project === '') {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Required parameter: project', { reason: 'required' });
  }
  return `projects/${project}`;
}

function create(call: Call, cloud: Cloud): Reply {
  const project = cloud.project(call.query.get('project') ?? '');
  const body = (call.body ?? {}) as Record<string, unknown>;
  const name = String(body.name ?? '');
  checkBucketName(name);
  const taken = buckets(cloud).get(name);
  if (taken !== undefined) throw nameTaken(call, cloud, taken);
  checkConfig(body);
  const now = cloud.timestamp();
  const bucket: BucketRecord = {
    name,
    projectId: project.id,
    projectNumber: project.number,
    timeCreated: now,
    updated: now,
    metageneration: 1,
    generation: newGeneration(cloud),
    etag: cloud.etag(),
    config: withDefaults(body, now),
  };
  buckets(cloud).set(name, bucket);
  plantPolicy(cloud, bucketName(name), { bindings: firstBindings(project.id, uniformAccess(bucket)) });
  return { status: 200, body: shown(bucket, call) };
}

/** https://cloud.google.com/storage/docs/buckets#naming */
function checkBucketName(name: string): void {
  const labels = name.split('.');
  const valid =
    name.length >= 3 &&
    name.length <= (labels.length > 1 ? 222 : 63) &&
    /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name) &&
    labels.every((label) => label.length >= 1 && label.length <= 63) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('goog') &&
    !/g[o0][o0]g[l1]e/.test(name);
  if (!valid) {
    throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid bucket name: '${name}'`, { reason: 'invalid' });
  }
}

function nameTaken(call: Call, cloud: Cloud, bucket: BucketRecord): Refusal {
  const own = cloud.allows(call.principal, 'storage.buckets.get', bucketName(bucket.name));
  return new Refusal(
    409,
    'ALREADY_EXISTS',
    own
      ? 'Your previous request to create the named bucket succeeded and you already own it.'
      : 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { reason: 'conflict' },
  );
}

const locations =
  /^(US|EU|ASIA|NAM4|EUR4|ASIA1|(AFRICA|ASIA|AUSTRALIA|EUROPE|ME|NORTHAMERICA|SOUTHAMERICA|US)-[A-Z]+\d+)$/;
const storageClasses = [
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
];

function checkConfig(config: Record<string, unknown>): void {
  const location = String(config.location ?? 'US').toUpperCase();
  if (!locations.test(location)) {
    throw new Refusal(400, 'INVALID_ARGUMENT', `The specified location constraint is not valid.`, {
      reason: 'invalid',
    });
  }
  const storageClass = config.storageClass;
  if (storageClass !== undefined && !storageClasses.includes(String(storageClass))) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Invalid argument: the storage class is not valid.', {
      reason: 'invalid',
    });
  }
  const prevention = (config.iamConfiguration as { publicAccessPrevention?: string } | undefined)
    ?.publicAccessPrevention;
  if (prevention !== undefined && !['inherited', 'enforced', 'unspecified'].includes(prevention)) {
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Invalid value for publicAccessPrevention.', {
      reason: 'invalid',
    });
  }
  const retention = (config.softDeletePolicy as { retentionDurationSeconds?: string } | undefined)
    ?.retentionDurationSeconds;
  const seconds = Number(retention ?? 604_800);
  // https://cloud.google.com/storage/docs/soft-delete: off, or between 7 and 90 days.
  if (seconds !== 0 && (seconds < 604_800 || seconds > 7_776_000)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Soft delete policy retention duration must be 0 or between 7 and 90 days.',
      { reason: 'invalid' },
    );
  }
}

function withDefaults(body: Record<string, unknown>, now: string): Record<string, unknown> {
  const { name: _name, ...given } = body;
  const location = String(given.location ?? 'US').toUpperCase();
  const access = (given.iamConfiguration ?? {}) as {
    uniformBucketLevelAccess?: { enabled?: boolean };
    publicAccessPrevention?: string;
  };
  const uniform = access.uniformBucketLevelAccess?.enabled === true;
  const lockedTime = new Date(Date.parse(now) + 90 * 24 * 3600 * 1000).toISOString();
  const level = uniform ? { enabled: true, lockedTime } : { enabled: false };
  const retention = (given.softDeletePolicy as { retentionDurationSeconds?: string } | undefined)
    ?.retentionDurationSeconds;
  return {
    storageClass: 'STANDARD',
    ...given,
    location,
    locationType: location.includes('-') ? 'region' : /\d$/.test(location) ? 'dual-region' : 'multi-region',
    iamConfiguration: {
      bucketPolicyOnly: level,
      uniformBucketLevelAccess: level,
      publicAccessPrevention: access.publicAccessPrevention ?? 'inherited',
    },
    softDeletePolicy: { retentionDurationSeconds: retention ?? '604800', effectiveTime: now },
  };
}

function uniformAccess(bucket: BucketRecord): boolean {
  const access = bucket.config.iamConfiguration as { uniformBucketLevelAccess?: { enabled?: boolean } };
  return access.uniformBucketLevelAccess?.enabled === true;
}

/** https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles-modifiable */
function firstBindings(projectId: string, uniform: boolean): { role: string; members: string[] }[] {
  const editors = [`projectEditor:${projectId}`, `projectOwner:${projectId}`];
  const viewers = [`projectViewer:${projectId}`];
  return [
    { role: 'roles/storage.legacyBucketOwner', members: editors },
    { role: 'roles/storage.legacyBucketReader', members: viewers },
    ...(uniform
      ? [
          { role: 'roles/storage.legacyObjectOwner', members: editors },
          { role: 'roles/storage.legacyObjectReader', members: viewers },
        ]
      : []),
  ];
}

function refusePublic(bucket: BucketRecord, bindings: readonly { members?: string[] }[]): void {
  const access = bucket.config.iamConfiguration as { publicAccessPrevention?: string };
  const open = bindings.some((binding) =>
    binding.members?.some((member) => member === 'allUsers' || member === 'allAuthenticatedUsers'),
  );
  if (open && access.publicAccessPrevention === 'enforced') {
    throw conditionNotMet();
  }
}

const immutable = ['location', 'name'];

function patch(call: Call, cloud: Cloud): Reply {
  const bucket = bucketOf(call, cloud, 'storage.buckets.update');
  const expected = call.query.get('ifMetagenerationMatch');
  if (expected !== null && expected !== String(bucket.metageneration)) throw conditionNotMet();
  const body = (call.body ?? {}) as Record<string, unknown>;
  for (const field of immutable) {
    const given = body[field];
    const held = field === 'name' ? bucket.name : bucket.config[field];
    if (given !== undefined && String(given).toUpperCase() !== String(held).toUpperCase()) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `The ${field} of a bucket cannot be changed.`, {
        reason: 'invalid',
      });
    }
  }
  const config = merge(bucket.config, body, removed(call));
  checkConfig(config);
  const now = cloud.timestamp();
  bucket.config = withDefaults(config, now);
  bucket.updated = now;
  bucket.metageneration += 1;
  bucket.etag = cloud.etag();
  return { status: 200, body: shown(bucket, call) };
}

/** The body check drops nulls, which in a patch mean "remove", so they are read from the bytes. */
function removed(call: Call): Record<string, unknown> {
  return JSON.parse(Buffer.from(call.bytes).toString('utf8') || '{}') as Record<string, unknown>;
}

function merge(
  old: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...old };
  for (const [field, value] of Object.entries(change)) {
    const [before, given] = [result[field], raw[field]];
    result[field] =
      isRecord(before) && isRecord(value) ? merge(before, value, isRecord(given) ? given : {}) : value;
  }
  for (const [field, value] of Object.entries(raw)) if (value === null) delete result[field];
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Microseconds, as Google's generations look like. */
export function newGeneration(cloud: Cloud): string {
  return String(Math.floor(cloud.clock.now()) * 1000 + (cloud.next('storage.generation') % 1000));
}

function shown(bucket: BucketRecord, call: Call): Record<string, unknown> {
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    name: bucket.name,
    selfLink: `https://www.googleapis.com/storage/v1/b/${bucket.name}`,
    projectNumber: bucket.projectNumber,
    metageneration: String(bucket.metageneration),
    generation: bucket.generation,
    timeCreated: bucket.timeCreated,
    updated: bucket.updated,
    etag: bucket.etag,
    ...bucket.config,
    ...(call.query.get('projection') === 'full' ? { acl: [], defaultObjectAcl: [] } : {}),
  };
}

function shownPolicy(policy: ReturnType<typeof readPolicy>, bucket: BucketRecord): Record<string, unknown> {
  return {
    kind: 'storage#policy',
    resourceId: bucketName(bucket.name),
    ...policy,
    version: policy.version ?? 1,
  };
}
