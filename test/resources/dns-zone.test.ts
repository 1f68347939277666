import { describe, expect, test } from 'vitest';
import { project, testCloud } from '../support/emulator.ts';
import { brief, failures, provision, shop } from '../support/resources.ts';

const services = [
  'services:',
  '  web:',
  '    image: "nginx:1.29"',
  `    env: { INNER: "\${services.inner.url}" }`,
  '    app: {}',
  '  inner: { image: "nginx:1.29", app: { ingress: internal, authentication: none } }',
];
const text = shop('network: { internal_calls: dns }', ...services);
const zone = `/dns/v1/projects/${project.id}/managedZones/shop-network-run-app`;

describe('the private zone for run.app', () => {
  test('sends every name to Private Google Access, without a router, and the second run does nothing', async () => {
    await using cloud = await testCloud();
    const first = await provision(cloud.emulator, text);
    expect(failures(first.outcomes)).toEqual([]);
    const kinds = first.changes.map(({ address }) => address.split('/')[0]);
    expect(kinds).toContain('dns_zone');
    expect(kinds).not.toContain('router');
    const made = await cloud.asOwner('GET', zone);
    expect(made.body).toMatchObject({
      dnsName: 'run.app.',
      visibility: 'private',
      labels: { deployment: 'shop' },
    });
    const { rrsets } = (await cloud.asOwner('GET', `${zone}/rrsets`)).body as unknown as {
      rrsets: { name: string; type: string; rrdatas: string[] }[];
    };
    expect(rrsets.filter(({ type }) => type === 'A' || type === 'CNAME')).toMatchObject([
      { name: 'run.app.', rrdatas: ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'] },
      { name: '*.run.app.', rrdatas: ['run.app.'] },
    ]);
    const second = await provision(cloud.emulator, text);
    expect([second.changes, second.writes]).toEqual([[], []]);
  });

  test('with records that somebody changed is put right, and records of others stay', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, text);
    await cloud.asOwner('DELETE', `${zone}/rrsets/*.run.app./CNAME`);
    const wrong = { name: '*.run.app.', type: 'A', ttl: 60, rrdatas: ['10.0.0.1'] };
    const foreign = { name: 'other.run.app.', type: 'A', ttl: 60, rrdatas: ['10.0.0.2'] };
    for (const record of [wrong, foreign]) await cloud.asOwner('POST', `${zone}/rrsets`, record);
    const run = await provision(cloud.emulator, text);
    expect(failures(run.outcomes)).toEqual([]);
    expect(run.changes.flatMap(({ fields }) => fields)).toEqual([
      { field: '*.run.app. CNAME', before: 'A 10.0.0.1 (60 s)', after: 'CNAME run.app. (300 s)' },
    ]);
    expect(run.writes).toHaveLength(1);
    expect((await cloud.asOwner('GET', `${zone}/rrsets/other.run.app./A`)).body).toMatchObject(foreign);
  });

  test('whose labels somebody changed gets ours back', async () => {
    await using cloud = await testCloud();
    await provision(cloud.emulator, text);
    await cloud.asOwner('PATCH', zone, { labels: { deployment: 'other' } });
    const run = await provision(cloud.emulator, text);
    expect(brief(run.changes)).toEqual([
      'dns_zone/shop-network-run-app update labels.managed-by, labels.deployment, labels.environment',
    ]);
    expect((await cloud.asOwner('GET', zone)).body.labels).toMatchObject({ deployment: 'shop' });
  });
});
