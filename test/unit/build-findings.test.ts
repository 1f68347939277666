import { describe, expect, test } from 'vitest';
import { inspectSources } from '../../src/build/findings.ts';
import type { Build } from '../../src/config/deployment.ts';
import { build, checkout, deployment, type Tree } from './build-case.ts';

async function findingsOf(tree: Tree, parts: Partial<Build> = {}, port = 8080) {
  await using files = await checkout(tree);
  return (await inspectSources(deployment({ web: build(parts) }, port), files.root)).findings;
}

const dockerfile = (...text: string[]): Tree => ({ 'app/Dockerfile': ['FROM a', ...text].join('\n') });

describe('sources that are there', () => {
  test.each<[string, string, Tree]>([
    ['a file', 'COPY a.py /app/', { 'app/a.py': '' }],
    ['a folder', 'COPY src/ /app/', { 'app/src/x/a.py': '' }],
    ['with a dot before it', 'COPY ./src /app/', { 'app/src/a.py': '' }],
    ['from the root of the context', 'COPY /src /app/', { 'app/src/a.py': '' }],
    ['all', 'COPY . /app/', {}],
    ['a pattern', 'COPY *.txt /app/', { 'app/requirements.txt': '' }],
    ['a pattern of folders', 'COPY packages/* /app/', { 'app/packages/one/a.py': '' }],
    ['a pattern within', 'COPY packages/*/go.mod /app/', { 'app/packages/one/go.mod': '' }],
    ['what may be absent', 'COPY package.json yarn.lock* /app/', { 'app/package.json': '' }],
    ['a link', 'COPY current /app/', { 'app/current': { link: 'x' } }],
    [
      'what the ignore file takes back',
      'COPY vendor/a /x',
      { 'app/.dockerignore': 'vendor\n!vendor/a', 'app/vendor/a': '' },
    ],
  ])('%s', async (_, line, tree) => {
    expect(await findingsOf({ ...dockerfile(line), ...tree })).toEqual([]);
  });
});

describe('sources that are missing', () => {
  test.each<[string, string, Tree]>([
    ['a file', 'COPY b.py /app/', { 'app/a.py': '' }],
    ['a name that begins alike', 'COPY src /app/', { 'app/src2/a.py': '' }],
    ['outside of the context', 'COPY ../lib /app/', { 'lib/a.py': '' }],
    ['relative to the repository', 'COPY app/a.py /app/', { 'app/a.py': '' }],
    ['ignored', 'COPY dist /app/', { 'app/dist/x': '', 'app/.dockerignore': 'dist' }],
    ['a pattern of nothing', 'COPY *.txt /app/', { 'app/a.py': '' }],
    ['a pattern does not reach into folders', 'COPY *.txt /app/', { 'app/x/a.txt': '' }],
  ])('%s', async (_, line, tree) => {
    const findings = await findingsOf({ ...dockerfile('RUN x', line), ...tree });
    expect(findings).toMatchObject([
      {
        code: 'COPY_SOURCE_MISSING',
        severity: 'error',
        file: 'app/Dockerfile',
        place: { line: 3, column: 1 },
      },
    ]);
  });

  test('are all named at once, each at its line', async () => {
    const findings = await findingsOf(dockerfile('COPY a /', 'COPY b c /'));
    expect(findings.map(({ place, message }) => `${place.line} ${message}`)).toEqual([
      '2 "a" is not in the build context app.',
      '3 "b" is not in the build context app.',
      '3 "c" is not in the build context app.',
    ]);
  });
});

describe('the port', () => {
  test.each<[string, string, Partial<Build>]>([
    ['that is exposed', 'EXPOSE 8080', {}],
    ['among others', 'EXPOSE 9090 8080/tcp', {}],
    ['in a range', 'EXPOSE 8000-8100', {}],
    ['of a Dockerfile that exposes none', 'CMD x', {}],
    ['of a Dockerfile that exposes a variable', 'EXPOSE 9090 $PORT', {}],
    ['of the target', 'EXPOSE 8080\nFROM b AS other\nEXPOSE 1', { target: '0' }],
  ])('%s', async (_, line, parts) => {
    expect(await findingsOf(dockerfile(line), parts)).toEqual([]);
  });

  test('that is not exposed is found at its line of deploy.yaml, with the one that is', async () => {
    expect(await findingsOf(dockerfile('EXPOSE 5000 8000-8001'))).toMatchObject([
      {
        code: 'PORT_NOT_EXPOSED',
        file: 'deploy.yaml',
        place: { line: 20, column: 13 },
        path: 'services.web.app.port',
        message: expect.stringMatching(/listener on 8080, but app\/Dockerfile exposes 5000, 8000-8001\.$/),
        fix: expect.stringContaining('app.port to 5000'),
      },
    ]);
  });
});

