import { type Copy, DockerfileParser } from 'dockerfile-ast';

/** A source that the Dockerfile takes from the context, with its line. */
export interface CopiedSource {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

export interface DockerfileFacts {
  /** Of the last stage; numbers only, `EXPOSE $PORT` is left out. */
  readonly exposedPorts: readonly number[];
  readonly copies: readonly CopiedSource[];
}

/** What of a Dockerfile can be checked without building it. https://docs.docker.com/reference/dockerfile/ */
export function readDockerfile(text: string): DockerfileFacts {
  const file = DockerfileParser.parse(text);
  const instructions = file.getInstructions();
  const lastFrom = instructions.findLastIndex((instruction) => instruction.getKeyword() === 'FROM');
  const exposedPorts = instructions
    .slice(lastFrom + 1)
    .filter((instruction) => instruction.getKeyword() === 'EXPOSE')
    .flatMap((instruction) =>
      instruction.getArguments().map((argument) => Number.parseInt(argument.getValue(), 10)),
    )
    .filter((port) => Number.isInteger(port));
  const copies = instructions
    .filter((instruction) => ['COPY', 'ADD'].includes(instruction.getKeyword()))
    .flatMap((instruction) => sourcesOf(instruction as Copy));
  return { exposedPorts, copies };
}

/** Sources of COPY and ADD that come from the context: no other stage, no URL, no heredoc. */
function sourcesOf(copy: Copy): CopiedSource[] {
  const flags = copy.getFlags().map((flag) => flag.getName());
  if (flags.includes('from')) return [];
  const line = copy.getRange().start.line + 1;
  return words(copy)
    .slice(0, -1)
    .filter((path) => !path.startsWith('<<') && !/^[a-z]+:\/\//.test(path) && !path.includes('$'))
    .map((path) => ({ path, line }));
}

/** The parser drops the spaces of names in the JSON form, so that form is read as what it is. */
function words(copy: Copy): string[] {
  const raw = copy.getRawArgumentsContent()?.trim() ?? '';
  const list = raw.slice(Math.max(0, raw.indexOf('[')));
  if (copy.getOpeningBracket() !== null) {
    const parsed: unknown = JSON.parse(list);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  }
  return copy.getArguments().map((argument) => argument.getValue());
}
