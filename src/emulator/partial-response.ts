import { Refusal } from './service.ts';

/** Field → what of it is wanted; an empty map for all of it. */
type Mask = Map<string, Mask>;

/**
 * The part of a reply that `fields=` asks for: `items(name,labels/env),nextPageToken`, with `*` for any field.
 * https://cloud.google.com/storage/docs/json_api#partial-response
 * Throws Google's 400 when the text is not a mask. A field that the resource does not have is left out silently.
 */
export function partialResponse(body: unknown, fields: string): unknown {
  const parser = new Parser(fields);
  return cut(body, parser.mask());
}

function cut(value: unknown, mask: Mask): unknown {
  if (mask.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => cut(item, mask)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const inner = mask.get(name) ?? mask.get('*');
    if (inner === undefined) continue;
    const part = cut(item, inner);
    if (part !== undefined) result[name] = part;
  }
  return result;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  mask(): Mask {
    const mask = this.#list();
    if (this.#at < this.#text.length) throw this.#invalid();
    return mask;
  }

  #list(): Mask {
    const mask: Mask = new Map();
    do this.#path(mask);
    while (this.#take(','));
    return mask;
  }

  #path(mask: Mask): void {
    const name = /^\s*([\w@$*.-]+)\s*/.exec(this.#text.slice(this.#at));
    if (name?.[1] === undefined) throw this.#invalid();
    this.#at += name[0].length;
    const known = mask.get(name[1]);
    const inner: Mask = new Map();
    if (this.#take('/')) this.#path(inner);
    else if (this.#take('(')) {
      for (const [field, rest] of this.#list()) inner.set(field, rest);
      if (!this.#take(')')) throw this.#invalid();
    }
    // `a,a/b` asks for all of a.
    const all = inner.size === 0 || known?.size === 0;
    mask.set(name[1], all ? new Map() : new Map([...(known ?? []), ...inner]));
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #invalid(): Refusal {
    return new Refusal(400, 'INVALID_ARGUMENT', `Invalid field selection ${this.#text}`, {
      reason: 'invalidParameter',
    });
  }
}
