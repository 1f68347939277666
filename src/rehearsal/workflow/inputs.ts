import { Failure } from '../../lib/failure.ts';
import { asText, type Json, resolve, type Scope } from './expressions.ts';
import type { InputDefinition } from './model.ts';

type Definitions = Readonly<Record<string, InputDefinition>>;

/**
 * The `inputs` of a called workflow. The types must match, as on GitHub: the text `'true'` is no boolean.
 * `where` names the calling job in messages. Throws Failure INPUT_INVALID.
 */
export function callInputs(
  definitions: Definitions,
  given: Readonly<Record<string, Json>>,
  scope: Scope,
  where: string,
): Record<string, Json> {
  refuseUnknown(definitions, Object.keys(given), where);
  return mapInputs(definitions, where, (name, definition) => {
    const value = given[name];
    if (value !== undefined && value !== null) return typed(name, value, definition, where);
    return missing(name, definition, scope, where);
  });
}

/** The `inputs` of a run that a person starts; all values are given as text. Throws Failure INPUT_INVALID. */
export function dispatchInputs(
  definitions: Definitions,
  given: Readonly<Record<string, string>>,
  where: string,
): Record<string, Json> {
  refuseUnknown(definitions, Object.keys(given), where);
  return mapInputs(definitions, where, (name, definition) => {
    const value = given[name];
    if (value === undefined) return missing(name, definition, { contexts: {} }, where);
    return typed(name, fromText(value, definition), definition, where);
  });
}

function mapInputs(
  definitions: Definitions,
  where: string,
  value: (name: string, definition: InputDefinition) => Json,
): Record<string, Json> {
  const problems: string[] = [];
  const entries = Object.entries(definitions).flatMap(([name, definition]) => {
    try {
      return [[name, value(name, definition)] as const];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw invalid(`${where}: ${problems.join('; ')}`);
  return Object.fromEntries(entries);
}

function refuseUnknown(definitions: Definitions, names: readonly string[], where: string): void {
  const unknown = names.filter((name) => !(name in definitions));
  if (unknown.length === 0) return;
  const known = Object.keys(definitions).join(', ') || 'none';
  throw invalid(`${where}: no such input: ${unknown.join(', ')} (known: ${known})`);
}

function missing(name: string, definition: InputDefinition, scope: Scope, where: string): Json {
  if (definition.default !== undefined) {
    return typed(name, resolve(definition.default, scope), definition, where);
  }
  if (definition.required) throw invalid(`input ${name} is required`);
  if (definition.type === 'boolean') return false;
  return definition.type === 'number' ? 0 : '';
}

function fromText(value: string, definition: InputDefinition): Json {
  if (definition.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (definition.type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value)))
    return Number(value);
  return value;
}

function typed(name: string, value: Json, definition: InputDefinition, where: string): Json {
  switch (definition.type) {
    case 'boolean':
    case 'number':
      if (typeof value === definition.type) return value;
      throw invalid(`input ${name} must be a ${definition.type}, found "${asText(value)}"`);
    case 'choice':
      if (definition.options.includes(asText(value))) return asText(value);
      throw invalid(
        `input ${name} must be one of ${definition.options.join(', ')}, found "${asText(value)}" (${where})`,
      );
    default:
      return asText(value);
  }
}

function invalid(message: string): Failure {
  return new Failure('INPUT_INVALID', message, { next: 'Correct the inputs.' });
}
