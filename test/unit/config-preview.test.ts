import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../src/config/deployment.ts';
import { environmentsInProject, parseDeployment } from '../../src/config/load.ts';
import { claimName, previewNames, pullRequestOf } from '../../src/config/preview-names.ts';
import { resolveSecret, resolveText } from '../../src/config/template.ts';
import { Secret } from '../../src/lib/secret.ts';
import { brief, deploymentOf, findingsOf } from './config-case.ts';

const text = `version: 1
name: shop
region: us-central1
environments:
  staging:
    project: shop-staging
    alerts: { email: [us@example.com], uptime: [web] }
    budget: { billing_account: 01AB23-45CD67-89EF01, amount: 50 }
    services: { web: { app: { min_instances: 2 } } }
  preview:
    extends: staging
    services: { big: { app: { max_instances: 3 } } }
previews: { secrets: [api-key], seed: seed.sql, max: 2, expire_after: 36h, forks: label }
network: { name: "\${environment}-net" }
artifact_registry: { repository: "\${environment}-images" }
buckets: { media: { name: "shop-media-\${project}" }, logs: {} }
database: { instance: "\${environment}-pg", name: shop_db, user: shopper, migrations: migrations }
redis: { instance: "\${environment}-redis" }
frontend: { folder: site, config_json: { API: "\${services.web.url}" } }
secrets:
  api-key: { from_env: API_KEY }
  unused-key: { from_env: UNUSED }
  session: { generate: 32 }
  broker: { value: "\${redis.url}/3" }
  cache: { value: "redis://:\${redis.auth}@\${redis.host}:\${redis.port}?timeout=1" }
  db-url: { value: "\${database.url}" }
services:
  web:
    service_account: sa-shop-web
    build: { context: web }
    env: { BIG: "\${services.big.url}/x", MEDIA: "\${buckets.media}", DB: "\${database.name}", WHERE: "\${environment}", NUMBER: "\${redis.database.5}" }
    secrets: { API_KEY: api-key, SESSION: session, BROKER: broker, CACHE: cache, DB_URL: db-url, PW: shop-pg-password }
    secret_files: { /etc/key/file: api-key }
    roles: [storage.objectViewer@media, iam.serviceAccountTokenCreator@self]
    app: { public: true, max_instances: 9, cpu_always_allocated: true }
    worker: { name: shop-jobs, instances: 4 }
  big:
    build: { context: big }
    app: {}
    sidecars: { proxy: { image: "envoy:1", secrets: { SESSION: session, KEY: api-key } } }
`;

const base = deploymentOf(text, { environment: 'staging' });
const preview = deploymentOf(text, { environment: 'pr-7', repositoryId: '4711' });
const web = preview.services[0];

/** Every name that a deployment gives to something that it makes itself. */
function ownNames(deployment: Deployment): readonly string[] {
  return [
    ...deployment.services.flatMap(({ app, worker }) => [app?.name, worker?.name]),
    ...deployment.serviceAccounts.map(({ email }) => email),
    ...deployment.secrets.map(({ name }) => name),
    ...deployment.buckets.map(({ name }) => name),
    deployment.database?.name,
    deployment.database?.user,
    deployment.frontend?.bucket,
  ].filter((name) => name !== undefined);
}

