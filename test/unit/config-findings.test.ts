import { describe, expect, test } from 'vitest';
import { brief, deploymentOf, file, findingsOf, fixture, web } from './config-case.ts';

describe('a file with ten different mistakes', () => {
  const findings = findingsOf(fixture('ten-mistakes.yaml'), { environment: 'staging' });

  test('gives ten findings in one go, each at its place', () => {
    expect(brief(findings)).toEqual([
      'UNKNOWN_KEY 7:1 databse',
      'SECRET_IN_ENV 18:18 services.backend.env.CACHE_URL',
      'RETIRED_MODEL 19:17 services.backend.env.MODEL_ID',
      'UNDECLARED_SECRET 21:20 services.backend.secrets.SESSION_KEY',
      'NOT_A_SECRET_NAME 22:22 services.backend.secrets.POSTGRES_PORT',
      'INVALID_VALUE 23:18 services.backend.app.port',
      'WORKER_HAS_PORT 24:15 services.backend.worker.port',
      'SERVICE_ACCOUNT_ID 25:3 services.frontend-of-the-whole-shop',
      'UNPINNED_IMAGE 26:12 services.frontend-of-the-whole-shop.image',
      'UNKNOWN_REFERENCE 28:20 services.frontend-of-the-whole-shop.env.BACKEND_URL',
    ]);
  });

  test('says for each what to do', () => {
    const fixes = findings.map((finding) => finding.fix);
    expect(fixes[0]).toBe('did you mean "database"?');
    expect(fixes[1]).toContain('under secrets:');
    expect(fixes[3]).toBe('did you mean "shop-session-key"?');
    expect(fixes[4]).toContain('put POSTGRES_PORT under env:');
    expect(fixes[5]).toBe('write at most 65535');
    expect(fixes[9]).toBe(`did you mean \${services.backend.url}?`);
    expect(findings.every(({ severity, file }) => severity === 'error' && file === 'deploy.yaml')).toBe(true);
  });
});

describe('text that is not YAML', () => {
  test('a quote that is never closed is the only finding, where it was opened', () => {
    expect(brief(findingsOf(fixture('syntax-error.yaml')))).toEqual(['YAML_SYNTAX 5:12']);
  });

  test.each([
    ['a tab as indentation', 'version: 1\nservices:\n\tweb: {}\n', 'YAML_SYNTAX 3:1'],
    ['an open bracket', 'version: 1\nname: [a\n', 'YAML_SYNTAX 3:1'],
    ['two documents', 'version: 1\n---\nname: a\n', 'YAML_SYNTAX 2:1'],
    ['an unknown alias', 'version: 1\nname: *nothing\n', 'YAML_SYNTAX 2:7 name'],
    [
      'an alias that contains itself',
      'version: 1\nservices: &all\n  web: *all\n',
      'YAML_SYNTAX 3:3 services.web',
    ],
    ['nothing', '', 'EMPTY_FILE 1:1'],
    ['only a comment', '# later\n', 'EMPTY_FILE 1:1'],
    ['a list', '- version: 1\n', 'WRONG_TYPE 1:1'],
  ])('%s', (_, text, expected) => {
    expect(brief(findingsOf(text))).toEqual([expected]);
  });

  test('thousands of nested brackets are refused, not a crash', () => {
    expect(findingsOf(`version: ${'['.repeat(20_000)}`).map(({ code }) => code)).toEqual(['YAML_SYNTAX']);
  });

  test('aliases that unfold to millions of values are refused', () => {
    const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      levels.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(findingsOf(`${levels.join('\n')}\n`).map(({ code }) => code)).toEqual(['YAML_SYNTAX']);
  });

  test('a key given twice is reported beside other problems', () => {
    const text = web('replicas: 2').replace('region: us-central1', 'region: us-central1\nregion: us-east1');
    expect(brief(findingsOf(text))).toEqual(['DUPLICATE_KEY 5:1', 'UNKNOWN_KEY 10:5 services.web.replicas']);
  });
});

