import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, file, findingsOf } from './config-case.ts';

const services = [
  'services:',
  '  web: { image: "nginx:1.29", app: { public: true } }',
  '  inner: { image: "nginx:1.29", app: { ingress: internal } }',
];
const site = (...lines: readonly string[]) =>
  file(...services, 'redis: {}', 'frontend:', '  folder: ./web/dist/', ...lines.map((line) => `  ${line}`));

describe('frontend', () => {
  test('has a bucket of its own, which everything else stays out of', () => {
    const { frontend, buckets, apis } = deploymentOf(site());
    expect(frontend).toMatchObject({
      folder: 'web/dist',
      bucket: 'shop-frontend-shop-project',
      location: 'us-central1',
      mainPage: 'index.html',
      notFoundPage: 'index.html',
      immutable: [],
    });
    expect(frontend?.configJson).toBeUndefined();
    expect(buckets).toEqual([]);
    expect(apis).toContain('storage.googleapis.com');
  });

  test('config_json keeps numbers and true/false, and holds addresses of services', () => {
    const { frontend } = deploymentOf(
      site(
        `config_json: { API: "\${services.web.url}/v1", LIMIT: 3, DEBUG: false, NAME: "\${environment}" }`,
      ),
    );
    expect(frontend?.configJson).toMatchObject({
      API: { parts: [{ kind: 'service', field: 'url', service: 'shop-web' }, '/v1'] },
      LIMIT: 3,
      DEBUG: false,
      NAME: { parts: ['default'] },
    });
  });

  test.each([
    ['what is secret', `"\${redis.url}"`, 'SECRET_IN_FRONTEND'],
    ['what only the VPC reaches', `"\${redis.host}"`, 'SECRET_IN_FRONTEND'],
    ['a service that does not exist', `"\${services.wbe.url}"`, 'UNKNOWN_REFERENCE'],
    ['a service that browsers cannot call', `"\${services.inner.url}"`, 'FRONTEND_CALLS_PRIVATE'],
  ])('config_json with %s is a finding at its line', (_, value, code) => {
    expect(brief(findingsOf(site(`config_json: { A: ${value} }`)))).toEqual([
      `${code} 11:21 frontend.config_json.A`,
    ]);
  });

  test('the bucket of something else is refused, and an impossible name too', () => {
    const shared = file(
      ...services,
      'buckets: { media: { name: shop-media } }',
      'frontend: { folder: web, bucket: shop-media }',
    );
    expect(brief(findingsOf(shared))).toEqual(['FRONTEND_BUCKET_SHARED 9:26 frontend.bucket']);
    expect(brief(findingsOf(site('bucket: Shop_')))).toEqual(['BUCKET_NAME 11:11 frontend.bucket']);
  });
});
