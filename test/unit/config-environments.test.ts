import { describe, expect, test } from 'vitest';
import { environmentNames, parseDeployment } from '../../src/config/load.ts';
import { brief, deploymentOf, findingsOf, fixture } from './config-case.ts';

const text = `version: 1
name: shop
region: us-central1
environments:
  staging:
    project: shop-staging
    secrets: { key: { from_env: KEY } }
    services: { web: { app: { min_instances: 1, args: [c] } } }
  production:
    extends: staging
    project: shop-production
    region: europe-west1
    buckets: { logs: {} }
    services: { web: { app: { min_instances: 2 }, env: { LEVEL: error } } }
buckets: { files: {} }
secrets: { key: { generate: 32 } }
services:
  web:
    image: nginx:1.29
    env: { LEVEL: debug, NAME: "\${environment}" }
    app: { port: 80, args: [a, b] }
`;

describe('an environment laid over the file', () => {
  const staging = deploymentOf(text, { environment: 'staging' });
  const production = deploymentOf(text, { environment: 'production' });
  const web = production.services[0];

  test('maps merge key by key', () => {
    expect(production.buckets.map(({ key }) => key)).toEqual(['files', 'logs']);
    expect(web?.app?.port).toBe(80);
    expect(Object.keys(web?.env ?? {})).toEqual(['LEVEL', 'NAME']);
  });

  test('scalars replace, the nearest of the chain last', () => {
    expect(staging.services[0]?.app?.minInstances).toBe(1);
    expect(web?.app?.minInstances).toBe(2);
    expect([production.project, production.region]).toEqual(['shop-production', 'europe-west1']);
  });

  test('lists replace', () => {
    expect(web?.app?.args).toEqual(['c']);
  });

  test('the source of a secret is replaced as a whole', () => {
    expect(production.secrets[0]?.source).toEqual({ kind: 'from_env', variable: 'KEY' });
  });

  test('each value keeps the place of the text that it came from', () => {
    expect(web?.env.LEVEL).toEqual({ parts: ['error'], place: { line: 14, column: 65 } });
    expect(web?.env.NAME).toEqual({ parts: ['production'], place: { line: 20, column: 32 } });
  });

  test('a problem in an override is reported where it is written', () => {
    const broken = text.replace('min_instances: 2 }', 'min_instances: 200 }');
    expect(brief(findingsOf(broken, { environment: 'production' }))).toEqual([
      'MIN_ABOVE_MAX 14:46 environments.production.services.web.app.min_instances',
    ]);
  });

  test('problems of the other environments are reported too, those of the shared part once', () => {
    const broken = text
      .replace('extends: staging', 'extends: staging\n    databse: {}')
      .replace('port: 80', 'prot: 80');
    expect(brief(findingsOf(broken, { environment: 'staging' }))).toEqual([
      'UNKNOWN_KEY 11:5 environments.production.databse',
      'UNKNOWN_KEY 22:12 services.web.app.prot',
    ]);
  });
});

describe('null in an environment', () => {
  const without = (lines: string) => text.replace('    buckets: { logs: {} }\n', `${lines}\n`);

  test('takes a key of the file away, at any depth', () => {
    const lines = '    buckets: { files: null }\n    secrets: { key: ~ }';
    const { buckets, secrets } = deploymentOf(without(lines), { environment: 'production' });
    expect([buckets, secrets]).toEqual([[], []]);
    const args = text.replace('{ min_instances: 2 }', '{ min_instances: 2, args: null }');
    expect(deploymentOf(args, { environment: 'production' }).services[0]?.app?.args).toBeUndefined();
  });

  test('takes away what the environment that it extends added', () => {
    const removed = text.replace('app: { min_instances: 2 }', 'app: { min_instances: null }');
    expect(deploymentOf(removed, { environment: 'production' }).services[0]?.app?.minInstances).toBe(0);
    expect(deploymentOf(removed, { environment: 'staging' }).services[0]?.app?.minInstances).toBe(1);
  });

  test('for a key that is not there is a finding, since it is a misspelled one', () => {
    const lines = '    bukets: null\n    redis: { tier: null }';
    const findings = findingsOf(without(lines), { environment: 'staging' });
    expect(brief(findings)).toEqual([
      'NOTHING_TO_REMOVE 13:5 environments.production.bukets',
      'NOTHING_TO_REMOVE 14:14 environments.production.redis.tier',
    ]);
    expect(findings[0]?.fix).toBe('did you mean "buckets"?');
  });

  test('a key with nothing behind it is a forgotten value and takes nothing away', () => {
    expect(brief(findingsOf(without('    buckets:'), { environment: 'staging' }))).toEqual([
      'WRONG_TYPE 13:5 environments.production.buckets',
    ]);
  });
});

