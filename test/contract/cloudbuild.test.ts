import { expect, test } from 'vitest';
import { bucket, build, builder, prefix, prepareBuilds, repositories } from '../support/emulated-builds.ts';
import { project, refusal, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const flask = {
  Dockerfile: [
    'ARG PYTHON=3.12',
    'FROM python:$PYTHON-slim AS base',
    'WORKDIR /srv',
    'COPY requirements.txt .',
    'RUN pip install -r requirements.txt',
    'FROM base',
    'COPY --from=base /etc/hosts /tmp/hosts',
    'COPY app/ ./app/',
    'ENV PORT_DEFAULT=5000',
    'EXPOSE $PORT_DEFAULT',
    'CMD ["gunicorn", "app.main:app"]',
  ].join('\n'),
  'requirements.txt': 'flask\n',
  'app/main.py': 'print("hello")\n',
  'app/secret.env': 'KEY=1\n',
  '.dockerignore': '**/*.env\n',
};

test('a build fetches its source, copies what the Dockerfile names, and pushes an image with a digest', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const { body } = await build(cloud.asOwner, flask);
  expect(body).toMatchObject({
    status: 'SUCCESS',
    results: {
      images: [{ name: `${prefix}/web:v1`, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }],
    },
    steps: [{ status: 'SUCCESS' }],
    sourceProvenance: { resolvedStorageSource: { bucket, generation: expect.any(String) } },
  });
  const [image] = [
    ...cloud.emulator.cloud.table<Record<string, unknown>>('artifactregistry.images').values(),
  ];
  expect(image?.config).toMatchObject({
    exposedPorts: [5000],
    cmd: ['gunicorn', 'app.main:app'],
    workingDir: '/srv',
  });
});

test('equal sources give equal digests; a changed file, build argument or instruction gives another', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const digest = async (files: Record<string, string>, image: string, args: string[] = []) => {
    const { body } = await build(cloud.asOwner, files, { image: `${prefix}/${image}`, args });
    expect(body.status).toBe('SUCCESS');
    return String(body.results?.images?.[0]?.digest);
  };
  const first = await digest(flask, 'web:v1');
  expect(await digest({ ...flask, 'README.md': 'not copied' }, 'other:v7')).toBe(first);
  const others = [
    await digest({ ...flask, 'app/main.py': 'print("bye")\n' }, 'web:v2'),
    await digest(flask, 'web:v3', ['--build-arg', 'PYTHON=3.13']),
    await digest({ ...flask, Dockerfile: `${flask.Dockerfile}\nUSER app` }, 'web:v4'),
  ];
  expect(new Set([first, ...others]).size).toBe(4);
});

test.each([
  [
    'a source outside the context',
    { ...flask, Dockerfile: 'FROM x\nCOPY ../shared /s' },
    [],
    'file not found in build context',
  ],
  [
    'a source that .dockerignore excludes',
    { ...flask, Dockerfile: 'FROM x\nCOPY app/secret.env /s' },
    [],
    'excluded by .dockerignore: stat app/secret.env',
  ],
  [
    'a pattern without a match',
    { ...flask, Dockerfile: 'FROM x\nCOPY *.toml /s/' },
    [],
    'no source files were specified',
  ],
  ['a missing Dockerfile', { 'a.txt': '' }, [], 'lstat /workspace/Dockerfile: no such file or directory'],
  ['an unknown instruction', { Dockerfile: 'FROM x\nCOPPY a b' }, [], 'unknown instruction: COPPY'],
  ['an unknown target', flask, ['--target', 'nope'], 'failed to reach build target nope'],
  ['an unknown flag', flask, ['--nope'], 'unknown flag: --nope'],
])('%s fails the step as docker does', async (_name, files, args, words) => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const { body } = await build(cloud.asOwner, files as Record<string, string>, { args: args as string[] });
  expect(body).toMatchObject({
    status: 'FAILURE',
    failureInfo: {
      type: 'USER_BUILD_STEP',
      detail: expect.stringContaining('step exited with non-zero status: 1'),
    },
    steps: [{ status: 'FAILURE' }],
  });
  const log = await cloud.asOwner('POST', '/v2/entries:list', {
    resourceNames: [`projects/${project.id}`],
    filter: `resource.type="build" AND resource.labels.build_id="${String(body.id)}"`,
    pageSize: 200,
  });
  expect(JSON.stringify(log.body)).toContain(words);
});

