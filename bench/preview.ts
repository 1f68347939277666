import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorld, type World, type WorldRun } from '../src/rehearsal/world/world.ts';
import type { Report } from './report.ts';

/** Nine services and seven workers. */
const application = 'examples/aethercast';
/** Of one service alone: no other image has it. */
const source = 'app/aethercast/tda/main.py';

/** The preview of a pull request that changes one service among nine, through the workflow files that ship. */
export async function benchPreview(): Promise<Report> {
  await using world = await openWorld({ application });
  const staging = await measured(world, () => world.dispatch('deploy', { environment: 'staging' }));
  const files = { [source]: `${await readFile(join(application, source), 'utf8')}\n# changed\n` };
  const { promise: pull, resolve } = Promise.withResolvers<Parameters<World['push']>[0]>();
  const opened = await measured(world, async () => {
    const one = await world.openPullRequest({ branch: 'one-service', files });
    resolve(one);
    return previewAmong(one.runs);
  });
  const again = await measured(world, async () => {
    const { runs } = await world.push(await pull, { 'NOTES.md': 'Nothing is built or deployed of this.\n' });
    return previewAmong(runs);
  });
  return {
    title: 'Preview: a pull request that changes one of nine services',
    head: ['run', 'seconds', 'to Google', 'writes', 'to GitHub', 'builds', 'services deployed'],
    rows: [
      ['staging, from nothing', ...staging],
      ['preview, opened', ...opened],
      ['preview, a push that changes nothing', ...again],
    ],
    notes: [
      'From the event to the end of the run, with all its processes on this machine, at zero latency: what the suite adds to what Google takes.',
      'Requests and writes are those to Google Cloud, tokens included. Staging and the preview have a PostgreSQL behind them.',
    ],
  };
}

function previewAmong(runs: readonly WorldRun[]): WorldRun {
  const run = runs.find(({ workflow }) => workflow === 'preview');
  if (run === undefined) throw new Error('no preview was started');
  return run;
}

/** Throws when the run does not end well: then there is nothing to compare. */
async function measured(world: World, start: () => Promise<WorldRun>): Promise<string[]> {
  const since = world.emulator.journal.length;
  const started = performance.now();
  const { result, jobs } = await (await start()).done;
  const seconds = (performance.now() - started) / 1000;
  // Whatever else the event has started is not to be counted with what comes next.
  await world.idle();
  if (result !== 'success') {
    const broken = jobs.filter((job) => job.result === 'failure');
    throw new Error(
      broken.map(({ identity, lines }) => `${identity.name}\n${lines.slice(-20).join('\n')}`).join('\n'),
    );
  }
  const calls = world.emulator.journal.slice(since);
  const google = calls.filter(({ host }) => !host.includes('github'));
  const ran = (id: string): number =>
    jobs.filter(({ identity, result: how }) => identity.id === id && how === 'success').length;
  return [
    seconds.toFixed(1),
    String(google.length),
    String(google.filter(({ write }) => write).length),
    String(calls.length - google.length),
    String(ran('build')),
    String(ran('deploy')),
  ];
}
