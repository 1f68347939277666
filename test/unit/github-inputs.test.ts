import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  assignments,
  boolean,
  choice,
  isTrue,
  looseBoolean,
  readInputs,
  text,
} from '../../src/github/inputs.ts';
import { Failure } from '../../src/lib/failure.ts';
import { printed } from './github-case.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const specs = {
  config: text({ description: 'The file.', default: 'deploy.yaml' }),
  service: text({ description: 'The key of the service.', required: true }),
  region: text({ description: 'The region.' }),
  dry_run: boolean({ description: 'Do nothing.', default: 'false' }),
  color: choice(['auto', 'always'], { description: 'Colors.', default: 'auto' }),
  token: text({ description: 'A token.', secret: true }),
  secret_env: assignments({ description: 'Values.', secret: true }),
};

function given(inputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
}

/** Inputs as an action gets them, and what was written to the log while they were read. */
async function read(inputs: Readonly<Record<string, string>>) {
  given(inputs);
  let values: ReturnType<typeof readInputs<typeof specs>> | undefined;
  let failure: unknown;
  const lines = await printed(() => {
    try {
      values = readInputs(specs);
    } catch (error) {
      failure = error;
    }
  });
  return { values, failure, lines };
}

test('inputs that are not given have their defaults, or are absent', async () => {
  expect((await read({ service: 'web' })).values).toEqual({
    config: 'deploy.yaml',
    service: 'web',
    region: undefined,
    dry_run: false,
    color: 'auto',
    token: undefined,
    secret_env: {},
  });
});

test('white space around a value is no part of it', async () => {
  expect((await read({ service: ' web\n', region: '  ' })).values).toMatchObject({
    service: 'web',
    region: undefined,
  });
});

test.each([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['FALSE', false],
])('dry_run: %s', async (word, value) => {
  expect((await read({ service: 'web', dry_run: word })).values?.dry_run).toBe(value);
});

describe('problems', () => {
  test('are all told at once, each with what was found', async () => {
    const { failure } = await read({ dry_run: 'yes', color: 'pink', secret_env: 'nonsense' });
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: 'INPUT_INVALID',
      message: "The action's inputs have 4 problems.",
      details: [
        'service is required: The key of the service.',
        'dry_run must be true or false, found "yes"',
        'color must be one of auto, always, found "pink"',
        'secret_env line 1 is not NAME=value',
      ],
    });
  });

  test('one is one', async () => {
    expect((await read({})).failure).toMatchObject({ message: "The action's inputs have 1 problem." });
  });

  test.each(['1', 'on', 'tRUE', '0'])('dry_run is never guessed from "%s"', async (word) => {
    expect((await read({ service: 'web', dry_run: word })).failure).toMatchObject({
      details: [expect.stringContaining('must be true or false')],
    });
  });
});

describe('NAME=value', () => {
  test.each<[string, string, Record<string, string>]>([
    ['one', 'A=1', { A: '1' }],
    ['several, with blank lines between', '\nA=1\n\n  \nB_2=x\n', { A: '1', B_2: 'x' }],
    [
      'with equal signs in the value',
      'URL=postgres://u:p@h/db?x=1&y==',
      { URL: 'postgres://u:p@h/db?x=1&y==' },
    ],
    ['with spaces in the value, which are part of it', 'A= b c ', { A: ' b c ' }],
    ['indented', '  A=1', { A: '1' }],
    ['empty', 'A=', { A: '' }],
    ['none', '', {}],
  ])('%s', async (_, secret_env, expected) => {
    expect((await read({ service: 'web', secret_env })).values?.secret_env).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['a line without a name', 'A=1\nhunter2', 'line 2'],
    ['a name that is none', '1A=hunter2', 'line 1'],
    ['a dash in the name', 'A-B=hunter2', 'line 1'],
    ['a space before the sign', 'A =hunter2', 'line 1'],
  ])('%s is a problem of that line, which is not shown', async (_, secret_env, line) => {
    const { failure } = await read({ service: 'web', secret_env });
    expect(failure).toMatchObject({ details: [`secret_env ${line} is not NAME=value`] });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });
});

describe('secrets', () => {
  const masks = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('::add-mask::')).map((line) => line.slice('::add-mask::'.length));

  test('are masked, of NAME=value the value', async () => {
    const { lines } = await read({ service: 'web', token: 'hunter2', secret_env: 'A=one\nB=two=three\n' });
    expect(masks(lines)).toEqual(['hunter2', 'one', 'two=three']);
  });

  test('of several lines are masked line by line', async () => {
    const { lines } = await read({ service: 'web', token: '-----BEGIN KEY-----\n  abc\n\nZZZ\n' });
    expect(masks(lines)).toEqual(['-----BEGIN KEY-----', 'abc', 'ZZZ']);
  });

  test('are masked even if other inputs are wrong', async () => {
    expect(masks((await read({ dry_run: 'x', token: 'hunter2' })).lines)).toEqual(['hunter2']);
  });

  test('that are none are not', async () => {
    expect(masks((await read({ service: 'web', token: '' })).lines)).toEqual([]);
  });
});

test('an empty text that was written out is kept where it means something', () => {
  const config = { config: text({ description: 'The file.', default: 'deploy.yaml', keepsEmpty: true }) };
  expect(readInputs(config)).toEqual({ config: 'deploy.yaml' });
  given({ config: '' });
  expect(readInputs(config)).toEqual({ config: '' });
});

test.each([
  ['1', true, false],
  ['T', true, false],
  ['True', true, true],
  ['0', false, false],
  ['f', false, false],
  ['FALSE', false, false],
])('the words of google-github-actions: %s', (word, loose, strict) => {
  const specs = {
    loose: looseBoolean({ description: '', default: 'false' }),
    strict: isTrue({ description: '', default: 'false' }),
  };
  given({ loose: word, strict: word });
  expect(readInputs(specs)).toEqual({ loose, strict });
});
