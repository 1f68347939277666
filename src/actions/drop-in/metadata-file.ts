import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { KnativeKind, KnativeObject } from '../../google/knative.ts';
import { FlagProblem } from './flag-words.ts';

/** A file in the form of Knative, of which the name and the kind are looked at. */
export interface Metadata {
  readonly file: string;
  readonly knative: KnativeKind;
  readonly object: KnativeObject & {
    readonly metadata: { readonly name: string; readonly namespace?: string };
  };
}

const kinds: readonly KnativeKind[] = ['Service', 'Job', 'WorkerPool'];

/** Throws FlagProblem. */
export function readMetadata(workspace: string, file: string): Metadata {
  const object = parsed(workspace, file);
  const { metadata } = object;
  const name = metadata?.name;
  if (!name) throw new FlagProblem(`${file} is missing 'metadata.name'`);
  if (typeof name !== 'string')
    throw new FlagProblem(`${file}: metadata.name is no text; write it in quotes`);
  const knative = kinds.find((kind) => kind === object.kind);
  if (!knative) {
    throw new FlagProblem(
      `${file}: unknown metadata type "${object.kind ?? ''}", expected "Job", "Service" or "WorkerPool"`,
    );
  }
  return { file, knative, object: { ...object, metadata: { ...metadata, name } } };
}

function parsed(workspace: string, file: string): KnativeObject {
  let content: unknown;
  try {
    const text = readFileSync(join(workspace, file), 'utf8');
    requireNoExpression(text, file);
    content = parse(text);
  } catch (error) {
    if (error instanceof FlagProblem) throw error;
    throw new FlagProblem(`metadata names ${file}, which cannot be read: ${reasonOf(error)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new FlagProblem(`${file} is not a YAML map`);
  return content as KnativeObject;
}

/** Cloud Run would take an expression for an image's name or for a value, as it stands there. */
function requireNoExpression(text: string, file: string): void {
  const line = text.split('\n').findIndex((one) => /^[^#]*\$\{\{/.test(one)) + 1;
  if (line === 0) return;
  throw new FlagProblem(
    `${file} holds an expression of GitHub's in line ${line}, and those are evaluated in workflows alone; write its value into the file in a step before`,
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError && error.code === 'MULTIPLE_DOCS')
    return 'it holds several documents, and one step deploys one';
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
