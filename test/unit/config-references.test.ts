import { describe, expect, test } from 'vitest';
import {
  type Facts,
  resolveSecret,
  resolveText,
  type Template,
  UnknownFact,
} from '../../src/config/template.ts';
import { Secret } from '../../src/lib/secret.ts';
import { brief, deploymentOf, file, findingsOf, fixture } from './config-case.ts';

const facts: Facts = {
  projectNumber: '123456789012',
  redis: { host: '10.0.0.3', port: 6379, auth: new Secret('au/th') },
  database: { host: '10.0.0.9', password: new Secret('p@ss/word') },
};

/** A file with everything that can be named, and one variable and one secret to name it in. */
function estate(env: string, value: string, connectivity = 'public'): string {
  return file(
    `buckets: { media: { name: "shop-\${environment}-media" } }`,
    `database: { instance: shop-db, name: shop_db, user: shop-user, connectivity: ${connectivity} }`,
    'redis: {}',
    `secrets: { text: { value: ${JSON.stringify(value)} } }`,
    'services:',
    '  api-gateway: { image: "a:1", app: {} }',
    '  jobs: { image: "a:1", worker: {} }',
    `  web: { image: "a:1", app: {}, env: { TEXT: ${JSON.stringify(env)} } }`,
  );
}

function inEnv(text: string, connectivity?: string): Template {
  const service = deploymentOf(estate(text, 'none', connectivity)).services.find(({ key }) => key === 'web');
  const template = service?.env.TEXT;
  if (template === undefined) throw new Error('the variable is not there');
  return template;
}

function inSecret(text: string, connectivity?: string): Template {
  const { secrets } = deploymentOf(estate('none', text, connectivity));
  const source = secrets.find(({ name }) => name === 'text')?.source;
  if (source?.kind !== 'value') throw new Error('the secret is not there');
  return source.template;
}

describe('references that the file answers', () => {
  test.each([
    [`\${project}`, 'shop-project'],
    [`\${region}`, 'us-central1'],
    [`\${environment}`, 'default'],
    [`\${name}`, 'shop'],
    [`\${ project }`, 'shop-project'],
    [`\${buckets.media}`, 'shop-default-media'],
    [`\${buckets.media.name}`, 'shop-default-media'],
    [`\${buckets.media.url}/in`, 'gs://shop-default-media/in'],
    [`\${database.host}`, '/cloudsql/shop-project:us-central1:shop-db'],
    [`\${database.port}`, '5432'],
    [`\${database.name}`, 'shop_db'],
    [`\${database.user}`, 'shop-user'],
    [`\${database.instance}`, 'shop-db'],
    [`\${database.connection_name}`, 'shop-project:us-central1:shop-db'],
    [`$\${project}`, `\${project}`],
    [`a$\${b}\${name}$c`, `a\${b}shop$c`],
    ['$HOME $(pwd) {a} }', '$HOME $(pwd) {a} }'],
  ])('%s', (text, expected) => {
    expect(inEnv(text).parts).toEqual([expected]);
  });
});

describe('references that provisioning answers', () => {
  test.each([
    [`\${project_number}`, '123456789012'],
    [`\${services.api-gateway.url}/v1`, 'https://shop-api-gateway-123456789012.us-central1.run.app/v1'],
    [`wss://\${services.api-gateway.host}/ws`, 'wss://shop-api-gateway-123456789012.us-central1.run.app/ws'],
    [`\${redis.host}:\${redis.port}`, '10.0.0.3:6379'],
  ])('%s in env', (text, expected) => {
    expect(resolveText(inEnv(text), facts)).toBe(expected);
    expect(() => resolveText(inEnv(text), {})).toThrow(UnknownFact);
  });

  test.each([
    [`\${redis.auth}`, 'public', 'au/th'],
    [`\${redis.url}/3`, 'public', 'redis://:au%2Fth@10.0.0.3:6379/3'],
    [`\${database.password}`, 'public', 'p@ss/word'],
    [
      `\${database.url}`,
      'public',
      'postgresql://shop-user:p%40ss%2Fword@/shop_db?host=/cloudsql/shop-project:us-central1:shop-db',
    ],
    [`\${database.url}`, 'private', 'postgresql://shop-user:p%40ss%2Fword@10.0.0.9:5432/shop_db'],
    [`\${services.api-gateway.url}`, 'public', 'https://shop-api-gateway-123456789012.us-central1.run.app'],
  ])('%s in a secret (%s)', (text, connectivity, expected) => {
    expect(resolveSecret(inSecret(text, connectivity), facts).reveal()).toBe(expected);
  });

  test('the host of a private database is known only afterwards', () => {
    expect(inEnv(`\${database.host}`, 'private').parts).toEqual([{ kind: 'database', field: 'host' }]);
  });
});

