import { expect, test } from 'vitest';
import { type Caller, project, refusal, stranger, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const root = `/compute/v1/projects/${project.id}`;
const connections = '/v1/services/servicenetworking.googleapis.com/connections';
const network = `projects/${project.number}/global/networks/main`;

const makeNetwork = (call: Caller, name = 'main') =>
  call('POST', `${root}/global/networks`, { name, autoCreateSubnetworks: false });
const makeSubnet = (call: Caller, name: string, ipCidrRange: string) =>
  call('POST', `${root}/regions/us-central1/subnetworks`, {
    name,
    network: `projects/${project.id}/global/networks/main`,
    ipCidrRange,
    privateIpGoogleAccess: true,
  });
const makeRange = (call: Caller, name: string) =>
  call('POST', `${root}/global/addresses`, {
    name,
    purpose: 'VPC_PEERING',
    addressType: 'INTERNAL',
    prefixLength: 16,
    network: 'global/networks/main',
  });

test('network, subnetwork, range, router and firewall are made, read, and hold each other', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  expect((await makeNetwork(call)).body).toMatchObject({
    kind: 'compute#operation',
    status: 'DONE',
    operationType: 'insert',
    targetLink: `https://www.googleapis.com/compute/v1/projects/${project.id}/global/networks/main`,
  });
  await makeSubnet(call, 'apps', '10.0.0.0/24');
  const router = await call('POST', `${root}/regions/us-central1/routers`, {
    name: 'router',
    network: 'global/networks/main',
    nats: [
      {
        name: 'nat',
        natIpAllocateOption: 'AUTO_ONLY',
        sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      },
    ],
  });
  expect(router.status).toBe(200);
  await call('POST', `${root}/global/firewalls`, {
    name: 'deny',
    network: 'global/networks/main',
    denied: [{ IPProtocol: 'all' }],
  });

  const read = await call('GET', `${root}/global/networks/main`);
  expect(read.body).toMatchObject({ mtu: 1460, subnetworks: [expect.stringContaining('/subnetworks/apps')] });
  expect((await call('GET', `${root}/regions/us-central1/subnetworks/apps`)).body).toMatchObject({
    gatewayAddress: '10.0.0.1',
    privateIpGoogleAccess: true,
    region: expect.stringContaining('/regions/us-central1'),
  });
  expect((await call('GET', `${root}/regions/us-central1/routers/router`)).body).toMatchObject({
    nats: [{ name: 'nat', type: 'PUBLIC' }],
  });
  expect((await call('GET', `${root}/global/firewalls/deny`)).body).toMatchObject({
    priority: 1000,
    direction: 'INGRESS',
    sourceRanges: ['0.0.0.0/0'],
  });
  expect(refusal(await call('DELETE', `${root}/global/networks/main`))).toMatchObject({
    http: 400,
    reason: 'resourceInUseByAnotherResource',
  });
  expect((await call('GET', `${root}/global/networks?filter=name%3Dnone`)).body.items).toBeUndefined();
});

test('names, ranges and references are checked', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await makeNetwork(call);
  expect(refusal(await makeNetwork(call))).toMatchObject({ http: 409, reason: 'alreadyExists' });
  expect(refusal(await makeNetwork(call, 'Main'))).toMatchObject({ http: 400, reason: 'invalid' });
  await makeSubnet(call, 'apps', '10.0.0.0/24');
  expect(refusal(await makeSubnet(call, 'more', '10.0.0.128/25')).message).toBe(
    "Invalid IPCidrRange: 10.0.0.128/25 conflicts with existing subnetwork 'apps' in region 'us-central1'.",
  );
  expect(refusal(await makeSubnet(call, 'more', '10.0.0.1/24'))).toMatchObject({
    http: 400,
    reason: 'invalid',
  });
  expect(refusal(await call('GET', `${root}/global/networks/none`))).toMatchObject({
    http: 404,
    reason: 'notFound',
    message: `The resource 'projects/${project.id}/global/networks/none' was not found`,
  });
  const unknown = await call('POST', `${root}/regions/us-central1/routers`, {
    name: 'r',
    network: 'global/networks/main',
    nat: [],
  });
  expect(refusal(unknown).message).toContain('Unknown name "nat"');
  expect((await cloud.asUser(stranger)('GET', `${root}/global/networks/main`)).status).toBe(403);
});