describe('the names of a preview', () => {
  test.each([
    ['app', web?.app?.name, 'pr-7-shop-web'],
    ['worker', web?.worker?.name, 'pr-7-shop-jobs'],
    ['service account', web?.serviceAccount, 'pr-7-sa-shop-web'],
    ['bucket with a name', preview.buckets[0]?.name, 'pr-7-shop-media-shop-staging'],
    ['bucket without', preview.buckets[1]?.name, 'pr-7-shop-logs-shop-staging'],
    ['bucket of the frontend', preview.frontend?.bucket, 'pr-7-shop-frontend-shop-staging'],
    ['database', preview.database?.name, 'shop_db_pr_7'],
    ['role', preview.database?.user, 'shopper_pr_7'],
    ['password', preview.database?.passwordSecret, 'pr-7-shop-pg-password'],
  ])('%s: its own', (_, name, expected) => {
    expect(name).toBe(expected);
  });

  test.each([
    ['project', preview.project, 'shop-staging'],
    ['network', preview.network?.name, 'staging-net'],
    ['registry', preview.repository.name, 'staging-images'],
    ['images', web?.build?.image, 'us-central1-docker.pkg.dev/shop-staging/staging-images/web'],
    ['Cloud SQL instance', preview.database?.instance, 'staging-pg'],
    ['Redis instance', preview.redis?.instance, 'staging-redis'],
    ['bucket of the sources', preview.builds.bucket, 'shop-build-shop-staging'],
    ['account of the builds', preview.builds.serviceAccount, 'sa-shop-builder'],
  ])('%s: that of what it extends', (_, name, expected) => {
    expect(name).toBe(expected);
  });

  test('nothing that it makes is called as something of the environment or of another preview', () => {
    const other = deploymentOf(text, { environment: 'pr-70' });
    const names = [base, preview, other].flatMap(ownNames);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });

  test('references follow', () => {
    const facts = { projectNumber: '12' };
    const env = (name: string) =>
      resolveText(web?.env[name] ?? { parts: [], place: { line: 0, column: 0 } }, facts);
    expect(env('BIG')).toBe('https://pr-7-shop-big-12.us-central1.run.app/x');
    expect(env('MEDIA')).toBe('pr-7-shop-media-shop-staging');
    expect(env('DB')).toBe('shop_db_pr_7');
    expect(env('WHERE')).toBe('pr-7');
    expect(web?.secrets.BROKER?.secret).toBe('pr-7-broker');
    expect(web?.secrets.PW?.secret).toBe('pr-7-shop-pg-password');
    expect(web?.secretFiles?.['/etc/key/file']?.secret).toBe('pr-7-api-key');
    expect(preview.services[1]?.sidecars?.[0]?.secrets.SESSION?.secret).toBe('pr-7-session');
    const url = preview.secrets.find(({ name }) => name === 'pr-7-db-url');
    expect(JSON.stringify(url?.source)).toContain(
      '/shop_db_pr_7?host=/cloudsql/shop-staging:us-central1:staging-pg',
    );
    const api = preview.frontend?.configJson?.API;
    expect(JSON.stringify(api)).toContain('pr-7-shop-web');
  });

  test('access follows, and gives nobody a right on what is shared but the project', () => {
    const members = ['web', 'big'].map(
      (key) => `serviceAccount:pr-7-sa-shop-${key}@shop-staging.iam.gserviceaccount.com`,
    );
    const rights = preview.grants.map(({ role, on }) => `${role} ${Object.values(on).join(' ')}`);
    expect(new Set(preview.grants.map((grant) => grant.member))).toEqual(new Set(members));
    expect(rights).toContain('roles/secretmanager.secretAccessor secret pr-7-api-key');
    expect(rights).toContain('roles/run.invoker run_service pr-7-shop-big');
    expect(rights).toContain('roles/storage.objectViewer bucket pr-7-shop-media-shop-staging');
    expect(rights).toContain('roles/cloudsql.client project');
    expect(preview.serviceAccounts.map(({ id }) => id)).toEqual(['pr-7-sa-shop-web', 'pr-7-sa-shop-big']);
  });

  test('labels say whose it is', () => {
    expect(preview.labels).toEqual({
      'managed-by': 'aethercast-deploy',
      deployment: 'shop',
      environment: 'pr-7',
      'pull-request': '7',
      repository: '4711',
    });
  });
});

describe('names that are too long', () => {
  const names = previewNames(1234);
  const long = 'a'.repeat(44);

  test.each([
    ['run', 49],
    ['account', 30],
    ['bucket', 63],
    ['secret', 255],
    ['redis', 40],
    ['sql', 63],
  ] as const)('%s: at most %i characters, and two long names stay two', (kind, limit) => {
    const name = 'abc-'.repeat(70);
    const first = names[kind](`${name}x`);
    expect(first.length).toBeLessThanOrEqual(limit);
    expect(first.length).toBeGreaterThan(limit - 5);
    expect(first).not.toBe(names[kind](`${name}y`));
    expect(first).toBe(names[kind](`${name}x`));
    expect(first).toMatch(kind === 'sql' ? /_pr_1234$/ : /^pr-1234-/);
    expect(first).toMatch(/^[a-z0-9_-]*[a-z0-9]$/);
  });

  test.each([
    ['the last that fits whole', names.run('a'.repeat(41)), `pr-1234-${'a'.repeat(41)}`],
    ['one more does not', names.run('a'.repeat(42)).length, 49],
    [
      'a hyphen does not come before the digest',
      names.account(`${'b'.repeat(14)}-${long}`).includes('--'),
      false,
    ],
    ['the claim', claimName('shop', 7), 'shop-pr-7-claim'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected);
  });

  test.each([
    ['pr-7', 7],
    ['pr-123456789', 123456789],
    ['pr-0', undefined],
    ['pr-07', undefined],
    ['pr-1234567890', undefined],
    ['PR-7', undefined],
    ['xpr-7', undefined],
    ['pr-7-a', undefined],
  ])('%s is the preview of %s', (environment, number) => {
    expect(pullRequestOf(environment)).toBe(number);
  });
});

