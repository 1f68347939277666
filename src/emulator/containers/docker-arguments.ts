/** A command line of `docker build`, as far as the result depends on it. */
export interface BuildArguments {
  readonly tags: readonly string[];
  readonly file: string | undefined;
  readonly target: string | undefined;
  readonly platform: string | undefined;
  readonly buildArgs: Readonly<Record<string, string | undefined>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly context: string;
}

/** What docker itself would print before it ends with that exit code. */
export class DockerFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const withValue = new Set([
  '--tag',
  '--file',
  '--target',
  '--build-arg',
  '--label',
  '--platform',
  '--network',
  '--cache-from',
  '--cache-to',
  '--progress',
  '--iidfile',
  '--secret',
  '--ssh',
  '--add-host',
  '--shm-size',
  '--memory',
  '--ulimit',
  '--provenance',
  '--sbom',
]);
const switches = new Set(['--no-cache', '--pull', '--quiet', '--rm', '--force-rm', '--squash', '--compress']);
const shortNames: Readonly<Record<string, string>> = {
  '-t': '--tag',
  '-f': '--file',
  '-q': '--quiet',
  '-m': '--memory',
};

/** Reads what stands behind `docker build`. Throws DockerFailure with docker's own words. */
export function parseBuildArguments(args: readonly string[]): BuildArguments {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const written = equals === -1 ? arg : arg.slice(0, equals);
    const name = shortNames[written] ?? written;
    if (switches.has(name)) continue;
    if (!withValue.has(name)) {
      throw new DockerFailure(`unknown flag: ${written}\nSee 'docker build --help'.`, 125);
    }
    const value = equals === -1 ? args[index + 1] : arg.slice(equals + 1);
    if (value === undefined) {
      throw new DockerFailure(`flag needs an argument: ${written}\nSee 'docker build --help'.`, 125);
    }
    if (equals === -1) index += 1;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const [context] = operands;
  if (context === undefined || operands.length > 1) {
    throw new DockerFailure(
      '"docker build" requires exactly 1 argument.\nSee \'docker build --help\'.\n\nUsage:  docker build [OPTIONS] PATH | URL | -',
    );
  }
  return {
    tags: values.get('--tag') ?? [],
    file: values.get('--file')?.at(-1),
    target: values.get('--target')?.at(-1),
    platform: values.get('--platform')?.at(-1),
    buildArgs: pairs(values.get('--build-arg')),
    labels: Object.fromEntries(
      Object.entries(pairs(values.get('--label'))).map(([name, value]) => [name, value ?? '']),
    ),
    context,
  };
}

/** `NAME=VALUE`; a bare NAME takes the value from the step's environment, which is resolved by the caller. */
function pairs(given: readonly string[] = []): Record<string, string | undefined> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      return equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
