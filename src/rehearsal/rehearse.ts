import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StateSnapshot, startEmulator } from '../emulator/emulator.ts';
import { readApplication, readDeployment, suiteRepository } from './application.ts';
import { askedRun, finder, type RunOptions } from './asked-run.ts';
import { type Rehearsed, writeFiles } from './files.ts';
import { onInterrupt } from './interrupt.ts';
import { findLeaks } from './leaks.ts';
import { printFindings, printOutcome } from './outcome.ts';
import { perform, type Script } from './perform.ts';
import { withPromotion } from './promotion-rights.ts';
import { rehearsedSecrets, type Stage } from './rehearsal-run.ts';
import { Masks } from './runner/masks.ts';
import { Processes } from './runner/processes.ts';
import { runsBefore } from './runs-before.ts';
import { Screen } from './screen.ts';
import { plantRepository, trusted } from './trigger.ts';
import type { Workflow } from './workflow/model.ts';
import { Repositories } from './workflow/repositories.ts';
import { environmentsOf, environmentValues, projectsOf, workflowsFor } from './world/estate.ts';

export interface RehearseOptions extends RunOptions {
  /** Folder of the application, or its deploy.yaml. */
  readonly path: string;
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

function workflowsIn({ before, asked }: Script): readonly Workflow[] {
  return [...before, asked].map(({ start }) => start.workflow);
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

async function emptyOutput(): Promise<void> {
  for (const name of ['report.html', 'summary.md', 'comment.md', 'journal.jsonl', 'state.json', 'logs']) {
    await rm(join(outputFolder, name), { recursive: true, force: true });
  }
  await mkdir(outputFolder, { recursive: true });
}
