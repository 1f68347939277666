import { expect, test } from 'vitest';
import { type Caller, project, refusal, testCloud } from '../support/emulator.ts';

/** What gcloud does differently from the clients of this suite, for machines without it. */
const policy = `/v1/projects/${project.id}`;

/** The same bytes in the base64 alphabet for URLs, as gcloud sends back whatever is of type `bytes`. */
function forUrls(etag: string): string {
  return etag.replaceAll('+', '-').replaceAll('/', '_');
}

async function addBinding(
  call: Caller,
  role: string,
  etag: (given: string) => string,
): Promise<[string, number]> {
  const read = await call('POST', `${policy}:getIamPolicy`, {});
  const { bindings, etag: given } = read.body as unknown as { bindings: object[]; etag: string };
  const written = await call('POST', `${policy}:setIamPolicy`, {
    policy: { bindings: [...bindings, { role, members: ['user:somebody@example.com'] }], etag: etag(given) },
  });
  return [given, written.status];
}

test('an etag is taken in either base64 alphabet, and only the current one', async () => {
  await using cloud = await testCloud();
  const roles = ['viewer', 'editor', 'browser', 'run.viewer', 'run.developer', 'redis.viewer', 'redis.admin'];
  const seen: string[] = [];
  for (const role of roles) {
    const [etag, status] = await addBinding(cloud.asOwner, `roles/${role}`, forUrls);
    expect(status).toBe(200);
    seen.push(etag);
  }
  // With one etag alone, the two alphabets might have been the same.
  expect(seen.some((etag) => etag !== forUrls(etag))).toBe(true);
  const [, stale] = await addBinding(cloud.asOwner, 'roles/owner', () => seen[0] ?? '');
  expect(stale).toBe(409);
});

test('a fingerprint of Compute is taken in either base64 alphabet', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const compute = `/compute/v1/projects/${project.id}`;
  await call('POST', `${compute}/global/networks`, { name: 'net', autoCreateSubnetworks: false });
  const path = `${compute}/regions/us-central1/subnetworks`;
  await call('POST', path, {
    name: 'us',
    network: `projects/${project.id}/global/networks/net`,
    ipCidrRange: '10.0.0.0/20',
  });
  const seen: string[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const { body } = await call('GET', `${path}/us`);
    seen.push(String(body.fingerprint));
    const changed = await call('PATCH', `${path}/us`, {
      fingerprint: forUrls(String(body.fingerprint)),
      privateIpGoogleAccess: turn % 2 === 0,
    });
    expect(changed.status).toBe(200);
  }
  expect(seen.some((fingerprint) => fingerprint !== forUrls(fingerprint))).toBe(true);
  const stale = await call('PATCH', `${path}/us`, { fingerprint: seen[0], privateIpGoogleAccess: true });
  expect(refusal(stale)).toMatchObject({ http: 412, reason: 'conditionNotMet' });
});

test('aggregated lists hold the resources of all regions and of none, by place', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  const compute = `/compute/v1/projects/${project.id}`;
  const network = `projects/${project.id}/global/networks/net`;
  await call('POST', `${compute}/global/networks`, { name: 'net', autoCreateSubnetworks: false });
  for (const [region, ipCidrRange] of [
    ['us-central1', '10.0.0.0/20'],
    ['europe-west1', '10.1.0.0/20'],
  ]) {
    await call('POST', `${compute}/regions/${region}/subnetworks`, { name: 'part', network, ipCidrRange });
  }
  await call('POST', `${compute}/global/addresses`, {
    name: 'range',
    purpose: 'VPC_PEERING',
    addressType: 'INTERNAL',
    prefixLength: 16,
    network,
  });
  const subnetworks = await call('GET', `${compute}/aggregated/subnetworks`);
  expect(subnetworks.body).toMatchObject({
    kind: 'compute#subnetworkAggregatedList',
    items: {
      'regions/us-central1': { subnetworks: [{ name: 'part', ipCidrRange: '10.0.0.0/20' }] },
      'regions/europe-west1': { subnetworks: [{ name: 'part', ipCidrRange: '10.1.0.0/20' }] },
    },
  });
  const addresses = await call('GET', `${compute}/aggregated/addresses?filter=name%3Drange`);
  expect(addresses.body.items).toMatchObject({ global: { addresses: [{ name: 'range' }] } });
  const routers = await call('GET', `${compute}/aggregated/routers`);
  expect(routers.body).toMatchObject({ kind: 'compute#routerAggregatedList', items: {} });
});
