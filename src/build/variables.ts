/** What a program reads of its environment, held against what deploy.yaml sets. All of it are warnings: a text is read, not run. */
import type { Service, Sidecar } from '../config/deployment.ts';
import type { Finding, Place } from '../config/finding.ts';
import { editDistance } from '../config/nearest.ts';
import { type ProgramText, readProgram, type VariableRead } from './read-variables.ts';
import type { Source } from './source.ts';

/** A container that is built: of a service or a sidecar. */
type Container = Pick<Service | Sidecar, 'env' | 'secrets' | 'place'>;

export async function variableFindings(
  file: string,
  path: string,
  container: Container,
  source: Source,
): Promise<Finding[]> {
  const program = await readProgram(source.inputs);
  const at = (name: string): Pick<Finding, 'file' | 'place' | 'path' | 'severity'> => ({
    severity: 'warning',
    file,
    place: placeOf(container, name) ?? container.place,
    path: container.env[name]
      ? `${path}.env.${name}`
      : container.secrets[name]
        ? `${path}.secrets.${name}`
        : path,
  });
  const set = new Set([
    ...Object.keys(container.env),
    ...Object.keys(container.secrets),
    ...imageSets(source),
  ]);
  const misnamed = misnamedOf(container, program, set, source);
  const found: (Omit<Finding, 'file' | 'place' | 'path' | 'severity'> & { readonly name: string })[] = [
    ...misnamed.map(({ name, read }) => ({
      name,
      code: 'VARIABLE_MISNAMED',
      message: `The program does not read ${name}, but ${read.name} (${shown(read)}), which nothing sets.`,
      fix: `Call it ${read.name}.`,
    })),
    ...missingOf(program, set)
      .filter((read) => !misnamed.some((one) => one.read.name === read.name))
      .map((read) => missing(read)),
    ...debuggingOf(program, set).map((read) => ({
      name: read.name,
      code: 'DEBUG_BY_DEFAULT',
      message: `${shown(read)} switches debugging on unless ${read.name} says otherwise: its pages show the program and let visitors run code.`,
      fix: `Set ${read.name}: "False" under env.`,
    })),
    ...bareOf(container, program).map(({ read, service, wanted }) => ({
      name: read.name,
      code: 'URL_WITHOUT_PATH',
      message: `${read.name} is the address of ${service} alone, and ${shown(read)} expects one with a path: without the variable it takes ${read.fallback}.`,
      fix: `Write ${wanted} behind it, or what else the path is.`,
    })),
  ];
  return found.map(({ name, ...finding }) => ({ ...at(name), ...finding }));
}

function placeOf({ env, secrets }: Container, name: string): Place | undefined {
  return (env[name] ?? secrets[name])?.place;
}

const shown = ({ file, line }: VariableRead): string => `${file}:${line}`;

/** https://cloud.google.com/run/docs/container-contract#env-vars, and what every image has. */
const alwaysThere =
  /^(PORT|K_(SERVICE|REVISION|CONFIGURATION)|CLOUD_RUN_\w+|PATH|HOME|PWD|USER|HOSTNAME|LANG|LC_\w+|TZ|PYTHON\w*|NODE_\w+)$/;

/** By ENV of the Dockerfile. */
function imageSets({ dockerfile }: Source): readonly string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').matchAll(/^\s*ENV\s+(.*)$/gim);
  return [...lines].flatMap(({ 1: text = '' }) =>
    text.includes('=')
      ? [...text.matchAll(/(\w+)=/g)].map(({ 1: name = '' }) => name)
      : [text.split(/\s+/)[0] ?? ''],
  );
}

/** Each variable once, where it is read first. Read with a test or a fallback anywhere else, it may be absent. */
function missingOf({ reads, text }: ProgramText, set: ReadonlySet<string>): readonly VariableRead[] {
  const optional = new Set(reads.flatMap(({ name, required }) => (required ? [] : [name])));
  const first = new Map<string, VariableRead>();
  for (const read of reads) if (read.required && !first.has(read.name)) first.set(read.name, read);
  return [...first.values()].filter(
    ({ name }) =>
      !set.has(name) &&
      !optional.has(name) &&
      !alwaysThere.test(name) &&
      !new RegExp(`['"]${name}['"]\\s+(not\\s+)?in\\s+(os\\.)?environ`).test(text),
  );
}

const keyFile = 'GOOGLE_APPLICATION_CREDENTIALS';

function missing(read: VariableRead): { name: string; code: string; message: string; fix: string } {
  const { name } = read;
  if (name !== keyFile) {
    return {
      name,
      code: 'VARIABLE_NOT_SET',
      message: `${shown(read)} stops without ${name}, which neither the file nor the Dockerfile sets.`,
      fix: `Set ${name} under env: or secrets:, or give it a fallback in the program.`,
    };
  }
  return {
    name,
    code: 'KEY_FILE_EXPECTED',
    message: `${shown(read)} stops without a key file, and on Cloud Run there is none: Google's libraries find the service account by themselves.`,
    fix: `Do not read ${keyFile} in the program.`,
  };
}

interface Misnamed {
  readonly name: string;
  readonly read: VariableRead;
}

/** Set and not so much as mentioned, while a name that is all but the same is read and not set. */
function misnamedOf(
  { env, secrets }: Container,
  { reads, text }: ProgramText,
  set: ReadonlySet<string>,
  { dockerfile }: Source,
): readonly Misnamed[] {
  const open = reads.filter(({ name }) => !set.has(name) && !alwaysThere.test(name));
  return [...Object.keys(env), ...Object.keys(secrets)].flatMap((name) => {
    if (new RegExp(`\\b${name}\\b`, 'i').test(`${text}\n${dockerfile}`)) return [];
    const read = open.find((one) => isAlike(one.name, name));
    return read ? [{ name, read }] : [];
  });
}

/** One is the other with a prefix, or a typing mistake away. */
function isAlike(a: string, b: string): boolean {
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return (short.includes('_') && long.endsWith(`_${short}`)) || (short.length > 5 && editDistance(a, b) <= 2);
}

function debuggingOf({ reads }: ProgramText, set: ReadonlySet<string>): readonly VariableRead[] {
  return reads.filter(
    ({ name, fallback = '' }) =>
      /(^|_)DEBUG$/.test(name) && !set.has(name) && /^(true|1|yes|on)$/i.test(fallback),
  );
}

interface Bare {
  readonly read: VariableRead;
  readonly service: string;
  /** Path of the fallback. */
  readonly wanted: string;
}

function bareOf({ env }: Container, { reads }: ProgramText): readonly Bare[] {
  return reads.flatMap((read) => {
    const [part, ...others] = env[read.name]?.parts ?? [];
    const path = URL.canParse(read.fallback ?? '') ? new URL(read.fallback ?? '').pathname : '/';
    if (
      path === '/' ||
      others.length > 0 ||
      typeof part !== 'object' ||
      part.kind !== 'service' ||
      part.field !== 'url'
    )
      return [];
    return [{ read, service: part.service, wanted: path }];
  });
}
