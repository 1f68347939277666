/** Our client against the registry protocol: an image goes from one project to another by its digest. */
import { expect, test } from 'vitest';
import { fetchOfRunner } from '../../src/github/fetch.ts';
import type { Google } from '../../src/google/google.ts';
import { copyImage, hasImage, type PinnedImage, parsePinned, pinnedName } from '../../src/google/registry.ts';
import { createTransport } from '../../src/google/transport.ts';
import { build, prefix, prepareBuilds } from '../support/emulated-builds.ts';
import { otherProject, owner, project, type TestCloud, testCloud } from '../support/emulator.ts';
import { hastyClock } from '../support/estate.ts';

const files = { Dockerfile: 'FROM python\nCOPY a.txt /a.txt\nEXPOSE 8080\n', 'a.txt': 'a' };
const target = { project: otherProject.id, location: 'us-central1', repository: 'apps', image: 'web' };

function clientOf(cloud: TestCloud, user = owner): Google {
  const clock = hastyClock();
  const token = cloud.emulator.userToken(user);
  return {
    clock,
    transport: createTransport({
      fetch: fetchOfRunner,
      environment: cloud.emulator.environment(),
      accessToken: () => Promise.resolve(token),
      clock,
    }),
  };
}

async function prepared(): Promise<{ cloud: TestCloud; from: PinnedImage }> {
  const cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  for (const api of ['artifactregistry', 'cloudresourcemanager']) {
    const service = `/v1/projects/${otherProject.number}/services/${api}.googleapis.com:enable`;
    expect((await cloud.asOwner('POST', service, {})).status).toBe(200);
  }
  for (const [id, location] of [
    ['apps', 'us-central1'],
    ['far', 'europe-west1'],
  ])
    await cloud.asOwner(
      'POST',
      `/v1/projects/${otherProject.id}/locations/${location}/repositories?repositoryId=${id}`,
      { format: 'DOCKER' },
    );
  const { body } = await build(cloud.asOwner, files);
  const from = parsePinned(`${prefix}/web@${body.results?.images?.[0]?.digest}`);
  if (!from) throw new Error('not built');
  return { cloud, from };
}

/** Every version there is in the other project, with what it is made of. */
function versions(cloud: TestCloud, repository = 'apps'): Record<string, unknown> {
  const table = cloud.emulator.cloud.table<{ config: unknown; sizeBytes: number }>('artifactregistry.images');
  const own = [...table.entries()].filter(
    ([key]) => key.startsWith(`projects/${otherProject.id}/`) && key.includes(`/repositories/${repository}/`),
  );
  return Object.fromEntries(
    own.map(([key, { config, sizeBytes }]) => [key.split('/').at(-1), { config, sizeBytes }]),
  );
}

function writes(cloud: TestCloud, since: number): readonly string[] {
  return cloud.emulator.journal
    .slice(since)
    .filter(({ write }) => write)
    .map(({ id }) => id);
}

test('within a location blobs are mounted and only the manifest is sent; a second copy sends nothing', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const google = clientOf(cloud);
  const before = cloud.emulator.journal.length;
  const copied = await copyImage(google, from, target);
  expect(copied.sent).toBe(4);
  expect(copied.bytes).toBeLessThan(2_000);
  expect(Object.keys(versions(cloud))).toEqual([from.digest]);
  expect(new Set(writes(cloud, before))).toEqual(
    new Set(['registry.uploads.start', 'registry.manifests.put']),
  );
  const again = cloud.emulator.journal.length;
  expect(await copyImage(google, from, target)).toEqual({ sent: 0, bytes: 0 });
  expect(writes(cloud, again)).toEqual([]);
  expect(await hasImage(google, { ...target, digest: from.digest })).toBe(true);
  expect(pinnedName({ ...target, digest: from.digest })).toBe(
    `us-central1-docker.pkg.dev/${otherProject.id}/apps/web@${from.digest}`,
  );
});

