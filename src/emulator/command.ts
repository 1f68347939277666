import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import type { Emulator, EmulatorOptions, Fault } from './emulator.ts';
import { type Reach, shellUser } from './environment.ts';
import type { SeedProject } from './seed.ts';

const usage = `Usage: aethercast-deploy emulator [options]

  --port N              listen on 127.0.0.1:N; any free port by default
  --project ID:NUMBER   a project that exists; repeatable; demo-project:100000000001 by default
  --latency PROFILE     zero (default) or typical
  --time-scale N        run the cloud's clock N times as fast
  --quotas WHICH        off (default), or published: refuse what Google's documented quotas would
  --consistency WHICH   strong (default), or eventual: others see grants, new service accounts and APIs late
  --faults FILE         let requests and operations fail as the script says; see docs/emulator.md
  --seed TEXT           ids, etags and delays follow from it: same seed, same run
  --journal FILE        append every request to FILE, a line of JSON each
  --state FILE          load the state from FILE if it exists, save it there at the end
  --env [WAY]           print the exports that point gcloud and this suite at the emulator: of the one that runs
                        on --port N already (and end), else of the one that is started. WAY is endpoints
                        (default), or proxy: gcloud calls the real host names through the emulator
`;

interface Words {
  readonly options: EmulatorOptions;
  readonly env: Reach | undefined;
}

/** Runs until Ctrl-C. Resolves with the exit code; problems of the arguments are printed and give 2. */
export async function runEmulatorCommand(argv: string[]): Promise<number> {
  let words: Words | 'help';
  try {
    words = await parse(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (words === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (words.env !== undefined && words.options.port !== 0) {
    const running = await exportsOf(`http://127.0.0.1:${words.options.port}`, words.env);
    if (running !== undefined) {
      process.stdout.write(running);
      return 0;
    }
  }
  // Watched from here on: who sees the first line may already ask for the end.
  const end = interrupted();
  let emulator: Emulator;
  try {
    // A hundred modules are read faster when they were compiled once before.
    enableCompileCache();
    const { startEmulator } = await import('./emulator.ts');
    emulator = await startEmulator(words.options);
  } catch (error) {
    process.stderr.write(`The emulator did not start: ${startProblem(error, words.options)}\n`);
    return 1;
  }
  await announce(emulator, words);
  await end;
  await emulator.close();
  return 0;
}

async function parse(argv: string[]): Promise<Words | 'help'> {
  const { values } = parseArgs({
    args: withWay(argv),
    options: {
      port: { type: 'string' },
      project: { type: 'string', multiple: true },
      latency: { type: 'string' },
      'time-scale': { type: 'string' },
      quotas: { type: 'string' },
      consistency: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string' },
      journal: { type: 'string' },
      state: { type: 'string' },
      env: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const options: EmulatorOptions = {
    port: whole('--port', values.port ?? '0', 0, 65_535),
    projects: (values.project ?? ['demo-project:100000000001']).map(seedProject),
    latency: oneOf('--latency', values.latency ?? 'zero', ['zero', 'typical']),
    quotas: oneOf('--quotas', values.quotas ?? 'off', ['off', 'published']),
    consistency: oneOf('--consistency', values.consistency ?? 'strong', ['strong', 'eventual']),
    ...(values.faults === undefined ? {} : { faults: await faultsOf(values.faults) }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    ...(values['time-scale'] === undefined
      ? {}
      : { timeScale: whole('--time-scale', values['time-scale'], 1, 100_000) }),
    ...(values.journal === undefined ? {} : { journalFile: values.journal }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
  };
  const env = values.env === undefined ? undefined : oneOf('--env', values.env, ['endpoints', 'proxy']);
  return { options, env };
}

/** `--env` may stand alone. */
function withWay(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (argv[index - 1] === '--env' && !word.startsWith('-')) return [];
    if (word !== '--env') return [word];
    const next = argv[index + 1];
    return [`--env=${next === undefined || next.startsWith('-') ? 'endpoints' : next}`];
  });
}

function oneOf<Word extends string>(flag: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`${flag} ${text}: must be ${words.join(' or ')}`);
  return found;
}

/** The schema of the script takes a while to load, so it is loaded only for one. */
async function faultsOf(file: string): Promise<readonly Fault[]> {
  const { readFaults } = await import('./faults-file.ts');
  return readFaults(file);
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${flag} ${text}: must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** The person at the shell owns the projects, so that a token from `--env` can do everything. */
function seedProject(text: string): SeedProject {
  const [, id, number] = /^([a-z][a-z0-9-]{4,28}[a-z0-9]):(\d{1,19})$/.exec(text) ?? [];
  if (id === undefined || number === undefined) {
    throw new Error(`--project ${text}: must be ID:NUMBER, for example demo-project:100000000001`);
  }
  return { id, number, bindings: [{ role: 'roles/owner', members: [`user:${shellUser}`] }] };
}

function startProblem(error: unknown, options: EmulatorOptions): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `port ${options.port} is taken; choose another with --port, or --port 0 for any free one`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function announce(emulator: Emulator, words: Words): Promise<void> {
  const projects = words.options.projects.map((project) => project.id).join(', ');
  const line = `emulator ready at ${emulator.url} (projects: ${projects}; user ${shellUser})`;
  if (words.env === undefined) {
    process.stdout.write(`${line}\n`);
    return;
  }
  // The exports alone go to standard output, so that a shell can evaluate them.
  process.stderr.write(`${line}\n`);
  process.stdout.write((await exportsOf(emulator.url, words.env)) ?? '');
}

/** The lines for the shell, or nothing when no emulator answers there. */
async function exportsOf(origin: string, reach: Reach): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(`${origin}/_emulator/environment?reach=${reach}`);
  } catch {
    return undefined;
  }
  if (!response.ok) return undefined;
  const variables = (await response.json()) as Record<string, string>;
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