describe('what the schema refuses', () => {
  test.each([
    ['an unknown key', web('worker: { comand: [a] }'), ['UNKNOWN_KEY 9:15 services.web.worker.comand']],
    ['a key that resembles none', web('sidecar: {}'), ['UNKNOWN_KEY 9:5 services.web.sidecar']],
    ['memory without a unit', web('worker: { memory: 512 }'), ['WRONG_TYPE 9:23 services.web.worker.memory']],
    [
      'memory with a wrong unit',
      web('worker: { memory: 1GB }'),
      ['INVALID_VALUE 9:23 services.web.worker.memory'],
    ],
    [
      'a fraction of an instance',
      web('worker: { instances: 1.5 }'),
      ['WRONG_TYPE 9:26 services.web.worker.instances'],
    ],
    [
      'yes for true',
      file('services: { web: { build: {}, app: { public: yes } } }'),
      ['WRONG_TYPE 5:46 services.web.app.public'],
    ],
    ['a text for a list', web('roles: aiplatform.user'), ['WRONG_TYPE 9:12 services.web.roles']],
    ['a map for a text', web('env: { A: { b: c } }'), ['WRONG_TYPE 9:15 services.web.env.A']],
    ['nothing after a key', web('worker:'), ['WRONG_TYPE 9:5 services.web.worker']],
    ['an unknown choice', file('redis: { tier: BASICS }', 'services: {}'), ['INVALID_VALUE 5:16 redis.tier']],
    ['a variable with a hyphen', web('env: { MY-VAR: a }'), ['INVALID_NAME 9:12 services.web.env.MY-VAR']],
    [
      'a service in capitals',
      file('services: { Web: { image: a@sha256:b, app: {} } }'),
      ['INVALID_NAME 5:13 services.Web'],
    ],
    [
      'a key that means something to JavaScript',
      web('env: { __proto__: a }'),
      ['INVALID_NAME 9:12 services.web.env'],
    ],
    [
      'a later version',
      file('services: {}').replace('version: 1', 'version: 2'),
      ['INVALID_VALUE 1:10 version'],
    ],
    ['no name', file('services: {}').replace('name: shop\n', ''), ['MISSING_KEY 1:1 name']],
    ['no region', file('services: {}').replace('region: us-central1\n', ''), ['MISSING_KEY 1:1 region']],
    ['no services', file(), ['MISSING_KEY 1:1 services']],
    [
      'no origins',
      file('buckets: { a: { cors: [ { methods: [GET] } ] } }', 'services: {}'),
      ['MISSING_KEY 5:25 buckets.a.cors[0].origins'],
    ],
    [
      'a project that is not an id',
      file('services: {}').replace('shop-project', 'Shop'),
      ['INVALID_VALUE 3:10 project'],
    ],
    [
      'a duration in words',
      web('worker: {}').replace('app: {}', 'app: { timeout: 5 minutes }'),
      ['INVALID_VALUE 8:21 services.web.app.timeout'],
    ],
    [
      'an absolute context',
      web().replace('build: {}', 'build: { context: /app }'),
      ['INVALID_VALUE 7:23 services.web.build.context'],
    ],
  ])('%s', (_, text, expected) => {
    expect(brief(findingsOf(text))).toEqual(expected);
  });

  test('a misspelled section is read as the one it resembles, so that its users are not blamed', () => {
    const text = file(
      'secret: { key: { generate: 32 } }',
      ...web('secrets: { KEY: key }').split('\n').slice(4),
    );
    expect(brief(findingsOf(text))).toEqual(['UNKNOWN_KEY 5:1 secret']);
  });

  test('a refused service still counts for those who refer to it', () => {
    const text = web(`env: { API: "\${services.api.url}" }`, 'env_groups: [common]').concat(
      '  api: 5\n',
      'env_groups: 7\n',
    );
    expect(brief(findingsOf(text))).toEqual([
      'UNDECLARED_ENV_GROUP 10:18 services.web.env_groups[0]',
      'WRONG_TYPE 11:8 services.api',
      'WRONG_TYPE 12:13 env_groups',
    ]);
  });

  test('numbers and true/false are texts where texts are wanted, as they were written', () => {
    const { services } = deploymentOf(web('env: { A: False, B: 0755, C: 1.10, D: "", E: 5432 }'));
    const texts = Object.values(services[0]?.env ?? {}).map(({ parts }) => parts.join(''));
    expect(texts).toEqual(['False', '0755', '1.10', '', '5432']);
  });
});