describe('references that cannot be', () => {
  test.each([
    [`\${projct}`, 'UNKNOWN_REFERENCE', `did you mean \${project}?`],
    [`\${project.id}`, 'UNKNOWN_REFERENCE', `did you mean \${project}?`],
    [`\${services.api-gatewy.url}`, 'UNKNOWN_REFERENCE', `did you mean \${services.api-gateway.url}?`],
    [
      `\${services.api-gateway}`,
      'UNKNOWN_REFERENCE',
      `use \${services.api-gateway.url} or \${services.api-gateway.host}`,
    ],
    [
      `\${services.jobs.url}`,
      'UNKNOWN_REFERENCE',
      'jobs has no app: and so no address; give it one or remove the reference',
    ],
    [`\${buckets.medai}`, 'UNKNOWN_REFERENCE', `did you mean \${buckets.media}?`],
    [`\${buckets.other}`, 'UNKNOWN_REFERENCE', 'declare it: add other: {} under buckets:'],
    [`\${buckets.media.uri}`, 'UNKNOWN_REFERENCE', `use \${buckets.media} or \${buckets.media.url}`],
    [`\${database.hots}`, 'UNKNOWN_REFERENCE', `did you mean \${database.host}?`],
    [`\${redis.urn}`, 'UNKNOWN_REFERENCE', `did you mean \${redis.url}?`],
    [
      `\${PORT}`,
      'UNKNOWN_REFERENCE',
      `use one of the documented references, or write $\${PORT} for the characters \${PORT}`,
    ],
    [
      `\${constructor}`,
      'UNKNOWN_REFERENCE',
      `use one of the documented references, or write $\${constructor} for the characters \${constructor}`,
    ],
    [`\${project`, 'BAD_REFERENCE', `close it with }, or write $\${ for the characters \${`],
    [`\${database.password}`, 'SECRET_IN_ENV', undefined],
    [`\${database.url}`, 'SECRET_IN_ENV', undefined],
    [`\${redis.auth}`, 'SECRET_IN_ENV', undefined],
    [`\${redis.url}`, 'SECRET_IN_ENV', undefined],
  ])('%s in env', (text, code, fix) => {
    const findings = findingsOf(estate(text, 'none'));
    expect(brief(findings)).toEqual([`${code} 12:46 services.web.env.TEXT`]);
    if (fix === undefined) expect(findings[0]?.fix).toContain('put it under secrets:');
    else expect(findings[0]?.fix).toBe(fix);
  });

  test('what is not declared', () => {
    const text = file(
      `services: { web: { image: "a:1", app: {}, env: { A: "\${redis.host}", B: "\${database.host}" } } }`,
    );
    expect(findingsOf(text).map(({ code, fix }) => [code, fix.split(':')[0]])).toEqual([
      ['UNKNOWN_REFERENCE', 'declare Redis'],
      ['UNKNOWN_REFERENCE', 'declare the database'],
    ]);
  });
});

describe('outside env: and secrets:', () => {
  const service = (keys: string) => file('buckets: { media: {} }', `services: { web: { ${keys} } }`);

  test('names take what is known when names are made', () => {
    const text = service(`build: { image: "\${environment}/web" }, app: { name: "web-\${environment}" }`);
    const { app, build } = deploymentOf(text, { environment: 'live' }).services[0] ?? {};
    expect([app?.name, build?.imageName]).toEqual(['web-live', 'live/web']);
  });

  test('arguments take everything that the file answers', () => {
    const text = service(
      `build: { args: { B: "\${buckets.media}" } }, app: { args: ["--in=\${buckets.media.url}", "$\${PORT}"] }`,
    );
    const { app, build } = deploymentOf(text).services[0] ?? {};
    expect(build?.args).toEqual({ B: 'shop-media-shop-project' });
    expect(app?.args).toEqual(['--in=gs://shop-media-shop-project', `\${PORT}`]);
  });

  test.each([
    [
      'a name',
      `build: {}, app: { name: "a-\${project_number}" }`,
      'REFERENCE_NOT_KNOWN_YET 6:44 services.web.app.name',
    ],
    [
      'an argument',
      `build: {}, app: { args: ["\${services.web.url}"] }`,
      'REFERENCE_NOT_KNOWN_YET 6:45 services.web.app.args[0]',
    ],
    [
      'a build argument',
      `build: { args: { U: "\${project_number}" } }, app: {}`,
      'REFERENCE_NOT_KNOWN_YET 6:40 services.web.build.args.U',
    ],
    [
      'a misspelled name',
      `build: {}, app: { name: "a-\${enviroment}" }`,
      'UNKNOWN_REFERENCE 6:44 services.web.app.name',
    ],
  ])('%s that is not known yet', (_, keys, expected) => {
    expect(brief(findingsOf(service(keys)))).toEqual([expected]);
  });
});

test('the references that the docs list are those that work', () => {
  const page = fixture('../../../docs/deploy-yaml.md');
  const table = page.slice(page.indexOf('## References'), page.indexOf('## Access'));
  const documented = [...table.matchAll(/`(\$\{[a-zA-Z0-9_.]+\})`/g)].map(([, reference = '']) =>
    reference.replace('buckets.KEY', 'buckets.media').replace('services.KEY', 'services.api-gateway'),
  );
  expect(documented.length).toBeGreaterThan(20);
  for (const reference of documented) expect(inSecret(reference).parts.length).toBeGreaterThan(0);
});
