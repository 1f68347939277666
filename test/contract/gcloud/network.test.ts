import { expect } from 'vitest';
import { project } from '../../support/emulator.ts';
import { cloudWithGcloud, type Gcloud, testWithGcloud } from '../../support/gcloud.ts';

const gcloudTest = testWithGcloud('whether gcloud makes networks, connectors and Redis on the emulator');

const region = '--region=us-central1';
const root = `https://www.googleapis.com/compute/v1/projects/${project.id}`;
const link = `${root}/global/networks/aether-net`;

async function createNetwork(gcloud: Gcloud): Promise<unknown[]> {
  return gcloud.json<unknown[]>('compute', 'networks', 'create', 'aether-net', '--subnet-mode=custom');
}

gcloudTest('compute: network, subnet, reserved range, router and NAT, made and read back', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  expect(await createNetwork(gcloud)).toMatchObject([
    { name: 'aether-net', selfLink: link, autoCreateSubnetworks: false },
  ]);
  await Promise.all([
    gcloud.ok(
      ...['compute', 'networks', 'subnets', 'create', 'aether-us', '--network=aether-net', region],
      ...['--range=10.0.0.0/20', '--enable-private-ip-google-access'],
    ),
    gcloud.ok(
      ...['compute', 'addresses', 'create', 'google-managed-services', '--global', '--purpose=VPC_PEERING'],
      ...['--prefix-length=16', '--network=aether-net'],
    ),
    gcloud.ok('compute', 'routers', 'create', 'aether-router', '--network=aether-net', region),
  ]);
  await gcloud.ok(
    ...['compute', 'routers', 'nats', 'create', 'aether-nat', '--router=aether-router', region],
    ...['--auto-allocate-nat-external-ips', '--nat-all-subnet-ip-ranges'],
  );
  const [networks, subnets, addresses, routers, nat] = await Promise.all([
    gcloud.json<unknown[]>('compute', 'networks', 'list'),
    gcloud.json<unknown[]>('compute', 'networks', 'subnets', 'list'),
    gcloud.json<unknown[]>('compute', 'addresses', 'list'),
    gcloud.json<unknown[]>('compute', 'routers', 'list'),
    gcloud.json<unknown>(
      ...['compute', 'routers', 'nats', 'describe', 'aether-nat', '--router=aether-router', region],
    ),
  ]);
  const subnet = `${root}/regions/us-central1/subnetworks/aether-us`;
  expect(networks).toMatchObject([{ name: 'aether-net', subnetworks: [subnet] }]);
  expect(subnets).toMatchObject([
    { selfLink: subnet, network: link, ipCidrRange: '10.0.0.0/20', privateIpGoogleAccess: true },
  ]);
  expect(addresses).toMatchObject([
    {
      name: 'google-managed-services',
      purpose: 'VPC_PEERING',
      prefixLength: 16,
      status: 'RESERVED',
      network: link,
    },
  ]);
  expect(routers).toMatchObject([{ name: 'aether-router', network: link, nats: [{ name: 'aether-nat' }] }]);
  expect(nat).toMatchObject({
    natIpAllocateOption: 'AUTO_ONLY',
    sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
  });
  const held = await cloud.asOwner(
    'GET',
    `/compute/v1/projects/${project.id}/regions/us-central1/subnetworks/aether-us`,
  );
  expect(held.body).toEqual(subnets[0]);
});

gcloudTest(
  'a subnet is changed with the fingerprint that gcloud read, and a used network stays',
  async () => {
    await using here = await cloudWithGcloud();
    const { gcloud } = here;
    await createNetwork(gcloud);
    await gcloud.ok(
      ...['compute', 'networks', 'subnets', 'create', 'aether-us', '--network=aether-net', region],
      '--range=10.0.0.0/20',
    );
    await gcloud.ok(
      ...[
        'compute',
        'networks',
        'subnets',
        'update',
        'aether-us',
        region,
        '--enable-private-ip-google-access',
      ],
    );
    const [updated, used, clash] = await Promise.all([
      gcloud.json<unknown>('compute', 'networks', 'subnets', 'describe', 'aether-us', region),
      gcloud.refused('compute', 'networks', 'delete', 'aether-net'),
      gcloud.refused(
        ...['compute', 'networks', 'subnets', 'create', 'aether-eu', '--network=aether-net'],
        ...['--region=europe-west1', '--range=10.0.8.0/22'],
      ),
    ]);
    expect(updated).toMatchObject({ privateIpGoogleAccess: true });
    expect(used).toContain("is already being used by 'projects/");
    expect(clash).toContain('conflicts with existing subnetwork');
    await gcloud.ok('compute', 'networks', 'subnets', 'delete', 'aether-us', region);
    await gcloud.ok('compute', 'networks', 'delete', 'aether-net');
    expect(await gcloud.json('compute', 'networks', 'list')).toEqual([]);
  },
);

