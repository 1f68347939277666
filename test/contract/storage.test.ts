import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { otherProject, owner, project, refusal, stranger, testCloud } from '../support/emulator.ts';

const buckets = `/storage/v1/b?project=${project.id}`;
const bucket = '/storage/v1/b/acme-media';
const upload = '/upload/storage/v1/b/acme-media/o';

async function cloudWithBucket() {
  const cloud = await testCloud();
  const made = await cloud.asOwner('POST', buckets, {
    name: 'acme-media',
    location: 'us-central1',
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    labels: { app: 'shop', tier: 'media' },
  });
  expect(made.status).toBe(200);
  return cloud;
}

test('a bucket shows what was set and what Google adds', async () => {
  await using cloud = await cloudWithBucket();
  const got = await cloud.asOwner('GET', bucket);
  expect(got.body).toMatchObject({
    kind: 'storage#bucket',
    name: 'acme-media',
    location: 'US-CENTRAL1',
    locationType: 'region',
    storageClass: 'STANDARD',
    projectNumber: project.number,
    metageneration: '1',
    iamConfiguration: { publicAccessPrevention: 'inherited', uniformBucketLevelAccess: { enabled: true } },
    softDeletePolicy: { retentionDurationSeconds: '604800' },
  });
  const list = await cloud.asOwner('GET', buckets);
  expect(list.body).toMatchObject({ kind: 'storage#buckets', items: [{ name: 'acme-media' }] });
});

test('bucket names are shared by everybody', async () => {
  await using cloud = await cloudWithBucket();
  const again = await cloud.asOwner('POST', buckets, { name: 'acme-media' });
  expect(refusal(again)).toMatchObject({
    http: 409,
    reason: 'conflict',
    message: 'Your previous request to create the named bucket succeeded and you already own it.',
  });
  await cloud.asOwner(
    'POST',
    `/v1/projects/${otherProject.id}/services/cloudresourcemanager.googleapis.com:enable`,
    {},
  );
  await cloud.asOwner('POST', `/v1/projects/${otherProject.id}:setIamPolicy`, {
    policy: {
      bindings: [
        { role: 'roles/owner', members: [`user:${owner}`] },
        { role: 'roles/storage.admin', members: [`user:${stranger}`] },
      ],
    },
  });
  const foreign = await cloud.asUser(stranger)('POST', `/storage/v1/b?project=${otherProject.id}`, {
    name: 'acme-media',
  });
  expect(refusal(foreign)).toMatchObject({ http: 409, reason: 'conflict' });
  expect(refusal(foreign).message).toContain('The requested bucket name is not available.');
  expect(refusal(await cloud.asUser(stranger)('GET', bucket))).toMatchObject({
    http: 403,
    reason: 'forbidden',
    message: `${stranger} does not have storage.buckets.get access to the Google Cloud Storage bucket. Permission 'storage.buckets.get' denied on resource (or it may not exist).`,
  });
  expect(refusal(await cloud.asOwner('GET', '/storage/v1/b/nobody-has-this'))).toMatchObject({
    http: 404,
    reason: 'notFound',
    message: 'The specified bucket does not exist.',
  });
});

test.each([
  'ab',
  'Upper-case',
  'goog-bucket',
  'my-google-files',
  'under_',
  '10.0.0.1',
  'a..b',
  'x'.repeat(64),
])('the bucket name %s is refused', async (name) => {
  await using cloud = await testCloud();
  const answer = await cloud.asOwner('POST', buckets, { name });
  expect(refusal(answer)).toMatchObject({
    http: 400,
    reason: 'invalid',
    message: `Invalid bucket name: '${name}'`,
  });
});

test('other bad settings of a bucket are refused', async () => {
  await using cloud = await testCloud();
  const create = async (settings: object) =>
    refusal(await cloud.asOwner('POST', buckets, { name: 'acme-media', ...settings }));
  expect(await create({ location: 'moon' })).toMatchObject({ http: 400, reason: 'invalid' });
  expect(await create({ softDeletePolicy: { retentionDurationSeconds: '60' } })).toMatchObject({ http: 400 });
  expect(await create({ iamConfiguration: { publicAccessPrevention: 'never' } })).toMatchObject({
    http: 400,
  });
  const unknown = await create({ versionning: { enabled: true } });
  expect(unknown.message).toBe(
    `Invalid JSON payload received. Unknown name "versionning" at 'bucket': Cannot find field.`,
  );
});

