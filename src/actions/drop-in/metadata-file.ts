import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
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
    content = parse(readFileSync(join(workspace, file), 'utf8'));
  } catch (error) {
    throw new FlagProblem(
      `metadata names ${file}, which cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new FlagProblem(`${file} is not a YAML map`);
  return content as KnativeObject;
}