test('what is being created is visible but cannot be used; wait waits; a request id is carried out once', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ latency: 'typical', clock });
  const call = cloud.asOwner;
  const requestId = '0b7f6a52-51a5-4c5e-9f2c-0123456789ab';
  const path = `${root}/global/networks?requestId=${requestId}`;
  const first = await call('POST', path, { name: 'main', autoCreateSubnetworks: false });
  const again = await call('POST', path, { name: 'main', autoCreateSubnetworks: false });
  expect(first.body).toMatchObject({ status: 'RUNNING' });
  expect(again.body.name).toBe(first.body.name);
  expect(refusal(await makeSubnet(call, 'apps', '10.0.0.0/24'))).toMatchObject({
    http: 400,
    reason: 'resourceNotReady',
  });
  const waited = await call('POST', `${root}/global/operations/${String(first.body.name)}/wait`);
  expect(waited.body).toMatchObject({ status: 'DONE', progress: 100 });
  expect((await makeSubnet(call, 'apps', '10.0.0.0/24')).status).toBe(200);
});

test('private services access: by number, once, changed by patch, kept while in use', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await makeNetwork(call);
  await makeRange(call, 'range');
  await makeRange(call, 'second');
  const byId = await call('POST', connections, {
    network: `projects/${project.id}/global/networks/main`,
    reservedPeeringRanges: ['range'],
  });
  expect(refusal(byId)).toMatchObject({ http: 400, status: 'INVALID_ARGUMENT' });
  const made = await call('POST', connections, { network, reservedPeeringRanges: ['range'] });
  expect(made.body).toMatchObject({ done: true, response: { peering: 'servicenetworking-googleapis-com' } });
  expect((await call('GET', `/v1/${String(made.body.name)}`)).body).toEqual(made.body);
  const other = await call('POST', connections, { network, reservedPeeringRanges: ['second'] });
  expect(other.body.error).toMatchObject({
    code: 9,
    message: expect.stringContaining('Cannot modify allocated ranges in CreateConnection'),
  });
  await call('PATCH', `${connections}/-?force=true&updateMask=reservedPeeringRanges`, {
    network,
    reservedPeeringRanges: ['range', 'second'],
  });
  const listed = await call('GET', `${connections}?network=${network}`);
  expect(listed.body).toMatchObject({
    connections: [{ network, reservedPeeringRanges: ['range', 'second'] }],
  });
  expect((await call('GET', `${root}/global/networks/main`)).body).toMatchObject({
    peerings: [{ name: 'servicenetworking-googleapis-com', state: 'ACTIVE' }],
  });
  expect(refusal(await call('DELETE', `${root}/global/addresses/range`))).toMatchObject({
    reason: 'resourceInUseByAnotherResource',
  });
});

test('addresses of Cloud Run hold a subnet, also for a while after the last workload is gone', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock, latency: 'typical' });
  const call = cloud.asOwner;
  const subnet = `${root}/regions/us-central1/subnetworks/apps`;
  const pools = `/v2/projects/${project.id}/locations/us-central1/workerPools`;
  await makeNetwork(call);
  clock.advance(60_000);
  await makeSubnet(call, 'apps', '10.0.0.0/24');
  clock.advance(60_000);
  const networkInterfaces = [{ network: 'main', subnetwork: 'apps' }];
  await call('POST', `${pools}?workerPoolId=work`, {
    template: { vpcAccess: { networkInterfaces }, containers: [{ image: 'docker.io/library/busybox' }] },
  });
  clock.advance(60_000);
  const held = {
    http: 400,
    reason: 'resourceInUseByAnotherResource',
    message: expect.stringContaining('/addresses/serverless-ipv4-'),
  };
  expect(refusal(await call('DELETE', subnet))).toMatchObject(held);
  expect((await call('DELETE', `${pools}/work`)).status).toBe(200);
  clock.advance(60_000);
  expect((await call('GET', `${pools}/work`)).status).toBe(404);
  expect(refusal(await call('DELETE', subnet))).toMatchObject(held);
  clock.advance(2 * 60 * 60_000);
  expect((await call('DELETE', subnet)).status).toBe(200);
});
