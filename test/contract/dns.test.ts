import { expect, test } from 'vitest';
import { type Answer, type Caller, owner, project, stranger, testCloud } from '../support/emulator.ts';
import { manualClock } from '../support/manual-clock.ts';

const zones = `/dns/v1/projects/${project.id}/managedZones`;
const networkUrl = `https://www.googleapis.com/compute/v1/projects/${project.id}/global/networks/main`;
const zone = {
  name: 'run-app',
  dnsName: 'run.app.',
  description: 'calls between services',
  visibility: 'private',
  privateVisibilityConfig: { networks: [{ networkUrl }] },
};
const record = { name: 'run.app.', type: 'A', ttl: 300, rrdatas: ['199.36.153.8', '199.36.153.9'] };

/** With everything enabled that takes a minute to enable under the latency profile. */
const projects = [
  {
    ...project,
    enabledApis: ['compute.googleapis.com', 'dns.googleapis.com'],
    bindings: [{ role: 'roles/owner', members: [`user:${owner}`] }],
  },
];

async function prepare(call: Caller): Promise<void> {
  await call('POST', `/v1/projects/${project.id}/services/dns.googleapis.com:enable`, {});
  await call('POST', `/compute/v1/projects/${project.id}/global/networks`, {
    name: 'main',
    autoCreateSubnetworks: false,
  });
}

const legacy = ({ status, body }: Answer) => {
  const error = body.error as unknown as { message: string; errors: { reason: string }[] };
  return { http: status, reason: error.errors[0]?.reason, message: error.message };
};

test('a private zone has its two records from the start, takes others and goes when it is empty', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await prepare(call);
  const created = await call('POST', zones, zone);
  expect(created.body).toMatchObject({
    kind: 'dns#managedZone',
    id: expect.stringMatching(/^\d{19}$/),
    name: 'run-app',
    nameServers: ['ns-gcp-private.googledomains.com.'],
    privateVisibilityConfig: {
      networks: [{ kind: 'dns#managedZonePrivateVisibilityConfigNetwork', networkUrl }],
    },
  });
  expect((await call('GET', `${zones}/run-app`)).body).toEqual(created.body);
  expect((await call('GET', `${zones}/${String(created.body.id)}`)).body).toEqual(created.body);
  expect((await call('GET', `${zones}?dnsName=run.app.`)).body.managedZones).toHaveLength(1);
  expect((await call('GET', `${zones}?dnsName=other.`)).body.managedZones).toEqual([]);

  expect((await call('POST', `${zones}/run-app/rrsets`, record)).body).toEqual({
    kind: 'dns#resourceRecordSet',
    ...record,
  });
  await call('PATCH', `${zones}/run-app/rrsets/run.app./A`, { ttl: 60 });
  expect((await call('GET', `${zones}/run-app/rrsets/run.app./A`)).body).toMatchObject({
    ttl: 60,
    rrdatas: record.rrdatas,
  });
  const all = (await call('GET', `${zones}/run-app/rrsets`)).body.rrsets as unknown as { type: string }[];
  expect(all.map(({ type }) => type)).toEqual(['NS', 'SOA', 'A']);
  expect((await call('GET', `${zones}/run-app/rrsets?name=run.app.&type=A`)).body.rrsets).toHaveLength(1);

  expect(legacy(await call('DELETE', `${zones}/run-app`))).toMatchObject({
    http: 400,
    reason: 'containerNotEmpty',
  });
  await call('DELETE', `${zones}/run-app/rrsets/run.app./A`);
  expect((await call('DELETE', `${zones}/run-app`)).status).toBe(200);
  expect(legacy(await call('GET', `${zones}/run-app`))).toEqual({
    http: 404,
    reason: 'notFound',
    message: "The 'parameters.managedZone' resource named 'run-app' does not exist.",
  });
});

test('a patch is an operation that tells before and after, and leaves what it does not name', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await prepare(call);
  await call('POST', zones, { ...zone, labels: { a: 'b' } });
  const patched = await call('PATCH', `${zones}/run-app`, { description: 'new' });
  expect(patched.body).toMatchObject({
    kind: 'dns#operation',
    status: 'done',
    zoneContext: { oldValue: { description: zone.description }, newValue: { description: 'new' } },
  });
  const path = `${zones}/run-app/operations`;
  expect((await call('GET', `${path}/${String(patched.body.id)}`)).body).toEqual(patched.body);
  expect((await call('GET', path)).body.operations).toHaveLength(1);
  expect((await call('GET', `${zones}/run-app`)).body).toMatchObject({
    description: 'new',
    labels: { a: 'b' },
  });
  await call('PUT', `${zones}/run-app`, { description: 'newer' });
  const read = (await call('GET', `${zones}/run-app`)).body;
  expect(read.labels).toBeUndefined();
  expect(read.privateVisibilityConfig).toMatchObject({ networks: [{ networkUrl }] });
});

