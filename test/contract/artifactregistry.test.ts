import { expect, test } from 'vitest';
import { build, prefix, prepareBuilds, repositories } from '../support/emulated-builds.ts';
import { project, refusal, stranger, testCloud } from '../support/emulator.ts';

const one = `${repositories}/apps`;
const hello = { Dockerfile: 'FROM scratch\nCOPY hello /\nCMD ["/hello"]', hello: 'x' };

test('a repository is made, read, listed, patched and deleted', async () => {
  await using cloud = await testCloud();
  const created = await cloud.asOwner('POST', `${repositories}?repositoryId=apps`, {
    format: 'DOCKER',
    mode: 'MODE_UNSPECIFIED',
    cleanupPolicies: { keep: { id: 'keep', action: 'KEEP', mostRecentVersions: { keepCount: 10 } } },
  });
  expect(created.body).toMatchObject({
    done: true,
    response: { name: one.slice('/v1/'.length), mode: 'STANDARD_REPOSITORY', registryUri: prefix },
  });
  expect((await cloud.asOwner('GET', `/v1/${String(created.body.name)}`)).body).toEqual(created.body);
  expect((await cloud.asOwner('GET', repositories)).body.repositories).toHaveLength(1);
  await cloud.asOwner('PATCH', `${one}?updateMask=labels,description`, { labels: { app: 'shop' } });
  expect((await cloud.asOwner('GET', one)).body).toMatchObject({
    labels: { app: 'shop' },
    cleanupPolicies: { keep: {} },
  });
  expect(refusal(await cloud.asOwner('PATCH', `${one}?updateMask=format`, { format: 'NPM' }))).toMatchObject({
    http: 400,
  });
  expect((await cloud.asOwner('DELETE', one)).body).toMatchObject({ done: true });
  expect(refusal(await cloud.asOwner('GET', one))).toMatchObject({ http: 404, status: 'NOT_FOUND' });
});

test('what Artifact Registry refuses', async () => {
  await using cloud = await testCloud();
  const post = async (id: string, body: object) =>
    refusal(await cloud.asOwner('POST', `${repositories}?repositoryId=${id}`, body));
  expect(await post('Apps', { format: 'DOCKER' })).toMatchObject({ http: 400 });
  expect(await post('apps', {})).toMatchObject({ http: 400 });
  expect(
    await post('apps', { format: 'DOCKER', cleanupPolicies: { a: { id: 'b', action: 'KEEP' } } }),
  ).toMatchObject({ http: 400 });
  await cloud.asOwner('POST', `${repositories}?repositoryId=apps`, { format: 'DOCKER' });
  expect(await post('apps', { format: 'DOCKER' })).toMatchObject({ http: 409, status: 'ALREADY_EXISTS' });
  expect((await cloud.asUser(stranger)('GET', one)).status).toBe(403);
});

test('a pushed image is found by package, version, tag and as a Docker image, slashes and all', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const built = await build(cloud.asOwner, hello, { image: `${prefix}/team/web:v1` });
  const digest = String(built.body.results?.images?.[0]?.digest);
  const version = `projects/${project.id}/locations/us-central1/repositories/apps/packages/team%2Fweb/versions/${digest}`;
  const tag = await cloud.asOwner('GET', `${one}/packages/team%2Fweb/tags/v1`);
  expect(tag.body).toMatchObject({ version });
  expect((await cloud.asOwner('GET', `${one}/packages`)).body).toMatchObject({
    packages: [{ name: expect.stringMatching(/team%2Fweb$/) }],
  });
  expect(
    (await cloud.asOwner('GET', `${one}/packages/team%2Fweb/versions/${digest}?view=FULL`)).body,
  ).toMatchObject({
    relatedTags: [{ version }],
  });
  expect((await cloud.asOwner('GET', `${one}/dockerImages`)).body).toMatchObject({
    dockerImages: [{ uri: `${prefix}/team/web@${digest}`, tags: ['v1'] }],
  });
  expect((await cloud.asOwner('GET', `${one}/dockerImages/team%2Fweb@${digest}`)).status).toBe(200);
  expect((await cloud.asOwner('GET', `${one}/packages/team%2Fweb/tags/v2`)).status).toBe(404);

  const tags = `${one}/packages/team%2Fweb/tags`;
  expect((await cloud.asOwner('POST', `${tags}?tagId=stable`, { version })).status).toBe(200);
  expect(refusal(await cloud.asOwner('POST', `${tags}?tagId=stable`, { version }))).toMatchObject({
    http: 409,
  });
  expect((await cloud.asOwner('GET', tags)).body.tags).toHaveLength(2);
  expect(
    refusal(await cloud.asOwner('DELETE', `${one}/packages/team%2Fweb/versions/${digest}`)),
  ).toMatchObject({ http: 400 });
  await cloud.asOwner('DELETE', `${tags}/stable`);
  expect((await cloud.asOwner('GET', tags)).body.tags).toHaveLength(1);
});

test('an immutable tag is not moved', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner, { immutableTags: true });
  await build(cloud.asOwner, hello);
  expect((await build(cloud.asOwner, hello)).body.status).toBe('SUCCESS');
  const changed = await build(cloud.asOwner, { ...hello, hello: 'y' });
  expect(changed.body).toMatchObject({
    status: 'FAILURE',
    failureInfo: { type: 'PUSH_FAILED', detail: expect.stringContaining('tag immutability') },
  });
});

test('lists page', async () => {
  await using cloud = await testCloud();
  for (const id of ['a', 'b', 'c'])
    await cloud.asOwner('POST', `${repositories}?repositoryId=${id}`, { format: 'DOCKER' });
  const first = await cloud.asOwner('GET', `${repositories}?pageSize=2`);
  const second = await cloud.asOwner(
    'GET',
    `${repositories}?pageSize=2&pageToken=${String(first.body.nextPageToken)}`,
  );
  expect([first.body.repositories?.length, second.body.repositories?.length]).toEqual([2, 1]);
  expect(second.body.nextPageToken).toBeUndefined();
  expect((await cloud.asOwner('GET', `${repositories}?pageToken=nonsense`)).status).toBe(400);
});
