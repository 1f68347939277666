import { getInput, setSecret } from '@actions/core';
import { z } from 'zod';
import { Failure } from '../lib/failure.ts';

/** One input of an action: what action.yml, the README's table and the parser all come from. */
export interface InputSpec<T> {
  readonly description: string;
  /** As action.yml shows it. */
  readonly default?: string;
  readonly required: boolean;
  /** Masked before anything else happens. */
  readonly secret: boolean;
  /** An empty text that was written out is taken as such, and not replaced by the default. */
  readonly keepsEmpty?: boolean;
  readonly parse: (text: string) => { readonly value: T } | { readonly problem: string };
}

export type InputSpecs = Readonly<Record<string, InputSpec<unknown>>>;
export type Inputs<Specs extends InputSpecs> = {
  readonly [Key in keyof Specs]: Specs[Key] extends InputSpec<infer T> ? T : never;
};

interface Options {
  readonly description: string;
  readonly default?: string;
  readonly required?: true;
  readonly secret?: true;
  readonly keepsEmpty?: true;
}

/** Text; absent rather than empty. */
export function text(options: Options & ({ required: true } | { default: string })): InputSpec<string>;
export function text(options: Options): InputSpec<string | undefined>;
export function text(options: Options): InputSpec<string | undefined> {
  const trimmed = z.string().trim();
  return spec<string | undefined>(options, options.keepsEmpty ? trimmed : trimmed.transform(absentIfEmpty));
}

export function boolean(options: Options & { default: string }): InputSpec<boolean> {
  return spec(
    options,
    z
      .enum(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], { error: 'must be true or false' })
      .transform((word) => word.toLowerCase() === 'true'),
  );
}

/** As `boolean`, with the short words that google-github-actions take as well. */
export function looseBoolean(options: Options & { default: string }): InputSpec<boolean> {
  return spec(
    options,
    z
      .enum(['1', 't', 'T', 'true', 'True', 'TRUE', '0', 'f', 'F', 'false', 'False', 'FALSE'], {
        error: 'must be true or false',
      })
      .transform((word) => word === '1' || word.toLowerCase().startsWith('t')),
  );
}

/** True for `true` in any case, false for everything else; never a problem. */
export function isTrue(options: Options & { default: string }): InputSpec<boolean> {
  return spec(
    options,
    z.string().transform((word) => word.trim().toLowerCase() === 'true'),
  );
}

/** One of the words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  options: Options & { default: Words[number] },
): InputSpec<Words[number]> {
  return spec(options, z.enum(words, { error: `must be one of ${words.join(', ')}` }));
}

/** Lines of `NAME=value`; a value is everything after the first `=`, and each is masked. */
export function assignments(options: Options): InputSpec<Readonly<Record<string, string>>> {
  return { ...spec(options, z.string()), parse: parseAssignments };
}

function spec<T>(options: Options, schema: z.ZodType<T>): InputSpec<T> {
  return {
    description: options.description,
    ...(options.default === undefined ? {} : { default: options.default }),
    required: options.required ?? false,
    secret: options.secret ?? false,
    ...(options.keepsEmpty ? { keepsEmpty: true } : {}),
    parse: (given) => {
      const result = schema.safeParse(given);
      return result.success
        ? { value: result.data }
        : { problem: result.error.issues[0]?.message ?? 'is not valid' };
    },
  };
}

function absentIfEmpty(value: string): string | undefined {
  return value === '' ? undefined : value;
}

function parseAssignments(given: string): { value: Record<string, string> } | { problem: string } {
  const lines = given.split('\n').filter((line) => line.trim() !== '');
  const bad = lines.findIndex((line) => !/^\s*[A-Za-z_][A-Za-z0-9_]*=/.test(line));
  // The line itself may hold a secret and is not shown.
  if (bad >= 0) return { problem: `line ${bad + 1} is not NAME=value` };
  return {
    value: Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at).trim(), line.slice(at + 1)];
      }),
    ),
  };
}

/** Reads all inputs and reports all problems at once. Throws INPUT_INVALID; nothing has happened by then. */
export function readInputs<Specs extends InputSpecs>(specs: Specs): Inputs<Specs> {
  const problems: string[] = [];
  const values = Object.entries(specs).map(([name, input]) => {
    const written = getInput(name, { trimWhitespace: !input.secret });
    const given = written || (input.keepsEmpty && isWritten(name) ? '' : defaultOf(input));
    if (input.secret) maskLines(given);
    if (given === '' && input.required) problems.push(`${name} is required: ${input.description}`);
    const parsed = input.parse(given);
    if ('problem' in parsed)
      problems.push(`${name} ${parsed.problem}${input.secret ? '' : `, found "${given}"`}`);
    return [name, 'value' in parsed ? parsed.value : undefined];
  });
  if (problems.length > 0) {
    throw new Failure('INPUT_INVALID', `The action's inputs have ${count(problems.length, 'problem')}.`, {
      next: 'Correct the `with:` of this step.',
      details: problems,
    });
  }
  return Object.fromEntries(values) as Inputs<Specs>;
}

/** The runner fills in the default; outside of it nobody does, and an expression has no value there. */
function defaultOf({ default: given = '' }: InputSpec<unknown>): string {
  return given.startsWith(`\${{`) ? '' : given;
}

function isWritten(name: string): boolean {
  return process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] !== undefined;
}

/** Masks each line and, of `NAME=value`, the value: the runner compares line by line. */
function maskLines(value: string): void {
  for (const line of value.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const assigned = /^[A-Za-z_][A-Za-z0-9_]*=(.+)$/.exec(line)?.[1];
    setSecret(assigned ?? line);
  }
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
