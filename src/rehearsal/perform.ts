import type { Deployment } from '../config/deployment.ts';
import { contentsOf } from './contents.ts';
import type { EarlierRun, Rehearsed, RunWithRequests } from './files.ts';
import { Progress } from './progress.ts';
import { runNumber, type Stage, type StagedRun } from './rehearsal-run.ts';
import { nameOf, type PlannedRun } from './runs-before.ts';
import type { Screen } from './screen.ts';
import { closeOpenPulls, plantTrigger } from './trigger.ts';
import { environmentFor, variablesOf } from './world/estate.ts';

/** What is to be run, and the deployment that it is about. */
export interface Script {
  readonly deployment: Deployment;
  readonly before: readonly PlannedRun[];
  readonly asked: PlannedRun;
}

export interface PerformOptions {
  /** Leave the second run out. */
  readonly once: boolean;
}

/** First what stands before, then the run asked for, then the same again. */
export async function perform(
  stage: Stage,
  { deployment, before: planned, asked }: Script,
  options: PerformOptions,
  screen: Screen,
): Promise<Rehearsed> {
  const { application, emulator, github } = stage;
  const before: EarlierRun[] = [];
  for (const run of planned) {
    const title = titleOf(run);
    screen.print(`Before it: ${title}, on ${run.trigger.eventName}`);
    before.push({ title, ...(await watch(stage, stagedRun(stage, run), before.length + 1, screen)) });
    if (before.at(-1)?.record.result !== 'success') break;
  }
  const contentsBefore = contentsOf(emulator.snapshot());
  const runs = before.every(({ record }) => record.result === 'success')
    ? await runTwice(stage, asked, before.length + 1, options, screen)
    : {};
  const comments = github
    .pulls()
    .flatMap(({ number }) => github.comments(number).map((markdown) => ({ pullRequest: number, markdown })));
  return {
    application,
    deployment,
    workflow: asked.start.workflow,
    eventName: asked.trigger.eventName,
    before,
    ...runs,
    contents: { before: contentsBefore, after: contentsOf(emulator.snapshot()) },
    comments,
  };
}

async function runTwice(
  stage: Stage,
  asked: PlannedRun,
  number: number,
  { once }: PerformOptions,
  screen: Screen,
): Promise<Pick<Rehearsed, 'first' | 'second'>> {
  if (number > 1) {
    for (const left of asked.trigger.pull === undefined ? closeOpenPulls(stage.github) : []) {
      screen.print(`Pull request ${left} is closed by now, and no run of its own has removed its preview`);
    }
    screen.print();
    screen.print(`Now: ${titleOf(asked)}, on ${asked.trigger.eventName}`);
  }
  const run = stagedRun(stage, asked);
  const first = await watch(stage, run, number, screen);
  if (once || first.record.result !== 'success') return { first };
  screen.print();
  screen.print('The same again, to see that nothing is left to do');
  return { first, second: await watch(stage, run, number + 1, screen) };
}

/** `deploy to staging`. */
function titleOf({ start, environment }: PlannedRun): string {
  return environment === undefined ? nameOf(start) : `${nameOf(start)} of ${environment}`;
}

function stagedRun({ estate, github }: Stage, { start, trigger, environment }: PlannedRun): StagedRun {
  const own = environmentFor(estate, environment);
  return {
    start,
    trigger,
    event: plantTrigger(github, trigger),
    vars: own === undefined ? {} : variablesOf(estate, own),
  };
}

async function watch(stage: Stage, run: StagedRun, number: number, screen: Screen): Promise<RunWithRequests> {
  const before = stage.emulator.journal.length;
  const progress = new Progress(screen, () => performance.now());
  try {
    const record = await runNumber(stage, run, number, (event) => progress.take(event));
    return { record, requests: stage.emulator.journal.slice(before) };
  } finally {
    progress.stop();
  }
}
