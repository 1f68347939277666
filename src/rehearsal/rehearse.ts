import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import { type StateSnapshot, startEmulator } from '../emulator/emulator.ts';
import { Failure } from '../lib/failure.ts';
import { type Application, readApplication, readDeployment, suiteRepository } from './application.ts';
import { type Rehearsed, type RunWithRequests, writeFiles } from './files.ts';
import { findLeaks } from './leaks.ts';
import { printFindings, printOutcome } from './outcome.ts';
import { Progress } from './progress.ts';
import { rehearsedSecrets, runNumber, type Stage } from './rehearsal-run.ts';
import { Masks } from './runner/masks.ts';
import { Processes } from './runner/processes.ts';
import { Screen } from './screen.ts';
import { seedProject } from './seed.ts';
import { plantTrigger, readTrigger, type Trigger, trusted } from './trigger.ts';
import { type Located, WorkflowLibrary } from './workflow/called.ts';
import type { Json } from './workflow/expressions.ts';
import { Repositories } from './workflow/repositories.ts';
import { deploymentsOf, environmentValues } from './world/estate.ts';

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
 * Rehearses a deployment: starts the emulators, runs the application's own workflow as GitHub would, runs it again to
 * show that nothing is left to do, and writes what happened into `.rehearsal` of the current folder. Returns the exit
 * code. Throws Failure when the rehearsal cannot start.
 */
export async function rehearse(options: RehearseOptions, output: NodeJS.WriteStream): Promise<number> {
  const masks = new Masks();
  const application = await readApplication(options.path);
  const repositories = new Repositories([await suiteRepository(), application.repository]);
  const start = await findWorkflow(application, options.workflow, repositories);
  const needed = start.workflow.dispatchInputs.environment?.default === undefined;
  const given = options.environment ?? (needed ? application.environments[0] : undefined);
  const payload = options.eventFile === undefined ? undefined : await readEvent(options.eventFile);
  const trigger = readTrigger(start, application.repository, {
    inputs: options.inputs,
    ...(given === undefined ? {} : { environment: given }),
    ...(payload === undefined ? {} : { payload }),
    ...(options.eventName === undefined ? {} : { eventName: options.eventName }),
  });
  const environment = options.environment ?? environmentOf(trigger, application);
  const { deployment, findings } = readDeployment(application, environment);
  const screen = new Screen(output, masks, options.plain);
  const interrupt = new AbortController();
  const processes = new Processes(options.jobs ?? availableParallelism() * 2 + 2);
  const release = onInterrupt(interrupt, processes);
  try {
    printFindings(screen, findings);
    if (deployment === undefined) return 1;
    const secrets = rehearsedSecrets(deployment);
    for (const secret of Object.values(secrets)) masks.add(secret);
    const environments = environmentValues(deploymentsOf(application));
    const stage = {
      application,
      deployment,
      repositories,
      start,
      trigger,
      environments,
      secrets,
      processes,
      masks,
    };
    return await onStage(
      { ...stage, signal: interrupt.signal, timeScale: options.timeScale },
      options,
      screen,
    );
  } finally {
    release();
    processes.endAll();
    screen.close();
  }
}

async function onStage(
  stage: Omit<Stage, 'emulator' | 'folder' | 'github' | 'event'>,
  options: RehearseOptions,
  screen: Screen,
): Promise<number> {
  const { application, deployment, signal } = stage;
  await emptyOutput();
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const emulator = await startEmulator({
    projects: projectIds(application, deployment).map((id) => seedProject(id, trusted)),
    latency: options.latency,
    timeScale: options.timeScale,
    seed: application.repository.name,
    journalFile: join(outputFolder, 'journal.jsonl'),
  });
  let rehearsed: Rehearsed;
  let evidence: Evidence;
  try {
    screen.print(
      `Rehearsing ${stage.start.workflow.file} of ${application.repository.name}: ` +
        `environment ${deployment.environment}, project ${deployment.project}, Google Cloud at ${emulator.url}`,
    );
    if (stage.trigger.guessed) screen.print(`The payload is taken for one of ${stage.trigger.eventName}`);
    const planted = plantTrigger(emulator, application.repository, stage.trigger);
    rehearsed = await runTwice({ ...stage, ...planted, emulator, folder }, options, screen);
    evidence = { state: emulator.snapshot(), secrets: emulator.secretValues() };
  } finally {
    // The journal is complete only when the emulator is closed.
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
  return await finish(rehearsed, evidence, screen, signal);
}

/** What the emulator knew at the end. */
interface Evidence {
  readonly state: StateSnapshot;
  readonly secrets: readonly string[];
}

async function runTwice(stage: Stage, options: RehearseOptions, screen: Screen): Promise<Rehearsed> {
  const { application, deployment, start, trigger } = stage;
  const subject = { application, deployment, workflow: start.workflow, eventName: trigger.eventName };
  const first = await watch(stage, 1, screen);
  if (options.once || first.record.result !== 'success') return { ...subject, first };
  screen.print();
  screen.print('The same again, to see that nothing is left to do');
  return { ...subject, first, second: await watch(stage, 2, screen) };
}

async function watch(stage: Stage, number: number, screen: Screen): Promise<RunWithRequests> {
  const before = stage.emulator.journal.length;
  const progress = new Progress(screen, () => performance.now());
  try {
    const record = await runNumber(stage, number, (event) => progress.take(event));
    return { record, requests: stage.emulator.journal.slice(before) };
  } finally {
    progress.stop();
  }
}

async function finish(
  rehearsed: Rehearsed,
  { state, secrets }: Evidence,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const good = printOutcome(screen, rehearsed);
  await writeFiles(outputFolder, rehearsed, state);
  screen.print();
  for (const file of ['report.html', 'summary.md', 'journal.jsonl', 'state.json']) {
    screen.print(join(outputFolder, file));
  }
  const leaks = await findLeaks(outputFolder, screen.printed(), secrets, rehearsed.application.text);
  for (const leak of leaks) screen.print(`FAILED: the value of a secret stands in ${leak}`);
  if (signal.aborted) return 130;
  return good && leaks.length === 0 ? 0 : 1;
}

async function findWorkflow(
  application: Application,
  name: string,
  repositories: Repositories,
): Promise<Located> {
  const file = /\.ya?ml$/.test(name) ? name : `${name}.yml`;
  return await new WorkflowLibrary(repositories).load(application.repository, `.github/workflows/${file}`);
}

/**
 * The environment of deploy.yaml that is checked and shown: the one that the run's inputs name, the copy for the pull request
 * of the event, or the first one.
 */
function environmentOf({ inputs, pull }: Trigger, application: Application): string | undefined {
  if (typeof inputs.environment === 'string' && inputs.environment !== '') return inputs.environment;
  if (pull !== undefined && application.environments.includes('preview')) return `pr-${pull.number}`;
  return application.environments[0];
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

/** The projects of all environments: what a run of one environment does to another one shows. */
function projectIds(application: Application, deployment: Deployment): readonly string[] {
  const others = application.environments.flatMap((name) => {
    const project = readDeployment(application, name).deployment?.project;
    return project === undefined ? [] : [project];
  });
  return [...new Set([deployment.project, ...others])];
}

async function emptyOutput(): Promise<void> {
  for (const name of ['report.html', 'summary.md', 'journal.jsonl', 'state.json', 'logs']) {
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
