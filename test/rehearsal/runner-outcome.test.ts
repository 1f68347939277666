import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseDeployment } from '../../src/config/load.ts';
import type { JournalEntry } from '../../src/emulator/emulator.ts';
import type { RunWithRequests } from '../../src/rehearsal/files.ts';
import { printOutcome } from '../../src/rehearsal/outcome.ts';
import { Masks } from '../../src/rehearsal/runner/masks.ts';
import { Screen } from '../../src/rehearsal/screen.ts';

function request(write: boolean, path: string): JournalEntry {
  return {
    n: 1,
    time: '2026-01-01T00:00:00Z',
    api: 'run.googleapis.com',
    id: 'run.projects.locations.services.patch',
    method: write ? 'PATCH' : 'GET',
    host: 'run.googleapis.com',
    path,
    query: '',
    principal: undefined,
    status: 200,
    milliseconds: 1,
    write,
  };
}

function run(requests: readonly JournalEntry[]): RunWithRequests {
  return { record: { result: 'success', startedAt: 0, finishedAt: 1500, jobs: [] }, requests };
}

function screenOf(masks: Masks): Screen {
  const sink = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), { isTTY: false });
  return new Screen(sink as unknown as NodeJS.WriteStream, masks, true);
}

test('a second run that only reads is good', () => {
  const screen = screenOf(new Masks());
  const good = printOutcome(screen, {
    first: run([request(true, '/a')]),
    second: run([request(false, '/a')]),
  });
  expect(good).toBe(true);
  expect(screen.printed()).toContain('Second run:  success, 0 writes, 1 requests, 1.5 s');
});

test('a second run of a preview that only renews its claim is good, and says so; whatever else it writes is not', () => {
  const { deployment } = parseDeployment(readFileSync('test/fixtures/previewed/deploy.yaml', 'utf8'), {
    file: 'deploy.yaml',
    root: '.',
    environment: 'pr-7',
  });
  if (deployment === undefined) throw new Error('the fixture cannot be read');
  const claim = request(true, '/v1/projects/shop-staging/secrets/shop-pr-7-claim');
  const first = run([]);
  const screen = screenOf(new Masks());
  expect(printOutcome(screen, { deployment, first, second: run([claim]) })).toBe(true);
  expect(screen.printed()).toContain('1 writes, 1 requests, 1.5 s; it wrote nothing but the claim');
  const more = run([claim, request(true, '/v2/services/web')]);
  const other = screenOf(new Masks());
  expect(printOutcome(other, { deployment, first, second: more })).toBe(false);
  expect(other.printed()).not.toContain('nothing but the claim');
  expect(other.printed()).not.toContain(`PATCH ${claim.path}`);
});

test('a second run that writes is a failure that names the requests', () => {
  const screen = screenOf(new Masks());
  const good = printOutcome(screen, { first: run([]), second: run([request(true, '/v2/services/web')]) });
  expect(good).toBe(false);
  expect(screen.printed()).toContain('PATCH /v2/services/web  (run.projects.locations.services.patch)');
});

test('what is printed is masked, also where it is kept', () => {
  const masks = new Masks();
  masks.add('hunter2-secret');
  const screen = screenOf(masks);
  screen.print('it is hunter2-secret');
  expect(screen.printed()).toBe('it is ***\n');
});