test('to another location the bytes are sent, and come to the same digests', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const far = { ...target, location: 'europe-west1', repository: 'far' };
  const copied = await copyImage(clientOf(cloud), from, far);
  expect(copied.sent).toBe(4);
  expect(Object.keys(versions(cloud, 'far'))).toEqual([from.digest]);
  const path = `/_registry/europe-west1-docker.pkg.dev/v2/${otherProject.id}/far/web/manifests/${from.digest}`;
  const { body } = await cloud.asOwner('GET', path);
  for (const { digest } of body.layers as unknown as { digest: string }[])
    expect((await cloud.asOwner('GET', path.replace(/manifests.*/, `blobs/${digest}`))).status).toBe(200);
});

test('an index comes with the manifests that it names', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const type = 'application/vnd.oci.image.index.v1+json';
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    manifests: [
      {
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        digest: from.digest,
        size: 1,
        platform: { os: 'linux', architecture: 'amd64' },
      },
    ],
  });
  const path = `/_registry/us-central1-docker.pkg.dev/v2/${project.id}/apps/web/manifests/many`;
  const put = await cloud.asOwner('PUT', path, index, { 'content-type': type });
  const digest = put.headers.get('docker-content-digest') ?? '';
  await copyImage(clientOf(cloud), { ...from, digest }, target);
  expect(Object.keys(versions(cloud)).sort()).toEqual([from.digest, digest].sort());
});

test('whoever may not write to the target, or read the source, is refused with the permission, and nothing is sent', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const stranger = 'deployer@other.example.com';
  await expect(copyImage(clientOf(cloud, stranger), from, target)).rejects.toMatchObject({
    http: 403,
    message: expect.stringContaining(`projects/${otherProject.id}/locations/us-central1/repositories/apps`),
  });
  await cloud.asOwner('POST', `/v1/projects/${otherProject.id}:setIamPolicy`, {
    policy: {
      bindings: [
        { role: 'roles/owner', members: [`user:${owner}`] },
        { role: 'roles/artifactregistry.admin', members: [`user:${stranger}`] },
      ],
    },
  });
  const before = cloud.emulator.journal.length;
  const error = await copyImage(clientOf(cloud, stranger), from, target).catch((problem: unknown) => problem);
  expect(error).toMatchObject({
    http: 403,
    status: 'DENIED',
    message: expect.stringContaining('artifactregistry.repositories.downloadArtifacts'),
  });
  expect(writes(cloud, before)).toEqual([]);
});

test('a copy that loses any request, or its answer, goes on and ends as one that did not', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const google = clientOf(cloud);
  const copyTo = async (repository: string): Promise<Record<string, unknown>> => {
    const repositories = `/v1/projects/${otherProject.id}/locations/europe-west1/repositories`;
    await cloud.asOwner('POST', `${repositories}?repositoryId=${repository}`, { format: 'DOCKER' });
    await copyImage(google, from, { ...target, location: 'europe-west1', repository });
    return versions(cloud, repository);
  };
  const first = cloud.emulator.journal.length;
  const wanted = await copyTo('calm');
  const requests = cloud.emulator.journal.slice(first).filter(({ id }) => id.startsWith('registry.')).length;
  expect(requests).toBeGreaterThan(15);
  for (const drop of ['before', 'after'] as const) {
    for (let nth = 1; nth <= requests; nth++) {
      cloud.emulator.faults.clear();
      cloud.emulator.faults.add({ id: 'registry.*', nth, drop });
      expect(await copyTo(`${drop}-${nth}`), `request ${nth} dropped ${drop}`).toEqual(wanted);
    }
  }
}, 120_000);

test('a registry that goes on failing ends the copy; begun again, it goes on where it was', async () => {
  const { cloud, from } = await prepared();
  await using _ = cloud;
  const far = { ...target, location: 'europe-west1', repository: 'far' };
  cloud.emulator.faults.add({
    id: 'registry.uploads.*',
    nth: 4,
    status: 503,
    times: Number.POSITIVE_INFINITY,
  });
  await expect(copyImage(clientOf(cloud), from, far)).rejects.toMatchObject({ http: 503 });
  expect(versions(cloud, 'far')).toEqual({});
  cloud.emulator.faults.clear();
  await copyImage(clientOf(cloud), from, far);
  expect(Object.keys(versions(cloud, 'far'))).toEqual([from.digest]);
});