describe('variables', () => {
  test.each([
    ['PORT', web('env: { PORT: 80 }'), ['RESERVED_VARIABLE 9:12 services.web.env.PORT']],
    ['K_SERVICE', web('env: { K_SERVICE: a }'), ['RESERVED_VARIABLE 9:12 services.web.env.K_SERVICE']],
    [
      'the same under env: and secrets:',
      file(
        'secrets: { key: { generate: 32 } }',
        ...web('env: { KEY: a }', 'secrets: { KEY: key }').split('\n').slice(4),
      ),
      ['DUPLICATE_VARIABLE 11:16 services.web.secrets.KEY'],
    ],
    [
      'a path of a secret under env:',
      web('env: { A: projects/1/secrets/a/versions/2 }'),
      ['SECRET_PATH_IN_ENV 9:15 services.web.env.A'],
    ],
    [
      'a socket under secrets:',
      web('secrets: { HOST: /cloudsql/a:b:c }'),
      ['NOT_A_SECRET_NAME 9:22 services.web.secrets.HOST'],
    ],
    [
      'a number under secrets:',
      web('secrets: { PORT_OF_DB: "5432" }'),
      ['NOT_A_SECRET_NAME 9:28 services.web.secrets.PORT_OF_DB'],
    ],
    [
      'brackets under secrets:',
      web('secrets: { A: "[a:latest]" }'),
      ['NOT_A_SECRET_NAME 9:19 services.web.secrets.A'],
    ],
    [
      'a version under secrets:',
      web('secrets: { A: key:latest }'),
      ['NOT_A_SECRET_NAME 9:19 services.web.secrets.A'],
    ],
    ['an undeclared secret', web('secrets: { A: key }'), ['UNDECLARED_SECRET 9:19 services.web.secrets.A']],
    [
      'an undeclared group',
      web('env_groups: [common]'),
      ['UNDECLARED_ENV_GROUP 9:18 services.web.env_groups[0]'],
    ],
    [
      'a retired model in a path',
      web('env: { M: publishers/google/models/imagegeneration@006 }'),
      ['RETIRED_MODEL 9:15 services.web.env.M'],
    ],
    ['a model that is served', web('env: { M: gemini-3.5-flash }'), []],
    ['a model whose name only begins like a retired one', web('env: { M: gemini-1.0-professional }'), []],
  ])('%s', (_, text, expected) => {
    expect(brief(findingsOf(text))).toEqual(expected);
  });

  test('the version in the name of a secret is taken off in the fix', () => {
    expect(findingsOf(web('secrets: { A: key:latest }'))[0]?.fix).toContain('write key;');
  });
});

