import { expect, test } from 'vitest';
import { type Caller, project, refusal, testCloud } from '../support/emulator.ts';

const instances = `/v1/projects/${project.id}/locations/us-central1/instances`;
const network = `projects/${project.id}/global/networks/main`;
const body = {
  tier: 'BASIC',
  memorySizeGb: 1,
  redisVersion: 'REDIS_7_2',
  authorizedNetwork: network,
  connectMode: 'PRIVATE_SERVICE_ACCESS',
  authEnabled: true,
};

async function makeNetwork(call: Caller): Promise<void> {
  const made = await call('POST', `/compute/v1/projects/${project.id}/global/networks`, {
    name: 'main',
    autoCreateSubnetworks: false,
  });
  expect(made.status).toBe(200);
}

async function peer(call: Caller): Promise<void> {
  await call('POST', `/compute/v1/projects/${project.id}/global/addresses`, {
    name: 'range',
    purpose: 'VPC_PEERING',
    addressType: 'INTERNAL',
    prefixLength: 16,
    network,
  });
  const connection = await call('POST', '/v1/services/servicenetworking.googleapis.com/connections', {
    network: `projects/${project.number}/global/networks/main`,
    reservedPeeringRanges: ['range'],
  });
  expect(connection.body).toMatchObject({ done: true });
}

test('an instance in a peered network has a host, a port and a password that stays out of sight', async () => {
  await using cloud = await testCloud();
  await makeNetwork(cloud.asOwner);
  await peer(cloud.asOwner);
  const created = await cloud.asOwner('POST', `${instances}?instanceId=cache`, body);
  expect(created.body).toMatchObject({
    done: true,
    metadata: { verb: 'create' },
    response: { state: 'READY' },
  });
  const operation = await cloud.asOwner('GET', `/v1/${String(created.body.name)}`);
  expect(operation.body).toEqual(created.body);
  const read = await cloud.asOwner('GET', `${instances}/cache`);
  expect(read.body).toMatchObject({
    port: 6379,
    host: expect.stringMatching(/^10\./),
    transitEncryptionMode: 'DISABLED',
    reservedIpRange: 'range',
  });
  const { body: auth } = await cloud.asOwner('GET', `${instances}/cache/authString`);
  expect(auth.authString).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify([cloud.emulator.snapshot(), cloud.emulator.journal])).not.toContain(
    String(auth.authString),
  );
  expect(cloud.emulator.secretValues()).toContain(String(auth.authString));
});

test('without private services access the operation ends in an error and nothing is left', async () => {
  await using cloud = await testCloud();
  await makeNetwork(cloud.asOwner);
  const created = await cloud.asOwner('POST', `${instances}?instanceId=cache`, body);
  expect(created.body).toMatchObject({
    done: true,
    error: { code: 9, message: expect.stringContaining('private service access is not enabled') },
  });
  expect((await cloud.asOwner('GET', `${instances}/cache`)).status).toBe(404);
});

test('direct peering needs no connection; patches need a mask; a second instance of the name is refused', async () => {
  await using cloud = await testCloud();
  await makeNetwork(cloud.asOwner);
  const direct = { ...body, connectMode: 'DIRECT_PEERING', authEnabled: false };
  await cloud.asOwner('POST', `${instances}?instanceId=cache`, direct);
  expect(refusal(await cloud.asOwner('POST', `${instances}?instanceId=cache`, direct))).toMatchObject({
    http: 409,
  });
  expect(refusal(await cloud.asOwner('GET', `${instances}/cache/authString`))).toMatchObject({ http: 400 });
  expect(refusal(await cloud.asOwner('PATCH', `${instances}/cache`, { memorySizeGb: 2 }))).toMatchObject({
    http: 400,
  });
  expect(
    refusal(await cloud.asOwner('PATCH', `${instances}/cache?updateMask=tier`, { tier: 'STANDARD_HA' })),
  ).toMatchObject({ http: 400 });
  await cloud.asOwner('PATCH', `${instances}/cache?updateMask=memory_size_gb`, { memorySizeGb: 2 });
  expect((await cloud.asOwner('GET', `${instances}/cache`)).body).toMatchObject({
    memorySizeGb: 2,
    state: 'READY',
  });
  await cloud.asOwner('DELETE', `${instances}/cache`);
  expect((await cloud.asOwner('GET', instances)).body).toEqual({});
});

test.each([
  ['Cache', {}, 'Invalid instance id'],
  ['cache', { memorySizeGb: 0 }, 'memory_size_gb'],
  ['cache', { redisVersion: 'REDIS_9_9' }, 'Invalid redis version'],
  ['cache', { authorizedNetwork: 'projects/x/global/networks/none' }, ''],
  ['cache', { memory: 1 }, 'Unknown name "memory"'],
])('create of %s with %j is refused', async (id, change, message) => {
  await using cloud = await testCloud();
  await makeNetwork(cloud.asOwner);
  const answer = refusal(
    await cloud.asOwner('POST', `${instances}?instanceId=${id}`, { ...body, ...change }),
  );
  expect(answer.http).toBeGreaterThanOrEqual(400);
  expect(answer.message).toContain(message);
});
