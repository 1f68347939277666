import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Fault, problemOf } from './faults.ts';

const positive = z.int().min(1);

const operation = z.strictObject({
  api: z.string().optional(),
  action: z.string().optional(),
  step: z.string().optional(),
  code: z.union([z.string(), z.int().min(1).max(16)]),
  message: z.string(),
  details: z.array(z.unknown()).optional(),
});

const fault = z.strictObject({
  nth: positive.optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  path: z.string().optional(),
  path_pattern: z.string().optional(),
  id: z.string().optional(),
  status: z.int().min(400).max(599).optional(),
  message: z.string().optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  retry_after: z.number().min(0).optional(),
  after_effect: z.boolean().optional(),
  drop: z.enum(['before', 'after']).optional(),
  stall: z.int().min(0).optional(),
  operation: operation.optional(),
  times: z.union([positive, z.literal('always')]).optional(),
});

const script = z.strictObject({ faults: z.array(fault) });

/**
 * The faults of a script: `{"faults": [{"id": "run.*.patch", "nth": 2, "status": 503, "retry_after": 1}, ...]}`, with the
 * fields of `Fault` in snake_case, `path_pattern` for an expression and `"times": "always"`. Throws an error that
 * lists every problem with its place.
 */
export function readFaults(file: string): Fault[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the fault script ${file} cannot be read: ${reason}`, { cause: error });
  }
  const parsed = script.safeParse(json);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}`);
  const faults: Fault[] = [];
  for (const [index, item] of (parsed.success ? parsed.data.faults : []).entries()) {
    const made = toFault(item);
    const problem = typeof made === 'string' ? made : problemOf(made);
    if (problem !== undefined) problems.push(`${place(['faults', index])}: ${problem}`);
    if (typeof made !== 'string') faults.push(made);
  }
  if (problems.length === 0) return faults;
  throw new Error(`the fault script ${file} is not valid:\n${problems.map((one) => `  ${one}`).join('\n')}`);
}

function toFault(item: z.infer<typeof fault>): Fault | string {
  const { path, path_pattern, retry_after, after_effect, times, ...rest } = item;
  if (path !== undefined && path_pattern !== undefined) return 'path and path_pattern exclude each other';
  let expression: RegExp | undefined;
  try {
    expression = path_pattern === undefined ? undefined : new RegExp(path_pattern);
  } catch {
    return `path_pattern ${JSON.stringify(path_pattern)} is not a regular expression`;
  }
  const optional = {
    ...rest,
    path: path ?? expression,
    retryAfter: retry_after,
    afterEffect: after_effect,
    times: times === 'always' ? Number.POSITIVE_INFINITY : times,
  };
  return withoutUndefined(optional);
}

/** Optional fields of a `Fault` are absent rather than undefined; zod gives them as undefined. */
function withoutUndefined(item: { [Name in keyof Fault]: unknown }): Fault {
  return Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        name === 'operation' ? withoutUndefined(value as { [Name in keyof Fault]: unknown }) : value,
      ]),
  ) as Fault;
}

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
