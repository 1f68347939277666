import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FlagProblem } from './flag-words.ts';

/**
 * A file of variables: a YAML or JSON map, or lines of KEY=VALUE. A line is one variable: commas need no backslash, and
 * may have one, since files that version 2 of deploy-cloudrun read are full of them. Throws FlagProblem, which holds
 * no value.
 */
export function readVariablesFile(workspace: string, file: string): readonly (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(join(workspace, file), 'utf8');
  } catch {
    throw new FlagProblem(`names ${file}, which cannot be read in ${workspace}`);
  }
  return fromYaml(text) ?? fromLines(text, file);
}

/** Nothing when it is no map, as text of KEY=VALUE lines never is. */
function fromYaml(text: string): readonly (readonly [string, string])[] | undefined {
  let content: unknown;
  try {
    content = parse(text, { schema: 'failsafe' });
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const entries = Object.entries(content);
  return entries.every(([, value]) => typeof value === 'string') ? entries : undefined;
}

function fromLines(text: string, file: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line, index): [string, string][] => {
    if (line.trim() === '' || line.trim().startsWith('#')) return [];
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/.exec(line);
    if (!match)
      throw new FlagProblem(`names ${file}, whose line ${index + 1} is neither KEY: value nor KEY=value`);
    return [[match[1] ?? '', lineValue((match[2] ?? '').trim())]];
  });
}

function lineValue(written: string): string {
  const isQuoted = written.length > 1 && /^(["']).*\1$/.test(written);
  return isQuoted ? written.slice(1, -1) : written.replaceAll('\\,', ',');
}
