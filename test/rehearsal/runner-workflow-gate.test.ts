import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-workflows.ts', import.meta.url));
const folder = fileURLToPath(new URL('../fixtures/workflows/gate/', import.meta.url));

test('finds what GitHub refuses and what our own rules forbid, at its line, and nothing in a good file', () => {
  const run = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  expect(run.stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^\.github\/workflows\/bad\.yml:1: permissions: is missing at the top/),
    expect.stringMatching(/^\.github\/workflows\/bad\.yml:4: job one has no timeout-minutes/),
    expect.stringMatching(
      /^\.github\/workflows\/bad\.yml:7: actions\/checkout@v4: pin it to a full commit SHA/,
    ),
    expect.stringMatching(/^\.github\/workflows\/bad\.yml:8: \.\/actions\/ok: .*write \$\/actions\/ok/),
    expect.stringMatching(/^\.github\/workflows\/bad\.yml:9: a value that others choose/),
    expect.stringMatching(/^\.github\/workflows\/inputs\.yml:10: Invalid action input 'typo'/),
    expect.stringMatching(/^\.github\/workflows\/inputs\.yml:10: Missing required input `digest`/),
    expect.stringMatching(/^\.github\/workflows\/inputs\.yml:11: .*name the version in a comment/),
    expect.stringMatching(/^\.github\/workflows\/inputs\.yml:12: Invalid action input 'bogus'/),
    expect.stringMatching(/^actions\/bad\/action\.yml:1: Required property is missing: description/),
    expect.stringMatching(/^actions\/bad\/action\.yml:3: 'main' is required/),
    expect.stringMatching(
      /^examples\/one\/.*call\.yml:1: .*'one' is requesting contents: read \(allowed: none\)/,
    ),
    expect.stringMatching(/^examples\/one\/.*typed\.yml:5: input dry-run must be a boolean, found "no"/),
  ]);
  expect(run.status).toBe(1);
});