test('a change is all or nothing, pending at first, and deletes only what is as the caller knows it', async () => {
  const clock = manualClock();
  await using cloud = await testCloud({ clock, latency: 'typical', projects });
  const call = cloud.asOwner;
  await prepare(call);
  clock.advance(3_600_000);
  await call('POST', zones, zone);
  const changes = `${zones}/run-app/changes`;
  const alias = { name: '*.run.app.', type: 'CNAME', ttl: 300, rrdatas: ['run.app.'] };
  const added = await call('POST', changes, { additions: [record, alias] });
  expect(added.body).toMatchObject({ kind: 'dns#change', id: '1', status: 'pending' });
  clock.advance(60_000);
  expect((await call('GET', `${changes}/1`)).body.status).toBe('done');

  const stale = { ...record, ttl: 60 };
  const failed = await call('POST', changes, {
    deletions: [alias, stale],
    additions: [{ ...record, ttl: 600 }],
  });
  expect(legacy(failed)).toMatchObject({
    http: 412,
    reason: 'conditionNotMet',
    message: "Precondition not met for 'entity.change.deletions[1]'",
  });
  expect((await call('GET', `${zones}/run-app/rrsets`)).body.rrsets).toHaveLength(4);
  await call('POST', changes, { deletions: [record], additions: [{ ...record, ttl: 600 }] });
  expect((await call('GET', `${zones}/run-app/rrsets/run.app./A`)).body.ttl).toBe(600);
  expect((await call('GET', changes)).body.changes).toMatchObject([{ id: '2' }, { id: '1' }]);
});

test('what Google refuses of zones and records is refused', async () => {
  await using cloud = await testCloud();
  const call = cloud.asOwner;
  await prepare(call);
  const { description: _description, ...undescribed } = zone;
  for (const [body, http, reason] of [
    [{ ...zone, name: 'Run' }, 400, 'invalid'],
    [{ ...zone, dnsName: 'run.app' }, 400, 'invalid'],
    [undescribed, 400, 'required'],
    [{ ...zone, visibility: 'secret' }, 400, 'invalid'],
    [{ ...zone, zoneName: 'x' }, 400, 'invalid'],
    [
      {
        ...zone,
        privateVisibilityConfig: { networks: [{ networkUrl: networkUrl.replace('main', 'gone') }] },
      },
      400,
      'invalid',
    ],
  ] as const) {
    expect(legacy(await call('POST', zones, body))).toMatchObject({ http, reason });
  }
  await call('POST', zones, zone);
  expect(legacy(await call('POST', zones, zone))).toMatchObject({ http: 400 });
  expect(legacy(await call('POST', zones, { ...zone, privateVisibilityConfig: {} }))).toEqual({
    http: 409,
    reason: 'alreadyExists',
    message: "The resource 'entity.managedZone' named 'run-app' already exists",
  });
  expect(legacy(await call('POST', zones, { ...zone, name: 'again' })).message).toContain('already bound');
  expect(legacy(await call('PATCH', `${zones}/run-app`, { dnsName: 'other.' }))).toMatchObject({ http: 400 });

  const rrsets = `${zones}/run-app/rrsets`;
  await call('POST', rrsets, record);
  for (const [body, http, reason] of [
    [record, 409, 'alreadyExists'],
    [{ ...record, name: 'example.com.' }, 400, 'invalid'],
    [{ ...record, name: 'notrun.app.' }, 400, 'invalid'],
    [{ ...record, name: 'a.run.app.', rrdatas: ['1.2.3'] }, 400, 'invalid'],
    [{ ...record, name: 'a.run.app.', type: 'B' }, 400, 'invalid'],
    [{ ...record, name: 'a.run.app.', rrdatas: [] }, 400, 'required'],
    [{ ...record, type: 'CNAME', rrdatas: ['a.run.app.'] }, 400, 'cnameResourceRecordSetConflict'],
  ] as const) {
    expect(legacy(await call('POST', rrsets, body)), JSON.stringify(body)).toMatchObject({ http, reason });
  }
  expect(legacy(await call('DELETE', `${rrsets}/run.app./SOA`))).toMatchObject({ http: 400 });
  expect(legacy(await call('DELETE', `${rrsets}/no.run.app./A`))).toMatchObject({ http: 404 });
  expect((await cloud.asUser(stranger)('GET', zones)).status).toBe(403);
});