test('what cannot be read is a finding of its service, and the other services are looked at too', async () => {
  await using files = await checkout({
    'one/Dockerfile': 'FROM a\nCOPY missing /\n',
    'two/Dockerfile': 'FROM a',
    'two/.env': 'PASSWORD=x',
  });
  const services = {
    gone: build({ context: 'gone', dockerfile: 'gone/Dockerfile' }),
    one: build({ context: 'one', dockerfile: 'one/Dockerfile' }),
    two: build({ context: 'two', dockerfile: 'two/Dockerfile' }),
  };
  expect((await inspectSources(deployment(services), files.root)).findings).toMatchObject([
    { code: 'BUILD_SOURCE_MISSING', path: 'services.gone.build', place: { line: 12, column: 5 } },
    { code: 'COPY_SOURCE_MISSING', file: 'one/Dockerfile' },
    { code: 'SECRET_IN_CONTEXT', path: 'services.two.build', message: expect.stringContaining('.env') },
  ]);
});

describe('the module of a Celery worker', () => {
  const tree: Tree = {
    ...dockerfile('COPY shop /app/shop'),
    'app/shop/orders/main.py': '',
    'app/shop/mail/tasks.py': '',
    'app/other/main.py': '',
  };

  async function withWorker(command: readonly string[], args: readonly string[]) {
    await using files = await checkout(tree);
    const one = deployment({ web: build() });
    const worker = {
      runtime: 'pool' as const,
      name: 'w',
      cpu: '1',
      memory: '512Mi',
      instances: 1,
      place: { line: 30, column: 7 },
    };
    const services = one.services.map((service) => ({ ...service, worker: { ...worker, command, args } }));
    return (await inspectSources({ ...one, services }, files.root)).findings;
  }

  test.each<[string, string[], string[]]>([
    ['that is there', ['celery'], ['-A', 'shop.orders.main:celery_app', 'worker']],
    ['that is a package', ['celery'], ['--app=shop.orders', 'worker']],
    ['in a line of a shell', ['sh', '-c'], ['exec celery -A shop.mail.tasks worker']],
    ['that pip may install', ['celery'], ['-A', 'vendor.tasks', 'worker']],
    ['of something that is no Celery', ['python'], ['-A', 'shop.nothing']],
  ])('%s is no finding', async (_, command, args) => {
    expect(await withWorker(command, args)).toEqual([]);
  });

  test.each<[string, string[], string[], string]>([
    [
      'misspelled',
      ['celery'],
      ['-A', 'shop.order.main:celery_app', 'worker'],
      'Name shop.orders.main after -A',
    ],
    ['in a shell', ['sh', '-c'], ["celery --app 'shop.order.main' worker"], 'Name shop.orders.main after -A'],
    ['elsewhere', ['celery'], ['-A', 'shop.payments.celery_application', 'worker'], 'Name the module that'],
  ])('%s is one at the line of the worker', async (_, command, args, fix) => {
    const [finding, ...others] = await withWorker(command, args);
    expect(finding).toMatchObject({
      code: 'CELERY_MODULE_MISSING',
      severity: 'error',
      place: { line: 30, column: 7 },
      path: 'services.web.worker.args',
    });
    expect(finding?.fix).toContain(fix);
    expect(others).toEqual([]);
  });

  test('that the Dockerfile leaves out is one, though the context has it', async () => {
    await using files = await checkout({
      ...tree,
      'app/shop/reports/main.py': '',
      'app/Dockerfile': 'FROM a\nCOPY shop/orders /app/shop/orders',
    });
    const one = deployment({ web: build() });
    const worker = {
      runtime: 'pool' as const,
      name: 'w',
      cpu: '1',
      memory: '512Mi',
      instances: 1,
      place: { line: 30, column: 7 },
      command: ['celery'],
      args: ['-A', 'shop.reports.main', 'worker'],
    };
    const services = one.services.map((service) => ({ ...service, worker }));
    const { findings } = await inspectSources({ ...one, services }, files.root);
    expect(findings.map(({ code }) => code)).toEqual(['CELERY_MODULE_MISSING']);
  });
});
