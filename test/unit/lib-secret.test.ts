import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';

const secret = new Secret('hunter2');

test.each<[string, () => string]>([
  ['in a template', () => `${secret}`],
  ['as text', () => String(secret)],
  ['as JSON', () => JSON.stringify({ password: secret })],
  ['inspected', () => inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
  ['logged', () => format('%s %o %j', secret, secret, secret)],
  ['by its keys', () => JSON.stringify(Object.entries(secret))],
])('never shows its value: %s', (_, show) => {
  expect(show()).not.toContain('hunter2');
});

test('gives its value to who asks for it', () => {
  expect(secret.reveal()).toBe('hunter2');
});
