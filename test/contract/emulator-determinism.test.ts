import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { type Answer, project, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const region = `projects/${project.id}/locations/us-central1`;
const compute = `/compute/v1/projects/${project.id}`;
const email = `runner@${project.id}.iam.gserviceaccount.com`;
const image = `us-central1-docker.pkg.dev/${project.id}/images/web@sha256:${'0'.repeat(64)}`;
const automatic = { replication: { automatic: {} } };

/** One request of every kind that makes up an id, an etag, a number or a name. */
const requests: readonly (readonly [string, string, unknown?])[] = [
  ['POST', `/v1/projects/${project.id}/services:batchEnable`, { serviceIds: ['monitoring.googleapis.com'] }],
  ['POST', `/v1/projects/${project.id}/serviceAccounts`, { accountId: 'runner' }],
  ['GET', `/v1/projects/${project.id}/serviceAccounts/${email}`],
  ['POST', `/v1/projects/${project.id}/secrets?secretId=one`, automatic],
  ['POST', `/v1/projects/${project.id}/secrets/one:addVersion`, { payload: { data: 'dmFsdWU=' } }],
  [
    'POST',
    `/v1/projects/${project.id}/secrets/one:setIamPolicy`,
    {
      policy: { bindings: [{ role: 'roles/secretmanager.secretAccessor', members: [`user:a@example.com`] }] },
    },
  ],
  ['GET', `/v1/projects/${project.id}/secrets`],
  ['POST', `/storage/v1/b?project=${project.id}`, { name: 'a-bucket-of-acme', location: 'us-central1' }],
  ['POST', '/upload/storage/v1/b/a-bucket-of-acme/o?uploadType=media&name=a.txt', 'content'],
  ['GET', '/storage/v1/b/a-bucket-of-acme'],
  ['POST', `${compute}/global/networks`, { name: 'net', autoCreateSubnetworks: false }],
  [
    'POST',
    `${compute}/regions/us-central1/subnetworks`,
    { name: 'sub', network: `${compute}/global/networks/net`, ipCidrRange: '10.1.0.0/24' },
  ],
  ['GET', `${compute}/global/networks/net`],
  ['POST', `/v1/${region}/repositories?repositoryId=images`, { format: 'DOCKER' }],
  ['GET', `/v1/${region}/repositories/images`],
  [
    'POST',
    `/v1/${region}/instances?instanceId=cache`,
    { tier: 'BASIC', memorySizeGb: 1, authorizedNetwork: `projects/${project.id}/global/networks/net` },
  ],
  ['GET', `/v1/${region}/instances/cache`],
  ['POST', `/v2/${region}/services?serviceId=web`, { template: { containers: [{ image }] } }],
  ['GET', `/v2/${region}/services/web`],
  ['GET', `/v2/${region}/services/web/revisions`],
  ['POST', `/v2/${region}/workerPools?workerPoolId=work`, { template: { containers: [{ image }] } }],
  ['GET', `/v2/${region}/workerPools/work`],
  ['GET', `/v2/${region}/operations`],
  [
    'POST',
    `/v1/projects/${project.id}/locations/global/workloadIdentityPools?workloadIdentityPoolId=other-pool`,
    {},
  ],
  ['DELETE', `/v1/projects/${project.id}/secrets/one`],
  ['GET', `/v1/projects/${project.id}/secrets/one`],
];

interface Run {
  readonly answers: readonly Pick<Answer, 'status' | 'body'>[];
  readonly journal: unknown;
  readonly state: unknown;
}

async function run(options: Partial<EmulatorOptions>): Promise<Run> {
  await using cloud = await testCloud({ clock: manualClock(), ...options });
  const answers: Pick<Answer, 'status' | 'body'>[] = [];
  for (const [method, path, body] of requests) {
    const { status, body: reply } = await cloud
      .asOwner(method, path, body)
      .catch((): Pick<Answer, 'status' | 'body'> => ({ status: 0, body: {} as Answer['body'] }));
    answers.push({ status, body: reply });
  }
  const journal = cloud.emulator.journal.map(({ milliseconds: _, ...entry }) => entry);
  // Where the emulator listens is up to the system.
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(cloud.emulator.url, 'http://emulator'));
  return { answers: plain(answers) as Run['answers'], journal, state: plain(cloud.emulator.snapshot()) };
}

test('the requests do what they are here for', async () => {
  const { answers } = await run({});
  const refused = answers.flatMap(({ status, body }, index) =>
    status >= 400 ? [`${requests[index]?.slice(0, 2).join(' ')}: ${status} ${body.error?.message}`] : [],
  );
  // The last one asks for what the one before it deleted.
  expect(refused).toEqual([expect.stringContaining('Secret [projects/123456789012/secrets/one] not found.')]);
});

test('two runs with one seed give the same answers, journal and state', async () => {
  const [first, second] = [await run({ seed: 'same' }), await run({ seed: 'same' })];
  expect(second.answers).toEqual(first.answers);
  expect(second.journal).toEqual(first.journal);
  expect(second.state).toEqual(first.state);
});

test('so do two runs with quotas, eventual consistency, latency and faults', async () => {
  const settings: Partial<EmulatorOptions> = {
    seed: 'same',
    quotas: 'published',
    consistency: 'eventual',
    latency: 'typical',
    faults: [
      { nth: 4, status: 503, retryAfter: 1 },
      { path: '/networks', drop: 'after' },
      { operation: { api: 'redis', code: 'INTERNAL', message: 'Broken.' } },
    ],
  };
  const [first, second] = [await run(settings), await run(settings)];
  expect(second.answers).toEqual(first.answers);
  expect(second.journal).toEqual(first.journal);
  expect(second.state).toEqual(first.state);
  expect(first.answers.map(({ status }) => status)).toContain(0);
});

test('another seed gives other ids and etags, and the same course', async () => {
  const [first, second] = [await run({ seed: 'one' }), await run({ seed: 'two' })];
  expect(second.answers.map(({ status }) => status)).toEqual(first.answers.map(({ status }) => status));
  expect(second.answers).not.toEqual(first.answers);
});
