import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/rehearsal/run.ts';
import { trusted } from '../../src/rehearsal/trigger.ts';
import { openWorld, type World, type WorldRun } from '../../src/rehearsal/world/world.ts';
import { admin } from '../support/action.ts';
import { call, folder, plantEnvironment, plantPreview, projects } from '../support/cleanup.ts';
import { noServer } from '../support/estate.ts';

// The caller that people copy and the reusable workflow that it calls, from the files that ship.
const caller = 'examples/aethercast/.github/workflows/cleanup.yml';
const patience = 240_000;

let world: World;

beforeAll(async () => {
  const text = await readFile(caller, 'utf8');
  world = await openWorld({
    application: folder,
    files: { '.github/workflows/cleanup.yml': text },
    owner: admin,
    postgres: noServer,
    timeScale: 60,
  });
  await plantEnvironment(world.emulator, 'staging', trusted.repositoryId);
  await plantEnvironment(world.emulator, 'production', trusted.repositoryId);
}, patience);

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const resultsOf = (record: RunRecord): Record<string, string> =>
  Object.fromEntries(record.jobs.map((job) => [job.identity.name, job.result]));

const linesOf = async (run: WorldRun): Promise<string> =>
  (await run.done).jobs.flatMap(({ lines }) => lines).join('\n');

const secretsIn = async (project: string): Promise<string> =>
  JSON.stringify(await call(world.emulator, 'GET', `v1/projects/${project}/secrets`));

test(
  'by its schedule it reaps what is closed and spares what is open',
  async () => {
    const soon = Math.floor(Date.now() / 1000) + 30 * 86_400;
    const mark = { expiresAt: soon, repositoryId: trusted.repositoryId };
    const opened = await world.openPullRequest({ branch: 'one', files: { 'a.txt': 'a' } });
    const closed = await world.openPullRequest({ branch: 'two', files: { 'b.txt': 'b' }, draft: true });
    await plantPreview(world.emulator, opened.number, { few: true, ...mark });
    await plantPreview(world.emulator, closed.number, { few: true, ...mark });
    await world.close(closed);
    const run = await world.schedule('cleanup');
    const lines = await linesOf(run);
    expect(resultsOf(await run.done), lines).toEqual({
      'cleanup / reap': 'success',
      'cleanup / teardown': 'skipped',
    });
    expect(lines).toContain(`pr-${closed.number}: goes: pull request #${closed.number} is closed`);
    const secrets = await secretsIn(projects.staging);
    expect(secrets).toContain(`shop-pr-${opened.number}-claim`);
    expect(secrets).not.toContain(`pr-${closed.number}-`);
  },
  patience,
);

test(
  'by hand it takes an environment down that is named twice, and no other',
  async () => {
    const mistyped = await world.dispatch('cleanup', { remove: 'production', confirm: 'produktion' });
    expect(resultsOf(await mistyped.done)['cleanup / teardown']).toBe('failure');
    expect(await linesOf(mistyped)).toContain('NOT_CONFIRMED');
    expect(await secretsIn(projects.production)).toContain('shop-key');

    const run = await world.dispatch('cleanup', {
      remove: 'production',
      confirm: 'production',
      lift_protection: 'true',
    });
    expect(resultsOf(await run.done)).toEqual({
      'cleanup / reap': 'skipped',
      'cleanup / teardown': 'success',
    });
    expect(await linesOf(run)).toContain('remains: final backup ');
    expect(await secretsIn(projects.production)).not.toContain('shop-');
    expect(await secretsIn(projects.staging)).toContain('shop-key');
  },
  patience,
);
