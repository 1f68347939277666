import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import { type StateSnapshot, startEmulator } from '../emulator/emulator.ts';
import { Failure } from '../lib/failure.ts';
import { type Application, readApplication, readDeployment, suiteRepository } from './application.ts';
import { contentsOf } from './contents.ts';
import { environmentsOfRun } from './environments-of-run.ts';
import { type EarlierRun, type Rehearsed, type RunWithRequests, writeFiles } from './files.ts';
import { findLeaks } from './leaks.ts';
import { printFindings, printOutcome } from './outcome.ts';
import { Progress } from './progress.ts';
import { withPromotion } from './promotion-rights.ts';
import { rehearsedSecrets, runNumber, type Stage, type StagedRun } from './rehearsal-run.ts';
import { Masks } from './runner/masks.ts';
import { Processes } from './runner/processes.ts';
import { type FindWorkflow, nameOf, type PlannedRun, runsBefore } from './runs-before.ts';
import { Screen } from './screen.ts';
import { closeOpenPulls, plantRepository, plantTrigger, readTrigger, trusted } from './trigger.ts';
import { type Located, WorkflowLibrary } from './workflow/called.ts';
import type { Json } from './workflow/expressions.ts';
import type { Workflow } from './workflow/model.ts';
import { Repositories } from './workflow/repositories.ts';
import {
  environmentFor,
  environmentsOf,
  environmentValues,
  projectsOf,
  variablesOf,
  workflowsFor,
} from './world/estate.ts';

export interface RehearseOptions {
  /** Folder of the application, or its deploy.yaml. */
  readonly path: string;
  /** Name of a file in `.github/workflows`, without its extension. */
  readonly workflow: string;
  readonly environment?: string;
  /** A file with the payload of a webhook. */
  readonly eventFile?: string;
  /** Of that payload; read from it when it is left out. */
  readonly eventName?: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Workflows that are run before; those that the workflow stands on when it is left out. */
  readonly after?: readonly string[];
  /** Never redraw. */
  readonly plain: boolean;
  /** Leave the second run out. */
  readonly once: boolean;
  readonly latency: 'zero' | 'typical';
  readonly timeScale: number;
  /** How many processes run at once. */
  readonly jobs?: number;
}

export const outputFolder = '.rehearsal';

/**
 * Rehearses a workflow of the application as GitHub would run it: starts the emulators, runs what it stands on, the
 * workflow itself, and the same again to show that nothing is left to do, and writes what happened into `.rehearsal` of
 * the current folder. Returns the exit code. Throws Failure when the rehearsal cannot start.
 */
export async function rehearse(options: RehearseOptions, output: NodeJS.WriteStream): Promise<number> {
  const masks = new Masks();
  const application = await readApplication(options.path);
  const repositories = new Repositories([await suiteRepository(), application.repository]);
  const find = finder(application, repositories);
  const asked = await askedRun(options, application, repositories);
  const before = await runsBefore(application, asked, find, options.after);
  const { deployment, findings } = readDeployment(application, asked.environment);
  const screen = new Screen(output, masks, options.plain);
  const interrupt = new AbortController();
  const processes = new Processes(options.jobs ?? availableParallelism() * 2 + 2);
  const release = onInterrupt(interrupt, processes);
  try {
    printFindings(screen, findings);
    if (deployment === undefined) return 1;
    const estate = environmentsOf(application);
    const secrets = rehearsedSecrets([deployment, ...estate.map((one) => one.deployment)]);
    for (const secret of Object.values(secrets)) masks.add(secret);
    const environments = environmentValues(estate);
    const stage = { application, repositories, estate, environments, secrets, processes, masks };
    const script = { deployment, before, asked };
    return await onStage(
      { ...stage, signal: interrupt.signal, timeScale: options.timeScale },
      script,
      options,
      screen,
    );
  } finally {
    release();
    processes.endAll();
    screen.close();
  }
}

/** What is to be run, and the deployment that it is about. */
interface Script {
  readonly deployment: Deployment;
  readonly before: readonly PlannedRun[];
  readonly asked: PlannedRun;
}

function workflowsIn({ before, asked }: Script): readonly Workflow[] {
  return [...before, asked].map(({ start }) => start.workflow);
}

async function askedRun(
  options: RehearseOptions,
  application: Application,
  repositories: Repositories,
): Promise<PlannedRun> {
  const start = await loadWorkflow(application, options.workflow, repositories);
  const needed = start.workflow.dispatchInputs.environment?.default === undefined;
  const given = options.environment ?? (needed ? application.environments[0] : undefined);
  const payload = options.eventFile === undefined ? undefined : await readEvent(options.eventFile);
  const trigger = readTrigger(start, application.repository, {
    inputs: options.inputs,
    ...(given === undefined ? {} : { environment: given }),
    ...(payload === undefined ? {} : { payload }),
    ...(options.eventName === undefined ? {} : { eventName: options.eventName }),
  });
  const environment = options.environment ?? environmentsOfRun(start.workflow, trigger, application).subject;
  return { start, trigger, ...(environment === undefined ? {} : { environment }) };
}