describe('workloads', () => {
  const app = (keys: string) => web().replace('app: {}', `app: { ${keys} }`);
  test.each([
    ['nothing that runs', web().replace('    app: {}\n', ''), ['NO_WORKLOAD 6:3 services.web']],
    ['nothing to run', web().replace('    build: {}\n', ''), ['NO_IMAGE 6:3 services.web']],
    ['an image and a build', web('image: nginx:1.29'), ['IMAGE_AND_BUILD 9:12 services.web.image']],
    [
      'an image without a tag',
      web('image: nginx').replace('    build: {}\n', ''),
      ['UNPINNED_IMAGE 8:12 services.web.image'],
    ],
    [
      'an image of a registry with a port',
      web('image: localhost:5000/a').replace('    build: {}\n', ''),
      ['UNPINNED_IMAGE 8:12 services.web.image'],
    ],
    ['an image with a tag', web('image: localhost:5000/a:1').replace('    build: {}\n', ''), []],
    ['an image with a digest', web(`image: a@sha256:${'0'.repeat(64)}`).replace('    build: {}\n', ''), []],
    [
      'a digest that is too short',
      web('image: a@sha256:00').replace('    build: {}\n', ''),
      ['INVALID_VALUE 8:12 services.web.image'],
    ],
    [
      'more at least than at most',
      app('min_instances: 3, max_instances: 2'),
      ['MIN_ABOVE_MAX 8:27 services.web.app.min_instances'],
    ],
    [
      '4 CPUs with too little memory',
      app('cpu: 4, memory: 1Gi'),
      ['CPU_MEMORY 8:28 services.web.app.memory'],
    ],
    ['4 CPUs with enough memory', app('cpu: 4, memory: 2Gi'), []],
    [
      '8 CPUs with too little memory',
      app('cpu: 8, memory: 2Gi'),
      ['CPU_MEMORY 8:28 services.web.app.memory'],
    ],
    ['too few CPUs for the memory', app('memory: 5Gi'), ['CPU_MEMORY 8:5 services.web.app']],
    ['a third CPU', app('cpu: 3'), ['CPU_MEMORY 8:17 services.web.app.cpu']],
    ['more memory than there is', app('cpu: 8, memory: 33Gi'), ['CPU_MEMORY 8:28 services.web.app.memory']],
    [
      'half a CPU and many requests at a time',
      app('cpu: 0.5, concurrency: 80'),
      ['CPU_CONCURRENCY 8:35 services.web.app.concurrency'],
    ],
    [
      'half a CPU that is kept',
      app('cpu: 500m, cpu_always_allocated: true'),
      ['CPU_ALWAYS_ALLOCATED 8:45 services.web.app.cpu_always_allocated'],
    ],
    ['half a CPU', app('cpu: 0.5'), []],
    ['a request of two hours', app('timeout: 2h'), ['INVALID_VALUE 8:21 services.web.app.timeout']],
    [
      'a worker with little memory',
      web('worker: { memory: 256Mi }'),
      ['CPU_MEMORY 9:23 services.web.worker.memory'],
    ],
  ])('%s', (_, text, expected) => {
    expect(brief(findingsOf(text))).toEqual(expected);
  });
});

describe('names', () => {
  const long = 'a'.repeat(50);
  test.each([
    [
      'an account id over 30 characters',
      web(`service_account: sa-${'x'.repeat(28)}`),
      ['SERVICE_ACCOUNT_ID 9:22 services.web.service_account'],
    ],
    [
      'an account id under 6 characters',
      web('service_account: sa-x'),
      ['SERVICE_ACCOUNT_ID 9:22 services.web.service_account'],
    ],
    [
      'the account of builds, from a long name',
      web('service_account: sa-web').replace('name: shop', `name: ${'s'.repeat(20)}`),
      ['SERVICE_ACCOUNT_ID 2:7 name'],
    ],
    [
      'a Cloud Run name of 50 characters',
      web().replace('app: {}', `app: { name: ${long} }`),
      ['RUN_NAME_TOO_LONG 8:18 services.web.app.name'],
    ],
    [
      'a Cloud Run name of 49 characters',
      web().replace('app: {}', `app: { name: ${long.slice(1)} }`),
      ['RUN_NAME_NOT_TRIED 8:18 services.web.app.name'],
    ],
    [
      'two services with one Cloud Run name',
      web().concat('  api: { image: "a:1", app: { name: shop-web } }\n'),
      ['DUPLICATE_RUN_NAME 9:37 services.api.app.name'],
    ],
    [
      'an impossible bucket name',
      file('buckets: { a: { name: my-google-files } }', 'services: {}'),
      ['BUCKET_NAME 5:23 buckets.a.name'],
    ],
  ])('%s', (_, text, expected) => {
    expect(brief(findingsOf(text))).toEqual(expected);
  });
});

