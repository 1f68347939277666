import { describe, expect, test } from 'vitest';
import { inspectSources } from '../../src/build/findings.ts';
import type { Service } from '../../src/config/deployment.ts';
import { build, checkout, deployment } from './build-case.ts';

const place = { line: 30, column: 7 };
const text = (value: string) => ({ parts: [value], place });
const url = {
  parts: [{ kind: 'service', field: 'url', service: 'shop-orders', region: 'eu' }],
  place,
} as const;

/** `CODE line:column path`, of a program and the variables of its service. */
async function found(
  program: string,
  env: Service['env'] = {},
  { file = 'main.py', dockerfile = 'FROM a\nCOPY . /app/', secrets = {} as Service['secrets'] } = {},
) {
  await using files = await checkout({ 'app/Dockerfile': dockerfile, [`app/${file}`]: program });
  const whole = deployment({ web: build() });
  const services = whole.services.map((service) => ({ ...service, env, secrets }));
  const { findings } = await inspectSources({ ...whole, services }, files.root);
  return findings.map(({ code, place: at, path, message, severity }) => ({
    brief: `${code} ${at.line}:${at.column} ${path}`,
    message,
    severity,
  }));
}

const codes = async (...given: Parameters<typeof found>) => (await found(...given)).map(({ brief }) => brief);

describe('a variable that the program stops without', () => {
  test('and nobody sets is told with the line of the program', async () => {
    const [finding, ...others] = await found('import os\n\nKEY = os.environ["API_KEY"]\n');
    expect(finding).toMatchObject({ brief: 'VARIABLE_NOT_SET 12:5 services.web', severity: 'warning' });
    expect(finding?.message).toContain('main.py:3 stops without API_KEY');
    expect(others).toEqual([]);
  });

  test.each<[string, string, Parameters<typeof found>[1], Parameters<typeof found>[2]]>([
    ['set under env', 'os.environ["A_B"]', { A_B: text('x') }, {}],
    ['set under secrets', 'os.environ["A_B"]', {}, { secrets: { A_B: { secret: 's', place } } }],
    [
      'set by the Dockerfile',
      'os.environ["A_B"]',
      {},
      { dockerfile: 'FROM a\nENV X=1 \\\n  A_B=2\nCOPY . /' },
    ],
    ['set in the old form', 'os.environ["A_B"]', {}, { dockerfile: 'FROM a\nENV A_B some text\nCOPY . /' }],
    ['set by Cloud Run', 'os.environ["PORT"], os.environ["K_SERVICE"]', {}, {}],
    ['with a fallback elsewhere', 'os.environ.get("A_B")\nos.environ["A_B"]', {}, {}],
    ['asked for before', 'if "A_B" in os.environ:\n  os.environ["A_B"]', {}, {}],
    ['written', 'os.environ["A_B"] = "x"', {}, {}],
    ['in a comment', '  # os.environ["A_B"]', {}, {}],
    ['of a test', 'os.environ["A_B"]', {}, { file: 'tests/test_it.py' }],
    ['of a package', 'os.environ["A_B"]', {}, { file: 'node_modules/x/a.py' }],
    [
      'that the image does not take',
      'os.environ["A_B"]',
      {},
      { dockerfile: 'FROM a\nCOPY other /', file: 'b.py' },
    ],
  ])('%s: nothing is said', async (_name, program, env, more) => {
    const told = await codes(program, env, more);
    expect(told.filter((brief) => !brief.startsWith('COPY_SOURCE_MISSING'))).toEqual([]);
  });

  test('that is the path of a key file has an advice of its own', async () => {
    expect(await codes('os.environ["GOOGLE_APPLICATION_CREDENTIALS"]')).toEqual([
      'KEY_FILE_EXPECTED 12:5 services.web',
    ]);
  });
});

describe('a variable that nobody reads', () => {
  test.each([
    ['with a prefix', 'FLASK_SECRET_KEY', 'os.environ.get("GATEWAY_FLASK_SECRET_KEY", "x")'],
    ['without one', 'SHOP_API_KEY', 'os.environ["API_KEY"]'],
    ['with a mistake', 'DATABASE_HOTS', 'os.environ["DATABASE_HOST"]'],
  ])('%s from one that is read and not set is told at its line', async (_name, name, program) => {
    expect(await codes(program, { [name]: text('x') })).toEqual([
      `VARIABLE_MISNAMED 30:7 services.web.env.${name}`,
    ]);
  });

  test('in Node as well', async () => {
    const more = { file: 'server.mjs' };
    expect(await codes('const key = process.env.WEB_API_KEY ?? "x";', { API_KEY: text('x') }, more)).toEqual([
      'VARIABLE_MISNAMED 30:7 services.web.env.API_KEY',
    ]);
  });

  test.each<[string, string, string]>([
    ['of a library', 'CELERY_BROKER', 'os.environ.get("LEVEL")'],
    [
      'mentioned in another case',
      'API_KEY',
      'class Settings:\n  api_key: str\nos.environ.get("WEB_API_KEY")',
    ],
  ])('%s: nothing is said', async (_name, name, program) => {
    expect(await codes(program, { [name]: text('x') })).toEqual([]);
  });

  test('nothing is said where both are set', async () => {
    const env = { API_KEY: text('x'), WEB_API_KEY: text('x') };
    expect(await codes('os.environ["WEB_API_KEY"]', env)).toEqual([]);
  });
});

describe('debugging', () => {
  const program = 'app.run(debug=os.environ.get("FLASK_DEBUG", "True") == "True")';
  test('that a program switches on by itself is told', async () => {
    expect(await codes(program)).toEqual(['DEBUG_BY_DEFAULT 12:5 services.web']);
  });
  test('is nobody else’s business once it is said, or off', async () => {
    expect(await codes(program, { FLASK_DEBUG: text('False') })).toEqual([]);
    expect(await codes(program.replace('"True")', '"False")'))).toEqual([]);
  });
});

describe('the address of a service', () => {
  const program = 'ORDERS = os.environ.get("ORDERS_URL", "http://orders:5000/v1/list")';
  test('without the path that the program has by itself is told', async () => {
    const [finding] = await found(program, { ORDERS_URL: url });
    expect(finding?.brief).toBe('URL_WITHOUT_PATH 30:7 services.web.env.ORDERS_URL');
    expect(finding?.message).toContain('http://orders:5000/v1/list');
  });
  test.each([
    ['with a path', program, { ...url, parts: [...url.parts, '/v2/list'] }],
    ['of a program that has none either', program.replace('/v1/list', ''), url],
    ['that is not a service of the file', program, text('https://orders.example.com')],
  ])('%s: nothing is said', async (_name, given, value) => {
    expect(await codes(given, { ORDERS_URL: value })).toEqual([]);
  });
});