test.each([
  ['storage.objectViewer', 'FETCH_SOURCE_FAILED'],
  ['artifactregistry.writer', 'PUSH_NOT_AUTHORIZED'],
  ['logging.logWriter', 'LOGGING_FAILURE'],
])('a builder without roles/%s fails with %s', async (missing, type) => {
  await using cloud = await testCloud();
  const all = ['roles/storage.objectViewer', 'roles/artifactregistry.writer', 'roles/logging.logWriter'];
  await prepareBuilds(cloud.asOwner, { roles: all.filter((role) => role !== `roles/${missing}`) });
  expect((await build(cloud.asOwner, flask)).body).toMatchObject({
    status: 'FAILURE',
    failureInfo: { type },
  });
});

test('what Cloud Build refuses before it queues anything', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const refused = async (change: Record<string, unknown>) =>
    refusal(await build(cloud.asOwner, flask, { build: change })).message;
  expect(await refused({ serviceAccount: builder })).toContain('Failed to parse resource name');
  expect(await refused({ options: {} })).toContain("if 'build.service_account' is specified");
  expect(
    await refused({
      serviceAccount: `projects/${project.id}/serviceAccounts/nobody@x.iam.gserviceaccount.com`,
    }),
  ).toContain("Permission 'iam.serviceaccounts.actAs' denied");
  expect(await refused({ steps: [] })).toContain('no build steps');
  expect(await refused({ timeout: '10 minutes' })).toContain('timeout');
  expect(await refused({ substitutions: { _UNUSED: 'x' } })).toContain('not matched in the template');
  expect(await refused({ imagess: [] })).toContain('Unknown name "imagess"');
});

test('an image that no step made, and a builder that is not docker, end the build', async () => {
  await using cloud = await testCloud();
  await prepareBuilds(cloud.asOwner);
  const absent = await build(cloud.asOwner, flask, { build: { images: [`${prefix}/other:v1`] } });
  expect(absent.body).toMatchObject({ status: 'FAILURE', failureInfo: { type: 'PUSH_IMAGE_NOT_FOUND' } });
  const other = await build(cloud.asOwner, flask, { build: { steps: [{ name: 'ubuntu', args: ['true'] }] } });
  expect(other.body).toMatchObject({ status: 'FAILURE', failureInfo: { type: 'USER_BUILD_STEP' } });
});

test('a build takes its time, is at work meanwhile, and can be cancelled', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ latency: 'typical', clock });
  await prepareBuilds(cloud.asOwner);
  clock.advance(20_000);
  const queued = await build(cloud.asOwner, flask);
  expect(queued.body.status).toBe('QUEUED');
  clock.advance(5_000);
  const path = `/v1/projects/${project.id}/locations/us-central1/builds/${String(queued.body.id)}`;
  expect((await cloud.asOwner('GET', path)).body.status).toBe('WORKING');
  await cloud.asOwner('POST', `${path}:cancel`, {});
  clock.advance(200_000);
  expect((await cloud.asOwner('GET', path)).body.status).toBe('CANCELLED');
  const second = await build(cloud.asOwner, flask);
  clock.advance(200_000);
  const secondPath = path.replace(String(queued.body.id), String(second.body.id));
  await expect
    .poll(async () => (await cloud.asOwner('GET', secondPath)).body.status, { timeout: 10_000 })
    .toBe('SUCCESS');
  const listed = await cloud.asOwner(
    'GET',
    `/v1/projects/${project.id}/locations/us-central1/builds?filter=${encodeURIComponent('status="SUCCESS"')}`,
  );
  expect(listed.body.builds).toHaveLength(1);
  expect((await cloud.asOwner('GET', `${repositories}/apps`)).body.sizeBytes).toBeTruthy();
});