async function onStage(
  stage: Omit<Stage, 'emulator' | 'folder' | 'github'>,
  script: Script,
  options: RehearseOptions,
  screen: Screen,
): Promise<number> {
  const { application, signal } = stage;
  const { asked, deployment } = script;
  await emptyOutput();
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const emulator = await startEmulator({
    projects: withPromotion(projectsOf(stage.estate, { ...trusted, ...workflowsFor(workflowsIn(script)) })),
    latency: options.latency,
    timeScale: options.timeScale,
    seed: application.repository.name,
    journalFile: join(outputFolder, 'journal.jsonl'),
  });
  let rehearsed: Rehearsed;
  let evidence: Omit<Evidence, 'publicText'>;
  try {
    screen.print(
      `Rehearsing ${asked.start.workflow.file} of ${application.repository.name}: ` +
        `environment ${deployment.environment}, project ${deployment.project}, Google Cloud at ${emulator.url}`,
    );
    if (asked.trigger.guessed) screen.print(`The payload is taken for one of ${asked.trigger.eventName}`);
    const github = plantRepository(emulator, application.repository);
    rehearsed = await perform({ ...stage, emulator, github, folder }, script, options, screen);
    evidence = { state: emulator.snapshot(), secrets: emulator.secretValues() };
  } finally {
    // The journal is complete only when the emulator is closed.
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
  const written = [...script.before, asked].map(({ environment }) =>
    readDeployment(application, environment),
  );
  const publicText = [application.text, ...written.map(({ deployment: one }) => JSON.stringify(one))].join(
    '\n',
  );
  return await finish(rehearsed, { ...evidence, publicText }, screen, signal);
}

/** What the emulator knew at the end. */
interface Evidence {
  readonly state: StateSnapshot;
  readonly secrets: readonly string[];
  /** deploy.yaml, and what follows from it alone: the name of a preview's database is a secret's value, and none. */
  readonly publicText: string;
}

/** First what stands before, then the run asked for, then the same again. */
async function perform(
  stage: Stage,
  { deployment, before: planned, asked }: Script,
  options: RehearseOptions,
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
  options: RehearseOptions,
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
  if (options.once || first.record.result !== 'success') return { first };
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

async function finish(
  rehearsed: Rehearsed,
  { state, secrets, publicText }: Evidence,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const good = printOutcome(screen, rehearsed);
  const files = await writeFiles(outputFolder, rehearsed, state);
  screen.print();
  for (const file of files) screen.print(join(outputFolder, file));
  const leaks = await findLeaks(outputFolder, screen.printed(), secrets, publicText);
  for (const leak of leaks) screen.print(`FAILED: the value of a secret stands in ${leak}`);
  if (signal.aborted) return 130;
  return good && leaks.length === 0 ? 0 : 1;
}

/** Throws Failure when the file is not there or cannot be read. */
async function loadWorkflow(
  application: Application,
  name: string,
  repositories: Repositories,
): Promise<Located> {
  return await new WorkflowLibrary(repositories).load(application.repository, workflowFile(name));
}

function finder(application: Application, repositories: Repositories): FindWorkflow {
  return async (name) => {
    const isThere = await access(join(application.repository.folder, workflowFile(name))).then(
      () => true,
      () => false,
    );
    return isThere ? await loadWorkflow(application, name, repositories) : undefined;
  };
}

function workflowFile(name: string): string {
  return `.github/workflows/${/\.ya?ml$/.test(name) ? name : `${name}.yml`}`;
}

async function readEvent(file: string): Promise<Json> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (cause) {
    throw new Failure('EVENT_UNREADABLE', `${file} cannot be read as JSON`, {
      next: 'Name a file with the payload of a webhook.',
      cause,
    });
  }
}

async function emptyOutput(): Promise<void> {
  for (const name of ['report.html', 'summary.md', 'comment.md', 'journal.jsonl', 'state.json', 'logs']) {
    await rm(join(outputFolder, name), { recursive: true, force: true });
  }
  await mkdir(outputFolder, { recursive: true });
}

/** Ctrl-C ends what runs and starts nothing more; a second one does not wait for it. Returns how to undo that. */
function onInterrupt(interrupt: AbortController, processes: Processes): () => void {
  const stop = (): void => {
    if (interrupt.signal.aborted) {
      processes.endAll();
      process.exit(130);
    }
    interrupt.abort();
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const atExit = (): void => processes.endAll();
  for (const signal of signals) process.on(signal, stop);
  process.on('exit', atExit);
  return () => {
    for (const signal of signals) process.off(signal, stop);
    process.off('exit', atExit);
  };
}
