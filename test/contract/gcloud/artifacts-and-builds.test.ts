import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { project } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud builds images on the emulator');

const location = '--location=us-central1';
const repository = `us-central1-docker.pkg.dev/${project.id}/aethercast-services`;
const image = `${repository}/api-gateway`;
const builder = `builder@${project.id}.iam.gserviceaccount.com`;

interface Build {
  readonly id: string;
  readonly status: string;
  readonly results?: { readonly images: readonly { readonly name: string; readonly digest: string }[] };
}

/** A repository, and a service account that may build into it and write its logs. */
async function prepare(gcloud: Gcloud): Promise<unknown> {
  const [created] = await Promise.all([
    gcloud.json<unknown>(
      ...[
        'artifacts',
        'repositories',
        'create',
        'aethercast-services',
        '--repository-format=docker',
        location,
      ],
      '--description=Docker images for Aethercast services',
    ),
    gcloud.ok('iam', 'service-accounts', 'create', 'builder'),
  ]);
  for (const role of ['logging.logWriter', 'artifactregistry.writer', 'storage.objectViewer']) {
    await gcloud.ok(
      ...['projects', 'add-iam-policy-binding', project.id, `--role=roles/${role}`],
      `--member=serviceAccount:${builder}`,
    );
  }
  return created;
}

/** A build of the folder `app` that logs where gcloud can do without the log. */
async function writeBuild(gcloud: Gcloud, tag: string, copied = 'main.py'): Promise<void> {
  const app = join(gcloud.folder, 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'main.py'), 'print("hello")\n');
  await writeFile(
    join(app, 'Dockerfile'),
    `FROM python:3.12-slim\nWORKDIR /app\nCOPY ${copied} .\nEXPOSE 5001\nCMD ["python", "main.py"]\n`,
  );
  await writeFile(
    join(gcloud.folder, 'cloudbuild.yaml'),
    JSON.stringify({
      steps: [{ name: 'gcr.io/cloud-builders/docker', args: ['build', '-t', `${image}:${tag}`, '.'] }],
      images: [`${image}:${tag}`],
      serviceAccount: `projects/${project.id}/serviceAccounts/${builder}`,
      options: { logging: 'CLOUD_LOGGING_ONLY' },
    }),
  );
}

gcloudTest(
  'artifacts and builds: what builds submit makes is in the repository, by tag and digest',
  async () => {
    await using here = await cloudWithGcloud();
    const { cloud, gcloud } = here;
    const created = await prepare(gcloud);
    expect(created).toMatchObject({
      name: `projects/${project.id}/locations/us-central1/repositories/aethercast-services`,
      format: 'DOCKER',
      mode: 'STANDARD_REPOSITORY',
      description: 'Docker images for Aethercast services',
    });
    await writeBuild(gcloud, 'v1');
    const build = await gcloud.json<Build>('builds', 'submit', 'app', '--config=cloudbuild.yaml');
    expect(build).toMatchObject({ status: 'SUCCESS', results: { images: [{ name: `${image}:v1` }] } });
    const digest = build.results?.images[0]?.digest ?? '';
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

    const [tags, images, described, builds, logs, repositories] = await Promise.all([
      gcloud.json<unknown[]>('artifacts', 'docker', 'tags', 'list', image),
      gcloud.json<unknown[]>('artifacts', 'docker', 'images', 'list', repository, '--include-tags'),
      gcloud.json<unknown>('artifacts', 'docker', 'images', 'describe', `${image}:v1`),
      gcloud.json<Build[]>('builds', 'list'),
      gcloud.json<{ textPayload: string }[]>(
        ...['logging', 'read', `resource.type="build" AND resource.labels.build_id="${build.id}"`],
      ),
      gcloud.json<unknown[]>('artifacts', 'repositories', 'list', location),
    ]);
    expect(tags).toMatchObject([
      { tag: expect.stringMatching(/\/tags\/v1$/), version: expect.stringContaining(digest) },
    ]);
    expect(images).toMatchObject([{ package: image, version: digest, tags: ['v1'] }]);
    expect(described).toMatchObject({
      image_summary: { digest, fully_qualified_digest: `${image}@${digest}` },
    });
    expect(builds.map(({ id, status }) => [id, status])).toEqual([[build.id, 'SUCCESS']]);
    expect(logs.map((entry) => entry.textPayload).join('\n')).toContain('Step 1/5 : FROM python:3.12-slim');
    expect(repositories).toMatchObject([created as object]);
    const held = await cloud.asOwner('GET', `/v1/projects/${project.id}/locations/global/builds/${build.id}`);
    expect(held.body.results?.images?.[0]?.digest).toBe(digest);
  },
);

gcloudTest(
  'builds submit --tag as in the guide: the source arrives, Google’s own account may not build',
  async () => {
    await using here = await cloudWithGcloud();
    const { cloud, gcloud } = here;
    await prepare(gcloud);
    await writeBuild(gcloud, 'v1');
    const submitted = await gcloud.json<Build>(
      'builds',
      'submit',
      'app',
      '--tag',
      `${image}:latest`,
      '--async',
    );
    const read = await gcloud.json<Build & { statusDetail: string; serviceAccount: string }>(
      ...['builds', 'describe', submitted.id],
    );
    expect(read.status).toBe('FAILURE');
    expect(read.serviceAccount).toContain(`${project.number}-compute@developer.gserviceaccount.com`);
    expect(read.statusDetail).toContain('does not have permission to write logs to Cloud Logging');
    const sources = await cloud.asOwner('GET', `/storage/v1/b/${project.id}_cloudbuild/o?prefix=source/`);
    expect(sources.body.items?.length).toBe(1);

    for (const role of ['logging.logWriter', 'artifactregistry.writer', 'storage.objectViewer']) {
      await gcloud.ok(
        ...['projects', 'add-iam-policy-binding', project.id, `--role=roles/${role}`],
        `--member=serviceAccount:${project.number}-compute@developer.gserviceaccount.com`,
      );
    }
    const again = await gcloud.json<Build>('builds', 'submit', 'app', '--tag', `${image}:latest`, '--async');
    expect(await gcloud.json<Build>('builds', 'describe', again.id)).toMatchObject({
      status: 'SUCCESS',
      results: { images: [{ name: `${image}:latest` }] },
    });
  },
);

gcloudTest('a build whose Dockerfile copies what is not there fails, and gcloud says so', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await prepare(gcloud);
  await writeBuild(gcloud, 'v1', 'missing.py');
  const said = await gcloud.refused('builds', 'submit', 'app', '--config=cloudbuild.yaml');
  expect(said).toContain('BUILD FAILURE');
  expect(said).toContain('completed with status "FAILURE"');
  expect([...cloud.emulator.cloud.table('artifactregistry.images').values()]).toEqual([]);
});
