import { expect, test } from 'vitest';
import { type Caller, owner, project, refusal, stranger, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const parent = `/v1/projects/${project.id}/locations/us-central1`;
const compute = `/compute/v1/projects/${project.id}`;
const name = `projects/${project.id}/locations/us-central1/connectors/bridge`;

/** With everything enabled that takes a minute to enable under the latency profile. */
const projects = [
  {
    ...project,
    enabledApis: ['compute.googleapis.com', 'vpcaccess.googleapis.com'],
    bindings: [{ role: 'roles/owner', members: [`user:${owner}`] }],
  },
];

async function prepare(call: Caller): Promise<void> {
  await call('POST', `/v1/projects/${project.id}/services/vpcaccess.googleapis.com:enable`, {});
  await call('POST', `${compute}/global/networks`, { name: 'main', autoCreateSubnetworks: false });
  for (const [subnet, range] of [
    ['apps', '10.0.0.0/24'],
    ['bridges', '10.0.1.0/28'],
  ]) {
    await call('POST', `${compute}/regions/us-central1/subnetworks`, {
      name: subnet,
      network: `projects/${project.id}/global/networks/main`,
      ipCidrRange: range,
    });
  }
}

const create = (call: Caller, body: object, id = 'bridge') =>
  call('POST', `${parent}/connectors?connectorId=${id}`, body);

test('a connector is created with Google’s defaults, read, changed and deleted', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock, latency: 'typical', projects });
  const call = cloud.asOwner;
  await prepare(call);
  clock.advance(3_600_000);
  const operation = await create(call, { network: 'main', ipCidrRange: '10.8.0.0/28' });
  expect(operation.body).toMatchObject({
    name: expect.stringMatching(`^projects/${project.id}/locations/us-central1/operations/`),
    metadata: {
      '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.OperationMetadata',
      method: 'google.cloud.vpcaccess.v1.VpcAccessService.CreateConnector',
      target: name,
    },
  });
  expect(operation.body.done).toBeUndefined();
  expect((await call('GET', `${parent}/connectors/bridge`)).body.state).toBe('CREATING');
  expect(refusal(await call('DELETE', `${parent}/connectors/bridge`))).toMatchObject({ status: 'ABORTED' });
  clock.advance(200_000);
  expect((await call('GET', `/v1/${String(operation.body.name)}`)).body).toMatchObject({
    done: true,
    response: { '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.Connector', name },
  });
  expect((await call('GET', `${parent}/connectors`)).body.connectors).toEqual([
    {
      name,
      network: 'main',
      ipCidrRange: '10.8.0.0/28',
      state: 'READY',
      machineType: 'e2-micro',
      minInstances: 2,
      maxInstances: 10,
      minThroughput: 200,
      maxThroughput: 1000,
    },
  ]);
  await call('PATCH', `${parent}/connectors/bridge?updateMask=minInstances,maxInstances`, {
    minInstances: 3,
    maxInstances: 5,
  });
  clock.advance(200_000);
  expect((await call('GET', `${parent}/connectors/bridge`)).body).toMatchObject({
    minInstances: 3,
    maxInstances: 5,
    maxThroughput: 500,
    ipCidrRange: '10.8.0.0/28',
  });
  await call('DELETE', `${parent}/connectors/bridge`);
  clock.advance(200_000);
  expect(refusal(await call('GET', `${parent}/connectors/bridge`))).toMatchObject({
    http: 404,
    message: `Resource '${name}' was not found`,
  });
  expect((await call('GET', `${parent}/operations`)).body.operations).toHaveLength(3);
});

test('a connector can stand in a subnet of its own size', async () => {
  await using cloud = await testCloud();
  await prepare(cloud.asOwner);
  await create(cloud.asOwner, { subnet: { name: 'bridges' } });
  expect((await cloud.asOwner('GET', `${parent}/connectors/bridge`)).body).toMatchObject({
    network: 'main',
    subnet: { name: 'bridges', projectId: project.id },
    state: 'READY',
  });
});

test('what Google refuses of a connector is refused', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const before = await create(call, { network: 'main', ipCidrRange: '10.8.0.0/28' });
  expect(refusal(before)).toMatchObject({ http: 403, reason: 'SERVICE_DISABLED' });
  await prepare(call);
  const place = { network: 'main', ipCidrRange: '10.8.0.0/28' };
  for (const [body, message, id] of [
    [place, 'Connector ID', 'Bridge'],
    [place, 'Connector ID', 'a-name-of-more-than-25-chars'],
    [{ network: 'main' }, 'Exactly one of subnet'],
    [{ ...place, subnet: { name: 'bridges' } }, 'Exactly one of subnet'],
    [{ network: 'other', ipCidrRange: '10.8.0.0/28' }, 'VPC network other was not found'],
    [{ network: 'main', ipCidrRange: '10.8.0.0/24' }, '/28'],
    [{ network: 'main', ipCidrRange: '10.0.0.16/28' }, 'conflicts with the range 10.0.0.0/24'],
    [{ subnet: { name: 'apps' } }, 'a connector needs a /28'],
    [{ subnet: { name: 'nowhere' } }, 'was not found'],
    [{ ...place, machineType: 'n1' }, 'Invalid machine type'],
    [{ ...place, minInstances: 1 }, 'Minimum instances'],
    [{ ...place, maxInstances: 11 }, 'Maximum instances'],
    [{ ...place, minInstances: 4, maxInstances: 4 }, 'less than maximum'],
    [{ ...place, maxInstance: 4 }, 'Unknown name "maxInstance"'],
  ] as const) {
    expect(refusal(await create(call, body, id ?? 'bridge'))).toMatchObject({
      http: 400,
      message: expect.stringContaining(message),
    });
  }
  await create(call, place);
  expect(refusal(await create(call, { ...place, ipCidrRange: '10.9.0.0/28' }))).toMatchObject({ http: 409 });
  expect(refusal(await create(call, place, 'second'))).toMatchObject({
    message: expect.stringContaining('conflicts'),
  });
  const patch = await call('PATCH', `${parent}/connectors/bridge?updateMask=network`, { network: 'x' });
  expect(refusal(patch)).toMatchObject({ http: 400 });
  expect(refusal(await create(cloud.asUser(stranger), place, 'third'))).toMatchObject({
    http: 403,
    reason: 'IAM_PERMISSION_DENIED',
  });
});
