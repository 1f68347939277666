import type { z } from 'zod';
import { type Call, Refusal } from '../service.ts';
import { invalidRequest } from './refusals.ts';

/**
 * The body of a request as its schema has it. Throws GitHub's 400 for what is not JSON and its 422, with every problem,
 * for what does not fit.
 */
export function readBody<T>(call: Call, schema: z.ZodType<T>): T {
  const text = Buffer.from(call.bytes).toString('utf8');
  let json: unknown = {};
  if (text.trim() !== '') {
    try {
      json = JSON.parse(text);
    } catch {
      throw new Refusal(400, 'INVALID_ARGUMENT', 'Problems parsing JSON');
    }
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.flatMap((issue) => sentences(issue, json)));
}

function sentences(issue: z.core.$ZodIssue, body: unknown): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `"${key}" is not a permitted key.`);
  if (issue.path.length === 0) return [`${JSON.stringify(body)} is not an object.`];
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], body);
  if (value === undefined) return [`"${issue.path.join('.')}" wasn't supplied.`];
  const shown = value === null ? 'nil' : JSON.stringify(value);
  const place = `For 'properties/${issue.path.join('/')}', ${shown}`;
  switch (issue.code) {
    case 'invalid_type':
      return [`${place} is not ${article(issue.expected)}.`];
    case 'invalid_value':
      return [`${place} is not a member of ${JSON.stringify(issue.values)}.`];
    default:
      return [`${place}: ${issue.message}.`];
  }
}

function article(type: string): string {
  return type === 'null' ? 'null' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