test('a patch merges, null removes, and the location cannot change', async () => {
  await using cloud = await cloudWithBucket();
  const cors = [{ origin: ['https://example.com'], method: ['GET'], maxAgeSeconds: 3600 }];
  const patched = await cloud.asOwner('PATCH', bucket, { cors, labels: { app: 'web', tier: null } });
  expect(patched.body).toMatchObject({ cors, metageneration: '2' });
  expect(patched.body.labels).toEqual({ app: 'web' });
  const moved = await cloud.asOwner('PATCH', bucket, { location: 'EU' });
  expect(refusal(moved)).toMatchObject({ http: 400 });
  const late = await cloud.asOwner('PATCH', `${bucket}?ifMetagenerationMatch=1`, { cors: [] });
  expect(refusal(late)).toMatchObject({ http: 412, reason: 'conditionNotMet' });
});

test('an upload of bytes comes back byte for byte, with its checksums', async () => {
  await using cloud = await cloudWithBucket();
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256));
  const made = await cloud.asOwner(
    'POST',
    `${upload}?uploadType=media&name=${encodeURIComponent('src/a b.tgz')}`,
    bytes,
    {
      'content-type': 'application/gzip',
    },
  );
  expect(made.body).toMatchObject({
    name: 'src/a b.tgz',
    size: '70000',
    contentType: 'application/gzip',
    md5Hash: createHash('md5').update(bytes).digest('base64'),
  });
  const response = await fetch(
    `${cloud.emulator.url}${bucket}/o/${encodeURIComponent('src/a b.tgz')}?alt=media`,
    {
      headers: { authorization: `Bearer ${cloud.emulator.userToken(owner)}` },
    },
  );
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(response.headers.get('x-goog-hash')).toContain(`md5=${String(made.body.md5Hash)}`);
});

test('the CRC32C is the one that Google documents', async () => {
  await using cloud = await cloudWithBucket();
  const made = await cloud.asOwner('POST', `${upload}?uploadType=media&name=digits`, '123456789');
  expect(Buffer.from(String(made.body.crc32c), 'base64').readUInt32BE()).toBe(3808858755);
});

test('a multipart upload carries metadata, and a wrong checksum is refused', async () => {
  await using cloud = await cloudWithBucket();
  const send = (metadata: object) =>
    cloud.asOwner(
      'POST',
      `${upload}?uploadType=multipart`,
      [
        '--sep',
        'Content-Type: application/json; charset=UTF-8',
        '',
        JSON.stringify(metadata),
        '--sep',
        'Content-Type: text/plain',
        '',
        'line one\r\nline two\r\n',
        '--sep--',
        '',
      ].join('\r\n'),
      { 'content-type': 'multipart/related; boundary="sep"' },
    );
  const made = await send({ name: 'notes.txt', metadata: { owner: 'me' }, cacheControl: 'no-store' });
  expect(made.body).toMatchObject({
    name: 'notes.txt',
    contentType: 'text/plain',
    cacheControl: 'no-store',
    metadata: { owner: 'me' },
    size: String('line one\r\nline two\r\n'.length),
  });
  const wrong = await send({ name: 'x', md5Hash: 'AAAAAAAAAAAAAAAAAAAAAA==' });
  expect(refusal(wrong)).toMatchObject({ http: 400, reason: 'invalid' });
  expect(refusal(wrong).message).toMatch(
    /^Provided MD5 hash "AAAA.*" doesn't match calculated MD5 hash ".*"\.$/,
  );
});

test('a resumable upload goes on where it stopped', async () => {
  await using cloud = await cloudWithBucket();
  const begun = await cloud.asOwner('POST', `${upload}?uploadType=resumable`, { name: 'big.bin' });
  const session = new URL(begun.headers.get('location') ?? '');
  const put = (range: string, part: string) =>
    cloud.asOwner('PUT', `${session.pathname}${session.search}`, part, { 'content-range': range });
  const first = await put('bytes 0-4/*', 'hello');
  expect(first.status).toBe(308);
  expect(first.headers.get('range')).toBe('bytes=0-4');
  const gap = await put('bytes 9-10/11', 'xx');
  expect(refusal(gap)).toMatchObject({ http: 400 });
  const last = await put('bytes 5-10/11', ' world');
  expect(last.body).toMatchObject({ name: 'big.bin', size: '11' });
  expect((await cloud.asOwner('GET', `${bucket}/o/big.bin?alt=media`)).body).toBe('hello world');
  expect(refusal(await put('bytes 0-4/5', 'again'))).toMatchObject({ http: 404 });
});

