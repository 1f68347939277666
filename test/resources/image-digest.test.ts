import { expect, test } from 'vitest';
import { Failure } from '../../src/lib/failure.ts';
import { pinned } from '../../src/resources/image-digest.ts';
import { loopback, type Reply } from '../unit/google-case.ts';

const repository = 'us-central1-docker.pkg.dev/shop/images';
const digest = `sha256:${'a'.repeat(64)}`;

/** A registry that answers with the digest for tags that are there. */
async function pinWith(image: string, tags: readonly string[], missing: Reply): Promise<string> {
  await using server = await loopback(({ path }) =>
    tags.some((tag) => path.endsWith(`/repositories/images/packages/web/tags/${tag}`))
      ? { body: { version: `projects/shop/locations/us-central1/packages/web/versions/${digest}` } }
      : missing,
  );
  return await pinned(server.google, image);
}

const notFound: Reply = { status: 404, body: { error: { status: 'NOT_FOUND', message: 'no' } } };
const denied: Reply = { status: 403, body: { error: { status: 'PERMISSION_DENIED', message: 'no' } } };

test.each([
  ['a tag', `${repository}/web:v1`, `${repository}/web@${digest}`],
  ['no tag, which means latest', `${repository}/web`, `${repository}/web@${digest}`],
  ['a digest', `${repository}/web@${digest}`, `${repository}/web@${digest}`],
  ['an image of another registry', 'docker.io/library/nginx:1', 'docker.io/library/nginx:1'],
])('%s', async (_what, image, expected) => {
  expect(await pinWith(image, ['v1', 'latest'], notFound)).toBe(expected);
});

test.each([notFound, denied])(
  'an image without a tag that cannot be looked up is taken as it is',
  async (answer) => {
    expect(await pinWith(`${repository}/web`, [], answer)).toBe(`${repository}/web`);
  },
);

test('a tag that is not there is refused, with what to do', async () => {
  const error = await pinWith(`${repository}/web:v2`, ['v1'], notFound).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ code: 'IMAGE_NOT_FOUND', next: expect.stringContaining('Build it first') });
});
