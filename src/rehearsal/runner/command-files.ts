import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';

const names = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/** What a step has written into the files that the runner gave it. */
export interface Written {
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** The files behind GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STATE and GITHUB_STEP_SUMMARY of one step. */
export class CommandFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(temp: string): Promise<CommandFiles> {
    const folder = join(temp, '_runner_file_commands', randomUUID());
    await mkdir(folder, { recursive: true });
    const files = new CommandFiles(folder);
    for (const path of Object.values(files.environment())) await writeFile(path, '');
    return files;
  }

  environment(): Record<string, string> {
    return Object.fromEntries(
      names.map((name) => [`GITHUB_${name}`, join(this.#folder, name.toLowerCase())]),
    );
  }

  /** Reads the files and removes them. Throws Failure COMMAND_FILE_INVALID. */
  async take(): Promise<Written> {
    const [outputs = '', env = '', path = '', state = '', summary = ''] = await Promise.all(
      names.map((name) => readFile(join(this.#folder, name.toLowerCase()), 'utf8').catch(() => '')),
    );
    await rm(this.#folder, { recursive: true, force: true });
    return {
      outputs: parsePairs(outputs, 'GITHUB_OUTPUT'),
      env: parsePairs(env, 'GITHUB_ENV'),
      path: path.split(/\r?\n/).filter((line) => line !== ''),
      state: parsePairs(state, 'GITHUB_STATE'),
      summary,
    };
  }
}

/**
 * Reads `NAME=value` lines and `NAME<<DELIMITER` blocks.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings
 */
export function parsePairs(text: string, file: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      const name = line.slice(0, equals);
      if (name === '') throw malformed(file, `Invalid format '${line}'. Name must not be empty`);
      pairs[name] = line.slice(equals + 1);
      continue;
    }
    const name = line.slice(0, Math.max(heredoc, 0));
    const delimiter = line.slice(heredoc + 2);
    if (heredoc < 0) throw malformed(file, `Invalid format '${firstCharacters(line)}'`);
    if (name === '' || delimiter === '') {
      throw malformed(file, `Invalid format '${line}'. Name and delimiter must not be empty`);
    }
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw malformed(file, `Invalid value. Matching delimiter not found '${delimiter}'`);
    pairs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return pairs;
}

/** The line may be a part of a secret that was written without a delimiter: only its beginning is told. */
function firstCharacters(line: string): string {
  return line.length > 6 ? `${line.slice(0, 6)}...` : line;
}

function malformed(file: string, message: string): Failure {
  return new Failure('COMMAND_FILE_INVALID', `Unable to process file command ${file}: ${message}`, {
    next: 'Write NAME=value, or NAME<<DELIMITER, the lines of the value and DELIMITER.',
  });
}