test('ifGenerationMatch=0 writes once', async () => {
  await using cloud = await cloudWithBucket();
  const send = () => cloud.asOwner('POST', `${upload}?uploadType=media&name=once&ifGenerationMatch=0`, 'a');
  const first = await send();
  expect(first.status).toBe(200);
  expect(refusal(await send())).toMatchObject({
    http: 412,
    reason: 'conditionNotMet',
    message: 'At least one of the pre-conditions you specified did not hold.',
  });
  const second = await cloud.asOwner('POST', `${upload}?uploadType=media&name=once`, 'b');
  expect(second.body.generation).not.toBe(first.body.generation);
  const old = await cloud.asOwner('GET', `${bucket}/o/once?generation=${String(first.body.generation)}`);
  expect(refusal(old)).toMatchObject({ http: 404, reason: 'notFound' });
});

test('objects are listed by prefix and delimiter, and a bucket with objects stays', async () => {
  await using cloud = await cloudWithBucket();
  for (const name of ['a/1', 'a/2', 'b/1', 'top']) {
    await cloud.asOwner('POST', `${upload}?uploadType=media&name=${encodeURIComponent(name)}`, name);
  }
  const top = await cloud.asOwner('GET', `${bucket}/o?delimiter=/`);
  expect(top.body).toMatchObject({ items: [{ name: 'top' }], prefixes: ['a/', 'b/'] });
  const under = await cloud.asOwner('GET', `${bucket}/o?prefix=a/`);
  expect(under.body.items).toMatchObject([{ name: 'a/1' }, { name: 'a/2' }]);
  expect(refusal(await cloud.asOwner('DELETE', bucket))).toMatchObject({
    http: 409,
    reason: 'conflict',
    message: 'The bucket you tried to delete is not empty.',
  });
  for (const name of ['a/1', 'a/2', 'b/1', 'top']) {
    expect((await cloud.asOwner('DELETE', `${bucket}/o/${encodeURIComponent(name)}`)).status).toBe(204);
  }
  expect((await cloud.asOwner('DELETE', bucket)).status).toBe(204);
});

test('the policy of a bucket starts with the roles of the project and is written by PUT', async () => {
  await using cloud = await cloudWithBucket();
  const before = await cloud.asOwner('GET', `${bucket}/iam?optionsRequestedPolicyVersion=3`);
  expect(before.body).toMatchObject({ kind: 'storage#policy', resourceId: 'projects/_/buckets/acme-media' });
  const bindings = before.body.bindings as unknown as { role: string; members: string[] }[];
  expect(bindings.map((binding) => binding.role)).toContain('roles/storage.legacyBucketOwner');
  const asStranger = cloud.asUser(stranger);
  expect(refusal(await asStranger('POST', `${upload}?uploadType=media&name=x`, 'x'))).toMatchObject({
    http: 403,
  });
  const set = await cloud.asOwner('PUT', `${bucket}/iam`, {
    etag: before.body.etag,
    version: 3,
    bindings: [...bindings, { role: 'roles/storage.objectCreator', members: [`user:${stranger}`] }],
  });
  expect(set.status).toBe(200);
  expect((await asStranger('POST', `${upload}?uploadType=media&name=x`, 'x')).status).toBe(200);
  // Creating is not replacing and not reading.
  expect(refusal(await asStranger('POST', `${upload}?uploadType=media&name=x`, 'y')).message).toContain(
    'does not have storage.objects.delete access to the Google Cloud Storage object.',
  );
  expect(refusal(await asStranger('GET', `${bucket}/o/x`))).toMatchObject({ http: 403, reason: 'forbidden' });
  const stale = await cloud.asOwner('PUT', `${bucket}/iam`, { etag: before.body.etag, bindings });
  expect(refusal(stale)).toMatchObject({ http: 412, reason: 'conditionNotMet' });
  const held = await asStranger(
    'GET',
    `${bucket}/iam/testPermissions?permissions=storage.objects.create&permissions=storage.objects.get`,
  );
  expect(held.body.permissions).toEqual(['storage.objects.create']);
});
