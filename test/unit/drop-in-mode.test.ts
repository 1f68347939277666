import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDropIn } from '../../src/actions/drop-in/mode.ts';
import { stepInputs } from '../support/drop-in.ts';

let [empty, full] = ['', ''];

beforeAll(() => {
  [empty = '', full = ''] = ['empty', 'full'].map((name) =>
    mkdtempSync(join(tmpdir(), `aethercast-${name}-`)),
  );
  writeFileSync(join(full, 'deploy.yaml'), 'version: 1\n');
});

afterAll(() => {
  for (const folder of [empty, full]) rmSync(folder, { recursive: true });
});

interface Given {
  readonly config?: string;
  readonly environment?: string;
  readonly release?: string;
  readonly commit?: string;
  readonly images?: string;
  readonly traffic?: 'shift' | 'hold';
  readonly env_vars?: string;
}

function mode(workspace: string, given: Given): string {
  const inputs = {
    ...stepInputs(given.env_vars ? { env_vars: given.env_vars } : {}),
    config: given.config ?? 'deploy.yaml',
    environment: given.environment,
    release: given.release,
    commit: given.commit,
    images: given.images,
    traffic: given.traffic ?? ('shift' as const),
    smoke_test: 'auto' as const,
  };
  return isDropIn(inputs, { workspace }) ? 'drop-in' : 'file';
}

test.each<[string, 'empty' | 'full', Given, string]>([
  ['no file', 'empty', {}, 'drop-in'],
  ['a file', 'full', {}, 'file'],
  ['a file, and an empty config', 'full', { config: '' }, 'drop-in'],
  ['a file that is named and missing', 'empty', { config: 'other.yaml' }, 'file'],
  ['no file, and an environment of one', 'empty', { environment: 'production' }, 'file'],
  ['no file, and a release to hold for', 'empty', { traffic: 'hold' }, 'file'],
])('%s', (_name, folder, given, expected) => {
  expect(mode(folder === 'full' ? full : empty, given)).toBe(expected);
});

test('inputs of the other mode are refused by name', () => {
  expect(() => mode(full, { env_vars: 'A=1' })).toThrow(
    'env_vars cannot be given together with the deployment file',
  );
  expect(() => mode(empty, { config: '', environment: 'production' })).toThrow('environment cannot be given');
  expect(() => mode(empty, { config: '', commit: 'a'.repeat(40) })).toThrow('commit cannot be given');
  expect(() => mode(empty, { config: '', images: '{}' })).toThrow('images cannot be given');
});
