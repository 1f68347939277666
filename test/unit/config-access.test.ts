import { describe, expect, test } from 'vitest';
import type { Deployment, Grant } from '../../src/config/deployment.ts';
import { brief, deploymentOf, file, findingsOf, fixture } from './config-case.ts';

/** `account role on`, without what every grant of a project shares. */
function granted(deployment: Deployment): readonly string[] {
  return deployment.grants.map(({ member, role, on }) => {
    const account = member.replace(/^serviceAccount:(.*)@.*$/, '$1');
    return `${account} ${role.replace('roles/', '')} ${target(on)}`;
  });
}

function target(on: Grant['on']): string {
  switch (on.kind) {
    case 'bucket':
      return `bucket ${on.bucket}`;
    case 'secret':
      return `secret ${on.secret}`;
    case 'service_account':
      return `account ${on.email.replace(/@.*/, '')}`;
    case 'run_service':
      return `service ${on.service}`;
    default:
      return on.kind;
  }
}

function vpc(deployment: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(deployment.services.map(({ key, vpc }) => [key, vpc?.egress ?? 'none']));
}

const ready = (key: string, keys: string) => `  ${key}: { image: "a:1", ${keys} }`;

describe('what each use grants', () => {
  test.each([
    ['a secret', 'secrets: { K: key }', ['sa-shop-web secretmanager.secretAccessor secret key']],
    ['the database', 'env: { H: "$[database.host]" }', ['sa-shop-web cloudsql.client project']],
    [
      'its connection name',
      'env: { H: "$[database.connection_name]" }',
      ['sa-shop-web cloudsql.client project'],
    ],
    ['its name alone', 'env: { H: "$[database.name]" }', []],
    [
      'its URL through a secret',
      'secrets: { U: url }',
      ['sa-shop-web secretmanager.secretAccessor secret url', 'sa-shop-web cloudsql.client project'],
    ],
    ['a service with iam', 'env: { A: "$[services.api.url]" }', ['sa-shop-web run.invoker service shop-api']],
    [
      'the same service twice',
      'env: { A: "$[services.api.url]", B: "$[services.api.host]" }',
      ['sa-shop-web run.invoker service shop-api'],
    ],
    [
      'a service through a secret',
      'secrets: { A: callback }',
      [
        'sa-shop-web secretmanager.secretAccessor secret callback',
        'sa-shop-web run.invoker service shop-api',
      ],
    ],
    ['a service that checks nobody', 'env: { A: "$[services.open.url]" }', []],
    ['itself', 'env: { A: "$[services.web.url]" }', []],
    ['a bucket by name', 'env: { A: "$[buckets.media]" }', []],
    ['a role', 'roles: [aiplatform.user]', ['sa-shop-web aiplatform.user project']],
    ['a role with its prefix', 'roles: [roles/aiplatform.user]', ['sa-shop-web aiplatform.user project']],
    [
      'a role on a bucket',
      'roles: [storage.objectViewer@media]',
      ['sa-shop-web storage.objectViewer bucket shop-media'],
    ],
    [
      'a role on itself',
      'roles: [iam.serviceAccountTokenCreator@self]',
      ['sa-shop-web iam.serviceAccountTokenCreator account sa-shop-web'],
    ],
  ])('%s', (_, keys, expected) => {
    const text = file(
      'buckets: { media: { name: shop-media } }',
      'database: {}',
      'secrets:',
      '  key: { generate: 32 }',
      '  url: { value: "$[database.url]" }',
      '  callback: { value: "$[services.api.url]/back" }',
      'services:',
      ready('api', 'app: {}'),
      ready('open', 'app: { public: true }'),
      ready('web', `app: {}, ${keys}`),
    );
    expect(granted(deploymentOf(text.replaceAll(/\$\[(.*?)\]/g, '$' + '{$1}')))).toEqual(expected);
  });

  test('builds get an account of their own', () => {
    const deployment = deploymentOf(fixture('minimal.yaml'));
    expect(granted(deployment)).toEqual([
      'sa-hello-builder logging.logWriter project',
      'sa-hello-builder artifactregistry.writer repository',
      'sa-hello-builder storage.objectViewer bucket hello-build-hello-project',
    ]);
    expect(deployment.serviceAccounts.map(({ id }) => id)).toEqual(['sa-hello-web', 'sa-hello-builder']);
    expect(deployment.builds).toEqual({
      bucket: 'hello-build-hello-project',
      serviceAccount: 'sa-hello-builder',
      timeoutSeconds: 1800,
    });
  });

  test('two services of one account share it', () => {
    const keys = 'app: {}, service_account: sa-shop';
    const { serviceAccounts } = deploymentOf(file('services:', ready('a', keys), ready('b', keys)));
    expect(serviceAccounts.map(({ id }) => id)).toEqual(['sa-shop']);
  });

  test.each([
    ['a basic role', 'owner', 'INVALID_ROLE'],
    ['a custom role', 'projects/p/roles/mine', 'INVALID_ROLE'],
    ['nothing', '""', 'INVALID_ROLE'],
    ['a bucket that is not declared', 'storage.objectViewer@media', 'UNDECLARED_BUCKET'],
    ['a misspelled self', 'iam.serviceAccountTokenCreator@slef', 'UNDECLARED_BUCKET'],
  ])('%s is refused', (_, role, code) => {
    const findings = findingsOf(file('services:', ready('web', `app: {}, roles: [${role}]`)));
    expect(brief(findings)).toEqual([`${code} 6:41 services.web.roles[0]`]);
  });
});