gcloudTest('redis instances: create, describe and list; without a peering it is refused', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await createNetwork(gcloud);
  const create = [
    ...['redis', 'instances', 'create', 'aether-redis', '--size=1', region, '--redis-version=redis_7_2'],
    ...['--network=aether-net', '--connect-mode=private-service-access', '--enable-auth'],
  ];
  expect(await gcloud.refused(...create)).toContain('private service access is not enabled');
  await gcloud.ok(
    ...['compute', 'addresses', 'create', 'google-managed-services', '--global', '--purpose=VPC_PEERING'],
    ...['--prefix-length=16', '--network=aether-net'],
  );
  // gcloud reaches Service Networking over TLS alone, so this one step is a call of our own.
  await cloud.asOwner('POST', '/v1/services/servicenetworking.googleapis.com/connections', {
    network: `projects/${project.number}/global/networks/aether-net`,
    reservedPeeringRanges: ['google-managed-services'],
  });
  await gcloud.ok(...create);
  const [described, listed, network] = await Promise.all([
    gcloud.json<{ host: string }>('redis', 'instances', 'describe', 'aether-redis', region),
    gcloud.json<unknown[]>('redis', 'instances', 'list', region),
    gcloud.json<unknown>('compute', 'networks', 'describe', 'aether-net'),
  ]);
  expect(described).toMatchObject({
    name: `projects/${project.id}/locations/us-central1/instances/aether-redis`,
    state: 'READY',
    tier: 'BASIC',
    memorySizeGb: 1,
    redisVersion: 'REDIS_7_2',
    port: 6379,
    authEnabled: true,
    connectMode: 'PRIVATE_SERVICE_ACCESS',
  });
  expect(listed).toEqual([described]);
  expect(network).toMatchObject({
    peerings: [{ name: 'servicenetworking-googleapis-com', state: 'ACTIVE' }],
  });
  const held = cloud.emulator.cloud.table<{ host: string }>('redis.instances');
  expect([...held.values()].map(({ host }) => host)).toEqual([described.host]);
});

gcloudTest('compute networks vpc-access connectors: create, describe, list and delete', async () => {
  await using here = await cloudWithGcloud();
  const { cloud, gcloud } = here;
  await gcloud.ok('services', 'enable', 'vpcaccess.googleapis.com');
  await createNetwork(gcloud);
  const connectors = ['compute', 'networks', 'vpc-access', 'connectors'];
  await gcloud.ok(
    ...[...connectors, 'create', 'aether-conn', '--network=aether-net', region, '--range=10.8.0.0/28'],
  );
  const [described, listed] = await Promise.all([
    gcloud.json<unknown>(...connectors, 'describe', 'aether-conn', region),
    gcloud.json<unknown[]>(...connectors, 'list', region),
  ]);
  const name = `projects/${project.id}/locations/us-central1/connectors/aether-conn`;
  expect(described).toMatchObject({
    name,
    state: 'READY',
    network: 'aether-net',
    ipCidrRange: '10.8.0.0/28',
  });
  expect(listed).toEqual([described]);
  expect((await cloud.asOwner('GET', `/v1/${name}`)).body).toMatchObject({
    name,
    ipCidrRange: '10.8.0.0/28',
  });
  await gcloud.ok(...connectors, 'delete', 'aether-conn', region);
  expect((await cloud.asOwner('GET', `/v1/${name}`)).status).toBe(404);
});
