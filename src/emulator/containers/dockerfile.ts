import {
  DockerfileParser,
  type Instruction,
  type JSONInstruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from 'dockerfile-ast';
import { DockerFailure } from './docker-arguments.ts';

/** One instruction with its variables still in it. */
export interface Step {
  readonly keyword: string;
  /** As written, on one line. */
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
  /** What follows the keyword and its flags. */
  readonly words: readonly string[];
  /** The strings of the JSON form (`CMD ["a", "b"]`); `undefined` for the shell form. */
  readonly json: readonly string[] | undefined;
  /** `NAME=VALUE` of ARG, ENV and LABEL; the value is `undefined` where only the name stands. */
  readonly properties: readonly (readonly [string, string | undefined])[];
  readonly flags: Readonly<Record<string, string>>;
  /** The argument text as a shell would get it. */
  readonly rest: string;
  readonly heredoc: boolean;
}

const keywords = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/** Throws DockerFailure for what docker cannot parse. */
export function parseDockerfile(text: string): Step[] {
  const steps = DockerfileParser.parse(text).getInstructions().map(stepOf);
  const [first] = steps;
  if (first === undefined) throw new DockerFailure('the Dockerfile cannot be empty');
  for (const step of steps) {
    if (!keywords.has(step.keyword)) {
      throw new DockerFailure(
        `dockerfile parse error line ${step.line}: unknown instruction: ${step.keyword}`,
      );
    }
    if (step.words.length === 0 && !step.heredoc) {
      throw new DockerFailure(
        `dockerfile parse error line ${step.line}: ${step.keyword} requires at least one argument`,
      );
    }
  }
  const start = steps.find((step) => step.keyword !== 'ARG');
  if (start?.keyword !== 'FROM') throw new DockerFailure('no build stage in current context');
  return steps;
}

function stepOf(instruction: Instruction): Step {
  const json = 'getJSONStrings' in instruction ? jsonOf(instruction as JSONInstruction) : undefined;
  const flags =
    'getFlags' in instruction
      ? Object.fromEntries(
          (instruction as ModifiableInstruction)
            .getFlags()
            .map((flag) => [flag.getName(), flag.getValue() ?? '']),
        )
      : {};
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const content = instruction.getArgumentsContent() ?? '';
  return {
    keyword: instruction.getKeyword(),
    text: `${instruction.getKeyword()} ${content}`.trim(),
    line: instruction.getRange().start.line + 1,
    words: json ?? words,
    json,
    properties:
      'getProperties' in instruction
        ? (instruction as PropertyInstruction)
            .getProperties()
            .map((property) => [property.getName(), property.getUnescapedValue() ?? undefined] as const)
        : 'getProperty' in instruction
          ? argOf(
              instruction as Instruction & {
                getProperty(): { getName(): string; getUnescapedValue(): string | null } | null;
              },
            )
          : [],
    flags,
    rest: content.replace(/^(--[a-z-]+(=\S+)?\s+)*/, ''),
    heredoc: /<<-?['"]?[A-Za-z_]/.test(content),
  };
}

function argOf(instruction: {
  getProperty(): { getName(): string; getUnescapedValue(): string | null } | null;
}): (readonly [string, string | undefined])[] {
  const property = instruction.getProperty();
  return property === null ? [] : [[property.getName(), property.getUnescapedValue() ?? undefined]];
}

function jsonOf(instruction: JSONInstruction): string[] | undefined {
  if (instruction.getOpeningBracket() === null || instruction.getClosingBracket() === null) return undefined;
  return instruction.getJSONStrings().map((argument) => argument.getJSONValue());
}

/** Fills in `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+then}` as docker does; `\$` stays a dollar sign. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?([-+])([^}]*))?\})/g,
    (whole, bare?: string, braced?: string, operator?: string, word?: string) => {
      if (whole === '\\$') return '$';
      const value = variables.get(bare ?? braced ?? '') ?? '';
      if (operator === '-') return value === '' ? expand(word ?? '', variables) : value;
      if (operator === '+') return value === '' ? '' : expand(word ?? '', variables);
      return value;
    },
  );
}
