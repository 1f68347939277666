import { withoutEmpty } from './run-empty.ts';
import { invalid } from './run-resource.ts';

/**
 * What a PATCH makes of the resource: with a mask the named fields are taken from the body (absent there means
 * cleared), without one all fields that a client may set are.
 */
export function patched(
  current: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
  mask: string | null,
  settable: readonly string[],
): Record<string, unknown> {
  const paths = mask === null || mask === '' || mask === '*' ? settable : mask.split(',').map(camelCase);
  const wanted = withoutEmpty(body);
  let result: Record<string, unknown> = { ...current };
  for (const path of paths) {
    const steps = path.split('.');
    if (!settable.includes(steps[0] ?? '')) {
      throw invalid(`update_mask: the field "${path}" is unknown or cannot be changed`, 'update_mask');
    }
    result = assign(result, wanted, steps);
  }
  return result;
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

function camelCase(path: string): string {
  return path.trim().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
