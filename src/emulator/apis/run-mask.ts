import type { FieldPath } from '../update-mask.ts';
import { withoutEmpty } from './run-empty.ts';

/** What a write makes of the resource: the named fields are taken from the body, and absent there means cleared. */
export function patched(
  current: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
  paths: readonly FieldPath[],
): Record<string, unknown> {
  const wanted = withoutEmpty(body);
  return paths.reduce((result, path) => assign(result, wanted, path), { ...current });
}

/** All fields that a client may set, for a write without a mask: it replaces the whole resource. */
export function wholly(settable: readonly string[]): FieldPath[] {
  return settable.map((field) => [field]);
}

function assign(
  target: Readonly<Record<string, unknown>>,
  source: unknown,
  [step = '', ...rest]: readonly string[],
): Record<string, unknown> {
  const value = isPlain(source) ? source[step] : undefined;
  const result = { ...target };
  if (rest.length > 0) result[step] = assign(isPlain(target[step]) ? target[step] : {}, value, rest);
  else if (value === undefined) delete result[step];
  else result[step] = value;
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