describe('which environment', () => {
  const one = text.replace(/ {2}production:[\s\S]*?(?=\nbuckets)/, '').trimEnd();

  test('the names of a file', () => {
    expect(environmentNames(text)).toEqual(['staging', 'production']);
    expect(environmentNames('a: [')).toEqual([]);
  });

  test('the only one may be left out', () => {
    expect(deploymentOf(one).environment).toBe('staging');
    expect(deploymentOf(one, { environment: '' }).environment).toBe('staging');
  });

  test('one of several must be chosen', () => {
    const findings = findingsOf(text);
    expect(brief(findings)).toEqual(['ENVIRONMENT_NOT_CHOSEN 4:1 environments']);
    expect(findings[0]?.fix).toBe('choose one of staging, production');
  });

  test('an unknown one is a finding beside the others', () => {
    const findings = findingsOf(text.replace('port: 80', 'port: x'), { environment: 'produktion' });
    expect(brief(findings)).toEqual([
      'UNKNOWN_ENVIRONMENT 4:1 environments',
      'WRONG_TYPE 21:18 services.web.app.port',
    ]);
    expect(findings[0]?.fix).toBe('did you mean "production"?');
  });

  test('a file without environments takes any name, and its own project', () => {
    const minimal = deploymentOf(fixture('minimal.yaml'));
    expect([minimal.environment, minimal.project]).toEqual(['default', 'hello-project']);
    expect(deploymentOf(fixture('minimal.yaml'), { environment: 'live' }).environment).toBe('live');
  });
});

describe('project and region', () => {
  test('the overrides win', () => {
    const options = { environment: 'staging', projectOverride: 'other-project', regionOverride: 'us-east1' };
    const { project, region, repository } = deploymentOf(text, options);
    expect([project, region]).toEqual(['other-project', 'us-east1']);
    expect(repository.prefix).toBe('us-east1-docker.pkg.dev/other-project/shop');
  });

  test('an override that is not a project id is a finding', () => {
    expect(
      findingsOf(text, { environment: 'staging', projectOverride: 'NO' }).map(({ code }) => code),
    ).toEqual(['INVALID_VALUE']);
  });

  test('only the chosen environment needs a project', () => {
    const without = text.replace('    project: shop-production\n', '').replace('    extends: staging\n', '');
    expect(findingsOf(without, { environment: 'staging' })).toEqual([]);
    expect(brief(findingsOf(without, { environment: 'production' }))).toEqual([
      'MISSING_PROJECT 9:3 environments.production',
    ]);
    expect(findingsOf(without, { environment: 'production', projectOverride: 'shop-production' })).toEqual(
      [],
    );
  });
});

describe('the section itself', () => {
  const file = (section: string) =>
    `version: 1\nname: shop\nregion: us-central1\nproject: shop-project\nservices: {}\nenvironments:${section}\n`;
  test.each([
    [
      'a circle',
      '\n  a: { extends: b }\n  b: { extends: a }',
      ['EXTENDS_CYCLE 7:17 environments.a.extends', 'EXTENDS_CYCLE 8:17 environments.b.extends'],
    ],
    [
      'an environment that extends itself',
      '\n  a: { extends: a }',
      ['EXTENDS_CYCLE 7:17 environments.a.extends'],
    ],
    [
      'a parent that is not there',
      '\n  a: { extends: b }',
      ['UNKNOWN_ENVIRONMENT 7:17 environments.a.extends'],
    ],
    ['a list of parents', '\n  a: { extends: [b] }', ['WRONG_TYPE 7:17 environments.a.extends']],
    ['a name of its own', '\n  a: { name: other }', ['UNKNOWN_KEY 7:8 environments.a.name']],
    ['a name in capitals', '\n  Prod: {}', ['INVALID_NAME 7:3 environments.Prod']],
    ['an empty environment', '\n  a:', ['WRONG_TYPE 7:3 environments.a']],
    ['a list of environments', ' [a]', ['WRONG_TYPE 6:15 environments']],
  ])('%s', (_, section, expected) => {
    expect(
      brief(findingsOf(file(section), { environment: 'a' })).filter((line) => !line.includes('NOT_CHOSEN')),
    ).toEqual(expect.arrayContaining(expected));
  });

  test('a circle further up ends as well', () => {
    const findings = findingsOf(file('\n  a: { extends: b }\n  b: { extends: c }\n  c: { extends: b }'), {
      environment: 'a',
    });
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'EXTENDS_CYCLE environments.b.extends',
      'EXTENDS_CYCLE environments.c.extends',
    ]);
  });
});

describe('input of any kind', () => {
  test('never throws, and gives a deployment exactly when it gives no error', () => {
    const estate = fixture('estate.yaml');
    const lines = estate.split('\n');
    const variants = [
      ...lines.map((_, index) => lines.toSpliced(index, 1).join('\n')),
      ...lines.map((line, index) => lines.with(index, line.replace(/:.*/, ': ~')).join('\n')),
      ...lines.map((line, index) => lines.with(index, line.replace(/\{.*\}/, '[7]')).join('\n')),
      ...lines.map((line) => estate.slice(0, estate.indexOf(line) + Math.floor(line.length / 2))),
    ];
    for (const variant of variants) {
      const { deployment, findings } = parseDeployment(variant, {
        file: 'f',
        root: '.',
        environment: 'staging',
      });
      expect(deployment === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
    }
  });
});
