import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, findingsOf, fixture } from './config-case.ts';

const text = fixture('estate.yaml');

describe('the estate of the design', () => {
  const staging = deploymentOf(text, { environment: 'staging' });
  const [tda, gateway] = staging.services;
  const grantsOf = (account: string) =>
    staging.grants
      .filter(
        ({ member }) => member === `serviceAccount:${account}@aethercast-staging.iam.gserviceaccount.com`,
      )
      .map(({ role, on }) => [role, on]);

  test.each(['staging', 'production'])('is accepted as printed for %s', (environment) => {
    expect(findingsOf(text, { environment })).toEqual([]);
  });

  test('production has what it changes', () => {
    const production = deploymentOf(text, { environment: 'production' });
    expect(production.database).toMatchObject({ tier: 'db-custom-2-7680', highAvailability: true });
    expect(production.services[1]?.app?.minInstances).toBe(1);
    expect(staging.services[1]?.app?.minInstances).toBe(0);
  });

  test('a preview lives in the project of staging, once it may have the one secret that nobody can make up', () => {
    expect(brief(findingsOf(text, { environment: 'pr-7' }))).toEqual([
      expect.stringMatching(/^SECRET_NOT_FOR_PREVIEWS .*services\.tda-service\.secrets\.TDA_NEWS_API_KEY$/),
    ]);
    const allowed = `${text}previews: { secrets: [aethercast-tda-news-api-key] }\n`;
    expect(deploymentOf(allowed, { environment: 'pr-7' }).project).toBe('aethercast-staging');
  });

  test('the tda service may read its secrets and use the database, and nothing else', () => {
    const secret = (name: string) => ['roles/secretmanager.secretAccessor', { kind: 'secret', secret: name }];
    expect(grantsOf('sa-aethercast-tda')).toEqual([
      secret('aethercast-pg-user'),
      secret('aethercast-pg-password'),
      secret('aethercast-pg-db'),
      secret('aethercast-tda-news-api-key'),
      secret('aethercast-tda-broker-url'),
      ['roles/cloudsql.client', { kind: 'project' }],
    ]);
  });

  test('the gateway may call tda, read the media and sign in its own name', () => {
    expect(grantsOf('sa-aethercast-api-gateway')).toEqual([
      ['roles/run.invoker', { kind: 'run_service', service: 'aethercast-tda-service' }],
      ['roles/storage.objectViewer', { kind: 'bucket', bucket: 'aethercast-media-aethercast-staging' }],
      [
        'roles/iam.serviceAccountTokenCreator',
        {
          kind: 'service_account',
          email: 'sa-aethercast-api-gateway@aethercast-staging.iam.gserviceaccount.com',
        },
      ],
    ]);
  });

  test('each grant says which line caused it', () => {
    const invoker = staging.grants.find(({ role }) => role === 'roles/run.invoker');
    expect(invoker?.because).toBe('services.api-gateway.env.TDA_SERVICE_URL calls tda-service');
    expect(text.split('\n')[(invoker?.place.line ?? 0) - 1]).toContain('TDA_SERVICE_URL');
  });

  test('tda reaches Redis, the gateway reaches the internal tda', () => {
    expect([tda?.vpc, gateway?.vpc]).toEqual([{ egress: 'PRIVATE_RANGES_ONLY' }, { egress: 'ALL_TRAFFIC' }]);
    expect([tda?.cloudSql, gateway?.cloudSql]).toEqual([true, false]);
    expect(staging.network?.router).toBeDefined();
    expect(staging.network?.privateServices).toBeDefined();
  });

  test('apps and the worker', () => {
    expect([tda?.app?.name, gateway?.app?.name]).toEqual([
      'aethercast-tda-service',
      'aethercast-api-gateway',
    ]);
    expect(tda?.app).toMatchObject({ port: 5000, ingress: 'internal', authentication: 'iam', cpu: '1' });
    expect(gateway?.app).toMatchObject({ ingress: 'all', authentication: 'none', timeoutSeconds: 300 });
    expect(tda?.worker).toMatchObject({
      name: 'aethercast-tda-worker',
      command: ['celery'],
      args: ['-A', 'aethercast.tda.main:celery_app', 'worker', '-l', 'info'],
      memory: '1Gi',
      instances: 1,
    });
    expect(gateway?.worker).toBeUndefined();
  });

  test('the secrets, with those of the database', () => {
    expect(staging.secrets.map(({ name, source }) => `${name} ${source.kind}`)).toEqual([
      'aethercast-pg-user value',
      'aethercast-pg-password generate',
      'aethercast-pg-db value',
      'aethercast-flask-secret-key generate',
      'aethercast-tda-news-api-key from_env',
      'aethercast-tda-broker-url value',
    ]);
    expect(staging.secrets[1]?.source).toEqual({ kind: 'generate', length: 32, alphabet: 'alphanumeric' });
  });

  test('the images', () => {
    expect(tda?.build).toMatchObject({
      context: 'app',
      dockerfile: 'app/aethercast/tda/Dockerfile',
      image: 'us-central1-docker.pkg.dev/aethercast-staging/aethercast-services/tda-service',
    });
  });
});

test('the shortest file needs nothing but defaults', () => {
  const { services } = deploymentOf(fixture('minimal.yaml'));
  expect(services).toMatchObject([
    {
      key: 'web',
      serviceAccount: 'sa-hello-web',
      build: { context: '.', dockerfile: 'Dockerfile', imageName: 'web' },
      env: {},
      secrets: {},
      cloudSql: false,
      app: {
        name: 'hello-web',
        port: 8080,
        cpu: '1',
        memory: '512Mi',
        timeoutSeconds: 300,
        minInstances: 0,
        maxInstances: 100,
        ingress: 'all',
        authentication: 'none',
      },
    },
  ]);
});
