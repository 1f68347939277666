/**
 * The environment variables that a program reads by their names, as far as its text says so: `os.environ` and
 * `os.getenv` of Python, `process.env` of Node. Names that a program puts together, and settings classes, are not seen.
 */
import { readFile } from 'node:fs/promises';
import { Pool } from '../engine/pool.ts';
import type { SourceFile } from './source-tree.ts';

export interface VariableRead {
  readonly name: string;
  /** Relative to the build context. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Whether the program stops without it: `os.environ["NAME"]`. */
  readonly required: boolean;
  /** A text that is taken in its place. */
  readonly fallback?: string;
}

export interface ProgramText {
  readonly reads: readonly VariableRead[];
  /** All of it, to see whether a name occurs at all. */
  readonly text: string;
}

const languages = /\.(py|[cm]?[jt]sx?)$/;
/** What others wrote reads variables of its own, and tests are not run in the cloud. */
const foreign =
  /(^|\/)(node_modules|site-packages|\.?venv|tests?|__tests__)\/|(^|\/)test_[^/]*\.py$|\.(test|spec)\./;
const largest = 512 * 1024;

export async function readProgram(files: readonly SourceFile[]): Promise<ProgramText> {
  const own = files.filter(
    ({ path, kind, size }) =>
      kind === 'file' && size <= largest && languages.test(path) && !foreign.test(path),
  );
  const pool = new Pool(16);
  const texts = await Promise.all(
    own.map(({ absolute, path }) =>
      pool.run(async () => ({ path, text: withoutComments(await readFile(absolute, 'utf8')) })),
    ),
  );
  return {
    reads: texts.flatMap(({ path, text }) => readsOf(path, text)),
    text: texts.map(({ text }) => text).join('\n'),
  };
}

/** Lines that are comments become empty, so that the others keep their numbers. */
function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*(#|\/\/).*$/gm, '');
}

const subscript = /\benviron\[\s*(['"])([A-Z][A-Z0-9_]*)\1\s*\](?!\s*=[^=])/g;
const getter = /\b(?:environ\.get|getenv)\(\s*(['"])([A-Z][A-Z0-9_]*)\1(?:\s*,\s*(['"])(.*?)\3)?/g;
const node =
  /\bprocess\.env(?:\.([A-Z][A-Z0-9_]*)|\[\s*['"]([A-Z][A-Z0-9_]*)['"]\s*\])(?!\s*=[^=])(?:\s*(?:\?\?|\|\|)\s*(['"`])(.*?)\3)?/g;

function readsOf(file: string, text: string): VariableRead[] {
  const read = (
    at: number,
    name: string,
    more: Partial<Pick<VariableRead, 'required' | 'fallback'>>,
  ): VariableRead => ({
    name,
    file,
    line: text.slice(0, at).split('\n').length,
    required: false,
    ...more,
  });
  const fallbackOf = (fallback: string | undefined) => (fallback === undefined ? {} : { fallback });
  return [
    ...[...text.matchAll(subscript)].map(({ index, 2: name = '' }) => read(index, name, { required: true })),
    ...[...text.matchAll(getter)].map(({ index, 2: name = '', 4: given }) =>
      read(index, name, fallbackOf(given)),
    ),
    ...[...text.matchAll(node)].map(({ index, 1: dotted, 2: named, 4: given }) =>
      read(index, dotted ?? named ?? '', fallbackOf(given)),
    ),
  ].sort((a, b) => a.line - b.line);
}
