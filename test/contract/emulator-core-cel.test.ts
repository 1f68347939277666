import { expect, test } from 'vitest';
import { CelError, parseCel } from '../../src/emulator/cel.ts';

const assertion = {
  repository: 'acme/shop',
  repository_owner_id: '123',
  environment: 'production',
  job_workflow_ref: 'acme/deploy/.github/workflows/deploy.yml@refs/tags/v1',
  labels: ['a', 'b'],
};

test.each([
  ['assertion.repository_owner_id == "123" && assertion.environment == "production"', true],
  ["assertion.repository == 'acme/other'", false],
  ['assertion.job_workflow_ref.startsWith("acme/deploy/.github/workflows/")', true],
  ['assertion.job_workflow_ref.endsWith("@refs/tags/v1")', true],
  ['assertion.repository.contains("shop") && assertion.repository.matches("^acme/[a-z]+$")', true],
  ['assertion.environment in ["staging", "production"]', true],
  ['!(assertion.environment in ["staging"])', true],
  ['"a" in assertion.labels', true],
  ['has(assertion.ref) ? assertion.ref : "none"', 'none'],
  ['"gh:" + assertion.repository_owner_id + ":" + assertion.environment', 'gh:123:production'],
  ['assertion["environment"]', 'production'],
  ['assertion.repository.extract("acme/{name}")', 'shop'],
  // In CEL an error on one side of || does not matter when the other side is true.
  ['assertion.ref == "x" || true', true],
  ['1 + 2 == 3 && size(assertion.labels) == 2', true],
  ['true || false && false', true],
])('%s is %s', (source, expected) => {
  expect(parseCel(source).evaluate({ assertion })).toBe(expected);
});

test.each([
  ['assertion.ref == "x"', 'no such key: ref'],
  ['nothing', "undeclared reference to 'nothing'"],
  ['assertion.environment && true', 'no such overload'],
  ['assertion.repository.shout("x")', "undeclared reference to 'shout'"],
])('%s cannot be evaluated: %s', (source, message) => {
  expect(() => parseCel(source).evaluate({ assertion })).toThrow(new CelError(message));
});

test.each([
  ['assertion.a ==', "Syntax error at column 15: unexpected 'end of input'"],
  ['a & b', "Syntax error at column 3: unexpected '&'"],
  ['(a', "Syntax error at column 3: unexpected 'end of input'"],
  ['a b', "Syntax error at column 3: unexpected 'b'"],
])('%s is not an expression', (source, message) => {
  expect(() => parseCel(source)).toThrow(new CelError(message));
});