describe('sizes', () => {
  test('are the smallest', () => {
    expect(web?.app).toMatchObject({ minInstances: 0, maxInstances: 1, cpuAlwaysAllocated: false });
    expect(web?.worker?.instances).toBe(1);
  });

  test('are what the section preview says, where it says something', () => {
    expect(preview.services[1]?.app?.maxInstances).toBe(3);
  });

  test('a worker without a size gets one instance, and one that is off stays off', () => {
    const off = text.replace('instances: 4', 'instances: 0');
    expect(deploymentOf(off, { environment: 'pr-7' }).services[0]?.worker?.instances).toBe(0);
    const usual = text.replace(', instances: 4', '');
    expect(deploymentOf(usual, { environment: 'pr-7' }).services[0]?.worker?.instances).toBe(1);
  });

  test('there are no alerts and no budget', () => {
    expect([base.alerts, base.budget].every((part) => part !== undefined)).toBe(true);
    expect([preview.alerts, preview.budget]).toEqual([undefined, undefined]);
  });

  test('the settings of previews come along', () => {
    expect(preview.preview).toEqual({
      pullRequest: 7,
      base: 'staging',
      max: 2,
      expireAfterSeconds: 36 * 3600,
      forks: 'label',
      seed: 'seed.sql',
      redisDatabases: { wanted: [0, 3, 5], taken: [0, 3, 5] },
    });
    expect(base.preview).toBeUndefined();
  });
});

describe('secrets', () => {
  test('with from_env: those on the list, with where else the value comes from', () => {
    const fromEnvironment = preview.secrets.filter(({ source }) => source.kind === 'from_env');
    expect(fromEnvironment.map(({ name, source }) => [name, source])).toEqual([
      ['pr-7-api-key', { kind: 'from_env', variable: 'API_KEY', copyOf: 'api-key' }],
    ]);
  });

  test('a needed one that is not on the list is reported where it is needed', () => {
    const broken = text.replace('secrets: [api-key]', 'secrets: []');
    const expected = [
      'SECRET_NOT_FOR_PREVIEWS 32:25 services.web.secrets.API_KEY',
      'SECRET_NOT_FOR_PREVIEWS 33:36 services.web.secret_files./etc/key/file',
      'SECRET_NOT_FOR_PREVIEWS 40:78 services.big.sidecars.proxy.secrets.KEY',
    ];
    expect(brief(findingsOf(broken, { environment: 'pr-7' }))).toEqual(expected);
    expect(brief(findingsOf(broken, { environment: 'staging' }))).toEqual(expected);
  });

  test('a file that says nothing about previews is checked when one is asked for', () => {
    const silent = text.replace(/^previews: .*\n/m, '');
    expect(findingsOf(silent, { environment: 'staging' })).toEqual([]);
    expect(findingsOf(silent, { environment: 'pr-7' })).not.toEqual([]);
  });

  test('a harmless one of its own needs no permission', () => {
    const own = text
      .replace('secrets: [api-key]', 'secrets: []')
      .replace('    extends: staging\n', '    extends: staging\n    secrets: { api-key: { value: test } }\n');
    expect(deploymentOf(own, { environment: 'pr-7' }).secrets[3]?.name).toBe('pr-7-api-key');
  });

  test.each([
    ['session', 'SECRET_IS_OWN 13:23 previews.secrets[0]'],
    ['api-kye', 'UNDECLARED_SECRET 13:23 previews.secrets[0]'],
  ])('%s on the list', (name, finding) => {
    const broken = text.replace('secrets: [api-key]', `secrets: [${name}, api-key]`);
    expect(brief(findingsOf(broken, { environment: 'pr-7' }))).toEqual([finding]);
  });
});