describe('the way to the database', () => {
  const text = (connectivity: string) =>
    file(
      `database: { connectivity: ${connectivity} }`,
      'services:',
      ready('web', `app: {}, env: { H: "\${database.host}" }`),
      ready('other', `app: {}, env: { H: "\${database.name}" }`),
    );

  test('a public one is reached over the socket, without a network', () => {
    const deployment = deploymentOf(text('public'));
    expect(deployment.services.map(({ cloudSql }) => cloudSql)).toEqual([true, false]);
    expect(deployment.network).toBeUndefined();
    expect(vpc(deployment)).toEqual({ web: 'none', other: 'none' });
  });

  test('a private one is reached through the network', () => {
    const deployment = deploymentOf(text('private'));
    expect(deployment.services.map(({ cloudSql }) => cloudSql)).toEqual([false, false]);
    expect(deployment.network?.privateServices).toBeDefined();
    expect(vpc(deployment)).toEqual({ web: 'PRIVATE_RANGES_ONLY', other: 'none' });
  });
});

describe('the network', () => {
  test('a user of Redis through a secret is in it; without internal calls it has no NAT', () => {
    const deployment = deploymentOf(
      file(
        'redis: {}',
        `secrets: { broker: { value: "\${redis.url}/1" } }`,
        'services:',
        ready('web', 'worker: {}, secrets: { B: broker }'),
        ready('other', 'app: {}'),
      ),
    );
    expect(vpc(deployment)).toEqual({ web: 'PRIVATE_RANGES_ONLY', other: 'none' });
    expect(deployment.network).toEqual({
      name: 'shop-network',
      subnet: 'shop-network-us-central1',
      subnetRange: '10.8.0.0/22',
      privateServices: { rangeName: 'shop-network-services', prefixLength: 16 },
    });
  });

  test('a caller of an internal service sends everything through it, behind a NAT', () => {
    const deployment = deploymentOf(
      file(
        'services:',
        ready('api', 'app: { ingress: internal, authentication: none }'),
        ready('web', `app: {}, env: { A: "\${services.api.url}" }`),
      ),
    );
    expect(vpc(deployment)).toEqual({ api: 'none', web: 'ALL_TRAFFIC' });
    expect(deployment.network?.router).toEqual({ name: 'shop-network-router', nat: 'shop-network-nat' });
    expect(deployment.network?.privateServices).toBeUndefined();
  });

  test('all traffic of every service on request', () => {
    const text = file('network: { name: edge, egress: all-traffic }', 'services:', ready('web', 'app: {}'));
    const deployment = deploymentOf(text);
    expect(vpc(deployment)).toEqual({ web: 'ALL_TRAFFIC' });
    expect(deployment.network?.router?.name).toBe('edge-router');
  });

  test('is not there when nothing needs it', () => {
    expect(deploymentOf(fixture('minimal.yaml')).network).toBeUndefined();
  });
});

describe('APIs', () => {
  const short = (deployment: Deployment) => deployment.apis.map((api) => api.replace('.googleapis.com', ''));
  const always = ['artifactregistry', 'cloudresourcemanager', 'iam', 'iamcredentials', 'logging', 'run'];

  test('of a ready image', () => {
    expect(short(deploymentOf(file('services:', ready('web', 'app: {}'))))).toEqual([
      ...always,
      'serviceusage',
      'sts',
    ]);
  });

  test.each([
    ['a build', 'services: { web: { build: {}, app: {} } }', ['cloudbuild', 'storage']],
    ['a bucket', 'buckets: { a: {} }\nservices: {}', ['storage']],
    ['a secret', 'secrets: { a: { generate: 32 } }\nservices: {}', ['secretmanager']],
    ['a database', 'database: {}\nservices: {}', ['secretmanager', 'sql-component', 'sqladmin']],
    ['Redis', 'redis: {}\nservices: {}', ['compute', 'redis', 'servicenetworking']],
    ['a role', 'services: { web: { image: "a:1", app: {}, roles: [aiplatform.user] } }', ['aiplatform']],
    ['a list', 'apis: [texttospeech, vision.googleapis.com]\nservices: {}', ['texttospeech', 'vision']],
  ])('of %s', (_, lines, expected) => {
    const known = new Set([...always, 'serviceusage', 'sts']);
    expect(short(deploymentOf(file(lines))).filter((api) => !known.has(api))).toEqual(expected);
  });
});
