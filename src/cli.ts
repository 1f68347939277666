#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Failure } from './lib/failure.ts';

const help = `aethercast-deploy: from one YAML file to Google Cloud Run

  aethercast-deploy rehearse [folder]     run the application's workflow against emulators of Google Cloud and GitHub
      --workflow NAME       file in .github/workflows, without .yml            (deploy)
      --environment NAME    environment of deploy.yaml
      --input KEY=VALUE     input of the workflow; may be repeated
      --event FILE          payload of the webhook that starts the workflow; what it leaves out is filled in
      --event-name NAME     its event, where the payload alone does not tell (pull_request_target, ...)
      --after NAME          workflow that is run before; may be repeated; none: nothing is deployed
                            (what the workflow stands on: deploy, and for the end of a pull request its preview)
      --once                do not run the workflow a second time
      --latency PROFILE     zero, or typical: operations take as long as Google's  (zero)
      --time-scale N        how many times faster the clock runs                   (1)
      --jobs N              processes at once                                      (2 per core, and 2)
      --plain               never redraw lines

  aethercast-deploy validate FILE         check a deploy.yaml
      --environment NAME    the environment to check in full

  aethercast-deploy emulator [options]    start the emulator; see emulator --help

Exit codes: 0 all is well, 1 something failed, 2 the command line is wrong.
`;

class UsageError extends Error {}

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  switch (command) {
    case 'rehearse':
      return await rehearseCommand(rest);
    case 'validate':
      return await validateCommand(rest);
    case 'emulator':
      return await emulatorCommand(rest);
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(help);
      return 0;
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`there is no command "${command}"`);
  }
}

async function rehearseCommand(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      workflow: { type: 'string', default: 'deploy' },
      environment: { type: 'string' },
      event: { type: 'string' },
      'event-name': { type: 'string' },
      input: { type: 'string', multiple: true, default: [] },
      after: { type: 'string', multiple: true, default: [] },
      plain: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      latency: { type: 'string', default: 'zero' },
      'time-scale': { type: 'string', default: '1' },
      jobs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const options = {
    path: onlyOne(positionals) ?? '.',
    workflow: values.workflow,
    inputs: Object.fromEntries(values.input.map(keyAndValue)),
    plain: values.plain,
    once: values.once,
    latency: latencyProfile(values.latency),
    timeScale: positiveNumber('--time-scale', values['time-scale']),
    ...(values.after.length === 0 ? {} : { after: workflowsBefore(values.after) }),
    ...(values.environment === undefined ? {} : { environment: values.environment }),
    ...(values.event === undefined ? {} : { eventFile: values.event }),
    ...(values['event-name'] === undefined ? {} : { eventName: values['event-name'] }),
    ...(values.jobs === undefined ? {} : { jobs: positiveNumber('--jobs', values.jobs) }),
  };
  // Each command loads what it needs: the emulator and GitHub's parser take half a second.
  const { rehearse } = await import('./rehearsal/rehearse.ts');
  return await rehearse(options, process.stdout);
}

async function validateCommand(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { environment: { type: 'string' } },
  });
  const file = onlyOne(positionals);
  if (file === undefined) throw new UsageError('validate needs the file to check');
  const [{ parseDeployment }, { printFindings }] = await Promise.all([
    import('./config/load.ts'),
    import('./rehearsal/outcome.ts'),
  ]);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('FILE_MISSING', `${file} cannot be read`, { next: 'Name a deploy.yaml.', cause });
  });
  const { deployment, findings } = parseDeployment(text, {
    file,
    root: '.',
    ...(values.environment === undefined ? {} : { environment: values.environment }),
  });
  printFindings({ print: (line = '') => void process.stdout.write(`${line}\n`) }, findings);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  process.stdout.write(`${file}: ${errors} error(s), ${warnings} warning(s)\n`);
  return deployment === undefined || errors > 0 ? 1 : 0;
}

async function emulatorCommand(words: readonly string[]): Promise<number> {
  const { runEmulatorCommand } = await import('./emulator/command.ts');
  return (await runEmulatorCommand([...words])) ?? 0;
}

function onlyOne(positionals: readonly string[]): string | undefined {
  const [first, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`unexpected: ${others.join(' ')}`);
  return first;
}

function keyAndValue(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--input ${text}: expected KEY=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function workflowsBefore(names: readonly string[]): readonly string[] {
  if (!names.includes('none')) return names;
  if (names.length > 1) throw new UsageError('--after none: expected no other --after');
  return [];
}

function latencyProfile(text: string): 'zero' | 'typical' {
  if (text === 'zero' || text === 'typical') return text;
  throw new UsageError(`--latency ${text}: expected zero or typical`);
}

function positiveNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number)))
    throw new UsageError(`${flag} ${text}: expected a number above 0`);
  return number;
}

/** Errors of `parseArgs` have codes that begin with this. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (isUsage(error)) {
    process.stderr.write(`${error.message}\nSee aethercast-deploy --help.\n`);
    process.exitCode = 2;
  } else if (error instanceof Failure) {
    const lines = [
      `${error.code}: ${error.message}`,
      ...error.details.map((line) => `  ${line}`),
      error.next,
    ];
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
