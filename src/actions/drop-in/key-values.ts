/**
 * The lists of `KEY=VALUE` that deploy-cloudrun takes as env_vars, secrets and labels. `plain` is its grammar as it
 * is: commas and newlines separate, a backslash takes the next character literally, quotes mean nothing. `quoted` is
 * the grammar as its documentation has it: quotes protect what is between them and are taken off, and `{}` removes all.
 * Lines that begin with # are comments in both: deploy-cloudrun's own examples have them, and it makes junk of them.
 */
export type Syntax = 'plain' | 'quoted';

export interface KeyValues {
  readonly entries: ReadonlyMap<string, string>;
  /** `{}` under `quoted`: everything is to be removed. */
  readonly clears: boolean;
  /** What deploy-cloudrun's documentation would have one expect and `plain` does not do; holds no value. */
  readonly remarks: readonly string[];
}

type Parsed = { readonly value: KeyValues } | { readonly problem: string };

const separators = new Set([',', '\n', '\r', '\u2028', '\u2029']);
const quotes = new Set(['"', "'"]);

export function parseKeyValues(given: string, syntax: Syntax): Parsed {
  const text = given.trim();
  if (text === '{}') return { value: braces(syntax) };
  const reader = new Reader(text, syntax);
  try {
    return { value: { entries: reader.entries(), clears: false, remarks: reader.remarks() } };
  } catch (error) {
    if (error instanceof GrammarError) return { problem: error.message };
    throw error;
  }
}

function braces(syntax: Syntax): KeyValues {
  const remark = '{} removes nothing, as with deploy-cloudrun; with `value_syntax: quoted` it removes all';
  return { entries: new Map(), clears: syntax === 'quoted', remarks: syntax === 'plain' ? [remark] : [] };
}

/** What is wrong and where, never what is written there: it may be a password. */
class GrammarError extends Error {}

class Reader {
  readonly #text: string;
  readonly #syntax: Syntax;
  #at = 0;
  #comments = 0;
  /** Names whose value begins with a quote, which `plain` hands on. */
  readonly #quoted: string[] = [];
  /** Places of names that look like the rest of a value. */
  readonly #fragments: number[] = [];

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
  }

  entries(): Map<string, string> {
    const found = new Map<string, string>();
    while (this.#at < this.#text.length) {
      if (this.#skipComment()) continue;
      const start = this.#at;
      const key = this.#plain((character) => character === '=').trim();
      if (this.#text[this.#at] === '=') {
        if (key === '')
          throw new GrammarError(`has "=" without a name before it at character ${this.#at + 1}`);
        this.#at++;
        found.set(key, this.#value(key));
      } else if (key !== '') found.set(key, '');
      if (key !== '' && /["'{}[\]]/.test(key)) this.#fragments.push(start + 1);
      this.#at++;
    }
    return found;
  }

  remarks(): string[] {
    const remarks: string[] = [];
    if (this.#comments > 0) remarks.push(`${this.#comments} lines that begin with # are taken as comments`);
    if (this.#syntax === 'quoted') return remarks;
    if (this.#quoted.length > 0) {
      remarks.push(
        `the value of ${this.#quoted.join(', ')} begins with a quote: as with deploy-cloudrun, quotes protect nothing and are part of the value; with \`value_syntax: quoted\` they protect commas and newlines and are taken off`,
      );
    }
    if (this.#fragments.length > 0) {
      remarks.push(
        `what begins at character ${this.#fragments.join(', ')} looks like the rest of a value that a comma has cut; write "\\," for the comma, or set \`value_syntax: quoted\` and quote the value`,
      );
    }
    return remarks;
  }

  #skipComment(): boolean {
    const before = this.#text.slice(0, this.#at);
    const atLineStart = before === '' || /[\n\r\u2028\u2029][^\S\n\r\u2028\u2029]*$/.test(before);
    const comment = /^\s*#[^\n\r\u2028\u2029]*/.exec(this.#text.slice(this.#at));
    if (!atLineStart || !comment) return false;
    this.#at += comment[0].length + 1;
    this.#comments++;
    return true;
  }

  #value(key: string): string {
    const blank = /^[^\S\n\r\u2028\u2029]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
    const first = this.#text[this.#at + blank] ?? '';
    if (quotes.has(first)) {
      if (this.#syntax === 'quoted') {
        this.#at += blank;
        return this.#quotedValue(first);
      }
      this.#quoted.push(shownName(key));
    }
    return this.#plain(() => false).trim();
  }

  /** Up to a separator or what `stops`, without the backslashes. */
  #plain(stops: (character: string) => boolean): string {
    let taken = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? '';
      if (separators.has(character) || stops(character)) break;
      if (character === '\\') taken += this.#escaped();
      else taken += character;
    }
    return taken;
  }

  #escaped(): string {
    const next = this.#text[++this.#at];
    if (next === undefined) throw new GrammarError(`ends in a backslash, at character ${this.#at}`);
    return next;
  }

  #quotedValue(quote: string): string {
    const opened = this.#at + 1;
    let taken = '';
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      const character = this.#text[this.#at];
      if (character === undefined)
        throw new GrammarError(`has a quote at character ${opened} that is not closed`);
      // As in a shell, nothing is special between single quotes.
      taken += character === '\\' && quote === '"' ? this.#escaped() : character;
    }
    this.#at++;
    const rest = this.#plain(() => false);
    if (rest.trim() === '') return taken;
    throw new GrammarError(`goes on after the closing quote of the value that begins at character ${opened}`);
  }
}

/** Names as the log may show them: what a comma cut off a value is not one. */
export function shownName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? name : '(not a name)';
}