describe('secrets and the database', () => {
  test.each([
    ['no source', 'secrets: { a: {} }', ['SECRET_SOURCE 5:12 secrets.a']],
    ['two sources', 'secrets: { a: { generate: 32, from_env: A } }', ['SECRET_SOURCE 5:12 secrets.a']],
    [
      'an alphabet for nothing',
      'secrets: { a: { from_env: A, alphabet: hex } }',
      ['SECRET_SOURCE 5:40 secrets.a.alphabet'],
    ],
    [
      'a line break at the end',
      'secrets: { a: { value: "a\\n" } }',
      ['SECRET_TRAILING_NEWLINE 5:24 secrets.a.value'],
    ],
    [
      'a secret that the database brings',
      'database: {}\nsecrets: { shop-pg-password: { generate: 32 } }',
      ['DATABASE_SECRET_DECLARED 6:12 secrets.shop-pg-password'],
    ],
    ['the same without a database', 'secrets: { shop-pg-password: { generate: 32 } }', []],
    [
      'recovery without backups',
      'database: { backups: false }',
      ['RECOVERY_WITHOUT_BACKUPS 5:22 database.backups'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(brief(findingsOf(file(lines, 'services: {}')))).toEqual(expected);
  });

  test('naming a secret of the database without declaring it is fine', () => {
    const text = file('database: {}', ...web('secrets: { PASSWORD: shop-pg-password }').split('\n').slice(4));
    expect(deploymentOf(text).services[0]?.secrets.PASSWORD?.secret).toBe('shop-pg-password');
  });
});

describe('a broker of two services with workers', () => {
  const services = (first: string, second: string) =>
    file(
      'redis: {}',
      'secrets:',
      `  a-broker: { value: "\${redis.url}/${first}" }`,
      `  b-broker: { value: "\${redis.url}/${second}" }`,
      'services:',
      '  a: { image: "a:1", worker: {}, service_account: sa-shop-a, secrets: { CELERY_BROKER_URL: a-broker } }',
      '  b: { image: "b:1", worker: {}, service_account: sa-shop-b, secrets: { CELERY_BROKER_URL: b-broker } }',
    );

  test('is a warning, and the deployment is there', () => {
    const findings = findingsOf(services('1', '1'));
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['SHARED_BROKER', 'warning']]);
    expect(deploymentOf(services('1', '1')).services).toHaveLength(2);
  });

  test('is nothing when each has its own database', () => {
    expect(findingsOf(services('1', '2'))).toEqual([]);
  });
});

describe('a broker that no worker takes tasks from', () => {
  const shop = (broker: string) =>
    findingsOf(
      file(
        'redis: {}',
        'secrets:',
        `  web-broker: { value: "\${redis.url}/1" }`,
        `  jobs-broker: { value: "${broker}" }`,
        'services:',
        '  web: { build: {}, app: {}, secrets: { BROKER_URL: web-broker } }',
        `  jobs: { build: {}, secrets: { CELERY_BROKER_URL: jobs-broker }, app: {}, worker: { command: [celery] } }`,
      ),
    );

  test('is a warning at the variable', () => {
    const findings = shop(`\${redis.url}/2`);
    expect(brief(findings)).toEqual(['BROKER_WITHOUT_WORKER 10:53 services.web.secrets.BROKER_URL']);
    expect(findings[0]?.severity).toBe('warning');
  });

  test('is nothing when the worker of another service has the same', () => {
    expect(shop(`\${redis.url}/1`)).toEqual([]);
  });
});

describe('the path of a key file', () => {
  test.each(['env: { GOOGLE_APPLICATION_CREDENTIALS: /key.json }', 'env: {}'])('%s', (line) => {
    const codes = findingsOf(web(line)).map(({ code, severity }) => `${code} ${severity}`);
    expect(codes).toEqual(line.includes('key.json') ? ['KEY_FILE_VARIABLE warning'] : []);
  });
});

describe('a name that leaves no room for the address of a trial', () => {
  const named = (length: number) =>
    findingsOf(file('services:', '  web:', '    build: {}', `    app: { name: ${'w'.repeat(length)} }`));

  test('is a warning from 44 characters on, where the host name would pass its 63', () => {
    expect(named(43)).toEqual([]);
    expect(brief(named(44))).toEqual(['RUN_NAME_NOT_TRIED 8:18 services.web.app.name']);
    expect(named(44)[0]?.severity).toBe('warning');
    expect(named(50).map(({ code }) => code)).toEqual(['RUN_NAME_TOO_LONG']);
  });
});
