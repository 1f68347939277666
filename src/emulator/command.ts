import { parseArgs } from 'node:util';
import { shellUser } from './apis/control.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';
import type { SeedProject } from './seed.ts';

const usage = `Usage: aethercast-deploy emulator [options]

  --port N              listen on 127.0.0.1:N; any free port by default
  --project ID:NUMBER   a project that exists; repeatable; demo-project:100000000001 by default
  --latency PROFILE     zero (default) or typical
  --time-scale N        run the cloud's clock N times as fast
  --journal FILE        append every request to FILE, a line of JSON each
  --state FILE          load the state from FILE if it exists, save it there at the end
  --env                 print the exports that point gcloud and this suite at the emulator: of the one that runs
                        on --port N already (and end), else of the one that is started
`;

interface Words {
  readonly options: EmulatorOptions;
  readonly env: boolean;
}

/** Runs until Ctrl-C. Resolves with the exit code; problems of the arguments are printed and give 2. */
export async function runEmulatorCommand(argv: string[]): Promise<number> {
  let words: Words | 'help';
  try {
    words = parse(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (words === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (words.env && words.options.port !== 0) {
    const running = await exportsOf(`http://127.0.0.1:${words.options.port}`);
    if (running !== undefined) {
      process.stdout.write(running);
      return 0;
    }
  }
  let emulator: Emulator;
  try {
    emulator = await startEmulator(words.options);
  } catch (error) {
    process.stderr.write(`The emulator did not start: ${startProblem(error, words.options)}\n`);
    return 1;
  }
  await announce(emulator, words);
  await interrupted();
  await emulator.close();
  return 0;
}

function parse(argv: string[]): Words | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string' },
      project: { type: 'string', multiple: true },
      latency: { type: 'string' },
      'time-scale': { type: 'string' },
      journal: { type: 'string' },
      state: { type: 'string' },
      env: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const { latency = 'zero' } = values;
  if (latency !== 'zero' && latency !== 'typical') {
    throw new Error(`--latency ${latency}: must be zero or typical`);
  }
  const options: EmulatorOptions = {
    port: whole('--port', values.port ?? '0', 0, 65_535),
    projects: (values.project ?? ['demo-project:100000000001']).map(seedProject),
    latency,
    ...(values['time-scale'] === undefined
      ? {}
      : { timeScale: whole('--time-scale', values['time-scale'], 1, 100_000) }),
    ...(values.journal === undefined ? {} : { journalFile: values.journal }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
  };
  return { options, env: values.env === true };
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
  if (!words.env) {
    process.stdout.write(`${line}\n`);
    return;
  }
  // The exports alone go to standard output, so that a shell can evaluate them.
  process.stderr.write(`${line}\n`);
  process.stdout.write((await exportsOf(emulator.url)) ?? '');
}

/** The lines for the shell, or nothing when no emulator answers there. */
async function exportsOf(origin: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(`${origin}/_emulator/environment`);
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
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
