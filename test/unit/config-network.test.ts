import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, file, findingsOf } from './config-case.ts';

const services = [
  'services:',
  '  web:',
  '    image: "nginx:1.29"',
  `    env: { INNER: "\${services.inner.url}" }`,
  '    app: { public: true }',
  '  inner: { image: "nginx:1.29", app: { ingress: internal, authentication: none } }',
];
const egresses = (text: string) => deploymentOf(text).services.map(({ vpc }) => vpc?.egress);

describe('calls to internal services', () => {
  test('go with everything else through the VPC, behind a NAT', () => {
    const { network, apis } = deploymentOf(file(...services));
    expect(egresses(file(...services))).toEqual(['ALL_TRAFFIC', undefined]);
    expect(network?.router).toEqual({ name: 'shop-network-router', nat: 'shop-network-nat' });
    expect(network?.dns).toBeUndefined();
    expect(apis).not.toContain('dns.googleapis.com');
  });

  test('go there alone with a private zone, and there is no NAT', () => {
    const text = file('network: { internal_calls: dns }', ...services);
    const { network, apis } = deploymentOf(text);
    expect(egresses(text)).toEqual(['PRIVATE_RANGES_ONLY', undefined]);
    expect(network?.router).toBeUndefined();
    expect(network?.dns).toEqual({ zone: 'shop-network-run-app' });
    expect(apis).toContain('dns.googleapis.com');
  });

  test('need no zone when everything goes through the VPC anyway, or when nobody calls', () => {
    const all = deploymentOf(file('network: { internal_calls: dns, egress: all-traffic }', ...services));
    expect([all.network?.dns, all.network?.router]).toEqual([undefined, expect.anything()]);
    const nobody = file(
      'network: { internal_calls: dns }',
      'redis: {}',
      'services: { web: { image: "a:1", app: {} } }',
    );
    expect(deploymentOf(nobody).network?.dns).toBeUndefined();
  });
});

test('a standby needs the write-ahead log', () => {
  const text = file(
    'database: { high_availability: true, point_in_time_recovery: false }',
    'services: { web: { image: "a:1", app: {} } }',
  );
  expect(brief(findingsOf(text))).toEqual(['STANDBY_WITHOUT_RECOVERY 5:62 database.point_in_time_recovery']);
});