describe('logical databases of Redis', () => {
  const facts = {
    redis: { host: '10.0.0.3', port: 6379, auth: new Secret('pw') },
    redisDatabases: new Map([
      [0, 10],
      [3, 11],
      [5, 12],
    ]),
  };
  const value = (name: string) => {
    const source = preview.secrets.find((secret) => secret.name === name)?.source;
    return source?.kind === 'value' ? resolveSecret(source.template, facts).reveal() : undefined;
  };

  test('are those that the preview was given', () => {
    expect(value('pr-7-broker')).toBe('redis://:pw@10.0.0.3:6379/11');
    expect(value('pr-7-cache')).toBe('redis://:pw@10.0.0.3:6379/10?timeout=1');
    expect(resolveText(web?.env.NUMBER ?? { parts: [], place: { line: 0, column: 0 } }, facts)).toBe('12');
  });

  test('are not known before they were given', () => {
    const source = preview.secrets.find(({ name }) => name === 'pr-7-broker')?.source;
    const template = source?.kind === 'value' ? source.template : undefined;
    expect(() => template && resolveSecret(template, { redis: facts.redis })).toThrow('redis.database.3');
  });

  test('are the numbers of the file elsewhere', () => {
    expect(base.services[0]?.env.NUMBER?.parts).toEqual(['5']);
    expect(base.secrets.find(({ name }) => name === 'broker')?.source).toMatchObject({
      template: { parts: [{ kind: 'redis', field: 'url' }, '/3'] },
    });
  });

  test.each([
    [`"\${redis.host}"`, ['REDIS_DATABASE_OPEN 39:19 services.big.env.REDIS']],
    [`"\${redis.host}:\${redis.port}"`, ['REDIS_DATABASE_OPEN 39:19 services.big.env.REDIS']],
    [`"redis://\${redis.host}:6379/4"`, []],
    [`"redis://\${redis.host}:\${redis.port}/4"`, []],
    [`"\${redis.host}", DB: "\${redis.database.4}"`, []],
  ])('%s', (written, findings) => {
    const changed = text.replace(
      'build: { context: big }',
      `build: { context: big }\n    env: { REDIS: ${written} }`,
    );
    expect(brief(findingsOf(changed, { environment: 'pr-7' }))).toEqual(findings);
    expect(
      brief(
        findingsOf(changed.replace('previews: {', 'previews: { redis: instance,'), { environment: 'pr-7' }),
      ),
    ).toEqual([]);
  });

  test('an instance of its own has a name of its own and the numbers of the file', () => {
    const own = deploymentOf(text.replace('previews: {', 'previews: { redis: instance,'), {
      environment: 'pr-7',
    });
    expect(own.redis?.instance).toBe('pr-7-staging-redis');
    expect(own.preview?.redisDatabases).toBeUndefined();
    expect(JSON.stringify(own.secrets)).not.toContain('redis_database');
  });
});

describe('which environment is meant', () => {
  test.each([
    ['the template itself', 'preview', text, ['PREVIEW_TEMPLATE_CHOSEN 10:3 environments.preview']],
    [
      'no template',
      'pr-7',
      text.replace(/ {2}preview:\n.*\n.*\n/, ''),
      ['NO_PREVIEW_TEMPLATE 4:1 environments'],
    ],
    [
      'a template of nothing',
      'pr-7',
      text.replace('    extends: staging\n', '    project: shop-staging\n'),
      ['NO_PREVIEW_TEMPLATE 10:3 environments.preview'],
    ],
    [
      'an extends of nothing',
      'pr-7',
      text.replace('extends: staging', 'extends: stagin'),
      [
        'NO_PREVIEW_TEMPLATE 10:3 environments.preview',
        'UNKNOWN_ENVIRONMENT 11:14 environments.preview.extends',
      ],
    ],
  ])('%s', (_, environment, changed, expected) => {
    expect(brief(findingsOf(changed, { environment }))).toEqual(expected);
    expect(parseDeployment(changed, { file: 'f', root: '.', environment }).deployment).toBeUndefined();
  });

  test('an environment of that very name wins', () => {
    const declared = text.replace('  preview:\n', '  pr-7: { project: other-project }\n  preview:\n');
    const found = deploymentOf(declared, { environment: 'pr-7' });
    expect([found.project, found.preview]).toEqual(['other-project', undefined]);
  });

  test('an environment preview that extends nothing is one like others', () => {
    const plain = text
      .replace('    extends: staging\n', '    project: shop-other\n')
      .replace(/^previews: .*\n/m, '');
    expect(deploymentOf(plain, { environment: 'preview' }).project).toBe('shop-other');
  });

  test.each([
    ['project: other-project', 'project'],
    ['region: europe-west1', 'region'],
    ['database: { tier: db-g1-small }', 'database.tier'],
    ['redis: { memory_gb: 2 }', 'redis'],
    ['network: { egress: all-traffic }', 'network'],
    ['builds: { timeout: 5m }', 'builds'],
  ])('%s in the section preview has no effect, and is reported', (line, path) => {
    const changed = text.replace('    extends: staging\n', `    extends: staging\n    ${line}\n`);
    const codes = findingsOf(changed, { environment: 'pr-7' }).map(
      (finding) => `${finding.code} ${finding.path}`,
    );
    expect(codes).toContain(`SHARED_WITH_PREVIEWS environments.preview.${path}`);
  });

  test('the names of the database may differ', () => {
    const changed = text.replace(
      '    extends: staging\n',
      '    extends: staging\n    database: { name: trial }\n',
    );
    expect(deploymentOf(changed, { environment: 'pr-7' }).database?.name).toBe('trial_pr_7');
  });

  test('the template lives in the project of what it extends', () => {
    const found = environmentsInProject(text, { file: 'f', root: '.' }, 'shop-staging');
    expect(found.map(({ name }) => name)).toEqual(['staging', 'preview']);
  });

  test('previews cannot be set per environment', () => {
    const changed = text.replace(
      '    extends: staging\n',
      '    extends: staging\n    previews: { max: 1 }\n',
    );
    expect(brief(findingsOf(changed, { environment: 'staging' }))).toContain(
      'UNKNOWN_KEY 12:5 environments.preview.previews',
    );
  });
});
