import { expect, test } from 'vitest';
import { type Caller, project, refusal, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const services = `/v1/projects/${project.id}/services`;

/** Calls until the first refusal that is not the API's own, and says how many calls went through. */
async function callsUntilRefused(call: () => ReturnType<Caller>, most: number) {
  for (let through = 0; through < most; through += 1) {
    const answer = await call();
    if (answer.headers.has('retry-after')) return { through, answer };
  }
  throw new Error(`no refusal in ${most} calls`);
}

test('batchEnable costs five of the sixty writes a minute of Service Usage', async () => {
  await using cloud = await testCloud({ quotas: 'published', clock: manualClock() });
  const enable = () =>
    cloud.asOwner('POST', `${services}:batchEnable`, { serviceIds: ['run.googleapis.com'] });
  const { through, answer } = await callsUntilRefused(enable, 20);
  expect(through).toBe(12);
  expect(answer.status).toBe(429);
  expect(answer.body.error).toEqual({
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: `Quota exceeded for quota metric 'Mutate requests' and limit 'Mutate requests per minute' of service 'serviceusage.googleapis.com' for consumer 'project_number:${project.number}'.`,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'RATE_LIMIT_EXCEEDED',
        domain: 'googleapis.com',
        metadata: {
          consumer: `projects/${project.number}`,
          quota_limit: 'MutateRequestsPerMinutePerProject',
          quota_limit_value: '60',
          quota_location: 'global',
          quota_metric: 'serviceusage.googleapis.com/mutate_requests',
          quota_unit: '1/min/{project}',
          service: 'serviceusage.googleapis.com',
        },
      },
      expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.Help' }),
    ],
  });
  // Reads have a quota of their own.
  expect((await cloud.asOwner('GET', services)).status).toBe(200);
});

test('Retry-After says when the call would go through, and then it does', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ quotas: 'published', clock });
  const enable = () =>
    cloud.asOwner('POST', `${services}:batchEnable`, { serviceIds: ['run.googleapis.com'] });
  const { answer } = await callsUntilRefused(enable, 20);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBe(5);
  clock.advance((seconds - 1) * 1000);
  expect((await enable()).status).toBe(429);
  clock.advance(1000);
  expect((await enable()).status).toBe(200);
});

test('Cloud Run counts per region, and setIamPolicy is a write', async () => {
  await using cloud = await testCloud({ quotas: 'published', clock: manualClock() });
  const set = (region: string) =>
    cloud.asOwner('POST', `/v2/projects/${project.id}/locations/${region}/services/none:setIamPolicy`, {
      policy: {},
    });
  const { through, answer } = await callsUntilRefused(() => set('us-central1'), 40);
  expect(through).toBe(30);
  expect(refusal(answer)).toEqual({
    http: 429,
    status: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMIT_EXCEEDED',
    message: `Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region' of service 'run.googleapis.com' for consumer 'project_number:${project.number}'.`,
  });
  // What is refused changes nothing and costs nothing; another region has a bucket of its own.
  expect((await set('europe-west1')).status).toBe(404);
  const read = await cloud.asOwner('GET', `/v2/projects/${project.id}/locations/us-central1/services`);
  expect(read.status).toBe(200);
});

test('one secret takes 120 new versions a minute, and others go on', async () => {
  await using cloud = await testCloud({ quotas: 'published', clock: manualClock() });
  const secrets = `/v1/projects/${project.id}/secrets`;
  for (const id of ['busy', 'idle']) {
    await cloud.asOwner('POST', `${secrets}?secretId=${id}`, { replication: { automatic: {} } });
  }
  const add = (id: string) =>
    cloud.asOwner('POST', `${secrets}/${id}:addVersion`, { payload: { data: 'dmFsdWU=' } });
  const { through } = await callsUntilRefused(() => add('busy'), 200);
  expect(through).toBe(120);
  expect((await add('idle')).status).toBe(200);
  const listed = await cloud.asOwner('GET', `${secrets}/busy/versions?pageSize=1`);
  expect(listed.body.totalSize).toBe(120);
});

test('Compute answers 403 rateLimitExceeded', async () => {
  await using cloud = await testCloud({ quotas: 'published', clock: manualClock() });
  const read = () => cloud.asOwner('GET', `/compute/v1/projects/${project.id}/global/networks`);
  const { through, answer } = await callsUntilRefused(read, 1600);
  expect(through).toBe(1500);
  expect(answer.status).toBe(403);
  expect(answer.body.error?.errors?.[0]).toEqual({
    domain: 'usageLimits',
    reason: 'rateLimitExceeded',
    message: expect.stringContaining("of service 'compute.googleapis.com'"),
  });
});

test('without the setting nothing is refused', async () => {
  await using cloud = await testCloud({ clock: manualClock() });
  for (let n = 0; n < 70; n += 1) {
    const answer = await cloud.asOwner('POST', `${services}:batchEnable`, {
      serviceIds: ['run.googleapis.com'],
    });
    expect(answer.status).toBe(200);
  }
});
