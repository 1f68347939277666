import type { Reference, Template } from './template.ts';

/**
 * Logical databases of Redis in the texts of a file. An instance has 16, without a wall between them but the number at
 * the end of the address, so that copies on one instance must differ in that number.
 */

/** Memorystore keeps Redis' default. https://cloud.google.com/memorystore/docs/redis/supported-redis-configurations */
export const logicalDatabases = 16;

export function isLogicalDatabase(text: string): boolean {
  return /^(\d|1[0-5])$/.test(text);
}

type Part = string | Reference;

interface Address {
  /** Index of the part after which the address of the instance is complete. */
  readonly end: number;
  /** How much of that part, when it is a text, belongs to the address. */
  readonly length: number;
}

/** The same parts, with the number behind each address of Redis replaced by a reference; no number means 0. */
export function withOwnDatabases(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? '';
    const address = addressAt(parts, index);
    if (address === undefined) {
      result.push(part);
      continue;
    }
    result.push(
      ...parts
        .slice(index, address.end + 1)
        .map((each, at) => (at === address.end - index ? cut(each, address) : each)),
    );
    const inside = typeof parts[address.end] === 'string';
    const behind = inside ? String(parts[address.end]).slice(address.length) : parts[address.end + 1];
    const { number, rest } = numberIn(typeof behind === 'string' ? behind : '');
    result.push('/', { kind: 'redis_database', number }, ...(rest === '' ? [] : [rest]));
    index = inside || typeof behind !== 'string' ? address.end : address.end + 1;
  }
  return joined(result);
}

/** Texts side by side made one. */
function joined(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else if (part !== '') result.push(part);
  }
  return result;
}

function cut(part: Part, { length }: Address): Part {
  return typeof part === 'string' ? part.slice(0, length) : part;
}

function numberIn(behind: string): { number: number; rest: string } {
  const [whole = '', digits = '0'] = /^\/(\d*)/.exec(behind) ?? [];
  return { number: Number(digits), rest: behind.slice(whole.length) };
}

/** `${redis.url}`, or in a URL `${redis.host}:${redis.port}` and `${redis.host}:6379`, beginning at that part. */
function addressAt(parts: readonly Part[], index: number): Address | undefined {
  const part = parts[index];
  if (isRedis(part, 'url')) return { end: index, length: 0 };
  if (!isRedis(part, 'host') || !isInUrl(parts, index)) return undefined;
  const next = parts[index + 1];
  if (next === ':' && isRedis(parts[index + 2], 'port')) return { end: index + 2, length: 0 };
  const port = typeof next === 'string' ? /^:\d+/.exec(next)?.[0] : undefined;
  return port === undefined ? undefined : { end: index + 1, length: port.length };
}

function isInUrl(parts: readonly Part[], index: number): boolean {
  return parts.slice(0, index).some((part) => typeof part === 'string' && /\brediss?:\/\//.test(part));
}

function isRedis(part: Part | undefined, field: 'url' | 'host' | 'port'): boolean {
  return typeof part === 'object' && part.kind === 'redis' && part.field === field;
}

/** Whether a text names the instance in a way that leaves its database to something else. */
export function leavesDatabaseOpen({ parts }: Template): boolean {
  return parts.some((part, index) => {
    const address = addressAt(parts, index);
    if (address === undefined) return isRedis(part, 'host');
    const last = parts[address.end];
    const behind = typeof last === 'string' ? last.slice(address.length) : parts[address.end + 1];
    return typeof behind === 'string' && /^\/[^\d?#]/.test(behind);
  });
}

/** Numbers of the databases that the texts of an ordinary environment lead to; what is left open may be the first. */
export function databasesIn(templates: readonly Template[]): readonly number[] {
  const open = templates.some(leavesDatabaseOpen) ? [0] : [];
  return ascending([...open, ...templates.flatMap(({ parts }) => withOwnDatabases(parts)).flatMap(numberOf)]);
}

/** Numbers of the file that the texts of a preview ask for. */
export function ownDatabasesIn(templates: readonly Template[]): readonly number[] {
  return ascending(templates.flatMap(({ parts }) => parts).flatMap(numberOf));
}

function numberOf(part: Part): readonly number[] {
  return typeof part === 'object' && part.kind === 'redis_database' ? [part.number] : [];
}

export function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
