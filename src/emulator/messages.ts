import { readFileSync } from 'node:fs';
import { Refusal } from './service.ts';

/**
 * Checks a request body against the message that Google's clients are generated from. The files in `messages/` map
 * message → field → type. A type is `string`, `int64`, `number`, `boolean`, `bytes` (base64), `any`, the name of
 * another message, `A|B` (an enum), with `[]` behind it for a list or `{}` around it for a map; ` out` marks what only
 * Google writes, ` req` what must be there (the handlers word that refusal, each API has its own).
 */
export type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Violation {
  readonly field: string;
  readonly description: string;
}

/** In a patch of Cloud Storage a null in a map removes the entry; elsewhere it is a wrong value. */
const nullRemoves: ReadonlySet<string> = new Set(['storage']);

const loaded = new Map<string, Messages>();

export function messagesOf(api: string): Messages {
  let messages = loaded.get(api);
  if (messages === undefined) {
    messages = JSON.parse(
      readFileSync(new URL(`./messages/${api}.json`, import.meta.url), 'utf8'),
    ) as Messages;
    loaded.set(api, messages);
  }
  return messages;
}

/**
 * The body as the API takes it: output-only fields left out and their paths given to `ignore`, as
 * https://google.aip.dev/203 asks of servers; snake_case names (which Google accepts as well) turned into camelCase.
 * Throws Google's 400 for unknown fields, wrong types and unknown enum values, all of them in one message.
 */
export function checkMessage(
  json: unknown,
  message: string,
  api: string,
  ignore: (path: string) => void,
): unknown {
  const violations: Violation[] = [];
  const check = new Check(messagesOf(api), violations, ignore, nullRemoves.has(api));
  const checked = check.message(json, message, bodyName(message));
  if (violations.length === 0) return checked;
  throw new Refusal(
    400,
    'INVALID_ARGUMENT',
    violations.map((violation) => violation.description).join('\n'),
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolations: violations.map(({ field, description }) =>
            field === '' ? { description } : { field, description },
          ),
        },
      ],
    },
  );
}

/** A resource in the body is a field of the request, so Google's path starts with it; a request itself has no name. */
function bodyName(message: string): string {
  if (message.endsWith('Request')) return '';
  return message.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

class Check {
  readonly #messages: Messages;
  readonly #violations: Violation[];
  readonly #ignore: (path: string) => void;
  readonly #nullRemoves: boolean;

  constructor(
    messages: Messages,
    violations: Violation[],
    ignore: (path: string) => void,
    removesByNull: boolean,
  ) {
    this.#messages = messages;
    this.#violations = violations;
    this.#ignore = ignore;
    this.#nullRemoves = removesByNull;
  }

  message(json: unknown, name: string, path: string): unknown {
    const fields = this.#messages[name];
    if (fields === undefined) throw new Error(`no message ${name} in the emulator's messages`);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.#wrong(path, `type.googleapis.com/${name}`, json);
      return undefined;
    }
    const result: Record<string, unknown> = {};
    for (const [given, value] of Object.entries(json)) {
      const field = given in fields ? given : camelCase(given);
      const type = fields[field];
      if (type === undefined) {
        this.#unknown(given, path);
        continue;
      }
      const [kind = 'any', ...flags] = type.split(' ');
      if (value === null) continue;
      const place = path === '' ? snakeCase(field) : `${path}.${snakeCase(field)}`;
      if (flags.includes('out')) this.#ignore(place);
      else result[field] = this.#value(value, kind, place);
    }
    return result;
  }

  #value(value: unknown, kind: string, path: string): unknown {
    if (kind.endsWith('[]')) {
      if (!Array.isArray(value)) return this.#value(value, kind.slice(0, -2), path);
      return value.map((item, index) => this.#value(item, kind.slice(0, -2), `${path}[${index}]`));
    }
    if (kind.startsWith('{')) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return this.#wrong(path, 'TYPE_MESSAGE', value);
      }
      const inner = kind.slice(1, -1);
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => !(this.#nullRemoves && item === null))
          .map(([key, item], index) => [key, this.#value(item, inner, `${path}[${index}].value`)]),
      );
    }
    if (kind.includes('|')) return this.#enum(value, kind, path);
    switch (kind) {
      case 'any':
        return value;
      case 'string':
        return typeof value === 'string' ? value : this.#wrong(path, 'TYPE_STRING', value);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#wrong(path, 'TYPE_BOOL', value);
      case 'number':
        return this.#number(value, path);
      case 'int64':
        return this.#int64(value, path);
      case 'bytes':
        return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)
          ? value
          : this.#wrong(path, 'TYPE_BYTES', value, 'Base64 decoding failed for ');
      default:
        return this.message(value, kind, path);
    }
  }

  #enum(value: unknown, kind: string, path: string): unknown {
    if (typeof value === 'string' && value !== '' && kind.split('|').includes(value)) return value;
    return this.#wrong(path, 'TYPE_ENUM', value);
  }

  #number(value: unknown, path: string): unknown {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      return Number(value);
    return this.#wrong(path, 'TYPE_INT32', value);
  }

  #int64(value: unknown, path: string): unknown {
    if (typeof value === 'number' && Number.isInteger(value)) return String(value);
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return value;
    return this.#wrong(path, 'TYPE_INT64', value);
  }

  #unknown(name: string, path: string): void {
    const place = path === '' ? '' : ` at '${path}'`;
    this.#violations.push({
      field: path,
      description: `Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.`,
    });
  }

  #wrong(path: string, type: string, value: unknown, prefix = ''): undefined {
    const shown = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
    this.#violations.push({
      field: path,
      description: `Invalid value at '${path}' (${type}), ${prefix}${shown}`,
    });
    return undefined;
  }
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
