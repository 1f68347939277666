import { posix } from 'node:path';
import {
  type Copy,
  DockerfileParser,
  type From,
  type Instruction,
  type ModifiableInstruction,
} from 'dockerfile-ast';

/** A source that the Dockerfile takes from the context, with its line. */
export interface CopiedSource {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** A pattern beside other sources: `COPY package.json yarn.lock* ./` is how people say "if there is one". */
  readonly optional: boolean;
}

/** Both ends are exposed; they are equal for a single port. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface DockerfileFacts {
  /** TCP ports of the image; empty when there are none, or when one is a variable and nothing can be told. */
  readonly exposed: readonly PortRange[];
  readonly copies: readonly CopiedSource[];
  /**
   * Paths and patterns of all that the build can see of the context; absent when it may see everything: a whole
   * context is taken, a path is a variable, or a trigger for later builds is set.
   */
  readonly reads?: readonly string[];
}

/**
 * What of a Dockerfile can be checked without building it, up to the stage that `target` names (the last one without).
 * https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text: string, target?: string): DockerfileFacts {
  const stages = stagesUpTo(target, stagesOf(DockerfileParser.parse(text).getInstructions()));
  const reads = readsOf(stages.flatMap(({ instructions }) => instructions));
  return {
    exposed: exposedBy(stages),
    copies: stages.flatMap((stage) => stage.instructions.filter(isCopy).flatMap(sourcesOf)),
    ...(reads ? { reads } : {}),
  };
}

function readsOf(instructions: readonly Instruction[]): readonly string[] | undefined {
  const paths: string[] = [];
  for (const instruction of instructions) {
    const keyword = instruction.getKeyword();
    if (keyword === 'ONBUILD') return undefined;
    if (isCopy(instruction)) paths.push(...contextSources(instruction));
    if (keyword === 'RUN') paths.push(...mountedSources(instruction as ModifiableInstruction));
  }
  const normal = paths.map((path) => posix.normalize(path).replace(/^(\.?\/)+|\/+$/g, ''));
  return normal.some((path) => path === '' || path === '.' || path.includes('$')) ? undefined : normal;
}

/** A bind mount is the default kind, and without a source it is the whole context. https://docs.docker.com/reference/dockerfile/#run---mounttypebind */
function mountedSources(run: ModifiableInstruction): string[] {
  const mounts = run.getFlags().filter((flag) => flag.getName() === 'mount');
  return mounts.flatMap((mount) => {
    const option = (name: string) => mount.getOption(name)?.getValue() ?? undefined;
    if ((option('type') ?? 'bind') !== 'bind' || option('from') !== undefined) return [];
    return [option('source') ?? option('src') ?? '.'];
  });
}

interface Stage {
  /** Lower case: names of stages are compared without regard to it. */
  readonly name: string | undefined;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const starts = instructions.flatMap((instruction, index) =>
    instruction.getKeyword() === 'FROM' ? [{ from: instruction as From, index }] : [],
  );
  return starts.map(({ from, index }, number) => ({
    name: from.getBuildStage()?.toLowerCase(),
    base: from.getImage()?.toLowerCase() ?? '',
    instructions: instructions.slice(index + 1, starts[number + 1]?.index),
  }));
}

/** A target that no stage has is left to the build, which knows how to say so. */
function stagesUpTo(target: string | undefined, stages: Stage[]): Stage[] {
  if (!target) return stages;
  const at = stages.findIndex(({ name }, index) => name === target.toLowerCase() || String(index) === target);
  return at < 0 ? stages : stages.slice(0, at + 1);
}

/** What the last of the stages exposes, with what it takes over from those that it is built on. */
function exposedBy(stages: readonly Stage[]): PortRange[] {
  const words: string[] = [];
  for (let at = stages.length - 1; at >= 0; ) {
    const stage = stages[at];
    const exposes = stage?.instructions.filter((instruction) => instruction.getKeyword() === 'EXPOSE') ?? [];
    words.push(...exposes.flatMap((expose) => expose.getArguments().map((argument) => argument.getValue())));
    at = stages.slice(0, at).findLastIndex(({ name }) => name !== undefined && name === stage?.base);
  }
  const ranges = words.filter((word) => !word.toLowerCase().endsWith('/udp')).map(rangeOf);
  const known = ranges.filter((range) => range !== undefined);
  return known.length === ranges.length ? known : [];
}

function rangeOf(word: string): PortRange | undefined {
  const [, first, last] = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/i.exec(word) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last ?? first) };
}

function isCopy(instruction: Instruction): instruction is Copy {
  return ['COPY', 'ADD'].includes(instruction.getKeyword());
}

/** Sources of COPY and ADD whose being there can be told: a path with a variable in it cannot. */
function sourcesOf(copy: Copy): CopiedSource[] {
  const line = copy.getRange().start.line + 1;
  const several = words(copy).length > 2;
  return contextSources(copy)
    .filter((path) => !path.includes('$'))
    .map((path) => ({ path, line, optional: several && /[*?[]/.test(path) }));
}

/** Sources of COPY and ADD that come from the context: no other stage, no URL, no repository, no heredoc. */
function contextSources(copy: Copy): string[] {
  if (copy.getFlags().some((flag) => flag.getName() === 'from')) return [];
  return words(copy)
    .slice(0, -1)
    .filter((path) => !path.startsWith('<<') && !/^([a-z]+:\/\/|git@)/.test(path));
}

function words(copy: Copy): string[] {
  return copy.getOpeningBracket() === null ? plainWords(copy) : (jsonWords(copy) ?? bracketWords(copy));
}

/** The parser counts the bodies of heredocs among the arguments; they begin on the line after the heredoc's name. */
function plainWords(copy: Copy): string[] {
  const lastLine = copy.getHeredocs()[0]?.getNameRange().start.line ?? Number.POSITIVE_INFINITY;
  return copy
    .getArguments()
    .filter((argument) => argument.getRange().start.line <= lastLine)
    .map((argument) => argument.getValue());
}

/** The parser drops the spaces of names in the JSON form, so that form is read as what it is. */
function jsonWords(copy: Copy): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(bracketText(copy));
    return Array.isArray(parsed) ? parsed.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** What begins with a bracket and is no JSON is a pattern, `COPY [a-z]*.txt /data/`. */
function bracketWords(copy: Copy): string[] {
  return bracketText(copy).split(/\s+/);
}

function bracketText(copy: Copy): string {
  const raw =
    copy
      .getRawArgumentsContent()
      ?.replaceAll(/\\\s*\r?\n/g, ' ')
      .trim() ?? '';
  return raw.slice(Math.max(0, raw.indexOf('[')));
}
